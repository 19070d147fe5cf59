"""Killed at any point, the next start knows what was in flight, asks what really happened, and sends nothing for it.

Each point once; everywhere a point is reached: tests/torture.
"""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from keepercheky.cleanup import points
from tests.torture.killed import Lives, compare, empty_but_for_one_season, open_killed, open_lives, steps_of

NOT_REACHED = {"entry_planned", "settled"}  # in a first run without empty shows


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def lives(anyio_backend: str) -> AsyncIterator[Lives]:
    async with open_lives() as opened:
        yield opened


@pytest.mark.parametrize("point", [point for point in points.POINTS if point not in NOT_REACHED])
async def test_killed_at_a_point_nothing_is_lost_and_nothing_happens_twice(
    lives: Lives, tmp_path: Path, point: str
) -> None:
    async with open_killed(tmp_path, lives) as killed:
        first = await killed.live(point, 1)
        assert first["code"] == -signal.SIGKILL, first
        asked = len(killed.home.requests)

        second = await killed.live()

        assert second.get("outcome") == "success", second
        await compare(killed, killed.home.requests[:asked], killed.home.requests[asked:])


async def test_killed_while_it_settles_what_a_crash_left(lives: Lives, tmp_path: Path) -> None:
    async with open_killed(tmp_path, lives) as killed:
        await killed.live("act_sent", 2)
        asked = len(killed.home.requests)
        again = await killed.live("settled", 1)
        assert again["code"] == -signal.SIGKILL, again
        assert {row.method for row in killed.home.requests[asked:]} == {"GET"}

        third = await killed.live()

        assert third.get("outcome") == "success", third
        await compare(killed, killed.home.requests[:asked], killed.home.requests[asked:])


async def test_killed_while_the_files_are_still_going_the_title_waits_for_them(
    lives: Lives, tmp_path: Path
) -> None:
    """The row goes first, the files later: what is not listed any more, but there, is neither gone nor abandoned."""
    async with open_killed(tmp_path, lives) as killed:
        killed.home.world.file_delay = timedelta(days=1)
        await killed.live("act_sent", 1)
        asked = len(killed.home.requests)
        killed.home.world.file_delay = timedelta()
        left = killed.titles()

        second = await killed.live()
        assert second["totals"]["deleted"] == 2  # three a day, one of them not settled
        assert len(left - killed.titles()) == 2

        killed.home.world.settle()
        killed.before -= killed.before - left - {"movie:tmdb:603@radarr"}
        await killed.live()
        await compare(killed, killed.home.requests[:asked], killed.home.requests[asked:])


@pytest.mark.parametrize(("point", "nth"), [("entry_planned", 1), ("acting_recorded", 6), ("act_sent", 6)])
async def test_killed_around_the_entry_of_a_show_that_became_empty(
    lives: Lives, tmp_path: Path, point: str, nth: int
) -> None:
    options = {"cap": 5, "more": "delete_empty_shows = true", "change": empty_but_for_one_season}
    async with open_killed(tmp_path, lives, **options) as killed:
        show = killed.home.world.show("The Sopranos")
        first = await killed.live(point, nth)
        assert first["code"] == -signal.SIGKILL, first
        asked = len(killed.home.requests)
        assert (show.id in killed.home.world.shows) is (point != "act_sent")

        second = await killed.live()

        assert second.get("outcome") == "success", second
        await compare(killed, killed.home.requests[:asked], killed.home.requests[asked:])
        [entry] = [step for step in await steps_of(killed) if step.key == f"show:tvdb:{show.tvdb_id}@sonarr"]
        assert entry.state == ("done" if point == "act_sent" else "abandoned")
