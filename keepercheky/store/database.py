"""The state file: a connection that writes and a few that only read, and no SQL of the subject.

A write is one transaction, ended before its caller goes on; a cancelled one is rolled back. Readers see what was
committed, also while a run writes (WAL). Every failure is a StateError.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import aiosqlite
import anyio

from keepercheky.errors import StateError
from keepercheky.store.columns import Value, Values
from keepercheky.store.failures import LOCAL_DISK, reported

Row = tuple[Any, ...]

BATCH: Final = 10_000  # rows a statement takes or gives at once: tens of milliseconds
BUSY_SECONDS: Final = 5.0  # a backup program may hold the file for a moment
MOST_WAL_BYTES: Final = 16 * 1024 * 1024  # what is left of the log after a large write


class Statements:
    """What may be asked within a transaction."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, values: Values = ()) -> list[Row]:
        return list(await self._connection.execute_fetchall(sql, values))  # type: ignore[arg-type]

    async def row(self, sql: str, values: Values = ()) -> Row | None:
        found = await self.rows(sql, values)
        return found[0] if found else None

    async def batches(self, sql: str, values: Values = ()) -> AsyncIterator[list[Row]]:
        """Very many rows, some at a time."""
        async with self._connection.execute(sql, values) as cursor:
            while found := list(await cursor.fetchmany(BATCH)):
                yield cast("list[Row]", found)

    async def run(self, sql: str, values: Values = ()) -> int:
        """How many rows it changed."""
        async with self._connection.execute(sql, values) as cursor:
            return cursor.rowcount

    async def run_many(self, sql: str, values: Iterable[Sequence[Value]]) -> None:
        async with self._connection.executemany(sql, values):
            pass


class Database:
    """An open state file. `writing` and `reading` are transactions; writers wait for each other."""

    def __init__(
        self, path: Path, writer: aiosqlite.Connection, readers: Sequence[aiosqlite.Connection]
    ) -> None:
        self.path = path
        self._writer = writer
        self._write_lock = anyio.Lock()
        self._idle_readers = list(readers)
        self._free_readers = anyio.Semaphore(len(readers))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Statements]:
        """All of it, or nothing of it."""
        async with self._write_lock, _transaction(self._writer, "BEGIN IMMEDIATE", self.path) as statements:
            yield statements

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Statements]:
        """One unmoving view, however many questions."""
        async with self._free_readers:
            reader = self._idle_readers.pop()
            try:
                async with _transaction(reader, "BEGIN", self.path) as statements:
                    yield statements
            finally:
                self._idle_readers.append(reader)

    async def copy_to(self, target: Path) -> None:
        """A whole copy of the state as it is now, made while it is in use."""
        with reported(self.path):
            async with self._write_lock:
                await copy(self._writer, target)


@asynccontextmanager
async def _transaction(connection: aiosqlite.Connection, begin: str, path: Path) -> AsyncIterator[Statements]:
    with reported(path):
        try:
            await connection.execute_fetchall(begin)
            yield Statements(connection)
            with anyio.CancelScope(shield=True):
                await connection.execute_fetchall("COMMIT")
        except BaseException:
            # A cancelled statement may still be running in the connection's thread: the rollback queues behind it.
            with anyio.CancelScope(shield=True), suppress(sqlite3.Error):
                await connection.rollback()
            raise


async def connect(path: Path, *, read_only: bool = False) -> aiosqlite.Connection:
    """Connect and set what every connection needs. Raises sqlite3.Error."""
    connection = await aiosqlite.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        await connection.execute_fetchall("PRAGMA foreign_keys = ON")
        await connection.execute_fetchall("PRAGMA synchronous = FULL")
        await connection.execute_fetchall(f"PRAGMA journal_size_limit = {MOST_WAL_BYTES}")
        if read_only:
            await connection.execute_fetchall("PRAGMA query_only = ON")
    except BaseException:
        with anyio.CancelScope(shield=True):
            await connection.close()
        raise
    return connection


async def enter_wal(connection: aiosqlite.Connection, path: Path) -> None:
    """Readers beside a writer. A disk that cannot do it cannot hold the state."""
    [(mode,)] = await connection.execute_fetchall("PRAGMA journal_mode = WAL")
    if mode != "wal":
        raise StateError(f"The state file {path} is on a disk that cannot hold it safely", LOCAL_DISK)


async def copy(source: aiosqlite.Connection, target: Path) -> None:
    """Copy by SQLite's own means, under another name first: a copy is there whole, or not at all."""
    unfinished = target.with_name(target.name + ".part")
    await anyio.to_thread.run_sync(_fresh, unfinished)
    try:
        connection = await aiosqlite.connect(unfinished)
        try:
            await source.backup(connection)
        finally:
            with anyio.CancelScope(shield=True):
                await connection.close()
        await anyio.to_thread.run_sync(unfinished.replace, target)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(partial(unfinished.unlink, missing_ok=True))
        raise


def _fresh(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
