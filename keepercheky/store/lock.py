"""One process per state folder: a lock that the kernel gives back when its holder dies."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Final

from keepercheky.errors import LockedError, StateError
from keepercheky.store.failures import LOCAL_DISK

NAME: Final = "keepercheky.lock"


class Lock:
    """Held from `take` to `release`. The file stays; only the lock on it means something."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path) -> Lock:
        """LockedError when another process holds it; OSError when the file cannot be had."""
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise _told(error, folder, holder) from None
        return cls(descriptor)

    def release(self) -> None:
        os.close(self._descriptor)


def _told(error: OSError, folder: Path, holder: str) -> Exception:
    if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
        who = f"process {holder}" if holder else "another process"
        return LockedError(
            f"Another KeeperCheky ({who}) is using the state folder {folder}",
            "Stop that one first, or give this one a folder of its own (`[state] path`)",
        )
    if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
        return StateError(f"The state folder {folder} is on a disk that cannot lock files", LOCAL_DISK)
    return error
