"""Paths as other programs write them, and as we see them.

Compared by whole segments, after slashes, `.` and `..` are put in order and letters are composed (NFC); on Windows
without case. What is handed back keeps the letters it came with: the disk is asked by them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, NamedTuple

_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")
_SLASHES: Final = re.compile(r"[\\/]+")


class _Path(NamedTuple):
    root: str  # "/", "c:" or "\\\\"
    parts: tuple[str, ...]
    compared: tuple[str, ...]


def map_path(path: str, path_map: Mapping[str, str]) -> str | None:
    """The path as we see it, by the longest prefix that holds it; without one as it is.

    None: it cannot be a path of ours (a relative one, or one of Windows that no prefix holds).
    """
    theirs = _parsed(path)
    if theirs is None:
        return None
    prefixes = [
        (prefix, ours)
        for key, ours in path_map.items()
        if (prefix := _parsed(key)) and _holds(prefix, theirs)
    ]
    if prefixes:
        prefix, ours = max(prefixes, key=lambda pair: len(pair[0].parts))
        return _joined(ours, theirs.parts[len(prefix.parts) :])
    return _joined("/", theirs.parts) if theirs.root == "/" else None


def is_under(path: str, prefix: str) -> bool:
    """Whether a path is that folder, or in it. Relative paths are under nothing."""
    inner, outer = _parsed(path), _parsed(prefix)
    return inner is not None and outer is not None and _holds(outer, inner)


def _holds(outer: _Path, inner: _Path) -> bool:
    return outer.root == inner.root and inner.compared[: len(outer.compared)] == outer.compared


def _parsed(path: str) -> _Path | None:
    if path.startswith("/"):
        root, parts = "/", path.split("/")
    elif _DRIVE.match(path):
        root, parts = path[:2].lower(), _SLASHES.split(path[2:])
    elif path.startswith("\\\\"):
        root, parts = "\\\\", _SLASHES.split(path)
    else:
        return None
    kept: list[str] = []
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    composed = tuple(unicodedata.normalize("NFC", part) for part in kept)
    return _Path(root, tuple(kept), composed if root == "/" else tuple(part.casefold() for part in composed))


def _joined(folder: str, parts: tuple[str, ...]) -> str:
    return "/".join([folder.rstrip("/"), *parts]) or "/"
