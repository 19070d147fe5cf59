"""Announcements: which title leaves, and not before when. Simulated ones (preview) live apart from real ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from keepercheky.policy.marks import Promise
from keepercheky.store.columns import Value, from_column, from_json, to_column, to_json
from keepercheky.store.database import Database, Row, Statements

_SELECT: Final = (
    "SELECT key, schedule, announced_at, promised_until, active_at, simulated, level, idle_since, idle_runs, "
    "files FROM promises WHERE simulated = ?"
)
_WRITE: Final = (
    "INSERT OR REPLACE INTO promises (key, schedule, announced_at, promised_until, active_at, simulated, level, "
    "idle_since, idle_runs, files) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Promises:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, simulated: bool) -> dict[str, Promise]:
        async with self._database.reading() as statements:
            return await read_promises(statements, simulated=simulated)

    async def replace(self, simulated: bool, promises: Iterable[Promise]) -> tuple[int, int, int]:
        """Make these the promises of that sort. Only differences are written; how many were added, changed, removed."""
        async with self._database.writing() as statements:
            return await replace_promises(statements, promises, simulated=simulated)

    async def discard_simulated(self) -> int:
        """On going live: what preview promised nobody was told. How many there were."""
        async with self._database.writing() as statements:
            return await statements.run("DELETE FROM promises WHERE simulated = 1")


async def replace_promises(
    statements: Statements, promises: Iterable[Promise], *, simulated: bool
) -> tuple[int, int, int]:
    """Write the differences; how many were added, changed, removed."""
    wanted = {promise.key: promise for promise in promises}
    if any(promise.simulated != simulated for promise in wanted.values()):
        raise ValueError("simulated and real promises do not mix")
    stored = await read_promises(statements, simulated=simulated)
    added = wanted.keys() - stored.keys()
    changed = {key for key in wanted.keys() & stored.keys() if wanted[key] != stored[key]}
    removed = stored.keys() - wanted.keys()
    await statements.run_many(_WRITE, [_values(wanted[key]) for key in sorted(added | changed)])
    await statements.run_many(
        "DELETE FROM promises WHERE simulated = ? AND key = ?", [(int(simulated), key) for key in removed]
    )
    return len(added), len(changed), len(removed)


async def read_promises(statements: Statements, *, simulated: bool) -> dict[str, Promise]:
    rows = await statements.rows(_SELECT, (int(simulated),))
    return {row[0]: _promise(row) for row in rows}


def _values(promise: Promise) -> tuple[Value, ...]:
    return (
        promise.key,
        promise.schedule,
        to_column(promise.announced_at),
        to_column(promise.promised_until),
        to_column(promise.active_at),
        int(promise.simulated),
        promise.level,
        to_column(promise.idle_since),
        promise.idle_runs,
        to_json(promise.files),
    )


def _promise(row: Row) -> Promise:
    return Promise(
        key=row[0],
        schedule=row[1],
        announced_at=from_column(row[2]),
        promised_until=from_column(row[3]),
        active_at=from_column(row[4]),
        simulated=bool(row[5]),
        level=row[6],
        idle_since=from_column(row[7]),
        idle_runs=row[8],
        files=from_json(row[9], tuple[int, ...]),
    )
