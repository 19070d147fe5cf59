"""How much space is wanted, and how far a list of titles gets there.

Nothing is taken while enough is free; below the target, titles are taken until it and its margin are reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from keepercheky.media import Fact, StorageState, Unknown
from keepercheky.policy.refusals import Refusal
from keepercheky.policy.space import wanted_free
from keepercheky.policy.terms import AgeRule, Amount, Schedule, StorageRule
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
        self._wanted = {
            name: wanted_free(storage, storages, self._rules) for name, storage in storages.items()
        }

    def count(self, decision: Decision) -> None:
        storage = self._storage(decision)
        if storage is not None:
            self._freed[storage.disk] = self._freed.get(storage.disk, 0) + decision.title.frees_bytes

    def wants(self, decision: Decision) -> bool:
        """Whether the title's storage still needs space. No target, no need to ask: every candidate may go."""
        return self._lacks(decision, "margin")

    def wants_promises(self, decision: Decision) -> bool:
        """Whether more should be announced: until what is promised reaches the target and its reserve."""
        return self._lacks(decision, "reserve")

    def target(self, decision: Decision) -> Fact[int | None]:
        """Bytes wanted free where the title lies: the disk's largest `keep_free`, else the level in force."""
        storage = self._storage(decision)
        if storage is None or not self._schedule.for_space:
            return None
        wanted = self._wanted[storage.name]
        if wanted is not None:
            return wanted
        level = decision.expiry.level if decision.expiry is not None else None
        return level.below.of(storage.total_bytes) if level is not None else None

    def _lacks(self, decision: Decision, extra: str) -> bool:
        storage, target = self._storage(decision), self.target(decision)
        if storage is None or target is None:
            return True
        free = storage.effective_free_bytes
        if free is None or isinstance(target, Unknown) or decision.title.frees_bytes <= 0:
            return False
        if extra == "margin" and free >= target:
            return False
        return free + self._freed.get(storage.disk, 0) < target + self._extra(storage, extra)

    def _extra(self, storage: StorageState, name: str) -> int:
        rule = self._rules.get(storage.rule, StorageRule(name=storage.rule))
        amount: Amount = rule.margin if name == "margin" else rule.reserve
        # a share of an unknown total adds nothing: less is deleted
        return amount.of(storage.total_bytes) or 0

    def _storage(self, decision: Decision) -> StorageState | None:
        name = decision.title.storage
        return self._storages.get(name) if name is not None else None


def levels_above_target(
    schedule: Schedule,
    decisions: Iterable[Decision],
    storages: Mapping[str, StorageState],
    rules: Iterable[StorageRule],
) -> Iterator[Refusal]:
    """A level above what the disk keeps free is in force without anything being deleted: a mistake in the settings.

    Settings notice it where both are of one unit; what mixes shares and sizes shows only against a real disk.
    """
    if not schedule.for_space:
        return
    by_name = {rule.name: rule for rule in rules}
    ages = [rule for rule in (schedule.movies, schedule.shows, schedule.seasons) if isinstance(rule, AgeRule)]
    keys = [level.below for rule in ages for level in rule.levels]
    for name in sorted({decision.title.storage or "" for decision in decisions} & storages.keys()):
        storage = storages[name]
        wanted = wanted_free(storage, storages, by_name)
        if not isinstance(wanted, int):
            continue
        high = next((key for key in keys if (key.of(storage.total_bytes) or 0) > wanted), None)
        if high is not None:
            facts = {"storage": name, "rule": storage.rule, "level": high.text, "schedule": schedule.id}
            yield Refusal(f"keep_free.{name}", "keep_free_below_level", facts)
