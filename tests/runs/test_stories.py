"""Stories of a household, told through the whole application: services, join, verdict, plan, state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from keepercheky import logs
from keepercheky.cleanup import run as run_module
from keepercheky.demo import Fault
from keepercheky.errors import NoMatch, UsageError
from keepercheky.settings.values import parse_amount
from tests.runs.conftest import Lab, at_once, deleted, every_night, open_lab

GODFATHER = "movie:tmdb:238@radarr"


@pytest.fixture
async def live(tmp_path):
    """A home where titles may go without notice."""
    async with open_lab(tmp_path, at_once) as lab:
        yield lab


def verdict(plan, name, season=None):
    [row] = [row for row in plan["titles"] if row["title"] == name and row["season"] == season]
    return row["verdict"], row["findings"][0]["rule"]


async def test_a_first_run_on_an_old_library_announces_and_deletes_nothing(lab: Lab) -> None:
    run = await lab.run()

    assert run.outcome == "success"
    assert run.totals["delete"] == 0
    assert run.totals["leaving"] > 10
    [row] = (await lab.app.explain(GODFATHER))["titles"]
    assert row["verdict"] == "leaving"
    assert row["promised_until"] == "2026-03-03T04:00:00Z"


async def test_what_was_announced_may_go_on_its_date_and_not_before(lab: Lab) -> None:
    await lab.run()

    lab.clock.go_on(days=1)
    await lab.run()
    assert (await lab.app.explain(GODFATHER))["titles"][0]["verdict"] == "leaving"

    lab.clock.go_on(days=1, minutes=-1)
    assert deleted(await lab.plan()) == set()

    lab.clock.go_on(minutes=1)
    plan = await lab.plan()
    assert GODFATHER in deleted(plan)
    assert 0 < sum(row["taken"] for row in plan["titles"]) <= 20
    assert [row["taken"] for row in plan["titles"]] == sorted(
        (row["taken"] for row in plan["titles"]), reverse=True
    )


async def test_time_nobody_could_see_does_not_count(tmp_path) -> None:
    async with open_lab(tmp_path, every_night) as lab:
        await lab.run()

        lab.clock.go_on(days=21)
        run = await lab.run()

        assert run.totals["delete"] == 0
        [row] = (await lab.app.explain(GODFATHER))["titles"]
        assert row["promised_until"] == "2026-03-23T04:00:00Z"  # two days, and the twenty that nobody saw


async def test_a_play_after_the_announcement_saves_a_title(lab: Lab) -> None:
    await lab.run()
    lab.clock.go_on(days=1)
    lab.home.world.user("ana").plays(lab.home.world.movie("The Godfather"), at=lab.clock.now())
    lab.clock.go_on(days=5)

    await lab.run()

    [row] = (await lab.app.explain(GODFATHER))["titles"]
    assert (row["verdict"], row["findings"][0]["rule"], row["promised_until"]) == (
        "keep",
        "not_expired",
        None,
    )


async def test_a_keep_tag_added_a_minute_ago_keeps(live: Lab) -> None:
    assert GODFATHER in deleted(await live.plan())

    live.home.world.movie("The Godfather").tag("keep")

    assert verdict(await live.plan(), "The Godfather") == ("keep", "tags")


async def test_a_favourite_keeps_and_a_title_kept_by_hand_stays(live: Lab) -> None:
    await live.run()
    live.home.world.user("marta").favourites(live.home.world.movie("The Godfather"))
    await live.app.keep("The Matrix", until=timedelta(days=30), reason="film night", by="luis")

    plan = await live.plan()
    assert verdict(plan, "The Godfather") == ("keep", "favorites")
    assert verdict(plan, "The Matrix") == ("keep", "by_hand")

    await live.app.unkeep("The Matrix")
    assert verdict(await live.plan(), "The Matrix")[1] != "by_hand"


async def test_what_is_playing_queued_or_asked_for_stays(live: Lab) -> None:
    world = live.home.world
    world.play_now("nico", world.movie("Vertigo"), paused=True)
    world.queue_movie(world.movie("Psycho"))
    world.request(world.movie("Fight Club"), by="luis", available_since=live.clock.now() - timedelta(days=3))

    plan = await live.plan()

    assert verdict(plan, "Vertigo")[0] == "keep"
    assert "playing" in [finding["rule"] for finding in live.title(plan, "Vertigo")["findings"]]
    assert verdict(plan, "Psycho") == ("keep", "queued")
    assert verdict(plan, "Fight Club") == ("keep", "requested")


async def test_half_of_the_movies_gone_stops_the_run_until_somebody_accepts_it(live: Lab) -> None:
    await live.run()
    movies = list(live.home.world.movies.values())
    for movie in movies[: len(movies) // 2]:
        live.home.world.remove_movie(movie)

    run = await live.run()
    assert run.outcome == "refused"
    assert "titles.radarr" in [refusal["id"] for refusal in run.refusals]
    assert deleted(await live.plan()) == set()

    for refusal in run.refusals:
        await live.app.accept(refusal["id"])
    assert (await live.run()).outcome == "success"
    assert (await live.run()).outcome == "success"  # the new count is the one to compare with


async def test_an_acceptance_does_not_cover_what_follows(live: Lab) -> None:
    await live.run()
    movies = list(live.home.world.movies.values())
    for movie in movies[:20]:
        live.home.world.remove_movie(movie)
    for refusal in (await live.run()).refusals:
        await live.app.accept(refusal["id"])

    for movie in movies[20:35]:
        live.home.world.remove_movie(movie)

    assert (await live.run()).outcome == "refused"


async def test_plays_forgotten_by_jellyfin_stop_the_run_and_are_still_remembered(live: Lab) -> None:
    world = live.home.world
    world.user("ana").plays(world.movie("The Godfather"), at=live.clock.now() - timedelta(days=2))
    await live.run()
    for user in world.users:
        user.forgets_everything()

    plan = await live.plan()

    assert "played" in [refusal["id"] for refusal in plan["refusals"]]
    assert verdict(plan, "The Godfather") == ("keep", "not_expired")


async def test_a_kept_library_that_was_renamed_stops_the_run(live: Lab) -> None:
    live.home.world.library("Infantil").name = "Niños"
    live.home.world.touch()

    plan = await live.plan()

    assert plan["outcome"] == "refused"
    assert [refusal["id"] for refusal in plan["refusals"]] == ["library.Infantil"]


async def test_a_service_whose_clock_is_an_hour_off_stops_the_run(live: Lab) -> None:
    live.home.world.clock_skew["jellyfin"] = timedelta(hours=1)

    plan = await live.plan()

    assert plan["outcome"] == "refused"
    assert [refusal["id"] for refusal in plan["refusals"]] == ["clock.jellyfin"]
    await live.run()
    await live.app.accept("clock.jellyfin")
    assert (await live.run()).outcome == "success"
    assert (await live.run()).outcome == "success"  # it is still an hour off, and still accepted


async def test_a_root_folder_out_of_reach_stops_the_run(live: Lab) -> None:
    live.home.world.radarr.missing_roots = frozenset({"/data/media/movies"})
    live.home.world.touch()

    plan = await live.plan()

    assert plan["outcome"] == "refused"
    assert "root_folder.radarr" in [refusal["id"] for refusal in plan["refusals"]]


async def test_a_path_map_that_leads_nowhere_stops_the_run(tmp_path) -> None:
    def astray(text: str) -> str:
        return at_once(text).replace('/home/media"', '/home/elsewhere"')

    async with open_lab(tmp_path, astray) as lab:
        plan = await lab.plan()

    assert plan["outcome"] == "refused"
    assert {"path_map.radarr:/data/media", "path_map.sonarr:/data/media"} <= {
        refusal["id"] for refusal in plan["refusals"]
    }


async def test_paused_stops_everything(live: Lab) -> None:
    await live.app.store.baseline.set_paused(True, "ana", live.clock.now())

    plan = await live.plan()

    assert plan["outcome"] == "refused"
    assert plan["refusals"][0]["remedy"] == "run `keepercheky resume`"


async def test_promises_survive_a_run_that_was_stopped(lab: Lab) -> None:
    await lab.run()
    before = await lab.app.store.promises.all(simulated=True)
    lab.home.faults.set("jellyfin", Fault.ERROR)

    assert (await lab.run()).outcome == "refused"

    assert await lab.app.store.promises.all(simulated=True) == before


async def test_a_schedule_switched_off_keeps_its_titles_from_harsher_ones(tmp_path) -> None:
    def switched_off(text: str) -> str:
        return at_once(text).replace('tag    = "10-days"', 'tag    = "10-days"\nenabled = false')

    async with open_lab(tmp_path, switched_off) as lab:
        await lab.run("old_media")

        [row] = (await lab.app.explain("Get Out"))["titles"]

    assert (row["verdict"], row["schedule"], row["findings"][-1]["rule"]) == (
        "keep",
        "short_lived",
        "not_expired",
    )


async def test_every_title_is_explained_after_its_schedules_ran(lab: Lab) -> None:
    for schedule in lab.app.house.rules.schedules:
        assert (await lab.run(schedule.id)).outcome == "success"

    counted = await lab.app.store.mirror.counts()

    world = lab.home.world
    with_files = sum(movie.file is not None for movie in world.movies.values())
    assert (
        sum(titles for (service, _, _), (titles, _) in counted.items() if service == "radarr") == with_files
    )
    for row in (await lab.app.explain("a"))["titles"]:
        assert row["because"]
        assert all(finding["because"] and "{" not in finding["because"] for finding in row["findings"])


async def test_a_second_run_over_an_unchanged_world_writes_no_decision_again(lab: Lab) -> None:
    await lab.run()
    [before] = (await lab.app.explain(GODFATHER))["titles"]
    lab.clock.go_on(minutes=5)

    await lab.run()

    [after] = (await lab.app.explain(GODFATHER))["titles"]
    assert after["decided_at"] == before["decided_at"]


async def test_as_if_less_were_free_asks_for_more(lab: Lab) -> None:
    roomy = await lab.plan(at_free=parse_amount("60%"))
    tight = await lab.plan(at_free=parse_amount("2%"))

    assert roomy["totals"]["leaving"] == 0
    assert tight["totals"]["leaving"] > 20


async def test_a_bad_reload_keeps_the_old_settings_and_says_so(lab: Lab) -> None:
    good = lab.settings.read_text()
    lab.settings.write_text(good.replace('"180d"', '"180 moons"'))

    await lab.app.reload()
    assert "moons" in (lab.app.last_reload_failed or "")
    assert (await lab.run()).outcome == "success"

    lab.settings.write_text(good.replace('keep_free = "15%"', 'keep_free = "16%"'))
    await lab.app.reload()
    assert lab.app.last_reload_failed is None
    plan = await lab.plan()
    assert plan["storages"][0]["keep_free_bytes"] == 640_000_000_000


async def test_what_a_plan_was_stopped_by_can_be_accepted_before_any_run(live: Lab) -> None:
    live.home.world.clock_skew["radarr"] = timedelta(hours=2)
    assert (await live.plan())["outcome"] == "refused"

    await live.app.accept("clock.radarr")

    assert (await live.plan())["outcome"] != "refused"


async def test_what_must_be_mended_cannot_be_accepted(live: Lab) -> None:
    live.home.faults.set("jellyfin", Fault.ERROR)
    await live.run()

    with pytest.raises(UsageError, match="cannot be accepted"):
        await live.app.accept("source.jellyfin")


async def test_a_run_that_breaks_by_a_mistake_of_ours_is_journalled_as_failed(live: Lab, monkeypatch) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(run_module, "observe", broken)
    logs.set_up(level="critical")

    run = await live.run()

    assert run.outcome == "failed"
    assert "please report it" in run.reason


async def test_a_stop_that_a_good_run_has_ended_cannot_be_accepted_for_later(live: Lab) -> None:
    await live.run()
    skewed = live.home.world.clock_skew
    skewed["radarr"] = timedelta(hours=2)
    assert (await live.run()).outcome == "refused"
    skewed.clear()
    live.clock.go_on(minutes=1)
    assert (await live.run()).outcome == "success"

    with pytest.raises(NoMatch):
        await live.app.accept("clock.radarr")
