"""When must a person look first? And what did one approve already?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b

from msgspec.structs import replace

from keepercheky.policy.brakes import DAY
from keepercheky.policy.marks import Marks
from keepercheky.policy.terms import Approve, Rules, Schedule
from keepercheky.policy.verdict import Decision

SMALL_SCOPE = 10  # below it a share of the titles says nothing


def why_wait(
    schedule: Schedule,
    taken: list[Decision],
    own: list[Decision],
    rules: Rules,
    marks: Marks,
    now: datetime,
    *,
    alone: bool,
) -> str | None:
    """Why a person must look before these go; None when nobody must. `own`: all titles the schedule governs."""
    mark = marks.schedules.get(schedule.id)
    if not taken:
        return None
    if alone:
        return "larger_than_the_cap"
    if rules.approve is Approve.ALWAYS:
        return "approve_always"
    if rules.approve is Approve.FIRST and not (mark is not None and mark.approved):
        return "approve_first"
    scope = Counter(decision.title.kind for decision in own)
    going = Counter(decision.title.kind for decision in taken)
    recent = Counter(
        row.kind for row in marks.spent if row.schedule == schedule.id and now - row.due_at < DAY
    )
    much = any(
        _is_much(count + recent[kind], scope[kind], rules.limits.ask_above) for kind, count in going.items()
    )
    return "ask_above" if much else None


def is_approved(decision: Decision, approved: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a person approved this title with these very files."""
    files = approved.get(decision.title.key)
    return files is not None and frozenset(files) == frozenset(decision.title.files)


def _is_much(going: int, scope: int, ask_above: float) -> bool:
    return scope >= SMALL_SCOPE and going > ask_above * scope


def scope_of(schedule: Schedule, rules: Rules) -> str:
    """What an approval of a schedule speaks of: what it covers, when that expires, and how much may go."""
    text = repr((schedule, rules.limits, rules.keep)).encode()
    return blake2b(text, digest_size=8).hexdigest()


def approved_as_scoped(marks: Marks, rules: Rules) -> Marks:
    """Marks in which no schedule counts as approved whose scope or limits have changed since."""
    scopes = {schedule.id: scope_of(schedule, rules) for schedule in rules.schedules}
    schedules = {
        name: replace(mark, approved=mark.approved and mark.scope == scopes.get(name))
        for name, mark in marks.schedules.items()
    }
    return replace(marks, schedules=schedules)
