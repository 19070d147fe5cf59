"""The parts of one series: its episodes, and its files."""

from __future__ import annotations

from typing import Final

from keepercheky.library.said import EpisodeFileSaid, EpisodeSaid
from keepercheky.services import arr, faults
from keepercheky.services.http import Wire
from keepercheky.services.sonarr_wire import EpisodeFileOnWire, EpisodeOnWire
from keepercheky.services.times import instant

FILES: Final = f"{arr.API}/episodefile"


async def episodes(wire: Wire, series_id: int) -> tuple[EpisodeSaid, ...]:
    def episode(row: EpisodeOnWire) -> EpisodeSaid:
        return EpisodeSaid(
            id=row.id,
            series_id=_same(wire, row.series_id, series_id),
            season=row.season_number,
            number=row.episode_number,
            file_id=row.episode_file_id,
            air_at=instant(row.air_date_utc),
            title=row.title,
        )

    rows = await wire.rows(f"{arr.API}/episode", EpisodeOnWire, episode, [("seriesId", series_id)])
    return arr.numbered(wire, "episodes", rows)


async def files(wire: Wire, series_id: int) -> tuple[EpisodeFileSaid, ...]:
    def file(row: EpisodeFileOnWire) -> EpisodeFileSaid:
        return EpisodeFileSaid(
            id=row.id,
            series_id=_same(wire, row.series_id, series_id),
            season=row.season_number,
            path=row.path,
            size_bytes=row.size,
            added_at=instant(row.date_added),
        )

    rows = await wire.rows(FILES, EpisodeFileOnWire, file, [("seriesId", series_id)])
    return arr.numbered(wire, "episode files", rows)


async def file_ids(wire: Wire, series_id: int) -> frozenset[int]:
    """The files that say themselves that they are this series'."""
    rows = await wire.get(FILES, list[EpisodeFileOnWire], [("seriesId", series_id)])
    return frozenset(row.id for row in rows if row.series_id == series_id)


def _same(wire: Wire, said: int, asked: int) -> int:
    if said not in (0, asked):
        raise faults.unexpected(wire.name, f"parts of series {said} for series {asked}")
    return asked
