"""What must not go, for every kind of title: whatever stands in the way, not one request that changes it is sent.

All of it over one home, in which nothing is ever deleted; at the end, with nothing in the way, everything is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from keepercheky.app import opening
from keepercheky.cleanup import points
from keepercheky.demo import Fault
from keepercheky.policy.marks import HandKeep
from keepercheky.services import http
from tests.runs.conftest import Lab, open_lab
from tests.runs.test_cleaning import cleaning
from tests.runs.test_cleaning_lines import ARRS, SEASONS, sent

KINDS = {
    "movie": ("short_lived", "Fight Club"),
    "season": ("seasons", "The Sopranos"),
    "show": ("short_shows", "Stranger Things"),
    "episode": ("daily_shows", "The Wire"),
}
SHOWS = """
[[schedules]]
id    = "short_shows"
name  = "Short-lived shows"
cron  = "0 4 * * *"
tag   = "ten-days"
shows = "10d"
"""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def lab(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    patch = pytest.MonkeyPatch()
    patch.setattr(opening, "PREVIEW_ONLY", False)
    patch.setattr(http, "FIRST_PAUSE_SECONDS", 0.001)
    folder = tmp_path_factory.mktemp("stays")

    def edit(text: str) -> str:
        return cleaning(text).replace("titles = 5", "titles = 1") + SEASONS + SHOWS

    async with open_lab(folder, edit, reads_only=False, movies=16, shows=6) as opened:
        world = opened.home.world
        world.movie("Fight Club").tag("10-days")
        world.show("The Sopranos").tag("by-season")
        world.show("Stranger Things").tag("ten-days")
        world.show("The Wire").tag("daily")
        yield opened
    patch.undo()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def _fresh(lab: Lab) -> Iterator[None]:
    """A minute later, everything as it was."""
    world = lab.home.world
    lab.home.requests.clear()
    lab.clock.go_on(minutes=1)
    tags = [(one, one.tags) for one in (*world.movies.values(), *world.shows.values())]
    sessions, data = list(world.sessions), [(user, dict(user.data)) for user in world.users]
    yield
    points.hooks.clear()
    lab.home.faults.clear()
    for one, before in tags:
        one.tags = before
    for user, played in data:
        user.data.clear()
        user.data.update(played)
    world.sessions[:] = sessions
    world.radarr.queue = world.sonarr.queue = ()
    world.touch()


def title(lab: Lab, kind: str) -> Any:
    world, (_, name) = lab.home.world, KINDS[kind]
    return world.movie(name) if kind == "movie" else world.show(name)


async def stays(lab: Lab, kind: str) -> Any:
    """A run of the kind's schedule, after which nothing was told to change."""
    picture = lab.home.world.picture()
    run = await lab.run(KINDS[kind][0])
    assert sent(lab, *ARRS, "jellyfin", "jellyseerr") == []
    assert run.totals.get("deleted", 0) == 0
    assert await lab.app.store.baseline.spent(lab.clock.now()) == ()
    return run, picture


def in_between(lab: Lab, change: Callable[[], None]) -> None:
    """Something happens after the plan; when its turn comes, what is known of the title is older than five minutes."""

    def happen(point: str) -> None:
        if point == "steps_planned":
            change()
            lab.clock.go_on(minutes=6)

    points.hooks.append(happen)


async def reason(lab: Lab, run: Any) -> str:
    [step] = await lab.app.store.steps.of_run(run.id)
    assert step.state == "skipped"
    return step.reason or ""


@contextmanager
def settings(lab: Lab, old: str, new: str) -> Iterator[None]:
    before = lab.settings.read_text()
    assert old in before
    lab.settings.write_text(before.replace(old, new, 1))
    try:
        yield
    finally:
        lab.settings.write_text(before)


@pytest.mark.parametrize("mode", ["preview", "announce"])
async def test_in_a_mode_that_does_not_delete(lab: Lab, kind: str, mode: str) -> None:
    with settings(lab, 'mode   = "clean"', f'mode   = "{mode}"'):
        await lab.app.reload()
        run, picture = await stays(lab, kind)
        assert lab.home.world.picture() == picture
        assert run.mode == mode
    await lab.app.reload()


async def test_while_nobody_has_approved_it(lab: Lab, kind: str) -> None:
    with settings(lab, 'approve = "never"', 'approve = "always"'):
        await lab.app.reload()
        run, _ = await stays(lab, kind)
        assert run.outcome == "waiting"
    await lab.app.reload()


async def test_while_paused(lab: Lab, kind: str) -> None:
    await lab.app.store.baseline.set_paused(True, "luis", lab.clock.now())
    run, _ = await stays(lab, kind)
    assert run.outcome == "refused"
    await lab.app.store.baseline.set_paused(False, "luis", lab.clock.now())


async def test_paused_in_between_and_held_at_once(
    lab: Lab, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = []
    points.hooks.append(planned.append)
    original = lab.app.store.baseline.paused

    async def paused() -> bool:
        return "steps_planned" in planned or await original()

    monkeypatch.setattr(lab.app.store.baseline, "paused", paused)
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) == "paused"


@pytest.mark.parametrize("service", ["radarr", "sonarr", "jellyfin", "jellyseerr"])
async def test_while_a_source_cannot_be_read(lab: Lab, kind: str, service: str) -> None:
    lab.home.faults.set(service, Fault.ERROR)
    run, _ = await stays(lab, kind)
    assert run.outcome == "refused"


async def test_when_a_source_cannot_be_read_any_more(lab: Lab, kind: str) -> None:
    in_between(lab, lambda: lab.home.faults.set("jellyfin", Fault.HALF_LIST, "/Items"))
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) == "stopped for safety since"


async def test_kept_by_hand_in_between_it_stays_at_once(
    lab: Lab, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No five minutes for what is written in our own state."""
    one = title(lab, kind)
    identity = f"movie:tmdb:{one.tmdb_id}" if kind == "movie" else f"show:tvdb:{one.tvdb_id}"
    planned = []
    points.hooks.append(planned.append)
    original = lab.app.store.keeps.all

    async def keeps(now: Any) -> tuple[HandKeep, ...]:
        kept = (HandKeep(identity, now),) if "steps_planned" in planned else ()
        return (*await original(now), *kept)

    monkeypatch.setattr(lab.app.store.keeps, "all", keeps)
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) == "it is kept by hand now"


async def test_tagged_in_between(lab: Lab, kind: str) -> None:
    one = title(lab, kind)
    in_between(lab, lambda: one.tag("keep"))
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) == "it is keep now (tags)"


async def test_handed_to_another_schedule_in_between(lab: Lab, kind: str) -> None:
    one = title(lab, kind)

    def untag() -> None:
        one.tags = frozenset()

    in_between(lab, untag)
    run, _ = await stays(lab, kind)
    because = await reason(lab, run)
    if kind == "episode":  # one show by seasons instead of many episodes: so many titles fewer
        assert because == "stopped for safety since"
    else:
        assert because == "another schedule speaks for it now (old_media)"


async def test_played_in_between(lab: Lab, kind: str) -> None:
    world, one = lab.home.world, title(lab, kind)
    what = one if kind == "movie" else next(episode for episode in one.episodes() if episode.file)
    step = (await lab.plan(KINDS[kind][0]))["titles"][0]
    if kind in ("season", "episode"):
        what = one.episode(step["season"], step["episode"] or 1)
    in_between(lab, lambda: world.play_now("luis", what))
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) in ("it is keep now (in_progress)", "it is keep now (playing)")


async def test_queued_in_between(lab: Lab, kind: str) -> None:
    world, one = lab.home.world, title(lab, kind)
    step = (await lab.plan(KINDS[kind][0]))["titles"][0]
    if kind == "movie":
        in_between(lab, lambda: world.queue_movie(one) and None)
    else:
        episode = one.episode(step["season"] or 1, step["episode"] or 1)
        in_between(lab, lambda: world.queue_episode(episode) and None)
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) == "it is keep now (queued)"


@pytest.mark.parametrize("minutes", [0, 6], ids=["a_moment_ago", "long_ago"])
async def test_its_file_replaced_in_between(lab: Lab, kind: str, minutes: int) -> None:
    one = title(lab, kind)
    files = [one.file] if kind == "movie" else one.files()

    def replace(by: int) -> None:
        for file in files:
            file.id += by
        lab.clock.go_on(minutes=minutes)

    points.hooks.append(lambda point: replace(5000) if point == "steps_planned" else None)
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) in ("its files have changed", "it is not in the library any more", CHANGED)
    replace(-5000)


CHANGED = "it has changed since it was decided"


@pytest.mark.parametrize("kind", ["season", "show"])
async def test_a_file_more_in_between(lab: Lab, kind: str) -> None:
    """What came a moment ago was not decided on: the season or show it came to is another one now."""
    one = title(lab, kind)
    step = (await lab.plan(KINDS[kind][0]))["titles"][0]
    season = one.season(step["season"] or 1)
    lost = season.episodes[-1]
    file, lost.file = lost.file, None
    lab.home.world.touch()

    def import_it(point: str) -> None:
        if point == "steps_planned":
            lost.file = file

    points.hooks.append(import_it)
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) == CHANGED


@pytest.mark.parametrize("kind", ["movie", "show"])
async def test_its_folder_shared_in_between(lab: Lab, kind: str) -> None:
    world, one = lab.home.world, title(lab, kind)
    other = world.movie("Se7en") if kind == "movie" else world.show("Chernobyl")
    path = other.path

    def move(where: str) -> None:
        other.path = where
        world.touch()

    in_between(lab, lambda: move(f"{one.path}/inside"))
    run, _ = await stays(lab, kind)
    assert await reason(lab, run) == "it is keep now (shared_folder)"
    move(path)


@pytest.mark.parametrize("kind", ["season", "episode"])  # the others: tests/runs/test_cleaning.py
async def test_another_of_its_instance_could_not_be_verified(lab: Lab, kind: str) -> None:
    """The first is a lie; the others are not even tried."""
    lab.home.faults.set("sonarr", Fault.LIES, "*/episodefile/bulk", method="DELETE")
    with settings(lab, "titles = 1", "titles = 10"):
        await lab.app.reload()
        run = await lab.run(KINDS[kind][0])
    await lab.app.reload()

    assert [line for line in sent(lab, "sonarr") if line[0] == "DELETE"][1:] == []
    first, *others = await lab.app.store.steps.of_run(run.id)
    assert first.state == "unverified"
    assert {(step.state, step.reason) for step in others} == {
        ("skipped", "something else of this instance could not be verified")
    }
    lab.clock.go_on(days=1)


async def test_at_last_with_nothing_in_the_way_it_goes(lab: Lab, kind: str) -> None:
    lab.clock.go_on(days=1)
    run = await lab.run(KINDS[kind][0])
    assert run.totals.get("deleted") == 1, (run.outcome, run.refusals, run.totals)
