"""A state file of an older program is brought up to date, a copy kept before each step."""

import sqlite3
import stat
from datetime import UTC, datetime

import pytest

from keepercheky.errors import StateError
from keepercheky.store import open_store
from keepercheky.store.migrate import Migration, backup_path, known_migrations

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)
SECOND = Migration(2, "CREATE TABLE second (id INTEGER);\nINSERT INTO second VALUES (1);")
THIRD = Migration(3, "ALTER TABLE second ADD COLUMN more TEXT;")


@pytest.fixture
def know(monkeypatch):
    def know(*migrations):
        monkeypatch.setattr("keepercheky.store.opening.known_migrations", lambda: migrations)

    return know


def asked(path, sql):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


async def opened(folder):
    async with open_store(folder, now=NOW):
        pass


def test_the_migrations_are_numbered_without_gaps_from_one():
    assert [migration.number for migration in known_migrations()] == list(
        range(1, len(known_migrations()) + 1)
    )


async def test_a_new_file_gets_all_steps_and_no_copies(tmp_path, know):
    know(*known_migrations(), SECOND, THIRD)

    await opened(tmp_path)

    assert asked(tmp_path / "keepercheky.db", "PRAGMA user_version") == [(3,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keepercheky.db", "keepercheky.lock"]


async def test_each_step_of_an_existing_file_is_preceded_by_a_copy(tmp_path, know):
    await opened(tmp_path)
    know(*known_migrations(), SECOND, THIRD)

    await opened(tmp_path)

    path = tmp_path / "keepercheky.db"
    copies = [backup_path(path, 2), backup_path(path, 3)]
    assert [copy.name for copy in copies] == ["keepercheky-before-0002.db", "keepercheky-before-0003.db"]
    assert [asked(copy, "PRAGMA user_version") for copy in copies] == [[(1,)], [(2,)]]
    assert asked(copies[1], "SELECT id FROM second") == [(1,)]
    assert asked(path, "SELECT id, more FROM second") == [(1, None)]
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies} == {0o600}


async def test_a_step_that_fails_changes_nothing(tmp_path, know):
    await opened(tmp_path)
    know(
        *known_migrations(),
        Migration(2, "CREATE TABLE second (id INTEGER);\nINSERT INTO nowhere VALUES (1);"),
    )

    for _ in range(2):
        with pytest.raises(StateError, match="nowhere"):
            await opened(tmp_path)

    assert asked(tmp_path / "keepercheky.db", "PRAGMA user_version") == [(1,)]
    assert asked(tmp_path / "keepercheky.db", "SELECT name FROM sqlite_master WHERE name = 'second'") == []


async def test_a_current_file_is_opened_without_a_copy(tmp_path):
    await opened(tmp_path)
    await opened(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["keepercheky.db", "keepercheky.lock"]
