"""A pretend Sonarr (v4, API v3) over the world."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from keepercheky.demo import arr_rows
from keepercheky.demo.arr import ArrFake, Handler
from keepercheky.demo.arr_errors import MissingError
from keepercheky.demo.arr_rows import ENGLISH, stamp, times
from keepercheky.demo.arr_state import Arr
from keepercheky.demo.ask import Answer, Ask, indented, rows
from keepercheky.demo.radarr import clean_title, covers, sort_title
from keepercheky.demo.records import Download, Event
from keepercheky.demo.sonarr_rows import file_row, season_row, statistics
from keepercheky.demo.sonarr_writes import SonarrWrites
from keepercheky.demo.titles import Episode, Show
from keepercheky.demo.world import World

FAR = datetime(9999, 1, 1, tzinfo=UTC)


class SonarrFake(ArrFake):
    product = "Sonarr"
    version = "4.0.14.2939"
    other = "Radarr"
    title_word = "series"
    event_numbers: ClassVar = {
        "unknown": 0, "grabbed": 1, "seriesFolderImported": 2, "downloadFolderImported": 3, "downloadFailed": 4,
        "episodeFileDeleted": 5, "episodeFileRenamed": 6, "downloadIgnored": 7,
    }  # fmt: skip
    sort_keys: ClassVar = {
        "date": lambda event: event.date,
        "series.sortTitle": lambda event: event.source.lower(),
    }

    def __init__(self, world: World, name: str, api_key: str) -> None:
        self.world, self.name = world, name
        self.writes = SonarrWrites(self)
        super().__init__(world, name, api_key)
        self._rows: dict[int, tuple[Show, int, datetime, bytes]] = {}

    @property
    def state(self) -> Arr:
        return self.world.sonarr

    def own_routes(self) -> list[tuple[str, str, Handler]]:
        v3 = "/api/v3"
        return [
            ("GET", f"{v3}/series", self._shows),
            ("GET", f"{v3}/series/(?P<id>\\d+)", self._show),
            ("GET", f"{v3}/series/lookup", self._lookup),
            ("GET", f"{v3}/episode", self._episodes),
            ("GET", f"{v3}/episode/(?P<id>\\d+)", self._episode),
            ("GET", f"{v3}/episodefile", self._files),
            ("GET", f"{v3}/episodefile/(?P<id>\\d+)", self._file),
            ("GET", f"{v3}/importlistexclusion", self._exclusions),
            (
                "GET",
                f"{v3}/importlistexclusion/paged",
                lambda ask, _: self.paged_exclusions(ask, self.writes.exclusion_row),
            ),
            *self.writes.routes(),
        ]

    # series

    def _shows(self, ask: Ask, _: re.Match[str]) -> Answer:
        shows: Iterable[Show] = list(self.world.shows.values())
        if ask.has("tvdbId"):
            shows = [show for show in shows if show.tvdb_id == ask.number("tvdbId")]
        ask.flag("includeSeasonImages")
        return Answer(chunks=rows(self._serialised(shows), at_once=50))

    def _serialised(self, shows: Iterable[Show]) -> Iterator[bytes]:
        """Rows kept from call to call, until the show changes or its next episode airs."""
        now = self.world.now()
        for show in shows:
            kept = self._rows.get(show.id)
            if kept is None or kept[0] is not show or kept[1] != show.revision or kept[2] <= now:
                coming = min((e.airs for e in show.episodes() if e.airs and e.airs > now), default=FAR)
                kept = (
                    show,
                    show.revision,
                    coming,
                    msgspec.json.format(msgspec.json.encode(self.show_row(show)), indent=2),
                )
                self._rows[show.id] = kept
            yield kept[3]

    def _show(self, _: Ask, match: re.Match[str]) -> Answer:
        show = self.world.shows.get(int(match["id"]))
        return indented(self.show_row(show)) if show else arr_rows.not_found()

    def _lookup(self, ask: Ask, _: re.Match[str]) -> Answer:
        """Knows the shows the home has or had, by ``tvdb:N`` or part of a title."""
        term = ask.text("term").lower()
        known = {show.tvdb_id: show for show in self.world.shows.values()}
        found = [
            show
            for show in (self.world.departed_shows | known).values()
            if term == f"tvdb:{show.tvdb_id}" or (term and term in show.title.lower())
        ]
        return indented([self._found(show) for show in found])

    def _found(self, show: Show) -> dict[str, Any]:
        """A show as the lookup tells it: one that is not in the library has no row id, folder or numbers."""
        row = self.show_row(show)
        if show.id in self.world.shows:
            return row
        here = ("id", "path", "rootFolderPath", "statistics", "previousAiring", "nextAiring")
        row["seasons"] = [{"seasonNumber": one.number, "monitored": one.number > 0} for one in show.seasons]
        return {name: value for name, value in row.items() if name not in here} | {"tags": []}

    def show_row(self, show: Show) -> dict[str, Any]:
        now = self.world.now()
        episodes = list(show.episodes())
        aired = [episode.airs for episode in episodes if episode.airs]
        row: dict[str, Any] = {
            "title": show.title, "alternateTitles": [], "sortTitle": sort_title(show.title),
            "status": "ended" if show.ended else "continuing", "ended": show.ended, "overview": show.overview,
            "network": show.network, "airTime": "21:00", "images": covers(show.id, show.tvdb_id),
            "originalLanguage": ENGLISH, "seasons": [season_row(one, now) for one in show.seasons if one.listed],
            "year": show.year, "path": show.path, "qualityProfileId": show.profile_id, "seasonFolder": show.season_folder,
            "monitored": show.monitored, "monitorNewItems": show.monitor_new, "useSceneNumbering": False,
            "runtime": episodes[0].runtime_minutes if episodes else 0, "tvdbId": show.tvdb_id, "tvRageId": 0,
            "tvMazeId": 0, "tmdbId": show.tmdb_id, "seriesType": show.kind, "cleanTitle": clean_title(show.title),
            "titleSlug": "-".join(re.findall(r"[a-z0-9]+", show.title.lower())), "rootFolderPath": f"{show.root}/",
            "certification": show.rating, "genres": list(show.genres), "tags": sorted(show.tags),
            "added": stamp(show.added), "ratings": {"votes": 52000, "value": show.score}, "languageProfileId": 1,
        }  # fmt: skip
        if show.without_tags and not show.tags:
            del row["tags"]
        if show.imdb_id:
            row["imdbId"] = show.imdb_id
        row.update(times(firstAired=min(aired, default=None), lastAired=max(aired, default=None)))
        if episodes:
            sums = statistics(episodes, now)
            row.update((name, sums.pop(name)) for name in ("nextAiring", "previousAiring") if name in sums)
            row["statistics"] = {
                "seasonCount": sum(1 for one in show.seasons if one.number and one.listed)
            } | sums
        return row | {"id": show.id}

    # episodes and their files

    def _episodes(self, ask: Ask, _: re.Match[str]) -> Answer:
        if ask.has("seriesId"):
            show = self.world.shows.get(ask.number("seriesId"))
            found = list(show.episodes()) if show else []
            if ask.has("seasonNumber"):
                found = [episode for episode in found if episode.season.number == ask.number("seasonNumber")]
        elif ask.has("episodeIds"):
            found = [self.world.episodes[n] for n in ask.numbers("episodeIds") if n in self.world.episodes]
        elif ask.has("episodeFileId"):
            number = ask.number("episodeFileId")
            found = [e for e in self.world.episodes.values() if e.file and e.file.id == number]
        else:
            return indented({"message": "BadRequest: seriesId or episodeIds must be provided"}, 400)
        return indented([self.episode_row(episode, ask) for episode in found])

    def _episode(self, ask: Ask, match: re.Match[str]) -> Answer:
        episode = self.world.episodes.get(int(match["id"]))
        return indented(self.episode_row(episode, ask)) if episode else arr_rows.not_found()

    def episode_row(self, episode: Episode, ask: Ask) -> dict[str, Any]:
        row: dict[str, Any] = {
            "seriesId": episode.show.id, "tvdbId": episode.tvdb_id,
            "episodeFileId": episode.file.id if episode.file else 0, "seasonNumber": episode.season.number,
            "episodeNumber": episode.number, "title": episode.title, "runtime": episode.runtime_minutes,
            "overview": episode.show.overview, "hasFile": episode.file is not None, "monitored": episode.monitored,
            "unverifiedSceneNumbering": False,
        }  # fmt: skip
        if episode.airs is not None:
            row |= {"airDate": episode.airs.strftime("%Y-%m-%d"), "airDateUtc": stamp(episode.airs)}
        if episode.absolute_number is not None:
            row["absoluteEpisodeNumber"] = episode.absolute_number
        if episode.finale:
            row["finaleType"] = episode.finale
        if ask.flag("includeEpisodeFile") and episode.file is not None:
            row["episodeFile"] = file_row(episode.file)
        if ask.flag("includeSeries"):
            row["series"] = self.show_row(episode.show)
        return row | {"id": episode.id}

    def _files(self, ask: Ask, _: re.Match[str]) -> Answer:
        wanted = ask.numbers("episodeFileIds")
        if wanted:
            held = {e.file.id: e.file for e in self.world.episodes.values() if e.file}
            return indented([file_row(held[number]) for number in wanted if number in held])
        if not ask.has("seriesId"):
            return indented({"message": "BadRequest: seriesId or episodeFileIds must be provided"}, 400)
        self.check_title(ask.number("seriesId"))
        return indented([file_row(file) for file in self.world.shows[ask.number("seriesId")].files()])

    def _file(self, _: Ask, match: re.Match[str]) -> Answer:
        for episode in self.world.episodes.values():
            if episode.file and episode.file.id == int(match["id"]):
                return indented(file_row(episode.file))
        return arr_rows.not_found()

    # the rest

    def check_title(self, number: int) -> None:
        if number not in self.world.shows:
            raise MissingError(f"Series with ID {number} does not exist")

    def _exclusions(self, _: Ask, __: re.Match[str]) -> Answer:
        return indented([self.writes.exclusion_row(one) for one in self.state.exclusions], Deprecation="true")

    def history_row(self, event: Event, ask: Ask) -> dict[str, Any]:
        row = {"episodeId": event.episode_id, "seriesId": event.title_id} | arr_rows.event_row(
            event, self.product
        )
        return row | self._whose(ask, event.title_id, event.episode_id)

    def queue_row(self, row: Download, ask: Ask) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        if row.title_id:
            answer = {
                "seriesId": row.title_id,
                "episodeId": row.episode_id,
                "seasonNumber": row.season_number,
            }
        answer |= arr_rows.download_row(row, self.product) | {"episodeHasFile": row.has_file}
        return answer | self._whose(ask, row.title_id, row.episode_id)

    def _whose(self, ask: Ask, show_id: int, episode_id: int) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        if ask.flag("includeSeries") and show_id in self.world.shows:
            extra["series"] = self.show_row(self.world.shows[show_id])
        if ask.flag("includeEpisode") and episode_id in self.world.episodes:
            plain = Ask("GET", "", (), {})
            extra["episode"] = self.episode_row(self.world.episodes[episode_id], plain)
        return extra

    def tagged(self, tag: int) -> dict[str, list[int]]:
        return {
            "restrictionIds": [],
            "seriesIds": [show.id for show in self.world.shows.values() if tag in show.tags],
        }

    def media_management(self) -> dict[str, Any]:
        return {
            "autoUnmonitorPreviouslyDownloadedEpisodes": self.state.unmonitors_deleted,
            "recycleBin": self.state.recycle_bin, "recycleBinCleanupDays": self.state.recycle_bin_days,
            "downloadPropersAndRepacks": "preferAndUpgrade", "createEmptySeriesFolders": False,
            "deleteEmptyFolders": self.state.deletes_empty_folders, "fileDate": "none", "rescanAfterRefresh": "always",
            "setPermissionsLinux": False, "chmodFolder": "755", "chownGroup": "", "episodeTitleRequired": "always",
            "skipFreeSpaceCheckWhenImporting": False, "minimumFreeSpaceWhenImporting": 100,
            "copyUsingHardlinks": True, "useScriptImport": False, "scriptImportPath": "", "importExtraFiles": False,
            "extraFileExtensions": "srt", "enableMediaInfo": True, "id": 1,
        }  # fmt: skip
