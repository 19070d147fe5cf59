"""A child: the program over a settings file. Says when it is open, makes one plan when told to, says what that cost.

With `--pages` its web pages are served from the same event loop, as the daemon does.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio
import anyio.to_thread
import uvicorn

from benchmarks.children import questions, tell
from benchmarks.pretend_home import NOW
from benchmarks.processes import mebibytes
from keepercheky import logs
from keepercheky.app import App, open_app
from keepercheky.settings import load

T = TypeVar("T")

TICK_SECONDS: Final = 0.005
SCHEDULE: Final = "old_media"  # the one of the demo that covers most titles
TOLD_BY_LISTS: Final = frozenset({"tags", "libraries", "root_folders", "by_hand", "favorites", "not_covered"})


class Standing:
    """A clock that stands where the pretend home's does; spans of time are real."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return time.monotonic()


class Ticker:
    """Wakes every few milliseconds. What this process worked between two wakings is how long its event loop stood still.

    Processor time and not the clock's: on a busy machine the loop also waits for other programs, which says nothing of us.
    """

    def __init__(self) -> None:
        self.longest_seconds = 0.0

    async def tick(self) -> None:
        worked = time.process_time()
        while True:
            await anyio.sleep(TICK_SECONDS)
            before, worked = worked, time.process_time()
            self.longest_seconds = max(self.longest_seconds, worked - before)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def measured(work: Callable[[], Awaitable[T]]) -> tuple[T, dict[str, float]]:
    """What the work gave, and what it cost."""
    ticker = Ticker()
    async with anyio.create_task_group() as group:
        group.start_soon(ticker.tick)
        await anyio.sleep(10 * TICK_SECONDS)
        ticker.longest_seconds = 0.0
        cpu, wall = cpu_seconds(), time.perf_counter()
        result = await work()
        cost = {"cpu_seconds": cpu_seconds() - cpu, "wall_seconds": time.perf_counter() - wall}
        await anyio.sleep(2 * TICK_SECONDS)  # the ticker sees how long the last of the work took
        group.cancel_scope.cancel()
    return result, {**cost, "stall_seconds": ticker.longest_seconds}


def told(plans: list[dict[str, Any]]) -> dict[str, Any]:
    """What of the plans is needed outside."""
    rows = [row for plan in plans for row in plan["titles"]]
    return {
        "titles": len(rows),
        "refused": sorted({one["because"] for plan in plans for one in plan["refusals"]}),
        "candidates": len({show(row) for row in rows if may_go(row)}),
    }


def may_go(row: dict[str, Any]) -> bool:
    """A show, or a part of one, that nothing keeps which the lists alone tell."""
    kept = {one["rule"] for one in row["findings"] if one["says"] == "keep"}
    return row["kind"] != "movie" and not kept & TOLD_BY_LISTS


def show(row: dict[str, Any]) -> tuple[str, str, int | None]:
    return row["service"], row["title"], row["ids"]["tvdb"]


@contextmanager
def profiled(*, wanted: bool) -> Iterator[None]:
    """Everything in one thread, so that the profile sees it, told on standard error."""
    if not wanted:
        yield
        return

    async def here(work: Callable[..., Any], *arguments: Any, **_how: Any) -> Any:
        return work(*arguments)

    elsewhere, anyio.to_thread.run_sync = anyio.to_thread.run_sync, here  # type: ignore[assignment]
    profile = cProfile.Profile()
    profile.enable()
    try:
        yield
    finally:
        profile.disable()
        anyio.to_thread.run_sync = elsewhere
        for order in ("tottime", "cumtime"):
            pstats.Stats(profile, stream=sys.stderr).sort_stats(order).print_stats(40)


class Server(uvicorn.Server):
    """One that leaves signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: App, *, wanted: bool) -> AsyncIterator[dict[str, Any]]:
    """The pages on a free port; without them, why not."""
    if not wanted:
        yield {}
        return
    try:
        pages = import_module("keepercheky.web").create_pages(app)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the pages, the rest can be measured
        yield {"no_pages": f"{type(error).__name__}: {error}"}
        return
    config = uvicorn.Config(
        pages, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off"
    )
    server = Server(config)
    async with anyio.create_task_group() as group:
        group.start_soon(server.serve)
        with anyio.fail_after(30):
            while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
                await anyio.sleep(0.01)
        try:
            yield {"port": server.servers[0].sockets[0].getsockname()[1]}
        finally:
            server.should_exit = True


async def main(settings: Path, *, pages: bool, profile: bool) -> None:
    logs.set_up(level="error", form="json", secrets=[])
    async with (
        open_app(lambda: load(settings, {}), {}, clock=Standing()) as app,  # type: ignore[arg-type]
        served(app, wanted=pages) as where,
    ):
        tell({**where, "idle": held("VmRSS")})
        async for question in questions():
            with profiled(wanted=profile):
                found = await (planned(app) if question == "plan" else recorded(app))
            tell({**found, "peak": held("VmHWM"), "after": held("VmRSS")})


def held(key: str) -> float | None:
    return mebibytes(os.getpid(), key)


async def planned(app: App) -> dict[str, Any]:
    """A dry run that only looks: the plans of all schedules, from one look at the world."""
    made, cost = await measured(app.plan)
    return {**cost, **told(made["plans"])}


async def recorded(app: App) -> dict[str, Any]:
    """A dry run as a schedule makes it: with its records in the state."""
    ended, cost = await measured(lambda: app.run(SCHEDULE, NOW, "cron"))
    return {**cost, "outcome": ended.outcome}


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("settings", type=Path)
    options.add_argument("--pages", action="store_true")
    options.add_argument("--profile", action="store_true")
    chosen = options.parse_args()
    anyio.run(lambda: main(chosen.settings, pages=chosen.pages, profile=chosen.profile))
