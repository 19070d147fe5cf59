"""A backup: one tar with a whole copy of the state file, made by SQLite's own means while it may be in use, and the
settings without keys. And the way back, which keeps the state that was there.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from keepercheky.errors import StateError, UsageError
from keepercheky.store.database import BUSY_SECONDS
from keepercheky.store.failures import explained, reported
from keepercheky.store.lock import Lock
from keepercheky.store.migrate import APPLICATION, known_migrations
from keepercheky.store.opening import FILE_NAME

SETTINGS: Final = "keepercheky.toml"
PRIVATE: Final = 0o600
SQLITE: Final = b"SQLite format 3\0"
OTHER_FILE: Final = "Name a file that `keepercheky backup` wrote"


def back_up(folder: Path, target: Path, settings: str | None, now: datetime) -> None:
    """Write the backup, readable by its owner alone: whole or not at all, and never over another file.

    UsageError when the target cannot be written, StateError when there is no state, or it is damaged.
    """
    state = folder / FILE_NAME
    if target.is_dir():
        raise UsageError(f"{target} is a folder", f"Name a file in it: {target / 'keepercheky.tar'}")
    if os.path.lexists(target):
        raise UsageError(f"{target} is there already", "Name another file: a backup never overwrites one")
    if not state.exists() or not state.stat().st_size:
        raise StateError(f"There is no state in {folder} yet", "It begins with the first run or question")
    try:
        with tempfile.TemporaryDirectory(prefix=".keepercheky-", dir=target.parent) as draft:
            copied = Path(draft) / FILE_NAME
            _copy(state, copied)
            packed = Path(draft) / "packed"
            _pack(packed, copied, settings, now)
            _put(packed, target)
    except FileExistsError:
        raise UsageError(f"{target} is there already", "Name another file") from None
    except OSError as error:
        why = error.strerror or "it cannot be written"
        raise UsageError(f"{target} cannot be written: {why}", "Name a file in a folder of yours") from None


def restore(folder: Path, source: Path, now: datetime) -> Path | None:
    """Put a backup's state in place; where the state that was there lies now. Alone with the folder, or LockedError.

    `source`: a backup, or a copy of a state file. What is of another program, of a newer version or damaged is refused
    before anything is touched.
    """
    state = folder / FILE_NAME
    if not source.is_file():
        raise UsageError(f"There is no file {source}", OTHER_FILE)
    if source.with_name(f"{source.name}-wal").exists():  # without its log it is not the whole of it
        raise UsageError(f"{source} is a state file in use, not a copy of one", OTHER_FILE)
    with reported(state):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = Lock.take(folder)
        fresh = state.with_name(f"{FILE_NAME}.restoring")
        try:
            _unpack(source, fresh)
            _look_over(fresh, source)
            return _exchange(fresh, state, now)
        finally:
            fresh.unlink(missing_ok=True)
            lock.release()


def _copy(state: Path, copied: Path) -> None:
    """SQLite copies a file that is in use without stopping its user."""
    copied.touch(mode=PRIVATE)
    # not read-only: beside a file that is in use SQLite may have to write its index
    uri = f"file:{quote(str(state.absolute()))}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as source:
            source.execute("PRAGMA query_only = ON")
            with closing(sqlite3.connect(copied)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if error.sqlite_errorname == "SQLITE_FULL":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
        raise explained(error, state) from None
    _look_over(copied, state)


def _pack(packed: Path, copied: Path, settings: str | None, now: datetime) -> None:
    with _new(packed) as file:
        with tarfile.open(fileobj=file, mode="w") as tar, copied.open("rb") as state:
            _add(tar, FILE_NAME, state, copied.stat().st_size, now)
            if settings is not None:
                content = settings.encode()
                _add(tar, SETTINGS, io.BytesIO(content), len(content), now)
        file.flush()
        os.fsync(file.fileno())


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size_bytes: int, now: datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size_bytes, PRIVATE, int(now.timestamp())
    tar.addfile(member, content)


def _put(packed: Path, target: Path) -> None:
    """Under its name, in a way that fails where something has come meanwhile."""
    try:
        os.link(packed, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links
        with _new(target) as file, packed.open("rb") as content:
            try:
                shutil.copyfileobj(content, file)
            except OSError:
                target.unlink()
                raise


def _new(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")


def _unpack(source: Path, fresh: Path) -> None:
    """The state file in a backup, and nothing else of it; or the file itself, when it is a state file's copy."""
    fresh.unlink(missing_ok=True)
    try:
        file = source.open("rb")
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}", OTHER_FILE) from None
    with file, _new(fresh) as target:
        begins = file.read(len(SQLITE))
        file.seek(0)
        if begins == SQLITE:
            shutil.copyfileobj(file, target)
        else:
            _take_out(file, source, target)
        target.flush()
        os.fsync(target.fileno())


def _take_out(file: IO[bytes], source: Path, target: IO[bytes]) -> None:
    try:
        with tarfile.open(fileobj=file, mode="r:*") as tar:
            found = [member for member in tar.getmembers() if member.name == FILE_NAME and member.isreg()]
            held = tar.extractfile(found[0]) if len(found) == 1 else None
            if held is None:
                raise StateError(f"{source} is no backup of KeeperCheky: there is no state in it", OTHER_FILE)
            shutil.copyfileobj(held, target)
    except (tarfile.TarError, EOFError, ValueError):
        raise StateError(f"{source} is no backup of KeeperCheky, or it is damaged", OTHER_FILE) from None


def _look_over(file: Path, told_as: Path) -> None:
    """Ours, whole, and not of a newer program."""
    newest = known_migrations()[-1].number
    try:
        with closing(sqlite3.connect(file)) as connection:
            [(application,)] = connection.execute("PRAGMA application_id")
            [(version,)] = connection.execute("PRAGMA user_version")
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] if version else "ok"
    except sqlite3.DatabaseError:
        raise StateError(f"The state in {told_as} is damaged", OTHER_FILE) from None
    if application != APPLICATION or not version:
        raise StateError(f"{told_as} belongs to another program", OTHER_FILE)
    if version > newest:
        raise StateError(
            f"{told_as} was written by a newer KeeperCheky (version {version}, this one knows {newest})",
            "Install that version, and restore it there",
        )
    if found != "ok":
        raise StateError(f"The state in {told_as} is damaged ({' '.join(found.split())})", OTHER_FILE)


def _exchange(fresh: Path, state: Path, now: datetime) -> Path | None:
    """The old file beside, the new one in its place; at no instant is there none, or a log beside that is another's."""
    beside = None
    if state.exists():
        beside = _free_name(state, now)
        with suppress(sqlite3.Error), closing(sqlite3.connect(state, timeout=BUSY_SECONDS)) as old:
            old.execute("PRAGMA journal_mode = DELETE")  # what its log holds goes into the file
        for end in ("-wal", "-shm"):  # still there: the old file is damaged, and they belong to it
            log = state.with_name(state.name + end)
            if log.exists():
                log.replace(beside.with_name(beside.name + end))
        try:
            os.link(state, beside)
        except OSError:  # a disk without hard links
            shutil.copy2(state, beside)
    fresh.replace(state)
    descriptor = os.open(state.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return beside


def _free_name(state: Path, now: datetime) -> Path:
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%S}"
    number = 0
    while True:
        name = f"{state.stem}-before-restore-{stamp}{f'-{number}' if number else ''}{state.suffix}"
        if not state.with_name(name).exists():
            return state.with_name(name)
        number += 1
