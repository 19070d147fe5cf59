"""A promise stands: announced once, nothing goes before the date people were shown.

All pure: promises in, promises out. `Promise.promised_until` never moves earlier unannounced; time nobody could
see is added; only activity, another schedule, a protecting keep or a long, seen rest from being expired ends one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from keepercheky.policy.age import Expiry
from keepercheky.policy.marks import Promise
from keepercheky.policy.terms import Schedule
from keepercheky.policy.title import Title

UNSEEN_FACTOR = 1.5  # good runs further apart than this times the longest gap: nobody was looking
IDLE_FOR = timedelta(days=30)  # not expired for so long …
IDLE_RUNS = 3  # … and in so many good runs in a row: the promise is dropped
SHELF_MAY_FAIL = timedelta(hours=12)  # a shelf that could not be shown for longer is time nobody could see


def extended(
    promise: Promise, last_good_at: datetime | None, longest_gap: timedelta, now: datetime
) -> Promise:
    """The promise with the time added that no good run of its schedule has seen."""
    if last_good_at is None:
        return promise
    gap = now - last_good_at
    if gap <= longest_gap * UNSEEN_FACTOR:
        return promise
    return replace(promise, promised_until=promise.promised_until + (gap - longest_gap))


def unshown(promise: Promise, hidden: timedelta) -> Promise:
    """The promise with the time added for which its shelf could not be shown, when that is long."""
    if hidden <= SHELF_MAY_FAIL:
        return promise
    return replace(promise, promised_until=promise.promised_until + hidden)


def stands(promise: Promise | None, title: Title, schedule: Schedule) -> bool:
    """Whether a stored promise still speaks for this title: same schedule, same files, and nothing happened since."""
    return promise is not None and promise.schedule == schedule.id and unchanged(promise, title)


def unchanged(promise: Promise, title: Title) -> bool:
    """Same files as when it was announced, and nothing happened with it since."""
    if promise.files and not frozenset(title.files) <= frozenset(promise.files):
        return False
    return title.active.at is None or title.active.at <= promise.active_at


def announce(title: Title, schedule: Schedule, found: Expiry, now: datetime, *, simulated: bool) -> Promise:
    """A new promise, from this run on: not before it expires, and not before the notice is over."""
    until = now + found.notice
    own_notice = found.level is not None and found.level.notice is not None
    return Promise(
        key=title.key,
        schedule=schedule.id,
        announced_at=now,
        promised_until=until if found.expires_at is None else max(until, found.expires_at),
        active_at=title.active.at or now,
        simulated=simulated,
        level=found.level.below.text if found.level is not None and own_notice else None,
        files=title.files,
    )


def announced_anew(promise: Promise, found: Expiry, now: datetime) -> Promise:
    """Under a level with a notice of its own the date may come nearer: said once, from this run on."""
    level = found.level
    if level is None or level.notice is None or promise.level == level.below.text:
        return promise
    until = min(promise.promised_until, now + found.notice)
    return replace(promise, promised_until=until, level=level.below.text)


def rested(promise: Promise, *, expired: bool, now: datetime) -> Promise | None:
    """The promise after a good run; None when it has rested unexpired for 30 days and three good runs."""
    if expired:
        return promise if promise.idle_since is None else replace(promise, idle_since=None, idle_runs=0)
    since = promise.idle_since or now
    runs = promise.idle_runs + 1
    if now - since >= IDLE_FOR and runs >= IDLE_RUNS:
        return None
    return replace(promise, idle_since=since, idle_runs=runs)
