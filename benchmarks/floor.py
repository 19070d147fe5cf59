"""A child: the requests of a run, fetched and decoded with msgspec, and nothing else. What no program can go below.

It asks with the same HTTP client, as many requests at once, and decodes into the same shapes.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final
from urllib.parse import parse_qs

import anyio
import httpx
import msgspec

from benchmarks.children import questions, tell
from benchmarks.dry_run import cpu_seconds
from keepercheky.services import jellyfin
from keepercheky.services.arr import EventOnWire, QueuedOnWire
from keepercheky.services.jellyfin_wire import ItemPage, SeenPage
from keepercheky.services.radarr_wire import MovieOnWire
from keepercheky.services.seerr_wire import RequestPage
from keepercheky.services.sonarr_wire import EpisodeFileOnWire, EpisodeOnWire, SeriesOnWire

AT_ONCE: Final = 4


class History(msgspec.Struct, rename="camel"):
    records: list[EventOnWire]


class Queue(msgspec.Struct, rename="camel"):
    records: list[QueuedOnWire]


SHAPES: Final[dict[str, Any]] = {
    "/api/v3/movie": list[MovieOnWire],
    "/api/v3/series": list[SeriesOnWire],
    "/api/v3/episode": list[EpisodeOnWire],
    "/api/v3/episodefile": list[EpisodeFileOnWire],
    "/api/v3/history": History,
    "/api/v3/queue": Queue,
    "/api/v1/request": RequestPage,
}


def shape_of(path: str, query: str) -> Any:
    if path == "/Items":
        asked = parse_qs(query)
        return SeenPage if "userId" in asked and "parentId" not in asked else ItemPage
    return SHAPES.get(path, Any)


async def fetch(clients: dict[str, httpx.AsyncClient], requests: list[list[str]]) -> int:
    """Bytes of all bodies."""
    total = 0

    async def some(waiting: Iterable[list[str]], client: httpx.AsyncClient) -> None:
        nonlocal total
        for _, path, query in waiting:
            response = await client.get(path, params=query or None)
            response.raise_for_status()
            total += len(response.content)
            msgspec.json.decode(response.content, type=shape_of(path, query))

    async with anyio.create_task_group() as group:
        for name, client in clients.items():
            waiting = iter([row for row in requests if row[0] == name])
            for _ in range(AT_ONCE):
                group.start_soon(some, waiting, client)
    return total


@asynccontextmanager
async def opened(services: dict[str, dict[str, str]]) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A client for each service, as a run also finds them open."""
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=one["url"], headers=headers_of(one), timeout=120, trust_env=False, verify=False
                )
            )
            for name, one in services.items()
        }


def headers_of(service: dict[str, str]) -> dict[str, str]:
    key = service["key"]
    named = jellyfin.headers(key) if service["kind"] == "jellyfin" else {"X-Api-Key": key}
    return {**named, "Accept-Encoding": "gzip"}


async def main() -> None:
    async for asked in questions():
        async with opened(asked["services"]) as clients:
            cpu, wall = cpu_seconds(), time.perf_counter()
            total = await fetch(clients, asked["requests"])
            spent = {"cpu_seconds": cpu_seconds() - cpu, "wall_seconds": time.perf_counter() - wall}
        tell({**spent, "bytes": total})


if __name__ == "__main__":
    anyio.run(main)
