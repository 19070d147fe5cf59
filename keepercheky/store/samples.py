"""How much was free, and when: the curve a page draws."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from keepercheky.store.columns import MICROSECOND, from_column, to_column
from keepercheky.store.database import Database

RAW: Final = timedelta(days=2)
HOURLY: Final = timedelta(days=14)
DAILY: Final = timedelta(days=400)  # a year, and room to compare with the month before it


class Sample(msgspec.Struct, frozen=True):
    """Free space of one storage. `total_bytes` None: not known."""

    name: str
    at: datetime
    free_bytes: int
    total_bytes: int | None


class Samples:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, samples: Iterable[Sample]) -> None:
        async with self._database.writing() as statements:
            await statements.run_many(
                "INSERT OR REPLACE INTO samples (name, at, free_bytes, total_bytes) VALUES (?, ?, ?, ?)",
                [
                    (sample.name, to_column(sample.at), sample.free_bytes, sample.total_bytes)
                    for sample in samples
                ],
            )

    async def since(self, at: datetime, name: str | None = None) -> list[Sample]:
        """From then on, by name and time."""
        async with self._database.reading() as statements:
            rows = await statements.rows(
                "SELECT name, at, free_bytes, total_bytes FROM samples "
                "WHERE at >= :since AND (:name IS NULL OR name = :name) ORDER BY name, at",
                {"since": to_column(at), "name": name},
            )
        return [Sample(row[0], from_column(row[1]), row[2], row[3]) for row in rows]

    async def thin(self, now: datetime) -> int:
        """Keep all for 2 days, the first of each hour for 14, the first of each day for 400; how many went."""
        async with self._database.writing() as statements:
            thinned = 0
            for kept, bucket in ((RAW, timedelta(hours=1)), (HOURLY, timedelta(days=1))):
                thinned += await statements.run(
                    "DELETE FROM samples WHERE at < :before AND EXISTS (SELECT 1 FROM samples AS earlier WHERE "
                    "earlier.name = samples.name AND earlier.at < samples.at "
                    "AND earlier.at >= samples.at - samples.at % :bucket)",
                    {"before": to_column(now - kept), "bucket": bucket // MICROSECOND},
                )
            thinned += await statements.run("DELETE FROM samples WHERE at < ?", (to_column(now - DAILY),))
        return thinned
