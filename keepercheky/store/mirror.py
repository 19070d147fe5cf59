"""The last decision of every title, so that pages need not decide anew. Unchanged rows are not written again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import anyio
import msgspec

from keepercheky.store.columns import Values, from_column, to_json
from keepercheky.store.database import Database
from keepercheky.store.titles import (
    SELECT,
    WRITE,
    DecisionRow,
    Verdict,
    content_hash,
    folded,
    from_row,
    to_row,
)

UNGOVERNED: Final = ""  # stands for a schedule where none governs
MOST_FOUND: Final = 1_000

_BY_NAME: Final = "folded, year, key"


class Pending(msgspec.Struct, frozen=True):
    titles: int
    size_bytes: int
    oldest_due: datetime | None


class Mirror:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self, schedule: str, rows: Sequence[DecisionRow], now: datetime, run_id: str
    ) -> tuple[int, int]:
        """Make these the titles of a schedule (`""`: of none); how many were written, and how many went.

        Titles of other schedules stay, but for those that are among these now.
        """
        async with self._database.writing() as statements:
            stored: dict[str, int] = {}
            async for some in statements.batches(
                "SELECT key, content FROM titles WHERE schedule = ?", (schedule,)
            ):
                stored.update(some)
            changed, gone = await anyio.to_thread.run_sync(_difference, stored, rows)
            await statements.run_many(
                WRITE, (to_row(row, schedule, content, now, run_id) for row, content in changed)
            )
            await statements.run_many("DELETE FROM titles WHERE key = ?", [(key,) for key in gone])
        return len(changed), len(gone)

    async def forget(self, keys: Iterable[str]) -> None:
        """Titles that went."""
        async with self._database.writing() as statements:
            await statements.run_many("DELETE FROM titles WHERE key = ?", [(key,) for key in keys])

    async def keep_only(self, schedules: Iterable[str]) -> int:
        """Forget the titles of schedules that are no more (those nobody governs stay); how many went."""
        kept = to_json([UNGOVERNED, *schedules])
        async with self._database.writing() as statements:
            return await statements.run(
                "DELETE FROM titles WHERE schedule NOT IN (SELECT value FROM json_each(?))", (kept,)
            )

    async def find(self, query: str, *, limit: int = MOST_FOUND) -> list[DecisionRow]:
        """By key (with or without its instance), by id (`603`, `tt0133093`, `tmdb:603`), or by a part of the title."""
        wanted = query.strip()
        if not wanted:
            return []
        source, _, number = wanted.lower().rpartition(":")
        by_number = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
        return await self._select(
            "WHERE key = :key OR identity = :key "
            "OR (:source IN ('', 'tmdb') AND tmdb = :number) OR (:source IN ('', 'tvdb') AND tvdb = :number) "
            "OR (:source IN ('', 'imdb') AND imdb = :imdb) OR (:folded != '' AND instr(folded, :folded) > 0) "
            f"ORDER BY (key = :key OR identity = :key) DESC, (folded = :folded) DESC, {_BY_NAME} LIMIT :limit",
            {
                "key": wanted,
                "folded": folded(wanted),
                "source": source,
                "number": by_number,
                "imdb": number,
                "limit": limit,
            },
        )

    async def get(self, key: str) -> DecisionRow | None:
        found = await self._select("WHERE key = ?", (key,))
        return found[0] if found else None

    async def leaving(self) -> list[DecisionRow]:
        """Announced titles, those that leave first at the top."""
        return await self._select(f"WHERE verdict = 'leaving' ORDER BY promised_until, {_BY_NAME}")

    async def due(self, schedule: str) -> list[DecisionRow]:
        """What may go by that schedule: the taken ones first, in the plan's order."""
        return await self._select(
            f"WHERE schedule = ? AND verdict = 'delete' ORDER BY taken DESC, position IS NULL, position, {_BY_NAME}",
            (schedule,),
        )

    async def by_verdict(
        self, verdict: Verdict, *, schedule: str | None = None, limit: int = 100, offset: int = 0
    ) -> list[DecisionRow]:
        """A page of them, by name."""
        return await self._select(
            f"WHERE verdict = :verdict AND (:schedule IS NULL OR schedule = :schedule) ORDER BY {_BY_NAME} "
            "LIMIT :limit OFFSET :offset",
            {"verdict": verdict, "schedule": schedule, "limit": limit, "offset": offset},
        )

    async def counts(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """By service, kind and verdict: how many titles, how many bytes."""
        async with self._database.reading() as statements:
            rows = await statements.rows(
                "SELECT service, kind, verdict, count(*), sum(size_bytes) FROM titles GROUP BY service, kind, verdict"
            )
        return {(service, kind, verdict): (titles, size) for service, kind, verdict, titles, size in rows}

    async def pending(self) -> dict[tuple[str, str], Pending]:
        """What is announced and waits, by schedule and kind."""
        async with self._database.reading() as statements:
            rows = await statements.rows(
                "SELECT schedule, kind, count(*), sum(size_bytes), min(promised_until) FROM titles "
                "WHERE verdict = 'leaving' GROUP BY schedule, kind"
            )
        return {(row[0], row[1]): Pending(row[2], row[3], from_column(row[4])) for row in rows}

    async def _select(self, rest: str, values: Values = ()) -> list[DecisionRow]:
        async with self._database.reading() as statements:
            return [from_row(row) for row in await statements.rows(SELECT + rest, values)]


def _difference(
    stored: dict[str, int], rows: Sequence[DecisionRow]
) -> tuple[list[tuple[DecisionRow, int]], set[str]]:
    """Rows whose content is new, each with its hash; and keys that are gone."""
    changed = []
    for row in rows:
        content = content_hash(row)
        if stored.get(row.key) != content:
            changed.append((row, content))
    return changed, stored.keys() - {row.key for row in rows}
