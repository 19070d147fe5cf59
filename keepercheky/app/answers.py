"""Rows of the state as JSON objects: stable keys, absent = null, instants ISO 8601 UTC with `Z`."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from keepercheky.policy.explain import says
from keepercheky.policy.report import finding_report, instant
from keepercheky.policy.written import read_findings
from keepercheky.store import DecisionRow, Pause, Run, Step


def title_answer(row: DecisionRow, zone: tzinfo) -> dict[str, Any]:
    """A title as it was decided last; the same keys as in a plan, and `schedule`, `decided_at`."""
    findings = read_findings(row.findings)
    return {
        "key": row.key,
        "service": row.service,
        "kind": row.kind,
        "title": row.title,
        "year": row.year,
        "season": row.season,
        "episode": row.episode,
        "episodes": list(row.episodes),
        "ids": {"tmdb": row.ids.tmdb, "imdb": row.ids.imdb, "tvdb": row.ids.tvdb},
        "size_bytes": row.size_bytes,
        "frees_bytes": row.frees_bytes,
        "storage": row.storage,
        "verdict": row.verdict,
        "taken": row.taken,
        "because": says(findings[0], zone) if findings else "",
        "findings": [finding_report(finding, zone) for finding in findings],
        "active_at": instant(row.active_at),
        "expires_at": instant(row.expires_at),
        "announced_at": instant(row.announced_at),
        "promised_until": instant(row.promised_until),
        "schedule": row.schedule,
        "decided_at": instant(row.changed_at),
    }


def run_answer(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "schedule": run.schedule,
        "trigger": run.trigger,
        "mode": run.mode,
        "due_at": instant(run.due_at),
        "started_at": instant(run.started_at),
        "ended_at": instant(run.ended_at),
        "outcome": run.outcome,
        "reason": run.reason,
        "totals": run.totals,
        "refusals": list(run.refusals),
        "gaps": list(run.gaps),
        "by_reason": list(run.by_reason),
    }


def step_answer(step: Step) -> dict[str, Any]:
    """What became of one title of a run: `state`, and `reason` where it was not deleted."""
    body = step.body
    return {
        "key": step.key,
        "service": body.service,
        "kind": body.kind,
        "title": body.title,
        "year": body.year or None,
        "season": body.season,
        "episode": body.episode,
        "size_bytes": step.size_bytes,
        "frees_bytes": step.frees_bytes,
        "storage": step.storage,
        "state": step.state,
        "reason": step.reason,
        "recycle_bin_days": step.bin_days,
        "planned_at": instant(step.planned_at),
        "acting_at": instant(step.acting_at),
        "ended_at": instant(step.ended_at),
    }


def pause_answer(pause: Pause) -> dict[str, Any]:
    """Whether everything is paused, and who changed that last, and when."""
    return {"paused": pause.paused, "by": pause.by, "at": instant(pause.at)}
