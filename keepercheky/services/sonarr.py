"""Sonarr (API v3, 4.x): its series, one series' episodes and files, and how a part of them goes or comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from keepercheky.errors import NotFound
from keepercheky.library.said import ArrSaid, SeriesSaid, ShowDetail
from keepercheky.services import arr, arr_title, faults, sonarr_season, sonarr_show
from keepercheky.services.arr_title import Flag
from keepercheky.services.http import Wire
from keepercheky.services.identity import Identity
from keepercheky.services.ids import row_id, row_ids
from keepercheky.services.line import Query
from keepercheky.services.sonarr_wire import SeriesOnWire, series
from keepercheky.services.together import together

PRODUCT: Final = "Sonarr"
EVENT_TYPES: Final = (3, 5)  # downloadFolderImported, episodeFileDeleted

SERIES: Final = f"{arr.API}/series"
EXCLUSIONS: Final = f"{arr.API}/importlistexclusion"
NO_IMAGES: Final = ("includeSeasonImages", "false")
SERIES_NEEDS: Final = ("title", "tvdbId", "qualityProfileId", "monitored", "seasons")
SERIES_KEEPS: Final = ("monitorNewItems", "seasonFolder", "seriesType", "tags")


class Sonarr:
    kind: Final = "sonarr"
    writes: Final = frozenset({"PUT", "POST", "DELETE"})

    def __init__(self, wire: Wire) -> None:
        self.name = wire.name
        self._wire = wire

    async def identify(self) -> Identity:
        return await arr.identify(self._wire, PRODUCT)

    async def read(self) -> ArrSaid:
        """Everything this Sonarr says, completely, or the `ServiceError` that stood in the way."""
        identity = await self.identify()
        async with together() as ask:
            told = ask(self.all_series)
            around = arr.ask_around(ask, self._wire, EVENT_TYPES)
        return ArrSaid(
            name=self.name,
            kind=self.kind,
            version=identity.version,
            date=self._wire.date,
            labels=around.labels.value,
            movies=(),
            series=told.value,
            history=around.history.value,
            queue=around.queue.value,
            root_folders=around.root_folders.value,
            disks=around.disks.value,
            health=around.health.value,
            recycle_bin=around.recycle_bin.value,
        )

    async def all_series(self) -> tuple[SeriesSaid, ...]:
        rows = await self._wire.rows(SERIES, SeriesOnWire, series, [NO_IMAGES])
        return arr.numbered(self._wire, "series", rows)

    async def detail(self, series_id: int) -> ShowDetail:
        """One show's episodes and files: two requests."""
        async with together() as ask:
            episodes = ask(sonarr_show.episodes, self._wire, series_id)
            files = ask(sonarr_show.files, self._wire, series_id)
        return ShowDetail(episodes.value, files.value)

    async def aclose(self) -> None:
        await self._wire.aclose()

    # before and after a deletion

    async def series(self, series_id: int) -> SeriesSaid | None:
        """None: Sonarr says that it has no such series."""
        row = await self._wire.find(_path(series_id), SeriesOnWire, [NO_IMAGES])
        if row is not None and row.id != series_id:
            raise faults.unexpected(self.name, f"series {row.id} where {series_id} was asked for")
        return None if row is None else series(row)

    async def series_by_tvdb(self, tvdb_id: int) -> SeriesSaid | None:
        query: Query = [("tvdbId", row_id(tvdb_id, "TVDB series")), NO_IMAGES]
        rows = await self._wire.get(SERIES, list[SeriesOnWire], query)
        if len(rows) > 1 or any(row.tvdb_id != tvdb_id for row in rows):
            raise faults.unexpected(self.name, "other series than the one asked for")
        return series(rows[0]) if rows else None

    async def unmapped_folders(self) -> tuple[str, ...]:
        """Folders in the root folders that no series owns; an error where one could not be looked into."""
        return await arr_title.unmapped_folders(self._wire)

    async def resource(self, series_id: int) -> bytes:
        """The series' JSON as it came: what `add_series` takes."""
        return await arr_title.resource(self._wire, _path(series_id), series_id, [NO_IMAGES])

    async def history_of(self, series_id: int) -> bytes:
        """Its history as JSON, without addresses; Sonarr forgets it with the series."""
        query: Query = [("seriesId", row_id(series_id, "series"))]
        return await arr_title.history(self._wire, f"{arr.API}/history/series", query)

    # what changes something

    async def delete_series(self, series_id: int, *, import_exclusion: bool) -> None:
        """The series with its whole folder. Sonarr answers first and deletes afterwards: look, and wait.

        A series that is not there is a `ServerFault`, like any other trouble: ask `series` before calling it one.
        """
        exclusion = "true" if import_exclusion else "false"
        query: Query = [("deleteFiles", "true"), ("addImportListExclusion", exclusion)]
        await self._wire.send("DELETE", _path(series_id), query=query)

    async def unmonitor_season(self, series_id: int, season: int) -> bool:
        """Sonarr is given its own words back, one flag changed; False: it was off already, nothing was sent."""
        path = _path(series_id)
        before = await arr_title.resource(self._wire, path, series_id)
        after = sonarr_season.switched_off(self.name, before, season)
        if after is None:
            return False
        answer = await self._wire.send("PUT", path, msgspec.Raw, query=[("moveFiles", "false")], body=after)
        sonarr_season.confirm(self.name, bytes(answer), season)
        return True

    async def unmonitor_episodes(self, episode_ids: Iterable[int]) -> None:
        ids = row_ids(episode_ids, "episode")
        body = {"episodeIds": ids, "monitored": False}
        arr_title.unmonitored(
            self._wire, await self._wire.send("PUT", f"{arr.API}/episode/monitor", list[Flag], body=body), ids
        )

    async def delete_episode_files(self, series_id: int, file_ids: Iterable[int]) -> None:
        """Files of this one series; gone when this returns. After any other error than the ones told here some may be.

        Sonarr takes the folder from the first file's series: a file of another would stay on the disk, forgotten.
        So it is asked first; `NotFound`, with nothing deleted, when one of them is not a file of this series.
        """
        ids = row_ids(file_ids, "episode file")
        held = await sonarr_show.file_ids(self._wire, row_id(series_id, "series"))
        if strange := [number for number in ids if number not in held]:
            raise NotFound(
                self.name,
                f"knows no episode files {', '.join(map(str, strange[:5]))} of series {series_id}",
                "Nothing was deleted; look again at what it has",
            )
        await self._wire.send(
            "DELETE",
            f"{sonarr_show.FILES}/bulk",
            body={"episodeFileIds": ids},
            seconds=self._wire.timeouts.whole_list,
        )

    # the way back

    async def exclusion_of(self, tvdb_id: int) -> int | None:
        """The id of the entry that keeps import lists from adding this series."""
        wanted = row_id(tvdb_id, "TVDB series")
        return await arr_title.exclusion(self._wire, EXCLUSIONS, lambda row: row.tvdb_id == wanted)

    async def remove_exclusion(self, exclusion_id: int) -> None:
        await self._wire.send("DELETE", f"{EXCLUSIONS}/{row_id(exclusion_id, 'exclusion')}", missing_ok=True)

    async def add_series(self, resource: bytes, *, search: bool) -> int:
        """Add a series as `resource` told it, where it was, its seasons' flags included; its new row id.

        ValueError when that is no series.
        """
        title = sonarr_season.only_flags(arr_title.members(resource, SERIES_NEEDS, SERIES_KEEPS))
        # "skip": the flags of the seasons decide which episodes are monitored
        options = {"monitor": "skip", "searchForMissingEpisodes": search}
        return await arr_title.add(self._wire, SERIES, title, options)


def _path(series_id: int) -> str:
    return f"{SERIES}/{row_id(series_id, 'series')}"
