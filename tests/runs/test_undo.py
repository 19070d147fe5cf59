"""Undo over the demo home: what comes back is field by field what was there before the deletion."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from keepercheky.demo import Fault
from keepercheky.errors import NoMatch, UsageError
from keepercheky.policy.marks import HandKeep
from keepercheky.web import create_admin
from tests.runs.conftest import Lab, at_once, every_night, open_lab
from tests.runs.test_approve import asking, open_live
from tests.runs.test_cleaning import writes

MOVIES = 'movies  = { "15%" = "180d", "10%" = "90d", "5%" = "30d" }\n'
SEASONS = 'seasons = { unwatched = "365d", watched = "120d" }\n'
MOVIE_FACTS = (
    "tmdb_id", "title", "year", "path", "root", "monitored", "tags", "profile_id", "minimum_availability", "status",
)  # fmt: skip
SHOW_FACTS = (
    "tvdb_id", "title", "year", "path", "root", "monitored", "tags", "profile_id", "season_folder", "monitor_new", "kind",
)  # fmt: skip


def deleting(text: str) -> str:
    return asking(text).replace("notice", 'approve = "never"\nnotice', 1)


def of_shows(text: str) -> str:
    return deleting(text).replace(MOVIES, 'shows   = "30d"\n').replace(SEASONS, "")


def of_seasons(text: str) -> str:
    return deleting(text).replace(MOVIES, "")


@pytest.fixture
async def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lab]:
    async with open_live(tmp_path, monkeypatch, deleting) as lab:
        yield lab


def told(title: dict[str, Any]) -> dict[str, str]:
    return {part["what"]: part["outcome"] for part in title["parts"]}


def says(title: dict[str, Any], what: str) -> str:
    return next(part["says"] for part in title["parts"] if part["what"] == what)


def movies(lab: Lab) -> dict[int, dict[str, Any]]:
    return {
        movie.tmdb_id: {name: getattr(movie, name) for name in MOVIE_FACTS}
        for movie in lab.home.world.movies.values()
    }


def shows(lab: Lab) -> dict[int, dict[str, Any]]:
    return {
        show.tvdb_id: {
            **{name: getattr(show, name) for name in SHOW_FACTS},
            "seasons": {season.number: season.monitored for season in show.seasons},
        }
        for show in lab.home.world.shows.values()
    }


def set_apart(lab: Lab) -> None:
    """So that nothing comes back right by being what everything is."""
    for movie in lab.home.world.movies.values():
        movie.tag("hd") if movie.id % 2 else None
        movie.monitored = movie.id % 3 != 0
        movie.minimum_availability = "inCinemas" if movie.id % 2 else "announced"
    for show in lab.home.world.shows.values():
        show.tag("family")
        show.monitor_new, show.season_folder = ("none", False) if show.id % 2 else ("all", True)
        for season in show.seasons:
            season.monitored = season.number % 2 == 0


async def test_a_run_comes_back_as_it_was(live: Lab) -> None:
    set_apart(live)
    before, excluded = movies(live), live.home.world.radarr.exclusions
    carried = await live.app.clean("old_media")
    gone = {step["key"] for step in carried["steps"]}
    assert len(gone) == 5
    assert movies(live).keys() < before.keys()
    assert len(live.home.world.radarr.exclusions) == len(excluded) + 5

    answer = await live.app.undo(carried["run"]["id"], search=False, by="ana")

    assert movies(live) == before
    assert live.home.world.radarr.exclusions == excluded
    assert {title["key"] for title in answer["titles"]} == gone
    for title in answer["titles"]:
        assert title["complete"]
        assert {name: told(title)[name] for name in ("keep", "entry", "exclusion", "files")} == {
            "keep": "done", "entry": "done", "exclusion": "done", "files": "told",
        }  # fmt: skip
        assert "no recycle bin" in says(title, "files")


async def test_what_is_undone_is_kept_for_ninety_days(live: Lab) -> None:
    carried = await live.app.clean("old_media")
    key = carried["steps"][0]["key"]

    await live.app.undo(key, search=False, by="ana")

    [keep] = await live.app.store.keeps.all(live.clock.now())
    assert (keep.identity, keep.reason, keep.by) == (key.rpartition("@")[0], "undone", "ana")
    assert keep.until == live.clock.now() + timedelta(days=90)


async def test_one_title_alone_comes_back_by_its_key(live: Lab) -> None:
    excluded = len(live.home.world.radarr.exclusions)
    carried = await live.app.clean("old_media")
    first, second = (step["key"] for step in carried["steps"][:2])

    one = await live.app.undo(first, search=False, by="ana")
    other = await live.app.undo(second.rpartition("@")[0], search=True, by="ana")

    assert [title["key"] for title in (*one["titles"], *other["titles"])] == [first, second]
    adds = [
        json.loads(row.body)
        for row in live.home.requests
        if (row.method, row.path) == ("POST", "/api/v3/movie")
    ]
    assert [row["addOptions"] for row in adds] == [{"searchForMovie": False}, {"searchForMovie": True}]
    assert len(live.home.world.radarr.exclusions) == excluded + 3


async def test_twice_changes_nothing_the_second_time(live: Lab) -> None:
    carried = await live.app.clean("old_media")
    await live.app.undo(carried["run"]["id"], search=False, by="ana")
    before, keeps = live.home.world.picture(), await live.app.store.keeps.all(live.clock.now())
    sent = len(writes(live))
    live.clock.go_on(hours=1)

    again = await live.app.undo(carried["run"]["id"], search=False, by="ben")

    for title in again["titles"]:
        assert title["complete"]
        assert set(told(title).values()) <= {"already", "told"}
    assert len(writes(live)) == sent
    assert await live.app.store.keeps.all(live.clock.now()) == keeps
    assert live.home.world.picture() == before


async def test_a_keep_that_holds_longer_stays(live: Lab) -> None:
    carried = await live.app.clean("old_media")
    identity = carried["steps"][0]["key"].rpartition("@")[0]
    mine = HandKeep(identity, live.clock.now(), None, "for good", "ben")
    await live.app.store.keeps.add(mine)

    answer = await live.app.undo(identity, search=False, by="ana")

    assert told(answer["titles"][0])["keep"] == "already"
    assert await live.app.store.keeps.all(live.clock.now()) == (mine,)


async def test_where_the_recycle_bin_holds_the_file_is_told_and_it_is_not_touched(live: Lab) -> None:
    world = live.home.world
    world.recycle_bin = "/data/recycle"
    carried = await live.app.clean("old_media")
    folders = {folder["path"] for folder in movies(live).values()}
    contents = set(world.contents.below("/data/recycle"))

    answer = await live.app.undo(carried["run"]["id"], search=False, by="ana")

    for title in answer["titles"]:
        sentence = says(title, "files")
        where = sentence.split("Its files lie in ")[1].split(", until about Sun 8 Mar 2026")[0]
        assert any(path.startswith(f"{where}/") for path in contents)
        assert sentence.split("move them back to ")[1] not in folders
    assert set(world.contents.below("/data/recycle")) == contents


async def test_a_file_put_back_is_found_again(live: Lab) -> None:
    world = live.home.world
    world.recycle_bin = "/data/recycle"
    carried = await live.app.clean("old_media")
    key = carried["steps"][0]["key"]
    step = await live.app.store.steps.newest(key)
    assert step is not None
    world.contents.move_folder(f"/data/recycle/{step.body.folder.rpartition('/')[2]}", step.body.folder)

    await live.app.undo(key, search=False, by="ana")

    [movie] = [movie for movie in world.movies.values() if movie.tmdb_id == step.body.tmdb]
    assert movie.file is not None
    assert next(row for row in (await live.plan())["titles"] if row["key"] == key)["verdict"] == "keep"


async def test_what_seerr_was_still_to_be_told_is_dropped(live: Lab) -> None:
    world = live.home.world
    taken = [row for row in (await live.plan())["titles"] if row["taken"]]
    movie = next(row for row in world.movies.values() if row.tmdb_id == taken[0]["ids"]["tmdb"])
    long_ago = live.clock.now() - timedelta(days=900)
    world.request(movie, by="ana", created=long_ago, available_since=long_ago)
    live.home.faults.set("jellyseerr", Fault.ERROR, "/api/v1/media/*", method="DELETE")
    await live.app.clean("old_media")
    assert [after.kind for after in await live.app.store.steps.pending()] == ["seerr"]

    answer = await live.app.undo(taken[0]["key"], search=False, by="ana")

    assert told(answer["titles"][0])["seerr"] == "done"
    assert await live.app.store.steps.pending() == []


# shows, seasons, entries that stayed


async def test_a_show_comes_back_with_its_seasons_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_live(tmp_path, monkeypatch, of_shows) as lab:
        set_apart(lab)
        before, excluded = shows(lab), lab.home.world.sonarr.exclusions
        carried = await lab.app.clean("old_media")
        assert {step["kind"] for step in carried["steps"]} == {"show"}
        assert shows(lab).keys() < before.keys()

        answer = await lab.app.undo(carried["run"]["id"], search=False, by="ana")

        assert shows(lab) == before
        assert lab.home.world.sonarr.exclusions == excluded
        assert all(title["complete"] for title in answer["titles"])


async def test_of_a_season_is_told_what_is_left_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_live(tmp_path, monkeypatch, of_seasons) as lab:
        carried = await lab.app.clean("old_media")
        step = carried["steps"][0]
        sent = len(writes(lab))

        answer = await lab.app.undo(step["key"], search=False, by="ana")

        [title] = answer["titles"]
        assert not title["complete"]
        assert told(title) == {"keep": "done", "monitoring": "open", "files": "told"} | (
            {"seerr": told(title)["seerr"]} if "seerr" in told(title) else {}
        )
        assert "monitored" in says(title, "monitoring")
        assert len(writes(lab)) == sent
        # kept from the next plan on, also when it is there again
        assert [keep.identity for keep in await lab.app.store.keeps.all(lab.clock.now())] == [
            step["key"].rpartition("@")[0]
        ]

        tvdb = int(step["key"].split(":")[2])
        show = next(show for show in lab.home.world.shows.values() if show.tvdb_id == tvdb)
        del lab.home.world.shows[show.id]
        [title] = (await lab.app.undo(step["key"], search=False, by="ana"))["titles"]
        assert "does not have its show any more" in says(title, "entry")


# when something stands in the way


async def test_a_service_that_is_down_is_told_and_the_rest_is_done(live: Lab) -> None:
    carried = await live.app.clean("old_media")
    live.home.faults.set("radarr", Fault.ERROR)

    first = await live.app.undo(carried["run"]["id"], search=False, by="ana")

    for title in first["titles"]:
        assert not title["complete"]
        assert (told(title)["keep"], told(title)["entry"], told(title)["exclusion"]) == (
            "done",
            "failed",
            "failed",
        )
    live.home.faults.clear()
    second = await live.app.undo(carried["run"]["id"], search=False, by="ana")
    assert all(title["complete"] for title in second["titles"])


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_an_answer_that_was_lost_is_looked_into(live: Lab, method: str) -> None:
    carried = await live.app.clean("old_media")
    live.home.faults.set("radarr", Fault.LOST, "*", method=method)

    answer = await live.app.undo(carried["run"]["id"], search=False, by="ana")

    assert all(title["complete"] for title in answer["titles"])
    sent = [line for line in writes(live, "radarr") if line.startswith("POST")]
    assert len(sent) == 5


async def test_a_lie_is_not_believed(live: Lab) -> None:
    carried = await live.app.clean("old_media")
    live.home.faults.set("radarr", Fault.LIES, "/api/v3/exclusions/*", method="DELETE")

    answer = await live.app.undo(carried["steps"][0]["key"], search=False, by="ana")

    assert told(answer["titles"][0])["exclusion"] == "failed"
    live.home.faults.clear()
    live.home.faults.set("radarr", Fault.LIES, "/api/v3/movie", method="POST")
    answer = await live.app.undo(carried["steps"][1]["key"], search=False, by="ana")
    assert told(answer["titles"][0])["entry"] == "failed"


async def test_another_title_in_its_folder_is_a_reason_told(live: Lab) -> None:
    world = live.home.world
    carried = await live.app.clean("old_media")
    step = await live.app.store.steps.newest(carried["steps"][0]["key"])
    assert step is not None
    next(iter(world.movies.values())).path = step.body.folder

    answer = await live.app.undo(step.key, search=False, by="ana")

    assert told(answer["titles"][0])["entry"] == "failed"
    assert step.body.folder in says(answer["titles"][0], "entry")


async def test_nothing_that_matches_is_said(live: Lab) -> None:
    key = (await live.plan())["titles"][0]["key"]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_admin(live.app)), base_url="http://keepercheky/api/v1"
    ) as api:
        answer = await api.post("/undo", json={"what": key})
        assert (answer.status_code, answer.json()["error"]["kind"]) == (404, "no_match")
        assert "keepercheky history" in answer.json()["error"]["remedy"]
        assert (await api.post("/undo", json={"what": ""})).status_code == 400
        assert (await api.post("/undo", json={"what": key, "search": "yes"})).status_code == 400
        await live.app.pause("ana")
        run = await live.run("short_lived")
        assert (await api.post("/undo", json={"what": run.id})).status_code == 404
    assert writes(live) == []


async def test_in_preview_nothing_is_brought_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_live(tmp_path / "a", monkeypatch, deleting) as lab:
        carried = await lab.app.clean("old_media")
        settings = lab.settings.read_text()
        lab.settings.write_text(settings.replace('mode   = "clean"', 'mode   = "preview"'))
        await lab.app.reload()
        sent = len(writes(lab))
        with pytest.raises(UsageError, match="In preview") as error:
            await lab.app.undo(carried["run"]["id"], search=False, by="ana")
        assert "announce" in error.value.remedy
        assert len(writes(lab)) == sent
        assert await lab.app.store.keeps.all(lab.clock.now()) == ()

        lab.settings.write_text(settings.replace('mode   = "clean"', 'mode   = "announce"'))
        await lab.app.reload()
        answer = await lab.app.undo(carried["run"]["id"], search=False, by="ana")
        assert all(title["complete"] for title in answer["titles"])


async def test_a_version_that_only_previews_says_so(tmp_path: Path) -> None:
    async with open_lab(tmp_path, lambda text: at_once(every_night(text))) as lab:
        with pytest.raises(NoMatch) as error:
            await lab.app.undo("movie:tmdb:1@radarr", search=False, by="ana")
        assert "only previews" in error.value.remedy
