"""One run, from the first question to the last record. The file to read first.

A run asks every service what it knows, decides for every title, makes a plan, and carries it out. Every run is
journalled before it does anything, and a run that cannot be sure stops for safety. In preview nothing outside our own
state is written: promises are simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import anyio
import anyio.to_thread

from keepercheky.cleanup.approved import approved_once
from keepercheky.cleanup.execute import Carried, carry_out
from keepercheky.cleanup.follow import follow_up
from keepercheky.cleanup.gather import World, gather
from keepercheky.cleanup.house import House
from keepercheky.cleanup.observe import observe
from keepercheky.cleanup.points import reached
from keepercheky.cleanup.recover import settle
from keepercheky.cleanup.remember import remember
from keepercheky.cleanup.space_back import why_wait
from keepercheky.errors import KeeperChekyError
from keepercheky.logs import get_logger, of_run
from keepercheky.policy.plan import Outcome as PlanOutcome
from keepercheky.policy.plan import Plan, Situation, plan
from keepercheky.policy.refusals import Observed, Refusal, refusals
from keepercheky.policy.report import by_reason, refusal_report, totals
from keepercheky.policy.terms import Amount, Mode
from keepercheky.services.seerr import Seerr
from keepercheky.store import Outcome, Run, Trigger

log = get_logger()


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the world it was made of."""

    plan: Plan
    world: World
    observed: Observed


async def run(
    house: House, schedule_id: str, due_at: datetime, trigger: Trigger, next_due: Mapping[str, datetime]
) -> Run:
    """One run of a schedule as of its due minute. Always ends journalled; raises only when the state cannot be written."""
    started = house.clock.now()
    run_id = await house.store.journal.begin(
        schedule=schedule_id, trigger=trigger, due_at=due_at, started_at=started, mode=house.rules.mode.value
    )
    with of_run(run_id, schedule=schedule_id):
        try:
            await settle(house)
            [planned] = await look_ahead(house, [schedule_id], due_at, next_due)
            await remember(house, planned.world, planned.observed, planned.plan, run_id)
            reached("run_remembered")
            carried = await _carry_out(house, planned, run_id, next_due)
        except anyio.get_cancelled_exc_class():
            ended = _ended(house, run_id, schedule_id, trigger, due_at, started, "skipped", reason="stopped")
            with anyio.CancelScope(shield=True):
                await house.store.journal.finish(ended)
            raise
        except Exception as error:
            if not isinstance(error, KeeperChekyError):
                log.exception("run_broke")
            ended = _ended(
                house, run_id, schedule_id, trigger, due_at, started, "failed", reason=_reason(error)
            )
        else:
            ended = _ended(
                house,
                run_id,
                schedule_id,
                trigger,
                due_at,
                started,
                _outcome(planned.plan, carried),
                planned=planned.plan,
                carried=carried,
            )
        await house.store.journal.finish(ended)
        _tell(ended)
    return ended


async def _carry_out(
    house: House, planned: Planned, run_id: str, next_due: Mapping[str, datetime]
) -> Carried:
    """Delete what may go, in mode `clean` only; then whatever still follows deletions, of this run or of earlier ones."""
    made = planned.plan
    if house.rules.mode is not Mode.CLEAN or made.outcome is PlanOutcome.REFUSED:
        return Carried()

    async def look_again() -> tuple[Plan, World]:
        [again] = await look_ahead(house, [made.schedule], house.clock.now(), next_due)
        return again.plan, again.world

    carried = Carried()
    if made.cleared:
        seerr = next((service for service in house.services if isinstance(service, Seerr)), None)
        media = await seerr.media_rows() if seerr is not None else ()
        carried = await carry_out(house, made, planned.world, media, run_id, look_again, house.sleep)
        if carried.done:
            await approved_once(house, made.schedule)
    await follow_up(house, house.sleep)
    return carried


async def look_ahead(
    house: House,
    schedule_ids: list[str],
    now: datetime,
    next_due: Mapping[str, datetime],
    *,
    at_free: Amount | None = None,
) -> list[Planned]:
    """What runs of these schedules would do, each alone, from one look at the world. Writes nothing.

    `at_free`: as if so much were free on every storage.
    """
    simulated = house.rules.mode is Mode.PREVIEW
    world = await gather(house, now, frozenset(schedule_ids), simulated=simulated, at_free=at_free)
    observed = await observe(house, world)
    stopped = refusals(observed, world.marks, house.rules.limits)
    situations = {
        name: Situation(
            rules=house.rules,
            marks=world.marks,
            now=now,
            storages=world.joined.library.storages,
            next_due=next_due,
            refusals=stopped,
            gaps=tuple(sorted(world.gaps)),
            approved=await house.store.approvals.in_force(name, now),
            waits=await why_wait(house, now, world.joined.library.storages),
        )
        for name in schedule_ids
    }

    def think() -> list[Plan]:
        return [plan(house.rules.schedule(name), world.decisions, situations[name]) for name in schedule_ids]

    return [Planned(made, world, observed) for made in await anyio.to_thread.run_sync(think)]


def _outcome(made: Plan, carried: Carried) -> Outcome:
    """In preview an approval is reported, not awaited."""
    if made.outcome is PlanOutcome.REFUSED:
        return "refused"
    if carried.failed or carried.unverified:
        return "partial" if carried.done else "failed"
    if made.outcome is PlanOutcome.WAITING and made.mode is Mode.CLEAN:
        return "waiting"
    return "success"


def _ended(
    house: House,
    run_id: str,
    schedule_id: str,
    trigger: Trigger,
    due_at: datetime,
    started: datetime,
    outcome: Outcome,
    *,
    reason: str | None = None,
    planned: Plan | None = None,
    carried: Carried | None = None,
) -> Run:
    return Run(
        id=run_id,
        schedule=schedule_id,
        trigger=trigger,
        due_at=due_at,
        started_at=started,
        mode=house.rules.mode.value,
        ended_at=house.clock.now(),
        outcome=outcome,
        reason=reason or (planned.reason if planned else None),
        totals=_totals(planned, carried) if planned else {},
        refusals=tuple(refusal_record(refusal) for refusal in planned.refusals) if planned else (),
        gaps=planned.gaps if planned else (),
        by_reason=tuple(by_reason(planned)) if planned else (),
    )


def _reason(error: Exception) -> str:
    if isinstance(error, KeeperChekyError):
        return str(error)
    return f"KeeperCheky made a mistake ({type(error).__name__}). The log says more; please report it"


def _totals(made: Plan, carried: Carried | None) -> dict[str, int]:
    """The plan's numbers, and in mode `clean` what became of it."""
    counted = {**totals(made), "announced": len(made.announced)}
    if made.mode is Mode.CLEAN and carried is not None:
        counted |= {"deleted": carried.done, "freed_bytes": carried.freed_bytes}
        counted |= {
            name: getattr(carried, name)
            for name in ("failed", "unverified", "skipped")
            if getattr(carried, name)
        }
    return counted


def refusal_record(refusal: Refusal) -> dict[str, Any]:
    """A refusal with what `accept` needs of it later: whether a person may, and what was seen."""
    return {**refusal_report(refusal), "acceptable": refusal.acceptable, "facts": dict(refusal.facts)}


def _tell(ended: Run) -> None:
    """One canonical line per run."""
    seconds = (ended.ended_at - ended.started_at).total_seconds() if ended.ended_at else 0.0
    level = log.info if ended.outcome in ("success", "waiting", "skipped") else log.warning
    level(
        "run_finished",
        outcome=ended.outcome,
        mode=ended.mode,
        trigger=ended.trigger,
        seconds=round(seconds, 2),
        **ended.totals,
        **({"reason": ended.reason} if ended.reason else {}),
        **({"stopped": [row["because"] for row in ended.refusals]} if ended.refusals else {}),
    )
