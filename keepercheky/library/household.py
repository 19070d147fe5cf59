"""What Jellyfin knows of the people: who watched, marked and is playing which item.

Built once a run from everything Jellyfin said; asked title by title. A user who may not see an item says
"nothing" about it; one who should see it and was not told about it makes the item unknown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

import msgspec

from keepercheky.library.plays import PlayMark, Sight, look
from keepercheky.library.said import (
    ItemSaid,
    JellyfinSaid,
    MediaLibrarySaid,
    UserDataSaid,
    UserSaid,
)
from keepercheky.media import Fact, Unknown, Watching
from keepercheky.paths import is_under, normal

PLAYABLE = frozenset({"Movie", "Episode"})
NOBODY: frozenset[str] = frozenset()
Marks = Mapping[tuple[str, str], PlayMark]  # by (identity, user id)


class Household:
    """Every user's view, turned round: by item."""

    def __init__(
        self,
        said: JellyfinSaid,
        marks: Marks,
        now: datetime,
        *,
        shelf: str | None = None,
        doubt: Unknown | None = None,
    ) -> None:
        """`shelf`: a collection whose favourite holds nothing. `doubt`: copies of any title may be lacking."""
        doubt = doubt or _left(said)
        self._name = said.name
        self._now = now
        self._marks = marks
        self._names = {user.id: user.name for user in said.users}
        self._apart = _told_apart(said.users)
        self._views = said.views
        self._marked_users, self._remembered = _remembered(marks)
        self._data: dict[str, list[tuple[str, UserDataSaid]]] = defaultdict(list)
        for user_id, view in said.views.items():
            for row in view.data:
                self._data[row.item_id].append((user_id, row))
        self._libraries_of = _libraries(said.items, said.libraries)
        strangers = sorted((user.id, user.name) for user in said.users if user.id not in said.views)
        self._doubt = doubt or (Unknown("missing_for_user", strangers[0][1]) if strangers else None)
        self._unread = self._unread_items(said)
        self._fans = self._favorites(said, shelf)
        self._playing, unlisted = _playing(said)
        self._playing_unknown = unlisted or doubt
        self._sessions = {(row.user_id, row.item_id) for row in said.sessions}
        self._quiet = Watching(unknown=self._doubt, playing=self._playing_unknown or False)
        self._changed: dict[tuple[str, str], PlayMark] = {}

    @property
    def changed(self) -> tuple[PlayMark, ...]:
        """Marks that today's reading made or changed, of the titles asked for so far."""
        return tuple(self._changed[name] for name in sorted(self._changed))

    def libraries(self, items: Iterable[ItemSaid]) -> Fact[frozenset[str]]:
        """Names of all libraries that hold one of the items; unknown when one lies in none."""
        found: set[str] = set()
        for item in items:
            held = self._libraries_of.get(item.id)
            if not held:
                return Unknown("no_library", self._name)
            found.update(library.name for library in held)
        return frozenset(found)

    def remembered_parts(self, tvdb_id: int) -> AbstractSet[tuple[int, int]]:
        """Seasons and numbers of a show's episodes that somebody was ever seen playing."""
        return self._remembered.get(tvdb_id, frozenset())

    def favorite_of(self, item_id: str) -> frozenset[str]:
        """Users who marked this very item, or a collection that holds it."""
        return self._fans.get(item_id, NOBODY)

    def is_playing(self, item_ids: Iterable[str]) -> Fact[bool]:
        if any(item in self._playing for item in item_ids):
            return True
        return self._playing_unknown or False

    def watching(self, identity: str, items: Iterable[ItemSaid]) -> Watching:
        """All users' facts of a movie or episode, all its copies together; what was once seen included."""
        copies = [item.id for item in items]
        if identity not in self._marked_users and not any(map(self._is_told_of, copies)):
            return self._quiet
        unread = (self._unread[item] for item in copies if item in self._unread)
        unknown = self._doubt or next(unread, None)
        watches = []
        for sight in self._sights(identity, copies):
            if sight.watch.played:
                watches.append(sight.watch)
            if sight.undated:
                unknown = unknown or Unknown("play_without_date")
        return Watching(
            watches=tuple(sorted(watches, key=lambda watch: watch.user)),
            unknown=unknown,
            favorite_of=NOBODY.union(*map(self.favorite_of, copies)),
            playing=self.is_playing(copies),
        )

    def uncertain(self, identity: str, doubt: Unknown) -> Watching:
        """A title without certain items: what was once seen is the bound, nothing else is known."""
        ambiguous = doubt.why != "unmatched"  # what plays may then well be this title
        return msgspec.structs.replace(
            self.watching(identity, ()),
            unknown=doubt,
            playing=doubt if ambiguous and self._playing else self._quiet.playing,
        )

    def _sights(self, identity: str, copies: Collection[str]) -> Iterator[Sight]:
        """Of everybody who did anything with it, now or before; what changed is noted."""
        rows: dict[str, list[UserDataSaid]] = {user: [] for user in self._marked_users.get(identity, ())}
        for item in copies:
            for user, row in self._data.get(item, ()):
                rows.setdefault(user, []).append(row)
        for user in sorted(rows):
            mark = self._marks.get((identity, user))
            view = self._views.get(user)
            sight = look(
                identity,
                (user, self._apart.get(user, user)),
                rows[user],
                mark,
                sees_it=view is not None and any(item in view.seen for item in copies),
                in_session=any((user, item) in self._sessions for item in copies),
                now=self._now,
            )
            if sight.mark != mark and (mark is not None or sight.watch.played):
                self._changed[identity, user] = sight.mark
            yield sight

    def _is_told_of(self, item: str) -> bool:
        return item in self._data or item in self._unread or item in self._fans or item in self._playing

    def _unread_items(self, said: JellyfinSaid) -> dict[str, Unknown]:
        """Items that a user who may see them was not told about."""
        playable = frozenset(item.id for item in said.items if item.type in PLAYABLE)
        unread: dict[str, Unknown] = {}
        for user in sorted(said.users, key=lambda user: user.id):
            view = said.views.get(user.id)
            for item in playable - view.seen if view is not None else ():
                if not self._may_be_hidden(user, item):
                    unread.setdefault(item, Unknown("missing_for_user", user.name))
        return unread

    def _may_be_hidden(self, user: UserSaid, item: str) -> bool:
        if user.restricted:
            return True
        held = self._libraries_of.get(item, ())
        return (
            bool(held)
            and not user.all_folders
            and all(library.id and library.id not in user.folders for library in held)
        )

    def _favorites(self, said: JellyfinSaid, shelf: str | None) -> dict[str, frozenset[str]]:
        """By item, who marked it or a collection that holds it."""
        marked: dict[str, set[str]] = defaultdict(set)
        for user_id, view in said.views.items():
            for row in view.data:
                if row.favorite:
                    marked[row.item_id].add(self._names.get(user_id, user_id))
        boxes = {box: frozenset(marked[box]) for box in said.collections if box in marked and box != shelf}
        for box, fans in boxes.items():
            for member in said.collections[box]:
                marked[member] |= fans
        return {item: frozenset(fans) for item, fans in marked.items()}


def _left(said: JellyfinSaid) -> Unknown | None:
    """A doubt about everything where a user told of an item that the whole list lacks: it may be a part of any title.

    Jellyfin's list was read last, so it left meanwhile; what was done with it has no title any more.
    """
    listed = {item.id for item in said.items} | said.collections.keys()
    for view in said.views.values():
        if not view.seen <= listed or any(row.item_id not in listed for row in view.data):
            return Unknown("not_read", said.name)
    return None


def _told_apart(users: Iterable[UserSaid]) -> dict[str, str]:
    """By id, a name of one's own."""
    users = list(users)
    count = Counter(user.name for user in users)
    return {user.id: f"{user.name} ({user.id})" if count[user.name] > 1 else user.name for user in users}


def _remembered(marks: Marks) -> tuple[dict[str, list[str]], dict[int, set[tuple[int, int]]]]:
    """Users by identity, and (season, number) by show."""
    users: dict[str, list[str]] = defaultdict(list)
    parts: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for identity, user_id in marks:
        users[identity].append(user_id)
        if identity.startswith("episode:"):
            tvdb, season, number = map(int, identity.split(":")[2:])
            parts[tvdb].add((season, number))
    return users, parts


def _libraries(
    items: Iterable[ItemSaid], libraries: Iterable[MediaLibrarySaid]
) -> dict[str, tuple[MediaLibrarySaid, ...]]:
    """By item: every library one of whose folders holds it. Neighbours lie in the same ones: each folder once."""
    places = [(normal(place), library) for library in libraries for place in library.locations if place]
    tops = {place for place, _ in places}
    by_folder: dict[str, tuple[MediaLibrarySaid, ...]] = {}
    found = {}
    for item in items:
        path = normal(item.path or "")
        folder = path if path in tops else path.rpartition("/")[0] or path[:1]
        if folder not in by_folder:
            held = {
                library.id or library.name: library for place, library in places if is_under(folder, place)
            }
            by_folder[folder] = tuple(held.values())
        found[item.id] = by_folder[folder]
    return found


def _playing(said: JellyfinSaid) -> tuple[set[str], Unknown | None]:
    """Items and series something is playing of; Unknown when a session plays what the list lacks."""
    items = {item.id: item for item in said.items}
    playing: set[str] = set()
    unknown = None
    for session in said.sessions:
        item = items.get(session.item_id)
        series = session.series_id
        placed = False
        if item is not None:
            playing.add(item.id)
            series = item.series_id or series
            placed = item.type != "Episode"
            if item.type != "Season" and item.series_id in items:
                continue  # its wholes are known by the item itself
        if series is not None and series in items:
            playing.add(series)
        elif not placed:
            unknown = Unknown("plays_unlisted_item")
    return playing, unknown
