"""Radarr (API v3, 5.x and 6.x): its movies, and all that is around them. Reading only."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from keepercheky.library.said import ArrSaid, FileSaid, MovieSaid
from keepercheky.services import arr
from keepercheky.services.http import Wire
from keepercheky.services.identity import Identity
from keepercheky.services.times import instant
from keepercheky.services.together import together

PRODUCT: Final = "Radarr"
EVENT_TYPES: Final = (3, 6)  # downloadFolderImported, movieFileDeleted


class FileOnWire(msgspec.Struct, rename="camel", gc=False):
    id: int = 0
    path: str | None = None
    relative_path: str | None = None
    size: int = 0
    date_added: datetime | None = None


class _Statistics(msgspec.Struct, rename="camel", gc=False):
    size_on_disk: int = 0


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


class Radarr:
    kind: Final = "radarr"

    def __init__(self, wire: Wire) -> None:
        self.name = wire.name
        self._wire = wire

    async def identify(self) -> Identity:
        return await arr.identify(self._wire, PRODUCT)

    async def read(self) -> ArrSaid:
        """Everything this Radarr says, completely, or the `ServiceError` that stood in the way."""
        identity = await self.identify()
        async with together() as ask:
            movies = ask(self.movies)
            around = arr.ask_around(ask, self._wire, EVENT_TYPES)
        return ArrSaid(
            name=self.name,
            kind=self.kind,
            version=identity.version,
            date=self._wire.date,
            labels=around.labels.value,
            movies=movies.value,
            series=(),
            history=around.history.value,
            queue=around.queue.value,
            root_folders=around.root_folders.value,
            disks=around.disks.value,
            health=around.health.value,
            recycle_bin=around.recycle_bin.value,
        )

    async def movies(self) -> tuple[MovieSaid, ...]:
        """The whole library: one array, without the disk scan for covers."""
        rows = await self._wire.rows(
            f"{arr.API}/movie", MovieOnWire, _movie, [("excludeLocalCovers", "true")]
        )
        return arr.numbered(self._wire, "movies", rows)

    async def aclose(self) -> None:
        await self._wire.aclose()


def _movie(row: MovieOnWire) -> MovieSaid:
    size_bytes = row.size_on_disk
    if size_bytes is None and row.statistics is not None:
        size_bytes = row.statistics.size_on_disk
    if size_bytes is None:
        size_bytes = row.movie_file.size if row.movie_file else 0
    return MovieSaid(
        id=row.id,
        tmdb_id=row.tmdb_id,
        imdb_id=row.imdb_id or None,
        title=row.title,
        year=row.year,
        folder=row.path,
        tags=row.tags or (),
        size_bytes=size_bytes,
        file=_file(row.movie_file, row.path) if row.movie_file else None,
        monitored=row.monitored,
    )


def _file(row: FileOnWire, folder: str) -> FileSaid:
    path = row.path or f"{folder.rstrip('/')}/{row.relative_path or ''}"
    return FileSaid(id=row.id, path=path, size_bytes=row.size, added_at=instant(row.date_added))
