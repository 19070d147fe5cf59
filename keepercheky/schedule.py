"""When schedules are due. Pure: the instant is always an argument.

Cron fields speak of the wall clock, so due minutes are counted on it, and only then turned into instants:

- a minute that comes twice (clocks go back) is due once, the first time;
- a minute that is skipped (clocks go forward) is due at the first minute that exists after it, once;
- so no schedule is due twice at one instant, or twice at one minute of the wall clock.

Five fields, as cron reads them: where both the day of the month and the day of the week are given, either will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice, pairwise
from typing import Final

from croniter import CroniterError, croniter

MINUTE: Final = timedelta(minutes=1)
GAP_SAMPLE: Final = 1_000  # due times that show a schedule's longest gap: nearly three years of a daily one


def next_due(cron: str, zone: tzinfo, after: datetime) -> datetime:
    """The first due minute later than `after`, in UTC. ValueError when the line is no cron line or never comes due."""
    return next(_dues(cron, zone, after))


def upcoming(cron: str, zone: tzinfo, now: datetime, count: int) -> list[datetime]:
    """The next `count` due minutes."""
    return list(islice(_dues(cron, zone, now), count))


def due_between(cron: str, zone: tzinfo, after: datetime, until: datetime) -> datetime | None:
    """The latest due minute later than `after` and not later than `until`: of those missed, the one that counts."""
    wall = until.astimezone(zone)
    repeated = wall.replace(fold=0).utcoffset() - wall.utcoffset() if wall.fold else timedelta()  # type: ignore[operator]
    walk = _walk(cron, _whole(wall.replace(tzinfo=None)) + repeated + MINUTE, forward=False)
    due = next(due for due in (_instant(minute, zone) for minute in walk) if due <= until)
    return due if due > after else None


def longest_gap(cron: str, zone: tzinfo, now: datetime) -> timedelta:
    """The longest wait between two of its next due times. Costs tens of milliseconds: ask once a day, not per page."""
    return max(later - earlier for earlier, later in pairwise(upcoming(cron, zone, now, GAP_SAMPLE)))


def tick(
    cron: str, zone: tzinfo, *, now: datetime, last_due: datetime | None, first_seen: datetime
) -> datetime | None:
    """The due minute for which the schedule must fire now, if any.

    `last_due` is the newest due minute it fired for, `first_seen` since when it has this cron line: what would have
    been due before that was not missed. Of several missed ones only the newest counts. A last due time ahead of the
    clock (it was set back) says nothing; whoever fires claims the minute in the journal, which gives each away once.
    """
    since = first_seen if last_due is None or last_due > now else max(first_seen, last_due)
    return due_between(cron, zone, since, now)


def _dues(cron: str, zone: tzinfo, after: datetime) -> Iterator[datetime]:
    """Every due minute later than `after`, each later than the one before."""
    latest = after
    for minute in _walk(cron, _whole(after.astimezone(zone).replace(tzinfo=None)), forward=True):
        due = _instant(minute, zone)
        if due > latest:
            yield due
            latest = due


def _walk(cron: str, start: datetime, *, forward: bool) -> Iterator[datetime]:
    """Due minutes of a calendar without zones, strictly after (or before) `start`."""
    if len(cron.split()) != 5:
        raise ValueError(f"{cron!r} is not a cron line of five fields")
    try:
        line = croniter(cron, start, ret_type=datetime)
        while True:
            yield line.get_next() if forward else line.get_prev()
    except CroniterError as error:
        raise ValueError(f"the cron line {cron!r} cannot be followed: {error}") from None


def _instant(wall: datetime, zone: tzinfo) -> datetime:
    """When that minute of the wall clock is, or the first one after it that exists. Never earlier for a later minute."""
    while True:
        instant = wall.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
            return instant
        wall += MINUTE


def _whole(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0, fold=0)
