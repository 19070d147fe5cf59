"""A home, lives of the program over it, and the comparison of what was written down with what really happened."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import Process
from anyio.streams.text import TextReceiveStream

from keepercheky.demo import Asked, Home, World, open_home
from keepercheky.store import Step, open_store
from tests.runs.conftest import at_once

ROOT = Path(__file__).parents[2]
MARKER = "/after-recovery"
CAP = 3
WRITES = {"DELETE", "POST", "PUT"}


@dataclass
class Lives:
    """Whoever starts them. Each is a process of its own."""

    process: Process
    lines: TextReceiveStream
    text: str = ""

    async def live(self, **order: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        await self.process.stdin.send(f"{json.dumps(order)}\n".encode())
        while "\n" not in self.text:
            self.text += await self.lines.receive()
        line, _, self.text = self.text.partition("\n")
        return dict(json.loads(line))


@asynccontextmanager
async def open_lives() -> AsyncIterator[Lives]:
    command = [sys.executable, "-m", "tests.torture.life"]
    async with await anyio.open_process(command, cwd=ROOT, stderr=None) as process:
        assert process.stdout is not None
        try:
            yield Lives(process, TextReceiveStream(process.stdout))
        finally:
            process.terminate()


@dataclass
class Killed:
    """One home with a state folder, before and after."""

    home: Home
    lives: Lives
    folder: Path
    cap: int
    before: set[str] = field(default_factory=set)
    free_before: int = 0

    async def live(self, point: str = "", nth: int = 0, **order: Any) -> dict[str, Any]:
        marker = self.home.services["radarr"].url + MARKER
        settings = str(self.folder / "keepercheky.toml")
        return await self.lives.live(settings=settings, point=point, nth=nth, marker=marker, **order)

    def titles(self) -> set[str]:
        """Keys of everything that has a file."""
        world = self.home.world
        movies = {f"movie:tmdb:{movie.tmdb_id}@radarr" for movie in world.movies.values() if movie.file}
        return movies | {
            f"season:tvdb:{show.tvdb_id}:{season.number}@sonarr"
            for show in world.shows.values()
            for season in show.seasons
            if any(episode.file for episode in season.episodes)
        }

    @property
    def free(self) -> int:
        return self.home.world.free_bytes(self.home.world.media_disk)


def settings_of(text: str, cap: int, more: str) -> str:
    """Really delete, without notice, asking nobody, so many titles a day."""
    return (
        at_once(text)
        .replace('mode   = "preview"', f'approve = "never"\n{more}\nmode   = "clean"')
        .replace("[keep]", f'[limits]\ntitles = {cap}\nask_above = "100%"\n[keep]')
        .replace('"* * * * *"', '"0 4 * * *"')
    )


def empty_but_for_one_season(world: World) -> None:
    """A show of which the plan takes the last season."""
    for season in world.show("The Sopranos").seasons:
        for episode in season.episodes:
            if season.number != 2 and episode.file is not None:
                world.delete_episode_file(episode.file)


@asynccontextmanager
async def open_killed(
    folder: Path,
    lives: Lives,
    *,
    cap: int = CAP,
    more: str = "",
    change: Callable[[World], None] = lambda _: None,
) -> AsyncIterator[Killed]:
    async with open_home(folder / "home", now=lambda: datetime.now(UTC), movies=16, shows=6) as home:
        world = home.world
        world.scan_delay = timedelta()
        long_ago = world.now() - timedelta(days=900)
        for title in (world.movie("The Matrix"), world.movie("GoodFellas"), world.show("The Sopranos")):
            world.request(title, by="ana", created=long_ago, available_since=long_ago)
        change(world)
        settings = folder / "keepercheky.toml"
        settings.write_text(settings_of(home.settings_toml(state=folder / "state", port=18484), cap, more))
        settings.chmod(0o600)
        killed = Killed(home, lives, folder, cap)
        killed.before, killed.free_before = killed.titles(), killed.free
        yield killed


def lines(asked: list[Asked], methods: set[str] = WRITES) -> list[str]:
    return [
        f"{row.service} {row.method} {row.path}?{row.query} {row.body.decode()}"
        for row in asked
        if row.method in methods
    ]


async def compare(killed: Killed, first: list[Asked], second: list[Asked]) -> None:
    """Nothing lost, nothing twice, and recovery asked questions only."""
    gone = killed.before - killed.titles()
    everything, spent, counters, pending = await _written(killed.folder / "state")
    steps = [step for step in everything if step.body.files]  # entries of empty shows are no titles
    by_state = Counter(step.state for step in everything)
    done = [step for step in steps if step.state == "done"]

    # nothing lost: what is gone is written down as done, once, and nothing else is
    assert Counter(step.key for step in done) == Counter(gone)
    assert set(by_state) <= {"done", "abandoned", "skipped"}, by_state
    assert Counter(key for _, key in spent) == Counter(gone)
    assert counters.get(("deletions_total", "done"), 0) == len(gone)
    freed = sum(step.frees_bytes for step in done)
    assert counters.get(("freed_bytes_total", ""), 0) == freed == killed.free - killed.free_before
    assert len(gone) == killed.cap
    assert pending == 0

    # nothing twice
    twice = [line for line, count in Counter(lines([*first, *second], {"DELETE"})).items() if count > 1]
    assert not twice

    # recovery asks; every deletion of the second life was planned by it, or follows a deletion that is done
    mark = next(place for place, row in enumerate(second) if row.path == MARKER)
    assert {row.method for row in second[:mark]} <= {"GET"}
    assert not any(row.method == "DELETE" and row.service == "jellyfin" for row in [*first, *second])


async def steps_of(killed: Killed) -> list[Step]:
    return (await _written(killed.folder / "state"))[0]


async def _written(
    state: Path,
) -> tuple[list[Step], list[tuple[str, str]], dict[tuple[str, str], float], int]:
    async with open_store(state, now=datetime.now(UTC)) as store, store.database.reading() as statements:
        runs = [row[0] for row in await statements.rows("SELECT DISTINCT run_id FROM steps")]
        spent = [(row[0], row[1]) for row in await statements.rows("SELECT run_id, key FROM spent")]
        counted: Counter[tuple[str, str]] = Counter()
        for name, labels, value in await statements.rows("SELECT name, labels, value FROM counters"):
            counted[name, json.loads(labels).get("outcome", "")] += value
        pending = len(await store.steps.pending())
        steps = [step for run in runs for step in await store.steps.of_run(run)]
    return steps, spent, dict(counted), pending
