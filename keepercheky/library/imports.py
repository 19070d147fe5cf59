"""Since when is this file here? The *arr's history knows better than the file's own date.

An upgrade replaces the file and resets its date, but the household has had the film since its first import: an
upgrade does not make it young. A deletion that was no upgrade does: what came after it is a new arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from keepercheky.library.said import EventSaid
from keepercheky.media import Fact, Unknown

AHEAD = timedelta(days=1)  # a date further ahead than this is a broken clock, not a zone
NO_YEAR = 1  # the year that stands for "no date"


def arrivals(history: Iterable[EventSaid], now: datetime) -> dict[int, Fact[datetime]]:
    """By item id: the oldest import at or after the last deletion that was no upgrade.

    Items whose last word is such a deletion, or of which no import is told, are left out: the file's own date
    speaks then. A date over a day ahead is unknown, and nothing stands in for it.
    """
    imported: dict[int, datetime] = {}
    ahead: set[int] = set()
    for event in sorted(history, key=lambda row: (row.at, row.imported)):
        if event.at > now + AHEAD:
            ahead.add(event.item_id)
        elif event.imported:
            if event.at.year > NO_YEAR:
                imported.setdefault(event.item_id, event.at)
        elif not event.upgrade:
            imported.pop(event.item_id, None)
    facts: dict[int, Fact[datetime]] = dict(imported)
    for item in ahead:
        facts[item] = Unknown("date_ahead", at_least=imported.get(item))
    return facts


def imported_at(
    item_id: int, added_at: datetime | None, known: Mapping[int, Fact[datetime]], now: datetime
) -> Fact[datetime]:
    """When an item's file arrived: by history, else by the file's own date."""
    fact = known.get(item_id, added_at)
    if fact is None or isinstance(fact, Unknown):
        return fact or Unknown("no_import_date")
    if fact.year <= NO_YEAR:
        return Unknown("no_import_date")
    return Unknown("date_ahead") if fact > now + AHEAD else fact
