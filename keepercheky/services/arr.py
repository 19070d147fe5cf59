"""What Radarr and Sonarr have in common (API v3): who they are, their folders, tags, bins, history and queue.

Facts used: null members are left out, times are UTC in whole seconds, paged lists take pages of any size, a page
beyond the end of the queue is the last page again, the missing direction of a sort is descending everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar

import msgspec

from keepercheky.errors import NotFound, ServiceError, WrongProduct
from keepercheky.library.said import (
    DiskSaid,
    EventSaid,
    HealthSaid,
    QueueSaid,
    RecycleBinSaid,
    RootFolderSaid,
)
from keepercheky.services import faults
from keepercheky.services.http import Wire
from keepercheky.services.identity import Identity
from keepercheky.services.pages import Page, walk
from keepercheky.services.times import instant
from keepercheky.services.together import Answer, Ask

API: Final = "/api/v3"
PAGE_SIZE: Final = 1000  # no upper limit there; fewer requests here

IMPORTED: Final = "downloadFolderImported"
DELETED: Final = frozenset({"movieFileDeleted", "episodeFileDeleted"})
UPGRADE: Final = "upgrade"


class _Wire(msgspec.Struct, rename="camel", gc=False):
    """What every shape on this wire has in common: camel case."""


class _Status(_Wire):
    app_name: str = ""
    version: str = ""


class _Health(_Wire):
    source: str = ""
    type: str = ""
    message: str = ""


class _RootFolder(_Wire):
    path: str
    accessible: bool = False
    free_space: int | None = None


class _Disk(_Wire):
    path: str
    free_space: int
    total_space: int


class _Tag(_Wire):
    id: int
    label: str


class _MediaManagement(_Wire):
    recycle_bin: str | None = None
    recycle_bin_cleanup_days: int = 0


class _EventData(_Wire):
    reason: str | None = None


class EventOnWire(_Wire):
    id: int
    date: datetime
    event_type: str
    movie_id: int = 0
    series_id: int = 0
    episode_id: int = 0
    download_id: str | None = None
    data: _EventData | None = None


class _HistoryPage(_Wire):
    total_records: int
    records: list[EventOnWire]


class QueuedOnWire(_Wire):
    id: int
    movie_id: int | None = None
    series_id: int | None = None
    season_number: int | None = None
    episode_id: int | None = None


class _QueuePage(_Wire):
    total_records: int
    records: list[QueuedOnWire]


class HasId(Protocol):
    @property
    def id(self) -> int: ...


Numbered = TypeVar("Numbered", bound=HasId)


@dataclass(frozen=True, slots=True)
class Around:
    """Everything beside the list of titles, on its way."""

    health: Answer[tuple[HealthSaid, ...]]
    root_folders: Answer[tuple[RootFolderSaid, ...]]
    disks: Answer[tuple[DiskSaid, ...] | None]
    labels: Answer[dict[int, str]]
    history: Answer[tuple[EventSaid, ...]]
    queue: Answer[tuple[QueueSaid, ...]]
    recycle_bin: Answer[RecycleBinSaid | None]


def ask_around(ask: Ask, wire: Wire, event_types: Sequence[int]) -> Around:
    """`event_types`: the numbers of "imported" and "file deleted", which differ between the two."""
    return Around(
        health=ask(health, wire),
        root_folders=ask(root_folders, wire),
        disks=ask(disks, wire),
        labels=ask(labels, wire),
        history=ask(history, wire, event_types),
        queue=ask(queue, wire),
        recycle_bin=ask(recycle_bin, wire),
    )


async def identify(wire: Wire, product: str) -> Identity:
    """Who answers; `WrongProduct` when it is not `product`."""
    remedy = f"Set {faults.url_of(wire.name)} to the address of {product}"
    try:
        status = await wire.get(f"{API}/system/status", _Status)
    except NotFound:
        raise WrongProduct(wire.name, f"is not {product}: it has no /system/status", remedy) from None
    if status.app_name != product:
        said = status.app_name or "something that does not say its name"
        raise WrongProduct(wire.name, f"is {said}, not {product}", remedy)
    return Identity(status.app_name, status.version)


async def health(wire: Wire) -> tuple[HealthSaid, ...]:
    rows = await wire.get(f"{API}/health", list[_Health])
    return tuple(HealthSaid(row.source, row.type, row.message) for row in rows)


async def root_folders(wire: Wire) -> tuple[RootFolderSaid, ...]:
    rows = await wire.get(f"{API}/rootfolder", list[_RootFolder])
    return tuple(RootFolderSaid(row.path, row.accessible, row.free_space) for row in rows)


async def disks(wire: Wire) -> tuple[DiskSaid, ...] | None:
    """None when not told: free space is then unknown, which is judged where it matters."""
    try:
        rows = await wire.get(f"{API}/diskspace", list[_Disk])
    except ServiceError:
        return None
    return tuple(DiskSaid(row.path, row.free_space, row.total_space) for row in rows)


async def labels(wire: Wire) -> dict[int, str]:
    return {row.id: row.label for row in await wire.get(f"{API}/tag", list[_Tag])}


async def recycle_bin(wire: Wire) -> RecycleBinSaid | None:
    """None when not told: counts as a bin that is never emptied."""
    try:
        config = await wire.get(f"{API}/config/mediamanagement", _MediaManagement)
    except ServiceError:
        return None
    return RecycleBinSaid(config.recycle_bin or "", config.recycle_bin_cleanup_days)


async def history(wire: Wire, event_types: Sequence[int]) -> tuple[EventSaid, ...]:
    """Every import and deletion that the history still holds, oldest first."""

    async def page_at(number: int) -> Page[EventOnWire]:
        page = await wire.get(
            f"{API}/history",
            _HistoryPage,
            [*_page(number, "date"), *(("eventType", number) for number in event_types)],
        )
        return Page([(row.id, row) for row in page.records], page.total_records)

    events = (_event(row) for row in await walk(wire.name, "history records", page_at))
    return tuple(event for event in events if event is not None)


async def queue(wire: Wire) -> tuple[QueueSaid, ...]:
    """What is on its way for titles this *arr knows."""

    async def page_at(number: int) -> Page[QueuedOnWire]:
        page = await wire.get(f"{API}/queue", _QueuePage, _page(number, "title"))
        return Page([(row.id, row) for row in page.records], page.total_records)

    rows = await walk(wire.name, "queue records", page_at)
    return tuple(
        QueueSaid(row.movie_id or None, row.series_id or None, row.season_number, row.episode_id or None)
        for row in rows
    )


def numbered(wire: Wire, what: str, rows: list[Numbered]) -> tuple[Numbered, ...]:
    """The rows, each with an id of its own; a list where ids repeat or lack is not believed."""
    if any(row.id <= 0 for row in rows):
        raise faults.unexpected(wire.name, f"{what} without an id")
    if len({row.id for row in rows}) != len(rows):
        raise faults.unexpected(wire.name, f"two {what} with the same id")
    return tuple(rows)


def _page(number: int, sort_key: str) -> list[tuple[str, str | int]]:
    return [
        ("page", number + 1),
        ("pageSize", PAGE_SIZE),
        ("sortKey", sort_key),
        ("sortDirection", "ascending"),
    ]


def _event(row: EventOnWire) -> EventSaid | None:
    """None for events that tell of no file coming or going."""
    at = instant(row.date)
    imported = row.event_type == IMPORTED
    if at is None or not (imported or row.event_type in DELETED):
        return None
    return EventSaid(
        item_id=row.movie_id or row.episode_id,
        series_id=row.series_id,
        at=at,
        imported=imported,
        upgrade=not imported and row.data is not None and (row.data.reason or "").lower() == UPGRADE,
        download_id=row.download_id or None,
    )
