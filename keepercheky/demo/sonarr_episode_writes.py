"""What the pretend Sonarr can be told about episodes: which are monitored, and which files go."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from keepercheky.demo import departures
from keepercheky.demo.arr_errors import BrokenError, MissingError
from keepercheky.demo.arr_writes import ID, V3, checked, exactly, read
from keepercheky.demo.ask import Answer, Ask, BadQueryError, indented
from keepercheky.demo.body import Body
from keepercheky.demo.titles import Episode, EpisodeFile, Show

if TYPE_CHECKING:
    from keepercheky.demo.arr import Handler
    from keepercheky.demo.sonarr_writes import SonarrWrites

RECENT = timedelta(days=90)


class EpisodeWrites:
    def __init__(self, writes: SonarrWrites) -> None:
        self.writes = writes
        self.fake = writes.fake
        self.world = writes.world

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("PUT", f"{V3}/episode/{ID}", self._monitor),
            ("PUT", f"{V3}/episode/monitor", self._monitor_many),
            ("DELETE", f"{V3}/episodefile/{ID}", self._delete_file),
            ("DELETE", f"{V3}/episodefile/bulk", self._delete_files),
            ("POST", f"{V3}/seasonpass", self._season_pass),
        ]

    # monitored or not

    def _monitor(self, ask: Ask, match: re.Match[str]) -> Answer:
        episode = self.world.episodes.get(checked(match))
        if episode is None:
            raise MissingError(f"Episode with ID {match['id']} does not exist")
        episode.monitored = read(ask).flag("monitored", default=False)
        return indented(self.fake.episode_row(episode, PLAIN), 202)

    def _monitor_many(self, ask: Ask, _: re.Match[str]) -> Answer:
        """Those it knows are changed before it stumbles over one it does not."""
        asked = read(ask)
        numbers = asked.numbers("episodeIds")
        known = [self.world.episodes[number] for number in numbers if number in self.world.episodes]
        if len(numbers) == 1 and not known:
            raise MissingError(f"Episode with ID {numbers[0]} does not exist")
        for episode in known:
            episode.monitored = asked.flag("monitored", default=False)
        if len(known) != len(numbers):
            raise BrokenError.rows(len(numbers), len(known))
        return indented([self.fake.episode_row(episode, PLAIN) for episode in known], 202)

    def _season_pass(self, ask: Ask, _: re.Match[str]) -> Answer:
        """Flags of seasons only. Their episodes keep their own unless ``monitoringOptions`` says which to want."""
        asked = read(ask)
        rows = asked.bodies("series")
        shows = exactly(self.world.shows.values(), [row.number("id") for row in rows])
        how = Body(asked.any("monitoringOptions") or {}).text("monitor", "unknown").lower()
        for show, row in zip(shows, rows, strict=True):
            show.monitored = row.flag("monitored", default=show.monitored)
            said = {one.number("seasonNumber"): one for one in row.bodies("seasons")}
            for season in show.seasons:
                if season.number in said:
                    season.monitored = said[season.number].flag("monitored", default=season.monitored)
            self._want(show, how)
        return indented({}, 202)

    def _want(self, show: Show, how: str) -> None:
        if how in ("unknown", "skip"):
            return
        if how == "none":
            show.monitored = False
        if how in ("monitorspecials", "unmonitorspecials"):
            for episode in show.episodes():
                if episode.season.number == 0:
                    episode.monitored = how == "monitorspecials"
            return
        ordinary = [season.number for season in show.seasons if season.number > 0]
        for episode in show.episodes():
            episode.monitored = episode.season.number > 0 and self._wanted(episode, how, ordinary)
        for season in show.seasons:
            season.monitored = any(episode.monitored for episode in season.episodes)

    def _wanted(self, episode: Episode, how: str, ordinary: list[int]) -> bool:
        now, number = self.world.now(), episode.season.number
        coming = episode.airs is None or episode.airs > now
        rules = {
            "all": True, "none": False, "future": coming, "missing": episode.file is None,
            "existing": episode.file is not None, "firstseason": number == min(ordinary, default=1),
            "lastseason": number == max(ordinary, default=1), "pilot": (number, episode.number) == (1, 1),
            "recent": coming or (episode.airs is not None and episode.airs > now - RECENT),
        }  # fmt: skip
        if how not in rules:
            raise BadQueryError("$.monitoringOptions.monitor", how)
        return rules[how]

    # files

    def _files(self) -> list[EpisodeFile]:
        return [file for show in self.world.shows.values() for file in show.files()]

    def _delete_file(self, _: Ask, match: re.Match[str]) -> Answer:
        """At once, unlike a series. All the episodes in it lose it."""
        number = checked(match)
        file = next((file for file in self._files() if file.id == number), None)
        if file is None:
            raise MissingError(f"EpisodeFile with ID {number} does not exist")
        show = file.episodes[0].show
        self.writes.check_root(show.path)
        self._drop(file, show)
        return Answer()

    def _delete_files(self, ask: Ask, _: re.Match[str]) -> Answer:
        """Every path is worked out from the first file's series: others' files lose their row and stay on the disk.

        One that cannot be removed ends the call; those before it are gone.
        """
        numbers = read(ask).numbers("episodeFileIds")
        if not numbers:
            raise BrokenError("Sequence contains no elements")
        files = exactly(self._files(), numbers)
        show = files[0].episodes[0].show
        self.writes.check_root(show.path)
        for file in files:
            self._drop(file, show)
        return indented({})

    def _drop(self, file: EpisodeFile, first: Show) -> None:
        path = first.path + file.path[len(file.episodes[0].show.path) :]
        if self.world.contents.holds(path) and self.world.is_stuck(path):
            raise BrokenError("Unable to delete episode file")
        departures.drop_episode_file(self.world, file, at=self.world.now(), reason="Manual")
        departures.discard(self.world, self.writes.state, path, first.path, tidy=True)


PLAIN = Ask("GET", "", (), {})
