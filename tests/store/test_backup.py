"""A backup is whole, private and without keys; restoring keeps what was there and refuses what is not ours."""

import os
import shutil
import sqlite3
import stat
import tarfile
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest

from keepercheky.errors import LockedError, StateError, UsageError
from keepercheky.policy.marks import HandKeep
from keepercheky.store import open_store
from keepercheky.store.backup import back_up, restore
from keepercheky.store.lock import Lock

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


async def keep(folder, *identities):
    async with open_store(folder, now=NOW) as store:
        for identity in identities:
            await store.keeps.add(HandKeep(identity, NOW))


async def kept(folder):
    async with open_store(folder, now=NOW) as store:
        return [row.identity for row in await store.keeps.all(NOW)]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


@pytest.fixture
async def saved(tmp_path, folder):
    """A backup in which one title is kept."""
    await keep(folder, "movie:tmdb:1")
    back_up(folder, tmp_path / "saved.tar", 'mode = "preview"\n', NOW)
    return tmp_path / "saved.tar"


def said(error):
    assert error.value.message
    assert error.value.remedy
    return str(error.value)


async def test_there_and_back_again(folder, saved):
    await keep(folder, "movie:tmdb:2")

    beside = restore(folder, saved, LATER)

    assert await kept(folder) == ["movie:tmdb:1"]
    assert beside == folder / "keepercheky-before-restore-20250302T040000.db"
    with closing(sqlite3.connect(beside)) as old:
        assert old.execute("SELECT count(*) FROM keeps").fetchone() == (2,)
    assert stat.S_IMODE((folder / "keepercheky.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert not list(folder.glob("*.restoring"))


async def test_a_backup_holds_the_state_and_the_settings_and_is_its_owners_alone(tmp_path, saved):
    with tarfile.open(saved) as tar:
        assert sorted(tar.getnames()) == ["keepercheky.db", "keepercheky.toml"]
        assert tar.extractfile("keepercheky.toml").read() == b'mode = "preview"\n'
        assert {(row.mode, row.uid, row.mtime) for row in tar} == {(0o600, 0, int(NOW.timestamp()))}
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["saved.tar", "state"]


async def test_a_backup_is_made_while_the_state_is_in_use(tmp_path, folder):
    async with open_store(folder, now=NOW) as store:
        await store.keeps.add(HandKeep("movie:tmdb:1", NOW))
        back_up(folder, tmp_path / "saved.tar", None, NOW)
        await store.keeps.add(HandKeep("movie:tmdb:2", NOW))

        with pytest.raises(LockedError):
            restore(folder, tmp_path / "saved.tar", LATER)
        assert len(await store.keeps.all(NOW)) == 2

    assert restore(tmp_path / "other", tmp_path / "saved.tar", LATER) is None
    assert await kept(tmp_path / "other") == ["movie:tmdb:1"]


async def test_a_backup_never_overwrites(tmp_path, folder, saved):
    before = saved.read_bytes()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")

    for target in (saved, tmp_path, tmp_path / "nowhere", tmp_path / "missing" / "x.tar"):
        with pytest.raises(UsageError) as error:
            back_up(folder, target, None, LATER)
        assert said(error)

    assert saved.read_bytes() == before
    assert not (tmp_path / "gone").exists()


async def test_a_disk_without_hard_links_is_written_to_all_the_same(tmp_path, folder, saved, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    back_up(folder, tmp_path / "again.tar", None, NOW)

    beside = restore(folder, tmp_path / "again.tar", LATER)

    assert stat.S_IMODE((tmp_path / "again.tar").stat().st_mode) == 0o600
    assert beside is not None
    assert await kept(folder) == ["movie:tmdb:1"]


async def test_without_a_state_there_is_nothing_to_back_up(tmp_path, folder):
    with pytest.raises(StateError, match="no state"):
        back_up(folder, tmp_path / "x.tar", None, NOW)
    assert list(tmp_path.iterdir()) == []


def damaged(file):
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xff" * (size - 8192))


async def test_a_damaged_state_is_told_and_no_backup_is_left(tmp_path, folder, saved):
    damaged(folder / "keepercheky.db")

    with pytest.raises(StateError, match="damaged"):
        back_up(folder, tmp_path / "x.tar", None, NOW)

    assert not (tmp_path / "x.tar").exists()


async def test_a_damaged_state_is_replaced_and_kept(folder, saved):
    damaged(folder / "keepercheky.db")
    broken = (folder / "keepercheky.db").read_bytes()

    beside = restore(folder, saved, LATER)

    assert beside.read_bytes() == broken
    assert await kept(folder) == ["movie:tmdb:1"]


async def test_a_log_left_by_a_crash_stays_with_the_state_it_belongs_to(tmp_path, folder, saved):
    crashed = tmp_path / "crashed"
    async with open_store(folder, now=NOW) as store:
        await store.keeps.add(HandKeep("movie:tmdb:2", NOW))
        shutil.copytree(folder, crashed)  # as it lies there when the machine goes down
    assert (crashed / "keepercheky.db-wal").stat().st_size

    beside = restore(crashed, saved, LATER)

    assert not list(crashed.glob("*-wal"))
    assert await kept(crashed) == ["movie:tmdb:1"]
    with closing(sqlite3.connect(beside)) as old:
        assert old.execute("SELECT count(*) FROM keeps").fetchone() == (2,)


async def test_a_log_that_cannot_be_read_is_moved_out_of_the_way(folder, saved):
    (folder / "keepercheky.db").write_bytes(b"not a database at all" * 500)
    (folder / "keepercheky.db-wal").write_bytes(b"a log of something else")

    restore(folder, saved, LATER)

    assert not (folder / "keepercheky.db-wal").exists()
    assert await kept(folder) == ["movie:tmdb:1"]


async def test_two_restores_in_one_second_keep_both(folder, saved):
    assert restore(folder, saved, LATER) != restore(folder, saved, LATER)
    assert len(list(folder.glob("keepercheky-before-restore-*.db"))) == 2


async def test_a_copy_of_a_state_file_is_as_good(folder, saved):
    beside = restore(folder, saved, LATER)
    await keep(folder, "movie:tmdb:3")

    restore(folder, beside, LATER)

    assert await kept(folder) == ["movie:tmdb:1"]


def tar_of(path, *members):
    with tarfile.open(path, "w") as tar:
        for name, source in members:
            tar.add(source, name)
    return path


def newer(tmp_path, saved):
    with tarfile.open(saved) as tar:
        tar.extract("keepercheky.db", tmp_path, filter="data")
    with closing(sqlite3.connect(tmp_path / "keepercheky.db")) as file:
        file.execute("PRAGMA user_version = 99")
    return tar_of(tmp_path / "newer.tar", ("keepercheky.db", tmp_path / "keepercheky.db"))


def foreign(tmp_path, _saved):
    with closing(sqlite3.connect(tmp_path / "other.db")) as file:
        file.execute("CREATE TABLE notes (text)")
    return tar_of(tmp_path / "foreign.tar", ("keepercheky.db", tmp_path / "other.db"))


def cut_off(tmp_path, saved):
    (tmp_path / "cut.tar").write_bytes(saved.read_bytes()[:20_000])
    return tmp_path / "cut.tar"


def overwritten(tmp_path, saved):
    content = bytearray(saved.read_bytes())
    content[8192:-30_000] = b"\xff" * (len(content) - 38_192)
    (tmp_path / "overwritten.tar").write_bytes(content)
    return tmp_path / "overwritten.tar"


def empty(tmp_path, _saved):
    (tmp_path / "empty").write_bytes(b"")
    return tmp_path / "empty"


def text(tmp_path, _saved):
    (tmp_path / "text").write_text("not a backup " * 1000)
    return tmp_path / "text"


def without_a_state(tmp_path, _saved):
    return tar_of(tmp_path / "none.tar", ("../keepercheky.db", empty(tmp_path, None)))


def with_a_link(tmp_path, _saved):
    (tmp_path / "link").symlink_to("/etc/passwd")
    return tar_of(tmp_path / "link.tar", ("keepercheky.db", tmp_path / "link"))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (newer, "written by a newer KeeperCheky"),
        (foreign, "belongs to another program"),
        (cut_off, "damaged"),
        (overwritten, "damaged"),
        (empty, "no backup of KeeperCheky"),
        (text, "no backup of KeeperCheky"),
        (without_a_state, "there is no state in it"),
        (with_a_link, "there is no state in it"),
    ],
)
async def test_what_is_no_backup_of_ours_is_refused_and_nothing_is_touched(
    tmp_path, folder, saved, make, why
):
    source = make(tmp_path, saved)
    before = (folder / "keepercheky.db").read_bytes()

    with pytest.raises(StateError, match=why) as error:
        restore(folder, source, LATER)

    assert said(error)
    assert (folder / "keepercheky.db").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["keepercheky.db", "keepercheky.lock"]


async def test_a_file_that_is_not_there_or_in_use_is_refused(tmp_path, folder, saved):
    with pytest.raises(UsageError, match="There is no file"):
        restore(folder, tmp_path / "gone.tar", LATER)
    async with open_store(folder, now=NOW):
        with pytest.raises(UsageError, match="in use"):
            restore(tmp_path / "other", folder / "keepercheky.db", LATER)


async def test_the_lock_is_given_back_whatever_happens(tmp_path, folder, saved):
    for source in (saved, empty(tmp_path, None)):
        with suppress(StateError):
            restore(folder, source, LATER)
        Lock.take(folder).release()
