"""Which storage holds a title, and how much is free there?

A storage with a path is measured by ourselves. One without a path holds the rest: there the *arr tell, and every
disk behind it is a storage of its own, named `NAME:PATH` by its shortest root folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from keepercheky.library.said import ArrSaid, DiskSaid
from keepercheky.library.seen import Place, Seen, Setting
from keepercheky.media import StorageState, Unknown
from keepercheky.paths import is_under, normal, prepared, through, tidy

# two readings of one free space, seconds apart, differ by less: of itself, or of the whole disk, whichever is more
AGREE = 0.01
AGREE_OF_TOTAL = 0.001

_Numbers: TypeAlias = tuple[int | None, int | None]  # free and total


class _Root(msgspec.Struct):
    service: str
    path: str
    free_bytes: int | None
    total_bytes: int | None


class Places:
    """Storages of one run, and which of them holds a folder."""

    def __init__(self, arrs: Iterable[ArrSaid], setting: Setting, seen: Seen) -> None:
        self._maps = {service: prepared(path_map) for service, path_map in setting.path_maps.items()}
        self._by_path = sorted(
            ((normal(place.path), place.name) for place in setting.places if place.path),
            key=lambda row: (-len(row[0]), row),
        )
        self.storages = {place.name: _measured(place, seen) for place in setting.places if place.path}
        self._roots: dict[tuple[str, str], str] = {}  # (service, root folder) → storage
        rest = next((place.name for place in setting.places if not place.path), None)
        if rest is not None:
            measured = list(self.storages.values())
            for disk in _disks(self._told(arrs)):
                self._add(rest, disk, measured)

    def of(self, service: str, folder: str, root: str | None) -> str | None:
        """Name of the storage that holds a folder of a service; None when none does."""
        held = self._held(service, folder)
        if held is not None or root is None:
            return held
        return self._roots.get((service, root))

    def ours(self, service: str, path: str) -> str | None:
        """A service's path as we see it: by its path map, or as it stands below a storage's path. None: not visible.

        The letters are those the service wrote: a disk is asked by them.
        """
        found = through(path, self._maps.get(service, ()))
        if found is not None:
            return found
        text = normal(path)
        return tidy(path) if any(is_under(text, prefix) for prefix, _ in self._by_path) else None

    def is_mapped(self, service: str, path: str) -> bool:
        """Whether a path map says where a service's path is: then it is nowhere else."""
        return through(path, self._maps.get(service, ())) is not None

    def _held(self, service: str, folder: str) -> str | None:
        text = normal(self.ours(service, folder) or folder)
        return next((name for path, name in self._by_path if is_under(text, path)), None)

    def _told(self, arrs: Iterable[ArrSaid]) -> list[_Root]:
        """Root folders that no storage with a path holds."""
        return [
            _Root(
                arr.name,
                folder.path,
                *believed(folder.free_bytes, total_of(folder.path, folder.free_bytes, arr.disks))
                if folder.accessible
                else (None, None),
            )
            for arr in arrs
            for folder in arr.root_folders
            if self._held(arr.name, folder.path) is None
        ]

    def _add(self, rest: str, disk: list[_Root], measured: Iterable[StorageState]) -> None:
        first = disk[0]
        name = f"{rest}:{normal(first.path)}"
        if name in self.storages:  # the same path on two machines that are not one disk
            name = f"{name}@{first.service}"
        free_bytes = max((root.free_bytes for root in disk if root.free_bytes is not None), default=None)
        numbers = (free_bytes, _total(disk))
        same = (other for other in measured if _one((other.free_bytes, other.total_bytes), numbers))
        ours = next(same, None)
        self.storages[name] = StorageState(
            name=name,
            rule=rest,
            disk=ours.disk if ours else name,
            path=first.path,
            source=first.service,
            free_bytes=free_bytes,  # of several readings the one that asks for fewer deletions
            total_bytes=_total(disk) or (ours.total_bytes if ours else None),
        )
        for root in disk:
            self._roots[root.service, root.path] = name


def _measured(place: Place, seen: Seen) -> StorageState:
    space = seen.spaces.get(place.name, Unknown("not_measured", place.name))
    known = None if isinstance(space, Unknown) else space
    free_bytes, total_bytes = believed(known.free_bytes, known.total_bytes) if known else (None, None)
    return StorageState(
        name=place.name,
        rule=place.name,
        disk=f"device:{known.device}" if known else f"path:{place.path}",
        path=place.path,
        source="path",
        free_bytes=free_bytes,
        total_bytes=total_bytes,
    )


def believed(free_bytes: int | None, total_bytes: int | None) -> tuple[int | None, int | None]:
    """Free and total, or neither: below 0, above the total, or 0 of a disk without a size is no free space."""
    if free_bytes is None or free_bytes < 0 or (total_bytes is not None and free_bytes > total_bytes):
        return None, None
    return (free_bytes, total_bytes) if free_bytes or total_bytes else (None, None)


def _disks(roots: Iterable[_Root]) -> list[list[_Root]]:
    """Root folders by the disk behind them, the shortest first."""
    disks: list[list[_Root]] = []
    for root in sorted(roots, key=lambda row: (len(normal(row.path)), row.path, row.service)):
        numbers = (root.free_bytes, root.total_bytes)
        disk = next((disk for disk in disks if _one((disk[0].free_bytes, _total(disk)), numbers)), None)
        if disk is None:
            disks.append(disk := [])
        disk.append(root)
    return disks


def _total(disk: Iterable[_Root]) -> int | None:
    return next((root.total_bytes for root in disk if root.total_bytes is not None), None)


def total_of(root: str, free_bytes: int | None, disks: tuple[DiskSaid, ...] | None) -> int | None:
    """The total behind a root folder: of the entries whose path holds it and whose free agrees, the longest."""
    text = normal(root)
    held = [
        disk
        for disk in disks or ()
        if disk.total_bytes > 0
        and is_under(text, normal(disk.path))
        and _agree(disk.free_bytes, free_bytes, disk.total_bytes)
    ]
    return max(held, key=lambda disk: len(normal(disk.path))).total_bytes if held else None


def _agree(one: int | None, other: int | None, total: int | None) -> bool:
    if one is None or other is None:
        return False
    return abs(one - other) <= max(AGREE * max(one, other), AGREE_OF_TOTAL * (total or 0))


def _one(first: _Numbers, other: _Numbers) -> bool:
    """Equal totals and agreeing free space: one disk. An unreadable root folder is one only with itself.

    A total nobody told is equal to any: taking two disks for one asks for fewer deletions.
    """
    (free, total), (other_free, other_total) = first, other
    equal = total == other_total or total is None or other_total is None
    return equal and _agree(free, other_free, total or other_total)
