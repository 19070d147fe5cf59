"""Jellyfin's lists of items: the whole one, and each user's.

Without `userId` an answer holds no user data and no collection shows its members; with it, only what that user may
see. So the whole list is read once without a user, and one list per user tells who watched what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from keepercheky.library.said import ItemSaid, UserDataSaid, UserSaid, UserView
from keepercheky.services import faults
from keepercheky.services.http import Wire
from keepercheky.services.jellyfin_wire import (
    VIRTUAL,
    ItemOnWire,
    ItemPage,
    SeenOnWire,
    SeenPage,
    item,
    plain,
    user_data,
)
from keepercheky.services.pages import Page, walk

PAGE_SIZE: Final = 500
TITLES: Final = "Movie,Episode"
EVERYTHING: Final = "Movie,Series,Season,Episode,BoxSet"
WHOLES: Final = "Series,Season,BoxSet"

Query = list[tuple[str, str | int]]

# Pages need an order that holds from one to the next. A collection must not swallow its movies.
_LIST: Final[Query] = [
    ("recursive", "true"),
    ("sortBy", "DateCreated,SortName"),
    ("sortOrder", "Ascending"),
    ("collapseBoxSetItems", "false"),
    ("enableImages", "false"),
]


async def everything(wire: Wire) -> tuple[ItemSaid, ...]:
    """Every movie, series, season, episode with a file, and collection.

    Items without a file are dropped here and not by the query: a season without a folder of its own is one, too.
    """
    query: Query = [*_LIST, ("includeItemTypes", EVERYTHING), ("fields", "ProviderIds,Path")]

    async def page_at(number: int) -> Page[ItemOnWire]:
        page = await wire.get("/Items", ItemPage, [*query, *_page(number)])
        return Page([(plain(row.id), row) for row in page.items], _total(number, page.total_record_count))

    rows = await walk(wire.name, "items", page_at, exact=True)
    return tuple(said for said in map(item, rows) if said is not None)


@dataclass(frozen=True, slots=True)
class Looked:
    """One user's view, and which collections that user marked as favourite."""

    view: UserView
    collections: tuple[str, ...]


async def look(wire: Wire, user: UserSaid, interned: dict[str, str]) -> Looked:
    """What this user sees and did: the list of movies and episodes, then the favourites among what holds them.

    `interned`: one text per id, shared by all users' views.
    """
    seen: set[str] = set()
    data: list[UserDataSaid] = []
    titles: Query = [("includeItemTypes", TITLES), ("isMissing", "false"), ("excludeLocationTypes", VIRTUAL)]
    for row in await _seen(wire, user, titles):
        if row.location_type == VIRTUAL:
            continue  # nor does the whole list hold it
        identity = interned.setdefault(plain(row.id), plain(row.id))
        seen.add(identity)
        data += _told(wire, identity, row)
    collections: list[str] = []
    favourites: Query = [("includeItemTypes", WHOLES), ("isFavorite", "true")]
    for row in await _seen(wire, user, favourites):
        identity = interned.setdefault(plain(row.id), plain(row.id))
        data += _told(wire, identity, row)
        collections += [identity] if row.type == "BoxSet" else []
    return Looked(UserView(seen=frozenset(seen), data=tuple(data)), tuple(collections))


async def exists(wire: Wire, identity: str) -> bool:
    query: Query = [("ids", identity), ("recursive", "true"), ("enableImages", "false")]
    page = await wire.get("/Items", ItemPage, query)
    found = {plain(row.id) for row in page.items}
    if found - {plain(identity)} or (page.total_record_count and not found):
        raise faults.unexpected(wire.name, "other items than the one asked for")
    return bool(found)


async def members(wire: Wire, collection: str, user_id: str) -> tuple[str, ...]:
    """Ids of what a collection holds, as that user sees it; without a user it would look empty."""
    query: Query = [
        ("userId", user_id),
        ("parentId", collection),
        ("collapseBoxSetItems", "false"),
        ("enableImages", "false"),
        ("enableUserData", "false"),
    ]
    page = await wire.get("/Items", ItemPage, query)
    if len(page.items) < page.total_record_count:
        raise faults.unexpected(
            wire.name, f"{len(page.items)} of {page.total_record_count} items of a collection"
        )
    return tuple(dict.fromkeys(plain(row.id) for row in page.items))


async def _seen(wire: Wire, user: UserSaid, narrowed: Query) -> Iterable[SeenOnWire]:
    query: Query = [("userId", user.id), *_LIST, *narrowed]

    async def page_at(number: int) -> Page[SeenOnWire]:
        page = await wire.get("/Items", SeenPage, [*query, *_page(number)])
        return Page([(plain(row.id), row) for row in page.items], _total(number, page.total_record_count))

    return await walk(wire.name, f"items of the user {user.name}", page_at, exact=True)


def _told(wire: Wire, identity: str, row: SeenOnWire) -> list[UserDataSaid]:
    if row.user_data is None:
        raise faults.unexpected(wire.name, "an item of a user without that user's data")
    said = user_data(identity, row.type, row.user_data)
    return [] if said is None else [said]


def _page(number: int) -> Query:
    page: Query = [("startIndex", number * PAGE_SIZE), ("limit", PAGE_SIZE)]
    return page if number == 0 else [*page, ("enableTotalRecordCount", "false")]  # counted once: it is slow


def _total(number: int, said: int) -> int | None:
    return said if number == 0 else None
