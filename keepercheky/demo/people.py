"""Who lives in the home: users, what each may see, what each has watched, and who is watching now.

The semantics are those of a real Jellyfin: the date and the count are set when a playback *starts*, which also takes
"played" away until the end is nearly reached; marking unwatched forgets all of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from keepercheky.demo.items import Anything, Item, item_of
from keepercheky.demo.noun import Noun

# How Jellyfin scores the ratings the demo uses; a policy's MaxParentalRating is compared with these.
RATING_SCORES = {
    "G": 0, "TV-Y": 0, "TV-G": 0, "TV-Y7": 7, "PG": 10, "TV-PG": 10,
    "PG-13": 13, "TV-14": 14, "R": 17, "TV-MA": 17, "NC-17": 17,
}  # fmt: skip


class PlayData(Noun, kw_only=True):
    """Jellyfin's UserData of one user and one item, as stored (folders' sums are computed when asked)."""

    play_count: int = 0
    played: bool = False
    position_ticks: int = 0
    last_played: datetime | None = None
    favourite: bool = False


class User(Noun, kw_only=True):
    """A person, known to Jellyfin by ``id`` (32 hex digits) and to Seerr by ``seerr_id``."""

    id: str
    name: str
    seerr_id: int
    token: str
    created: datetime
    admin: bool = False
    disabled: bool = False
    hidden: bool = False
    library_ids: frozenset[str] | None = None  # None: all of them
    max_rating: int | None = None
    blocked_tags: frozenset[str] = frozenset()
    last_active: datetime | None = None
    data: dict[str, PlayData]

    def sees(self, item: Item) -> bool:
        """Whether this user's policy lets Jellyfin show the item; a collection shows when a member does."""
        if item.kind == "BoxSet":
            return any(self.sees(member) for member in item.members)
        if self.library_ids is not None and item.library.id not in self.library_ids:
            return False
        whole = item.series or item
        if self.max_rating is not None and RATING_SCORES.get(whole.rating, 0) > self.max_rating:
            return False
        return not (self.blocked_tags and self.blocked_tags.intersection(whole.tags))

    def record(self, item: Item) -> PlayData:
        """The stored data for an item, made on first use."""
        if item.id not in self.data:
            self.data[item.id] = PlayData(owner=self)
        return self.data[item.id]

    def plays(self, what: Anything, *, at: datetime, finished: bool = True) -> None:
        """Start it at ``at``; finished or given up within its first minutes. Shows and seasons: each episode."""
        for item in item_of(what).leaves():
            data = self.record(item)
            data.play_count += 1
            data.last_played = at
            data.played = finished
            data.position_ticks = 0
        self._seen(at)

    def pauses(self, what: Anything, *, at: datetime, part: float = 0.5) -> None:
        """Start it at ``at`` and leave at that part of its length (0..1)."""
        for item in item_of(what).leaves():
            data = self.record(item)
            data.play_count += 1
            data.last_played = at
            data.played = False
            data.position_ticks = int(item.runtime_ticks * part)
        self._seen(at)

    def marks_watched(self, what: Anything, *, at: datetime | None = None) -> None:
        """Tick it by hand. Without ``at`` the date stays away, as some clients leave it."""
        for item in item_of(what).leaves():
            data = self.record(item)
            data.play_count = max(data.play_count, 1)
            data.played = True
            data.position_ticks = 0
            data.last_played = at or data.last_played

    def marks_unwatched(self, what: Anything) -> None:
        """Untick it by hand: count, date and position are forgotten."""
        for item in item_of(what).leaves():
            data = self.record(item)
            data.play_count, data.played, data.position_ticks, data.last_played = 0, False, 0, None

    def favourites(self, what: Anything, *, on: bool = True) -> None:
        self.record(item_of(what)).favourite = on

    def forgets_everything(self) -> None:
        """As after a reset of the user data: no plays, no favourites."""
        self.data = {}

    def _seen(self, at: datetime) -> None:
        if self.last_active is None or at > self.last_active:
            self.last_active = at


class Session(Noun, kw_only=True):
    """A device that plays or has paused something. ``other`` stands for what no library lists (Live TV, a trailer)."""

    id: str
    user: User
    since: datetime
    item: Item | None = None
    other: dict[str, Any] | None = None
    paused: bool = False
    position_ticks: int = 0
    queue: tuple[str, ...] = ()
    client: str = "Jellyfin Web"
    device: str = "Living room"
