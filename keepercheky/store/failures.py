"""What may go wrong with the state file, told to a person: what is wrong, and what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from keepercheky.errors import StateError

RESTORE: Final = (
    "Stop KeeperCheky, and put a copy of an earlier day in its place, or move it away to begin anew"
)
ANOTHER: Final = "Name a folder on a disk that can be written: `[state] path` in the settings"
WRITABLE: Final = "Give the user KeeperCheky runs as the right to write to that folder and the files in it"
ROOM: Final = "Free some space there; nothing is deleted from the library until then"
LOCAL_DISK: Final = "Check that disk; the state folder belongs on a local disk, not on a network share"
CLOSE_OTHERS: Final = "Close the other program that has the file open, and try again"

LEAST_BYTES: Final = 64 * 1024  # with less, SQLite cannot even make the small file that readers share

_REMEDIES: Final = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EROFS: ANOTHER,
    errno.ENOENT: ANOTHER,  # where no folder can be made, such as /proc
    errno.ENOTDIR: ANOTHER,
    errno.EISDIR: ANOTHER,
    errno.EEXIST: ANOTHER,
    errno.ENAMETOOLONG: ANOTHER,
}

# By SQLite's primary result code; extended codes begin with its name.
_KINDS: Final = {
    "SQLITE_NOTADB": ("is not a KeeperCheky state file", RESTORE),
    "SQLITE_CORRUPT": ("is damaged", RESTORE),
    "SQLITE_FULL": ("cannot be written: the disk is full", ROOM),
    "SQLITE_READONLY": ("may be read, but not written", WRITABLE),
    "SQLITE_CANTOPEN": ("cannot be opened", WRITABLE),
    "SQLITE_PERM": ("may not be opened", WRITABLE),
    "SQLITE_AUTH": ("may not be opened", WRITABLE),
    "SQLITE_BUSY": ("is held by another program", CLOSE_OTHERS),
    "SQLITE_LOCKED": ("is held by another program", CLOSE_OTHERS),
    "SQLITE_PROTOCOL": ("cannot be locked", LOCAL_DISK),
    "SQLITE_NOLFS": ("is too large for that disk", LOCAL_DISK),
    "SQLITE_IOERR": ("cannot be read or written: the disk reports an error", LOCAL_DISK),
}


def explained(error: Exception, path: Path) -> StateError:
    """The same failure, for a person."""
    if isinstance(error, msgspec.DecodeError):
        return StateError(f"The state file {path} holds a record that cannot be read ({error})", RESTORE)
    if isinstance(error, OSError):
        return StateError(
            f"{error.filename or path.parent} cannot be used for the state ({error.strerror})",
            _REMEDIES.get(error.errno or 0, WRITABLE),
        )
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_IOERR") and _is_full(path):
        name = "SQLITE_FULL"
    for kind, (problem, remedy) in _KINDS.items():
        if name.startswith(kind):
            return StateError(f"The state file {path} {problem}", remedy)
    return StateError(f"The state file {path} could not be used ({error})", RESTORE)


def _is_full(path: Path) -> bool:
    """Whether there is no room beside the file: SQLite says so only where it writes, not where it makes room."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < LEAST_BYTES


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Whatever SQLite, the disk or a record's text has to complain about, as a StateError."""
    try:
        yield
    except (sqlite3.Error, OSError, msgspec.DecodeError) as error:
        raise explained(error, path) from error
