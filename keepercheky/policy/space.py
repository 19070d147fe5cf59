"""How much is free where, and how much is wanted there. A disk is counted once, however many storages lie on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from keepercheky.media import Fact, StorageState, Unknown
from keepercheky.policy.terms import StorageRule


def as_disks(storages: Mapping[str, StorageState]) -> dict[str, StorageState]:
    """Every storage with the numbers of the disk behind it.

    Free space is the larger of two readings, the one that asks for fewer deletions, and not known when any of them
    is not; what still lies in recycle bins counts for all storages of the disk.
    """
    disks: dict[str, list[StorageState]] = {}
    for storage in storages.values():
        disks.setdefault(storage.disk, []).append(storage)
    return {name: _of_disk(storage, disks[storage.disk]) for name, storage in storages.items()}


def _of_disk(storage: StorageState, together: list[StorageState]) -> StorageState:
    if len(together) == 1:
        return storage
    readings = [one.free_bytes for one in together if one.free_bytes is not None]
    return replace(
        storage,
        free_bytes=max(readings) if len(readings) == len(together) else None,
        pending_bytes=sum(one.pending_bytes for one in together),
    )


def keep_free_bytes(storage: StorageState, rules: Iterable[StorageRule]) -> int | None:
    """What the settings want free there; None without `keep_free`, or as a share of an unknown total."""
    rule = _rule_of(storage, rules)
    return rule.keep_free.of(storage.total_bytes) if rule is not None and rule.keep_free is not None else None


def wanted_free(
    storage: StorageState, storages: Mapping[str, StorageState], rules: Mapping[str, StorageRule]
) -> Fact[int | None]:
    """What the settings want free on the disk behind a storage: the largest `keep_free`; None when none is set."""
    wanted: int | None = None
    for other in storages.values():
        rule = rules.get(other.rule)
        if other.disk != storage.disk or rule is None or rule.keep_free is None:
            continue
        size = rule.keep_free.of(other.total_bytes)
        if size is None:
            return Unknown("total_space_unknown", other.name)
        wanted = size if wanted is None else max(wanted, size)
    return wanted


def _rule_of(storage: StorageState, rules: Iterable[StorageRule]) -> StorageRule | None:
    return next((rule for rule in rules if rule.name == storage.rule), None)
