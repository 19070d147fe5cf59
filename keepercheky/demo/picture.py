"""The whole home as bytes: what any of its services could tell, and what lies on its disk. Equal worlds look equal.

Left out are clocks and the revisions by which the fakes keep their answers fresh. One line per fact, so that a
difference between two pictures can be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from keepercheky.demo.noun import Noun
from keepercheky.demo.people import PlayData, User
from keepercheky.demo.titles import Season, Show

if TYPE_CHECKING:
    from keepercheky.demo.world import World

UNTOLD = ("owner", "revision")
KNOBS = (
    "monitored_collections", "groups_collections", "legacy_auth", "stuck_folders", "seerr_csrf", "seerr_servers",
    "qbittorrent_version",
)  # fmt: skip


def picture(world: World) -> bytes:
    whole = {
        "radarr": _facts(world.radarr),
        "sonarr": _facts(world.sonarr),
        "movies": [_facts(movie) for movie in world.movies.values()],
        "shows": [_show(show) for show in world.shows.values()],
        "episodes": sorted(world.episodes),
        "files": {file.path: _facts(file) for file in world.media_files()},
        "unmapped": world.strays,
        "torrents": [_facts(torrent) for torrent in world.torrents.values()],
        "disks": [_facts(disk) | {"free": world.free_bytes(disk)} for disk in world.disks],
        "libraries": [_facts(library) for library in world.libraries],
        "items": [_facts(item) for item in world.items.values()],
        "users": [_user(user) for user in world.users],
        "sessions": [_facts(session) for session in world.sessions],
        "media": [_facts(row) for row in world.media],
        "requests": [_facts(request) for request in world.requests],
        "contents": {path: {"size": size, "data": data} for path, size, data in world.contents.names()},
        "folders": world.contents.folders(),
        "real": {path: {"size": size, "data": data} for path, size, data in _real(world)},
        "waiting": world.later.waiting(),
        "knobs": {name: getattr(world, name) for name in KNOBS},
    }
    return msgspec.json.format(msgspec.json.encode(_told(whole), order="deterministic"), indent=1)


def _real(world: World) -> Iterable[tuple[str, int, str]]:
    return world.files.listing() if world.files else ()


def _show(show: Show) -> dict[str, Any]:
    seasons = [
        _facts(season) | {"episodes": [_facts(episode) for episode in season.episodes]}
        for season in show.seasons
    ]
    return _facts(show) | {"seasons": seasons}


def _user(user: User) -> dict[str, Any]:
    """Play data that says nothing is as good as none."""
    nothing = _facts(PlayData(owner=user))
    data = {item: facts for item, one in user.data.items() if (facts := _facts(one)) != nothing}
    return _facts(user) | {"data": data}


def _facts(noun: Struct) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in noun.__struct_fields__ if name not in UNTOLD}


def _told(value: Any) -> Any:
    """As JSON; a thing within another is named, not told again."""
    if isinstance(value, Noun):
        return _name(value)
    if isinstance(value, Struct):
        return _told(_facts(value))
    if isinstance(value, dict):
        return {str(key): _told(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_told(inner) for inner in value), key=str)
    if isinstance(value, list | tuple):
        return [_told(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _name(noun: Noun) -> str:
    if isinstance(noun, Season):
        return f"Season {noun.show.id}/{noun.number}"
    number = getattr(noun, "id", None) or getattr(noun, "hash", "")
    return f"{type(noun).__name__} {number}"
