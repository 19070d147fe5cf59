"""Every request line of every deletion, as whole runs send them: method, path, query, body, and nothing beside."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from keepercheky.app import opening
from tests.runs.conftest import Lab, open_lab
from tests.runs.test_cleaning import cleaning

WRITES = {"DELETE", "POST", "PUT"}
ARRS = ("radarr", "sonarr")
SEASONS = """
[[schedules]]
id      = "seasons"
name    = "Seasons"
cron    = "0 4 * * *"
tag     = "by-season"
seasons = "365d"
"""


@asynccontextmanager
async def one_a_day(
    folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = "", titles: int = 1
) -> AsyncIterator[Lab]:
    """A small home that deletes one title a day; `more`: at the top of its settings."""
    monkeypatch.setattr(opening, "PREVIEW_ONLY", False)

    def edit(text: str) -> str:
        edited = cleaning(text).replace("titles = 5", f"titles = {titles}")
        return edited.replace('approve = "never"', f'approve = "never"\n{more}', 1) + SEASONS

    async with open_lab(folder, edit, reads_only=False, movies=16, shows=6) as lab:
        yield lab


def sent(lab: Lab, *services: str) -> list[tuple[str, str, object]]:
    """Method, path with its query, and body, of all that changes something."""
    return [
        (
            row.method,
            row.path + (f"?{row.query}" if row.query else ""),
            json.loads(row.body) if row.body else None,
        )
        for row in lab.home.requests
        if row.method in WRITES and row.service in services
    ]


@pytest.mark.parametrize(("more", "exclusion"), [("", "true"), ("import_exclusion = false", "false")])
async def test_a_movie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, exclusion: str) -> None:
    async with one_a_day(tmp_path, monkeypatch, more) as lab:
        movie = lab.home.world.movie("Fight Club")
        movie.tag("10-days")
        path = movie.file.path

        run = await lab.run("short_lived")

        assert run.totals["deleted"] == 1
        assert sent(lab, *ARRS) == [
            ("DELETE", f"/api/v3/movie/{movie.id}?deleteFiles=true&addImportExclusion={exclusion}", None)
        ]
        assert sent(lab, "jellyfin") == [
            ("POST", "/Library/Media/Updated", {"Updates": [{"Path": path, "UpdateType": "Deleted"}]})
        ]
        assert sent(lab, "jellyseerr") == []
        assert movie.id not in lab.home.world.movies
        assert [one.number for one in lab.home.world.radarr.exclusions].count(movie.tmdb_id) == (
            exclusion == "true"
        )


async def test_a_movie_whose_entry_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_a_day(tmp_path, monkeypatch, "keep_entry = true") as lab:
        movie = lab.home.world.movie("Fight Club")
        movie.tag("10-days")
        file = movie.file

        run = await lab.run("short_lived")

        assert run.totals["deleted"] == 1
        assert sent(lab, *ARRS) == [
            ("PUT", "/api/v3/movie/editor", {"movieIds": [movie.id], "monitored": False}),
            ("DELETE", f"/api/v3/moviefile/{file.id}", None),
        ]
        assert movie.file is None
        assert not movie.monitored
        assert sent(lab, "jellyfin") == [
            ("POST", "/Library/Media/Updated", {"Updates": [{"Path": file.path, "UpdateType": "Deleted"}]})
        ]
        assert await lab.app.store.steps.pending() == []


async def test_a_season(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_a_day(tmp_path, monkeypatch) as lab:
        show = lab.home.world.show("The Sopranos")
        show.tag("by-season")
        [key] = [row["season"] for row in (await lab.plan("seasons"))["titles"] if row["taken"]]
        season = show.season(key)
        episodes = [episode.id for episode in season.episodes if episode.file]
        files = [episode.file.id for episode in season.episodes if episode.file]
        others = [episode.file for one in show.seasons if one is not season for episode in one.episodes]

        run = await lab.run("seasons")

        assert run.totals["deleted"] == 1
        put, monitor, bulk = sent(lab, *ARRS)
        assert put[:2] == ("PUT", f"/api/v3/series/{show.id}?moveFiles=false")
        flags = {one["seasonNumber"]: one["monitored"] for one in put[2]["seasons"]}  # type: ignore[index]
        assert flags == {one.number: one.monitored for one in show.seasons}
        assert flags[key] is False
        assert monitor == ("PUT", "/api/v3/episode/monitor", {"episodeIds": episodes, "monitored": False})
        assert bulk == ("DELETE", "/api/v3/episodefile/bulk", {"episodeFileIds": files})
        assert [
            episode.file for one in show.seasons if one is not season for episode in one.episodes
        ] == others
        told = {"Updates": [{"Path": show.path, "UpdateType": "Deleted"}]}
        assert sent(lab, "jellyfin") == [("POST", "/Library/Media/Updated", told)]


@pytest.mark.parametrize(("more", "exclusion"), [("", "true"), ("import_exclusion = false", "false")])
async def test_a_whole_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, exclusion: str
) -> None:
    async with one_a_day(tmp_path, monkeypatch, more) as lab:
        show = lab.home.world.show("The Sopranos")
        show.tag("10-days")

        run = await lab.run("short_lived")

        assert run.totals["deleted"] == 1
        assert sent(lab, *ARRS) == [
            ("DELETE", f"/api/v3/series/{show.id}?deleteFiles=true&addImportListExclusion={exclusion}", None)
        ]
        told = {"Updates": [{"Path": show.path, "UpdateType": "Deleted"}]}
        assert sent(lab, "jellyfin") == [("POST", "/Library/Media/Updated", told)]
        assert await lab.app.store.steps.pending() == []


async def test_a_whole_show_whose_entry_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_a_day(tmp_path, monkeypatch, "keep_entry = true") as lab:
        show = lab.home.world.show("The Sopranos")
        show.tag("10-days")
        episodes = [episode.id for episode in show.episodes() if episode.file]
        files = [file.id for file in show.files()]

        run = await lab.run("short_lived")

        assert run.totals["deleted"] == 1
        assert sent(lab, *ARRS) == [
            ("PUT", "/api/v3/episode/monitor", {"episodeIds": episodes, "monitored": False}),
            ("DELETE", "/api/v3/episodefile/bulk", {"episodeFileIds": files}),
        ]
        assert show.files() == []


async def test_a_file_of_two_episodes_goes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_a_day(tmp_path, monkeypatch, titles=9) as lab:
        world = lab.home.world
        show = world.show("The Sopranos")
        show.tag("daily")
        for file in [file for file in show.files() if file.season_number > 1]:
            world.delete_episode_file(file)
        first, second = show.season(1).episode(1), show.season(1).episode(2)
        file = world.import_episodes(first, second, at=lab.clock.now() - timedelta(days=1200), size=3 * 10**9)
        world.items.pop(second.item.id, None)
        newest = [file.id for file in show.files()][-10:]

        run = await lab.run("daily_shows")

        lines = sent(lab, *ARRS)
        assert run.totals["deleted"] == len(lines) / 2
        bulk = ("DELETE", "/api/v3/episodefile/bulk", {"episodeFileIds": [file.id]})
        place = lines.index(bulk)
        monitor = {"episodeIds": [first.id, second.id], "monitored": False}
        assert lines[place - 1] == ("PUT", "/api/v3/episode/monitor", monitor)
        assert first.file is None
        assert second.file is None
        assert [file.id for file in show.files()] == newest


async def test_a_row_in_seerr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_a_day(tmp_path, monkeypatch) as lab:
        movie = lab.home.world.movie("Fight Club")
        movie.tag("10-days")
        long_ago = lab.clock.now() - timedelta(days=900)
        row = lab.home.world.request(movie, by="ana", created=long_ago, available_since=long_ago).media

        await lab.run("short_lived")

        assert sent(lab, "jellyseerr") == [("DELETE", f"/api/v1/media/{row.id}", None)]
        told = [(one.service, one.method) for one in lab.home.requests if one.method in WRITES]
        assert told == [("radarr", "DELETE"), ("jellyfin", "POST"), ("jellyseerr", "DELETE")]


async def test_a_row_in_seerr_that_is_to_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_a_day(tmp_path, monkeypatch, 'seerr = "leave"') as lab:
        movie = lab.home.world.movie("Fight Club")
        movie.tag("10-days")
        long_ago = lab.clock.now() - timedelta(days=900)
        lab.home.world.request(movie, by="ana", created=long_ago, available_since=long_ago)

        await lab.run("short_lived")

        assert sent(lab, "jellyseerr") == []
