"""Killed at every place a run passes, once or twice in a row; then compared with the world. See tests/runs/test_kill.py."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from keepercheky.cleanup import points
from tests.torture.killed import Killed, Lives, compare, empty_but_for_one_season, open_killed, open_lives

CAP = 5
OPTIONS = {"cap": CAP, "more": "delete_empty_shows = true", "change": empty_but_for_one_season}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def lives(anyio_backend: str) -> AsyncIterator[Lives]:
    async with open_lives() as opened:
        yield opened


@pytest.fixture(scope="module")
async def passed(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """How often a whole run reaches each point."""
    async with open_killed(tmp_path_factory.mktemp("whole"), lives, **OPTIONS) as killed:
        return Counter((await killed.live())["reached"])


async def test_every_point_is_reached(passed: Counter[str]) -> None:
    assert set(passed) == set(points.POINTS) - {"settled"}


@pytest.mark.parametrize("point", [point for point in points.POINTS if point != "settled"])
async def test_killed_each_time_a_point_is_reached(
    lives: Lives, passed: Counter[str], tmp_path: Path, point: str
) -> None:
    for nth in range(1, passed[point] + 1):
        async with open_killed(_folder(tmp_path, str(nth)), lives, **OPTIONS) as killed:
            await _die(killed, point, nth)
            await _survive(killed)


@pytest.mark.parametrize("point", points.POINTS)
@pytest.mark.parametrize("nth", [1, 2])
async def test_killed_again_after_the_first_deletion_was_cut_short(
    lives: Lives, tmp_path: Path, point: str, nth: int
) -> None:
    async with open_killed(tmp_path, lives, **OPTIONS) as killed:
        await _die(killed, "act_sent", 2)
        again = await killed.live(point, nth)
        assert again["code"] in (-signal.SIGKILL, 0)
        await _survive(killed)


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


async def _die(killed: Killed, point: str, nth: int) -> None:
    ended = await killed.live(point, nth)
    assert ended["code"] == -signal.SIGKILL, (point, nth, ended)


async def _survive(killed: Killed) -> None:
    asked = len(killed.home.requests)
    ended = await killed.live()
    assert ended.get("outcome") == "success", ended
    await compare(killed, killed.home.requests[:asked], killed.home.requests[asked:])
