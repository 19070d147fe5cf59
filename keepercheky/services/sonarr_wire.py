"""Sonarr's shapes, and what they mean in our words."""

from __future__ import annotations

from datetime import datetime

import msgspec

from keepercheky.library.said import SeasonSaid, SeriesSaid
from keepercheky.services.times import instant


class _Statistics(msgspec.Struct, rename="camel", gc=False):
    episode_file_count: int = 0
    size_on_disk: int = 0
    next_airing: datetime | None = None
    previous_airing: datetime | None = None


class SeasonOnWire(msgspec.Struct, rename="camel", gc=False):
    season_number: int  # without it a season could pass for the whole show
    statistics: _Statistics | None = None


class SeriesOnWire(msgspec.Struct, rename="camel", gc=False):
    id: int
    path: str
    tvdb_id: int = 0
    tmdb_id: int = 0
    imdb_id: str | None = None
    title: str = ""
    year: int = 0
    tags: tuple[int, ...] | None = None
    status: str = ""
    ended: bool | None = None
    series_type: str = ""
    monitored: bool = True
    next_airing: datetime | None = None
    previous_airing: datetime | None = None
    statistics: _Statistics | None = None
    seasons: list[SeasonOnWire] | None = None


class EpisodeOnWire(msgspec.Struct, rename="camel", gc=False):
    id: int
    season_number: int
    episode_number: int
    series_id: int = 0
    episode_file_id: int = 0
    air_date_utc: datetime | None = None
    title: str = ""


class EpisodeFileOnWire(msgspec.Struct, rename="camel", gc=False):
    id: int
    season_number: int
    path: str
    series_id: int = 0
    size: int = 0
    date_added: datetime | None = None


def series(row: SeriesOnWire) -> SeriesSaid:
    statistics = row.statistics
    return SeriesSaid(
        id=row.id,
        tvdb_id=row.tvdb_id,
        tmdb_id=row.tmdb_id or None,
        imdb_id=row.imdb_id or None,
        title=row.title,
        year=row.year,
        folder=row.path,
        tags=row.tags or (),
        size_bytes=statistics.size_on_disk if statistics else 0,
        episode_files=statistics.episode_file_count if statistics else None,
        ended=row.status == "ended" if row.ended is None else row.ended,
        daily=row.series_type == "daily",
        monitored=row.monitored,
        next_airing=instant(row.next_airing),
        previous_airing=instant(row.previous_airing),
        seasons=tuple(_season(season) for season in row.seasons or ()),
    )


def _season(row: SeasonOnWire) -> SeasonSaid:
    statistics = row.statistics or _Statistics()
    return SeasonSaid(
        number=row.season_number,
        size_bytes=statistics.size_on_disk,
        episode_files=statistics.episode_file_count,
        next_airing=instant(statistics.next_airing),
        previous_airing=instant(statistics.previous_airing),
    )
