"""Jellyfin's sessions: what is playing, paused or queued there, as far as it may concern a movie or a show.

A queue names its items by id alone. The whole list says what most of them are; the rest is asked for once, so that
somebody who listens to music does not hold up everything, and an item nobody knows still does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from keepercheky.library.said import ItemSaid, SessionSaid
from keepercheky.services.http import Wire
from keepercheky.services.jellyfin_wire import ItemPage, PlayingOnWire, SessionOnWire, plain, plain_or_none

IDS_PER_REQUEST: Final = 100  # they travel in the URL

# What concerns no title of Radarr or Sonarr.
CONCERNS_NONE: Final = frozenset(
    {
        "Audio", "AudioBook", "Book", "Channel", "ChannelFolderItem", "LiveTvChannel", "LiveTvProgram", "MusicAlbum",
        "MusicArtist", "MusicVideo", "Photo", "PhotoAlbum", "Program", "Trailer", "TvChannel", "TvProgram",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Playing:
    user_id: str | None
    item: PlayingOnWire


async def playing(wire: Wire) -> list[Playing]:
    """Every item of every session that has something playing or paused: that item, and the queue behind it.

    A session that stopped keeps its old queue for as long as its client is connected: that one is over.
    """
    sessions = await wire.get("/Sessions", list[SessionOnWire])
    return [Playing(plain_or_none(session.user_id), item) for session in sessions for item in _items(session)]


async def concerning(
    wire: Wire, found: Iterable[Playing], listed: Mapping[str, ItemSaid]
) -> tuple[SessionSaid, ...]:
    """Those that may concern a movie or a show. An item of no known type stays, with type None."""
    found = list(found)
    lacking = (
        plain(one.item.id) for one in found if one.item.type is None and plain(one.item.id) not in listed
    )
    types = await _types(wire, dict.fromkeys(lacking))
    said = (_said(one, listed.get(plain(one.item.id)), types) for one in found)
    return tuple(dict.fromkeys(session for session in said if session.type not in CONCERNS_NONE))


def _items(session: SessionOnWire) -> Iterator[PlayingOnWire]:
    if session.now_playing_item is None:
        return
    yield session.now_playing_item
    known = {plain(item.id): item for item in session.now_playing_queue_full_items or ()}
    for item in session.now_playing_queue or ():
        yield known.pop(plain(item.id), item)
    yield from known.values()


def _said(one: Playing, item: ItemSaid | None, types: Mapping[str, str]) -> SessionSaid:
    identity = plain(one.item.id)
    kind = one.item.type or (item.type if item else None) or types.get(identity)
    series_id = plain_or_none(one.item.series_id) or (item.series_id if item else None)
    return SessionSaid(user_id=one.user_id, item_id=identity, type=kind, series_id=series_id)


async def _types(wire: Wire, identities: Iterable[str]) -> dict[str, str]:
    types: dict[str, str] = {}
    remaining = iter(identities)
    while some := list(islice(remaining, IDS_PER_REQUEST)):
        query = [("ids", ",".join(some)), ("recursive", "true"), ("enableImages", "false")]
        page = await wire.get("/Items", ItemPage, query)
        types |= {plain(row.id): row.type for row in page.items if row.type}
    return types
