"""What Jellyfin knows of the people: who watched, marked and is playing which item.

Built once a run from everything Jellyfin said; asked title by title. A user who may not see an item says
"nothing" about it; one who should see it and was not told about it makes the item unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from keepercheky.library.paths import longest_prefix
from keepercheky.library.plays import PlayMark, look
from keepercheky.library.said import ItemSaid, JellyfinSaid, SessionSaid, UserDataSaid, UserSaid
from keepercheky.media import Fact, Unknown, Watching

PLAYABLE = frozenset({"Movie", "Episode"})
Marks = Mapping[tuple[str, str], PlayMark]  # by (identity, user id)


class Household:
    """Every user's view, turned round: by item."""

    def __init__(self, said: JellyfinSaid, marks: Marks, now: datetime) -> None:
        self._now = now
        self._marks = marks
        self._names = {user.id: user.name for user in said.users}
        self._marked_users: dict[str, list[str]] = defaultdict(list)
        self._remembered: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for identity, user_id in marks:
            self._marked_users[identity].append(user_id)
            if identity.startswith("episode:"):
                tvdb, season, number = identity.split(":")[2:]
                self._remembered[int(tvdb)].add((int(season), int(number)))
        self._views = said.views
        self._items = {item.id: item for item in said.items}
        self._data: dict[str, list[tuple[str, UserDataSaid]]] = defaultdict(list)
        for user_id, view in said.views.items():
            for row in view.data:
                self._data[row.item_id].append((user_id, row))
        locations = {location: library.id for library in said.libraries for location in library.locations}
        self._library_of = {item.id: _library(item, locations) for item in said.items}
        self.library_names = {library.id: library.name for library in said.libraries}
        self._unread = self._unread_items(said)
        self._collected = self._collection_favorites(said)
        self.playing, self.playing_unknown = _playing(said.sessions, self._items)
        self._sessions = {(row.user_id, row.item_id) for row in said.sessions}
        self.changed: list[PlayMark] = []  # marks that today's reading moved forward

    def library(self, item_id: str) -> str | None:
        """Name of the library that holds an item, by its path; None when none does."""
        found = self._library_of.get(item_id)
        return self.library_names.get(found) if found else None

    def remembered_parts(self, tvdb_id: int) -> AbstractSet[tuple[int, int]]:
        """Seasons and numbers of a show's episodes that somebody was ever seen playing."""
        return self._remembered.get(tvdb_id, set())

    def favorite_of(self, item_id: str) -> frozenset[str]:
        """Users who marked this very item, or a collection that holds it."""
        own = {self._names.get(user, user) for user, row in self._data.get(item_id, ()) if row.favorite}
        return frozenset(own | self._collected.get(item_id, set()))

    def is_playing(self, item_ids: Iterable[str]) -> Fact[bool]:
        if any(item in self.playing for item in item_ids):
            return True
        return self.playing_unknown or False

    def watching(self, identity: str, items: Iterable[ItemSaid]) -> Watching:
        """All users' facts of a movie or episode, all its copies together; what was once seen included."""
        copies = [item.id for item in items]
        rows: dict[str, list[UserDataSaid]] = defaultdict(list)
        for item in copies:
            for user, row in self._data.get(item, ()):
                rows[user].append(row)
        watches = []
        unknown = next((self._unread[item] for item in copies if item in self._unread), None)
        for user in {*rows, *self._marked_users.get(identity, ())}:
            view = self._views.get(user)
            sight = look(
                identity,
                (user, self._names.get(user, user)),
                rows.get(user, ()),
                mark := self._marks.get((identity, user)),
                sees_it=view is not None and any(item in view.seen for item in copies),
                in_session=any((user, item) in self._sessions for item in copies),
                now=self._now,
            )
            if sight.watch.played or sight.watch.in_progress:
                watches.append(sight.watch)
            if sight.mark != mark and (mark or sight.watch.played):
                self.changed.append(sight.mark)
            if sight.undated:
                unknown = unknown or Unknown("play_without_date")
        return Watching(
            watches=tuple(sorted(watches, key=lambda watch: watch.user)),
            unknown=unknown,
            favorite_of=frozenset().union(*(self.favorite_of(item) for item in copies)),
            playing=self.is_playing(copies),
        )

    def _unread_items(self, said: JellyfinSaid) -> dict[str, Unknown]:
        playable = frozenset(item.id for item in said.items if item.type in PLAYABLE)
        unread: dict[str, Unknown] = {}
        for user in said.users:
            view = said.views.get(user.id)
            for item in playable - (view.seen if view else frozenset()):
                if view is None or not self._may_be_hidden(user, item):
                    unread[item] = Unknown("missing_for_user", user.name)
        return unread

    def _may_be_hidden(self, user: UserSaid, item: str) -> bool:
        if user.restricted:
            return True
        library = self._library_of.get(item)
        return not user.all_folders and library is not None and library not in user.folders

    def _collection_favorites(self, said: JellyfinSaid) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for box, members in said.collections.items():
            fans = {self._names.get(user, user) for user, row in self._data.get(box, ()) if row.favorite}
            for member in members:
                found[member] |= fans
        return found


def _library(item: ItemSaid, locations: Mapping[str, str]) -> str | None:
    held = longest_prefix(item.path, locations) if item.path else None
    return locations[held] if held is not None else None


def _playing(
    sessions: Iterable[SessionSaid], items: Mapping[str, ItemSaid]
) -> tuple[set[str], Unknown | None]:
    """Items and series something is playing of; Unknown when a session plays what the list lacks."""
    playing: set[str] = set()
    unknown = None
    for session in sessions:
        item = items.get(session.item_id)
        if item is not None:
            playing.add(item.id)
        elif session.series_id in items:
            playing.add(session.series_id or "")
        else:
            unknown = Unknown("plays_unlisted_item")
    return playing, unknown
