"""Instants from the wire: aware UTC, or None where a service has none (the year 1 stands for that)."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(written: datetime | None) -> datetime | None:
    if written is None or written.year <= 1:
        return None
    try:
        return written.replace(tzinfo=UTC) if written.tzinfo is None else written.astimezone(UTC)
    except OverflowError:  # the last hours of the year 9999
        return None
