"""A plan waits when what was deleted did not free what it should have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from keepercheky.app import opening
from tests.runs.conftest import Lab, at_once, every_night, open_lab


def cleaning(text: str) -> str:
    return (
        at_once(every_night(text))
        .replace('mode   = "preview"', 'approve = "never"\nmode   = "clean"')
        .replace("[keep]", '[limits]\ntitles = 5\nask_above = "100%"\n[keep]')
    )


@pytest.fixture
async def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lab]:
    monkeypatch.setattr(opening, "PREVIEW_ONLY", False)
    async with open_lab(tmp_path, cleaning, reads_only=False) as lab:
        yield lab


async def test_space_that_came_back_lets_the_next_run_go_on(live: Lab) -> None:
    await live.run()
    live.clock.go_on(days=1)

    assert (await live.plan())["outcome"] == "ready"


async def test_space_that_did_not_come_back_makes_the_next_plan_wait(live: Lab) -> None:
    run = await live.run()
    # something holds on to all of it, as snapshots do
    live.home.world.contents.write("/data/media/.snapshot", run.totals["freed_bytes"])
    live.clock.go_on(days=1)

    plan = await live.plan()

    assert plan["outcome"] == "waiting"
    assert "snapshots" in plan["reason"]


async def test_a_bin_that_is_emptied_in_time_lets_runs_go_on(live: Lab) -> None:
    live.home.world.recycle_bin = "/data/recycle"
    await live.run()
    live.clock.go_on(days=8)
    live.home.world.empty_recycle_bin()
    live.clock.go_on(days=2)

    assert (await live.plan())["outcome"] == "ready"


async def test_a_bin_that_nobody_empties_makes_plans_wait(live: Lab) -> None:
    live.home.world.recycle_bin = "/data/recycle"
    await live.run()
    live.clock.go_on(days=10)

    plan = await live.plan()

    assert plan["outcome"] == "waiting"
    assert "recycle bin" in plan["reason"]
