"""What the next decision compares with: the last good run, what was accepted, what was spent, and the pause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from keepercheky.policy.marks import Accepted, Baseline, Marks, Promise, ScheduleMark, Spent
from keepercheky.store.columns import MICROSECOND, from_column, from_json, to_column, to_json
from keepercheky.store.database import Database, Statements
from keepercheky.store.keeps import read_keeps
from keepercheky.store.promises import read_promises, replace_promises

SIMULATED: Final = "~"  # before the id of a schedule: what its preview runs left; no id begins so
COUNTING: Final = timedelta(hours=24)  # no cap looks further back

# Every table that records an instant as it happens. A clock earlier than the newest of them was set back.
_NEWEST: Final = """
    SELECT max(at) FROM (
        SELECT max(started_at) AS at FROM runs UNION ALL SELECT max(ended_at) FROM runs
        UNION ALL SELECT max(at) FROM samples UNION ALL SELECT max(taken_at) FROM baseline
        UNION ALL SELECT max(announced_at) FROM promises UNION ALL SELECT max(created_at) FROM keeps
        UNION ALL SELECT max(at) FROM accepted UNION ALL SELECT max(at) FROM deleted
        UNION ALL SELECT max(changed_at) FROM paused
    )
"""


class Pause(msgspec.Struct, frozen=True):
    paused: bool
    by: str
    at: datetime | None  # None: never paused


class BaselineStore:
    """`store.baseline`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def marks(self, now: datetime, simulated: bool) -> Marks:
        """Everything deciding reads, as of one moment."""
        async with self._database.reading() as statements:
            return Marks(
                promises=await read_promises(statements, simulated=simulated),
                keeps=await read_keeps(statements, now),
                deleted=await _read_deleted(statements),
                spent=await _read_spent(statements, now - COUNTING),
                schedules=await _read_schedule_marks(statements, simulated=simulated),
                accepted=await _read_accepted(statements),
                baseline=await _read_baseline(statements),
                last_record_at=await _read_last_record(statements),
                paused=(await _read_pause(statements)).paused,
            )

    async def get(self) -> Baseline | None:
        async with self._database.reading() as statements:
            return await _read_baseline(statements)

    async def set(self, baseline: Baseline) -> None:
        async with self._database.writing() as statements:
            await _set_baseline(statements, baseline)

    async def good_run(
        self,
        *,
        simulated: bool,
        promises: Iterable[Promise],
        schedule: str,
        mark: ScheduleMark,
        baseline: Baseline,
        spoken_for: Iterable[str],
    ) -> None:
        """What a good run leaves for the next one, as one: half of it would add unseen time twice, or lose a promise."""
        async with self._database.writing() as statements:
            await replace_promises(statements, promises, simulated=simulated)
            await _set_mark(statements, schedule, mark, simulated=simulated)
            await _set_baseline(statements, baseline)
            await statements.run_many("DELETE FROM accepted WHERE id = ?", [(name,) for name in spoken_for])

    async def accepted(self) -> dict[str, Accepted]:
        async with self._database.reading() as statements:
            return await _read_accepted(statements)

    async def accept(self, accepted: Accepted) -> None:
        async with self._database.writing() as statements:
            await statements.run(
                "INSERT OR REPLACE INTO accepted (id, at, facts) VALUES (?, ?, ?)",
                (accepted.id, to_column(accepted.at), to_json(accepted.facts)),
            )

    async def drop_accepted(self, ids: Iterable[str]) -> None:
        async with self._database.writing() as statements:
            await statements.run_many("DELETE FROM accepted WHERE id = ?", [(accepted,) for accepted in ids])

    async def schedule_marks(self, *, simulated: bool = False) -> dict[str, ScheduleMark]:
        """What is remembered of every schedule; what preview runs left lies apart, as they keep no promise alive."""
        async with self._database.reading() as statements:
            return await _read_schedule_marks(statements, simulated=simulated)

    async def set_schedule_mark(self, schedule: str, mark: ScheduleMark, *, simulated: bool = False) -> None:
        async with self._database.writing() as statements:
            await _set_mark(statements, schedule, mark, simulated=simulated)

    async def pause(self) -> Pause:
        async with self._database.reading() as statements:
            return await _read_pause(statements)

    async def paused(self) -> bool:
        return (await self.pause()).paused

    async def set_paused(self, paused: bool, by: str, at: datetime) -> None:
        async with self._database.writing() as statements:
            await statements.run(
                "INSERT OR REPLACE INTO paused (only, paused, changed_by, changed_at) VALUES (1, ?, ?, ?)",
                (int(paused), by, to_column(at)),
            )

    async def record_deletion(
        self, *, run_id: str, key: str, identity: str, spent: Spent, at: datetime
    ) -> bool:
        """A title went: it counts against the caps from now, and is known as deleted by us. As one, and once a run."""
        async with self._database.writing() as statements:
            added = await statements.run(
                "INSERT OR IGNORE INTO spent (run_id, key, schedule, kind, due_at, size_bytes) VALUES (?, ?, ?, ?, ?, ?)",
                (run_id, key, spent.schedule, spent.kind, to_column(spent.due_at), spent.size_bytes),
            )
            await statements.run(
                "INSERT INTO deleted (identity, at) VALUES (?, ?) "
                "ON CONFLICT (identity) DO UPDATE SET at = max(at, excluded.at)",
                (identity, to_column(at)),
            )
        return added == 1

    async def spent(self, since: datetime) -> tuple[Spent, ...]:
        """Deletions of runs due after then."""
        async with self._database.reading() as statements:
            return await _read_spent(statements, since)

    async def deleted(self) -> dict[str, datetime]:
        """By identity, when we deleted it last."""
        async with self._database.reading() as statements:
            return await _read_deleted(statements)

    async def prune(self, before: datetime) -> None:
        """Forget deletions long past: nothing counts them any more, and what came back since is an old title."""
        async with self._database.writing() as statements:
            await statements.run("DELETE FROM spent WHERE due_at < ?", (to_column(before),))
            await statements.run("DELETE FROM deleted WHERE at < ?", (to_column(before),))

    async def last_record_at(self) -> datetime | None:
        """The newest instant of anything recorded."""
        async with self._database.reading() as statements:
            return await _read_last_record(statements)


async def _read_baseline(statements: Statements) -> Baseline | None:
    row = await statements.row("SELECT body FROM baseline")
    return from_json(row[0], Baseline) if row else None


async def _read_accepted(statements: Statements) -> dict[str, Accepted]:
    rows = await statements.rows("SELECT id, at, facts FROM accepted ORDER BY id")
    kind = dict[str, str | int | float]
    return {row[0]: Accepted(row[0], from_column(row[1]), from_json(row[2], kind)) for row in rows}


async def _set_baseline(statements: Statements, baseline: Baseline) -> None:
    await statements.run(
        "INSERT OR REPLACE INTO baseline (only, taken_at, body) VALUES (1, ?, ?)",
        (to_column(baseline.taken_at), to_json(baseline)),
    )


async def _set_mark(statements: Statements, schedule: str, mark: ScheduleMark, *, simulated: bool) -> None:
    await statements.run(
        "INSERT OR REPLACE INTO schedule_marks (schedule, last_good_at, held_back, approved, scope, longest_gap) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            SIMULATED * simulated + schedule,
            to_column(mark.last_good_at),
            int(mark.held_back),
            int(mark.approved),
            mark.scope,
            None if mark.longest_gap is None else mark.longest_gap // MICROSECOND,
        ),
    )


async def _read_schedule_marks(statements: Statements, *, simulated: bool) -> dict[str, ScheduleMark]:
    rows = await statements.rows(
        "SELECT schedule, last_good_at, held_back, approved, scope, longest_gap FROM schedule_marks"
    )
    return {
        row[0].removeprefix(SIMULATED): ScheduleMark(
            from_column(row[1]),
            bool(row[2]),
            bool(row[3]),
            row[4],
            None if row[5] is None else row[5] * MICROSECOND,
        )
        for row in rows
        if row[0].startswith(SIMULATED) is simulated
    }


async def _read_pause(statements: Statements) -> Pause:
    row = await statements.row("SELECT paused, changed_by, changed_at FROM paused")
    return Pause(bool(row[0]), row[1], from_column(row[2])) if row else Pause(paused=False, by="", at=None)


async def _read_spent(statements: Statements, since: datetime) -> tuple[Spent, ...]:
    rows = await statements.rows(
        "SELECT schedule, kind, due_at, size_bytes FROM spent WHERE due_at > ? ORDER BY due_at, run_id, key",
        (to_column(since),),
    )
    return tuple(Spent(row[0], row[1], from_column(row[2]), row[3]) for row in rows)


async def _read_deleted(statements: Statements) -> dict[str, datetime]:
    return {
        identity: from_column(at)
        for identity, at in await statements.rows("SELECT identity, at FROM deleted")
    }


async def _read_last_record(statements: Statements) -> datetime | None:
    row = await statements.row(_NEWEST)
    return from_column(row[0]) if row else None
