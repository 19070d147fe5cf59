"""Whole runs that delete, over fakes with the traps of the real servers: what goes, what stays, and what is asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from keepercheky.app import opening
from keepercheky.cleanup import points
from keepercheky.demo import Fault
from tests.runs.conftest import Lab, at_once, every_night, open_lab

WRITES = {"DELETE", "POST", "PUT"}


def cleaning(text: str) -> str:
    """Settings that really delete: no notice, nobody to ask."""
    return (
        at_once(every_night(text))
        .replace('mode   = "preview"', 'approve = "never"\nmode   = "clean"')
        .replace("[keep]", '[limits]\ntitles = 5\nask_above = "100%"\n[keep]')
    )


@pytest.fixture
async def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lab]:
    monkeypatch.setattr(opening, "PREVIEW_ONLY", False)
    async with open_lab(tmp_path, cleaning, reads_only=False) as lab:
        assert lab.app.house.rules.mode == "clean"
        lab.home.requests.clear()
        yield lab
        points.hooks.clear()


def writes(lab: Lab, service: str | None = None) -> list[str]:
    return [
        f"{row.method} {row.path}{'?' + row.query if row.query else ''}"
        for row in lab.home.requests
        if row.method in WRITES and service in (None, row.service)
    ]


async def test_a_run_deletes_what_its_plan_takes_and_everything_agrees(live: Lab) -> None:
    world = live.home.world
    plan = await live.plan()
    taken = [row for row in plan["titles"] if row["taken"]]
    free = world.free_bytes(world.media_disk)
    assert 0 < len(taken) <= 5

    run = await live.run()

    assert run.outcome == "success"
    assert run.totals["deleted"] == len(taken)
    assert run.totals["freed_bytes"] == sum(row["frees_bytes"] for row in taken)
    assert world.free_bytes(world.media_disk) - free == run.totals["freed_bytes"]
    for row in taken:
        if row["kind"] == "movie":
            assert row["ids"]["tmdb"] not in {movie.tmdb_id for movie in world.movies.values()}
    again = await live.plan()
    assert not {row["key"] for row in taken} & {row["key"] for row in again["titles"]}


async def test_every_deletion_has_its_exact_request_line_and_is_sent_once(live: Lab) -> None:
    movies = {movie.tmdb_id: movie.id for movie in live.home.world.movies.values()}
    taken = [row for row in (await live.plan())["titles"] if row["taken"]]
    assert {row["kind"] for row in taken} == {"movie"}
    live.home.requests.clear()

    await live.run()

    assert writes(live, "radarr") == [
        f"DELETE /api/v3/movie/{movies[row['ids']['tmdb']]}?deleteFiles=true&addImportExclusion=true"
        for row in taken
    ]
    assert writes(live, "sonarr") == []


async def test_jellyfin_is_told_and_never_asked_to_delete(live: Lab) -> None:
    await live.run()

    told = writes(live, "jellyfin")
    assert told
    assert set(told) == {"POST /Library/Media/Updated"}


async def test_a_row_in_seerr_is_cleared_when_nothing_of_the_title_is_left(live: Lab) -> None:
    world = live.home.world
    taken = [row for row in (await live.plan())["titles"] if row["taken"]]
    movie = next(movie for movie in world.movies.values() if movie.tmdb_id == taken[0]["ids"]["tmdb"])
    long_ago = live.clock.now() - timedelta(days=900)
    world.request(movie, by="ana", created=long_ago, available_since=long_ago)
    assert taken[0]["key"] in {row["key"] for row in (await live.plan())["titles"] if row["taken"]}

    await live.run()

    assert any(line.startswith("DELETE /api/v1/media/") for line in writes(live, "jellyseerr"))
    assert await live.app.store.steps.pending() == []


async def test_preview_leaves_the_whole_world_untouched(tmp_path: Path) -> None:
    async with open_lab(tmp_path, lambda text: at_once(every_night(text))) as lab:
        before = lab.home.world.picture()

        for schedule in lab.app.house.rules.schedules:
            await lab.run(schedule.id)
        await lab.app.plan()

        assert lab.home.world.picture() == before


async def test_a_deletion_that_is_a_lie_is_unverified_and_stops_its_instance(live: Lab) -> None:
    live.home.faults.set("radarr", Fault.LIES, "/api/v3/movie/*", method="DELETE")

    run = await live.run()

    assert run.outcome == "failed"
    assert run.totals["deleted"] == 0
    assert run.totals["unverified"] == 1
    assert len(writes(live, "radarr")) == 1
    assert run.totals["freed_bytes"] == 0


async def test_a_connection_lost_after_the_act_is_looked_into_and_not_sent_again(live: Lab) -> None:
    live.home.faults.set("radarr", Fault.LOST, "/api/v3/movie/*", method="DELETE", times=1)

    run = await live.run()

    assert run.outcome == "success"
    assert len(writes(live, "radarr")) == run.totals["deleted"]


async def test_a_title_that_fails_does_not_stop_the_others(live: Lab) -> None:
    live.home.faults.set("radarr", Fault.FORBIDDEN, "/api/v3/movie/*", method="DELETE", times=1)

    run = await live.run()

    assert run.outcome == "partial"
    assert (run.totals["failed"], run.totals["deleted"]) == (1, 4)


async def test_what_somebody_marks_between_plan_and_act_stays(live: Lab) -> None:
    world = live.home.world
    taken = [row for row in (await live.plan())["titles"] if row["taken"]]
    last = next(movie for movie in world.movies.values() if movie.tmdb_id == taken[-1]["ids"]["tmdb"])

    def save(point: str) -> None:
        if point == "steps_planned":
            last.tag("keep")
            live.clock.go_on(minutes=6)

    points.hooks.append(save)
    run = await live.run()

    assert run.totals["skipped"] == 1
    assert last.id in world.movies


async def test_paused_holds_before_the_next_step(live: Lab) -> None:
    done = []

    def stop(point: str) -> None:
        if point == "end_recorded":
            done.append(point)

    points.hooks.append(stop)
    original = live.app.store.baseline.paused

    async def paused_after_two() -> bool:
        return len(done) >= 2 or await original()

    live.app.store.baseline.paused = paused_after_two  # type: ignore[method-assign]
    run = await live.run()

    assert (run.totals["deleted"], run.totals["skipped"]) == (2, 3)


async def test_a_file_that_was_replaced_is_not_the_one_that_was_decided_on(live: Lab) -> None:
    world = live.home.world
    taken = [row for row in (await live.plan())["titles"] if row["taken"]]
    movie = next(movie for movie in world.movies.values() if movie.tmdb_id == taken[0]["ids"]["tmdb"])

    def upgrade(point: str) -> None:
        if point == "steps_planned":
            world.import_movie(movie, at=live.clock.now(), size=9_000_000_000)

    points.hooks.append(upgrade)
    await live.run()

    assert movie.id in world.movies


async def test_our_own_deletions_do_not_stop_the_next_run(live: Lab) -> None:
    for _ in range(4):
        run = await live.run()
        assert run.outcome == "success", run.refusals
        live.clock.go_on(days=1)


async def test_the_caps_hold_over_runs_of_one_day(live: Lab) -> None:
    first = await live.run()
    second = await live.run()
    live.clock.go_on(days=1)
    third = await live.run()

    assert (first.totals["deleted"], second.totals["deleted"], third.totals["deleted"]) == (5, 0, 5)


async def test_a_recycle_bin_counts_as_space_that_will_come(live: Lab) -> None:
    live.home.world.recycle_bin = "/data/recycle"
    first = await live.run()

    plan = await live.plan()

    [storage] = plan["storages"]
    assert storage["effective_free_bytes"] - storage["free_bytes"] == first.totals["freed_bytes"]


async def test_seasons_go_by_their_files_and_are_unmonitored_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PREVIEW_ONLY", False)

    def only_seasons(text: str) -> str:
        return cleaning(text).replace('movies  = { "15%" = "180d", "10%" = "90d", "5%" = "30d" }\n', "")

    async with open_lab(tmp_path, only_seasons, reads_only=False) as lab:
        taken = [row for row in (await lab.plan())["titles"] if row["taken"]]
        assert {row["kind"] for row in taken} == {"season"}
        lab.home.requests.clear()

        run = await lab.run()

        assert run.totals["deleted"] == len(taken)
        sent = [
            (row.method, row.path, row.body)
            for row in lab.home.requests
            if row.method in WRITES and row.service == "sonarr"
        ]
        bulk = [json.loads(body) for method, path, body in sent if path == "/api/v3/episodefile/bulk"]
        assert len(bulk) == len(taken)
        kinds = [
            path.removeprefix("/api/v3/").split("/")[0] + "/" + path.split("/")[-1] for _, path, _ in sent
        ]
        assert kinds.index("episode/monitor") < kinds.index("episodefile/bulk")
        world = lab.home.world
        for row in taken:
            show = next(show for show in world.shows.values() if show.tvdb_id == row["ids"]["tvdb"])
            season = show.season(row["season"])
            assert not season.monitored
            assert all(episode.file is None and not episode.monitored for episode in season.episodes)
            assert show.id in world.shows


async def test_a_killed_run_is_settled_by_questions_alone(live: Lab) -> None:
    """Stopped between act and record: the next run asks what happened, and sends nothing for it."""

    class Killed(BaseException):
        pass

    def die(point: str) -> None:
        if point == "act_sent":
            raise Killed

    points.hooks.append(die)
    with pytest.raises(Killed):
        await live.run()
    points.hooks.clear()
    [unsettled] = [step for step in await live.app.store.steps.unsettled() if step.state == "acting"]
    sent = len(writes(live, "radarr"))

    run = await live.run()

    assert run.outcome == "success"
    settled = await live.app.store.steps.of_run(unsettled.run_id)
    assert [step.state for step in settled] == ["done", "abandoned", "abandoned", "abandoned", "abandoned"]
    assert len(writes(live, "radarr")) - sent == run.totals["deleted"] == 4  # five a day, one of them settled


async def test_killed_before_the_act_the_title_is_still_there_and_decided_afresh(live: Lab) -> None:
    class Killed(BaseException):
        pass

    def die(point: str) -> None:
        if point == "acting_recorded":
            raise Killed

    points.hooks.append(die)
    with pytest.raises(Killed):
        await live.run()
    points.hooks.clear()
    assert writes(live) == []

    run = await live.run()

    assert run.totals["deleted"] == 5
