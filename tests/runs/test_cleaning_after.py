"""What follows a deletion: whom Jellyfin forgets, which row Seerr loses, and when neither is told anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from keepercheky.cleanup import follow, points
from keepercheky.demo import Fault
from keepercheky.demo.items import Item
from keepercheky.demo.records import MediaRow
from tests.runs.conftest import Lab
from tests.runs.test_cleaning_lines import one_a_day, sent

ELSEWHERE = "/data/media/movies/Fight Club (1999) UHD/Fight Club (1999) 2160p.mkv"


@pytest.fixture
async def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lab]:
    async with one_a_day(tmp_path, monkeypatch) as opened:
        opened.home.world.movie("Fight Club").tag("10-days")
        yield opened
        points.hooks.clear()


async def without_libraries(lab: Lab) -> None:
    """No keep hangs on the library an item is in, so that its path is of no interest."""
    lab.settings.write_text(lab.settings.read_text().replace('libraries = ["Infantil"]\n', ""))
    await lab.app.reload()


def asked_for(lab: Lab, **facts: Any) -> MediaRow:
    """A request of long ago, long answered."""
    long_ago = lab.clock.now() - timedelta(days=900)
    facts = {"by": "ana", "created": long_ago, "available_since": long_ago} | facts
    world = lab.home.world
    movie = next((one for one in world.movies.values() if one.title == "Fight Club"), None)
    return world.request(movie or world.departed_movies[550], **facts).media


def copy_elsewhere(lab: Lab) -> Item:
    """Jellyfin has a second copy, with the same numbers, in another folder."""
    world = lab.home.world
    own = world.movie("Fight Club").item
    assert own is not None
    world.contents.write(ELSEWHERE, 40 * 10**9)
    other = Item(
        owner=world,
        id=world.hex_id("uhd"),
        kind="Movie",
        name=own.name,
        created=own.created,
        library=own.library,
        path=ELSEWHERE,
        provider_ids=dict(own.provider_ids),
    )
    world.items[other.id] = other
    return other


async def after_steps(lab: Lab) -> dict[str, tuple[str, str | None, int]]:
    async with lab.app.store.database.reading() as statements:
        rows = await statements.rows("SELECT kind, state, reason, attempts FROM after_steps ORDER BY id")
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def at_the_end(change: Callable[[], object]) -> None:
    """Something happens between the deletion and what follows it."""
    points.hooks.append(lambda point: change() if point == "end_recorded" else None)


# Jellyfin


async def test_only_the_copy_in_the_deleted_folder_is_told_of_and_expected_to_vanish(lab: Lab) -> None:
    own, other = lab.home.world.movie("Fight Club").item, copy_elsewhere(lab)
    assert own is not None
    path = own.path

    run = await lab.run("short_lived")

    assert run.totals["deleted"] == 1
    told = {"Updates": [{"Path": path, "UpdateType": "Deleted"}]}
    assert sent(lab, "jellyfin") == [("POST", "/Library/Media/Updated", told)]
    assert own.id not in lab.home.world.items
    assert other.id in lab.home.world.items
    assert await after_steps(lab) == {"jellyfin": ("done", None, 1)}


async def test_an_item_seen_by_another_path_is_still_the_one_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No map leads from Jellyfin's view to ours; but there is one title, and one item, and their numbers agree."""
    async with one_a_day(tmp_path, monkeypatch) as lab:
        movie = lab.home.world.movie("Fight Club")
        movie.tag("10-days")
        assert movie.item is not None
        movie.item.path = "/data/films/Fight Club/Fight Club.mkv"
        await without_libraries(lab)
        lab.home.world.contents.write(movie.item.path, 1)
        asked_for(lab)

        await lab.run("short_lived")

        [(_, _, told)] = sent(lab, "jellyfin")
        assert told == {
            "Updates": [{"Path": "/data/films/Fight Club/Fight Club.mkv", "UpdateType": "Deleted"}]
        }
        assert await after_steps(lab) == {
            "jellyfin": ("pending", "Jellyfin still shows it", 1),
            "seerr": ("pending", "Jellyfin still shows it", 1),
        }


async def test_while_jellyfin_shows_it_seerr_is_not_cleared_and_later_both_are_done(lab: Lab) -> None:
    asked_for(lab)
    lab.home.world.scan_delay = timedelta(hours=12)
    await lab.run("short_lived")
    assert sent(lab, "jellyseerr") == []
    assert [state for state, _, _ in (await after_steps(lab)).values()] == ["pending", "pending"]

    lab.clock.go_on(days=1)
    await lab.run("short_lived")

    assert len(sent(lab, "jellyseerr")) == 1
    assert [(state, attempts) for state, _, attempts in (await after_steps(lab)).values()] == [
        ("done", 2),
        ("done", 2),
    ]


async def test_the_wait_for_jellyfin_is_one_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_a_day(tmp_path, monkeypatch, titles=5) as lab:
        for name in ("Fight Club", "Se7en", "Parasite"):
            lab.home.world.movie(name).tag("10-days")
        before = lab.clock.now()

        run = await lab.run("short_lived")

        assert run.totals["deleted"] == 3
        assert lab.clock.now() - before <= timedelta(seconds=90)
        assert await lab.app.store.steps.pending() == []


async def test_an_item_without_a_path_cannot_be_told_of(lab: Lab) -> None:
    asked_for(lab)
    item = lab.home.world.movie("Fight Club").item
    assert item is not None
    item.path = ""
    await without_libraries(lab)

    run = await lab.run("short_lived")

    assert run.outcome == "success"
    assert (await after_steps(lab))["jellyfin"][:2] == ("dropped", "Jellyfin does not tell where it lies")


async def test_what_fails_a_month_long_is_dropped(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "MOST_ATTEMPTS", 2)
    lab.home.world.scan_delay = timedelta(days=12)
    await lab.run("short_lived")
    assert (await after_steps(lab))["jellyfin"][0] == "pending"

    await lab.run("short_lived")

    assert (await after_steps(lab))["jellyfin"] == ("dropped", "Jellyfin still shows it", 2)


async def test_jellyfin_that_fails_is_told_again(lab: Lab) -> None:
    at_the_end(lambda: lab.home.faults.set("jellyfin", Fault.ERROR, "/library/media/updated"))
    await lab.run("short_lived")
    assert (await after_steps(lab))["jellyfin"][0] == "pending"
    lab.home.faults.clear()
    points.hooks.clear()

    await lab.run("short_lived")

    assert (await after_steps(lab))["jellyfin"][0] == "done"


# Seerr


def another_copy_known(lab: Lab) -> None:
    asked_for(lab).status_4k = 5


def part_of_another_copy(lab: Lab) -> None:
    asked_for(lab).status_4k = 4


def only_the_other_copy_known(lab: Lab) -> None:
    row = asked_for(lab)
    row.status, row.status_4k = 1, 5


def asked_for_again(lab: Lab) -> None:
    asked_for(lab)
    at_the_end(lambda: asked_for(lab, by="luis", created=lab.clock.now(), available_since=None))


def a_new_request_on_an_old_row(lab: Lab) -> None:
    row = asked_for(lab)

    def ask() -> None:
        updated = row.updated
        asked_for(lab, by="luis")
        row.updated = updated

    at_the_end(ask)


def changed_by_seerr_itself(lab: Lab) -> None:
    row = asked_for(lab)

    def sync() -> None:
        row.status, row.updated = 7, lab.clock.now()

    at_the_end(sync)


def came_back(lab: Lab) -> None:
    asked_for(lab)
    world = lab.home.world
    movie = world.movie("Fight Club")

    def come() -> None:
        again = world.add_movie(movie.title, tmdb_id=movie.tmdb_id, year=movie.year)
        world.import_movie(again, at=lab.clock.now(), size=10**9, in_jellyfin=False)

    at_the_end(come)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (another_copy_known, "Seerr knows another copy of it"),
        (part_of_another_copy, "Seerr knows another copy of it"),
        (only_the_other_copy_known, "Seerr knows another copy of it"),
        (asked_for_again, "its row in Seerr has changed since"),
        (a_new_request_on_an_old_row, "somebody asked for it anew"),
        (changed_by_seerr_itself, "its row in Seerr has changed since"),
        (came_back, "a copy of it is there, or back"),
    ],
)
async def test_a_row_that_is_not_what_it_was_stays(lab: Lab, how: Callable[[Lab], None], why: str) -> None:
    how(lab)

    run = await lab.run("short_lived")

    assert run.totals["deleted"] == 1
    assert sent(lab, "jellyseerr") == []
    assert (await after_steps(lab))["seerr"] == ("dropped", why, 1)


async def test_a_row_with_a_request_nobody_has_answered_stays(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 4K request does not hold the HD copy where there is a 4K instance; but it must not go with its row."""
    row = asked_for(lab)
    wish = lab.home.world.request(
        lab.home.world.movie("Fight Club"), by="luis", created=row.updated, status=2, is_4k=True
    )
    row.status_4k = 3
    lab.settings.write_text(lab.settings.read_text().replace("[keep]", "[keep]\nrequested = false", 1))
    await lab.app.reload()
    assert lab.app.last_reload_failed is None, lab.app.last_reload_failed
    run = await lab.run("short_lived")

    assert run.totals["deleted"] == 1
    assert (await after_steps(lab))["seerr"] == ("dropped", "somebody waits for a copy of it", 1)
    assert wish in lab.home.world.requests


async def test_paused_nothing_follows_until_it_goes_on(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for(lab)
    recorded: list[str] = []
    points.hooks.append(recorded.append)
    original = lab.app.store.baseline.paused

    async def paused() -> bool:
        return "end_recorded" in recorded or await original()

    monkeypatch.setattr(lab.app.store.baseline, "paused", paused)
    await lab.run("short_lived")
    assert sent(lab, "jellyfin", "jellyseerr") == []
    assert [attempts for _, _, attempts in (await after_steps(lab)).values()] == [0, 0]

    monkeypatch.undo()
    points.hooks.clear()
    lab.app.store.baseline.paused = original  # type: ignore[method-assign]
    await lab.app.store.baseline.set_paused(False, "luis", lab.clock.now())


async def test_a_season_leaves_the_row_while_another_has_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one_a_day(tmp_path, monkeypatch) as lab:
        show = lab.home.world.show("The Sopranos")
        show.tag("by-season")
        long_ago = lab.clock.now() - timedelta(days=900)
        lab.home.world.request(show, by="ana", created=long_ago, available_since=long_ago)

        run = await lab.run("seasons")

        assert run.totals["deleted"] == 1
        assert sent(lab, "jellyseerr") == []
        assert (await after_steps(lab))["seerr"] == ("dropped", "a copy of it is there, or back", 1)
