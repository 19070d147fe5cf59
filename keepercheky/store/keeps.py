"""Titles a person keeps by hand."""

from __future__ import annotations

from datetime import datetime

from keepercheky.policy.marks import HandKeep
from keepercheky.store.columns import from_column, to_column
from keepercheky.store.database import Database, Row, Statements


class Keeps:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, now: datetime) -> tuple[HandKeep, ...]:
        """Those that hold now, by identity. Expired ones are forgotten on the way."""
        async with self._database.reading() as statements:
            keeps = await read_keeps(statements, now)
            stored = await statements.row("SELECT count(*) FROM keeps")
        if stored and stored[0] > len(keeps):
            async with self._database.writing() as statements:
                await statements.run("DELETE FROM keeps WHERE until <= ?", (to_column(now),))
        return keeps

    async def add(self, keep: HandKeep) -> None:
        """A second keep of the same title takes the first one's place."""
        async with self._database.writing() as statements:
            await statements.run(
                "INSERT OR REPLACE INTO keeps (identity, created_at, until, reason, kept_by) VALUES (?, ?, ?, ?, ?)",
                (keep.identity, to_column(keep.created_at), to_column(keep.until), keep.reason, keep.by),
            )

    async def remove(self, identity: str) -> bool:
        """Whether there was one."""
        async with self._database.writing() as statements:
            return await statements.run("DELETE FROM keeps WHERE identity = ?", (identity,)) > 0


async def read_keeps(statements: Statements, now: datetime) -> tuple[HandKeep, ...]:
    rows = await statements.rows(
        "SELECT identity, created_at, until, reason, kept_by FROM keeps WHERE until IS NULL OR until > ? ORDER BY identity",
        (to_column(now),),
    )
    return tuple(_keep(row) for row in rows)


def _keep(row: Row) -> HandKeep:
    identity, created_at, until, reason, kept_by = row
    return HandKeep(identity, from_column(created_at), from_column(until), reason, kept_by)
