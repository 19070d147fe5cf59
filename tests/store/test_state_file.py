"""Opening the state: one writer, a file of its own, and a plain sentence for everything that may be wrong with it."""

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import aiosqlite
import anyio
import msgspec
import pytest

from keepercheky.errors import LockedError, StateError
from keepercheky.store import Sample, open_store
from keepercheky.store.database import enter_wal
from keepercheky.store.failures import explained
from keepercheky.store.lock import Lock

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)


async def fill(folder):
    async with open_store(folder, now=NOW) as store:
        await store.samples.add(
            Sample("media", NOW + timedelta(minutes=minute), 1000 + minute, 5000) for minute in range(5000)
        )


def said(error):
    assert error.value.message
    assert error.value.remedy
    return str(error.value)


@pytest.fixture
def strangers_folder():
    """A folder that we may read only; root becomes somebody else for it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    yield folder
    if was_root:
        os.seteuid(0)
    shutil.rmtree(folder)


async def test_a_new_state_is_for_its_owner_alone(tmp_path):
    async with open_store(tmp_path / "deep" / "state", now=NOW) as store:
        await store.samples.add([Sample("media", NOW, 1, 2)])
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep" / "state").iterdir()
        }

    assert stat.S_IMODE((tmp_path / "deep" / "state").stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    assert {"keepercheky.db", "keepercheky.lock"} <= modes.keys()


async def test_what_was_written_is_there_after_reopening(tmp_path):
    await fill(tmp_path)

    async with open_store(tmp_path, now=NOW) as store:
        assert len(await store.samples.since(NOW)) == 5000


async def test_the_file_is_set_to_survive_a_power_cut(store):
    async with store.database.writing() as statements:
        assert await statements.row("PRAGMA journal_mode") == ("wal",)
        assert await statements.row("PRAGMA synchronous") == (2,)
        assert await statements.row("PRAGMA foreign_keys") == (1,)


async def test_a_second_process_is_told_who_holds_the_state(tmp_path):
    async with open_store(tmp_path, now=NOW):
        with pytest.raises(LockedError) as error:
            async with open_store(tmp_path, now=NOW):
                pass

    assert f"process {os.getpid()}" in said(error)


async def test_the_lock_is_free_again_after_closing_and_after_a_failed_opening(tmp_path):
    (tmp_path / "keepercheky.db").write_bytes(b"nonsense" * 1000)
    for _ in range(2):
        with pytest.raises(StateError):
            async with open_store(tmp_path, now=NOW):
                pass
    (tmp_path / "keepercheky.db").unlink()

    for _ in range(2):
        async with open_store(tmp_path, now=NOW) as store:
            await store.readable()


async def test_a_process_killed_in_the_middle_leaves_the_last_whole_state_and_no_lock(tmp_path):
    script = f"""
import anyio, os, signal
from datetime import datetime, UTC
from pathlib import Path
from keepercheky.store import Sample, open_store
NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)
async def main():
    async with open_store(Path({str(tmp_path)!r}), now=NOW) as store:
        await store.samples.add([Sample("whole", NOW, 1, 2)])
        async with store.database.writing() as statements:
            await statements.run("INSERT INTO samples VALUES ('half', 1, 1, 1)")
            os.kill(os.getpid(), signal.SIGKILL)
anyio.run(main)
"""
    died = await anyio.run_process([sys.executable, "-c", script], check=False)

    async with open_store(tmp_path, now=NOW) as store:
        names = [sample.name for sample in await store.samples.since(datetime(1970, 1, 1, tzinfo=UTC))]

    assert died.returncode == -9
    assert names == ["whole"]


async def test_a_file_that_is_no_database_is_called_that(tmp_path):
    (tmp_path / "keepercheky.db").write_bytes(os.urandom(8192))

    with pytest.raises(StateError) as error:
        async with open_store(tmp_path, now=NOW):
            pass

    assert "is not a KeeperCheky state file" in said(error)


async def test_a_cut_off_file_is_called_damaged(tmp_path):
    await fill(tmp_path)
    path = tmp_path / "keepercheky.db"
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096)

    with pytest.raises(StateError) as error:
        async with open_store(tmp_path, now=NOW):
            pass

    assert "is damaged" in said(error)


async def test_a_page_of_nonsense_is_found_on_opening(tmp_path):
    await fill(tmp_path)
    path = tmp_path / "keepercheky.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)

    with pytest.raises(StateError) as error:
        async with open_store(tmp_path, now=NOW):
            pass

    assert "is damaged" in said(error)


async def test_a_file_damaged_while_open_is_a_state_error_at_the_next_statement(tmp_path):
    await fill(tmp_path)
    path = tmp_path / "keepercheky.db"
    async with open_store(tmp_path, now=NOW) as store:
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))

        with pytest.raises(StateError) as error:
            await store.samples.since(NOW)

    assert "is damaged" in said(error)


async def test_a_file_of_a_newer_program_is_left_alone(tmp_path):
    await fill(tmp_path)
    with sqlite3.connect(tmp_path / "keepercheky.db") as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()

    with pytest.raises(StateError) as error:
        async with open_store(tmp_path, now=NOW):
            pass

    assert "newer KeeperCheky" in said(error)


async def test_a_file_of_another_program_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "keepercheky.db") as connection:
        connection.execute("CREATE TABLE movies (id INTEGER)")
    connection.close()

    with pytest.raises(StateError) as error:
        async with open_store(tmp_path, now=NOW):
            pass

    assert "belongs to another program" in said(error)


@pytest.mark.parametrize("name", ["keepercheky.db", "keepercheky.lock"])
async def test_a_folder_in_the_place_of_a_file_is_a_state_error(tmp_path, name):
    (tmp_path / name).mkdir()

    with pytest.raises(StateError) as error:
        async with open_store(tmp_path, now=NOW):
            pass

    assert name in said(error)


async def test_a_file_in_the_place_of_the_folder_is_a_state_error(tmp_path):
    (tmp_path / "state").write_text("")

    with pytest.raises(StateError) as error:
        async with open_store(tmp_path / "state", now=NOW):
            pass

    assert str(tmp_path / "state") in said(error)
    assert "[state] path" in error.value.remedy


@pytest.mark.parametrize(
    ("free_blocks", "told"), [(3, "the disk is full"), (1_000_000, "the disk reports an error")]
)
def test_a_disk_without_room_for_what_readers_share_is_a_full_one(tmp_path, monkeypatch, free_blocks, told):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    disk = SimpleNamespace(f_bavail=free_blocks, f_frsize=4096)
    monkeypatch.setattr("keepercheky.store.failures.os.statvfs", lambda folder: disk)

    assert told in explained(error, tmp_path / "keepercheky.db").message


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EROFS, "[state] path"),
        (errno.ENOTDIR, "[state] path"),
        (errno.ENOSPC, "space"),
        (errno.EACCES, "right"),
    ],
)
def test_a_folder_that_cannot_be_used_says_what_would_help(tmp_path, number, remedy):
    error = OSError(number, os.strerror(number), str(tmp_path))

    assert remedy in explained(error, tmp_path / "keepercheky.db").remedy


def test_no_remedy_names_a_verb_this_version_has_not(tmp_path):
    error = sqlite3.DatabaseError("no")
    error.sqlite_errorname = "SQLITE_NOTADB"

    assert "keepercheky restore" not in explained(error, tmp_path / "keepercheky.db").remedy


async def test_a_folder_that_may_not_be_written_is_a_state_error(strangers_folder):
    with pytest.raises(StateError) as error:
        async with open_store(strangers_folder, now=NOW):
            pass

    assert "right to write" in said(error)


async def test_a_file_that_may_only_be_read_is_a_state_error_at_the_first_write(store):
    async with store.database.writing() as statements:
        await statements.run("PRAGMA query_only = ON")

    with pytest.raises(StateError) as error:
        await store.samples.add([Sample("media", NOW, 1, 2)])

    assert "may be read, but not written" in said(error)


async def test_a_full_disk_undoes_the_write_and_says_so_and_room_mends_it(store):
    async with store.database.writing() as statements:
        [(pages,)] = await statements.rows("PRAGMA page_count")
        await statements.rows(f"PRAGMA max_page_count = {pages + 2}")
    many = [Sample("media", NOW + timedelta(seconds=second), 1, 2) for second in range(20_000)]

    with pytest.raises(StateError) as error:
        await store.samples.add(many)
    kept = await store.samples.since(NOW)
    async with store.database.writing() as statements:
        await statements.rows("PRAGMA max_page_count = 1000000")
    await store.samples.add(many)

    assert "the disk is full" in said(error)
    assert kept == []
    assert len(await store.samples.since(NOW)) == 20_000


async def test_a_run_cannot_be_begun_on_a_full_disk_and_the_error_is_plain(store):
    async with store.database.writing() as statements:
        [(pages,)] = await statements.rows("PRAGMA page_count")
        await statements.rows(f"PRAGMA max_page_count = {pages}")

    async def begin_many():
        for number in range(1000):
            await store.journal.begin(
                schedule=f"schedule_{number}", trigger="cron", due_at=NOW, started_at=NOW, mode="preview"
            )

    with pytest.raises(StateError) as error:
        await begin_many()

    assert "the disk is full" in said(error)


async def test_a_file_held_by_another_program_is_a_state_error(store):
    async with store.database.writing() as statements:
        await statements.rows("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StateError) as error:
        await store.samples.add([Sample("media", NOW, 1, 2)])
    other.close()
    await store.samples.add([Sample("media", NOW, 1, 2)])

    assert "held by another program" in said(error)


async def test_a_record_that_is_no_json_is_a_state_error(store):
    run_id = await store.journal.begin(
        schedule="old", trigger="cron", due_at=NOW, started_at=NOW, mode="preview"
    )
    async with store.database.writing() as statements:
        await statements.run("UPDATE runs SET totals = 'nonsense'")

    with pytest.raises(StateError) as error:
        await store.journal.get(run_id)

    assert "cannot be read" in said(error)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "Free some space"),
        (OSError(30, "Read-only file system", "/config/x"), "/config/x cannot be used"),
        (sqlite3.OperationalError("something new"), "something new"),
        (msgspec.ValidationError("Expected `int`"), "cannot be read"),
    ],
)
def test_every_failure_has_a_sentence_and_a_remedy(error, sentence):
    told = explained(error, Path("/config/keepercheky.db"))

    assert told.remedy
    assert sentence in str(told)


@pytest.mark.parametrize(("code", "kind"), [(errno.ENOLCK, StateError), (errno.EIO, OSError)])
def test_a_disk_that_cannot_lock_is_told_apart_from_a_lock_that_is_taken(tmp_path, monkeypatch, code, kind):
    def flock(_descriptor, _how):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("keepercheky.store.lock.fcntl.flock", flock)

    with pytest.raises(kind):
        Lock.take(tmp_path)


async def test_a_disk_that_cannot_share_the_file_between_connections_is_refused():
    async with aiosqlite.connect(":memory:") as connection:
        with pytest.raises(StateError) as error:
            await enter_wal(connection, Path("/config/keepercheky.db"))

    assert "local disk" in said(error)


async def test_a_cancelled_write_is_undone_and_the_next_one_goes_on(store):
    entered = anyio.Event()

    async def write():
        async with store.database.writing() as statements:
            await statements.run("INSERT INTO samples VALUES ('half', 1, 1, 1)")
            entered.set()
            await anyio.sleep_forever()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(write)
        await entered.wait()
        tasks.cancel_scope.cancel()
    await store.samples.add([Sample("whole", NOW, 1, 2)])

    assert [sample.name for sample in await store.samples.since(datetime(1970, 1, 1, tzinfo=UTC))] == [
        "whole"
    ]


async def test_readers_see_what_was_committed_while_a_write_goes_on(store):
    async with store.database.writing() as statements:
        await statements.run("INSERT INTO samples VALUES ('half', 1, 1, 1)")
        seen = await store.samples.since(datetime(1970, 1, 1, tzinfo=UTC))

    assert seen == []
    assert len(await store.samples.since(datetime(1970, 1, 1, tzinfo=UTC))) == 1


async def test_more_readers_than_connections_take_turns(store):
    counted = []

    async def read():
        counted.append(len(await store.samples.since(NOW)))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(read)

    assert counted == [0] * 20


async def test_a_copy_is_whole_and_opens_elsewhere(store, tmp_path):
    await store.samples.add([Sample("media", NOW, 1, 2)])
    (tmp_path / "elsewhere").mkdir()

    await store.copy_to(tmp_path / "elsewhere" / "keepercheky.db")
    async with open_store(tmp_path / "elsewhere", now=NOW) as other:
        copied = await other.samples.since(NOW)

    assert copied == [Sample("media", NOW, 1, 2)]


async def test_a_copy_that_cannot_be_made_leaves_nothing_behind(store, tmp_path):
    (tmp_path / "copy.db").mkdir()

    with pytest.raises(StateError) as error:
        await store.copy_to(tmp_path / "copy.db")
    with pytest.raises(StateError):
        await store.copy_to(tmp_path / "nowhere" / "copy.db")

    assert said(error)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "state"]


def test_nothing_is_left_running_when_the_process_ends(tmp_path):
    script = f"""
import anyio
from datetime import datetime, UTC
from pathlib import Path
from keepercheky.store import open_store
async def main():
    async with open_store(Path({str(tmp_path)!r}), now=datetime.now(UTC)) as store:
        await store.readable()
anyio.run(main)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, timeout=20, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keepercheky.db", "keepercheky.lock"]
