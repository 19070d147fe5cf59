"""Radarr's shapes, and what they mean in our words."""

from __future__ import annotations

from datetime import datetime

import msgspec

from keepercheky.library.said import FileSaid, MovieSaid
from keepercheky.services.times import instant


class FileOnWire(msgspec.Struct, rename="camel", gc=False):
    id: int = 0
    path: str | None = None
    relative_path: str | None = None
    size: int = 0
    date_added: datetime | None = None


class _Statistics(msgspec.Struct, rename="camel", gc=False):
    size_on_disk: int | None = None


class MovieOnWire(msgspec.Struct, rename="camel", gc=False):
    id: int
    path: str
    tmdb_id: int = 0
    imdb_id: str | None = None
    title: str = ""
    year: int = 0
    tags: tuple[int, ...] | None = None
    size_on_disk: int | None = None
    statistics: _Statistics | None = None
    movie_file: FileOnWire | None = None
    monitored: bool = True


def movie(row: MovieOnWire) -> MovieSaid:
    sizes = (
        row.size_on_disk,
        row.statistics.size_on_disk if row.statistics else None,
        row.movie_file.size if row.movie_file else None,
    )
    return MovieSaid(
        id=row.id,
        tmdb_id=row.tmdb_id,
        imdb_id=row.imdb_id or None,
        title=row.title,
        year=row.year,
        folder=row.path,
        tags=row.tags,
        size_bytes=next((size for size in sizes if size), 0),
        file=_file(row.movie_file, row.path) if row.movie_file else None,
        monitored=row.monitored,
    )


def _file(row: FileOnWire, folder: str) -> FileSaid:
    path = row.path or f"{folder.rstrip('/')}/{row.relative_path or ''}"
    return FileSaid(id=row.id, path=path, size_bytes=row.size, added_at=instant(row.date_added))
