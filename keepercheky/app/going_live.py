"""What is told once, when preview is left: so many titles are announced, and nothing is deleted before that date.

Preview's promises were never shown to anybody, so the first run after it announces everything anew. Which run that is
stands in the journal: the first good one of its schedule since one in preview, or since ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from keepercheky.cleanup.house import House
from keepercheky.policy.report import instant
from keepercheky.policy.terms import Mode
from keepercheky.store import Run

GOOD: Final = ("success", "partial", "waiting")
RUNS_BACK: Final = 100


class GoingLive(msgspec.Struct, frozen=True):
    """`titles` were announced by the first run that is no preview; nothing is deleted before `not_before`."""

    titles: int
    not_before: datetime
    announced_at: datetime

    def answer(self) -> dict[str, Any]:
        return {"titles": self.titles, "not_before": instant(self.not_before)}


async def goes_live(house: House, schedule: str) -> bool:
    """Whether the next run of a schedule is its first that is no preview."""
    return house.rules.mode is not Mode.PREVIEW and await _is_first(house, schedule)


async def of_run(house: House, run: Run) -> GoingLive | None:
    """What a run that is over announced on going live; None when it was not the first, or deletes something today."""
    announced = run.totals.get("announced", 0)
    if run.mode == Mode.PREVIEW or run.outcome not in GOOD or not announced:
        return None
    if run.totals.get("delete_bytes", 0) or not await _is_first(house, run.schedule, but=run.id):
        return None
    dates = [
        row.promised_until
        for row in await house.store.mirror.leaving()
        if row.schedule == run.schedule and row.promised_until
    ]
    return GoingLive(announced, min(dates), run.started_at) if dates else None


async def of_runs(house: House, runs: Iterable[Run]) -> GoingLive | None:
    """Of the last runs of several schedules, as one."""
    found = [live for run in runs if (live := await of_run(house, run)) is not None]
    if not found:
        return None
    return GoingLive(
        sum(live.titles for live in found),
        min(live.not_before for live in found),
        max(live.announced_at for live in found),
    )


async def _is_first(house: House, schedule: str, but: str = "") -> bool:
    for run in await house.store.journal.recent(RUNS_BACK, schedule):
        if run.id != but and run.outcome in GOOD:
            return run.mode == Mode.PREVIEW
    return True
