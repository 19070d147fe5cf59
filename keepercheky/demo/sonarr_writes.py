"""What the pretend Sonarr can be told: series changed, deleted and added again. Episodes are in sonarr_episode_writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from keepercheky.demo import departures, returns
from keepercheky.demo.arr_errors import InvalidError, MissingError, problem
from keepercheky.demo.arr_writes import ID, PERHAPS_ID, V3, ArrWrites, checked, exactly, read
from keepercheky.demo.ask import Answer, Ask, indented
from keepercheky.demo.body import Body
from keepercheky.demo.records import Exclusion
from keepercheky.demo.sonarr_episode_writes import EpisodeWrites
from keepercheky.demo.titles import Show

if TYPE_CHECKING:
    from keepercheky.demo.arr import Handler
    from keepercheky.demo.sonarr import SonarrFake


class SonarrWrites(ArrWrites):
    exclusions = "importlistexclusion"
    commands: ClassVar = (
        "RefreshSeries", "RescanSeries", "SeriesSearch", "SeasonSearch", "EpisodeSearch", "MissingEpisodeSearch",
    )  # fmt: skip
    fake: SonarrFake

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", f"{V3}/series", self._add),
            ("PUT", f"{V3}/series{PERHAPS_ID}", self._change),
            ("DELETE", f"{V3}/series/{ID}", self._delete),
            ("PUT", f"{V3}/series/editor", self._edit),
            ("DELETE", f"{V3}/series/editor", self._delete_many),
            *EpisodeWrites(self).routes(),
            *super().routes(),
        ]

    def _delete(self, ask: Ask, match: re.Match[str]) -> Answer:
        """An unknown id is a 500 here, where Radarr says 404."""
        shows = exactly(self.world.shows.values(), [checked(match)])
        files, exclude = ask.flag("deleteFiles") is True, ask.flag("addImportListExclusion") is True
        self._remove(shows, files=files, exclude=exclude)
        return Answer()

    def _delete_many(self, ask: Ask, _: re.Match[str]) -> Answer:
        asked = read(ask)
        shows = exactly(self.world.shows.values(), asked.numbers("seriesIds"))
        files = asked.flag("deleteFiles", default=False)
        self._remove(shows, files=files, exclude=asked.flag("addImportListExclusion", default=False))
        return indented({})

    def _remove(self, shows: list[Show], *, files: bool, exclude: bool) -> None:
        what = f"{self.fake.name}: deleted {', '.join(show.path for show in shows)}"
        departures.remove_later(self.world, shows, what, files=files, exclude=exclude)

    def _change(self, ask: Ask, match: re.Match[str]) -> Answer:
        """What the body leaves out is lost: the list of seasons, the tags, being monitored."""
        asked = read(ask)
        number = self.addressed(asked, match)
        show = self.world.shows.get(number)
        if show is None:
            raise MissingError(f"Series with ID {number} does not exist")
        path = asked.text("path")
        returns.move_title(self.world, show, path, self.root_of(path), files=ask.flag("moveFiles") is True)
        self._change_seasons(show, asked.bodies("seasons"))
        show.profile_id = asked.number("qualityProfileId")
        show.monitored = asked.flag("monitored", default=False)
        show.season_folder = asked.flag("seasonFolder", default=False)
        show.monitor_new = asked.text("monitorNewItems", "all")
        show.kind = asked.text("seriesType", "standard")
        show.tags, show.without_tags = frozenset(asked.numbers("tags")), not asked.has("tags")
        return indented(self.fake.show_row(show), 202)

    def _change_seasons(self, show: Show, rows: list[Body]) -> None:
        """The list becomes what was sent. A season whose flag changes takes all its episodes along."""
        said = {row.number("seasonNumber"): row.flag("monitored", default=False) for row in rows}
        for season in show.seasons:
            season.listed = season.number in said
            monitored = said.get(season.number, season.monitored)
            if monitored is not season.monitored:
                season.monitored = monitored
                for episode in season.episodes:
                    episode.monitored = monitored

    def _edit(self, ask: Ask, _: re.Match[str]) -> Answer:
        """What the body leaves out stays; seasons and episodes are not touched, and the rows come without statistics."""
        asked = read(ask)
        shows = exactly(self.world.shows.values(), asked.numbers("seriesIds"))
        if asked.has("qualityProfileId") and (problems := self.profile_problems(asked)):
            raise InvalidError(*problems)
        for show in shows:
            show.monitored = asked.flag("monitored", default=show.monitored)
            show.profile_id = asked.number("qualityProfileId", show.profile_id)
            show.season_folder = asked.flag("seasonFolder", default=show.season_folder)
            show.monitor_new = asked.text("monitorNewItems", show.monitor_new)
            show.kind = asked.text("seriesType", show.kind)
            show.tags = self.with_tags(show.tags, asked)
            if root := asked.text("rootFolderPath").rstrip("/"):
                path = f"{root}/{show.path.rsplit('/', 1)[1]}"
                returns.move_title(self.world, show, path, root, files=asked.flag("moveFiles", default=False))
        rows = [self.fake.show_row(show) for show in shows]
        for row in rows:
            row.pop("statistics", None)
            row["seasons"] = [{k: v for k, v in s.items() if k != "statistics"} for s in row["seasons"]]
        return indented(rows, 202)

    def _add(self, ask: Ask, _: re.Match[str]) -> Answer:
        asked = read(ask)
        root, path = asked.text("rootFolderPath").rstrip("/"), asked.text("path").rstrip("/")
        if problems := self._objections(asked, root, path):
            raise InvalidError(*problems)
        show = returns.add_show(
            self.world, tvdb_id=asked.number("tvdbId"), title=asked.text("title"), year=asked.number("year"),
            root=root or self.root_of(path), path=path, monitored=asked.flag("monitored", default=False),
            monitored_seasons={
                one.number("seasonNumber"): one.flag("monitored", default=False) for one in asked.bodies("seasons")
            },
            profile_id=asked.number("qualityProfileId"), tags=frozenset(asked.numbers("tags")),
            season_folder=asked.flag("seasonFolder", default=False), monitor_new=asked.text("monitorNewItems", "all"),
        )  # fmt: skip
        if asked.has("seriesType"):
            show.kind = asked.text("seriesType")
        search = Body(asked.any("addOptions") or {}).flag("searchForMissingEpisodes", default=False)
        self.world.promise(
            self.world.file_delay,
            f"{self.fake.name}: added {show.path}",
            lambda: self._look(show, search=search),
        )
        return indented(self.fake.show_row(show), 201)

    def _objections(self, asked: Body, root: str, path: str) -> list[dict[str, Any]]:
        problems = self.profile_problems(asked)
        tvdb_id = asked.number("tvdbId")
        if tvdb_id <= 0:
            problems.append(
                problem("TvdbId", "'Tvdb Id' must be greater than '0'.", "GreaterThanValidator", tvdb_id)
            )
        elif any(show.tvdb_id == tvdb_id for show in self.world.shows.values()):
            message = "This series has already been added"
            problems.append(problem("TvdbId", message, "SeriesExistsValidator", tvdb_id))
        if not asked.text("title"):
            problems.append(problem("Title", "'Title' must not be empty.", "NotEmptyValidator"))
        if not root and not path:
            message = "'Root Folder Path' must not be empty."
            problems.append(problem("RootFolderPath", message, "NotEmptyValidator"))
        if not path and root and root not in self.state.roots:
            message = f"Root folder '{root}' does not exist"
            problems.append(problem("RootFolderPath", message, "RootFolderExistsValidator", root))
        if path and any(show.path == path for show in self.world.shows.values()):
            message = f"Path '{path}' is already configured for an existing series"
            problems.append(problem("Path", message, "SeriesPathValidator", path))
        return problems

    def _look(self, show: Show, *, search: bool) -> None:
        returns.rescan_show(self.world, show)
        if search:
            self.world.search_missing(show)

    # the rest

    def exclusion_row(self, one: Exclusion) -> dict[str, Any]:
        return {"tvdbId": one.number, "title": one.title, "id": one.id}

    def excluded(self, asked: Body) -> Exclusion:
        tvdb_id, title = asked.number("tvdbId"), asked.text("title")
        if tvdb_id <= 0:
            raise InvalidError(
                problem("TvdbId", "'Tvdb Id' must not be empty.", "NotEmptyValidator", tvdb_id)
            )
        if not title:
            raise InvalidError(problem("Title", "'Title' must not be empty.", "NotEmptyValidator"))
        return Exclusion(0, tvdb_id, title)

    def obey(self, command: str, asked: Body) -> None:
        chosen = [show for show in self.world.shows.values() if show.id == asked.number("seriesId", show.id)]
        if command in ("RefreshSeries", "RescanSeries"):
            for show in chosen:
                returns.rescan_show(self.world, show)
        elif command == "SeriesSearch":
            for show in chosen if asked.has("seriesId") else ():
                self.world.search_missing(show)
        elif command == "EpisodeSearch":
            for number in asked.numbers("episodeIds"):
                if number in self.world.episodes:
                    self.world.queue_episode(self.world.episodes[number])
        elif command == "MissingEpisodeSearch":
            self.world.search_missing()
