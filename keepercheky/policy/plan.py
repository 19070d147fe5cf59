"""Verdicts, storages and brakes → one plan: a value that a preview shows and a run carries out.

Order, then target, then caps; what does not fit is passed over for later runs. Announcements follow in the same
order, only as far as deletions can follow. A plan that was stopped for safety deletes and announces nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from keepercheky.media import StorageState, Unknown
from keepercheky.policy.approval import is_approved, why_wait
from keepercheky.policy.brakes import allowance, promise_allowance, share_among
from keepercheky.policy.findings import Finding, Says, Verdict, unsure
from keepercheky.policy.findings import keep as kept_because
from keepercheky.policy.marks import Marks, Promise
from keepercheky.policy.promise import announce, rested
from keepercheky.policy.refusals import Refusal
from keepercheky.policy.space import as_disks
from keepercheky.policy.target import Need, levels_above_target
from keepercheky.policy.terms import Mode, Order, Rules, Schedule
from keepercheky.policy.verdict import Decision, promised

STOPPED = Finding("source", Says.UNKNOWN, "stopped_for_safety")


class Outcome(StrEnum):
    READY = "ready"
    WAITING = "waiting"  # "waiting for approval"
    REFUSED = "refused"  # "stopped for safety"
    NOTHING = "nothing"


class Plan(msgspec.Struct, frozen=True):
    """What one run of one schedule would do. `decisions`: the taken first, in their order, then the others by key."""

    schedule: str
    taken_at: datetime
    mode: Mode
    outcome: Outcome
    reason: str | None  # a code for waiting: why it waits
    refusals: tuple[Refusal, ...]
    gaps: tuple[str, ...]
    storages: tuple[StorageState, ...]
    decisions: tuple[Decision, ...]
    taken: tuple[str, ...]  # keys, in order
    announced: tuple[Promise, ...]  # new promises this run makes
    held_back: bool  # a needed delete did not fit the caps
    cleared: tuple[str, ...] = ()  # of the taken, those that may go now; the rest waits for approval

    @property
    def queued(self) -> int:
        """Titles that may go but are not taken by this plan."""
        return sum(decision.verdict is Verdict.DELETE for decision in self.decisions) - len(self.taken)


class Situation(msgspec.Struct, frozen=True):
    """What planning sees besides the decisions."""

    rules: Rules
    marks: Marks
    now: datetime
    storages: Mapping[str, StorageState]
    next_due: Mapping[str, datetime] = {}  # by schedule id
    refusals: tuple[Refusal, ...] = ()
    gaps: tuple[str, ...] = ()
    approved: Mapping[str, tuple[int, ...]] = {}  # approvals in force: key → the file ids they were given for
    waits: str | None = None  # a reason to wait that comes from the run before: see `explain.WAITING`

    @property
    def simulated(self) -> bool:
        return self.rules.mode is Mode.PREVIEW


class _Take(msgspec.Struct, frozen=True):
    """What a plan deletes, in order."""

    decisions: list[Decision]
    held_back: bool  # a needed one did not fit the caps
    alone: bool = False  # one title above the whole bytes cap


def plan(schedule: Schedule, decisions: tuple[Decision, ...], situation: Situation) -> Plan:
    """The plan of one schedule. `decisions`: of every title of the library; only the schedule's own are listed."""
    own = [decision for decision in decisions if decision.schedule == schedule.id]
    situation = _against_disks(schedule, own, situation)
    if situation.refusals:
        return _finished(schedule, situation, [_held(decision, STOPPED) for decision in own], Outcome.REFUSED)
    rules, marks, now = situation.rules, situation.marks, situation.now
    share = share_among(schedule.id, rules, marks.schedules, situation.next_due, now)
    due = ordered([row for row in own if row.verdict is Verdict.DELETE], schedule.order)
    take = _take(schedule, due, situation, share)
    reason = _why_wait(schedule, take, own, situation)
    if reason and any(is_approved(row, situation.approved) for row in due):
        # what a person approved goes first, as far as target and caps let it
        due.sort(key=lambda row: not is_approved(row, situation.approved))
        take = _take(schedule, due, situation, share)
        reason = _why_wait(schedule, take, own, situation)
    cleared = [row for row in take.decisions if reason is None or is_approved(row, situation.approved)]
    waiting = len(cleared) < len(take.decisions)
    own, announced = _announce(schedule, own, decisions, situation, share)
    outcome = Outcome.READY if take.decisions or announced else Outcome.NOTHING
    return _finished(
        schedule,
        situation,
        own,
        Outcome.WAITING if waiting else outcome,
        reason if waiting else None,
        take=take,
        announced=announced,
        cleared=tuple(row.title.key for row in cleared),
    )


def _against_disks(schedule: Schedule, own: list[Decision], situation: Situation) -> Situation:
    """The situation by disks, with the refusals that only this schedule's own titles bring up."""
    disks = as_disks(situation.storages)
    mistakes = levels_above_target(schedule, own, disks, situation.rules.storages)
    return replace(situation, storages=disks, refusals=(*situation.refusals, *mistakes))


def _why_wait(schedule: Schedule, take: _Take, own: list[Decision], situation: Situation) -> str | None:
    if take.decisions and situation.waits is not None:
        return situation.waits
    return why_wait(
        schedule, take.decisions, own, situation.rules, situation.marks, situation.now, alone=take.alone
    )


def ordered(decisions: list[Decision], order: Order) -> list[Decision]:
    """Total and stable: the order asked for, ties by key."""
    if order is Order.LARGEST:
        return sorted(decisions, key=lambda decision: (-decision.title.frees_bytes, decision.title.key))
    return sorted(decisions, key=_age_order)


def _age_order(decision: Decision) -> tuple[float, str]:
    at = decision.title.active.at
    return (at.timestamp() if at is not None else 0.0, decision.title.key)


def _take(schedule: Schedule, due: list[Decision], situation: Situation, share: int) -> _Take:
    """Of the titles that may go, in order, those this plan deletes: as far as space is needed and the caps allow."""
    limits = situation.rules.limits
    caps = allowance(limits, situation.marks.spent, share, situation.now)
    need = Need(schedule, situation.storages, situation.rules.storages)
    taken: list[Decision] = []
    size, held_back, alone = 0, False, False
    for decision in due:
        if not need.wants(decision):
            continue
        size_bytes = decision.title.size_bytes
        large = size_bytes > limits.size_bytes and caps.untouched and caps.titles > 0 and not taken
        fits = len(taken) < caps.titles and size + size_bytes <= caps.size_bytes
        if alone or not (large or fits):
            held_back = True
            continue
        taken.append(decision)
        need.count(decision)
        size, alone = size + size_bytes, large
    return _Take(taken, held_back, alone)


def _announce(
    schedule: Schedule,
    own: list[Decision],
    everything: tuple[Decision, ...],
    situation: Situation,
    share: int,
) -> tuple[list[Decision], dict[str, Promise]]:
    """New promises, by key, as far as deletions can follow them; and the decisions with what came of it."""
    need = Need(schedule, situation.storages, situation.rules.storages)
    for decision in everything:
        if decision.promise is not None:
            need.count(decision)
    standing = [row.title.size_bytes for row in own if row.promise is not None]
    titles, size = len(standing), sum(standing)
    made: dict[str, Promise] = {}
    unneeded: set[str] = set()
    for decision in ordered([row for row in own if row.announceable], schedule.order):
        if decision.expiry is None or not need.wants_promises(decision):
            unneeded.add(decision.title.key)
            continue
        room = promise_allowance(situation.rules.limits, share, decision.expiry.notice)
        fits = titles < room.titles and size + decision.title.size_bytes <= room.size_bytes
        if not fits and titles:
            continue
        made[decision.title.key] = announce(
            decision.title, schedule, decision.expiry, situation.now, simulated=situation.simulated
        )
        need.count(decision)
        titles, size = titles + 1, size + decision.title.size_bytes
    return [_announced(decision, made, unneeded) for decision in own], made


def _announced(decision: Decision, made: Mapping[str, Promise], unneeded: set[str]) -> Decision:
    if not decision.announceable:
        return decision
    others = tuple(finding for finding in decision.findings if finding.rule != "space")
    promise = made.get(decision.title.key)
    if promise is not None:
        findings = (promised(promise), *others)
        return replace(
            decision, verdict=Verdict.LEAVING, findings=findings, promise=promise, announceable=False
        )
    if decision.title.key in unneeded:
        return replace(decision, findings=(kept_because("space", "no_space_needed"), *others))
    return decision


def unsettled(decision: Decision) -> Decision:
    """A title whose last deletion nobody knows the end of: in no plan until that is settled."""
    return _held(decision, unsure("source", Unknown("unsettled")))


def _held(decision: Decision, stopped: Finding) -> Decision:
    """Not sure enough to go after all, and why."""
    if decision.verdict is not Verdict.DELETE:
        return decision
    return replace(decision, verdict=Verdict.UNDECIDED, findings=(stopped, *decision.findings))


def _finished(
    schedule: Schedule,
    situation: Situation,
    own: list[Decision],
    outcome: Outcome,
    reason: str | None = None,
    *,
    take: _Take | None = None,
    announced: Mapping[str, Promise] | None = None,
    cleared: tuple[str, ...] = (),
) -> Plan:
    keys = tuple(decision.title.key for decision in take.decisions) if take else ()
    place = {key: position for position, key in enumerate(keys)}
    return Plan(
        schedule=schedule.id,
        taken_at=situation.now,
        mode=situation.rules.mode,
        outcome=outcome,
        reason=reason,
        refusals=situation.refusals,
        gaps=situation.gaps,
        storages=tuple(situation.storages.values()),
        decisions=tuple(sorted(own, key=lambda row: (place.get(row.title.key, len(place)), row.title.key))),
        taken=keys,
        announced=tuple((announced or {}).values()),
        held_back=take is not None and take.held_back,
        cleared=cleared,
    )


def promises_after(
    standing: Mapping[str, Promise], finished: Plan, everything: tuple[Decision, ...]
) -> dict[str, Promise]:
    """The schedule's promises after a good run: kept, said anew, dropped, made. Those of other schedules untouched.

    `standing`: as stored; time nobody saw may be added to those of this schedule only, as its gap ends with this run.
    """
    decided = {decision.title.key: decision for decision in everything}
    found: dict[str, Promise] = {}
    for key, promise in standing.items():
        decision = decided.get(key)
        if promise.schedule != finished.schedule:
            found[key] = promise
        elif decision is None:
            continue  # the title is gone, and its promise with it
        elif decision.verdict is Verdict.UNDECIDED:
            found[key] = decision.promise or promise
        elif decision.promise is not None and decision.expiry is not None:
            kept = rested(decision.promise, expired=decision.expiry.due is True, now=finished.taken_at)
            if kept is not None:
                found[key] = kept
    found.update({promise.key: promise for promise in finished.announced})
    return found
