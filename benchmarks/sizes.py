"""One size: fake services in a process of their own, the program over them in another, the floor in a third."""

from __future__ import annotations

import json
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import anyio
import httpx

from benchmarks.budget import House, Request, Sent, sort, spent
from benchmarks.children import Child, ChildFailed, part

LONGEST_RUN_SECONDS: Final = 600.0
BETWEEN_SCRAPES_SECONDS: Final = 0.02


@dataclass(slots=True)
class Measured:
    """What was found out about one size. A figure that could not be had is a text that says why."""

    movies: int
    shows: int
    episodes: int
    house: House
    sent: Sent
    body_bytes: int
    over_budget: list[str]
    run: dict[str, Any]
    recorded: dict[str, Any] | None = None
    floor: dict[str, Any] | None = None
    scraped: dict[str, Any] = field(default_factory=dict)


async def measure(movies: int, shows: int, folder: Path, *, requests_only: bool, profile: bool) -> Measured:
    """`folder` is new and empty. `requests_only`: no more than the requests of one run."""
    async with opened_home(movies, shows) as (home, about):
        scraped: dict[str, Any] = {}
        if not requests_only:  # first, as it also makes all bodies ready for what is timed
            scraped = await scrape(settings(folder / "scraped", about))
            await home.ask("requests")
        path = settings(folder / "timed", about)
        async with part("dry_run", str(path), *(["--profile"] if profile else [])) as program:
            await program.says()
            run = await program.ask("plan", LONGEST_RUN_SECONDS)
            if profile:
                print(program.all_words())
        asked = await home.ask("requests")
        requests = [Request(*row) for row in asked["requests"]]
        floor, recorded = None, None
        if not requests_only:
            async with part("dry_run", str(settings(folder / "recorded", about))) as program:
                await program.says()
                recorded = await program.ask("run", LONGEST_RUN_SECONDS)
            floor = await lowest(about["services"], asked["requests"])
    house = House(
        arrs=tuple(name for name, one in about["services"].items() if one["kind"] in ("radarr", "sonarr")),
        users=about["users"],
        favourite_collections=about["favourite_collections"],
        candidates=run["candidates"],
    )
    sent = sort(requests)
    over = [*spent(sent, house, asked["totals"]), *(f"the run was refused: {why}" for why in run["refused"])]
    return Measured(
        movies=about["movies"],
        shows=about["shows"],
        episodes=about["episodes"],
        house=house,
        sent=sent,
        body_bytes=asked["bytes"],
        over_budget=over,
        run=run,
        recorded=recorded,
        floor=floor,
        scraped=scraped,
    )


async def lowest(services: dict[str, Any], requests: list[list[str]]) -> dict[str, Any]:
    try:
        async with part("floor") as child:
            found: dict[str, Any] = await child.ask(
                {"services": services, "requests": requests}, LONGEST_RUN_SECONDS
            )
            return found
    except ChildFailed as failed:
        return {"problem": str(failed)}


@asynccontextmanager
async def opened_home(
    movies: int, shows: int, *arguments: str
) -> AsyncIterator[tuple[Child, dict[str, Any]]]:
    async with part("pretend_home", "--movies", str(movies), "--shows", str(shows), *arguments) as home:
        yield home, await home.says(LONGEST_RUN_SECONDS)


def settings(folder: Path, about: dict[str, Any]) -> Path:
    """A settings file over the home, with a state of its own."""
    folder.mkdir(parents=True)
    path = folder / "keepercheky.toml"
    path.write_text(about["settings"].replace('"STATE"', json.dumps(str(folder / "state"))))
    path.chmod(0o600)
    return path


async def scrape(path: Path) -> dict[str, Any]:
    """Memory of the program with its pages, and how long `/metrics` takes while a run goes on."""
    async with part("dry_run", str(path), "--pages") as program:
        opened = await program.says()
        waits: list[float] = []
        problem = opened.get("no_pages")
        async with anyio.create_task_group() as group:
            if problem is None:
                problem = await ask_metrics(opened["port"], waits, once=True)
            if problem is None:
                group.start_soon(ask_metrics, opened["port"], waits)
            run = await program.ask("plan", LONGEST_RUN_SECONDS)
            group.cancel_scope.cancel()
    found: dict[str, Any] = {"idle": opened["idle"], "peak": run["peak"], "after": run["after"]}
    return found | ({"problem": problem} if problem else {"waits": sorted(waits)})


async def ask_metrics(port: int, waits: list[float], *, once: bool = False) -> str | None:
    """Again and again, until cancelled. What is wrong with the answer, if anything."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        while True:
            asked_at = time.perf_counter()
            try:
                response = await client.get(f"http://127.0.0.1:{port}/metrics")
            except httpx.HTTPError as error:
                return f"/metrics: {type(error).__name__}"
            if once:
                return None if response.status_code == 200 else f"/metrics answers {response.status_code}"
            waits.append(time.perf_counter() - asked_at)
            await anyio.sleep(BETWEEN_SCRAPES_SECONDS)


def percentile(ordered: list[float], share: float) -> float:
    """By nearest rank."""
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]
