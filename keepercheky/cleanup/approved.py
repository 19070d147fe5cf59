"""A person's approval: given by title and files, good for once, and for the schedule as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from keepercheky.cleanup.house import House
from keepercheky.policy.approval import scope_of
from keepercheky.policy.findings import Verdict
from keepercheky.policy.marks import ScheduleMark
from keepercheky.policy.plan import Plan
from keepercheky.policy.terms import Approve

LASTS: Final = timedelta(days=7)  # or through the schedule's next due run, whichever is later


def approvable(made: Plan) -> Mapping[str, tuple[int, ...]]:
    """Every due title of a plan, taken or not, with its files."""
    return {row.title.key: row.title.files for row in made.decisions if row.verdict is Verdict.DELETE}


async def approve(
    house: House, schedule: str, titles: Mapping[str, tuple[int, ...]], next_due: datetime | None
) -> datetime:
    """Store the approval; until when it is good."""
    now = house.clock.now()
    until = max(now + LASTS, (next_due or now) + timedelta(hours=1))
    await house.store.approvals.approve(schedule, titles, now, until)
    return until


async def approved_once(house: House, schedule: str) -> None:
    """An approved plan of the schedule has deleted something: its first look is over, for as long as its scope stays.

    Where nobody is asked, nobody has looked.
    """
    if house.rules.approve is Approve.NEVER:
        return
    marks = await house.store.baseline.schedule_marks()
    mark = marks.get(schedule, ScheduleMark())
    scope = scope_of(house.rules.schedule(schedule), house.rules)
    if not (mark.approved and mark.scope == scope):
        await house.store.baseline.set_schedule_mark(
            schedule, msgspec.structs.replace(mark, approved=True, scope=scope)
        )
