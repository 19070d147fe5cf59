"""What lies on a disk we can see: files with their links, and the videos of a folder. Links are never followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

import msgspec

from keepercheky.media import Fact, Unknown
from keepercheky.storage.extras import is_extra, is_extras_folder
from keepercheky.storage.patience import LIMIT_SECONDS, patiently, why

BATCH: Final = 10_000  # files one thread looks at within the time limit
MOST_ENTRIES: Final = 20_000  # in a folder and all below: more is no movie's folder
LARGE_BYTES: Final = 50_000_000  # a smaller video is a sample or a trailer

VIDEO_SUFFIXES: Final = (
    *(
        ".3gp",
        ".asf",
        ".avi",
        ".divx",
        ".dv",
        ".dvr-ms",
        ".f4v",
        ".flv",
        ".img",
        ".iso",
        ".m2ts",
        ".m2v",
        ".m4v",
    ),
    *(
        ".mk3d",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpe",
        ".mpeg",
        ".mpg",
        ".mts",
        ".mxf",
        ".ogm",
        ".ogv",
        ".rec",
        ".rm",
    ),
    *(".rmvb", ".tp", ".trp", ".ts", ".vob", ".webm", ".wmv", ".wtv", ".xvid"),
)


class FileProbe(msgspec.Struct, frozen=True):
    """What the disk says of a path. A symbolic link is told as itself: its own size, its own one link."""

    exists: bool
    links: int = 0
    device: int = 0
    inode: int = 0
    size_bytes: int = 0


ABSENT: Final = FileProbe(exists=False)


async def probe_files(
    paths: Iterable[str], *, source: str = "", limit_seconds: float = LIMIT_SECONDS
) -> dict[str, Fact[FileProbe]]:
    """Every path with what the disk says, or why that is not known. The time limit is for each 10,000 of them."""
    asked = list(dict.fromkeys(paths))
    found: dict[str, Fact[FileProbe]] = {}
    for start in range(0, len(asked), BATCH):
        batch = tuple(asked[start : start + BATCH])
        answer = await patiently(
            ("files", batch),
            partial(_probe, batch, source),
            source=source,
            limit_seconds=limit_seconds,
        )
        found |= dict.fromkeys(batch, answer) if isinstance(answer, Unknown) else answer
    return found


async def list_videos(folder: str, *, limit_seconds: float = LIMIT_SECONDS) -> Fact[list[tuple[str, int]]]:
    """Videos over 50 MB in a folder and below it, extras left out: path and size, ordered by path.

    Unknown when any part of it cannot be read, or when it holds too much to be a title's folder (`too_many`).
    """
    return await patiently(
        ("videos", folder), lambda: _videos(folder), source=folder, limit_seconds=limit_seconds
    )


def _probe(paths: Sequence[str], source: str) -> dict[str, Fact[FileProbe]]:
    return {path: _probe_one(path, source) for path in paths}


def _probe_one(path: str, source: str) -> Fact[FileProbe]:
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except (OSError, ValueError) as error:
        return Unknown(why(error), source)
    if stat.S_ISDIR(found.st_mode):
        return ABSENT
    return FileProbe(
        exists=True,
        links=found.st_nlink,
        device=found.st_dev,
        inode=found.st_ino,
        size_bytes=found.st_size,
    )


def _videos(folder: str) -> Fact[list[tuple[str, int]]]:
    videos = []
    for seen, entry in enumerate(_below(folder), start=1):
        if seen > MOST_ENTRIES:
            return Unknown("too_many", folder)
        if entry.is_file(follow_symlinks=False) and _is_video(entry.name):
            size_bytes = entry.stat(follow_symlinks=False).st_size
            if size_bytes > LARGE_BYTES:
                videos.append((entry.path, size_bytes))
    return sorted(videos)


def _below(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry
            if entry.is_dir(follow_symlinks=False) and not is_extras_folder(entry.name):
                yield from _below(entry.path)


def _is_video(name: str) -> bool:
    return name.lower().endswith(VIDEO_SUFFIXES) and not is_extra(name)
