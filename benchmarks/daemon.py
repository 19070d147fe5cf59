"""The whole daemon, as it is started: how long until `/health` says ok, and what it holds a while after its runs."""

from __future__ import annotations

import re
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import anyio
import httpx

from benchmarks.children import Child, ChildFailed, command
from benchmarks.processes import cpu_seconds, mebibytes
from benchmarks.sizes import opened_home, settings

MOVIES: Final = 60  # the demo as it is opened
SHOWS: Final = 20
START_SECONDS: Final = 60.0
RUN_SECONDS: Final = 180.0


async def measure(folder: Path, settle_seconds: float) -> dict[str, Any]:
    """Cold start in seconds, memory in MiB; `problem` where something is missing."""
    async with opened_home(MOVIES, SHOWS, "--now") as (_, about):
        port = free_port()
        due = datetime.now(UTC) + timedelta(minutes=1, seconds=15)  # in time for the slowest start
        path = settings(folder, once_a_year(about, due, port))
        started = time.perf_counter()
        words = [sys.executable, "-m", "keepercheky", "--config", str(path), "serve"]
        try:
            async with command(words, "keepercheky serve") as daemon:
                await until(daemon, START_SECONDS, lambda: is_healthy(port))
                cold = time.perf_counter() - started
                found = {
                    "cold_start_seconds": cold,
                    "cold_start_cpu_seconds": cpu_seconds(daemon.pid),
                    "idle": mebibytes(daemon.pid, "VmRSS"),
                }
                await until(daemon, RUN_SECONDS, lambda: has_run(port))
                await anyio.sleep(settle_seconds)
                return found | {
                    "settled": mebibytes(daemon.pid, "VmRSS"),
                    "peak": mebibytes(daemon.pid, "VmHWM"),
                    "settle_seconds": settle_seconds,
                }
        except ChildFailed as failed:
            return {"problem": str(failed)}


def once_a_year(about: dict[str, Any], due: datetime, port: int) -> dict[str, Any]:
    """Settings under which every schedule fires at that minute, and then not for a long time."""
    cron = f'cron = "{due.minute} {due.hour} {due.day} {due.month} *"'
    text = re.sub(r'cron +=\s*"[^"]*"', cron, about["settings"]).replace(":18484", f":{port}")
    return about | {"settings": f'timezone = "UTC"\n{text}'}


async def until(daemon: Child, seconds: float, happened: Callable[[], Awaitable[bool]]) -> None:
    try:
        with anyio.fail_after(seconds):
            while not await happened():
                daemon.check_alive()
                await anyio.sleep(0.01)
    except TimeoutError:
        raise ChildFailed(f"{daemon.name} was not there within {seconds:.0f} s") from None


async def is_healthy(port: int) -> bool:
    return (await answer(port, "/health")).startswith('{"status":"ok"')


async def has_run(port: int) -> bool:
    """Whether every schedule has a run behind it and none is going on."""
    await anyio.sleep(0.5)
    text = await answer(port, "/metrics")
    ended = re.findall(
        r"^keepercheky_schedule_last_completion_timestamp_seconds\{.*\} (\S+)$", text, re.MULTILINE
    )
    going = re.findall(r"^keepercheky_schedule_running\{.*\} (\S+)$", text, re.MULTILINE)
    return bool(ended) and all(map(float, ended)) and not any(map(float, going))


async def answer(port: int, path: str) -> str:
    """Empty while nobody is there."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        try:
            return (await client.get(f"http://127.0.0.1:{port}{path}")).text
        except httpx.TransportError:
            return ""


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
