"""What do we own, and what may go? Ask every service, look at the disks, join, decide. Nothing is written anywhere.

Details are asked for late and little: first everything is judged by what the lists say; only titles whose verdict
still hangs on something unasked (a show's episodes, a file's links, a folder's other videos) are looked into.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import anyio.to_thread
import msgspec

from keepercheky.cleanup.house import House
from keepercheky.cleanup.look import look_at_files, look_at_spaces, look_into_folders
from keepercheky.errors import ServiceError
from keepercheky.library.household import Marks as PlayMarks
from keepercheky.library.join import Joined, join
from keepercheky.library.said import Said
from keepercheky.library.seen import Seen
from keepercheky.media import Unknown
from keepercheky.policy.approval import approved_as_scoped
from keepercheky.policy.decide import decide, shows_wanting_detail
from keepercheky.policy.marks import Marks
from keepercheky.policy.plan import unsettled
from keepercheky.policy.terms import Amount, Kind
from keepercheky.policy.verdict import Decision
from keepercheky.services.snapshot import Snapshot, details, take


@dataclass(frozen=True, slots=True)
class World:
    """Everything known at one moment, joined and judged. `gaps`: services not read completely, and why."""

    now: datetime
    snapshot: Snapshot
    joined: Joined
    marks: Marks
    decisions: tuple[Decision, ...]
    gaps: Mapping[str, ServiceError]
    seen: Seen = field(default_factory=Seen)

    @property
    def said(self) -> Said:
        return self.snapshot.said


async def gather(
    house: House,
    now: datetime,
    schedules: AbstractSet[str],
    *,
    simulated: bool,
    at_free: Amount | None = None,
) -> World:
    """The world as of `now`, with all detail that a plan of those schedules hangs on."""
    snapshot = await take(house.services, house.clock)
    marks = approved_as_scoped(await house.store.baseline.marks(now, simulated), house.rules)
    plays = await house.store.plays.all()
    matched = await house.store.plays.matched()
    seen = Seen(spaces=await look_at_spaces(house.rules.storages))
    kept = await _kept_in_mind(house, now)
    think = partial(_think, house, marks, plays, matched, now, at_free, kept)

    world = await anyio.to_thread.run_sync(think, snapshot, seen, dict(snapshot.gaps))
    shows = await anyio.to_thread.run_sync(_shows_to_ask, world, schedules)
    if shows:
        told, failed = await details(house.services, shows)
        said = msgspec.structs.replace(snapshot.said, details=told)
        snapshot = replace(snapshot, said=said)
        world = await anyio.to_thread.run_sync(think, snapshot, seen, {**snapshot.gaps, **failed})
    files, folders = await anyio.to_thread.run_sync(_places_to_look, world, schedules)
    if files or folders:
        seen = msgspec.structs.replace(
            seen, files=await look_at_files(files), folders=await look_into_folders(folders)
        )
        world = await anyio.to_thread.run_sync(think, snapshot, seen, dict(world.gaps))
    return world


def _think(
    house: House,
    marks: Marks,
    plays: PlayMarks,
    matched: AbstractSet[str],
    now: datetime,
    at_free: Amount | None,
    kept: _KeptInMind,
    snapshot: Snapshot,
    seen: Seen,
    gaps: Mapping[str, ServiceError],
) -> World:
    """Join and judge. Pure; runs beside the event loop, as a large library takes a while."""
    joined = join(snapshot.said, house.setting, now, seen=seen, play_marks=plays, matched=matched)
    joined = _with_bins(joined, kept.in_bins)
    if at_free is not None:
        joined = _as_if_free(joined, at_free)
    decided = decide(joined.library, house.rules, marks, now, longest_gaps=house.longest_gaps)
    decisions = tuple(
        unsettled(decision) if decision.title.key in kept.unsettled else decision for decision in decided
    )
    return World(now, snapshot, joined, marks, decisions, gaps, seen)


@dataclass(frozen=True, slots=True)
class _KeptInMind:
    """What earlier deletions still mean: bytes in recycle bins by storage, and titles nobody knows the end of."""

    in_bins: Mapping[str, int]
    unsettled: AbstractSet[str]


async def _kept_in_mind(house: House, now: datetime) -> _KeptInMind:
    in_bins: Counter[str] = Counter()
    for step in await house.store.steps.in_bins(now):
        if step.storage is not None:
            in_bins[step.storage] += step.frees_bytes
    unsettled = {step.key for step in await house.store.steps.unsettled() if step.state != "planned"}
    return _KeptInMind(dict(in_bins), unsettled)


def _with_bins(joined: Joined, in_bins: Mapping[str, int]) -> Joined:
    """Free space as it will be when the recycle bins are emptied of what we put there."""
    if not in_bins:
        return joined
    storages = {
        name: msgspec.structs.replace(storage, pending_bytes=in_bins.get(name, 0))
        for name, storage in joined.library.storages.items()
    }
    return msgspec.structs.replace(joined, library=msgspec.structs.replace(joined.library, storages=storages))


def _as_if_free(joined: Joined, at_free: Amount) -> Joined:
    """The same library with so much free everywhere; a share of an unknown total leaves free space unknown."""
    storages = {
        name: msgspec.structs.replace(storage, free_bytes=at_free.of(storage.total_bytes), pending_bytes=0)
        for name, storage in joined.library.storages.items()
    }
    library = msgspec.structs.replace(joined.library, storages=storages)
    return msgspec.structs.replace(joined, library=library)


def _of(decisions: Iterable[Decision], schedules: AbstractSet[str]) -> tuple[Decision, ...]:
    return tuple(decision for decision in decisions if decision.schedule in schedules)


def _shows_to_ask(world: World, schedules: AbstractSet[str]) -> list[tuple[str, int]]:
    """Instance and series id of the shows that verdicts hang on."""
    wanted = shows_wanting_detail(_of(world.decisions, schedules), world.joined.library)
    return sorted((show.service, show.arr_id) for show in wanted)


def _places_to_look(world: World, schedules: AbstractSet[str]) -> tuple[list[str], list[str]]:
    """Our own paths of files and folders that verdicts hang on."""
    wanted = {
        (decision.title.service, decision.title.arr_id, decision.title.kind is Kind.MOVIE)
        for decision in _of(world.decisions, schedules)
        if decision.wants_detail
    }
    files: dict[str, None] = {}
    folders: dict[str, None] = {}
    for movie in world.joined.library.movies:
        if (movie.service, movie.arr_id, True) in wanted and movie.file is not None:
            if isinstance(movie.file.links, Unknown):
                files[movie.file.path] = None
            if isinstance(movie.shared_with, Unknown) and movie.folder_seen is not None:
                folders[movie.folder_seen] = None
    for show in world.joined.library.shows:
        if (show.service, show.arr_id, False) in wanted:
            files.update(
                dict.fromkeys(file.path for file in show.files.values() if isinstance(file.links, Unknown))
            )
    return list(files), list(folders)
