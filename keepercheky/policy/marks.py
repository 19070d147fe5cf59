"""What we remember between runs and deciding reads: promises, keeps by hand, the baseline of the last good run.

A *good run* read every required source and ended success, partial or waiting. Instants are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec


class Promise(msgspec.Struct, frozen=True, gc=False):
    """A title was announced: it does not go before `promised_until`."""

    key: str
    schedule: str
    announced_at: datetime
    promised_until: datetime
    active_at: datetime  # its activity when announced; later activity drops the promise
    simulated: bool  # made by a preview run; discarded on going live
    level: str | None = None  # the level whose own notice set the date last
    idle_since: datetime | None = None  # since when it has not been expired
    idle_runs: int = 0  # good runs in a row in which it was not expired
    files: tuple[int, ...] = ()  # its files when announced, where known; a new one drops the promise


class HandKeep(msgspec.Struct, frozen=True):
    """Kept by a person. `identity`: kind and provider id without instance (`movie:tmdb:603`, `season:tvdb:5:1`)."""

    identity: str
    created_at: datetime
    until: datetime | None = None  # None: for good
    reason: str = ""
    by: str = ""


class Spent(msgspec.Struct, frozen=True):
    """A deletion that still counts against the caps."""

    schedule: str
    kind: str
    due_at: datetime  # the due minute of its run; counts for 22 h from there
    size_bytes: int


class ScheduleMark(msgspec.Struct, frozen=True):
    """What is remembered of one schedule."""

    last_good_at: datetime | None = None
    held_back: bool = False  # its last good plan held a needed delete that it did not take
    approved: bool = False  # an approved plan of it has deleted a title since its scope last changed
    scope: str = ""  # what it covered and how far it went when that was so
    longest_gap: timedelta | None = (
        None  # between two of its due times, as its cron line was at the last good run
    )


class Counts(msgspec.Struct, frozen=True):
    """How many of each thing a run saw. Per service where several can be: `{"radarr": 177}`."""

    titles: Mapping[str, int] = {}
    tags: Mapping[str, int] = {}
    users: int | None = None  # None: the source is not configured
    matched: int | None = None
    favorites: int | None = None
    played: int | None = None
    requests: int | None = None


class StorageMark(msgspec.Struct, frozen=True):
    """How a storage looked at the last good run: is it still itself?"""

    total_bytes: int | None
    files: tuple[str, ...] = ()  # up to 20 paths, as we see them


class Baseline(msgspec.Struct, frozen=True):
    """The last good run's world, to notice what vanished without our doing."""

    taken_at: datetime
    counts: Counts
    services: frozenset[str]
    keep_tags: frozenset[str]  # of the settings' keep tags, those each *arr had: `radarr/keep`
    storages: Mapping[str, StorageMark] = {}
    root_folders: Mapping[str, frozenset[str]] = {}  # by *arr
    people: Mapping[str, str] = {}  # Jellyfin's users: id → name
    anchored_at: datetime | None = None  # since when `counts` are these: many small falls in a day are one


class Accepted(msgspec.Struct, frozen=True):
    """A person looked at a refusal and accepted it as it stood then."""

    id: str
    at: datetime
    facts: Mapping[str, str | int | float]


class Marks(msgspec.Struct, frozen=True):
    """All of it, as deciding reads it."""

    promises: Mapping[str, Promise] = {}
    keeps: tuple[HandKeep, ...] = ()
    deleted: Mapping[str, datetime] = {}  # identity → when we deleted it last
    spent: tuple[Spent, ...] = ()
    schedules: Mapping[str, ScheduleMark] = {}
    accepted: Mapping[str, Accepted] = {}
    baseline: Baseline | None = None
    last_record_at: datetime | None = None
    paused: bool = False
