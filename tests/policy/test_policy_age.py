"""When a title's time is over: limits, levels of free space, the latest episodes; and what is asked for in detail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from house import (
    GB,
    NOT_ASKED,
    NOW,
    OLD,
    TB,
    aged,
    ago,
    ahead,
    at_free,
    days,
    decided,
    disk,
    episode,
    keep,
    latest,
    level,
    levels,
    library,
    marks,
    movie,
    only,
    promise,
    rules,
    schedule,
    season_of,
    seen,
    share,
    show,
    size,
    storage,
    told,
    verdicts,
    watch,
)
from msgspec.structs import replace

from keepercheky.media import Unknown, Watch, Watching
from keepercheky.policy.age import expiry
from keepercheky.policy.decide import decide, shows_wanting_detail
from keepercheky.policy.terms import Amount, Kind

SECOND = timedelta(seconds=1)
DELETE = ("delete", "expired")
NOT_DUE = ("keep", "not_expired")
UNMATCHED = Watching(unknown=Unknown("unmatched"))


# One limit


def test_a_title_expires_at_its_limit_and_not_a_second_before():
    item = movie(imported=90)

    assert told(only(item, rules(schedule(movies=aged(90))))) == DELETE
    assert told(only(item, rules(schedule(movies=aged(90))), now=NOW - SECOND)) == NOT_DUE
    assert only(item, rules(schedule(movies=aged(90)))).expiry.expires_at == NOW


def test_activity_is_the_latest_of_arrival_and_plays():
    assert only(movie(imported=400, watching=seen(watch(at=300), watch("luis", 95)))).title.active.at == ago(
        95
    )
    assert only(movie(imported=50, watching=seen(watch(at=300)))).title.active.at == ago(50)


def test_watched_in_2022_and_asked_for_again_yesterday_is_kept():
    assert told(only(movie(imported=1, watching=seen(watch(at=1500))))) == NOT_DUE


def test_upgraded_last_week_but_here_since_2022_and_never_played_its_age_counts_from_2022():
    assert told(only(movie(imported=1500))) == DELETE


@pytest.mark.parametrize(
    ("watching", "limit"),
    [
        pytest.param(seen(), 180, id="nobody watched it"),
        pytest.param(seen(watch(finished=False, at=100)), 180, id="begun and not finished"),
        pytest.param(seen(watch(at=100)), 60, id="finished by one"),
        pytest.param(
            seen(watch(at=100), watch("luis", 120, finished=False)), 60, id="finished by one of two"
        ),
        pytest.param(
            Watching((watch(at=100),), Unknown("not_read")), 60, id="finished by one, others not known"
        ),
        pytest.param(Watching((), Unknown("not_read")), 180, id="not known: the longer of the two"),
    ],
)
def test_watched_is_finished_by_at_least_one(watching, limit):
    asked = rules(schedule(movies=aged(unwatched=180, watched=60)))

    assert only(movie(watching=watching), asked).expiry.limit == days(limit)


def test_a_missing_limit_means_never():
    unwatched_stay = rules(schedule(movies=aged(watched=60)))
    watched_stay = rules(schedule(movies=aged(unwatched=60)))

    assert told(only(movie(), unwatched_stay)) == NOT_DUE
    assert only(movie(), unwatched_stay).because.code == "never"
    assert told(only(movie(watching=seen(watch())), watched_stay)) == NOT_DUE
    assert told(only(movie(watching=UNMATCHED), watched_stay)) == NOT_DUE


def test_a_season_is_watched_when_one_user_finished_every_aired_episode_with_a_file():
    by_ana, by_luis = seen(watch(at=100)), seen(watch("luis", 100))
    asked = rules(schedule(seasons=aged(unwatched=180, watched=60)))
    rows = {
        "both": [episode(1, 1, watching=by_ana), episode(1, 2, watching=by_ana)],
        "each one": [episode(1, 1, watching=by_ana), episode(1, 2, watching=by_luis)],
        "without a file": [episode(1, 1, watching=by_ana), episode(1, 2, file=0)],
        "to come": [episode(1, 1, watching=by_ana), episode(1, 2, aired=-3)],
        "airing now": [episode(1, 1, watching=by_ana), episode(1, 2, aired=0)],
        "undated": [episode(1, 1, watching=by_ana), episode(1, 2, aired=None)],
    }

    found = {name: only(show(5, *row), asked).expiry.limit for name, row in rows.items()}

    assert {name: limit.days for name, limit in found.items()} == {
        "both": 60,
        "each one": 180,
        "without a file": 60,
        "to come": 60,
        "airing now": 180,
        "undated": 180,
    }


def test_specials_do_not_count_for_a_show_and_are_all_that_counts_for_season_zero():
    rows = [*season_of(1, watching=seen(watch(at=100))), *season_of(0)]
    limit = aged(unwatched=180, watched=60)

    whole = only(show(5, *rows), rules(schedule(shows=limit)))
    zero = decided(library(show(5, *rows)), rules(schedule(seasons=limit, specials=True)))

    assert whole.expiry.limit == days(60)
    assert zero["season:tvdb:5:0@sonarr"].expiry.limit == days(180)


def test_a_season_is_as_young_as_its_newest_episode_and_a_show_as_its_newest_season():
    item = show(5, *season_of(1), episode(2, 1), episode(2, 2, imported=30))

    assert verdicts(decided(library(item))) == {
        "season:tvdb:5:1@sonarr": DELETE,
        "season:tvdb:5:2@sonarr": NOT_DUE,
    }
    assert told(only(item, rules(schedule(shows=aged(90))))) == NOT_DUE


def test_one_undated_episode_leaves_the_dated_ones_as_a_bound():
    undated = episode(1, 2, imported=Unknown("no_import_date"))

    old = only(show(5, episode(1, 1), undated))
    young = only(show(5, episode(1, 1, imported=30), undated))

    assert told(old) == ("undecided", "expired")
    assert old.title.active.at == ago(OLD)
    assert told(young) == NOT_DUE


def test_a_bound_that_comes_with_the_doubt_counts():
    bound = Unknown("date_ahead", at_least=ago(10))

    assert told(only(movie(imported=bound))) == NOT_DUE
    assert told(only(movie(imported=Unknown("date_ahead", at_least=ago(100))))) == ("undecided", "expired")


def test_an_undated_play_leaves_the_dated_ones_as_a_bound():
    undated = Watch("luis", None, True, True)

    assert told(only(movie(watching=seen(watch(at=20), undated)))) == NOT_DUE
    assert told(only(movie(watching=seen(watch(at=100), undated)))) == ("undecided", "expired")


# Levels of free space


def by_levels(*rows, **facts):
    return rules(schedule(movies=levels(*rows), for_space=False, **facts))


LADDER = (level(share(20), 90), level(share(15), 60), level(share(10), 30), level(share(5), 15))


@pytest.mark.parametrize(
    ("free", "limit"),
    [
        pytest.param(2 * TB, None, id="exactly at the key: no level"),
        pytest.param(2 * TB - 1, 90, id="one byte under it"),
        pytest.param(1500 * GB, 90, id="exactly at the next"),
        pytest.param(1500 * GB - 1, 60, id="one byte under the next"),
        pytest.param(TB - 1, 30, id="under a tenth"),
        pytest.param(0, 15, id="full"),
    ],
)
def test_the_level_in_force_is_the_smallest_that_free_space_is_below(free, limit):
    home = at_free(library(movie()), free)

    [decision] = decided(home, by_levels(*reversed(LADDER))).values()

    assert told(decision) == (NOT_DUE if limit is None else DELETE)
    assert decision.expiry.limit == (None if limit is None else days(limit))


def test_at_a_levels_edge_an_old_title_whose_promise_is_due_is_kept_and_one_byte_under_it_goes():
    known = marks(promise(until=-1))
    asked = by_levels(level(share(10), 30), notice=14)

    assert told(*decided(at_free(library(movie()), TB), asked, known).values()) == NOT_DUE
    assert told(*decided(at_free(library(movie()), TB - 1), asked, known).values()) == DELETE


def test_a_level_may_be_a_size():
    asked = by_levels(level(size(500 * GB), 30))

    assert told(*decided(at_free(library(movie()), 500 * GB), asked).values()) == NOT_DUE
    assert told(*decided(at_free(library(movie()), 500 * GB - 1), asked).values()) == DELETE


def test_an_amount_is_a_size_a_share_or_nothing():
    assert size(7).of(None) == 7
    assert share(10).of(TB) == TB // 10
    assert share(10).of(None) is None
    assert Amount().of(TB) is None


def test_what_waits_in_a_recycle_bin_counts_as_free():
    home = library(movie(), storages=[disk(free=700 * GB, pending_bytes=300 * GB)])

    assert told(*decided(home, by_levels(level(share(10), 30))).values()) == NOT_DUE


@pytest.mark.parametrize(
    ("storages", "code"),
    [
        pytest.param([disk(free=None)], "free_space_unknown", id="free not known"),
        pytest.param([disk(total=None)], "total_space_unknown", id="total not known"),
        pytest.param([], "free_space_unknown", id="held by no storage"),
    ],
)
def test_under_levels_a_title_is_not_sure_when_space_is_not_known(storages, code):
    item = movie(storage="media" if storages else None)

    [decision] = decided(library(item, storages=storages), by_levels(*LADDER)).values()

    assert told(decision) == ("undecided", "expired")
    assert decision.because.code == code


def test_with_free_space_not_known_what_no_level_would_take_yet_is_kept():
    home = library(movie(1, imported=14), movie(2, imported=16), storages=[disk(free=None)])

    found = verdicts(decided(home, by_levels(*LADDER)))

    assert found == {"movie:tmdb:1@radarr": NOT_DUE, "movie:tmdb:2@radarr": ("undecided", "expired")}


def test_numbers_only_from_the_arr_are_as_good_and_unreadable_ones_matter_only_with_levels_or_a_target():
    unread = library(movie(), storages=[disk(free=None, total=None, source="radarr")])
    target = rules(storages=(storage(keep_free=share(10)),))

    assert told(*decided(library(movie(), storages=[disk(source="radarr")])).values()) == DELETE
    assert told(*decided(unread).values()) == DELETE
    assert told(*decided(unread, target).values()) == ("undecided", "space")
    assert told(*decided(unread, by_levels(*LADDER)).values())[0] == "undecided"
    assert told(*decided(library(movie(storage=None)), target).values()) == DELETE


@pytest.mark.parametrize(
    ("storages", "code"),
    [
        pytest.param([disk(free=None)], "free_space_unknown", id="free not known"),
        pytest.param([disk(total=None)], "total_space_unknown", id="total not known"),
        pytest.param([], "free_space_unknown", id="the storage is not there"),
        pytest.param(
            [disk(), disk("other", free=None, disk="media")], "free_space_unknown", id="a second reading"
        ),
    ],
)
def test_under_a_target_a_title_is_not_sure_when_space_is_not_known(storages, code):
    asked = rules(storages=(storage(keep_free=share(10)),))

    [decision] = decided(library(movie(), storages=storages), asked).values()

    assert told(decision) == ("undecided", "space")
    assert decision.because.code == code


def test_a_target_of_another_storage_on_the_same_disk_counts():
    asked = rules(storages=(storage(), storage("other", keep_free=share(10))))
    lost = library(movie(), storages=[disk(free=None), disk("other", free=None, disk="media")])

    assert told(*decided(lost, asked).values()) == ("undecided", "space")


def test_a_schedule_that_does_not_delete_for_space_needs_no_target():
    asked = rules(schedule(for_space=False), storages=(storage(keep_free=share(10)),))

    assert told(*decided(library(movie(), storages=[disk(free=None)]), asked).values()) == DELETE


# Episodes


def daily(keep=10, after=30, **facts):
    return rules(schedule(episodes=latest(keep, after, **facts)))


def kept_episodes(home, asked, now=NOW):
    return {
        (row.title.season, row.title.episode)
        for row in decided(home, asked, now=now).values()
        if row.verdict == "keep"
    }


def test_a_daily_show_on_the_second_of_january_keeps_the_ten_newest_over_both_years():
    now = datetime(2027, 1, 2, 4, 0, tzinfo=UTC)
    rows = [
        *(episode(2026, 360 - back, aired=-32 + 2 + back, imported=500) for back in range(20)),
        *(episode(2027, number, aired=-32 + 2 - number, imported=500) for number in (1, 2)),
    ]

    kept = kept_episodes(library(show(5, *rows, ended=False)), daily(), now)

    assert kept == {(2027, 2), (2027, 1), *((2026, 360 - back) for back in range(8))}


def test_a_show_on_a_break_keeps_its_latest_whatever_their_age():
    item = show(5, *season_of(1, 15))

    assert kept_episodes(library(item), daily()) == {(1, number) for number in range(6, 16)}
    latest_one = decided(library(item), daily())["episode:tvdb:5:1:15@sonarr"]
    assert (told(latest_one), latest_one.because.code) == (NOT_DUE, "among_latest")


@pytest.mark.parametrize(
    ("aired", "expected"),
    [(None, "not_aired"), (-1, "not_aired"), (0, "among_latest")],
    ids=["no air date", "tomorrow", "now"],
)
def test_an_episode_that_has_not_aired_is_kept_and_takes_no_place_among_the_latest(aired, expected):
    item = show(5, episode(1, 1), episode(1, 2), episode(1, 3, aired=aired))

    found = decided(library(item), daily(keep=1))

    assert found["episode:tvdb:5:1:3@sonarr"].because.code == expected
    kept = {row.title.episode for row in found.values() if row.verdict == "keep"}
    assert kept == ({3} if aired == 0 else {2, 3})


def test_beyond_the_latest_an_episode_goes_after_its_time_or_at_once():
    item = show(5, episode(1, 1, imported=20, aired=20), episode(1, 2, imported=10, aired=10))

    assert told(decided(library(item), daily(keep=1))["episode:tvdb:5:1:1@sonarr"]) == NOT_DUE
    at_once = decided(library(item), daily(keep=1, after=None))["episode:tvdb:5:1:1@sonarr"]
    assert (told(at_once), at_once.because.code) == (DELETE, "beyond_latest")


def test_what_is_not_known_of_one_of_the_latest_episodes_does_not_make_it_less_kept():
    unread = Watching(unknown=Unknown("missing_for_user", "luis"))
    item = show(5, episode(1, 1), episode(1, 2, watching=unread))

    found = {row.title.episode: told(row) for row in decided(library(item), daily(keep=1)).values()}

    assert found == {1: DELETE, 2: NOT_DUE}


def test_an_episode_that_goes_at_once_needs_no_age():
    rows = [episode(1, 1, imported=Unknown("no_import_date")), episode(1, 2)]

    found = decided(library(show(5, *rows)), daily(keep=1, after=None))

    assert told(found["episode:tvdb:5:1:1@sonarr"]) == DELETE


def test_the_greatest_age_ends_even_the_latest_but_for_the_newest():
    item = show(5, *season_of(1, 5), episode(1, 6, imported=10))

    found = decided(library(item), daily(keep=5, after=None, max_age=60, at_least=2))
    verdicts_by_number = {row.title.episode: (row.verdict.value, row.because.code) for row in found.values()}

    assert verdicts_by_number == {
        1: ("delete", "beyond_latest"),
        **dict.fromkeys((2, 3, 4), ("delete", "expired")),
        5: ("keep", "among_latest"),
        6: ("keep", "among_latest"),
    }


def test_beyond_the_latest_the_shorter_of_the_two_ages_counts():
    item = show(5, episode(1, 1), episode(1, 2), episode(1, 3))

    found = decided(library(item), daily(keep=2, after=30, max_age=60))

    assert found["episode:tvdb:5:1:1@sonarr"].expiry.limit == days(30)
    assert found["episode:tvdb:5:1:2@sonarr"].expiry.limit == days(60)


def test_a_double_episode_is_one_title_keyed_by_its_lowest_and_goes_only_when_both_would():
    def double(**second):
        rows = [episode(1, 1, file=9, aired=500), episode(1, 2, file=9, **{"aired": 499, **second})]
        return show(5, *rows, *season_of(2, 2, aired=300))

    key = "episode:tvdb:5:1:1@sonarr"
    both_due = decided(library(double()), daily(keep=2))
    half_played = decided(library(double(watching=seen(watch(at=5)))), daily(keep=2))
    half_kept = decided(library(double(watching=seen(favorite_of=frozenset({"ana"})))), daily(keep=2))
    half_new = decided(library(double(imported=5)), daily(keep=2))
    half_latest = decided(library(double(aired=1)), daily(keep=1))
    half_unaired = decided(library(double(aired=None)), daily(keep=2))

    assert both_due.keys() == {key, "episode:tvdb:5:2:1@sonarr", "episode:tvdb:5:2:2@sonarr"}
    assert both_due[key].title.episodes == (1, 2)
    assert both_due[key].title.size_bytes == 2 * GB
    assert told(both_due[key]) == DELETE
    assert told(half_played[key]) == NOT_DUE
    assert told(half_kept[key]) == ("keep", "favorites")
    assert told(half_new[key]) == NOT_DUE
    assert (told(half_latest[key]), half_latest[key].because.code) == (NOT_DUE, "among_latest")
    assert (told(half_unaired[key]), half_unaired[key].because.code) == (NOT_DUE, "not_aired")


def test_specials_take_no_place_among_the_latest_unless_they_are_titles():
    item = show(5, *season_of(1, 2, aired=300), *season_of(0, 2, aired=5))

    assert kept_episodes(library(item), daily(keep=2)) == {(1, 1), (1, 2)}
    asked = rules(schedule(episodes=latest(2, 30), specials=True))
    assert kept_episodes(library(item), asked) == {(0, 1), (0, 2)}


def test_of_two_episodes_that_aired_at_once_the_higher_number_is_newer():
    item = show(5, *season_of(1, 3, aired=100))

    assert kept_episodes(library(item), daily(keep=1)) == {(1, 3)}


# Within the notice


def test_within_the_notice_a_title_is_no_longer_certainly_not_due():
    asked = rules(schedule(movies=aged(90), notice=14))

    assert told(only(movie(imported=75.9), asked)) == NOT_DUE
    assert told(only(movie(imported=76), asked)) == ("keep", "space")
    assert told(only(movie(imported=76, watching=UNMATCHED), asked)) == ("undecided", "unmatched")


# Nothing asked yet


def test_a_show_on_whose_episodes_a_verdict_hangs_is_asked_for():
    home = library(
        show(5, asked=False),
        show(6, asked=False, ended=False),
        show(7, asked=False, tags=frozenset({"keep"})),
        show(8, asked=False, imported_bound=ago(10)),
    )
    for asked in (schedule(shows=aged(90)), schedule(seasons=aged(90)), schedule(episodes=latest(1))):
        found = decide(home, rules(asked, keep=keep(tags=frozenset({"keep"})).keep), marks(), NOW)
        wanted = {row.arr_id for row in shows_wanting_detail(found, home)}

        assert wanted == ({5, 6} if asked.shows else {5, 6, 8})
        assert {row.verdict.value for row in found if row.title.arr_id in wanted} == {"undecided"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"imported_bound": ago(59)}, NOT_DUE, id="something arrived lately"),
        pytest.param({"imported_bound": ago(61)}, ("undecided", "hardlinked"), id="it may be watched by now"),
        pytest.param({"whole": seen(watch(at=50))}, NOT_DUE, id="somebody watched lately"),
        pytest.param({"ended": False, "airs_near": True}, ("keep", "airing"), id="it airs near now"),
        pytest.param(
            {"has_files": Unknown("no_statistics", "sonarr")}, ("undecided", "hardlinked"), id="no numbers"
        ),
    ],
)
def test_a_show_that_is_certainly_not_due_is_not_asked_for(facts, expected):
    decision = only(show(5, asked=False, **facts), rules(schedule(shows=aged(unwatched=180, watched=60))))

    assert told(decision) == expected
    assert decision.wants_detail == (expected[0] == "undecided")


def test_whoever_is_half_way_through_an_episode_does_not_keep_the_show_from_being_asked_for():
    half = episode(1, 2, watching=seen(watch(at=2, half=True), favorite_of=frozenset({"ana"}), playing=True))
    item = show(5, episode(1, 1), half, episode(1, 3), asked=False)

    assert told(only(item, daily(keep=1))) == ("undecided", "hardlinked")
    assert only(item, daily(keep=1)).wants_detail


def test_an_episode_title_stands_for_all_while_nobody_asked():
    decision = only(show(5, asked=False), daily())

    assert decision.title.key == "episode:tvdb:5:*@sonarr"
    assert decision.title.size_bytes == 6 * GB
    assert decision.title.kind is Kind.EPISODE


def test_seasons_of_a_show_without_numbers_are_asked_for():
    item = show(5, asked=False, has_files=Unknown("no_statistics", "sonarr"))
    item = replace(item, seasons=tuple(replace(row, episode_files=0) for row in item.seasons))

    assert only(item).wants_detail
    assert decided(library(replace(item, has_files=True))) == {}


def test_when_sonarr_contradicts_itself_the_show_is_not_sure_and_not_asked_for_again():
    broken = Unknown("episode_without_its_file")
    item = show(5, episodes=broken, files={}, ended=False)
    for asked in (schedule(shows=aged(90)), schedule(seasons=aged(90)), schedule(episodes=latest(1))):
        [decision] = decided(library(item), rules(asked)).values()

        assert decision.verdict == "undecided"
        assert {row.code for row in decision.findings} == {"episode_without_its_file"}
        assert not decision.wants_detail


def test_what_was_not_asked_for_is_told_after_what_could_not_be_known():
    decision = only(show(5, asked=False, requests=Unknown("not_read", "seerr")))
    linked = only(
        replace(
            movie(shared_with=Unknown("no_folder", "radarr")), file=replace(movie().file, links=NOT_ASKED)
        )
    )
    asked = only(replace(movie(watching=UNMATCHED), file=replace(movie().file, links=NOT_ASKED)))

    assert [row.code for row in decision.findings] == ["not_read", "not_asked"]
    assert [row.code for row in linked.findings] == ["no_folder", "not_asked", "expired"]
    assert [row.code for row in asked.findings] == ["unmatched", "not_asked"]


def test_links_not_looked_at_are_asked_for_and_not_told_when_the_verdict_did_not_hang_on_them():
    asked = only(replace(movie(), file=replace(movie().file, links=NOT_ASKED)))
    kept = only(replace(movie(queued=True), file=replace(movie().file, links=NOT_ASKED)))

    assert asked.wants_detail
    assert not kept.wants_detail
    assert {row.code for row in kept.findings} == {"queued", "expired"}


def test_details_of_movies_are_not_asked_of_sonarr():
    home = library(replace(movie(), file=replace(movie().file, links=NOT_ASKED)))

    assert shows_wanting_detail(decide(home, rules(), marks(), NOW), home) == ()


# What is a title at all


def test_what_has_no_files_is_no_title():
    empty = [episode(1, 1, file=0), episode(1, 2, file=0)]
    home = library(movie(1, file=None), show(5, has_files=False), show(6, *empty, has_files=True))

    for asked in (schedule(), schedule(shows=aged(90)), schedule(episodes=latest(1))):
        assert decided(home, rules(asked)) == {}


def test_a_schedule_that_does_not_name_a_kind_expires_nothing_of_it():
    [title] = [row.title for row in decided(library(movie())).values()]

    assert expiry(title, schedule(seasons=aged(1)), {}, NOW).code == "kind_not_named"


def test_the_notice_is_the_shorter_of_the_schedules_and_the_levels():
    longer = by_levels(level(share(20), 30, notice=30), notice=14)
    shorter = by_levels(level(share(20), 30, notice=3), notice=14)

    assert only(movie(), longer).expiry.notice == days(14)
    assert only(movie(), shorter).expiry.notice == days(3)
    assert only(movie(imported=28), shorter).announceable
    assert told(only(movie(imported=26), shorter)) == NOT_DUE
    assert ahead(1) > NOW
