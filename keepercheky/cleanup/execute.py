"""Carry out a plan: for every title journal, act, verify, record.

1. All steps are journalled before the first act.
2. Before each act the title is decided again, with nothing older than five minutes, and its files are looked up anew.
3. The step is recorded as acting, with the *arr's own JSON of the title.
4. The deletion is sent, once.
5. The title is looked for until it is gone, or ten minutes are over.
6. How it ended is recorded, once, with everything that counts it.
One title that fails does not stop the rest; one that could not be verified stops its instance for this run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from keepercheky.cleanup.act import act
from keepercheky.cleanup.empty_shows import delete_empty_shows
from keepercheky.cleanup.gather import World
from keepercheky.cleanup.gone import Found, Sleep, arr_of, look, look_until_gone
from keepercheky.cleanup.house import House
from keepercheky.cleanup.points import reached
from keepercheky.cleanup.prepare import steps_of
from keepercheky.cleanup.same import as_it_was
from keepercheky.errors import ServiceError
from keepercheky.library.said import MediaSaid
from keepercheky.logs import get_logger
from keepercheky.media import Unknown
from keepercheky.policy.findings import Verdict
from keepercheky.policy.plan import Outcome, Plan
from keepercheky.policy.terms import Kind, Mode
from keepercheky.policy.verdict import Decision
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import Step
from keepercheky.store.steps import AfterKind

log = get_logger()

FRESH: Final = timedelta(minutes=5)  # a protecting fact older than this is read anew before an act
MISSING: Final = "it is not in the library any more"  # gone already? that is asked

LookAgain = Callable[[], Awaitable[tuple[Plan, World]]]


@dataclass(slots=True)
class Carried:
    """What became of a plan's titles."""

    done: int = 0
    failed: int = 0
    unverified: int = 0
    skipped: int = 0
    freed_bytes: int = 0
    blocked: set[str] = field(default_factory=set)  # instances in which something could not be verified


@dataclass(slots=True)
class _Sight:
    """The newest look at the world."""

    plan: Plan
    world: World


async def carry_out(
    house: House,
    made: Plan,
    world: World,
    media: tuple[MediaSaid, ...],
    run_id: str,
    look_again: LookAgain,
    sleep: Sleep,
) -> Carried:
    """Delete what the plan has cleared. `look_again` plans anew from a fresh look at everything."""
    carried, sight = Carried(), _Sight(made, world)
    if house.rules.mode is not Mode.CLEAN:
        return carried
    steps = await house.store.steps.plan(steps_of(house, made, world, media, run_id, house.clock.now()))
    reached("steps_planned")
    for step in steps:
        reached("before_acting")
        reason = await _reason_to_skip(house, step, made, sight, carried, look_again)
        if reason is None:
            await _one(house, step, carried, sleep)
        else:
            await _skip(house, step, reason, carried)
        reached("end_recorded")

    async def act_on(step: Step) -> None:
        entries = Carried(blocked=carried.blocked)  # an entry without files is no title: it is not counted
        await _one(house, step, entries, sleep)
        carried.failed += entries.failed
        carried.unverified += entries.unverified

    await delete_empty_shows(house, run_id, len(steps), carried.blocked, look_again, act_on)
    return carried


async def _reason_to_skip(
    house: House, step: Step, made: Plan, sight: _Sight, carried: Carried, look_again: LookAgain
) -> str | None:
    """Why this title is not deleted after all; None when everything is still as it was decided."""
    if step.body.service in carried.blocked:
        return "something else of this instance could not be verified"
    age = house.clock.now() - sight.world.snapshot.taken_at
    if not timedelta(0) <= age <= FRESH:  # a clock that was set back says nothing
        sight.plan, sight.world = await look_again()
    if (reason := _against(step, sight, first=sight.plan is made)) is not None:
        return reason
    return "paused" if await house.store.baseline.paused() else await _kept_since(house, step, sight.plan)


def _against(step: Step, sight: _Sight, *, first: bool) -> str | None:
    """What the newest look says against deleting this title; None when nothing does. `first`: there was none since."""
    decision = _decision(step, sight.plan.decisions)
    if sight.plan.outcome is Outcome.REFUSED:
        return "stopped for safety since"
    if decision is None:
        return _why_not_listed(step, sight.world)
    if decision.verdict is not Verdict.DELETE:
        return f"it is {decision.verdict.value} now ({decision.because.rule})"
    if frozenset(decision.title.files) != frozenset(step.body.files):
        return "its files have changed"
    in_time = first or step.key in sight.plan.taken
    return None if in_time else "the space is not needed any more, or the caps are reached"


def _why_not_listed(step: Step, world: World) -> str:
    """Its schedule has no such title any more: handed to another, kept before its parts were asked for, or not there."""
    of_movie = step.body.kind == Kind.MOVIE
    for row in world.decisions:
        title = row.title
        if (title.service, title.arr_id, title.kind is Kind.MOVIE) == (
            step.body.service,
            step.body.arr_id,
            of_movie,
        ):
            if row.schedule != step.schedule:
                return f"another schedule speaks for it now ({row.schedule or 'none'})"
            if title.identity.endswith(":*"):
                return f"it is {row.verdict.value} now ({row.because.rule})"
    return MISSING


async def _kept_since(house: House, step: Step, plan: Plan) -> str | None:
    """A person's keep is ours to know at once."""
    decision = _decision(step, plan.decisions)
    held = {keep.identity for keep in await house.store.keeps.all(house.clock.now())}
    kept = decision is None or held.intersection(decision.title.identities)
    return "it is kept by hand now" if kept else None


def _decision(step: Step, decisions: tuple[Decision, ...]) -> Decision | None:
    return next((row for row in decisions if row.title.key == step.key), None)


async def _skip(house: House, step: Step, reason: str, carried: Carried) -> None:
    """Not deleted by us. When it is gone all the same, what follows a deletion follows."""
    after: list[AfterKind] = []
    if reason == MISSING and await _is_gone_already(house, step):
        reason, after = "it is gone already", after_kinds(house, step)
    await house.store.steps.end(step, "skipped", reason, house.clock.now(), after)
    carried.skipped += 1
    log.info("skipped", key=step.key, reason=reason)


async def _is_gone_already(house: House, step: Step) -> bool:
    arr = arr_of(house, step.body)
    try:
        return arr is not None and await look(arr, step.body) is Found.GONE
    except ServiceError:
        return False


async def _one(house: House, step: Step, carried: Carried, sleep: Sleep) -> None:
    """One title: look it up, record, act, verify, record."""
    arr = arr_of(house, step.body)
    try:
        resource = await as_it_was(arr, step) if arr is not None else None
    except ServiceError as error:
        await _skip(house, step, f"it could not be looked up: {error.message}", carried)
        return
    if arr is None or resource is None:
        await _skip(house, step, MISSING if arr is not None else "its instance is not there", carried)
        return
    if isinstance(resource, str):
        await _skip(house, step, resource, carried)
        return
    if not await house.store.steps.acting(step, resource, house.clock.now()):
        return
    reached("acting_recorded")
    await _delete(house, arr, step, carried, sleep)


async def _delete(house: House, arr: Radarr | Sonarr, step: Step, carried: Carried, sleep: Sleep) -> None:
    problem, not_done = await act(arr, step.body)
    found = await look_until_gone(arr, step.body, house.clock, sleep, once=not_done)
    reached("verified")
    steps, now = house.store.steps, house.clock.now()
    if found is Found.GONE:
        if not await steps.gone(step, now, after_kinds(house, step)):
            return  # written down already: it counts once
        carried.done += 1
        carried.freed_bytes += step.frees_bytes
        log.info(
            "deleted",
            key=step.key,
            title=step.body.title,
            size_bytes=step.size_bytes,
            frees_bytes=step.frees_bytes,
        )
    elif not_done and (found is Found.THERE or isinstance(found, Unknown)):
        await steps.end(step, "failed", str(problem), now)
        carried.failed += 1
        log.warning("not_deleted", key=step.key, problem=str(problem))
    else:
        await steps.end(step, "unverified", str(problem or "not seen gone within ten minutes"), now)
        carried.unverified += 1
        carried.blocked.add(step.body.service)
        log.warning("not_verified", key=step.key, found=str(getattr(found, "value", found)))


def after_kinds(house: House, step: Step) -> list[AfterKind]:
    """What must follow a deletion."""
    kinds: list[AfterKind] = []
    if house.rules.has("jellyfin") and step.body.jellyfin:
        kinds.append("jellyfin")
    if house.rules.has("seerr") and step.body.seerr:
        kinds.append("seerr")
    return kinds
