"""When to stop for safety: nothing is deleted, promises stay, and a person is told the way out.

Some refusals end when the cause is mended. Others end when a person has looked and accepts (`accept ID`): an
acceptance covers what was seen then, not what may follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from keepercheky.policy.marks import Accepted, Baseline, Counts, Marks, StorageMark
from keepercheky.policy.terms import Limits

SHRINK_AT_LEAST: Final = 5  # a fall by fewer is a household tidying up
ANCHORED: Final = timedelta(hours=22)  # falls within a day are one fall, however many runs saw a part of it
CLOCK_BEHIND: Final = timedelta(minutes=5)
CLOCK_APART: Final = timedelta(minutes=10)
FILES_THERE: Final = 0.9
TOTAL_WITHIN: Final = 0.1

Scalar = str | int | float


class Refusal(msgspec.Struct, frozen=True):
    """`id` is stable: kind and what it concerns. `acceptable`: a person may say "yes, that is right"."""

    id: str
    code: str
    facts: Mapping[str, Scalar]
    acceptable: bool = False


class StorageLook(msgspec.Struct, frozen=True):
    """How a storage with a path looks now. `present`: how many of the marked files are there."""

    total_bytes: int | None
    checked: int
    present: int
    unreadable: str | None = None


class Observed(msgspec.Struct, frozen=True):
    """Everything a run noticed that could be a reason to stop. `gaps`: service → what went wrong."""

    now: datetime
    gaps: Mapping[str, str] = {}
    roots_gone: Mapping[str, tuple[str, ...]] = {}  # service → root folders missing or not accessible
    names_gone: tuple[
        tuple[str, str, str], ...
    ] = ()  # (what, name, service): named in settings, not to be found
    empty: tuple[str, ...] = ()  # services with no titles at all
    counts: Counts = Counts()
    services: frozenset[str] = frozenset()
    keep_tags: frozenset[str] = frozenset()  # those each *arr has: `radarr/keep`
    people: Mapping[str, str] = {}  # Jellyfin's users: id → name; empty: not told
    root_folders: Mapping[str, frozenset[str]] = {}  # by *arr that was read
    storages: Mapping[str, StorageLook] = {}
    maps_off: tuple[tuple[str, str, str], ...] = ()  # (service, theirs, ours): none of 20 files found there
    clocks: Mapping[str, timedelta] = {}  # service → its clock minus ours
    by_us: Counts = Counts()  # how much of each our own deletions since the last good run took away
    no_room: str | None = None  # where the journal lies, when there is no room left to write it


def reasons_to_stop(seen: Observed, marks: Marks, limits: Limits) -> tuple[Refusal, ...]:
    """Every reason to stop, whether a person has accepted it or not."""
    return (*_to_mend(seen, marks), *_to_look_at(seen, marks, limits))


def refusals(seen: Observed, marks: Marks, limits: Limits) -> tuple[Refusal, ...]:
    """Every reason to stop, those a person has accepted left out."""
    found = reasons_to_stop(seen, marks, limits)
    return tuple(refusal for refusal in found if not _covered(refusal, marks.accepted.get(refusal.id)))


def _to_mend(seen: Observed, marks: Marks) -> Iterable[Refusal]:
    if marks.paused:
        yield Refusal("paused", "paused", {})
    if seen.no_room is not None:
        yield Refusal("journal", "no_room_to_journal", {"path": seen.no_room})
    for service, why in sorted(seen.gaps.items()):
        yield Refusal(f"source.{service}", "source_unread", {"service": service, "why": why})
    for service, roots in sorted(seen.roots_gone.items()):
        yield Refusal(
            f"root_folder.{service}", "root_folder_gone", {"service": service, "folders": ", ".join(roots)}
        )
    for what, name, service in seen.names_gone:
        yield Refusal(f"{what}.{name}", f"{what}_gone", {"name": name, "service": service})
    for service, theirs, ours in seen.maps_off:
        yield Refusal(
            f"path_map.{service}:{theirs}",
            "path_map_off",
            {"service": service, "theirs": theirs, "ours": ours},
        )
    for name, look in sorted(seen.storages.items()):
        if look.unreadable is not None:
            yield Refusal(f"storage.{name}", "storage_unreadable", {"storage": name, "why": look.unreadable})


def _to_look_at(seen: Observed, marks: Marks, limits: Limits) -> Iterable[Refusal]:
    for service in seen.empty:
        yield _look(f"empty.{service}", "empty_library", service=service)
    if marks.last_record_at is not None and seen.now < marks.last_record_at - CLOCK_BEHIND:
        yield _look(
            "clock",
            "clock_behind",
            last=marks.last_record_at.isoformat(),
            minutes=_minutes(marks.last_record_at - seen.now),
        )
    for service, apart in sorted(seen.clocks.items()):
        if abs(apart) > CLOCK_APART:
            yield _look(f"clock.{service}", "clock_apart", service=service, minutes=_minutes(apart))
    if marks.baseline is not None:
        yield from _vanished(seen, marks.baseline, limits)


def _vanished(seen: Observed, baseline: Baseline, limits: Limits) -> Iterable[Refusal]:
    """What was there at the last good run and is not now, or is another."""
    yield from _shrunk(seen, baseline.counts, limits)
    for service, folders in sorted(baseline.root_folders.items()):
        missing = sorted(folders - seen.root_folders.get(service, folders))
        if missing:
            yield _look(
                f"root_folder.{service}", "root_folder_removed", service=service, folders=", ".join(missing)
            )
    left = sorted(name for user, name in baseline.people.items() if user not in seen.people)
    if (
        left and seen.people
    ):  # one is enough: a home has few people, and each one's plays and favourites protect
        yield _look("users", "people_gone", people=", ".join(left))
    for service in sorted(baseline.services - seen.services):
        yield _look(f"service.{service}", "service_gone", service=service)
    for tag in sorted(baseline.keep_tags - seen.keep_tags):
        service, _, label = tag.partition("/")
        yield _look(f"tag.{service}.{label}", "keep_tag_gone", tag=label, service=service)
    for name, mark in sorted(baseline.storages.items()):
        look = seen.storages.get(name)
        if look is None:
            if not seen.gaps:
                yield _look(f"storage.{name}", "storage_gone", storage=name)
        elif look.unreadable is None:
            yield from _not_itself(name, look, mark)


def _shrunk(seen: Observed, before: Counts, limits: Limits) -> Iterable[Refusal]:
    """Things that became fewer without our doing, by more than `max_shrink` and by at least five."""
    ours = {(what, name): number for what, name, number in _numbers(seen.by_us)}
    found = {(what, name): number for what, name, number in _numbers(seen.counts)}
    for what, name, old in _numbers(before):
        new = found.get((what, name), old)
        lost = old - new - ours.get((what, name), 0)
        if lost >= SHRINK_AT_LEAST and lost > limits.max_shrink * old:
            yield _look(
                f"{what}.{name}" if name else what, "fewer", what=what, service=name, before=old, now=new
            )


def _numbers(counts: Counts) -> Iterable[tuple[str, str, int]]:
    """What was counted, where, and how many. What nobody told is left out."""
    for what, by_service in (("titles", counts.titles), ("tags", counts.tags)):
        for service, number in sorted(by_service.items()):
            yield what, service, number
    for what in ("matched", "favorites", "played", "requests"):
        number = getattr(counts, what)
        if number is not None:
            yield what, "", number


def _not_itself(name: str, look: StorageLook, mark: StorageMark) -> Iterable[Refusal]:
    if look.checked and look.present < FILES_THERE * look.checked:
        yield _look(
            f"storage.{name}", "storage_other_files", storage=name, present=look.present, checked=look.checked
        )
    if mark.total_bytes and look.total_bytes is None:
        yield _look(f"storage.{name}.size", "storage_size_unknown", storage=name)
    elif (
        look.total_bytes is not None
        and mark.total_bytes
        and abs(look.total_bytes - mark.total_bytes) > TOTAL_WITHIN * mark.total_bytes
    ):
        yield _look(
            f"storage.{name}.size",
            "storage_other_size",
            storage=name,
            before=mark.total_bytes,
            now=look.total_bytes,
        )


def _look(name: str, code: str, **facts: Scalar) -> Refusal:
    return Refusal(name, code, facts, acceptable=True)


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def _covered(refusal: Refusal, accepted: Accepted | None) -> bool:
    """Whether an acceptance of this refusal still speaks of what is seen now: the same, or less of it."""
    if accepted is None or not refusal.acceptable:
        return False
    then, now = accepted.facts, refusal.facts
    moving = MOVING.get(refusal.code)
    if moving is None:
        return dict(then) == dict(now)
    name, may_move = moving
    if {**then, name: 0} != {**now, name: 0}:
        return False
    return may_move(_number(then, name), _number(now, name))


def _number(facts: Mapping[str, Scalar], name: str) -> float:
    value = facts.get(name)
    return float(value) if isinstance(value, int | float) else float("nan")


def _as_many(then: float, now: float) -> bool:
    return now >= then


def _as_few(then: float, now: float) -> bool:
    return now <= then


def _about_the_size(then: float, now: float) -> bool:
    return abs(now - then) <= TOTAL_WITHIN * then


def _about_the_time(then: float, now: float) -> bool:
    return abs(now - then) <= _minutes(CLOCK_APART)


# The one fact of a refusal that may differ from what was accepted, and how; everything else must be as it was.
MOVING: Final[Mapping[str, tuple[str, Callable[[float, float], bool]]]] = {
    "fewer": ("now", _as_many),
    "storage_other_files": ("present", _as_many),
    "storage_other_size": ("now", _about_the_size),
    "clock_behind": ("minutes", _as_few),
    "clock_apart": ("minutes", _about_the_time),
}


def next_baseline(
    seen: Observed, storages: Mapping[str, StorageMark], before: Baseline | None = None
) -> Baseline:
    """What the next run is compared with, after a good one.

    Within a day counts only rise: a library that loses a little at every run has lost much by night.
    """
    counts, anchored_at = seen.counts, seen.now
    if before is not None and before.anchored_at is not None and seen.now - before.anchored_at < ANCHORED:
        counts, anchored_at = _highest(before.counts, seen.counts), before.anchored_at
    return Baseline(
        taken_at=seen.now,
        counts=counts,
        services=seen.services,
        keep_tags=seen.keep_tags,
        storages=storages,
        root_folders=seen.root_folders,
        people=seen.people,
        anchored_at=anchored_at,
    )


def _highest(before: Counts, now: Counts) -> Counts:
    def larger(one: int | None, other: int | None) -> int | None:
        return other if one is None or other is None else max(one, other)

    def by_service(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
        return {name: max(number, one.get(name, 0)) for name, number in other.items()}

    return Counts(
        titles=by_service(before.titles, now.titles),
        tags=by_service(before.tags, now.tags),
        users=now.users,
        matched=larger(before.matched, now.matched),
        favorites=larger(before.favorites, now.favorites),
        played=larger(before.played, now.played),
        requests=larger(before.requests, now.requests),
    )
