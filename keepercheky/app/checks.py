"""`keepercheky check`: is everything as it should be, and if not, how is it mended? Reads only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from difflib import get_close_matches
from typing import Any, Literal

import anyio

from keepercheky.cleanup.house import House
from keepercheky.cleanup.look import count_present, look_at_spaces
from keepercheky.errors import ServiceError
from keepercheky.library.places import Places
from keepercheky.library.said import ArrSaid
from keepercheky.library.seen import Seen
from keepercheky.media import Unknown
from keepercheky.paths import is_under, mapped, normal
from keepercheky.policy.space import as_disks, wanted_free
from keepercheky.services.catalog import Service
from keepercheky.services.snapshot import Snapshot, take

Level = Literal["ok", "warning", "failed"]
Row = dict[str, Any]
SAMPLE = 20


def row(what: str, level: Level, says: str, remedy: str = "") -> Row:
    """One line of the answer; `what` is the settings key it is about."""
    return {"what": what, "level": level, "says": says, "remedy": remedy}


async def check_everything(house: House) -> list[Row]:
    """Services first (reachable, right product, key, version), then what needs their answers."""
    identified = await _identify(house)
    rows = [line for _, line in identified]
    sound = [service for service, line in identified if line["level"] == "ok"]
    snapshot = await take(sound, house.clock)
    rows += [
        row(f"services.{name}", "failed", error.message, error.remedy)
        for name, error in snapshot.gaps.items()
    ]
    seen = Seen(spaces=await look_at_spaces(house.rules.storages))
    places = Places(snapshot.said.arrs, house.setting, seen)
    rows += _storages(house, seen)
    rows += _told_storages(house, places)
    rows += _levels(house, places)
    rows += [line async for line in _path_maps(house, snapshot)]
    for arr in snapshot.said.arrs:
        rows += _root_folders(arr, places)
        rows += _recycle_bin(arr)
    rows += _names(house, snapshot)
    rows += _tags(house, snapshot)
    if not house.rules.has("seerr"):
        rows.append(row("services", "warning", "No Seerr: what people asked for protects nothing"))
    return rows


async def _identify(house: House) -> list[tuple[Service, Row]]:
    found: dict[str, Row] = {}

    async def ask(service: Service) -> None:
        try:
            identity = await service.identify()
        except ServiceError as error:
            found[service.name] = row(f"services.{service.name}", "failed", error.message, error.remedy)
        else:
            found[service.name] = row(
                f"services.{service.name}", "ok", f"{identity.product} {identity.version}"
            )

    async with anyio.create_task_group() as group:
        for service in house.services:
            group.start_soon(ask, service)
    return [(service, found[service.name]) for service in house.services]


def _storages(house: House, seen: Seen) -> Iterator[Row]:
    """Storages with a path, as we see them."""
    for rule in house.rules.storages:
        what = f"storage.{rule.name}"
        if rule.path is None:
            continue
        space = seen.spaces[rule.name]
        if isinstance(space, Unknown):
            yield row(
                what, "failed", f"{rule.path} cannot be read ({space.why})", f"Mount it, or mend {what}.path"
            )
        else:
            share = space.free_bytes / space.total_bytes if space.total_bytes else 0
            yield row(what, "ok", f"{share:.0%} of {space.total_bytes / 1e12:.2f} TB free at {rule.path}")


def _told_storages(house: House, places: Places) -> Iterator[Row]:
    """Disks of the storage without a path: what Radarr and Sonarr tell of them. Nothing when none of them answered."""
    shares = {
        rule.name: rule.keep_free is not None and rule.keep_free.share is not None
        for rule in house.rules.storages
    }
    for storage in places.storages.values():
        if storage.source == "path":
            continue
        what, told = f"storage.{storage.rule}", f"as {storage.source} tells, at {storage.path}"
        free, total = storage.free_bytes, storage.total_bytes
        if free is None:
            yield row(
                what,
                "warning",
                f"{storage.source} does not tell how much is free at {storage.path}",
                f"Look at that folder in {storage.source}, or give a storage its path as KeeperCheky sees it",
            )
        elif total is None and shares.get(storage.rule):
            yield row(
                what,
                "warning",
                f"{free / 1e12:.2f} TB free, {told}; of how much nobody knows, so a share means nothing",
                'Write keep_free as a size such as "2TB", or give a storage its path as KeeperCheky sees it',
            )
        else:
            share = f"{free / total:.0%} of {total / 1e12:.2f} TB" if total else f"{free / 1e12:.2f} TB"
            yield row(what, "ok", f"{share} free, {told}")


def _levels(house: House, places: Places) -> Iterator[Row]:
    """A level above `keep_free` where one is a share and the other a size: only a real disk shows it."""
    rules = {rule.name: rule for rule in house.rules.storages}
    for schedule in house.rules.schedules:
        ages = (rule for rule in (schedule.movies, schedule.shows, schedule.seasons) if rule is not None)
        levels = [level.below for rule in ages for level in rule.levels]
        if not (schedule.enabled and schedule.for_space and levels):
            continue
        for name, storage in as_disks(places.storages).items():
            wanted, total = wanted_free(storage, places.storages, rules), storage.total_bytes
            highest = max(levels, key=lambda level: level.of(total) or 0)
            if isinstance(wanted, int) and (highest.of(total) or 0) > wanted:
                yield row(
                    f"storage.{storage.rule}.keep_free",
                    "failed",
                    f"It is less than the level {highest.text} of {schedule.id} at {name}: its runs are stopped for safety",
                    f"Raise keep_free to {highest.text} or more, or lower the level",
                )


async def _path_maps(house: House, snapshot: Snapshot) -> AsyncIterator[Row]:
    """Is what the services list found where the maps say?"""
    for arr in snapshot.said.arrs:
        path_map = house.setting.path_maps.get(arr.name, {})
        folders = [movie.folder for movie in arr.movies if movie.file] + [
            one.folder for one in arr.series if one.episode_files
        ]
        for theirs, ours in path_map.items():
            known = [folder for folder in folders if is_under(normal(folder), normal(theirs))][:SAMPLE]
            there = await count_present(
                path for path in (mapped(folder, path_map) for folder in known) if path
            )
            what = f"services.{arr.name}.path_map"
            if known and there < len(known):
                level: Level = "warning" if there else "failed"
                remedy = f"Mend the remote path mapping {theirs} = {ours}"
                yield row(what, level, f"{there} of {len(known)} folders are found under {ours}", remedy)
            else:
                yield row(what, "ok", f"{theirs} is {ours} here: {there} of {len(known)} folders found")


def _root_folders(arr: ArrSaid, places: Places) -> Iterator[Row]:
    """Is every root folder there, and does a storage hold it?"""
    what = f"services.{arr.name}"
    for root in arr.root_folders:
        if not root.accessible:
            yield row(
                what,
                "failed",
                f"It cannot reach its root folder {root.path}: runs are stopped for safety",
                f"Mount it, or remove it in {arr.name}",
            )
        elif places.of(arr.name, root.path, root.path) is None:
            yield row(
                what,
                "warning",
                f"No storage holds its root folder {root.path}: how much is free there is not known",
                f"Add a storage with that path, a remote path mapping to one in {what}.path_map, "
                "or one storage without a path for all the rest",
            )


def _recycle_bin(arr: ArrSaid) -> Iterator[Row]:
    what = f"services.{arr.name}"
    bin_ = arr.recycle_bin
    if bin_ is None:
        yield row(what, "warning", "Its recycle bin setting could not be read: deletions count as kept in it")
    elif not bin_.path:
        yield row(
            what,
            "warning",
            "It has no recycle bin: its deletions are permanent",
            "Set one in its media management settings",
        )
    elif not bin_.cleanup_days:
        yield row(
            what,
            "warning",
            f"Its recycle bin {bin_.path} is never emptied: no space is freed",
            "Set its clean-up days",
        )
    else:
        yield row(what, "ok", f"Recycle bin {bin_.path}, emptied after {bin_.cleanup_days} days")


def _names(house: House, snapshot: Snapshot) -> Iterator[Row]:
    """Libraries, people and root folders that the settings name: a run is stopped for safety when one is not there."""
    keep, schedules = house.rules.keep, house.rules.schedules
    jellyfin = snapshot.said.jellyfin
    if jellyfin is not None:
        libraries = {library.name for library in jellyfin.libraries}
        yield from _absent("keep.libraries", keep.libraries, libraries, jellyfin.name, "library")
        for schedule in schedules:
            what = f"schedules.{schedule.id}.libraries"
            yield from _absent(what, schedule.libraries or (), libraries, jellyfin.name, "library")
        if not isinstance(keep.favorites, bool):
            users = {user.name for user in jellyfin.users}
            yield from _absent("keep.favorites", keep.favorites, users, jellyfin.name, "user")
    arrs = [service.name for service in house.services if service.kind in ("radarr", "sonarr")]
    if len(snapshot.said.arrs) == len(arrs):  # of half of them nothing is missing for sure
        roots = {normal(root.path) for arr in snapshot.said.arrs for root in arr.root_folders}
        owners = " or ".join(arrs)
        yield from _absent("keep.root_folders", map(normal, keep.root_folders), roots, owners, "root folder")
        for schedule in schedules:
            what = f"schedules.{schedule.id}.root_folders"
            yield from _absent(what, map(normal, schedule.root_folders or ()), roots, owners, "root folder")


def _absent(what: str, named: Iterable[str], there: set[str], owner: str, noun: str) -> Iterator[Row]:
    for name in sorted(set(named) - there):
        near = get_close_matches(name.casefold(), {one.casefold(): one for one in there}, n=1)
        meant = next((one for one in there if near and one.casefold() == near[0]), None)
        known = ", ".join(sorted(there)[:SAMPLE]) or "none"
        remedy = f"Did you mean {meant}?" if meant else f"Mend its name; there is {known}"
        yield row(what, "failed", f"{owner} has no {noun} {name}: runs are stopped for safety", remedy)


def _tags(house: House, snapshot: Snapshot) -> Iterator[Row]:
    labels = {label.lower() for arr in snapshot.said.arrs for label in arr.labels.values()}
    if not snapshot.said.arrs:
        return
    for tag in sorted(house.rules.keep.tags - labels):
        yield row(
            "keep.tags",
            "warning",
            f"No Radarr or Sonarr has the tag {tag}",
            "Make the tag there, or mend its name",
        )
    for schedule in house.rules.schedules:
        if schedule.tag is not None and schedule.tag not in labels:
            what = f"schedules.{schedule.id}.tag"
            yield row(
                what,
                "warning",
                f"No Radarr or Sonarr has the tag {schedule.tag}",
                "Make the tag there, or mend its name",
            )
