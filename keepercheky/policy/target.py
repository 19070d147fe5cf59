"""How much space is wanted, and how far a list of titles gets there (DECISIONS §5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from keepercheky.media import StorageState
from keepercheky.policy.terms import Amount, Schedule, StorageRule
from keepercheky.policy.verdict import Decision


class Need:
    """Free space by disk, as it would be after what was counted so far. Freed bytes count once per disk."""

    def __init__(
        self, schedule: Schedule, storages: Mapping[str, StorageState], rules: Iterable[StorageRule]
    ) -> None:
        self._schedule = schedule
        self._storages = storages
        self._rules = {rule.name: rule for rule in rules}
        self._freed: dict[str, int] = {}

    def count(self, decision: Decision) -> None:
        storage = self._storage(decision)
        if storage is not None:
            self._freed[storage.disk] = self._freed.get(storage.disk, 0) + decision.title.frees_bytes

    def wants(self, decision: Decision) -> bool:
        """Whether the title's storage still needs space. No target, no need to ask: every candidate may go."""
        target = self.target(decision)
        if target is None:
            return True
        storage = self._storage(decision)
        free = storage.effective_free_bytes if storage is not None else None
        if storage is None or free is None or free >= target or decision.title.frees_bytes <= 0:
            return False
        return free + self._freed.get(storage.disk, 0) < target + self._extra(storage, "margin")

    def wants_promises(self, decision: Decision) -> bool:
        """Whether more should be announced: until what is promised reaches the target and its reserve."""
        target = self.target(decision)
        if target is None:
            return True
        storage = self._storage(decision)
        free = storage.effective_free_bytes if storage is not None else None
        if storage is None or free is None or decision.title.frees_bytes <= 0:
            return False
        return free + self._freed.get(storage.disk, 0) < target + self._extra(storage, "reserve")

    def target(self, decision: Decision) -> int | None:
        """Bytes wanted free where the title lies: the disk's largest `keep_free`, else the level in force."""
        storage = self._storage(decision)
        if storage is None or not self._schedule.for_space:
            return None
        wanted = [
            keep_free_bytes(other, self._rules.values())
            for other in self._storages.values()
            if other.disk == storage.disk
        ]
        known = [size for size in wanted if size is not None]
        if known:
            return max(known)
        level = decision.expiry.level if decision.expiry is not None else None
        return level.below.of(storage.total_bytes) if level is not None else None

    def _keep_free(self, storage: StorageState) -> int | None:
        rule = self._rules.get(storage.rule)
        return (
            rule.keep_free.of(storage.total_bytes)
            if rule is not None and rule.keep_free is not None
            else None
        )

    def _extra(self, storage: StorageState, name: str) -> int:
        rule = self._rules.get(storage.rule, StorageRule(name=storage.rule))
        amount: Amount = rule.margin if name == "margin" else rule.reserve
        return (
            amount.of(storage.total_bytes) or 0
        )  # a share of an unknown total adds nothing: less is deleted

    def _storage(self, decision: Decision) -> StorageState | None:
        name = decision.title.storage
        return self._storages.get(name) if name is not None else None


def keep_free_bytes(storage: StorageState, rules: Iterable[StorageRule]) -> int | None:
    """What the settings want free there; None without `keep_free`, or as a share of an unknown total."""
    rule = next((rule for rule in rules if rule.name == storage.rule), None)
    return rule.keep_free.of(storage.total_bytes) if rule is not None and rule.keep_free is not None else None
