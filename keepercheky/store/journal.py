"""What happened: runs, the due minutes that were used up, and totals that outlive both.

A run is begun, and finished once; what it counted is added in the same transaction. A tick is claimed before its
run begins, so that a schedule fires at most once per due minute, also across a crash.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

import msgspec

from keepercheky.store.columns import from_column, from_json, to_column, to_json
from keepercheky.store.counters import Counter, add_counters, of_run, read_counters
from keepercheky.store.database import Database, Row, Statements

Trigger: TypeAlias = Literal["cron", "catch_up", "manual", "storage"]
Outcome: TypeAlias = Literal["success", "partial", "failed", "waiting", "refused", "skipped"]

INTERRUPTED: Final = "interrupted"
MINUTE_MICROS: Final = 60_000_000


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run. While it goes on, `ended_at` and `outcome` are None; it has both, or neither."""

    id: str
    schedule: str
    trigger: Trigger
    due_at: datetime
    started_at: datetime
    mode: str
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    totals: dict[str, int] = {}
    refusals: tuple[dict[str, Any], ...] = ()
    gaps: tuple[str, ...] = ()
    by_reason: tuple[dict[str, Any], ...] = ()


class ScheduleTotals(msgspec.Struct, frozen=True):
    """What is known of a schedule's runs, those long pruned included. Skipped runs leave all of it as it was."""

    created_at: datetime
    last_start_at: datetime | None  # of a run that goes on, too
    last_completion_at: datetime | None
    last_success_at: datetime | None
    last_outcome: Outcome | None
    last_duration_seconds: float | None
    running_since: datetime | None


class Totals(msgspec.Struct, frozen=True):
    schedules: dict[str, ScheduleTotals]
    counters: tuple[Counter, ...]


_SELECT: Final = (
    "SELECT id, schedule, trigger_kind, due_at, started_at, mode, ended_at, outcome, reason, totals, refusals, gaps, "
    "by_reason FROM runs "
)


class Journal:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember_schedules(self, lines: Mapping[str, str], now: datetime) -> dict[str, datetime]:
        """Since when each schedule has had its line: whatever text says when it is due (cron, zone, on or off).

        First sight of a schedule, and of its line, is kept; where the clock was ahead then, it is set right.
        """
        at = to_column(now)
        async with self._database.writing() as statements:
            await statements.run_many(
                "INSERT INTO schedules (id, created_at, line, line_since) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
                "SET created_at = min(created_at, excluded.created_at), line = excluded.line, line_since = "
                "CASE WHEN line IS excluded.line THEN min(line_since, excluded.line_since) ELSE excluded.line_since END",
                [(schedule, at, line, at) for schedule, line in lines.items()],
            )
            rows = await statements.rows("SELECT id, line_since FROM schedules WHERE line_since IS NOT NULL")
        return {schedule: from_column(since) for schedule, since in rows if schedule in lines}

    async def claim_tick(self, schedule: str, due_at: datetime) -> bool:
        """True for the first to ask for that due minute, whenever it asks."""
        async with self._database.writing() as statements:
            claimed = await statements.run(
                "INSERT OR IGNORE INTO ticks (schedule, due_at) VALUES (?, ?)", (schedule, _minute(due_at))
            )
        return claimed == 1

    async def last_due(self, schedule: str) -> datetime | None:
        """The newest due minute ever claimed."""
        async with self._database.reading() as statements:
            row = await statements.row("SELECT max(due_at) FROM ticks WHERE schedule = ?", (schedule,))
        return from_column(row[0]) if row else None

    async def begin(
        self, *, schedule: str, trigger: Trigger, due_at: datetime, started_at: datetime, mode: str
    ) -> str:
        """Journal that a run goes on; its id. Ids order by start."""
        stamp = started_at.strftime("%Y%m%dT%H%M%S") + f"{started_at.microsecond // 1000:03}"
        run_id = f"{stamp}-{secrets.token_hex(3)}"
        async with self._database.writing() as statements:
            await statements.run(
                "INSERT INTO runs (id, schedule, trigger_kind, due_at, started_at, mode) VALUES (?, ?, ?, ?, ?, ?)",
                (run_id, schedule, trigger, to_column(due_at), to_column(started_at), mode),
            )
            await _remember(statements, schedule, started_at)
        return run_id

    async def finish(self, run: Run, counted: Iterable[Counter] = ()) -> bool:
        """Record how a run ended and all it counted, as one. False, and nothing written, when it had ended before."""
        if run.ended_at is None or run.outcome is None:
            raise ValueError("a finished run has an end and an outcome")
        async with self._database.writing() as statements:
            return await _end(statements, run, run.ended_at, counted)

    async def interrupt_open(self, now: datetime) -> list[Run]:
        """Runs that a crash left open have failed. To be asked at start, before any run begins."""
        async with self._database.writing() as statements:
            rows = await statements.rows(_SELECT + "WHERE ended_at IS NULL ORDER BY id")
            ended = [
                msgspec.structs.replace(_run(row), ended_at=now, outcome="failed", reason=INTERRUPTED)
                for row in rows
            ]
            for run in ended:
                await _end(statements, run, now, ())
        return ended

    async def count(self, counted: Iterable[Counter]) -> None:
        """Add to totals outside a run's end."""
        async with self._database.writing() as statements:
            await add_counters(statements, counted)

    async def get(self, run_id: str) -> Run | None:
        async with self._database.reading() as statements:
            row = await statements.row(_SELECT + "WHERE id = ?", (run_id,))
            return _run(row) if row else None

    async def recent(self, limit: int, schedule: str | None = None) -> list[Run]:
        """The newest first."""
        async with self._database.reading() as statements:
            rows = await statements.rows(
                _SELECT
                + "WHERE (:schedule IS NULL OR schedule = :schedule) ORDER BY started_at DESC, id DESC LIMIT :limit",
                {"schedule": schedule, "limit": limit},
            )
            return [_run(row) for row in rows]

    async def last(self, schedule: str) -> Run | None:
        runs = await self.recent(1, schedule)
        return runs[0] if runs else None

    async def totals(self) -> Totals:
        """Everything `/metrics` says of runs, in one view."""
        async with self._database.reading() as statements:
            schedules = await statements.rows(
                "SELECT id, created_at, last_start_at, last_completion_at, last_success_at, last_outcome, "
                "last_duration_us, (SELECT max(started_at) FROM runs WHERE schedule = schedules.id AND ended_at IS NULL) "
                "FROM schedules ORDER BY id"
            )
            counters = await read_counters(statements)
        return Totals({row[0]: _schedule(row) for row in schedules}, counters)

    async def prune(self, before: datetime) -> int:
        """Forget runs that ended earlier, but the last of each schedule; how many. Totals keep what they counted."""
        bound = to_column(before)
        async with self._database.writing() as statements:
            await statements.run(
                "DELETE FROM ticks WHERE due_at < ? AND due_at < "
                "(SELECT max(due_at) FROM ticks AS others WHERE others.schedule = ticks.schedule)",
                (bound,),
            )
            return await statements.run(
                "DELETE FROM runs WHERE ended_at < ? AND id != (SELECT id FROM runs AS others "
                "WHERE others.schedule = runs.schedule ORDER BY started_at DESC, id DESC LIMIT 1)",
                (bound,),
            )


async def _end(statements: Statements, run: Run, ended_at: datetime, counted: Iterable[Counter]) -> bool:
    row = await statements.row("SELECT started_at FROM runs WHERE id = ? AND ended_at IS NULL", (run.id,))
    if row is None:
        return False
    await statements.run(
        "UPDATE runs SET ended_at = ?, outcome = ?, reason = ?, totals = ?, refusals = ?, gaps = ?, by_reason = ? "
        "WHERE id = ?",
        (
            to_column(ended_at),
            run.outcome,
            run.reason,
            to_json(run.totals),
            to_json(run.refusals),
            to_json(run.gaps),
            to_json(run.by_reason),
            run.id,
        ),
    )
    # How long an interrupted run took is not known: its end is when somebody noticed.
    took_us = None if run.reason == INTERRUPTED else max(0, to_column(ended_at) - row[0])
    if run.outcome != "skipped":
        await statements.run(
            "UPDATE schedules SET last_start_at = :started, last_completion_at = :ended, last_outcome = :outcome, "
            "last_success_at = CASE WHEN :outcome = 'success' THEN :ended ELSE last_success_at END, "
            "last_duration_us = coalesce(:took, last_duration_us) WHERE id = :schedule",
            {
                "started": row[0],
                "ended": to_column(ended_at),
                "outcome": run.outcome,
                "took": took_us,
                "schedule": run.schedule,
            },
        )
    seconds = None if took_us is None else took_us / 1e6
    await add_counters(statements, [*of_run(run.schedule, str(run.outcome), seconds), *counted])
    return True


async def _remember(statements: Statements, schedule: str, now: datetime) -> None:
    await statements.run(
        "INSERT OR IGNORE INTO schedules (id, created_at) VALUES (?, ?)", (schedule, to_column(now))
    )


def _minute(at: datetime) -> int:
    micros = to_column(at)
    return micros - micros % MINUTE_MICROS


def _run(row: Row) -> Run:
    return Run(
        id=row[0],
        schedule=row[1],
        trigger=row[2],
        due_at=from_column(row[3]),
        started_at=from_column(row[4]),
        mode=row[5],
        ended_at=from_column(row[6]),
        outcome=row[7],
        reason=row[8],
        totals=from_json(row[9], dict[str, int]),
        refusals=from_json(row[10], tuple[dict[str, Any], ...]),
        gaps=from_json(row[11], tuple[str, ...]),
        by_reason=from_json(row[12], tuple[dict[str, Any], ...]),
    )


def _schedule(row: Row) -> ScheduleTotals:
    _, created, started, completed, success, outcome, took_us, running = row
    return ScheduleTotals(
        created_at=from_column(created),
        last_start_at=from_column(running if running is not None else started),
        last_completion_at=from_column(completed),
        last_success_at=from_column(success),
        last_outcome=outcome,
        last_duration_seconds=None if took_us is None else took_us / 1e6,
        running_since=from_column(running),
    )
