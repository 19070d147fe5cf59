"""Paths of other machines: compared on segment borders, never guessed.

Every service sees its own container paths. A map (`path_map`, its view → ours) is the owner's word; without one
two services' paths are compared as they stand. Paths are compared in their normal form; what is handed back to be
asked of a disk keeps the letters it came with, since a disk knows a name by its exact letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeAlias

PathMap: TypeAlias = tuple[tuple[str, str], ...]  # (normal prefix of theirs, ours), the longest first


def tidy(path: str) -> str:
    """Forward slashes, single ones, no trailing one; the letters stay. The root stays `/`.

    In a path that begins with `/` a backslash is a letter like others.
    """
    text = path if path.startswith("/") else path.replace("\\", "/")
    while "//" in text:
        text = text.replace("//", "/")
    return text.rstrip("/") or text[:1]


def normal(path: str) -> str:
    """The form in which paths are compared: tidy, composed Unicode, and without case where it is one of Windows."""
    if path.startswith("/") and path.isascii() and "//" not in path and not path.endswith("/"):
        return path  # as nearly all are
    text = tidy(path)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.casefold() if path.startswith("\\") or text[1:2] == ":" else text


def is_under(path: str, prefix: str) -> bool:
    """Whether a normal path equals the normal prefix or lies below it: `/tv` is no prefix of `/tv2`."""
    if not path.startswith(prefix) or not prefix:
        return False
    return prefix == "/" or path[len(prefix) : len(prefix) + 1] in ("", "/")


def prepared(path_map: Mapping[str, str]) -> PathMap:
    """A map in the form `through` takes."""
    entries = ((normal(theirs), ours) for theirs, ours in path_map.items())
    return tuple(sorted(entries, key=lambda entry: (-len(entry[0]), entry)))


def through(path: str, entries: PathMap) -> str | None:
    """Our view of a service's path by the longest entry that holds it; None when no entry does."""
    text = normal(path)
    for prefix, ours in entries:
        if is_under(text, prefix):
            rest = tidy(path).split("/")[len(prefix.rstrip("/").split("/")) :]
            return "/".join([tidy(ours).rstrip("/"), *(part for part in rest if part)]) or "/"
    return None


def mapped(path: str, path_map: Mapping[str, str]) -> str | None:
    """`through` for a map as the settings have it."""
    return through(path, prepared(path_map))


def longest_prefix(path: str, prefixes: Iterable[str]) -> str | None:
    """Of the given prefixes, as given, the longest that holds the path."""
    text = normal(path)
    held = [prefix for prefix in prefixes if is_under(text, normal(prefix))]
    return max(held, key=lambda prefix: len(normal(prefix)), default=None)
