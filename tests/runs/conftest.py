"""Whole runs: the real application over the demo home's real sockets, a real state file, and a clock that we set."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio.lowlevel
import pytest

from keepercheky.app import App, open_app
from keepercheky.demo import Home, open_home
from keepercheky.services import http
from keepercheky.settings import load

START = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


class SetClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    def go_on(self, **span: float) -> None:
        self._now += timedelta(**span)


@dataclass
class Lab:
    """A home, its settings, and the application over both."""

    home: Home
    app: App
    clock: SetClock
    settings: Path

    async def run(self, schedule: str = "old_media") -> Any:
        return await self.app.run(schedule, self.clock.now(), "cron")

    async def plan(self, schedule: str = "old_media", **how: Any) -> dict[str, Any]:
        return await self.app.plan(schedule, **how)

    def title(self, plan: dict[str, Any], name: str, season: int | None = None) -> dict[str, Any]:
        [found] = [row for row in plan["titles"] if row["title"] == name and row["season"] == season]
        return found


@pytest.fixture(autouse=True)
def _no_pauses_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_PAUSE_SECONDS", 0.001)


@asynccontextmanager
async def open_lab(
    folder: Path,
    edit: Callable[[str], str] = lambda text: text,
    *,
    reads_only: bool = True,
    **home_options: Any,
) -> AsyncIterator[Lab]:
    """The application over a home of its own. At the end: nothing but reads was ever asked of a service."""
    clock = SetClock()

    async def sleep(seconds: float) -> None:
        clock.go_on(seconds=seconds)
        await anyio.lowlevel.checkpoint()

    async with open_home(folder / "home", now=clock.now, **home_options) as home:
        settings = folder / "keepercheky.toml"
        settings.write_text(edit(home.settings_toml(state=folder / "state", port=18484)))
        settings.chmod(0o600)
        async with open_app(lambda: load(settings, {}), {}, clock=clock, sleep=sleep) as app:
            yield Lab(home, app, clock, settings)
        if reads_only:
            assert {asked.method for asked in home.requests} <= {"GET"}


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    async with open_lab(tmp_path, every_night) as opened:
        yield opened


def every_night(text: str) -> str:
    """Settings whose schedules fire at four, not every minute: days between two runs are then nothing unusual."""
    return text.replace('"* * * * *"', '"0 4 * * *"')


def at_once(text: str) -> str:
    """Settings under which titles may go without notice, and services have little time to answer."""
    text = re.sub(r'notice( *)= "\d+d"', r'notice\1= "0d"', text)
    return text.replace(
        "\napi_key", '\nread_timeout = "1s"\nlist_timeout = "1s"\nconnect_timeout = "1s"\napi_key'
    )


def deleted(plan: dict[str, Any]) -> set[str]:
    return {row["key"] for row in plan["titles"] if row["verdict"] == "delete"}
