"""What a demo tells the person before it: what runs, where to look, what comes next, how it ends."""

from __future__ import annotations

import shlex
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import anyio
import httpx

from keepercheky.cli.client import request, socket_path
from keepercheky.cli.demo_folder import Folder
from keepercheky.cli.desk import Desk
from keepercheky.cli.ending import told
from keepercheky.cli.plan_page import show_summary
from keepercheky.cli.program import program
from keepercheky.cli.screen import Screen
from keepercheky.cli.words import OUTCOMES, VERDICTS, count, moment
from keepercheky.clock import Clock
from keepercheky.demo import Home
from keepercheky.errors import KeeperChekyError

LOOK_EVERY: Final = 1.0  # seconds between two looks at the history
RUNS: Final = 20  # of which so many are looked at: more than ever end between two looks


def tell_home(screen: Screen, home: Home, folder: Folder) -> None:
    """What was made."""
    screen.title("A pretend home: nothing here is real, and nothing real is touched.")
    world = home.world
    screen.line(
        f"{count(len(world.movies), 'movie')} and {count(len(world.shows), 'show')} in {folder.path}"
        f"{'' if folder.stays else ', which is removed at the end'}",
        indent=2,
    )


def tell_services(screen: Screen, home: Home, folder: Folder) -> None:
    """The pretend services, for whoever wants to talk to them."""
    screen.columns(
        [(service.name, service.url, f"API key {service.api_key}") for service in home.services.values()]
    )
    screen.line(f"Settings for them: {folder.settings}", indent=2)
    screen.line("Ctrl-C ends it.", indent=2)


async def tell_daemon(screen: Screen, desk: Desk, folder: Folder, url: str, began_at: datetime) -> None:
    """Where to look, at once; then each run that ends otherwise than the one before. Until cancelled."""
    seconds = (Clock().now() - began_at).total_seconds()
    verb = f"{program()} --config {shlex.quote(str(folder.settings))}"
    screen.line(f"KeeperCheky runs over it, in Preview (dry run); up in {seconds:.1f} seconds.")
    screen.columns([("the page", url), ("numbers for Prometheus", f"{url}metrics")], indent=2)
    screen.line("To try in a second terminal:")
    for rest in ("plan", "explain matrix", "leaving", "history"):
        screen.line(f"{verb} {rest}", indent=2)
    screen.line("Its schedules run every minute, and what they find is told here. Ctrl-C ends it.")
    screen.gap()
    async with httpx.AsyncHTTPTransport(uds=str(socket_path(desk))) as daemon:
        with suppress(KeeperChekyError):  # it is ending
            await _tell_runs(screen, desk, daemon, began_at)


async def _tell_runs(
    screen: Screen, desk: Desk, daemon: httpx.AsyncBaseTransport, began_at: datetime
) -> None:
    seen: set[str] = set()
    last: dict[str, Any] = {}
    while True:
        for run in reversed(await _runs(daemon)):
            earlier = datetime.fromisoformat(run["started_at"]) < began_at
            if earlier or run["outcome"] in (None, "skipped") or run["id"] in seen:
                continue
            seen.add(run["id"])
            schedule, said = run["schedule"], (run["outcome"], run["totals"], run["refusals"])
            if last.get(schedule) != said:
                screen.line(_line(run, desk))
            if not last:
                await _tell_plan(screen, desk, daemon, schedule)
            last[schedule] = said
        await anyio.sleep(LOOK_EVERY)


async def _tell_plan(screen: Screen, desk: Desk, daemon: httpx.AsyncBaseTransport, schedule: str) -> None:
    """The plan of the first run, as it looks now."""
    try:
        plan = await request(daemon, "GET", "/plan", params={"schedule": schedule})
    except KeeperChekyError as error:
        screen.line(told(error), indent=2)
        return
    screen.gap()
    show_summary(screen, plan, desk.zone)
    screen.gap()


def _line(run: dict[str, Any], desk: Desk) -> str:
    totals = ", ".join(
        f"{run['totals'][verdict]:,} {words}"
        for verdict, words in VERDICTS.items()
        if run["totals"].get(verdict)
    )
    outcome = OUTCOMES.get(run["outcome"], run["outcome"])
    reasons = [refusal["because"] for refusal in run["refusals"]]
    found = "; ".join(reasons) or totals or run["reason"] or "no item"
    return f"{moment(run['started_at'], desk.zone)}: {run['schedule']} ran, {outcome}: {found}."


async def _runs(daemon: httpx.AsyncBaseTransport) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = (await request(daemon, "GET", "/history", params={"limit": RUNS}))["runs"]
    return runs
