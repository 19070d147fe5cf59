"""`keepercheky check`: is everything as it should be, and if not, how is it mended? Reads only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

import anyio

from keepercheky.cleanup.house import House
from keepercheky.cleanup.look import count_present, look_at_spaces
from keepercheky.errors import ServiceError
from keepercheky.library.paths import is_under, mapped, normal
from keepercheky.library.said import ArrSaid
from keepercheky.media import Unknown
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
    rows += [row(f"services.{name}", "failed", str(error)) for name, error in snapshot.gaps.items()]
    rows += [line async for line in _storages(house)]
    rows += [line async for line in _path_maps(house, snapshot)]
    for arr in snapshot.said.arrs:
        rows += _recycle_bin(arr)
    rows += _tags(house, snapshot)
    if not house.rules.has("jellyfin"):
        rows.append(
            row("services", "warning", "No Jellyfin: what people watch, mark or play protects nothing")
        )
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


async def _storages(house: House) -> AsyncIterator[Row]:
    spaces = await look_at_spaces(house.rules.storages)
    for rule in house.rules.storages:
        what = f"storage.{rule.name}"
        if rule.path is None:
            yield row(what, "ok", "Radarr and Sonarr tell its free space")
            continue
        space = spaces[rule.name]
        if isinstance(space, Unknown):
            yield row(
                what, "failed", f"{rule.path} cannot be read ({space.why})", f"Mount it, or mend {what}.path"
            )
        else:
            share = space.free_bytes / space.total_bytes if space.total_bytes else 0
            yield row(what, "ok", f"{share:.0%} of {space.total_bytes / 1e12:.2f} TB free at {rule.path}")


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
