"""What do we own, and what is known of it? Every service is asked at once, and its answer is all or nothing.

A service that could not be read completely is a gap, with the error that says why: its facts are unknown, not empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import anyio

from keepercheky.clock import Clock
from keepercheky.errors import ServiceError
from keepercheky.library.said import ArrSaid, JellyfinSaid, Said, SeerrSaid, ShowDetail
from keepercheky.services.catalog import Service
from keepercheky.services.sonarr import Sonarr

SHOWS_AT_ONCE: Final = 8  # each asks two things; the client itself lets four requests through


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that was said. `gaps`: by service, why it was not read. `clocks`: a service's clock minus ours."""

    said: Said
    gaps: Mapping[str, ServiceError]
    clocks: Mapping[str, timedelta]
    read_at: Mapping[str, datetime]
    taken_at: datetime  # when the first question was asked: nothing here is older


async def take(services: Sequence[Service], clock: Clock) -> Snapshot:
    """Read every service, side by side."""
    taken_at = clock.now()
    answers: dict[str, ArrSaid | JellyfinSaid | SeerrSaid] = {}
    gaps: dict[str, ServiceError] = {}
    clocks: dict[str, timedelta] = {}
    read_at: dict[str, datetime] = {}

    async def read(service: Service) -> None:
        try:
            answer = await service.read()
        except ServiceError as error:
            gaps[service.name] = error
            return
        answers[service.name] = answer
        read_at[service.name] = clock.now()
        if answer.date is not None:
            clocks[service.name] = answer.date - read_at[service.name]

    async with anyio.create_task_group() as group:
        for service in services:
            group.start_soon(read, service)
    said = [answers[service.name] for service in services if service.name in answers]
    return Snapshot(
        said=Said(
            arrs=tuple(answer for answer in said if isinstance(answer, ArrSaid)),
            jellyfin=next((answer for answer in said if isinstance(answer, JellyfinSaid)), None),
            seerr=next((answer for answer in said if isinstance(answer, SeerrSaid)), None),
        ),
        gaps=gaps,
        clocks=clocks,
        read_at=read_at,
        taken_at=taken_at,
    )


async def details(
    services: Sequence[Service], wanted: Iterable[tuple[str, int]]
) -> tuple[dict[tuple[str, int], ShowDetail], dict[str, ServiceError]]:
    """Episodes and files of the wanted shows (instance, series id), and the instances that failed at it."""
    sonarrs = {service.name: service for service in services if isinstance(service, Sonarr)}
    found: dict[tuple[str, int], ShowDetail] = {}
    gaps: dict[str, ServiceError] = {}
    limiter = anyio.CapacityLimiter(SHOWS_AT_ONCE)

    async def ask(name: str, series_id: int) -> None:
        async with limiter:
            if name in gaps:
                return  # it has failed: the run is refused anyway
            try:
                found[name, series_id] = await sonarrs[name].detail(series_id)
            except ServiceError as error:
                gaps[name] = error

    async with anyio.create_task_group() as group:
        for name, series_id in wanted:
            group.start_soon(ask, name, series_id)
    return found, gaps
