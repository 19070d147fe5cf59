"""Who played what, as ever seen, and which titles Jellyfin once knew. Half a million rows are a large home."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

import anyio

from keepercheky.library.plays import PlayMark
from keepercheky.store.columns import Value, from_column, to_column
from keepercheky.store.database import BATCH, Database, Row

_SELECT: Final = (
    "SELECT identity, user, played_at, finished, play_count, undated_since FROM plays ORDER BY identity, user"
)


class Plays:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[tuple[str, str], PlayMark]:
        """By identity and user."""
        marks: dict[tuple[str, str], PlayMark] = {}
        users: dict[str, str] = {}
        async with self._database.reading() as statements:
            async for rows in statements.batches(_SELECT):
                await anyio.to_thread.run_sync(_add, marks, users, rows)
        return marks

    async def merge(self, changed: Iterable[PlayMark]) -> None:
        """Write these, each in the place of what was known of that title and user; leave all others."""
        marks = iter(changed)
        async with self._database.writing() as statements:
            while batch := list(islice(marks, BATCH)):
                await statements.run_many(
                    "INSERT INTO plays (identity, user, played_at, finished, play_count, undated_since) "
                    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (identity, user) DO UPDATE SET played_at = excluded.played_at, "
                    "finished = excluded.finished, play_count = excluded.play_count, undated_since = excluded.undated_since",
                    map(_values, batch),  # turned into columns in the connection's thread
                )

    async def matched(self) -> set[str]:
        """`identity@service` of every title once matched with an item of Jellyfin."""
        async with self._database.reading() as statements:
            return {key for (key,) in await statements.rows("SELECT key FROM matched")}

    async def add_matched(self, keys: Iterable[str]) -> None:
        async with self._database.writing() as statements:
            await statements.run_many(
                "INSERT OR IGNORE INTO matched (key) VALUES (?)", [(key,) for key in keys]
            )


def _values(mark: PlayMark) -> tuple[Value, ...]:
    return (
        mark.identity,
        mark.user,
        to_column(mark.played_at),
        int(mark.finished),
        mark.play_count,
        to_column(mark.undated_since),
    )


def _add(marks: dict[tuple[str, str], PlayMark], users: dict[str, str], rows: list[Row]) -> None:
    """Turn rows into marks. Names that repeat are kept once: users often, identities in a row (they are the key)."""
    identity = ""
    for row in rows:
        identity = identity if row[0] == identity else row[0]
        user = users.setdefault(row[1], row[1])
        marks[identity, user] = PlayMark(
            identity, user, from_column(row[2]), bool(row[3]), row[4], from_column(row[5])
        )
