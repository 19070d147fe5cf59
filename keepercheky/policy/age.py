"""Is a title's time over? Age limits, levels of free space, episodes by number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from keepercheky.media import NOTHING_ASKED, Fact, StorageState, Unknown
from keepercheky.policy.terms import AgeLimit, AgeRule, EpisodeRule, Level, Schedule
from keepercheky.policy.title import Title


class Expiry(msgspec.Struct, frozen=True, gc=False):
    """Where a title stands in time.

    `due` True: expired. `expires_at` None: never, or at once when due. With a doubt, `expires_at` is the earliest
    it could be. `code` names the sentence, `facts` fill it.
    """

    due: Fact[bool]
    expires_at: datetime | None
    notice: timedelta
    code: str
    limit: timedelta | None = None
    level: Level | None = None
    certainly_not_due: bool = False  # not expired, and not within the notice, whatever is unknown


def expiry(title: Title, schedule: Schedule, storages: Mapping[str, StorageState], now: datetime) -> Expiry:
    """How a title stands under its governing schedule."""
    rule = schedule.rule(title.kind)
    if isinstance(rule, EpisodeRule):
        return _episode(title, rule, schedule, now)
    if rule is None:
        return _never(schedule, "kind_not_named")
    if rule.always is not None:
        return _aged(title, _limit_of(title, rule.always), schedule.notice, now)
    found = level_in_force(rule, storages.get(title.storage) if title.storage is not None else None)
    if isinstance(found, Unknown):
        aged = _aged(title, rule.shortest, schedule.notice, now)
        return aged if aged.certainly_not_due else msgspec.structs.replace(aged, due=found, code=found.why)
    if found is None:
        return _never(schedule, "no_level")
    notice = schedule.notice if found.notice is None else min(schedule.notice, found.notice)
    return _aged(title, _limit_of(title, found.limit), notice, now, found)


def level_in_force(rule: AgeRule, storage: StorageState | None) -> Fact[Level | None]:
    """The level with the smallest key that effective free space is strictly below; None when none is."""
    free = storage.effective_free_bytes if storage is not None else None
    if storage is None or free is None:
        return Unknown("free_space_unknown", storage.name if storage else "")
    keys: list[tuple[int, Level]] = []
    for level in rule.levels:
        size = level.below.of(storage.total_bytes)
        if size is None:
            return Unknown("total_space_unknown", storage.name)
        keys.append((size, level))
    return next((level for size, level in sorted(keys, key=lambda row: row[0]) if free < size), None)


def _limit_of(title: Title, limit: AgeLimit) -> timedelta | None:
    """Watched is finished by at least one user; when nobody is known to and somebody may have, the longer counts."""
    users = title.finished_by
    if not isinstance(users, Unknown):
        return limit.when(watched=bool(users))
    # whoever asks may find it watched: only the shortest limit makes it certainly not due
    return limit.shortest if users.why == NOTHING_ASKED else limit.when(watched=None)


def _aged(
    title: Title, limit: timedelta | None, notice: timedelta, now: datetime, level: Level | None = None
) -> Expiry:
    if limit is None:
        return Expiry(False, None, notice, "never", None, level, certainly_not_due=True)
    active = title.active
    expires_at = active.at + limit if active.at is not None else None
    certainly_not = expires_at is not None and now < expires_at - notice
    if active.doubt is not None or expires_at is None:
        doubt = active.doubt or Unknown("no_activity_known")
        return Expiry(doubt, expires_at, notice, doubt.why, limit, level, certainly_not)
    due = now >= expires_at
    return Expiry(due, expires_at, notice, "expired" if due else "not_yet", limit, level, certainly_not)


def _never(schedule: Schedule, code: str) -> Expiry:
    return Expiry(due=False, expires_at=None, notice=schedule.notice, code=code, certainly_not_due=True)


def _episode(title: Title, rule: EpisodeRule, schedule: Schedule, now: datetime) -> Expiry:
    if isinstance(title.finished_by, Unknown) and not title.episodes:
        doubt = title.finished_by  # one title stands for all episodes while they are not known
        return Expiry(doubt, None, schedule.notice, doubt.why)
    if title.rank is None:
        return _never(schedule, "not_aired")
    if title.rank < rule.at_least:
        return _never(schedule, "among_latest")
    limits = [rule.max_age] if rule.max_age is not None else []
    if title.rank >= rule.keep_latest:
        if rule.after is None:
            return Expiry(due=True, expires_at=None, notice=schedule.notice, code="beyond_latest")
        limits.append(rule.after)
    if not limits:
        return _never(schedule, "among_latest")
    return _aged(title, min(limits), schedule.notice, now)
