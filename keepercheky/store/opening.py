"""Open the state folder: take its lock, look the file over, bring it up to date."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import aiosqlite
import anyio

from keepercheky.errors import StateError
from keepercheky.store.approvals import Approvals
from keepercheky.store.baseline import BaselineStore
from keepercheky.store.columns import to_column
from keepercheky.store.database import Database, connect, enter_wal
from keepercheky.store.failures import RESTORE, reported
from keepercheky.store.journal import Journal
from keepercheky.store.keeps import Keeps
from keepercheky.store.lock import Lock
from keepercheky.store.migrate import known_migrations, migrate
from keepercheky.store.mirror import Mirror
from keepercheky.store.plays import Plays
from keepercheky.store.promises import Promises
from keepercheky.store.samples import Samples
from keepercheky.store.steps import Steps

FILE_NAME: Final = "keepercheky.db"
READERS: Final = 3  # a long read does not keep pages and `/metrics` waiting


@dataclass(frozen=True, slots=True)
class Store:
    """The state, by subject."""

    database: Database
    journal: Journal
    promises: Promises
    keeps: Keeps
    plays: Plays
    mirror: Mirror
    baseline: BaselineStore
    samples: Samples
    steps: Steps
    approvals: Approvals

    @classmethod
    def over(cls, database: Database) -> Store:
        return cls(
            database,
            Journal(database),
            Promises(database),
            Keeps(database),
            Plays(database),
            Mirror(database),
            BaselineStore(database),
            Samples(database),
            Steps(database),
            Approvals(database),
        )

    async def readable(self) -> None:
        """A StateError unless the journal can be read right now."""
        async with self.database.reading() as statements:
            await statements.row("SELECT count(*) FROM (SELECT id FROM runs LIMIT 1)")

    async def copy_to(self, target: Path) -> None:
        """A whole copy of the state, made while it is in use."""
        await self.database.copy_to(target)


@asynccontextmanager
async def open_store(folder: Path, *, now: datetime) -> AsyncIterator[Store]:
    """The state in that folder, made if it is not there. LockedError or StateError, each with a remedy."""
    path = folder / FILE_NAME
    async with AsyncExitStack() as stack:
        with reported(path):
            lock = await anyio.to_thread.run_sync(_prepare, folder)
            stack.callback(lock.release)
            writer = await _closing(stack, path)
            await _look_over(writer, path)
            await migrate(writer, path, known_migrations())
            await enter_wal(writer, path)
            await writer.execute_fetchall(
                "INSERT OR IGNORE INTO about (only, created_at) VALUES (1, ?)", (to_column(now),)
            )
            readers = [await _closing(stack, path, read_only=True) for _ in range(READERS)]
        yield Store.over(Database(path, writer, readers))


async def _closing(stack: AsyncExitStack, path: Path, *, read_only: bool = False) -> aiosqlite.Connection:
    connection = await connect(path, read_only=read_only)

    async def close() -> None:
        with anyio.CancelScope(shield=True), reported(path):
            await connection.close()

    stack.push_async_callback(close)
    return connection


def _prepare(folder: Path) -> Lock:
    """The folder and the file, for their owner alone where we make them; and the lock."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
    lock = Lock.take(folder)
    try:
        os.close(os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except BaseException:
        lock.release()
        raise
    return lock


async def _look_over(connection: aiosqlite.Connection, path: Path) -> None:
    """A damaged file is found now, not in the middle of a run."""
    [(found,), *_] = await connection.execute_fetchall("PRAGMA quick_check(1)")
    if found != "ok":
        raise StateError(f"The state file {path} is damaged ({' '.join(found.split())})", RESTORE)
