"""Did the space come back? Deleting more helps nobody when a recycle bin is never emptied, or snapshots hold it all.

Measured by what disks said before the first deletion and after the last one: less than half of what should have come
free makes the next plan wait for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from keepercheky.cleanup.house import House
from keepercheky.media import StorageState
from keepercheky.store import Sample, Step

SETTLES = timedelta(minutes=10)  # a file system takes its time
BIN_SLACK = timedelta(days=2)  # after its clean-up days
LOOKED_AT = timedelta(days=14)  # older doubts are over: by then other things have come and gone


async def why_wait(house: House, now: datetime, storages: Mapping[str, StorageState]) -> str | None:
    """A code of `explain.WAITING`, or None."""
    steps = [
        step for step in await house.store.steps.done_since(now - 3 * LOOKED_AT) if step.storage in storages
    ]
    samples = await house.store.samples.since(now - 4 * LOOKED_AT)
    if _missing(_binned(steps, now), samples, storages):
        return "bin_not_emptied"
    if _missing(_last_run(steps, now), samples, storages):
        return "space_did_not_come_back"
    return None


def _binned(steps: Iterable[Step], now: datetime) -> list[Step]:
    """Deletions whose recycle bin should have been emptied of them lately."""
    found = []
    for step in steps:
        if step.bin_days and step.ended_at is not None:
            over = step.ended_at + timedelta(days=step.bin_days) + BIN_SLACK
            if over <= now < over + LOOKED_AT:
                found.append(step)
    return found


def _last_run(steps: Iterable[Step], now: datetime) -> list[Step]:
    """What the newest run with deletions deleted for good, once that has had time to show."""
    newest = next(([*group] for _, group in groupby(steps, key=lambda step: step.run_id)), [])
    good = [step for step in newest if step.bin_days is None and step.ended_at is not None]
    return good if good and max(_ended(step) for step in good) + SETTLES <= now else []


def _missing(steps: list[Step], samples: list[Sample], storages: Mapping[str, StorageState]) -> bool:
    """Whether on some storage less than half of what these deletions free has shown up since."""
    for name in {step.storage for step in steps if step.storage is not None}:
        own = [step for step in steps if step.storage == name]
        before = _free_before(samples, name, min(step.acting_at or step.planned_at for step in own))
        after = _most_free_after(samples, name, max(_ended(step) for step in own) + SETTLES)
        free_now = storages[name].free_bytes
        seen = [free for free in (after, free_now) if free is not None]
        if before is not None and seen and max(seen) - before < sum(step.frees_bytes for step in own) / 2:
            return True
    return False


def _free_before(samples: list[Sample], name: str, at: datetime) -> int | None:
    return next((row.free_bytes for row in reversed(samples) if row.name == name and row.at <= at), None)


def _most_free_after(samples: list[Sample], name: str, at: datetime) -> int | None:
    return max((row.free_bytes for row in samples if row.name == name and row.at >= at), default=None)


def _ended(step: Step) -> datetime:
    return step.ended_at or step.planned_at
