"""What we saw ourselves: file systems KeeperCheky can look at, read by the storage module and handed in here."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from keepercheky.media import Fact


class SpaceSeen(msgspec.Struct, frozen=True):
    """Free space for unprivileged users and total, bytes; `device` tells which storages are one."""

    free_bytes: int
    total_bytes: int
    device: int


class FileSeen(msgspec.Struct, frozen=True):
    """A file at its mapped path: how many hard links it has."""

    links: int


class VideoSeen(msgspec.Struct, frozen=True):
    path: str
    size_bytes: int


class Seen(msgspec.Struct, frozen=True):
    """By our own view of the path. A path not in `files` or `folders` was not looked at."""

    spaces: Mapping[str, Fact[SpaceSeen]] = {}  # by the storage's name
    files: Mapping[str, Fact[FileSeen]] = {}
    folders: Mapping[str, Fact[tuple[VideoSeen, ...]]] = {}  # videos over 50 MB that are no extras


class Place(msgspec.Struct, frozen=True):
    """A storage of the settings. Without a path it holds whatever no other holds."""

    name: str
    path: str | None = None


class Setting(msgspec.Struct, frozen=True):
    """What joining must know of the settings."""

    places: tuple[Place, ...]
    path_maps: Mapping[str, Mapping[str, str]] = {}  # by service: its view → ours
    in_jellyfin: Mapping[str, bool] = {}  # by *arr instance; absent: its titles are expected there
    has_jellyfin: bool = False
    has_seerr: bool = False
    arrs: Mapping[str, str] = {}  # every configured Radarr and Sonarr, read or not: name → radarr | sonarr
    shelf: str | None = (
        None  # item id of our Leaving Soon collection: a favourite on it is none of what it holds
    )
