"""What did this run notice that could be a reason to stop? Counts, names, clocks, mounts: read, never judged here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from keepercheky.cleanup.gather import World
from keepercheky.cleanup.house import House
from keepercheky.cleanup.look import count_present
from keepercheky.library.said import ArrSaid, JellyfinSaid, Said
from keepercheky.media import Library, Unknown
from keepercheky.paths import is_under, mapped, normal
from keepercheky.policy.census import count_titles
from keepercheky.policy.marks import Counts, StorageMark
from keepercheky.policy.refusals import Observed, StorageLook
from keepercheky.storage import read_space

JOURNAL_BYTES = 20_000_000  # a large run's records
SAMPLE = 20  # files that vouch for a storage, or for a path map
ROOT_CHECKS = ("RootFolderCheck", "MovieCollectionRootFolderCheck")


async def observe(house: House, world: World) -> Observed:
    """Everything `refusals` judges, as of this world."""
    said, library = world.said, world.joined.library
    titles = count_titles(library, house.rules, [arr.name for arr in said.arrs])
    return Observed(
        now=house.clock.now(),
        gaps={service: str(error).removeprefix(f"{service}: ") for service, error in world.gaps.items()},
        roots_gone={arr.name: gone for arr in said.arrs if (gone := _roots_gone(arr))},
        names_gone=tuple(_names_gone(house, said)),
        empty=tuple(service for service, count in titles.items() if not count),
        counts=_counts(said, world, titles),
        people={user.id: user.name for user in said.jellyfin.users} if said.jellyfin else {},
        no_room=await _no_room(house),
        by_us=await _by_us(house, world),
        services=frozenset(service.name for service in house.services),
        keep_tags=_keep_tags(house, world),
        root_folders={
            arr.name: frozenset(normal(root.path) for root in arr.root_folders) for arr in said.arrs
        },
        storages=await _storages(house, world),
        maps_off=await _maps_off(house, library),
        clocks=world.snapshot.clocks,
    )


async def storage_marks(world: World) -> Mapping[str, StorageMark]:
    """How each storage looks after a good run: its size, and up to 20 files we see that vouch for it."""
    marks = {}
    for name, storage in world.joined.library.storages.items():
        files = [
            movie.file.path
            for movie in world.joined.library.movies
            if movie.storage == name and movie.file is not None and movie.folder_seen
        ]
        there = [
            path for path in files[:: max(len(files) // SAMPLE, 1)][:SAMPLE] if await count_present([path])
        ]
        marks[name] = StorageMark(total_bytes=storage.total_bytes, files=tuple(there))
    return marks


async def _no_room(house: House) -> str | None:
    """Where the journal lies, when what is free there would not last for a run's records."""
    folder = str(house.store.database.path.parent)
    space = await read_space(folder)
    return folder if not isinstance(space, Unknown) and space.free_bytes < JOURNAL_BYTES else None


def _roots_gone(arr: ArrSaid) -> tuple[str, ...]:
    """Root folders the *arr cannot reach, by its own word or by its health check's."""
    if not arr.root_folders and (arr.movies or arr.series):
        return ("(none listed, though it has titles)",)
    gone = [root.path for root in arr.root_folders if not root.accessible]
    told = [row.message for row in arr.health if row.source in ROOT_CHECKS and row.type == "error"]
    return tuple(gone or told)


def _names_gone(house: House, said: Said) -> Iterator[tuple[str, str, str]]:
    """Libraries, users and root folders the settings name and no service has. Only of services that were read."""
    keep, schedules = house.rules.keep, house.rules.schedules
    if said.jellyfin is not None:
        named = keep.libraries.union(*(schedule.libraries or () for schedule in schedules))
        for name in sorted(named - {library.name for library in said.jellyfin.libraries}):
            yield "library", name, said.jellyfin.name
        wanted = frozenset() if isinstance(keep.favorites, bool) else keep.favorites
        for name in sorted(wanted - {user.name for user in said.jellyfin.users}):
            yield "user", name, said.jellyfin.name
    arrs = [service.name for service in house.services if service.kind in ("radarr", "sonarr")]
    if said.arrs and len(said.arrs) == len(arrs):  # of half of them nothing is missing for sure
        roots = {normal(root.path) for arr in said.arrs for root in arr.root_folders}
        named = keep.root_folders.union(*(schedule.root_folders or () for schedule in schedules))
        for name in sorted(root for root in named if normal(root) not in roots):
            yield "root", name, ", ".join(arr.name for arr in said.arrs)


def _counts(said: Said, world: World, titles: Mapping[str, int]) -> Counts:
    jellyfin = said.jellyfin
    return Counts(
        titles=titles,
        tags={arr.name: len(arr.labels) for arr in said.arrs},
        users=len(jellyfin.users) if jellyfin else None,
        matched=len(world.joined.matched) if jellyfin else None,
        favorites=_marked(jellyfin, "favorite") if jellyfin else None,
        played=_marked(jellyfin, "played", "play_count", "last_played_at") if jellyfin else None,
        requests=len(said.seerr.requests) if said.seerr else None,
    )


async def _by_us(house: House, world: World) -> Counts:
    """How much of what was counted last went by our own doing since."""
    baseline = world.marks.baseline
    if baseline is None:
        return Counts()
    titles: Counter[str] = Counter()
    items = 0
    for step in await house.store.steps.counted_since(baseline.anchored_at or baseline.taken_at):
        parts = max(len(step.body.episode_ids), 1)
        titles[step.body.service] += parts if step.body.kind == "episode" else 1
        items += parts
    return Counts(
        titles=dict(titles), matched=sum(titles.values()), favorites=items, played=items, requests=items
    )


def _marked(jellyfin: JellyfinSaid, *fields: str) -> int:
    """Items that some user marked so today: counted from what Jellyfin says, not from what we remember."""
    return len(
        {
            row.item_id
            for view in jellyfin.views.values()
            for row in view.data
            if any(getattr(row, name) for name in fields)
        }
    )


def _keep_tags(house: House, world: World) -> frozenset[str]:
    """Of the keep tags in the settings, now or at the last good run, those each *arr has, as `radarr/keep`.

    Those of an *arr that was not read are taken to be there still: it is a gap, and the run is refused for that.
    """
    baseline = world.marks.baseline
    before = baseline.keep_tags if baseline else frozenset()
    wanted = house.rules.keep.tags | {tag.partition("/")[2] for tag in before}
    read = {arr.name for arr in world.said.arrs}
    return frozenset(
        f"{arr.name}/{label.lower()}"
        for arr in world.said.arrs
        for label in arr.labels.values()
        if label.lower() in wanted
    ) | {tag for tag in before if tag.partition("/")[0] not in read}


async def _storages(house: House, world: World) -> Mapping[str, StorageLook]:
    """Every storage as it looks now; those with a path by our own eyes, the others as the *arr tell."""
    baseline = world.marks.baseline
    ours = await _gone_by_us(house, baseline.taken_at) if baseline else []
    looks = {}
    for name, storage in world.joined.library.storages.items():
        mark = baseline.storages.get(name) if baseline else None
        known = [
            file
            for file in (mark.files if mark else ())
            if not any(is_under(normal(file), path) for path in ours)
        ]
        space = world.seen.spaces.get(name)
        looks[name] = StorageLook(
            total_bytes=storage.total_bytes,
            checked=len(known),
            present=await count_present(known),
            unreadable=space.why if isinstance(space, Unknown) else None,
        )
    return looks


async def _gone_by_us(house: House, since: datetime) -> list[str]:
    """Our own paths that went, or may have gone, by our doing: nobody else took them."""
    steps = await house.store.steps.counted_since(since)
    return [normal(path) for step in steps for path in step.body.seen]


async def _maps_off(house: House, library: Library) -> tuple[tuple[str, str, str], ...]:
    """Path maps under which none of up to 20 titles' files or folders is found."""
    off = []
    for name, path_map in house.setting.path_maps.items():
        for theirs, ours in path_map.items():
            known = list(islice(_paths_of(library, name, theirs), SAMPLE))
            there = [path for path in (mapped(path, path_map) for path in known) if path is not None]
            if there and not await count_present(there):
                off.append((name, theirs, ours))
    return tuple(off)


def _paths_of(library: Library, service: str, prefix: str) -> Iterator[str]:
    """Folders of an instance's titles with files, as the instance sees them, below one of its prefixes."""
    folders: Iterable[tuple[str, str]] = [
        *((movie.service, movie.folder) for movie in library.movies if movie.file is not None),
        *((show.service, show.folder) for show in library.shows if show.has_files is True),
    ]
    return (
        folder for owner, folder in folders if owner == service and is_under(normal(folder), normal(prefix))
    )
