"""What a person approved, and in which mode we ran last. An approval is of a title with the files it had."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from keepercheky.store.columns import from_json, to_column, to_json
from keepercheky.store.database import Database, Statements


class Approvals:
    """`store.approvals`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def approve(
        self, schedule: str, titles: Mapping[str, tuple[int, ...]], at: datetime, until: datetime
    ) -> None:
        async with self._database.writing() as statements:
            await statements.run_many(
                "INSERT OR REPLACE INTO approvals (schedule, key, files, at, until) VALUES (?, ?, ?, ?, ?)",
                [
                    (schedule, key, to_json(files), to_column(at), to_column(until))
                    for key, files in titles.items()
                ],
            )

    async def in_force(self, schedule: str, now: datetime) -> dict[str, tuple[int, ...]]:
        """Key → the files it was approved with."""
        async with self._database.reading() as statements:
            rows = await statements.rows(
                "SELECT key, files FROM approvals WHERE schedule = ? AND until > ?",
                (schedule, to_column(now)),
            )
        return {key: from_json(files, tuple[int, ...]) for key, files in rows}

    async def went_live(self, mode: str, now: datetime) -> str | None:
        """Remember the mode; the one before when it was another.

        On leaving preview, what it promised is forgotten, and every schedule's first deletions want a look again; what
        was approved in preview was approved of a preview.
        """
        async with self._database.writing() as statements:
            row = await statements.row("SELECT mode FROM gone_live")
            before = row[0] if row else "preview"
            if before == mode:
                return None
            await statements.run(
                "INSERT OR REPLACE INTO gone_live (only, mode, since) VALUES (1, ?, ?)",
                (mode, to_column(now)),
            )
            if before == "preview":
                await statements.run("DELETE FROM promises WHERE simulated = 1")
                await statements.run("UPDATE schedule_marks SET approved = 0")
                await statements.run("DELETE FROM approvals")
        return str(before)


async def use_approvals(statements: Statements, key: str) -> None:
    """An approval is good for one deletion, whoever carries it out."""
    await statements.run("DELETE FROM approvals WHERE key = ?", (key,))
