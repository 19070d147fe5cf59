"""Walk a paged list to its end, and believe it only when it is whole.

Pages shift while rows come and go: a row may be met twice, or slip through. So rows are told apart by id, and what
was read must be what the service says there is, the same on every page: while one row goes, another slips from the
next page into one already read. One walk that does not add up is walked again; two are an error.
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
        if total is not None and (len(rows) == total or (len(rows) > total and not exact)):
            return list(rows.values())
    if total is None:
        raise faults.moved_meanwhile(service, f"{what} came or went, twice")
    raise faults.unexpected(service, f"{len(rows)} of {total} {what}")


async def _once(page_at: Callable[[int], Awaitable[Page[Row]]]) -> tuple[dict[str | int, Row], int | None]:
    """Rows, and how many there are; None as soon as a page says another number than the first one."""
    page = await page_at(0)
    total = page.total or 0
    rows = dict(page.rows)
    met, number = len(page.rows), 1
    while page.rows and met < total:
        page = await page_at(number)
        if page.total not in (None, total):
            return rows, None
        rows.update(page.rows)
        met += len(page.rows)
        number += 1
    return rows, total
