"""Write down what a run saw and decided. Only our own state; a run stopped for safety changes no promise."""

from __future__ import annotations

import msgspec

from keepercheky.cleanup.gather import World
from keepercheky.cleanup.house import House
from keepercheky.cleanup.observe import storage_marks
from keepercheky.media import Unknown
from keepercheky.policy.decide import standing_promises
from keepercheky.policy.marks import ScheduleMark
from keepercheky.policy.plan import Outcome, Plan, promises_after
from keepercheky.policy.refusals import Observed, next_baseline, reasons_to_stop
from keepercheky.policy.terms import Mode
from keepercheky.policy.verdict import Decision
from keepercheky.policy.written import write_findings
from keepercheky.store import DecisionRow, Sample


async def remember(house: House, world: World, observed: Observed, made: Plan, run_id: str) -> None:
    """Everything a finished run leaves behind, but for its own record in the journal."""
    await _remember_space(house, world)
    if not (world.gaps.keys() & _arrs(house)):  # of an unread list nobody knows which titles are gone
        await _remember_decisions(house, world, made, run_id)
    if made.outcome is Outcome.REFUSED:
        return
    store = house.store
    await store.plays.merge(world.joined.play_marks)
    await store.plays.add_matched(world.joined.matched)
    simulated = made.mode is Mode.PREVIEW
    gap = house.longest_gaps[made.schedule]
    standing = standing_promises(
        world.marks, {made.schedule: gap}, world.now
    )  # others' gaps end with their own runs
    before = world.marks.schedules.get(made.schedule, ScheduleMark())
    raised = {refusal.id for refusal in reasons_to_stop(observed, world.marks, house.rules.limits)}
    accepted = (
        raised & world.marks.accepted.keys()
    )  # a person said that it is right: compare with what is now
    compared = None if accepted else world.marks.baseline
    found = next_baseline(observed, await storage_marks(world), compared)
    named = frozenset(tag for tag in found.keep_tags if tag.partition("/")[2] in house.rules.keep.tags)
    await store.baseline.good_run(
        simulated=simulated,
        promises=promises_after(standing, made, world.decisions).values(),
        schedule=made.schedule,
        mark=msgspec.structs.replace(
            before, last_good_at=world.now, held_back=made.held_back, longest_gap=gap
        ),
        baseline=msgspec.structs.replace(found, keep_tags=named),
        spoken_for=world.marks.accepted.keys() - raised,
    )


async def _remember_space(house: House, world: World) -> None:
    """What is free where, for the curve; a number nobody told is no sample."""
    storages = world.joined.library.storages.values()
    await house.store.samples.add(
        Sample(storage.name, house.clock.now(), storage.free_bytes, storage.total_bytes)
        for storage in storages
        if storage.free_bytes is not None
    )


async def _remember_decisions(house: House, world: World, made: Plan, run_id: str) -> None:
    """The schedule's titles as planned, and those no enabled schedule speaks for."""
    mirror, now = house.store.mirror, house.clock.now()
    place = {key: position for position, key in enumerate(made.taken)}
    rows = [_row(decision, place.get(decision.title.key)) for decision in made.decisions]
    await mirror.record(made.schedule, rows, now, run_id)
    resting = {schedule.id for schedule in house.rules.schedules if not schedule.enabled}
    for schedule in ("", *sorted(resting)):
        others = [
            _row(decision, None) for decision in world.decisions if (decision.schedule or "") == schedule
        ]
        await mirror.record(schedule, others, now, run_id)


def _row(decision: Decision, position: int | None) -> DecisionRow:
    title, age, promise = decision.title, decision.expiry, decision.promise
    certain = age is not None and not isinstance(age.due, Unknown)
    return DecisionRow(
        key=title.key,
        schedule=decision.schedule,
        service=title.service,
        kind=title.kind.value,
        title=title.title,
        year=title.year or None,
        season=title.season,
        episode=title.episode,
        episodes=title.episodes,
        ids=title.ids,
        size_bytes=title.size_bytes,
        frees_bytes=title.frees_bytes,
        storage=title.storage,
        verdict=decision.verdict.value,
        taken=position is not None,
        first_rule=decision.because.rule,
        findings=write_findings(decision.findings),
        active_at=title.active.at,
        expires_at=age.expires_at if age is not None and certain else None,
        announced_at=promise.announced_at if promise is not None else None,
        promised_until=promise.promised_until if promise is not None else None,
        position=position,
    )


def _arrs(house: House) -> set[str]:
    return {service.name for service in house.services if service.kind in ("radarr", "sonarr")}
