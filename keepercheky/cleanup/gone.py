"""Is it gone? The *arr answer before they delete: the row first, the files later. So we look, and look again.

What is missing proves nothing where the disk itself is missing: somewhere near it a thing that stays must be there.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Final

import anyio

from keepercheky.cleanup.house import House
from keepercheky.clock import Clock
from keepercheky.errors import ServiceError
from keepercheky.media import Unknown
from keepercheky.paths import normal
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.storage.patience import patiently
from keepercheky.store import Body

PATIENCE_SECONDS: Final = 600.0
FIRST_PAUSE_SECONDS: Final = 0.25
LONGEST_PAUSE_SECONDS: Final = 15.0

Sleep = Callable[[float], Awaitable[None]]


class Found(Enum):
    """What a look at a title says."""

    THERE = "there"  # the *arr lists it, with what was to go
    PARTLY = "partly"  # the *arr does not list it, its files are there, or nobody can see that they are not
    GONE = "gone"


def arr_of(house: House, body: Body) -> Radarr | Sonarr | None:
    """The instance that owns a title; None when it is not among the services, or is another product now."""
    kind = "radarr" if body.kind == "movie" else "sonarr"
    for service in house.services:
        if service.name == body.service and service.kind == kind and isinstance(service, Radarr | Sonarr):
            return service
    return None


async def look(arr: Radarr | Sonarr, body: Body) -> Found:
    """Whether a title is gone: from the *arr's list, from its folders, and, where we see the disk, from there.

    Raises ServiceError when the *arr cannot say.
    """
    there, listed = await (_movie(arr, body) if isinstance(arr, Radarr) else _show(arr, body))
    if there:
        return Found.THERE
    if not listed and normal(body.folder) in {normal(path) for path in await arr.unmapped_folders()}:
        return Found.PARTLY
    return Found.GONE if await _gone_from_disk(body, listed=listed) else Found.PARTLY


async def _movie(radarr: Radarr, body: Body) -> tuple[bool, bool]:
    """Whether there is anything left of it, and whether it is listed at all. A row id alone is no proof: ask by number too."""
    entry = await radarr.movie(body.arr_id)
    if entry is None or entry.tmdb_id != body.tmdb:
        again = await radarr.movie_by_tmdb(body.tmdb) if body.tmdb else None
        return again is not None and again.file is not None, False
    if body.keep_entry:
        return entry.file is not None and entry.file.id in body.files, True
    return entry.file is not None, True


async def _show(sonarr: Sonarr, body: Body) -> tuple[bool, bool]:
    series = await sonarr.series(body.arr_id)
    if series is None or series.tvdb_id != body.tvdb:
        again = await sonarr.series_by_tvdb(body.tvdb) if body.tvdb else None
        return again is not None and again.episode_files != 0, False
    if body.kind == "show" and not body.keep_entry:
        return series.episode_files != 0 or not body.files, True
    left = {file.id for file in (await sonarr.detail(body.arr_id)).files}
    return bool(left & set(body.files)), True


async def _gone_from_disk(body: Body, *, listed: bool) -> bool:
    """Nothing to be seen, on a disk that is there. Where we see no disk, the *arr's word is all there is."""
    paths = body.seen_files if listed else body.seen
    if not paths:
        return True
    answer = await patiently(
        ("gone", paths, body.seen_root, body.witnesses),
        lambda: _all_missing(paths, body.seen_root, body.witnesses),
        source="",
    )
    return answer is True


def _all_missing(paths: tuple[str, ...], root: str, witnesses: tuple[str, ...]) -> bool:
    """Raises OSError when the disk cannot say."""
    if any(_is_there(path) for path in paths):
        return False
    if root:
        os.scandir(root).close()  # an error where the root itself is missing
    return not witnesses or any(_is_there(path) for path in witnesses)


def _is_there(path: str) -> bool:
    """Not `lexists`: a disk that fails or forbids has not said that it is missing."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


async def look_until_gone(
    arr: Radarr | Sonarr, body: Body, clock: Clock, sleep: Sleep = anyio.sleep, *, once: bool = False
) -> Found | Unknown:
    """The last of many looks within ten minutes (`once`: one look). An *arr that does not answer is asked again."""
    until, pause = clock.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS
    while True:
        try:
            found: Found | Unknown = await look(arr, body)
        except ServiceError as error:
            found = Unknown("not_read", error.service)
        if found is Found.GONE or once or clock.monotonic() >= until:
            return found
        await sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
