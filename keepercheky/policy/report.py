"""A plan as the JSON object that scripts rely on: stable keys, absent = null, instants ISO 8601 UTC with `Z`."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, tzinfo
from typing import Any

from keepercheky.media import StorageState, Unknown
from keepercheky.policy.explain import says, stopped, waits
from keepercheky.policy.findings import Finding, Verdict
from keepercheky.policy.plan import Plan
from keepercheky.policy.refusals import Refusal
from keepercheky.policy.space import keep_free_bytes
from keepercheky.policy.terms import Rules
from keepercheky.policy.verdict import Decision


def plan_report(plan: Plan, plan_id: str, rules: Rules, zone: tzinfo) -> dict[str, Any]:
    """The whole plan; `titles` holds every title its schedule governs, the taken first."""
    taken = frozenset(plan.taken)
    return {
        "plan_id": plan_id,
        "schedule": plan.schedule,
        "taken_at": instant(plan.taken_at),
        "mode": plan.mode.value,
        "outcome": plan.outcome.value,
        "reason": waits(plan.reason, plan.schedule) if plan.reason else None,
        "refusals": [refusal_report(refusal) for refusal in plan.refusals],
        "gaps": list(plan.gaps),
        "storages": [storage_report(storage, rules) for storage in plan.storages],
        "totals": totals(plan),
        "by_reason": by_reason(plan),
        "titles": [
            title_report(decision, zone, taken=decision.title.key in taken) for decision in plan.decisions
        ],
    }


def totals(plan: Plan) -> dict[str, int]:
    """Titles by verdict; bytes of those this plan takes."""
    counts = Counter(decision.verdict for decision in plan.decisions)
    taken = frozenset(plan.taken)
    going = [decision.title for decision in plan.decisions if decision.title.key in taken]
    return {
        **{verdict.value: counts[verdict] for verdict in Verdict},
        "delete_bytes": sum(title.size_bytes for title in going),
        "frees_bytes": sum(title.frees_bytes for title in going),
    }


def by_reason(plan: Plan) -> list[dict[str, Any]]:
    """Titles and bytes by the rule of each title's first finding, the largest first."""
    titles: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for decision in plan.decisions:
        titles[decision.because.rule] += 1
        sizes[decision.because.rule] += decision.title.size_bytes
    rows = sorted(titles, key=lambda rule: (-sizes[rule], rule))
    return [{"rule": rule, "titles": titles[rule], "bytes": sizes[rule]} for rule in rows]


def refusal_report(refusal: Refusal) -> dict[str, str]:
    because, remedy = stopped(refusal)
    return {"id": refusal.id, "because": because, "remedy": remedy}


def storage_report(storage: StorageState, rules: Rules) -> dict[str, Any]:
    return {
        "name": storage.name,
        "path": storage.path,
        "source": storage.source,
        "free_bytes": storage.free_bytes,
        "total_bytes": storage.total_bytes,
        "effective_free_bytes": storage.effective_free_bytes,
        "keep_free_bytes": keep_free_bytes(storage, rules.storages),
    }


def title_report(decision: Decision, zone: tzinfo, *, taken: bool) -> dict[str, Any]:
    title, age, promise = decision.title, decision.expiry, decision.promise
    return {
        "key": title.key,
        "service": title.service,
        "kind": title.kind.value,
        "title": title.title,
        "year": title.year or None,
        "season": title.season,
        "episode": title.episode,
        "episodes": list(title.episodes),
        "ids": {"tmdb": title.ids.tmdb, "imdb": title.ids.imdb, "tvdb": title.ids.tvdb},
        "size_bytes": title.size_bytes,
        "frees_bytes": title.frees_bytes,
        "storage": title.storage,
        "verdict": decision.verdict.value,
        "taken": taken,
        "because": says(decision.because, zone),
        "findings": [finding_report(finding, zone) for finding in decision.findings],
        "active_at": instant(title.active.at),
        "expires_at": instant(age.expires_at)
        if age is not None and not isinstance(age.due, Unknown)
        else None,
        "announced_at": instant(promise.announced_at) if promise is not None else None,
        "promised_until": instant(promise.promised_until) if promise is not None else None,
    }


def finding_report(finding: Finding, zone: tzinfo) -> dict[str, str]:
    return {"rule": finding.rule, "says": finding.says.value, "because": says(finding, zone)}


def instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
