"""A run by hand, an approval and its run, a pause: over the demo home, as the API answers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from keepercheky.app import opening
from keepercheky.app.going_live import goes_live
from keepercheky.cleanup import points
from keepercheky.demo import Fault
from keepercheky.errors import NoMatch, UsageError
from keepercheky.web import create_admin
from tests.runs.conftest import Lab, SetClock, at_once, every_night, open_lab
from tests.runs.test_cleaning import writes
from tests.runs.test_daemon import BEFORE_FOUR, daemon


def asking(text: str, mode: str = "clean") -> str:
    """Settings that delete without notice, once somebody has looked."""
    return (
        at_once(every_night(text))
        .replace('mode   = "preview"', f'mode   = "{mode}"')
        .replace("[keep]", '[limits]\ntitles = 5\nask_above = "100%"\n[keep]')
    )


@asynccontextmanager
async def open_live(folder: Path, monkeypatch: pytest.MonkeyPatch, edit: Any = asking) -> AsyncIterator[Lab]:
    monkeypatch.setattr(opening, "PREVIEW_ONLY", False)
    async with open_lab(folder, edit, reads_only=False) as lab:
        lab.home.requests.clear()
        yield lab
        points.hooks.clear()


@pytest.fixture
async def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lab]:
    async with open_live(tmp_path, monkeypatch) as lab:
        yield lab


@pytest.fixture
async def api(live: Lab) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_admin(live.app))
    async with httpx.AsyncClient(transport=transport, base_url="http://keepercheky/api/v1") as client:
        yield client


def deletions(lab: Lab) -> list[str]:
    return [line for line in writes(lab) if line.startswith("DELETE /api/v3/")]


def states(answer: dict[str, Any]) -> list[str]:
    return [step["state"] for step in answer["steps"]]


# clean


async def test_a_run_by_hand_waits_for_approval_and_tells_for_what(live: Lab) -> None:
    plan = await live.plan()

    answer = await live.app.clean("old_media")

    assert (answer["run"]["outcome"], answer["run"]["trigger"]) == ("waiting", "manual")
    assert [row["key"] for row in answer["waiting"]] == [row["key"] for row in plan["titles"] if row["taken"]]
    assert answer["steps"] == answer["would_delete"] == []
    assert writes(live) == []


async def test_a_run_by_hand_tells_what_it_deleted_and_what_it_kept_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(text: str) -> str:
        return asking(text).replace("notice", 'approve = "never"\nnotice', 1)

    async with open_live(tmp_path, monkeypatch, never) as lab:
        lab.home.faults.set("radarr", Fault.FORBIDDEN, "/api/v3/movie/*", method="DELETE", times=1)
        answer = await lab.app.clean("old_media")

        assert answer["run"]["outcome"] == "partial"
        assert states(answer) == ["failed", "done", "done", "done", "done"]
        assert "403" in answer["steps"][0]["reason"] or answer["steps"][0]["reason"]
        assert answer["waiting"] == []
        # what is gone is on no list any more
        gone = {step["key"] for step in answer["steps"] if step["state"] == "done"}
        assert not gone & {row.key for row in await lab.app.store.mirror.due("old_media")}


async def test_in_preview_a_run_by_hand_only_looks(tmp_path: Path) -> None:
    async with open_lab(tmp_path, lambda text: at_once(every_night(text))) as lab:
        before = lab.home.world.picture()

        answer = await lab.app.clean("old_media")

        assert answer["preview_only"] is True
        assert (answer["run"]["mode"], answer["run"]["outcome"]) == ("preview", "success")
        assert answer["would_delete"]
        assert answer["steps"] == answer["waiting"] == []
        assert lab.home.world.picture() == before


async def test_the_mode_of_the_settings_does_not_count_while_held_back(tmp_path: Path) -> None:
    async with open_lab(tmp_path, asking) as lab:
        answer = await lab.app.clean("old_media")

        assert (answer["run"]["mode"], answer["preview_only"]) == ("preview", True)
        with pytest.raises(UsageError, match="no approval is needed") as error:
            await lab.app.approve("old_media", None, by="ana")
        assert "only previews" in error.value.remedy


async def test_a_stopped_run_by_hand_tells_why_and_shows_no_older_list(live: Lab, api: Any) -> None:
    await live.app.clean("old_media")
    live.home.faults.set("jellyfin", Fault.ERROR)

    answer = (await api.post("/clean", json={"schedule": "old_media"})).json()

    assert answer["run"]["outcome"] == "refused"
    assert [row["id"] for row in answer["run"]["refusals"]] == ["source.jellyfin"]
    assert answer["waiting"] == []


async def test_a_schedule_that_is_not_there_or_switched_off_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def off(text: str) -> str:
        return asking(text).replace('id      = "old_media"', 'id      = "old_media"\nenabled = false')

    async with open_live(tmp_path, monkeypatch, off) as lab:
        for ask in (lab.app.clean, lab.app.review):
            with pytest.raises(UsageError, match="switched off"):
                await ask("old_media")
            with pytest.raises(UsageError, match="no schedule 'nope'"):
                await ask("nope")
        assert lab.home.requests == []


# approve


async def test_the_review_lists_every_due_title_and_changes_nothing(live: Lab, api: Any) -> None:
    plan = await live.plan()

    review = (await api.get("/approve", params={"schedule": "old_media"})).json()

    due = [row["key"] for row in plan["titles"] if row["verdict"] == "delete"]
    assert [row["key"] for row in review["titles"]] == due
    assert sum(row["taken"] for row in review["titles"]) == 5 < len(due)
    assert not any(row["approved"] for row in review["titles"])
    assert review["outcome"] == "waiting"
    assert "keepercheky approve old_media" in review["reason"]
    assert await live.app.store.journal.recent(1) == []
    assert writes(live) == []


async def test_all_covers_exactly_what_the_plan_takes_and_runs(live: Lab, api: Any) -> None:
    taken = [row["key"] for row in (await live.plan())["titles"] if row["taken"]]

    answer = (await api.post("/approve", json={"schedule": "old_media", "all": True, "by": "ana"})).json()

    assert answer["approved"] == taken
    assert answer["until"] == "2026-03-08T04:00:00Z"
    assert answer["run"]["outcome"] == "success"
    assert [(step["key"], step["state"]) for step in answer["steps"]] == [(key, "done") for key in taken]
    live.clock.go_on(days=1)
    # the first look is over: from now on nobody is asked
    assert (await live.app.clean("old_media"))["run"]["outcome"] == "success"


async def test_any_due_title_can_be_approved_and_only_it_goes(live: Lab) -> None:
    review = await live.app.review("old_media")
    chosen = [row for row in review["titles"] if not row["taken"]][-1]

    answer = await live.app.approve("old_media", [chosen["key"].rpartition("@")[0]], by="ana")

    assert answer["approved"] == [chosen["key"]]
    assert [(step["key"], step["state"]) for step in answer["steps"]] == [(chosen["key"], "done")]
    assert answer["run"]["outcome"] == "waiting"
    assert {row["key"] for row in answer["waiting"]} < {
        row["key"] for row in review["titles"] if row["taken"]
    }
    assert len(deletions(live)) == 1


async def test_one_key_that_is_wrong_approves_nothing(live: Lab) -> None:
    plan = await live.plan()
    good = next(row["key"] for row in plan["titles"] if row["taken"])
    kept = next(row["key"] for row in plan["titles"] if row["verdict"] == "keep")

    with pytest.raises(UsageError, match=f"{kept} cannot be approved: it is kept"):
        await live.app.approve("old_media", [good, kept], by="ana")
    with pytest.raises(NoMatch, match="covers no title 'movie:tmdb:1'"):
        await live.app.approve("old_media", [good, "movie:tmdb:1"], by="ana")

    assert await live.app.store.approvals.in_force("old_media", live.clock.now()) == {}
    assert await live.app.store.journal.recent(1) == []


async def test_a_file_that_came_after_the_look_is_not_the_approved_one(live: Lab) -> None:
    world = live.home.world
    first = next(row for row in (await live.plan())["titles"] if row["taken"])
    await live.app.pause("ana")  # so that the approval stands, and its run does nothing
    await live.app.resume("ana")
    movie = next(row for row in world.movies.values() if row.tmdb_id == first["ids"]["tmdb"])

    def upgrade(point: str) -> None:
        if point == "steps_planned" and movie.file is not None and movie.file.size != 9_000_000_000:
            world.import_movie(movie, at=live.clock.now(), size=9_000_000_000)

    points.hooks.append(upgrade)
    answer = await live.app.approve("old_media", [first["key"]], by="ana")

    assert states(answer) == ["skipped"]
    assert movie.id in world.movies


async def test_when_nothing_waits_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(text: str) -> str:
        return asking(text).replace("notice", 'approve = "never"\nnotice', 1)

    async with open_live(tmp_path, monkeypatch, never) as lab:
        key = next(row["key"] for row in (await lab.plan())["titles"] if row["taken"])
        for keys in (None, [key]):
            with pytest.raises(NoMatch, match="Nothing of old_media waits") as error:
                await lab.app.approve("old_media", keys, by="ana")
            assert "keepercheky clean old_media" in error.value.remedy
        assert writes(lab) == []


async def test_a_stopped_plan_approves_nothing(live: Lab, api: Any) -> None:
    live.home.faults.set("sonarr", Fault.ERROR)

    answer = (await api.post("/approve", json={"schedule": "old_media", "all": True})).json()

    assert (answer["run"], answer["approved"]) == (None, [])
    assert [row["id"] for row in answer["refusals"]] == ["source.sonarr"]
    assert await live.app.store.journal.recent(1) == []


NO_SENSE = [
    {"schedule": "old_media"},
    {"schedule": "old_media", "all": True, "keys": ["movie:tmdb:1@radarr"]},
    {"schedule": "old_media", "keys": "movie:tmdb:1@radarr"},
    {"schedule": "old_media", "all": "yes"},
    {"schedule": "old_media", "everything": True},
    {"all": True},
]


async def test_an_approval_that_makes_no_sense_is_refused(live: Lab, api: Any) -> None:
    for body in NO_SENSE:
        answer = await api.post("/approve", json=body)

        assert answer.status_code == 400, body
        assert answer.json()["error"]["kind"] == "usage"
    assert live.home.requests == []


# pause


async def test_a_pause_stops_runs_with_the_way_out_and_outlives_a_new_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_live(tmp_path, monkeypatch) as lab:
        first, again = await lab.app.pause("ana"), await lab.app.pause("ben")
        assert (first["paused"], first["by"], first["changed"]) == (True, "ana", True)
        assert (again["by"], again["changed"]) == ("ana", False)

    async with open_live(tmp_path, monkeypatch) as lab:
        answer = await lab.app.clean("old_media")
        assert answer["run"]["outcome"] == "refused"
        [refusal] = answer["run"]["refusals"]
        assert (refusal["id"], "keepercheky resume" in refusal["remedy"]) == ("paused", True)

        assert (await lab.app.resume("ana"))["changed"] is True
        assert (await lab.app.clean("old_media"))["run"]["outcome"] == "waiting"


async def test_a_pause_holds_before_the_next_step(live: Lab, api: Any) -> None:
    done = []

    def count(point: str) -> None:
        done.append(point)

    points.hooks.append(count)
    original = live.app.store.steps.gone

    async def pause_after_two(*args: Any, **more: Any) -> bool:
        gone = await original(*args, **more)
        if done.count("act_sent") == 2:
            await api.post("/pause", json={"by": "ana"})
        return gone

    live.app.store.steps.gone = pause_after_two  # type: ignore[method-assign]
    answer = await live.app.approve("old_media", None, by="ana")

    assert states(answer) == ["done", "done", "skipped", "skipped", "skipped"]
    assert {step["reason"] for step in answer["steps"] if step["state"] == "skipped"} == {"paused"}
    told = (await api.get("/status")).json()
    assert (told["paused"], told["paused_by"]) == (True, "ana")
    assert (await api.post("/resume", json={})).json()["paused"] is False


# history


async def test_history_tells_each_title_and_its_reason(live: Lab, api: Any) -> None:
    live.home.faults.set("radarr", Fault.FORBIDDEN, "/api/v3/movie/*", method="DELETE", times=1)
    carried = await live.app.approve("old_media", None, by="ana")
    await live.app.clean("short_lived")

    runs = (await api.get("/history")).json()["runs"]
    one = (await api.get(f"/history/{carried['run']['id']}")).json()

    assert [run["id"] for run in runs][1] == one["id"] == carried["run"]["id"]
    assert runs[1] == one
    assert one["steps"] == carried["steps"]
    assert states(one) == ["failed", "done", "done", "done", "done"]
    assert one["steps"][0]["reason"]
    assert (
        sum(step["frees_bytes"] for step in one["steps"] if step["state"] == "done")
        == one["totals"]["freed_bytes"]
    )
    assert (await api.get("/history/nope")).status_code == 404
    assert (await api.get("/history/nope?x=1")).status_code == 400


# leaving preview


def live_soon(text: str) -> str:
    """Two days of notice, and everything else as it is at home."""
    return every_night(text).replace('mode   = "preview"', 'mode   = "clean"')


async def test_on_leaving_preview_the_first_run_says_what_it_announces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_live(tmp_path, monkeypatch, every_night) as lab:
        await lab.app.clean("old_media")
        simulated = (await lab.app.leaving())["titles"]
        assert simulated
        assert not await goes_live(lab.app.house, "old_media")

    async with open_live(tmp_path, monkeypatch, live_soon) as lab:
        lab.clock.go_on(hours=1)
        assert await goes_live(lab.app.house, "old_media")
        answer = await lab.app.clean("old_media")

        leaving = (await lab.app.leaving())["titles"]
        live = {"titles": len(leaving), "not_before": min(row["promised_until"] for row in leaving)}
        assert answer["going_live"] == live
        assert live["not_before"] == "2026-03-03T05:00:00Z"
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(create_admin(lab.app)), base_url="http://keepercheky"
        ) as client:
            page = re.sub(r"\s+", " ", (await client.get("/")).text)
            told = f"{len(leaving)} items are announced today; nothing is deleted before Tue 3 Mar."
            assert told in page
            lab.clock.go_on(days=1)
            page = re.sub(r"\s+", " ", (await client.get("/")).text)
            assert "were announced on Sun 1 Mar; nothing is deleted before Tue 3 Mar." in page

            again = await lab.app.clean("old_media")
            assert again["going_live"] is None
            assert "nothing is deleted before" not in (await client.get("/")).text
        assert not await goes_live(lab.app.house, "old_media")
        assert deletions(lab) == []


async def test_who_goes_live_without_notice_is_promised_nothing(live: Lab) -> None:
    assert (await live.app.clean("old_media"))["going_live"] is None


# the daemon's end


async def test_a_run_that_the_end_of_the_daemon_breaks_off_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_live(tmp_path, monkeypatch) as lab:
        lab.home.faults.set("jellyfin", Fault.TIMEOUT)
        async with anyio.create_task_group() as group:
            group.start_soon(lab.app.clean, "old_media")
            while lab.app.running is None:  # noqa: ASYNC110 - it tells of no event
                await anyio.sleep(0.01)
            await anyio.sleep(0.05)
            group.cancel_scope.cancel()
        await lab.app.at_rest()

        [run] = await lab.app.store.journal.recent(1)
        assert (run.outcome, run.reason) == ("skipped", "stopped")


async def test_a_running_daemon_cleans_when_asked_over_its_socket(tmp_path: Path) -> None:
    async with daemon(tmp_path) as running:
        answer = (await running.api.post("/api/v1/clean", json={"schedule": "old_media"}, timeout=60)).json()

        assert (answer["run"]["outcome"], answer["preview_only"]) == ("success", True)
        assert [run["id"] for run in await running.runs()] == [answer["run"]["id"]]


async def test_a_daemon_that_ends_breaks_off_what_it_was_asked_for_and_writes_it_down(tmp_path: Path) -> None:
    clock = SetClock(BEFORE_FOUR)
    async with anyio.create_task_group() as group:
        async with daemon(tmp_path, clock=clock) as running:
            running.home.faults.set("jellyfin", Fault.TIMEOUT)

            async def ask() -> None:
                with suppress(httpx.HTTPError):
                    await running.api.post("/api/v1/clean", json={"schedule": "old_media"}, timeout=60)

            group.start_soon(ask)
            await running.until(running.runs)
        group.cancel_scope.cancel()

    async with daemon(tmp_path, clock=clock) as running:
        [run] = await running.runs()
    assert (run["outcome"], run["reason"]) == ("skipped", "stopped")
