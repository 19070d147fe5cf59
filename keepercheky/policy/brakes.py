"""The caps: so many titles, so many bytes in 24 hours, over everything together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from keepercheky.policy.marks import ScheduleMark, Spent
from keepercheky.policy.terms import Limits, Rules

WINDOW = timedelta(
    hours=22
)  # from a run's due minute: a daily cron has the whole cap each night, not every second
DAY = timedelta(days=1)


class Allowance(msgspec.Struct, frozen=True):
    """What one run may still delete."""

    titles: int
    size_bytes: int
    untouched: bool  # nothing went in the window: a title above the whole bytes cap may go alone


def share_among(
    schedule: str,
    rules: Rules,
    marks: Mapping[str, ScheduleMark],
    next_due: Mapping[str, datetime],
    now: datetime,
) -> int:
    """Among how many the caps are shared: this one, and others that run in time and held back what was needed."""
    waiting = [
        other
        for other in rules.schedules
        if other.id != schedule
        and other.enabled
        and marks.get(other.id, ScheduleMark()).held_back
        and next_due.get(other.id, now + 2 * WINDOW) < now + WINDOW
    ]
    return 1 + len(waiting)


def allowance(limits: Limits, spent: Iterable[Spent], share: int, now: datetime) -> Allowance:
    """The run's share of what is left of the caps: rounded down, at least 1 while anything is left."""
    counted = [row for row in spent if now - row.due_at < WINDOW]
    return Allowance(
        titles=_part(limits.titles - len(counted), share),
        size_bytes=_part(limits.size_bytes - sum(row.size_bytes for row in counted), share),
        untouched=not counted,
    )


def promise_allowance(limits: Limits, share: int, notice: timedelta) -> Allowance:
    """How much may stand promised at a time: as much as the caps let go while the notice runs."""
    days = max(notice, DAY) / DAY
    return Allowance(
        titles=max(int(limits.titles / share * days), 1),
        size_bytes=max(int(limits.size_bytes / share * days), 1),
        untouched=True,
    )


def _part(left: int, share: int) -> int:
    return max(left // share, 1) if left > 0 else 0
