"""Verdicts, storages and brakes → one plan: a value that a preview shows and a run carries out (DECISIONS §5).

Order, then target, then caps; what does not fit is passed over for later runs. Announcements follow in the same
order, only as far as deletions can follow. A plan that was stopped for safety deletes and announces nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from keepercheky.media import StorageState
from keepercheky.policy.brakes import DAY, allowance, promise_allowance, share_among
from keepercheky.policy.findings import Finding, Says, Verdict
from keepercheky.policy.marks import Marks, Promise
from keepercheky.policy.promise import announce, rested
from keepercheky.policy.refusals import Refusal
from keepercheky.policy.target import Need
from keepercheky.policy.terms import Approve, Kind, Mode, Order, Rules, Schedule
from keepercheky.policy.verdict import Decision, promised


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

    @property
    def simulated(self) -> bool:
        return self.rules.mode is Mode.PREVIEW


def plan(schedule: Schedule, decisions: tuple[Decision, ...], situation: Situation) -> Plan:
    """The plan of one schedule. `decisions`: of every title of the library; only the schedule's own are listed."""
    own = [decision for decision in decisions if decision.schedule == schedule.id]
    if situation.refusals:
        return _finished(schedule, situation, [_held(decision) for decision in own], Outcome.REFUSED)
    rules, now = situation.rules, situation.now
    share = share_among(schedule.id, rules, situation.marks.schedules, situation.next_due, now)
    taken, held_back, alone = _take(schedule, own, situation, share)
    announced = _announce(schedule, own, decisions, situation, share)
    own = [_announced(decision, announced) for decision in own]
    reason = _approval(schedule, taken, own, situation, alone=alone)
    outcome = (
        Outcome.WAITING if taken and reason else Outcome.READY if taken or announced else Outcome.NOTHING
    )
    return _finished(
        schedule,
        situation,
        own,
        outcome,
        reason if taken else None,
        taken=taken,
        announced=announced,
        held_back=held_back,
    )


def ordered(decisions: list[Decision], order: Order) -> list[Decision]:
    """Total and stable: the order asked for, ties by key."""
    if order is Order.LARGEST:
        return sorted(decisions, key=lambda decision: (-decision.title.frees_bytes, decision.title.key))
    return sorted(decisions, key=_age_order)


def _age_order(decision: Decision) -> tuple[float, str]:
    at = decision.title.active.at
    return (at.timestamp() if at is not None else 0.0, decision.title.key)


def _take(
    schedule: Schedule, own: list[Decision], situation: Situation, share: int
) -> tuple[list[Decision], bool, bool]:
    """The titles this plan deletes, in order; whether a needed one did not fit; whether one goes alone."""
    limits = situation.rules.limits
    caps = allowance(limits, situation.marks.spent, share, situation.now)
    need = Need(schedule, situation.storages, situation.rules.storages)
    taken: list[Decision] = []
    size, held_back = 0, False
    for decision in ordered([row for row in own if row.verdict is Verdict.DELETE], schedule.order):
        if not need.wants(decision):
            continue
        if decision.title.size_bytes > limits.size_bytes and caps.untouched and not taken and caps.titles:
            return [decision], held_back, True
        if len(taken) >= caps.titles or size + decision.title.size_bytes > caps.size_bytes:
            held_back = True
            continue
        taken.append(decision)
        need.count(decision)
        size += decision.title.size_bytes
    return taken, held_back, False


def _announce(
    schedule: Schedule,
    own: list[Decision],
    everything: tuple[Decision, ...],
    situation: Situation,
    share: int,
) -> dict[str, Promise]:
    """New promises, by key: as far as deletions can follow them."""
    need = Need(schedule, situation.storages, situation.rules.storages)
    for decision in everything:
        if decision.promise is not None and decision.verdict in (Verdict.LEAVING, Verdict.DELETE):
            need.count(decision)
    standing = [
        row for row in own if row.promise is not None and row.verdict in (Verdict.LEAVING, Verdict.DELETE)
    ]
    titles, size = len(standing), sum(row.title.size_bytes for row in standing)
    made: dict[str, Promise] = {}
    for decision in ordered([row for row in own if row.announceable], schedule.order):
        if decision.expiry is None or not need.wants_promises(decision):
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
    return made


def _announced(decision: Decision, announced: Mapping[str, Promise]) -> Decision:
    promise = announced.get(decision.title.key)
    if promise is None:
        return decision
    others = tuple(finding for finding in decision.findings if finding.rule != "space")
    return replace(
        decision,
        verdict=Verdict.LEAVING,
        findings=(promised(promise), *others),
        promise=promise,
        announceable=False,
    )


def _held(decision: Decision) -> Decision:
    """In a plan stopped for safety nothing is sure enough to go."""
    if decision.verdict is not Verdict.DELETE:
        return decision
    stopped = Finding("source", Says.UNKNOWN, "stopped_for_safety")
    return replace(decision, verdict=Verdict.UNDECIDED, findings=(stopped, *decision.findings))


def _approval(
    schedule: Schedule, taken: list[Decision], own: list[Decision], situation: Situation, *, alone: bool
) -> str | None:
    """Why a person must look first; None when nobody must."""
    rules = situation.rules
    mark = situation.marks.schedules.get(schedule.id)
    if alone:
        return "larger_than_the_cap"
    if rules.approve is Approve.ALWAYS:
        return "approve_always"
    if rules.approve is Approve.FIRST and not (mark is not None and mark.approved):
        return "approve_first"
    scope = Counter(decision.title.kind for decision in own)
    going = Counter(decision.title.kind for decision in taken)
    recent = Counter(
        row.kind
        for row in situation.marks.spent
        if row.schedule == schedule.id and situation.now - row.due_at < DAY
    )
    if any(_is_much(going[kind] + recent[kind], scope[kind], rules.limits.ask_above) for kind in Kind):
        return "ask_above"
    return None


def _is_much(going: int, scope: int, ask_above: float) -> bool:
    return scope >= 10 and going > ask_above * scope


def _finished(
    schedule: Schedule,
    situation: Situation,
    own: list[Decision],
    outcome: Outcome,
    reason: str | None = None,
    *,
    taken: list[Decision] | None = None,
    announced: Mapping[str, Promise] | None = None,
    held_back: bool = False,
) -> Plan:
    keys = tuple(decision.title.key for decision in taken or ())
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
        held_back=held_back,
    )


def promises_after(
    standing: Mapping[str, Promise], finished: Plan, everything: tuple[Decision, ...]
) -> dict[str, Promise]:
    """The schedule's promises after a good run: kept, said anew, dropped, made. Those of other schedules untouched."""
    decided = {decision.title.key: decision for decision in everything}
    found: dict[str, Promise] = {}
    for key, promise in standing.items():
        decision = decided.get(key)
        if promise.schedule != finished.schedule:
            found[key] = promise
        elif decision is None:
            continue  # the title is gone, and its promise with it
        elif decision.verdict is Verdict.UNDECIDED and decision.schedule == promise.schedule:
            found[key] = promise
        elif decision.promise is not None and decision.expiry is not None:
            kept = rested(decision.promise, expired=decision.expiry.due is True, now=finished.taken_at)
            if kept is not None:
                found[key] = kept
    found.update({promise.key: promise for promise in finished.announced})
    return found
