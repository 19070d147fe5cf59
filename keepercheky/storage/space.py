"""Free space of a place."""

from __future__ import annotations

import os

import msgspec

from keepercheky.media import Fact, Unknown
from keepercheky.storage.patience import LIMIT_SECONDS, patiently


class Space(msgspec.Struct, frozen=True):
    """Exact bytes: free to a user without privileges, and in all. Equal `device`: one disk, one free space."""

    free_bytes: int
    total_bytes: int
    device: int


async def read_space(path: str, *, limit_seconds: float = LIMIT_SECONDS) -> Fact[Space]:
    """The space of the disk behind `path`, or why it is not known: `timed_out missing forbidden unreadable`.

    A file system without a size of its own tells 0 of 0: that is not a full disk, but none that can be read.
    """
    return await patiently(("space", path), lambda: _space(path), source=path, limit_seconds=limit_seconds)


def _space(path: str) -> Fact[Space]:
    disk = os.statvfs(path)
    if disk.f_blocks <= 0 or not 0 <= disk.f_bavail <= disk.f_blocks:
        return Unknown("unreadable", path)
    return Space(
        free_bytes=disk.f_bavail * disk.f_frsize,
        total_bytes=disk.f_blocks * disk.f_frsize,
        device=os.stat(path).st_dev,  # noqa: PTH116 - a path of a setting, as text
    )
