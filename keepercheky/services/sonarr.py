"""Sonarr (API v3, 4.x): its series, and one series' episodes and files. Reading only."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from keepercheky.library.said import ArrSaid, EpisodeFileSaid, EpisodeSaid, SeasonSaid, SeriesSaid, ShowDetail
from keepercheky.services import arr, faults
from keepercheky.services.http import Wire
from keepercheky.services.identity import Identity
from keepercheky.services.times import instant
from keepercheky.services.together import together

PRODUCT: Final = "Sonarr"
EVENT_TYPES: Final = (3, 5)  # downloadFolderImported, episodeFileDeleted


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


class Sonarr:
    kind: Final = "sonarr"

    def __init__(self, wire: Wire) -> None:
        self.name = wire.name
        self._wire = wire

    async def identify(self) -> Identity:
        return await arr.identify(self._wire, PRODUCT)

    async def read(self) -> ArrSaid:
        """Everything this Sonarr says, completely, or the `ServiceError` that stood in the way."""
        identity = await self.identify()
        async with together() as ask:
            series = ask(self.series)
            around = arr.ask_around(ask, self._wire, EVENT_TYPES)
        return ArrSaid(
            name=self.name,
            kind=self.kind,
            version=identity.version,
            date=self._wire.date,
            labels=around.labels.value,
            movies=(),
            series=series.value,
            history=around.history.value,
            queue=around.queue.value,
            root_folders=around.root_folders.value,
            disks=around.disks.value,
            health=around.health.value,
            recycle_bin=around.recycle_bin.value,
        )

    async def series(self) -> tuple[SeriesSaid, ...]:
        rows = await self._wire.rows(
            f"{arr.API}/series", SeriesOnWire, _series, [("includeSeasonImages", "false")]
        )
        return arr.numbered(self._wire, "series", rows)

    async def detail(self, series_id: int) -> ShowDetail:
        """One show's episodes and files: two requests."""
        async with together() as ask:
            episodes = ask(self._episodes, series_id)
            files = ask(self._files, series_id)
        return ShowDetail(episodes.value, files.value)

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _episodes(self, series_id: int) -> tuple[EpisodeSaid, ...]:
        def episode(row: EpisodeOnWire) -> EpisodeSaid:
            return EpisodeSaid(
                id=row.id,
                series_id=self._same(row.series_id, series_id),
                season=row.season_number,
                number=row.episode_number,
                file_id=row.episode_file_id,
                air_at=instant(row.air_date_utc),
                title=row.title,
            )

        rows = await self._wire.rows(f"{arr.API}/episode", EpisodeOnWire, episode, [("seriesId", series_id)])
        return arr.numbered(self._wire, "episodes", rows)

    async def _files(self, series_id: int) -> tuple[EpisodeFileSaid, ...]:
        def file(row: EpisodeFileOnWire) -> EpisodeFileSaid:
            return EpisodeFileSaid(
                id=row.id,
                series_id=self._same(row.series_id, series_id),
                season=row.season_number,
                path=row.path,
                size_bytes=row.size,
                added_at=instant(row.date_added),
            )

        rows = await self._wire.rows(
            f"{arr.API}/episodefile", EpisodeFileOnWire, file, [("seriesId", series_id)]
        )
        return arr.numbered(self._wire, "episode files", rows)

    def _same(self, said: int, asked: int) -> int:
        if said not in (0, asked):
            raise faults.unexpected(self.name, f"parts of series {said} for series {asked}")
        return asked


def _series(row: SeriesOnWire) -> SeriesSaid:
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
