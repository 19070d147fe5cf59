"""Paths of other machines: compared on segment borders, never guessed.

Every service sees its own container paths. A map (`path_map`, its view → ours) is the owner's word; without one
two services' paths are compared as they stand. Slashes and Unicode are normalised first (FACTS §11).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping


def normal(path: str) -> str:
    """Forward slashes, no trailing one, composed Unicode. The root stays `/`."""
    text = unicodedata.normalize("NFC", path).replace("\\", "/")
    while "//" in text:
        text = text.replace("//", "/")
    return text.rstrip("/") or ("/" if text else "")


def is_under(path: str, prefix: str) -> bool:
    """Whether a normal path equals the normal prefix or lies below it: `/tv` is no prefix of `/tv2`."""
    return (
        prefix in (path, "/") or (path.startswith(prefix) and path[len(prefix):len(prefix) + 1] == "/")
    )


def mapped(path: str, path_map: Mapping[str, str]) -> str | None:
    """Our view of a service's path by the longest entry that holds it; None when no entry does."""
    text = normal(path)
    for theirs in sorted(path_map, key=len, reverse=True):
        prefix = normal(theirs)
        if is_under(text, prefix):
            rest = text if prefix == "/" else text[len(prefix) :]
            return normal(path_map[theirs]) + ("" if rest == "/" else rest)
    return None


def longest_prefix(path: str, prefixes: Iterable[str]) -> str | None:
    """Of the given prefixes, as given, the longest that holds the path."""
    text = normal(path)
    held = [prefix for prefix in prefixes if is_under(text, normal(prefix))]
    return max(held, key=lambda prefix: len(normal(prefix)), default=None)
