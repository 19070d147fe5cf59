"""What holds for an episode of a show that Jellyfin does not list under its number.

It may be there under another one (the order of a DVD, absolute numbers), so the newest play of any episode of the show
counts for it, as not finished; and whatever goes on with Jellyfin's episodes that are none of Sonarr's may concern it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import msgspec

from keepercheky.library.said import EpisodeSaid
from keepercheky.library.series import Part
from keepercheky.media import Unknown, Watch, Watching


@dataclass(frozen=True, slots=True)
class Unlisted:
    parts: Mapping[Part, Watching]  # what is known of any part, remembered ones included
    listed: AbstractSet[Part]  # those Jellyfin lists
    whole: Watching

    def watching_of(self, episodes: Iterable[EpisodeSaid]) -> dict[Part, Watching]:
        """Every episode with what holds for it."""
        wanted = {(row.season, row.number) for row in episodes}
        unlisted = wanted - self.listed
        found = {part: self.parts[part] for part in wanted & self.listed}
        if unlisted:
            stand_in = self._stand_in([self.parts[part] for part in sorted(self.listed - wanted)])
            found |= {part: self._with_memory(part, stand_in) for part in unlisted}
        return found

    def _stand_in(self, strangers: list[Watching]) -> Watching:
        """`strangers`: Jellyfin's episodes that are none of Sonarr's."""
        everything = [self.parts[part] for part in sorted(self.parts)]
        half = {watch.user for part in strangers for watch in part.watches if watch.in_progress}
        watches: dict[str, Watch] = {}
        for watch in (watch for part in everything for watch in part.watches):
            known = watches.get(watch.user, watch).played_at
            dates = [date for date in (known, watch.played_at) if date is not None]
            watches[watch.user] = Watch(
                watch.user, max(dates, default=None), played=True, in_progress=watch.user in half
            )
        playing = [part.playing for part in (*strangers, self.whole)]
        doubts = (fact for fact in playing if isinstance(fact, Unknown))
        return Watching(
            watches=tuple(watches[user] for user in sorted(watches)),
            unknown=next((part.unknown for part in (self.whole, *everything) if part.unknown), None),
            favorite_of=frozenset().union(*(part.favorite_of for part in strangers)),
            playing=any(fact is True for fact in playing) or next(doubts, False),
        )

    def _with_memory(self, part: Part, stand_in: Watching) -> Watching:
        """Who was once seen finishing this very episode has finished it."""
        remembered = self.parts.get(part, Watching())
        done = {watch.user for watch in remembered.watches if watch.finished}
        if not done:
            return stand_in
        watches = (msgspec.structs.replace(watch, finished=watch.user in done) for watch in stand_in.watches)
        return msgspec.structs.replace(stand_in, watches=tuple(watches))
