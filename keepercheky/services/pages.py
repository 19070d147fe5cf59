"""Walk a paged list to its end, and believe it only when it is whole.

Pages shift while rows come and go: a row may be met twice, or slip through. So rows are told apart by id, and what
was read must be what the service says there is. One walk that does not add up is walked again; two are an error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from keepercheky.services import faults

Row = TypeVar("Row")

WALKS = 2


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows by id, and how many the service says there are in all (None: this page does not say)."""

    rows: list[tuple[str | int, Row]]
    total: int | None


async def walk(
    service: str, what: str, page_at: Callable[[int], Awaitable[Page[Row]]], *, exact: bool = False
) -> list[Row]:
    """All rows. `page_at(n)` reads page n from 0. `exact`: more rows than the total are as wrong as fewer."""
    for _ in range(WALKS):
        rows, total = await _once(page_at)
        if len(rows) == total or (len(rows) > total and not exact):
            return list(rows.values())
    raise faults.unexpected(service, f"{len(rows)} of {total} {what}")


async def _once(page_at: Callable[[int], Awaitable[Page[Row]]]) -> tuple[dict[str | int, Row], int]:
    rows: dict[str | int, Row] = {}
    total, met, number = 0, 0, 0
    while True:
        page = await page_at(number)
        total = page.total if page.total is not None else total
        rows.update(page.rows)
        met += len(page.rows)
        number += 1
        if not page.rows or met >= total:
            return rows, total
