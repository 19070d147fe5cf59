"""Totals that only grow, by name and labels. They outlive the runs they were counted from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from keepercheky.store.columns import from_json, to_json
from keepercheky.store.database import Statements

RUNS: Final = "schedule_runs_total"
DURATION: Final = "schedule_run_duration_seconds"
BUCKETS_SECONDS: Final = (1, 5, 15, 60, 300, 900, 3600)


class Counter(msgspec.Struct, frozen=True):
    """A total, or what is added to one."""

    name: str
    labels: dict[str, str]
    value: float = 1


def of_run(schedule: str, outcome: str, seconds: float | None) -> list[Counter]:
    """What one ended run adds. Skipped and interrupted runs have no duration that says anything."""
    added = [Counter(RUNS, {"schedule": schedule, "outcome": outcome})]
    if seconds is None or outcome == "skipped":
        return added
    labels = {"schedule": schedule}
    added += [
        Counter(f"{DURATION}_bucket", {**labels, "le": str(bound)})
        for bound in BUCKETS_SECONDS
        if seconds <= bound
    ]
    return [*added, Counter(f"{DURATION}_count", labels), Counter(f"{DURATION}_sum", labels, seconds)]


async def add_counters(statements: Statements, counted: Iterable[Counter]) -> None:
    await statements.run_many(
        "INSERT INTO counters (name, labels, value) VALUES (?, ?, ?) "
        "ON CONFLICT (name, labels) DO UPDATE SET value = value + excluded.value",
        [(counter.name, to_json(counter.labels), counter.value) for counter in counted],
    )


async def read_counters(statements: Statements) -> tuple[Counter, ...]:
    rows = await statements.rows("SELECT name, labels, value FROM counters ORDER BY name, labels")
    return tuple(Counter(name, from_json(labels, dict[str, str]), value) for name, labels, value in rows)
