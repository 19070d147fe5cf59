"""Which storage holds a title, and how much is free there?

A storage with a path is measured by ourselves. One without a path holds the rest: there the *arr tell, and every
disk behind it is a storage of its own, named `NAME:PATH` by its shortest root folder.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from keepercheky.library.paths import is_under, normal, prepared, through, tidy
from keepercheky.library.said import ArrSaid, DiskSaid
from keepercheky.library.seen import Place, Seen, Setting
from keepercheky.media import StorageState, Unknown

AGREE = 0.01  # two readings of one free space, seconds apart, differ by less


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

    def _held(self, service: str, folder: str) -> str | None:
        text = normal(self.ours(service, folder) or folder)
        return next((name for path, name in self._by_path if is_under(text, path)), None)

    def _told(self, arrs: Iterable[ArrSaid]) -> list[_Root]:
        """Root folders that no storage with a path holds."""
        return [
            _Root(
                arr.name,
                folder.path,
                folder.free_bytes if folder.accessible else None,
                total_of(folder.path, folder.free_bytes, arr.disks) if folder.accessible else None,
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
        same = (
            other.disk
            for other in measured
            if first.total_bytes is not None
            and other.total_bytes == first.total_bytes
            and _agree(other.free_bytes, free_bytes)
        )
        self.storages[name] = StorageState(
            name=name,
            rule=rest,
            disk=next(same, name),
            path=first.path,
            source=first.service,
            free_bytes=free_bytes,  # of several readings the one that asks for fewer deletions
            total_bytes=first.total_bytes,
        )
        for root in disk:
            self._roots[root.service, root.path] = name


def _measured(place: Place, seen: Seen) -> StorageState:
    space = seen.spaces.get(place.name, Unknown("not_measured", place.name))
    known = None if isinstance(space, Unknown) else space
    return StorageState(
        name=place.name,
        rule=place.name,
        disk=f"device:{known.device}" if known else f"path:{place.path}",
        path=place.path,
        source="path",
        free_bytes=known.free_bytes if known else None,
        total_bytes=known.total_bytes if known else None,
    )


def _disks(roots: Iterable[_Root]) -> list[list[_Root]]:
    """Root folders by the disk behind them, the shortest first."""
    disks: list[list[_Root]] = []
    for root in sorted(roots, key=lambda row: (len(normal(row.path)), row.path, row.service)):
        disk = next((disk for disk in disks if _one(disk[0], root)), None)
        if disk is None:
            disks.append(disk := [])
        disk.append(root)
    return disks


def total_of(root: str, free_bytes: int | None, disks: tuple[DiskSaid, ...] | None) -> int | None:
    """The total behind a root folder: of the entries whose path holds it and whose free agrees, the longest."""
    text = normal(root)
    held = [
        disk
        for disk in disks or ()
        if disk.total_bytes > 0 and is_under(text, normal(disk.path)) and _agree(disk.free_bytes, free_bytes)
    ]
    return max(held, key=lambda disk: len(normal(disk.path))).total_bytes if held else None


def _agree(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= AGREE * max(one, other)


def _one(first: _Root, other: _Root) -> bool:
    """Equal totals and agreeing free space: one disk. An unreadable root folder is one only with itself.

    Where neither total is known the free space alone decides: taking two disks for one asks for fewer deletions.
    """
    return first.total_bytes == other.total_bytes and _agree(first.free_bytes, other.free_bytes)
