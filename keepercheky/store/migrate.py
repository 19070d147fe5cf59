"""From whatever version the file has to the one this program knows, one numbered step at a time.

Before a step an existing file is copied beside itself (`keepercheky-before-0002.db`). A step is one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import aiosqlite

from keepercheky.errors import StateError
from keepercheky.store.database import copy

APPLICATION: Final = 0x4B43_4B59  # "KCKY": whose file it is, in SQLite's header


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    sql: str


def known_migrations() -> tuple[Migration, ...]:
    """Those that came with the program, `migrations/NNNN_name.sql`, in order."""
    folder = files("keepercheky.store") / "migrations"
    found = [
        Migration(int(entry.name[:4]), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    ]
    return tuple(sorted(found, key=lambda migration: migration.number))


async def migrate(connection: aiosqlite.Connection, path: Path, migrations: tuple[Migration, ...]) -> None:
    """Raises StateError for a file that is another program's or a newer program's, sqlite3.Error for the rest."""
    version = await _version(connection, path)
    newest = migrations[-1].number
    if version > newest:
        raise StateError(
            f"The state file {path} was written by a newer KeeperCheky (version {version}, this one knows {newest})",
            f"Install the newer KeeperCheky again, or put back the copy made before that "
            f"update (`{backup_path(path, newest + 1).name}` in the same folder)",
        )
    for migration in migrations:
        if migration.number > version:
            if version:  # a new file has nothing to lose
                await copy(connection, backup_path(path, migration.number))
            await _apply(connection, migration)


def backup_path(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-before-{number:04}{path.suffix}")


async def _apply(connection: aiosqlite.Connection, migration: Migration) -> None:
    script = (
        f"BEGIN IMMEDIATE;\n{migration.sql}\n"
        f"PRAGMA application_id = {APPLICATION};\nPRAGMA user_version = {migration.number};\nCOMMIT;"
    )
    try:
        async with connection.executescript(script):
            pass
    except BaseException:
        await connection.rollback()
        raise


async def _version(connection: aiosqlite.Connection, path: Path) -> int:
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    [(application,)] = await connection.execute_fetchall("PRAGMA application_id")
    [(tables,)] = await connection.execute_fetchall("SELECT count(*) FROM sqlite_master")
    if application != APPLICATION and (version or tables):
        raise StateError(
            f"The file {path} belongs to another program",
            "Give KeeperCheky a folder of its own (`[state] path`)",
        )
    return int(version)
