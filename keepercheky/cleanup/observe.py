"""What did this run notice that could be a reason to stop? Counts, names, clocks, mounts: read, never judged here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from keepercheky.cleanup.gather import World
from keepercheky.cleanup.house import House
from keepercheky.cleanup.look import count_present
from keepercheky.library.paths import is_under, mapped, normal
from keepercheky.library.said import ArrSaid, JellyfinSaid, Said
from keepercheky.media import Library, Unknown
from keepercheky.policy.census import count_titles
from keepercheky.policy.marks import Counts, StorageMark
from keepercheky.policy.refusals import Observed, StorageLook

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


async def storage_marks(house: House, world: World) -> Mapping[str, StorageMark]:
    """How each storage with a path looks after a good run: its size, and up to 20 files that vouch for it."""
    marks = {}
    for rule in house.rules.storages:
        space = world.seen.spaces.get(rule.name)
        if rule.path is None or space is None or isinstance(space, Unknown):
            continue
        files = list(islice(_files_under(world.joined.library, normal(rule.path)), SAMPLE))
        marks[rule.name] = StorageMark(total_bytes=space.total_bytes, files=tuple(files))
    return marks


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
    for step in await house.store.steps.counted_since(baseline.taken_at):
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
    """Of the keep tags in the settings, now or at the last good run, those some *arr has."""
    baseline = world.marks.baseline
    wanted = house.rules.keep.tags | (baseline.keep_tags if baseline else frozenset())
    return wanted & {label.lower() for arr in world.said.arrs for label in arr.labels.values()}


async def _storages(house: House, world: World) -> Mapping[str, StorageLook]:
    baseline = world.marks.baseline
    looks = {}
    for rule in house.rules.storages:
        space = world.seen.spaces.get(rule.name)
        if rule.path is None or space is None:
            continue
        mark = baseline.storages.get(rule.name) if baseline else None
        known = mark.files if mark else ()
        looks[rule.name] = StorageLook(
            total_bytes=None if isinstance(space, Unknown) else space.total_bytes,
            checked=len(known),
            present=await count_present(known),
            unreadable=space.why if isinstance(space, Unknown) else None,
        )
    return looks


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


def _files_under(library: Library, folder: str) -> Iterator[str]:
    return (
        movie.file.path
        for movie in library.movies
        if movie.file is not None and movie.folder_seen and is_under(movie.folder_seen, folder)
    )
