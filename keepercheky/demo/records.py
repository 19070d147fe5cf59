"""What the services remember and plan: history, the queue, torrents, requests, exclusions, disks."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from keepercheky.demo.noun import Noun
from keepercheky.demo.people import User
from keepercheky.demo.titles import HD_WEB, Quality


class Event(Struct, frozen=True, gc=False):
    """One line of an *arr's history. ``kind`` is the name in its API; its ``data`` is made up when served."""

    id: int
    kind: str
    date: datetime
    title_id: int  # the movie's or the series' id
    source: str
    quality: Quality
    episode_id: int = 0
    season_number: int = 0
    download_id: str = ""
    file_id: int = 0
    path: str = ""
    size: int = 0
    release_group: str = ""
    reason: str = ""  # of a deletion: Manual, Upgrade, MissingFromDisk


class Download(Noun, kw_only=True):
    """One line of an *arr's queue. ``title_id`` 0: the *arr could not tell what it is."""

    id: int
    title_id: int
    name: str
    size: int
    left: int
    added: datetime
    download_id: str
    episode_id: int = 0
    season_number: int = 0
    has_file: bool = False
    status: str = "downloading"
    tracked_status: str = "ok"
    tracked_state: str = "downloading"
    messages: tuple[str, ...] = ()
    quality: Quality = HD_WEB


class Torrent(Noun, kw_only=True):
    """A finished torrent whose data still lies in the downloads folder, hard-linked into the library."""

    hash: str
    name: str
    path: str
    files: dict[str, str]  # path in the downloads folder -> path in the library it is linked to
    sizes: dict[str, int]  # the same keys; bytes
    completed: datetime
    category: str = ""
    tags: tuple[str, ...] = ()
    private: bool = True
    paused: bool = False
    ratio: float = 1.4
    ratio_limit: float = -2  # -2: the client's own limit, -1: none
    seeding_minutes: int | None = None  # None: since it was completed
    seeding_limit_minutes: int = -2


class MediaRow(Noun, kw_only=True):
    """Seerr's row of a title. Status: 1 unknown 2 pending 3 processing 4 partial 5 available 6 blocklisted 7 deleted."""

    id: int
    kind: str  # movie | tv
    tmdb_id: int
    tvdb_id: int | None
    status: int
    status_4k: int
    created: datetime
    updated: datetime
    added: datetime | None  # mediaAddedAt
    arr_id: int | None  # externalServiceId
    slug: str | None
    item_id: str | None  # jellyfinMediaId
    seasons: tuple[tuple[int, int], ...] = ()  # (number, status)


class Request(Noun, kw_only=True):
    """A wish. Status: 1 pending 2 approved 3 declined 4 failed 5 completed."""

    id: int
    media: MediaRow
    status: int
    by: User
    created: datetime
    updated: datetime
    is_4k: bool = False
    seasons: tuple[int, ...] = ()


class Exclusion(Struct, frozen=True):
    """A title the import lists may not bring back; ``number`` is a tmdb id in Radarr, a tvdb id in Sonarr."""

    id: int
    number: int
    title: str
    year: int = 0


class Disk(Noun, kw_only=True):
    """A mount as the *arrs see it. ``other_bytes``: what lies there and is none of the library's."""

    path: str
    total: int
    other_bytes: int
    label: str = ""
    holds_media: bool = False
