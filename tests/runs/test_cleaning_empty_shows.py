"""`delete_empty_shows`: the entry of a show goes after its last season, when nothing speaks against it; off by default."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from keepercheky.cleanup import points
from keepercheky.demo import Fault
from keepercheky.demo.titles import Show
from keepercheky.policy.marks import HandKeep
from keepercheky.store import Step
from tests.runs.conftest import Lab
from tests.runs.test_cleaning_lines import one_a_day, sent

ON = "delete_empty_shows = true"


@asynccontextmanager
async def last_season(
    folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = ON
) -> AsyncIterator[tuple[Lab, Show]]:
    """A show of which one season is left, and that is due."""
    async with one_a_day(folder, monkeypatch, more) as lab:
        show = lab.home.world.show("The Sopranos")
        show.tag("by-season")
        for file in [file for file in show.files() if file.season_number != 2]:
            lab.home.world.delete_episode_file(file)
        yield lab, show
        points.hooks.clear()


async def entry_of(lab: Lab, show: Show) -> Step | None:
    async with lab.app.store.database.reading() as statements:
        runs = [row[0] for row in await statements.rows("SELECT DISTINCT run_id FROM steps ORDER BY id")]
    found = [step for run in runs for step in await lab.app.store.steps.of_run(run)]
    return next((step for step in reversed(found) if step.key == f"show:tvdb:{show.tvdb_id}@sonarr"), None)


def deletions(lab: Lab) -> list[str]:
    return [path for method, path, _ in sent(lab, "sonarr") if method == "DELETE"]


@pytest.mark.parametrize("exclusion", ["true", "false"])
async def test_its_entry_goes_with_its_last_season(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exclusion: str
) -> None:
    more = f"{ON}\nimport_exclusion = {exclusion}"
    async with last_season(tmp_path, monkeypatch, more) as (lab, show):
        run = await lab.run("seasons")

        assert run.outcome == "success"
        assert run.totals["deleted"] == 1  # an entry is no title
        assert deletions(lab) == [
            "/api/v3/episodefile/bulk",
            f"/api/v3/series/{show.id}?deleteFiles=true&addImportListExclusion={exclusion}",
        ]
        assert show.id not in lab.home.world.shows
        entry = await entry_of(lab, show)
        assert entry is not None
        assert entry.state == "done"
        assert (entry.size_bytes, entry.frees_bytes, entry.body.files) == (0, 0, ())
        assert b'"tvdbId"' in (await lab.app.store.steps.resource(entry) or b"")
        assert len(await lab.app.store.baseline.spent(lab.clock.now() - timedelta(days=1))) == 1


async def test_it_stays_unless_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with last_season(tmp_path, monkeypatch, "") as (lab, show):
        assert (await lab.run("seasons")).totals["deleted"] == 1
        assert deletions(lab) == ["/api/v3/episodefile/bulk"]
        assert show.id in lab.home.world.shows


async def test_a_show_that_goes_on_and_was_not_monitored_before_us_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with last_season(tmp_path, monkeypatch) as (lab, show):
        show.ended, show.monitored = False, False
        await lab.run("seasons")
        assert show.id not in lab.home.world.shows


def goes_on(lab: Lab, show: Show) -> None:
    show.ended = False


def is_switched_off_after_us(lab: Lab, show: Show) -> None:
    """That it is not monitored now says nothing: it was when we came."""
    show.ended = False
    points.hooks.append(lambda point: setattr(show, "monitored", False) if point == "act_sent" else None)


def has_specials(lab: Lab, show: Show) -> None:
    season = lab.home.world.add_season(show, 0, [("Special", lab.clock.now() - timedelta(days=900))])
    lab.home.world.import_episodes(season.episodes[0], at=lab.clock.now() - timedelta(days=900), size=10**9)


def is_queued(lab: Lab, show: Show) -> None:
    at_the_end(lambda: lab.home.world.queue_episode(show.episode(1, 1)))


def is_tagged(lab: Lab, show: Show) -> None:
    at_the_end(lambda: show.tag("keep"))


def is_asked_for(lab: Lab, show: Show) -> None:
    at_the_end(lambda: lab.home.world.request(show, by="ana", status=2))


def is_liked(lab: Lab, show: Show) -> None:
    at_the_end(lambda: lab.home.world.user("ana").favourites(show))


def holds_a_stranger(lab: Lab, show: Show) -> None:
    at_the_end(lambda: lab.home.world.contents.write(f"{show.path}/home video.mkv", 10**9))


def shares_its_folder(lab: Lab, show: Show) -> None:
    other = lab.home.world.show("Chernobyl")
    at_the_end(lambda: setattr(other, "path", f"{show.path}/inside"))


def is_stopped(lab: Lab, show: Show) -> None:
    at_the_end(lambda: lab.home.faults.set("jellyfin", Fault.ERROR))


def at_the_end(change: Callable[[], object]) -> None:
    points.hooks.append(lambda point: change() if point == "end_recorded" else None)


@pytest.mark.parametrize(
    "how",
    [
        goes_on,
        is_switched_off_after_us,
        has_specials,
        is_queued,
        is_tagged,
        is_asked_for,
        is_liked,
        holds_a_stranger,
        shares_its_folder,
        is_stopped,
    ],
)
async def test_it_stays_when_something_speaks_against_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: Callable[[Lab, Show], None]
) -> None:
    async with last_season(tmp_path, monkeypatch) as (lab, show):
        how(lab, show)

        run = await lab.run("seasons")

        assert run.totals["deleted"] == 1
        assert deletions(lab) == ["/api/v3/episodefile/bulk"]
        assert show.id in lab.home.world.shows
        assert await entry_of(lab, show) is None


@pytest.mark.parametrize("identity", ["show:tvdb:{0}", "season:tvdb:{0}:1", "episode:tvdb:{0}:1:1"])
async def test_kept_by_hand_in_any_part_it_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identity: str
) -> None:
    async with last_season(tmp_path, monkeypatch) as (lab, show):
        original, ended = lab.app.store.keeps.all, []
        points.hooks.append(lambda point: ended.append(point) if point == "end_recorded" else None)

        async def keeps(now):
            mine = (HandKeep(identity.format(show.tvdb_id), now),) if ended else ()
            return (*await original(now), *mine)

        monkeypatch.setattr(lab.app.store.keeps, "all", keeps)
        await lab.run("seasons")

        assert show.id in lab.home.world.shows


async def test_what_stood_in_the_way_is_looked_at_again_by_a_later_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with last_season(tmp_path, monkeypatch) as (lab, show):
        is_queued(lab, show)
        await lab.run("seasons")
        assert show.id in lab.home.world.shows
        points.hooks.clear()
        lab.home.world.sonarr.queue = ()
        lab.clock.go_on(days=1)
        other = lab.home.world.show("Stranger Things")
        other.tag("by-season")

        await lab.run("seasons")

        assert show.id not in lab.home.world.shows
        assert other.id in lab.home.world.shows


async def test_an_entry_that_does_not_go_is_unverified_and_asked_about_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with last_season(tmp_path, monkeypatch) as (lab, show):
        lab.home.faults.set("sonarr", Fault.LIES, "/api/v3/series/*", method="DELETE", times=1)

        run = await lab.run("seasons")

        assert run.outcome == "partial"
        entry = await entry_of(lab, show)
        assert entry is not None
        assert entry.state == "unverified"
        assert len(await lab.app.store.baseline.spent(lab.clock.now() - timedelta(days=1))) == 1
        await lab.run("seasons")
        settled = await entry_of(lab, show)
        assert settled is not None
        assert settled.state == "abandoned"
