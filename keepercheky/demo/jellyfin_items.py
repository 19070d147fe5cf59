"""How the pretend Jellyfin answers a question about items: what is below, what is seen, in which order, which page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from keepercheky.demo import jellyfin_rows
from keepercheky.demo.ask import Answer, Ask, rows
from keepercheky.demo.items import Item, Library
from keepercheky.demo.people import User
from keepercheky.demo.world import World

# A page of a question is cut from the kept answer to it; these parameters do not change what the question is.
PAGE_ONLY = frozenset(
    [
        "startindex",
        "limit",
        "fields",
        "enableimages",
        "imagetypelimit",
        "enableuserdata",
        "enabletotalrecordcount",
        "apikey",
        "api_key",
    ]
)
KEPT_QUESTIONS = 24
SORT_KEYS: dict[str, Callable[[Item], Any]] = {
    "sortname": jellyfin_rows.sort_name,
    "name": lambda item: item.name.lower(),
    "datecreated": lambda item: item.created,
    "productionyear": lambda item: item.year or 0,
    "premieredate": lambda item: item.premiere.timestamp() if item.premiere else 0.0,
    "communityrating": lambda item: item.score,
    "runtime": lambda item: item.runtime_ticks,
    "seriessortname": lambda item: jellyfin_rows.sort_name(item.series or item),
    "parentindexnumber": lambda item: item.season_number or 0,
    "indexnumber": lambda item: item.number or 0,
    "airedepisodeorder": lambda item: (item.season_number or 0, item.number or 0),
    "isfolder": lambda item: not item.is_folder,
}


class Items:
    """Answers ``/Items`` and its kin. Keeps serialised rows per set of fields, and the last questions' answers."""

    def __init__(self, world: World, server: str) -> None:
        self.world = world
        self.server = server
        self.turns = 0
        self._kept: dict[object, list[Item]] = {}
        self._kept_at = (-1, 0)
        self._rows: dict[tuple[frozenset[str], bool], dict[str, tuple[Item, int, bytes]]] = {}

    def page(
        self, ask: Ask, user: User | None, start: Iterable[Item] | None = None, *, order: str = ""
    ) -> Answer:
        """One page. ``start``: the items to choose from where a route names them, in the ``order`` it has by itself."""
        found = self._found(ask, user, start, order)
        first = max(0, ask.number("startIndex"))
        shown = found[first : first + ask.number("limit")] if ask.has("limit") else found[first:]
        total = 0 if ask.flag("enableTotalRecordCount") is False else len(found)
        after = f'],"TotalRecordCount":{total},"StartIndex":{first}}}'.encode()
        return Answer(chunks=rows(self._serialised(shown, ask, user), before=b'{"Items":[', after=after))

    def one(self, item: Item, user: User | None) -> Answer:
        """A single item comes with every field."""
        row = jellyfin_rows.item(item, jellyfin_rows.EVERYTHING, self.server)
        if user is not None:
            row["UserData"] = jellyfin_rows.user_data(item, user, jellyfin_rows.EVERYTHING)
        return Answer(chunks=(msgspec.json.encode(row),))

    def _serialised(self, shown: Iterable[Item], ask: Ask, user: User | None) -> Iterator[bytes]:
        fields = frozenset(name.lower() for name in ask.commas("fields"))
        images = ask.flag("enableImages") is not False
        with_data = user if ask.flag("enableUserData") is not False else None
        kept = self._rows.setdefault((fields, images), {})
        for item in shown:
            age = item.revision + (item.series.revision if item.series else 0)
            row = kept.get(item.id)
            if row is None or row[0] is not item or row[1] != age:
                body = msgspec.json.encode(jellyfin_rows.item(item, fields, self.server, images=images))
                row = (item, age, body)
                # Folders count what is below them, which changes without them.
                if not item.is_folder:
                    kept[item.id] = row
            if with_data is None:
                yield row[2]
            else:
                data = msgspec.json.encode(jellyfin_rows.user_data(item, with_data, fields))
                yield row[2][:-1] + b',"UserData":' + data + b"}"

    # which, and in which order

    def _found(self, ask: Ask, user: User | None, start: Iterable[Item] | None, order: str) -> list[Item]:
        now = (self.world.revision, len(self.world.items))
        if self._kept_at != now or len(self._kept) > KEPT_QUESTIONS:
            self._kept, self._kept_at = {}, now
        asked = tuple(sorted((k.lower(), v) for k, v in ask.query if k.lower() not in PAGE_ONLY))
        question = (ask.path.lower(), user.id if user else "", asked)
        if question not in self._kept:
            self._kept[question] = self._chosen(ask, user, start, order)
        found = self._kept[question]
        if ask.has("sortBy") or order or ask.has("ids"):
            return found
        # Without an order pages do not fit together: each answer begins somewhere else.
        self.turns += 1
        turn = self.turns * 7 % max(1, len(found))
        return found[turn:] + found[:turn]

    def _chosen(self, ask: Ask, user: User | None, start: Iterable[Item] | None, order: str) -> list[Item]:
        wanted = {kind.lower() for kind in ask.commas("includeItemTypes")}
        unwanted = {kind.lower() for kind in ask.commas("excludeItemTypes")}
        hidden = {place.lower() for place in ask.commas("excludeLocationTypes")}
        missing = ask.flag("isMissing")
        found = [
            item
            for item in (self._below(ask) if start is None else start)
            if (not wanted or item.kind.lower() in wanted)
            and item.kind.lower() not in unwanted
            and (missing is None or item.virtual is missing)
            and ("virtual" if item.virtual else "filesystem") not in hidden
            and (user is None or user.sees(item))
        ]
        found = [
            item for item in found if _has_ids(item, ask) and _matches(item, ask.text("searchTerm").lower())
        ]
        if user is not None:
            found = self._grouped(_by_play_state(found, ask, user), ask)
        return _sorted(found, ask, user, order)

    def _below(self, ask: Ask) -> list[Item]:
        """The items a question starts from: named by id, below a parent, or all; not recursive: one level only."""
        deep = ask.flag("recursive") is True
        if ask.has("ids"):
            known = (self.world.items.get(plain(number)) for number in ask.commas("ids"))
            return [item for item in known if item is not None]
        parent = plain(ask.text("parentId"))
        if not parent:
            return (
                list(self.world.items.values())
                if deep
                else [self.folder(one) for one in self.world.libraries]
            )
        for library in self.world.libraries:
            if library.id == parent:
                return [
                    i
                    for i in self.world.items.values()
                    if i.library is library and (deep or i.parent is None)
                ]
        item = self.world.items.get(parent)
        if item is None:
            return []
        if item.kind == "BoxSet":
            return list(item.members)
        below = list(item.children)
        return below + [leaf for child in below for leaf in child.children] if deep else below

    def folder(self, library: Library) -> Item:
        """A library as an item, as it shows when nothing deeper is asked for."""
        return Item(
            owner=self.world, id=library.id, kind="CollectionFolder", name=library.name, library=library,
            created=self.world.users[0].created, provider_ids={}, path=library.locations[0],
        )  # fmt: skip

    def _grouped(self, found: list[Item], ask: Ask) -> list[Item]:
        """Where films are grouped into collections, browsing a library shows the collection and hides its members."""
        if (
            not self.world.groups_collections
            or ask.flag("collapseBoxSetItems") is False
            or not ask.has("parentId")
        ):
            return found
        if ask.has("isFavorite") or ask.has("filters") or not any(i.kind == "Movie" for i in found):
            return found
        sets = [item for item in self.world.items.values() if item.kind == "BoxSet"]
        grouped = {member.id for item in sets for member in item.members}
        shown = {item.id for item in found}
        return [i for i in found if i.id not in grouped] + [
            item for item in sets if any(member.id in shown for member in item.members)
        ]


def _has_ids(item: Item, ask: Ask) -> bool:
    for name, provider in (("hasTmdbId", "Tmdb"), ("hasImdbId", "Imdb"), ("hasTvdbId", "Tvdb")):
        wanted = ask.flag(name)
        if wanted is not None and (provider in item.provider_ids) is not wanted:
            return False
    return True


def _matches(item: Item, term: str) -> bool:
    return not term or term in item.name.lower()


def _by_play_state(found: list[Item], ask: Ask, user: User) -> list[Item]:
    """``isFavorite``, ``isPlayed`` and ``filters``; they mean nothing without a user."""
    filters = {name.lower() for name in ask.commas("filters")}
    favourite = True if "isfavorite" in filters else ask.flag("isFavorite")
    played = {"isplayed": True, "isunplayed": False}.get(next(iter(filters & {"isplayed", "isunplayed"}), ""))
    played = ask.flag("isPlayed") if played is None else played
    if favourite is None and played is None and "isresumable" not in filters:
        return found
    chosen = []
    for item in found:
        data = jellyfin_rows.user_data(item, user, ())
        if favourite is not None and data["IsFavorite"] is not favourite:
            continue
        if played is not None and data["Played"] is not played:
            continue
        if "isresumable" in filters and not data["PlaybackPositionTicks"]:
            continue
        chosen.append(item)
    return chosen


def _sorted(found: list[Item], ask: Ask, user: User | None, order: str) -> list[Item]:
    """By each key in turn, ties by id. ``sortOrder`` goes with the key of its place, the last one with the rest."""
    names = [name.lower() for name in ask.commas("sortBy")] or ([order] if order else [])
    if not names:
        return found
    orders = [name.lower() for name in ask.commas("sortOrder")] or ["ascending"]
    found = sorted(found, key=lambda item: item.id)
    for place, name in reversed(list(enumerate(names))):
        key = _played_at(user) if name == "dateplayed" else SORT_KEYS.get(name)
        if key is not None:
            found.sort(key=key, reverse=orders[min(place, len(orders) - 1)].startswith("desc"))
    return found


def _played_at(user: User | None) -> Callable[[Item], float]:
    def key(item: Item) -> float:
        data = user.data.get(item.id) if user else None
        return data.last_played.timestamp() if data and data.last_played else 0.0

    return key


def plain(number: str) -> str:
    """An id without dashes and in lower case: both forms are taken."""
    return number.replace("-", "").lower()
