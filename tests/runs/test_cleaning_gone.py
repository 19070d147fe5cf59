"""Is it gone? What proves it, what does not, and what becomes of what nobody could prove."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from keepercheky.cleanup import gone, points
from keepercheky.cleanup.gone import Found, arr_of, look
from keepercheky.cleanup.recover import settle
from keepercheky.demo import Fault
from keepercheky.errors import ServiceError
from keepercheky.media import Unknown
from keepercheky.store import Step
from tests.runs.conftest import Lab
from tests.runs.test_cleaning_lines import one_a_day, sent


@pytest.fixture
async def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lab]:
    async with one_a_day(tmp_path, monkeypatch) as opened:
        opened.home.world.movie("Fight Club").tag("10-days")
        yield opened
        points.hooks.clear()


async def planned(lab: Lab, schedule: str = "short_lived") -> Step:
    """The step of a run that was stopped before it did anything."""

    class Stopped(BaseException):
        pass

    def stop(point: str) -> None:
        if point == "steps_planned":
            raise Stopped

    points.hooks.append(stop)
    with pytest.raises(Stopped):
        await lab.run(schedule)
    points.hooks.clear()
    [step] = await lab.app.store.steps.unsettled()
    return step


async def seen(lab: Lab, step: Step, **facts: Any) -> Found:
    body = msgspec.structs.replace(step.body, **facts)
    arr = arr_of(lab.app.house, body)
    assert arr is not None
    return await look(arr, body)


async def states(lab: Lab) -> list[str]:
    async with lab.app.store.database.reading() as statements:
        return [row[0] for row in await statements.rows("SELECT state FROM steps ORDER BY id")]


# what proves it


async def test_a_movie_is_gone_when_row_folder_and_files_are(lab: Lab) -> None:
    world, step = lab.home.world, await planned(lab)
    movie = world.movie("Fight Club")
    assert await seen(lab, step) is Found.THERE

    world.remove_later(movie, "by hand")
    assert await seen(lab, step) is Found.GONE  # the fake does what it promised before it answers


async def test_the_row_alone_proves_nothing(lab: Lab) -> None:
    world, step = lab.home.world, await planned(lab)
    world.file_delay = timedelta(hours=1)
    world.remove_later(world.movie("Fight Club"), "by hand")

    assert await seen(lab, step) is Found.PARTLY
    assert await seen(lab, step, seen=(), seen_files=()) is Found.PARTLY  # its folder belongs to nobody
    world.settle()
    assert await seen(lab, step) is Found.GONE


async def test_removed_without_its_files_it_is_not_gone(lab: Lab) -> None:
    world, step = lab.home.world, await planned(lab)
    world.remove_movie(world.movie("Fight Club"), files=False)

    assert await seen(lab, step) is Found.PARTLY
    assert await seen(lab, step, seen=(), seen_files=()) is Found.PARTLY


async def test_a_listed_movie_without_its_file_is_gone(lab: Lab) -> None:
    world, step = lab.home.world, await planned(lab)
    world.delete_movie_file(world.movie("Fight Club"))

    assert await seen(lab, step) is Found.GONE


async def test_a_row_that_is_another_movie_is_not_ours(lab: Lab) -> None:
    """Numbered anew: the number in the database says nothing, the movie is there under another."""
    world, step = lab.home.world, await planned(lab)
    stranger = world.movie("Se7en")

    assert await seen(lab, step, arr_id=stranger.id) is Found.THERE
    world.remove_movie(world.movie("Fight Club"))
    assert await seen(lab, step, arr_id=stranger.id) is Found.GONE


async def test_a_season_of_a_series_removed_without_its_files_is_not_gone(lab: Lab) -> None:
    world = lab.home.world
    show = world.show("The Sopranos")
    show.tag("by-season")
    step = await planned(lab, "seasons")
    assert await seen(lab, step) is Found.THERE

    world.remove_show(show, files=False)

    assert await seen(lab, step) is Found.PARTLY
    assert await seen(lab, step, seen=(), seen_files=()) is Found.PARTLY


async def test_a_season_with_one_file_left_is_there(lab: Lab) -> None:
    world = lab.home.world
    show = world.show("The Sopranos")
    show.tag("by-season")
    step = await planned(lab, "seasons")
    first, *others = [file for file in show.files() if file.id in step.body.files]
    for file in others:
        world.delete_episode_file(file)
    assert await seen(lab, step) is Found.THERE

    world.delete_episode_file(first)
    assert await seen(lab, step) is Found.GONE


async def test_a_root_folder_that_cannot_be_looked_into_proves_nothing(lab: Lab) -> None:
    world, step = lab.home.world, await planned(lab)
    world.remove_movie(world.movie("Fight Club"))
    lab.home.faults.set("radarr", Fault.ERROR, "*/rootfolder")

    with pytest.raises(ServiceError):
        await seen(lab, step)


# the disk


async def test_what_is_missing_on_a_disk_that_is_missing_is_not_proved(lab: Lab) -> None:
    """The share went away while Radarr deleted: nothing is there to be seen, and that says nothing."""
    step = await planned(lab)
    assert len(step.body.witnesses) == 5
    media = lab.home.media_folder
    lab.home.world.remove_movie(lab.home.world.movie("Fight Club"))
    media.rename(media.with_name("elsewhere"))
    assert await seen(lab, step) is Found.PARTLY

    (media / "movies").mkdir(parents=True)  # the empty mount point
    assert await seen(lab, step) is Found.PARTLY

    (media / "movies").rmdir()
    media.rmdir()
    media.with_name("elsewhere").rename(media)
    assert await seen(lab, step) is Found.GONE


async def test_a_disk_that_does_not_answer_has_not_said_that_it_is_gone(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = await planned(lab)
    lab.home.world.remove_movie(lab.home.world.movie("Fight Club"))

    def hangs(path: str) -> bool:
        raise OSError(116, "Stale file handle", path)

    monkeypatch.setattr(gone, "_is_there", hangs)
    assert await seen(lab, step) is Found.PARTLY


async def test_a_disk_that_hangs_has_not_said_that_it_is_gone(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = await planned(lab)
    lab.home.world.remove_movie(lab.home.world.movie("Fight Club"))

    async def never(*_: object, **__: object) -> object:
        return Unknown("timed_out", "")

    monkeypatch.setattr(gone, "patiently", never)
    assert await seen(lab, step) is Found.PARTLY


def test_a_title_alone_in_its_folder_needs_that_folder(tmp_path: Path) -> None:
    root = tmp_path / "movies"
    root.mkdir()
    assert gone._all_missing((str(root / "Heat"),), str(root), ())
    (root / "Heat").mkdir()
    assert not gone._all_missing((str(root / "Heat"),), str(root), ())
    with pytest.raises(FileNotFoundError):
        gone._all_missing((str(tmp_path / "away" / "Heat"),), str(tmp_path / "away"), ())


# what nobody could prove


async def test_not_seen_gone_it_is_unverified_counts_and_is_in_no_plan(lab: Lab) -> None:
    world = lab.home.world
    world.stuck_folders.add(world.movie("Fight Club").path)

    run = await lab.run("short_lived")

    assert (run.totals["unverified"], run.totals["deleted"], run.totals["freed_bytes"]) == (1, 0, 0)
    assert len(await lab.app.store.baseline.spent(lab.clock.now() - timedelta(hours=22))) == 1
    assert await states(lab) == ["unverified"]
    await settle(lab.app.house)
    assert await states(lab) == ["unverified"]  # its entry is gone, its files are not


async def test_unverified_and_gone_later_it_is_counted_once_and_followed_up(lab: Lab) -> None:
    world = lab.home.world
    movie = world.movie("Fight Club")
    world.stuck_folders.add(movie.path)
    long_ago = lab.clock.now() - timedelta(days=900)
    world.request(movie, by="ana", created=long_ago, available_since=long_ago)
    await lab.run("short_lived")
    world.stuck_folders.clear()
    world.contents.remove_folder(movie.path)

    lab.clock.go_on(days=1)
    run = await lab.run("short_lived")

    assert run.outcome == "success"
    assert await states(lab) == ["done"]
    assert len(await lab.app.store.baseline.spent(lab.clock.now() - timedelta(days=3))) == 1
    assert [line[0] for line in sent(lab, "radarr")] == ["DELETE"]
    assert len(sent(lab, "jellyseerr")) == 1
    assert await lab.app.store.steps.pending() == []


async def test_unverified_and_still_there_it_is_abandoned_and_decided_afresh(lab: Lab) -> None:
    lab.home.faults.set("radarr", Fault.LIES, "/api/v3/movie/*", method="DELETE", times=1)
    await lab.run("short_lived")
    assert await states(lab) == ["unverified"]
    again = await lab.plan("short_lived")
    assert [row["verdict"] for row in again["titles"]] == ["undecided"]

    same_night = await lab.run("short_lived")
    assert same_night.totals["deleted"] == 0  # it counts against the caps all the same
    assert await states(lab) == ["abandoned"]

    lab.clock.go_on(days=1)
    run = await lab.run("short_lived")

    assert run.totals["deleted"] == 1
    assert await states(lab) == ["abandoned", "done"]


async def test_an_instance_that_left_the_settings_is_asked_no_more_after_a_month(lab: Lab) -> None:
    step = await planned(lab)
    await lab.app.store.steps.acting(step, b"{}", lab.clock.now())
    lab.settings.write_text(
        lab.settings.read_text().replace("[services.radarr]", '[services.films]\nkind = "radarr"')
    )
    await lab.app.reload()
    assert lab.app.last_reload_failed is None

    await settle(lab.app.house)
    assert await states(lab) == ["acting"]
    lab.clock.go_on(days=31)
    await settle(lab.app.house)
    assert await states(lab) == ["abandoned"]
    assert sent(lab, "radarr") == []


async def test_another_product_under_its_name_is_not_asked(lab: Lab) -> None:
    """A Sonarr has no such movie, of course: that would be no proof of anything."""
    step = await planned(lab)
    assert arr_of(lab.app.house, msgspec.structs.replace(step.body, service="sonarr")) is None
    assert arr_of(lab.app.house, msgspec.structs.replace(step.body, kind="season")) is None


# what went wrong on the way


async def test_what_could_not_be_switched_off_is_not_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether it is monitored; that it was not deleted is certain, and known at once."""
    async with one_a_day(tmp_path, monkeypatch, "keep_entry = true") as lab:
        lab.home.world.movie("Fight Club").tag("10-days")
        lab.home.faults.set("radarr", Fault.LOST, "*/movie/editor", method="PUT")
        before = lab.clock.now()

        run = await lab.run("short_lived")

        assert run.totals["failed"] == 1
        assert [line[0] for line in sent(lab, "radarr")] == ["PUT"]
        assert await states(lab) == ["failed"]
        assert lab.clock.now() - before < timedelta(minutes=1)


async def test_an_unknown_series_is_a_500_and_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sonarr fails where Radarr says 404; somebody was a second faster."""
    async with one_a_day(tmp_path, monkeypatch) as lab:
        world = lab.home.world
        show = world.show("The Sopranos")
        show.tag("10-days")
        points.hooks.append(lambda point: world.remove_show(show) if point == "switched_off" else None)

        run = await lab.run("short_lived")

        assert run.totals["deleted"] == 1
        assert len(sent(lab, "sonarr")) == 1
        points.hooks.clear()


@pytest.mark.parametrize("minutes", [0, 6])
async def test_deleted_by_hand_before_its_turn_it_is_skipped_and_followed_up(lab: Lab, minutes: int) -> None:
    world = lab.home.world
    movie = world.movie("Fight Club")
    long_ago = lab.clock.now() - timedelta(days=900)
    row = world.request(movie, by="ana", created=long_ago, available_since=long_ago).media

    def by_hand(point: str) -> None:
        if point == "steps_planned":
            world.remove_movie(movie)
            lab.clock.go_on(minutes=minutes)

    points.hooks.append(by_hand)
    run = await lab.run("short_lived")

    assert (run.totals["skipped"], run.totals["deleted"]) == (1, 0)
    [step] = await lab.app.store.steps.of_run(run.id)
    assert (step.state, step.reason) == ("skipped", "it is gone already")
    assert sent(lab, "radarr") == []
    assert sent(lab, "jellyseerr") == [("DELETE", f"/api/v1/media/{row.id}", None)]
    assert await lab.app.store.baseline.spent(lab.clock.now() - timedelta(days=3)) == ()


async def test_an_approval_is_used_up_by_its_deletion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one_a_day(tmp_path, monkeypatch) as lab:
        lab.settings.write_text(lab.settings.read_text().replace('approve = "never"', 'approve = "always"'))
        await lab.app.reload()
        movie = lab.home.world.movie("Fight Club")
        movie.tag("10-days")
        key = f"movie:tmdb:{movie.tmdb_id}@radarr"
        now = lab.clock.now()
        assert (await lab.run("short_lived")).outcome == "waiting"
        until = now + timedelta(days=7)
        await lab.app.store.approvals.approve("short_lived", {key: (movie.file.id,)}, now, until)

        run = await lab.run("short_lived")

        assert (run.outcome, run.totals["deleted"]) == ("success", 1)
        assert await lab.app.store.approvals.in_force("short_lived", now) == {}


async def test_an_approval_of_other_files_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one_a_day(tmp_path, monkeypatch) as lab:
        lab.settings.write_text(lab.settings.read_text().replace('approve = "never"', 'approve = "always"'))
        await lab.app.reload()
        movie = lab.home.world.movie("Fight Club")
        movie.tag("10-days")
        now = lab.clock.now()
        titles = {f"movie:tmdb:{movie.tmdb_id}@radarr": (movie.file.id + 1,)}
        await lab.app.store.approvals.approve("short_lived", titles, now, now + timedelta(days=7))

        assert (await lab.run("short_lived")).outcome == "waiting"
        assert sent(lab, "radarr") == []


async def test_where_nobody_is_asked_nobody_has_approved(lab: Lab) -> None:
    assert (await lab.run("short_lived")).totals["deleted"] == 1

    assert not (await lab.app.store.baseline.schedule_marks())["short_lived"].approved
