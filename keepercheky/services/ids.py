"""Ids on their way into a request that changes something: whole numbers above 0, or nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable


def row_id(value: int, what: str) -> int:
    """`what` names it in the error: "movie", "episode file"."""
    if type(value) is not int or value <= 0:
        raise ValueError(f"not the id of a {what}: {value!r}")
    return value


def row_ids(values: Iterable[int], what: str) -> list[int]:
    """Each once, in their order; at least one."""
    ids = list(dict.fromkeys(row_id(value, what) for value in values))
    if not ids:
        raise ValueError(f"no {what} at all")
    return ids
