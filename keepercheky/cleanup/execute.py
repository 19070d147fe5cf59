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
from keepercheky.cleanup.gather import World
from keepercheky.cleanup.gone import Sleep, wait_until_gone
from keepercheky.cleanup.house import House
from keepercheky.cleanup.points import reached
from keepercheky.cleanup.prepare import steps_of
from keepercheky.errors import MaybeDone, NotFound, ServerFault, ServiceError
from keepercheky.library.said import MediaSaid
from keepercheky.logs import get_logger
from keepercheky.policy.findings import Verdict
from keepercheky.policy.plan import Outcome, Plan
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import Step
from keepercheky.store.steps import AfterKind

log = get_logger()

FRESH: Final = timedelta(minutes=5)  # a protecting fact older than this is read anew before an act

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
    steps = await house.store.steps.plan(steps_of(house, made, world, media, run_id, house.clock.now()))
    reached("steps_planned")
    carried, sight = Carried(), _Sight(made, world)
    for step in steps:
        reached("before_acting")
        reason = await _reason_to_skip(house, step, sight, carried, look_again)
        if reason is None:
            await _one(house, step, carried, sleep)
        else:
            await house.store.steps.end(step, "skipped", reason, house.clock.now())
            carried.skipped += 1
            log.info("skipped", key=step.key, reason=reason)
        reached("end_recorded")
    return carried


async def _reason_to_skip(
    house: House, step: Step, sight: _Sight, carried: Carried, look_again: LookAgain
) -> str | None:
    """Why this title is not deleted after all; None when everything is still as it was decided."""
    if step.body.service in carried.blocked:
        return "something else of this instance could not be verified"
    if await house.store.baseline.paused():
        return "paused"
    if house.clock.now() - sight.world.snapshot.taken_at > FRESH:
        sight.plan, sight.world = await look_again()
    return _changed(step, sight.plan)


def _changed(step: Step, now: Plan) -> str | None:
    """What the newest look says against deleting this title; None when nothing does."""
    if now.outcome is Outcome.REFUSED:
        return "stopped for safety since"
    decision = next((row for row in now.decisions if row.title.key == step.key), None)
    if decision is None:
        return "it is gone already"
    if decision.verdict is not Verdict.DELETE:
        return f"it is {decision.verdict.value} now ({decision.because.rule})"
    if frozenset(decision.title.files) != frozenset(step.body.files):
        return "its files have changed"
    if now.taken_at != step.due_at and step.key not in now.taken:
        return "the space is not needed any more"
    return None


async def _one(house: House, step: Step, carried: Carried, sleep: Sleep) -> None:
    """One title: look it up, record, act, verify, record."""
    arr = _arr(house, step.body.service)
    steps, clock = house.store.steps, house.clock
    try:
        resource = await _as_it_is(arr, step)
    except ServiceError as error:
        await steps.end(step, "skipped", f"it could not be looked up: {error.message}", clock.now())
        carried.skipped += 1
        return
    if resource is None:
        await steps.end(step, "skipped", "it has changed since it was decided", clock.now())
        carried.skipped += 1
        return
    if not await steps.acting(step, resource, clock.now()):
        return
    reached("acting_recorded")
    problem: ServiceError | None = None
    try:
        await act(arr, step.body)
    except ServiceError as error:
        problem = error
    certain_failure = problem is not None and not isinstance(problem, MaybeDone | ServerFault)
    gone = await wait_until_gone(arr, step.body, sleep, once=certain_failure)
    reached("verified")
    if gone:
        await steps.gone(step, clock.now(), after_kinds(house, step))
        carried.done += 1
        carried.freed_bytes += step.frees_bytes
        log.info(
            "deleted",
            key=step.key,
            title=step.body.title,
            size_bytes=step.size_bytes,
            frees_bytes=step.frees_bytes,
        )
    elif problem is not None and certain_failure:
        await steps.end(step, "failed", str(problem), clock.now())
        carried.failed += 1
        log.warning("not_deleted", key=step.key, problem=str(problem))
    else:
        await steps.end(
            step, "unverified", str(problem) if problem else "not seen gone within ten minutes", clock.now()
        )
        carried.unverified += 1
        carried.blocked.add(step.body.service)
        log.warning("not_verified", key=step.key)


async def _as_it_is(arr: Radarr | Sonarr, step: Step) -> bytes | None:
    """The *arr's own JSON of the title, when its files are those that were decided on; None when not."""
    body = step.body
    if isinstance(arr, Radarr):
        movie = await arr.movie(body.arr_id)
        if (
            movie is None
            or movie.tmdb_id != body.tmdb
            or movie.file is None
            or (movie.file.id,) != body.files
        ):
            return None
        if movie.folder != body.folder or movie.size_bytes != step.size_bytes:
            return None
    else:
        series = await arr.series(body.arr_id)
        if series is None or series.tvdb_id != body.tvdb or series.folder != body.folder:
            return None
        files = {file.id for file in (await arr.detail(body.arr_id)).files}
        if not set(body.files) <= files or (body.kind == "show" and files != set(body.files)):
            return None
    try:
        return await arr.resource(body.arr_id)
    except NotFound:
        return None


def after_kinds(house: House, step: Step) -> list[AfterKind]:
    """What must follow a deletion."""
    kinds: list[AfterKind] = []
    if house.rules.has("jellyfin") and step.body.jellyfin:
        kinds.append("jellyfin")
    if house.rules.has("seerr") and step.body.seerr:
        kinds.append("seerr")
    return kinds


def _arr(house: House, name: str) -> Radarr | Sonarr:
    return next(
        service for service in house.services if service.name == name and isinstance(service, Radarr | Sonarr)
    )
