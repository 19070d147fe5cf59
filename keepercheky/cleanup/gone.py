"""Is it gone? The *arr answer before they delete: the row first, the files later. So we look, and look again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import anyio

from keepercheky.cleanup.look import count_present
from keepercheky.errors import ServiceError
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import Body

PATIENCE_SECONDS: Final = 600.0
FIRST_PAUSE_SECONDS: Final = 0.25
LONGEST_PAUSE_SECONDS: Final = 15.0

Sleep = Callable[[float], Awaitable[None]]


async def is_gone(arr: Radarr | Sonarr, body: Body) -> bool:
    """Whether a title is gone: from the *arr's list, from its folders, and, where we see the disk, from there.

    Raises ServiceError when the *arr cannot say.
    """
    if isinstance(arr, Radarr):
        entry = await arr.movie(body.arr_id)
        there = entry is not None and (not body.keep_entry or entry.file is not None)
        folder_goes = entry is None
    elif body.kind == "show":
        series = await arr.series(body.arr_id)
        there = series is not None and (not body.keep_entry or series.episode_files != 0)
        folder_goes = series is None
    else:
        series = await arr.series(body.arr_id)
        left = {file.id for file in (await arr.detail(body.arr_id)).files} if series is not None else set()
        there, folder_goes = bool(left & set(body.files)), False
    if there:
        return False
    if folder_goes and _same(body.folder) in {_same(path) for path in await arr.unmapped_folders()}:
        return False
    return not body.seen or await count_present(body.seen) == 0


async def wait_until_gone(
    arr: Radarr | Sonarr, body: Body, sleep: Sleep = anyio.sleep, *, once: bool = False
) -> bool:
    """Look until it is gone, for at most ten minutes (`once`: one look). An *arr that does not answer is asked again."""
    waited, pause = 0.0, FIRST_PAUSE_SECONDS
    while True:
        try:
            if await is_gone(arr, body):
                return True
        except ServiceError:
            pass
        if once or waited >= PATIENCE_SECONDS:
            return False
        await sleep(pause)
        waited += pause
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _same(path: str) -> str:
    return path.rstrip("/\\")
