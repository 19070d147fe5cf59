"""Which storage holds a title, and how much is free there? (DECISIONS §8.3, §8.4)

A storage with a path is measured by ourselves. One without a path holds the rest: there the *arr tell, and every
disk behind it is a storage of its own, named `NAME:PATH` by its shortest root folder.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from keepercheky.library.paths import is_under, mapped, normal
from keepercheky.library.said import ArrSaid, DiskSaid
from keepercheky.library.seen import Seen, Setting
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
        self._setting = setting
        self._by_path = sorted(
            ((normal(place.path), place.name) for place in setting.places if place.path),
            key=lambda row: -len(row[0]),
        )
        self._rest = next((place.name for place in setting.places if not place.path), None)
        self.storages: dict[str, StorageState] = {}
        self._roots: dict[tuple[str, str], str] = {}  # (service, root folder) → storage
        for name, state in self._measured(seen):
            self.storages[name] = state
        if self._rest is not None:
            self._tell(list(arrs))

    def of(self, service: str, folder: str, root: str | None) -> str | None:
        """Name of the storage that holds a folder of a service; None when none does."""
        ours = self.ours(service, folder) or normal(folder)
        for path, name in self._by_path:
            if is_under(ours, path):
                return name
        return self._roots.get((service, root)) if root is not None else None

    def ours(self, service: str, path: str) -> str | None:
        """A service's path as we see it: by its path map, or as it stands below a storage's path. None: not visible."""
        found = mapped(path, self._setting.path_maps.get(service, {}))
        if found is not None:
            return found
        text = normal(path)
        return text if any(is_under(text, prefix) for prefix, _ in self._by_path) else None

    def _measured(self, seen: Seen) -> Iterable[tuple[str, StorageState]]:
        for place in self._setting.places:
            if place.path is None:
                continue
            space = seen.spaces.get(place.name, Unknown("not_measured", place.name))
            known = None if isinstance(space, Unknown) else space
            yield (
                place.name,
                StorageState(
                    name=place.name,
                    rule=place.name,
                    disk=f"device:{known.device}" if known else f"path:{place.path}",
                    path=place.path,
                    source="path",
                    free_bytes=known.free_bytes if known else None,
                    total_bytes=known.total_bytes if known else None,
                ),
            )

    def _tell(self, arrs: list[ArrSaid]) -> None:
        roots = [
            _Root(
                arr.name,
                folder.path,
                folder.free_bytes if folder.accessible else None,
                total_of(folder.path, folder.free_bytes, arr.disks),
            )
            for arr in arrs
            for folder in arr.root_folders
            if not any(
                is_under(self.ours(arr.name, folder.path) or normal(folder.path), path)
                for path, _ in self._by_path
            )
        ]
        disks: list[list[_Root]] = []
        for root in sorted(roots, key=lambda row: (len(normal(row.path)), row.path, row.service)):
            disk = next((disk for disk in disks if _one(disk[0], root)), None)
            if disk is None:
                disks.append(disk := [])
            disk.append(root)
        for disk in disks:
            first = disk[0]
            name = f"{self._rest}:{normal(first.path)}"
            if name in self.storages:  # the same path on two machines that are not one disk
                name = f"{name}@{first.service}"
            free = [root.free_bytes for root in disk if root.free_bytes is not None]
            self.storages[name] = StorageState(
                name=name,
                rule=self._rest or "",
                disk=name,
                path=first.path,
                source=first.service,
                free_bytes=max(free, default=None),  # of two readings the one that asks for fewer deletions
                total_bytes=first.total_bytes,
            )
            for root in disk:
                self._roots[root.service, root.path] = name


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
    if one is None or other is None:
        return one is other
    return abs(one - other) <= AGREE * max(one, other)


def _one(first: _Root, other: _Root) -> bool:
    """Equal totals and agreeing free space: one disk. An unreadable root folder is one only with itself."""
    return (
        first.free_bytes is not None
        and first.total_bytes == other.total_bytes
        and _agree(first.free_bytes, other.free_bytes)
    )
