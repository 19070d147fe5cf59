"""Findings, then one verdict: keep, undecided, leaving, delete.

Keep wins over any number of reasons to delete; a doubt keeps; and nothing goes before its promise.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from keepercheky.media import NOTHING_ASKED, StorageState, Unknown
from keepercheky.policy.age import Expiry, expiry
from keepercheky.policy.findings import Finding, Says, Verdict, delete, keep, unsure
from keepercheky.policy.marks import Promise
from keepercheky.policy.promise import announced_anew, stands, unchanged
from keepercheky.policy.rules import KEEP_RULES, Context
from keepercheky.policy.space import wanted_free
from keepercheky.policy.terms import Schedule, StorageRule
from keepercheky.policy.title import Title


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What becomes of one title, and every finding that says why; the first one is told first."""

    title: Title
    schedule: str | None
    verdict: Verdict
    findings: tuple[Finding, ...]
    expiry: Expiry | None = None
    promise: Promise | None = None
    announceable: bool = False  # kept only because nobody announced it yet

    @property
    def because(self) -> Finding:
        return self.findings[0]

    @property
    def wants_detail(self) -> bool:
        """Undecided, and something that was not asked yet could tell more."""
        return self.verdict is Verdict.UNDECIDED and any(
            finding.code == NOTHING_ASKED for finding in self.findings
        )


def judge(
    title: Title,
    schedule: Schedule | None,
    context: Context,
    storages: Mapping[str, StorageState],
    promise: Promise | None,
    storage_rules: Mapping[str, StorageRule],
) -> Decision:
    """The verdict on one title before any plan: `announceable` titles leave when a plan announces them."""
    found = [finding for rule in KEEP_RULES if (finding := rule(title, context)) is not None]
    keeps = [finding for finding in found if finding.says is Says.KEEP]
    doubts = [finding for finding in found if finding.says is Says.UNKNOWN]
    told = [doubt for doubt in doubts if doubt.code != NOTHING_ASKED]  # what was not asked kept nothing
    if schedule is None:
        return Decision(title, None, Verdict.KEEP, (*keeps, keep("not_covered"), *told))
    if not schedule.enabled:
        off = keep("not_expired", "schedule_off", schedule=schedule.id)
        return Decision(title, schedule.id, Verdict.KEEP, (*keeps, off, *told))

    age = expiry(title, schedule, storages, context.now)
    standing = promise if stands(promise, title, schedule) else None
    if keeps:
        return Decision(title, schedule.id, Verdict.KEEP, (*keeps, *told, *_time(age, title)), age)
    if age.certainly_not_due:
        return Decision(title, schedule.id, Verdict.KEEP, (_not_expired(age, title), *told), age, standing)

    doubts += _doubts_of_time(age, doubts)
    if space := _space_doubt(title, schedule, storages, storage_rules):
        doubts.append(unsure("space", space))
    if doubts:
        asked = sorted(doubts, key=lambda doubt: doubt.code == NOTHING_ASKED)
        return Decision(title, schedule.id, Verdict.UNDECIDED, (*asked, *_time(age, title)), age, standing)
    shown = promise if promise is not None and unchanged(promise, title) else None
    return _may_go(title, schedule, age, standing, shown, context)


def _may_go(
    title: Title,
    schedule: Schedule,
    age: Expiry,
    standing: Promise | None,
    shown: Promise | None,
    context: Context,
) -> Decision:
    """Nothing protects it and everything is known: what its promise says.

    `shown`: the promise people saw, also when another schedule made it. Its date stands, whoever governs now.
    """
    if standing is None and age.notice:
        turn = keep("space", "turn_has_not_come", expires_at=age.expires_at)
        return Decision(title, schedule.id, Verdict.KEEP, (turn, *_time(age, title)), age, announceable=True)
    if standing is None and shown is not None and context.now < shown.promised_until:
        return Decision(
            title, schedule.id, Verdict.LEAVING, (promised(shown), *_time(age, title)), age, shown
        )
    if standing is None:
        return Decision(title, schedule.id, Verdict.DELETE, tuple(_time(age, title)), age)
    standing = announced_anew(standing, age, context.now)
    if context.now < standing.promised_until or age.due is False:
        return Decision(
            title, schedule.id, Verdict.LEAVING, (promised(standing), *_time(age, title)), age, standing
        )
    return Decision(
        title, schedule.id, Verdict.DELETE, (*_time(age, title), promised(standing)), age, standing
    )


def _doubts_of_time(age: Expiry, doubts: list[Finding]) -> list[Finding]:
    """A doubt about age, unless the same doubt was told already."""
    if isinstance(age.due, Unknown) and all(doubt.code != age.due.why for doubt in doubts):
        return [unsure("expired", age.due)]
    return []


def promised(promise: Promise) -> Finding:
    return delete("promise", "promised", until=promise.promised_until, announced_at=promise.announced_at)


def _not_expired(age: Expiry, title: Title) -> Finding:
    code = "not_yet" if isinstance(age.due, Unknown) else age.code
    return keep("not_expired", code, expires_at=age.expires_at, active_at=title.active.at)


def _time(age: Expiry, title: Title) -> list[Finding]:
    """The finding about age, when it says anything for sure."""
    if isinstance(age.due, Unknown):
        return []
    if not age.due:
        return [_not_expired(age, title)]
    facts = {"expires_at": age.expires_at, "active_at": title.active.at}
    days = age.limit.total_seconds() / 86400 if age.limit is not None else None
    level = age.level.below.text if age.level is not None else None
    watched = not isinstance(title.finished_by, Unknown) and bool(title.finished_by)
    return [delete("expired", age.code, **facts, limit_days=days, level=level, watched=watched)]


def _space_doubt(
    title: Title, schedule: Schedule, storages: Mapping[str, StorageState], rules: Mapping[str, StorageRule]
) -> Unknown | None:
    """A title under the target of a disk whose free space is not known. Without a storage there is no target."""
    if title.storage is None or not schedule.for_space:
        return None
    storage = storages.get(title.storage)
    if storage is None:
        return Unknown("free_space_unknown", title.storage)
    wanted = wanted_free(storage, storages, rules)
    if isinstance(wanted, Unknown):
        return wanted
    if wanted is not None and storage.effective_free_bytes is None:
        return Unknown("free_space_unknown", storage.name)
    return None
