"""The nouns: what a household owns and what is known of it.

Facts are three-valued. A fact of type `Fact[T]` is a known value, or an `Unknown` that says why; a value of
None or an empty set is *known absent*. An `Unknown` may carry a lower bound (`at_least`): "at any rate not
before". Nothing here judges, reads or writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")

NOTHING_ASKED: Final = "not_asked"  # detail that was not fetched because the verdict did not hang on it


class Unknown(msgspec.Struct, frozen=True):
    """A fact that could not be established. `why` is a code, `source` the service or storage concerned."""

    why: str
    source: str = ""
    at_least: datetime | None = None


Fact: TypeAlias = T | Unknown


class Ids(msgspec.Struct, frozen=True, omit_defaults=True):
    tmdb: int | None = None
    imdb: str | None = None
    tvdb: int | None = None


class Watch(msgspec.Struct, frozen=True):
    """What one user did with one movie or episode."""

    user: str
    played_at: datetime | None = None  # None with `played` set: played, but nobody knows when
    played: bool = False  # any sign of playback
    finished: bool = False
    in_progress: bool = False


class Request(msgspec.Struct, frozen=True):
    """Who asked for it in Seerr, and since when it is there for them (None: Seerr gives no date)."""

    by: str
    available_since: datetime | None


class Watching(msgspec.Struct, frozen=True):
    """What Jellyfin said of one movie or episode, all copies and all users together."""

    watches: tuple[Watch, ...] = ()
    unknown: Unknown | None = None  # the rest is then only a lower bound
    favorite_of: frozenset[str] = frozenset()
    playing: Fact[bool] = False


NOT_WATCHED: Final = Watching()


class MediaFile(msgspec.Struct, frozen=True):
    """A file as the *arr lists it, and, where we can see it ourselves, what the disk says."""

    id: int
    path: str
    size_bytes: int
    links: Fact[int | None] = None  # None: not on a storage we can see
    last_link_bytes: int | None = None  # bytes that go when this path goes; None: not visible


class Movie(msgspec.Struct, frozen=True):
    service: str
    arr_id: int
    ids: Ids
    title: str
    year: int
    folder: str
    root_folder: str | None
    libraries: Fact[frozenset[str]]
    storage: str | None
    tags: Fact[frozenset[str]]
    size_bytes: int
    file: MediaFile | None
    imported_at: Fact[datetime]
    watching: Watching
    queued: bool
    requests: Fact[tuple[Request, ...]]
    shared_with: Fact[str | None]  # another title's folder, or a video that is not this title's
    folder_seen: str | None = None  # the folder as we see it; None: not visible
    jellyfin_items: tuple[tuple[str, str], ...] = ()  # item id and Jellyfin's own path, of every copy

    @property
    def identity(self) -> str:
        """Kind and provider id, without the instance: what keeps and plays are stored by."""
        return f"movie:tmdb:{self.ids.tmdb}" if self.ids.tmdb else f"movie:{self.service}:{self.arr_id}"

    @property
    def key(self) -> str:
        return f"{self.identity}@{self.service}"


class Episode(msgspec.Struct, frozen=True):
    arr_id: int
    season: int
    number: int
    air_at: datetime | None
    file_id: int
    imported_at: Fact[datetime]
    watching: Watching
    queued: bool
    title: str = ""


class Season(msgspec.Struct, frozen=True):
    """A season as the list of series tells it."""

    number: int
    size_bytes: int
    episode_files: int
    favorite_of: frozenset[str] = frozenset()


class Queued(msgspec.Struct, frozen=True):
    """Downloads on their way for a show. `whole`: one that names no season, so that it may be any part."""

    whole: bool = False
    seasons: frozenset[int] = frozenset()  # of any download, also of a single episode
    season_packs: frozenset[int] = frozenset()  # downloads that name a season and no episode
    episodes: frozenset[int] = frozenset()  # Sonarr's episode ids

    def __bool__(self) -> bool:
        return self.whole or bool(self.seasons or self.season_packs or self.episodes)


class Show(msgspec.Struct, frozen=True):
    """A series of one Sonarr. `episodes` is Unknown until somebody needed to know."""

    service: str
    arr_id: int
    ids: Ids
    title: str
    year: int
    folder: str
    root_folder: str | None
    libraries: Fact[frozenset[str]]
    storage: str | None
    tags: Fact[frozenset[str]]
    size_bytes: int
    has_files: Fact[bool]
    ended: bool
    airs_near: bool  # by the list alone: a monitored regular episode aired or airs within 90 days
    seasons: tuple[Season, ...]
    episodes: Fact[tuple[Episode, ...]]
    files: Mapping[int, MediaFile]
    imported_bound: datetime | None  # the newest import the history vouches for, of any episode still there
    whole: Watching  # what Jellyfin says of the show as one, and of parts that it puts in no season
    # by season and number, as Jellyfin counts (-1: episodes without a number); quiet ones left out
    parts: Mapping[tuple[int, int], Watching]
    listed_parts: frozenset[tuple[int, int]]  # every part Jellyfin lists
    queued: Queued
    requests: Fact[tuple[Request, ...]]
    shared_with: Fact[str | None]
    folder_seen: str | None = None
    jellyfin_items: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> str:
        return f"show:tvdb:{self.ids.tvdb}" if self.ids.tvdb else f"show:{self.service}:{self.arr_id}"

    @property
    def key(self) -> str:
        return f"{self.identity}@{self.service}"


class StorageState(msgspec.Struct, frozen=True):
    """Free space of a place, as bytes. `free_bytes` None: not known; `total_bytes` None: shares not known."""

    name: str
    rule: str  # the settings' storage it belongs to
    disk: str  # storages with the same disk share one free space
    path: str | None
    source: str  # "path" or the service that told
    free_bytes: int | None
    total_bytes: int | None
    pending_bytes: int = 0  # deleted and verified, but still in a recycle bin

    @property
    def effective_free_bytes(self) -> int | None:
        return None if self.free_bytes is None else self.free_bytes + self.pending_bytes


class Library(msgspec.Struct, frozen=True):
    """Everything, joined."""

    movies: tuple[Movie, ...]
    shows: tuple[Show, ...]
    storages: Mapping[str, StorageState]
