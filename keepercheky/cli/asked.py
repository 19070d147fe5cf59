"""What people ask about, as they typed it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from keepercheky.errors import UsageError

LONGEST: Final = 500  # characters the application takes


def query_of(words: Iterable[str]) -> str:
    """The words of a QUERY as one text. UsageError when there is nothing in them, or far too much."""
    query = " ".join(" ".join(words).split())
    if not query:
        raise UsageError("QUERY is empty", "Write a name, a part of it, or an id such as movie:tmdb:949")
    return short(query, "QUERY")


def short(text: str, name: str) -> str:
    """The text, unless it is longer than anybody can mean."""
    if len(text) > LONGEST:
        raise UsageError(f"{name} has {len(text):,} characters", f"Write {LONGEST} at most")
    return text
