"""How things stand, as JSON: the same numbers as on the page and in `/metrics`."""

from __future__ import annotations

from typing import Any

from keepercheky.app import App, going_live
from keepercheky.app.answers import run_answer
from keepercheky.metrics import VERDICTS, DiskFacts, Facts, ScheduleFacts, ServiceFacts
from keepercheky.policy.report import instant
from keepercheky.policy.terms import Schedule
from keepercheky.web.facts import read_facts


async def status(app: App) -> dict[str, Any]:
    facts = await read_facts(app)
    due, pause = app.next_due(app.clock.now()), await app.store.baseline.pause()
    return {
        "version": facts.version,
        "mode": facts.mode,
        "preview_only": app.preview_only,
        "paused": facts.paused,
        "paused_by": pause.by if facts.paused else None,
        "paused_at": instant(pause.at) if facts.paused else None,
        "timezone": app.house.rules.timezone,
        "started_at": instant(facts.started_at),
        "settings": {"read_at": instant(facts.loaded_at), "problem": app.last_reload_failed},
        "running": app.running,
        "schedules": [
            {
                **_schedule(schedule, app.house.rules.schedule(schedule.id)),
                "next_due": instant(due.get(schedule.id)),
                "goes_live": await going_live.goes_live(app.house, schedule.id),
                "last_run": run_answer(run) if (run := await app.store.journal.last(schedule.id)) else None,
            }
            for schedule in facts.schedules
        ],
        "services": [_service(service) for service in facts.services],
        "storages": [_disk(disk) for disk in facts.disks],
        "titles": title_counts(facts),
    }


def title_counts(facts: Facts) -> dict[str, dict[str, int]]:
    """Titles and bytes by verdict, as decided last."""
    return {
        verdict: {
            "titles": sum(count for (_, _, said), (count, _) in facts.titles.items() if said == verdict),
            "bytes": sum(size for (_, _, said), (_, size) in facts.titles.items() if said == verdict),
        }
        for verdict in VERDICTS
    }


def _schedule(schedule: ScheduleFacts, asked: Schedule) -> dict[str, Any]:
    past = schedule.totals
    return {
        "id": schedule.id,
        "name": asked.name,
        "enabled": schedule.enabled,
        "cron": asked.cron,
        "running": schedule.running,
        "last_success_at": instant(past.last_success_at) if past else None,
    }


def _service(service: ServiceFacts) -> dict[str, Any]:
    return {
        "name": service.name,
        "kind": service.kind,
        "up": service.up,
        "last_sync_at": instant(service.last_sync_at),
    }


def _disk(disk: DiskFacts) -> dict[str, Any]:
    return {
        "name": disk.name,
        "path": disk.path,
        "source": disk.source,
        "free_bytes": disk.free_bytes,
        "total_bytes": disk.total_bytes,
        "keep_free_bytes": disk.keep_free_bytes,
        "readable": disk.readable,
        "read_at": instant(disk.read_at),
    }
