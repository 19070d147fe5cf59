"""Look at our own disks for a run: the storage module's answers in the library's words."""

from __future__ import annotations

import os
from collections.abc import Iterable

import anyio

from keepercheky.library.seen import FileSeen, SpaceSeen, VideoSeen
from keepercheky.media import Fact, Unknown
from keepercheky.policy.terms import StorageRule
from keepercheky.storage import FileProbe, list_videos, probe_files, read_space
from keepercheky.storage.patience import patiently


async def look_at_spaces(storages: Iterable[StorageRule]) -> dict[str, Fact[SpaceSeen]]:
    """Free space of every storage with a path, side by side, each within its time limit."""
    found: dict[str, Fact[SpaceSeen]] = {}

    async def read(name: str, path: str) -> None:
        space = await read_space(path)
        found[name] = (
            space
            if isinstance(space, Unknown)
            else SpaceSeen(space.free_bytes, space.total_bytes, space.device)
        )

    async with anyio.create_task_group() as group:
        for rule in storages:
            if rule.path is not None:
                group.start_soon(read, rule.name, rule.path)
    return found


async def look_at_files(paths: list[str]) -> dict[str, Fact[FileSeen]]:
    """Links of files at their mapped paths; a file that is not there is unknown, and says so."""
    return {path: _file(path, probe) for path, probe in (await probe_files(paths)).items()}


async def look_into_folders(folders: list[str]) -> dict[str, Fact[tuple[VideoSeen, ...]]]:
    """Large videos in each folder, extras left out. After a folder that did not answer in time no other is tried."""
    found: dict[str, Fact[tuple[VideoSeen, ...]]] = {}
    hangs = Unknown("timed_out")
    videos: Fact[list[tuple[str, int]]] = []
    for folder in folders:
        if not (isinstance(videos, Unknown) and videos.why == hangs.why):
            videos = await list_videos(folder)
        found[folder] = (
            Unknown("not_readable", folder)
            if isinstance(videos, Unknown)
            else tuple(VideoSeen(path, size_bytes) for path, size_bytes in videos)
        )
    return found


async def count_present(paths: Iterable[str]) -> int:
    """How many of these files or folders are there; none when the disk does not answer in time."""
    asked = tuple(paths)
    there = await patiently(
        ("present", asked), lambda: sum(os.path.lexists(path) for path in asked), source=""
    )
    return 0 if isinstance(there, Unknown) else there


def _file(path: str, probe: Fact[FileProbe]) -> Fact[FileSeen]:
    if isinstance(probe, Unknown):
        return Unknown("not_readable", path)
    return FileSeen(probe.links) if probe.exists else Unknown("not_there", path)
