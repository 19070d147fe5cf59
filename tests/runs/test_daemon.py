"""The daemon as a process sees it: starts with every service down, fires once a due minute, reloads, and stops cleanly."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from keepercheky.demo import Fault, Home, open_home
from keepercheky.errors import LockedError, UsageError
from keepercheky.settings import load
from keepercheky.supervisor import serve
from tests.runs.conftest import SetClock, every_night

BEFORE_FOUR = datetime(2026, 3, 1, 3, 59, 59, 950_000, tzinfo=UTC)
PATIENCE = 20.0


@dataclass
class Daemon:
    home: Home
    clock: SetClock
    settings: Path
    api: httpx.AsyncClient  # over the socket in the state folder
    web: httpx.AsyncClient  # over TCP

    async def runs(self) -> list[dict[str, Any]]:
        return (await self.api.get("/api/v1/history")).json()["runs"]

    async def until(self, there: Callable[[], Any]) -> Any:
        """What `there` returns, once it is something."""
        with anyio.fail_after(PATIENCE):
            while not (found := await there()):  # noqa: ASYNC110 - another process would be asked so, too
                await anyio.sleep(0.02)
        return found


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@asynccontextmanager
async def daemon(folder: Path, *, well: bool = True, clock: SetClock | None = None) -> AsyncIterator[Daemon]:
    """A daemon over a demo home of its own, at a little before four; stopped by SIGTERM at the end."""
    clock = clock or SetClock(BEFORE_FOUR)
    port = free_port()
    async with open_home(folder / "home", now=clock.now) as home:
        if not well:
            for service in home.services:
                home.faults.set(service, Fault.REFUSED)
        settings = folder / "keepercheky.toml"
        settings.write_text(every_night(home.settings_toml(state=folder / "state", port=port)))
        settings.chmod(0o600)
        uds = httpx.AsyncHTTPTransport(uds=str(folder / "state" / "keepercheky.sock"))
        up = anyio.Event()
        async with (
            httpx.AsyncClient(transport=uds, base_url="http://localhost", timeout=PATIENCE) as api,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as web,
            anyio.create_task_group() as group,
        ):

            async def live() -> None:
                await serve(lambda: load(settings, {}), {}, clock=clock, say=lambda _url: up.set())

            group.start_soon(live)
            with anyio.fail_after(PATIENCE):
                await up.wait()
            yield Daemon(home, clock, settings, api, web)
            os.kill(os.getpid(), signal.SIGTERM)
        assert not (folder / "state" / "keepercheky.sock").exists()
        assert {asked.method for asked in home.requests} <= {"GET"}


async def test_it_starts_and_answers_with_every_service_down(tmp_path: Path) -> None:
    async with daemon(tmp_path, well=False) as running:
        assert (await running.web.get("/health")).status_code == 200
        assert (await running.web.get("/ready")).status_code == 200
        assert (await running.web.get("/")).status_code == 200

        running.clock.go_on(seconds=1)
        [run] = await running.until(lambda: _ended(running, "old_media"))

    assert run["outcome"] == "refused"
    assert {refusal["id"] for refusal in run["refusals"]} == {
        "source.radarr",
        "source.sonarr",
        "source.jellyfin",
        "source.jellyseerr",
    }


async def test_a_schedule_fires_once_for_its_minute_and_the_page_shows_it(tmp_path: Path) -> None:
    async with daemon(tmp_path) as running:
        assert await running.runs() == []

        running.clock.go_on(seconds=1)
        [run] = await running.until(lambda: _ended(running, "old_media"))
        running.clock.go_on(seconds=20)
        await running.until(lambda: _ended(running, "daily_shows"))
        await anyio.sleep(0.2)

        assert len(await running.runs()) == 3  # one for each schedule
        assert (run["trigger"], run["due_at"]) == ("cron", "2026-03-01T04:00:00Z")
        page = (await running.web.get("/")).text
        assert "Get Out" in page  # the first to leave
        metrics = (await running.web.get("/metrics")).text
        assert 'keepercheky_schedule_runs_total{outcome="success",schedule="old_media"} 1.0' in metrics


async def test_a_daemon_that_was_down_when_due_catches_up_once(tmp_path: Path) -> None:
    clock = SetClock(BEFORE_FOUR)
    async with daemon(tmp_path, clock=clock):
        pass
    clock.go_on(days=3)

    async with daemon(tmp_path, clock=clock) as running:
        [run] = await running.until(lambda: _ended(running, "old_media"))
        await running.until(lambda: _ended(running, "daily_shows"))

        assert run["trigger"] == "catch_up"
        assert len(await running.runs()) == 3


async def test_hang_up_reads_the_settings_again_and_bad_ones_change_nothing(tmp_path: Path) -> None:
    async with daemon(tmp_path) as running:
        good = running.settings.read_text()
        running.settings.write_text(good.replace('cron    = "0 4 * * *"', 'cron    = "whenever"', 1))
        os.kill(os.getpid(), signal.SIGHUP)
        problem = await running.until(lambda: _problem(running))
        assert "whenever" in problem
        assert "keepercheky_config_last_reload_successful 0.0" in (await running.web.get("/metrics")).text

        running.settings.write_text(good.replace('name    = "Old media"', 'name    = "Older media"', 1))
        os.kill(os.getpid(), signal.SIGHUP)
        await running.until(lambda: _named(running, "Older media"))

        assert not await _problem(running)


async def test_a_port_that_is_taken_is_said_with_a_remedy(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = _small_settings(tmp_path, port)

        with pytest.raises(UsageError, match=f"{port}") as problem:
            await serve(lambda: load(settings, {}), {}, clock=SetClock())

    assert "[web] bind" in problem.value.remedy


async def test_a_second_daemon_over_the_same_state_is_refused(tmp_path: Path) -> None:
    async with daemon(tmp_path) as running:
        with pytest.raises(LockedError):
            await serve(lambda: load(running.settings, {}), {}, clock=running.clock)


async def test_a_run_that_is_stopped_half_way_is_journalled_and_stops_at_once(tmp_path: Path) -> None:
    async with daemon(tmp_path) as running:
        running.home.faults.set("jellyfin", Fault.TIMEOUT)
        running.clock.go_on(seconds=1)
        await running.until(lambda: _running(running))

    async with daemon(tmp_path, clock=SetClock(BEFORE_FOUR + timedelta(minutes=5))) as running:
        [run] = await running.until(lambda: _ended(running, "old_media"))

    assert (run["outcome"], run["reason"]) == ("skipped", "stopped")


async def _ended(running: Daemon, schedule: str) -> list[dict[str, Any]]:
    return [run for run in await running.runs() if run["schedule"] == schedule and run["outcome"]]


async def _running(running: Daemon) -> bool:
    return any(run["ended_at"] is None for run in await running.runs())


async def _problem(running: Daemon) -> str:
    return (await running.api.get("/api/v1/status")).json()["settings"]["problem"] or ""


async def _named(running: Daemon, name: str) -> bool:
    return name in (await running.api.get("/api/v1/status")).text


def _small_settings(folder: Path, port: int) -> Path:
    settings = folder / "keepercheky.toml"
    settings.write_text(
        f"""
[services]
radarr = {{ url = "http://127.0.0.1:9", api_key = "0123456789abcdef0123456789abcdef" }}
[web]
bind = "127.0.0.1:{port}"
[state]
path = "{folder / "state"}"
[[schedules]]
id = "old"
movies = "90d"
"""
    )
    settings.chmod(0o600)
    return settings
