"""A promise stands: nothing goes before the date people were shown, and what nobody could see does not count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from house import (
    GB,
    NOW,
    OLD,
    TB,
    aged,
    ago,
    ahead,
    asked_for,
    at_free,
    days,
    decided,
    episode,
    keep,
    latest,
    level,
    levels,
    library,
    marks,
    movie,
    only,
    planned,
    promise,
    rules,
    schedule,
    season_of,
    seen,
    share,
    show,
    storage,
    told,
    told_in,
    watch,
)
from msgspec.structs import replace

from keepercheky.media import Unknown, Watching
from keepercheky.policy.decide import decide, standing_promises
from keepercheky.policy.marks import Promise, ScheduleMark
from keepercheky.policy.plan import promises_after
from keepercheky.policy.promise import extended, rested, unshown
from keepercheky.policy.refusals import Refusal
from keepercheky.policy.terms import Limits, Mode

KEY = "movie:tmdb:603@radarr"
SECOND = timedelta(seconds=1)
DAILY_GAP = {"old": days(1)}


def notice(count=14, **facts):
    return rules(schedule(movies=aged(90), seasons=aged(90), notice=count), **facts)


def after(home, asked, known, now=NOW):
    """What is remembered after a good run of the first schedule."""
    rows = decide(home, asked, known, now)
    made = planned(home, asked, known, now)
    return promises_after(known.promises, made, rows)


def known_runs(*promises, last_good=1.0, **facts):
    return marks(*promises, schedules={"old": ScheduleMark(last_good_at=ago(last_good))}, **facts)


# Announcing


def test_with_a_notice_nothing_goes_unannounced_and_a_plan_announces_it():
    before = only(movie(), notice())
    made = planned(library(movie()), notice())
    [announced] = made.announced

    assert told(before) == ("keep", "space")
    assert before.announceable
    assert told_in(made) == {KEY: ("leaving", "promise")}
    assert announced == Promise(KEY, "old", NOW, ahead(14), ago(OLD), simulated=False, files=(603,))
    assert (made.outcome, made.taken) == ("ready", ())


def test_what_expires_within_the_notice_is_announced_for_its_own_date_when_that_is_later():
    [announced] = planned(library(movie(imported=80)), notice(14)).announced

    assert announced.promised_until == ahead(14)
    [announced] = planned(library(movie(imported=80)), notice(10)).announced
    assert announced.promised_until == ahead(10)
    [announced] = planned(library(movie(imported=77)), notice(13)).announced
    assert announced.promised_until == ahead(13)


def test_an_episode_that_goes_at_once_is_promised_for_the_end_of_the_notice():
    asked = rules(schedule(episodes=latest(1), notice=3))

    announced = planned(library(show(5, *season_of(1, 2))), asked).announced

    assert [row.promised_until for row in announced] == [ahead(3)]


def test_with_an_undated_activity_the_day_of_the_announcement_stands_for_it():
    rows = [episode(1, 1, imported=Unknown("no_import_date")), episode(1, 2)]

    [announced] = planned(library(show(5, *rows)), rules(schedule(episodes=latest(1), notice=3))).announced

    assert announced.active_at == NOW


def test_without_a_notice_a_title_goes_at_once():
    assert told(only(movie(), notice(0))) == ("delete", "expired")
    assert planned(library(movie()), notice(0)).announced == ()


def test_preview_makes_simulated_promises_and_announce_makes_real_ones():
    [of_preview] = planned(library(movie()), notice(mode=Mode.PREVIEW)).announced
    [of_announce] = planned(library(movie()), notice(mode=Mode.ANNOUNCE)).announced

    assert of_preview.simulated
    assert not of_announce.simulated


def test_the_first_live_run_after_three_weeks_of_preview_deletes_nothing():
    known = known_runs(promise(until=-7, announced=21, simulated=True))

    assert told(only(movie(), notice(mode=Mode.PREVIEW), known)) == ("delete", "expired")
    live = planned(library(movie()), notice(mode=Mode.CLEAN), known)
    assert (told_in(live), live.taken) == ({KEY: ("leaving", "promise")}, ())
    [announced] = live.announced
    assert announced.promised_until == ahead(14)


def test_what_was_announced_stands_when_cleaning():
    assert told(only(movie(), notice(mode=Mode.CLEAN), known_runs(promise(until=0)))) == ("delete", "expired")


# Standing


def test_a_title_goes_when_its_promise_is_due_and_not_a_second_before():
    due = known_runs(promise(until=0))

    assert told(only(movie(), notice(), due)) == ("delete", "expired")
    assert told(only(movie(), notice(), due, now=NOW - SECOND)) == ("leaving", "promise")


def test_at_expires_at_with_a_promise_due_it_goes():
    assert told(only(movie(imported=90), notice(), known_runs(promise(until=0, active_at=ago(90))))) == (
        "delete",
        "expired",
    )


def test_a_due_promise_of_a_title_that_is_not_expired_yet_waits():
    known = known_runs(promise(until=-1, active_at=ago(80)))

    decision = only(movie(imported=80), notice(), known)

    assert told(decision) == ("leaving", "promise")
    assert [row.rule for row in decision.findings] == ["promise", "not_expired"]


@pytest.mark.parametrize("edited", [0, 2, 30])
def test_editing_the_notice_moves_no_old_promise(edited):
    known = known_runs(promise(until=9))

    decision = only(movie(), notice(edited), known)

    assert told(decision) == ("leaving", "promise")
    assert decision.promise.promised_until == ahead(9)


def test_while_free_space_flaps_around_a_level_the_promise_stands():
    asked = rules(schedule(movies=levels(level(share(20), 90)), notice=14))
    home = library(movie())
    known = known_runs()

    seen_then = []
    for day, percent in enumerate([19.8, 20.3, 19.9]):
        now = NOW + days(day)
        free = at_free(home, round(percent * TB / 10))
        seen_then.append(told_in(planned(free, asked, known, now))[KEY])
        known = replace(known, promises=after(free, asked, known, now))

    assert seen_then == [("leaving", "promise"), ("keep", "not_expired"), ("leaving", "promise")]
    assert known.promises[KEY].promised_until == ahead(14)
    assert known.promises[KEY].announced_at == NOW


# A level's own notice


EMERGENCY = levels(level(share(20), 90), level(share(5), 15, notice=3), level(share(2), 15, notice=1))


@pytest.mark.parametrize(
    ("until", "percent", "expected"),
    [
        pytest.param(10, 15, 10, id="not in force"),
        pytest.param(10, 4, 3, id="in force: new date from its first run"),
        pytest.param(2, 4, 2, id="the old date is nearer"),
        pytest.param(10, 1, 1, id="a still shorter one"),
    ],
)
def test_a_level_with_a_shorter_notice_announces_anew(until, percent, expected):
    asked = rules(schedule(movies=EMERGENCY, notice=14))
    home = at_free(library(movie()), percent * TB // 10)

    [decision] = decided(home, asked, known_runs(promise(until=until))).values()

    assert told(decision) == ("leaving", "promise")
    assert decision.promise.promised_until == ahead(expected)


def test_a_level_announces_anew_once_and_not_again_at_every_run():
    asked = rules(schedule(movies=EMERGENCY, notice=14))
    home = at_free(library(movie()), 4 * TB // 10)
    known = known_runs(promise(until=10))

    first = after(home, asked, known)
    second = after(home, asked, replace(known, promises=first), NOW + days(2))

    assert first[KEY].promised_until == second[KEY].promised_until == ahead(3)
    assert first[KEY].level == "5%"
    due = decided(home, asked, replace(known, promises=second), NOW + days(3))
    assert told(due[KEY]) == ("delete", "expired")


def test_what_is_announced_under_such_a_level_has_its_notice_from_the_start():
    home = at_free(library(movie()), 4 * TB // 10)

    [made] = planned(home, rules(schedule(movies=EMERGENCY, notice=14))).announced

    assert (made.promised_until, made.level) == (ahead(3), "5%")


def test_what_is_announced_under_a_level_with_the_usual_notice_can_still_be_announced_anew():
    home = at_free(library(movie()), 15 * TB // 10)

    [made] = planned(home, rules(schedule(movies=EMERGENCY, notice=14))).announced

    assert (made.promised_until, made.level) == (ahead(14), None)


# Dropped


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(movie(watching=seen(watch(at=95))), id="played since"),
        pytest.param(movie(imported=95), id="downloaded again while leaving"),
        pytest.param(replace(movie(), file=replace(movie().file, id=604)), id="a new file"),
    ],
)
def test_a_promise_is_dropped_by_activity_and_by_a_new_file(item):
    known = known_runs(promise(until=-1, files=(603,)))

    decision = only(item, notice(), known)

    assert told(decision) == ("keep", "space")
    assert decision.promise is None
    assert after(library(item), notice(), known)[KEY].announced_at == NOW


def test_recent_activity_drops_it_for_good():
    item = movie(watching=seen(watch(at=1)))
    known = known_runs(promise(until=-1))

    assert told(only(item, notice(), known)) == ("keep", "not_expired")
    assert after(library(item), notice(), known) == {}


def test_files_that_went_or_are_not_known_drop_no_promise():
    known = known_runs(promise("season:tvdb:5:1@sonarr", until=5, files=(1001, 1002, 1003)))

    [fewer] = decided(library(show(5, *season_of(1, 2))), notice(), known).values()
    [unasked] = decided(library(show(5, asked=False)), notice(), known).values()

    assert told(fewer) == ("leaving", "promise")
    assert unasked.promise is not None


def test_a_promise_is_dropped_when_another_schedule_governs():
    asked = rules(schedule("short", movies=aged(10), notice=3, tag="10-days"), schedule(notice=14))
    item = movie(tags=frozenset({"10-days"}))
    known = known_runs(promise(until=-1))

    assert told(only(item, asked, known)) == ("keep", "space")
    old_run = planned(library(item), rules(*reversed(asked.schedules)), known)
    assert old_run.decisions == ()
    assert promises_after(known.promises, old_run, decide(library(item), asked, known, NOW)) == {}


def test_a_protecting_keep_drops_a_promise():
    item = movie(requests=asked_for(since=1))
    known = known_runs(promise(until=-1))

    assert told(only(item, notice(), known)) == ("keep", "requested")
    assert after(library(item), notice(), known) == {}


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(movie(watching=Watching(unknown=Unknown("not_read", "jellyfin"))), id="a source unread"),
        pytest.param(movie(tags=Unknown("tag_without_label", "radarr")), id="tags unknown"),
    ],
)
def test_an_undecided_run_drops_no_promise_and_counts_for_nothing(item):
    before = promise(until=5, idle_since=ago(3), idle_runs=2)

    assert told(only(item, notice(), known_runs(before)))[0] == "undecided"
    assert after(library(item), notice(), known_runs(before)) == {KEY: before}


def test_a_title_listed_elsewhere_only_because_its_tags_are_unknown_keeps_its_promise():
    asked = rules(schedule(notice=14), schedule("short", movies=aged(10), notice=3, tag="10-days"))
    home = library(movie(tags=Unknown("tag_without_label", "radarr")))
    before = promise(until=5)
    rows = decide(home, asked, known_runs(before), NOW)

    assert rows[0].schedule == "short"
    assert promises_after({KEY: before}, planned(home, asked, known_runs(before)), rows) == {KEY: before}


def test_a_refused_run_touches_no_promise():
    known = known_runs(promise(until=5))
    made = planned(library(movie(), movie(7)), notice(), known, refusals=(Refusal("paused", "paused", {}),))

    assert made.announced == ()
    assert told_in(made) == {KEY: ("leaving", "promise"), "movie:tmdb:7@radarr": ("keep", "space")}


def test_a_promise_goes_with_its_title():
    assert after(library(), notice(), known_runs(promise(until=5))) == {}


def test_promises_of_other_schedules_are_left_as_they_are():
    other = promise("movie:tmdb:7@radarr", until=-3, schedule="other")

    assert after(library(movie(7)), notice(), known_runs(other))["movie:tmdb:7@radarr"].announced_at == NOW
    assert after(library(), notice(), known_runs(other)) == {other.key: other}


def test_after_thirty_days_and_three_good_runs_in_which_it_was_not_expired_a_promise_is_dropped():
    asked = rules(schedule(movies=levels(level(share(20), 90)), notice=14))
    home = at_free(library(movie()), 5 * TB)
    known = known_runs(promise(until=-1))

    left = []
    for day in (0, 15, 29.9, 30):
        known = replace(known, promises=after(home, asked, known, NOW + days(day)))
        left.append(len(known.promises))

    assert left == [1, 1, 1, 0]


def test_a_rest_counts_days_and_runs_and_ends_when_the_title_is_expired_again():
    rested_long = promise(idle_since=ago(40), idle_runs=1)

    second = rested(rested_long, expired=False, now=NOW)
    assert second == replace(rested_long, idle_runs=2)
    assert rested(second, expired=False, now=NOW) is None
    assert rested(second, expired=True, now=NOW) == promise()
    assert rested(promise(), expired=True, now=NOW) == promise()


# Extended


@pytest.mark.parametrize(
    ("gap", "added"),
    [
        pytest.param(1, 0, id="on time"),
        pytest.param(1.5, 0, id="exactly one and a half times the longest gap"),
        pytest.param(1.51, 0.51, id="a little later"),
        pytest.param(21, 20, id="the NAS was off for three weeks"),
    ],
)
def test_time_nobody_could_see_is_added_to_a_promise(gap, added):
    before = promise(until=-1)

    assert extended(before, ago(gap), days(1), NOW).promised_until == ahead(-1) + days(
        gap - 1 if added else 0
    )
    [found] = standing_promises(known_runs(before, last_good=gap), DAILY_GAP, NOW).values()
    assert found.promised_until - before.promised_until == days(added)


def test_after_three_weeks_off_a_title_that_was_due_is_leaving_again_and_the_new_date_is_remembered():
    known = known_runs(promise(until=-7), last_good=21)
    home = library(movie())

    decision = decided(home, notice(), known, longest_gaps=DAILY_GAP)[KEY]
    rows = decide(home, notice(), known, NOW, longest_gaps=DAILY_GAP)
    stored = promises_after(known.promises, planned(home, notice(), known), rows)

    assert told(decision) == ("leaving", "promise")
    assert decision.promise.promised_until == stored[KEY].promised_until == ahead(13)


def test_an_undecided_title_has_its_unseen_time_remembered_too():
    known = known_runs(promise(until=-7), last_good=21)
    home = library(movie(watching=Watching(unknown=Unknown("not_read", "jellyfin"))))

    rows = decide(home, notice(), known, NOW, longest_gaps=DAILY_GAP)
    stored = promises_after(known.promises, planned(home, notice(), known), rows)

    assert stored[KEY].promised_until == ahead(13)


def test_without_a_good_run_or_a_known_gap_nothing_is_added():
    assert extended(promise(), None, days(1), NOW) == promise()
    assert standing_promises(marks(promise()), DAILY_GAP, NOW) == {KEY: promise()}
    assert standing_promises(known_runs(promise(), last_good=90), {}, NOW) == {KEY: promise()}


def test_a_shelf_that_could_not_be_shown_for_over_twelve_hours_adds_its_time():
    assert unshown(promise(), timedelta(hours=12)) == promise()
    assert unshown(promise(), timedelta(hours=13)).promised_until == NOW + timedelta(hours=13)


# Two thousand titles on the first day


def many():
    return library(*(movie(number, imported=OLD + number) for number in range(2000)))


def first_day(free, **facts):
    asked = rules(
        schedule(movies=aged(90), notice=14),
        storages=(storage(keep_free=share(10), **facts),),
    )
    return planned(at_free(many(), free), asked)


def test_of_two_thousand_due_on_day_one_as_many_are_announced_as_can_go_in_the_notice():
    made = planned(many(), notice(14))

    verdicts = [told(row) for row in made.decisions]
    assert verdicts.count(("leaving", "promise")) == 280
    assert verdicts.count(("keep", "space")) == 1720
    assert {row.because.code for row in made.decisions} == {"promised", "turn_has_not_come"}
    assert len(made.announced) == 280
    assert made.announced[0].key == "movie:tmdb:1999@radarr"


def test_with_a_quarter_free_and_a_tenth_wanted_none_of_them_leaves():
    made = first_day(2500 * GB)

    assert {told(row) for row in made.decisions} == {("keep", "space")}
    assert {row.because.code for row in made.decisions} == {"no_space_needed"}
    assert (made.outcome, made.announced, made.taken) == ("nothing", (), ())


def test_as_many_are_announced_as_reach_the_target_and_its_reserve():
    assert len(first_day(1200 * GB).announced) == 30
    assert len(first_day(1500 * GB).announced) == 0
    assert len(first_day(1499 * GB).announced) == 1


def test_standing_promises_count_for_the_reserve_and_for_the_room():
    standing = [promise(f"movie:tmdb:{number}@radarr", until=5, active_at=NOW) for number in range(1, 21)]
    short = rules(schedule(movies=aged(90), notice=14), storages=(storage(keep_free=share(10)),))

    made = planned(at_free(many(), 1200 * GB), short, known_runs(*standing))
    room = planned(many(), notice(14), known_runs(*standing))

    assert len(made.announced) == 10
    assert len(room.announced) == 260


def test_what_frees_nothing_is_not_announced_for_a_target():
    asked = rules(
        schedule(movies=aged(90), notice=14),
        keep=keep(hardlinked=False).keep,
        storages=(storage(keep_free=share(10)),),
    )
    linked = movie(links=2, last_link_bytes=0)

    assert planned(at_free(library(linked), 0), asked).announced == ()
    assert (
        len(
            planned(
                at_free(library(linked), 0),
                rules(schedule(movies=aged(90), notice=14), keep=keep(hardlinked=False).keep),
            ).announced
        )
        == 1
    )


def test_never_fewer_than_one_is_announced_however_large_it_is():
    asked = notice(14, limits=Limits(titles=20, size_bytes=GB))

    made = planned(library(movie(1, gb=600), movie(2, gb=600)), asked)

    assert [row.key for row in made.announced] == ["movie:tmdb:1@radarr"]


def test_the_room_for_promises_is_counted_in_bytes_too():
    asked = notice(14, limits=Limits(titles=20, size_bytes=10 * GB))

    assert len(planned(many(), asked).announced) == 14


def test_a_notice_under_a_day_leaves_room_for_one_days_caps():
    assert len(planned(many(), notice(0.5)).announced) == 20


def test_a_rarer_cron_line_does_not_make_days_that_nobody_saw_usual():
    made = Promise(
        key="movie:tmdb:1@radarr",
        schedule="old",
        announced_at=ago(21),
        promised_until=ago(7),
        active_at=ago(300),
        simulated=False,
    )
    known = marks(made, schedules={"old": ScheduleMark(last_good_at=ago(21), longest_gap=timedelta(days=1))})

    [found] = standing_promises(known, {"old": timedelta(days=31)}, NOW).values()

    assert found.promised_until == ago(7) + timedelta(days=20)


def test_a_date_people_were_shown_stands_when_a_schedule_without_notice_takes_the_title_over():
    shown = promise(until=5, schedule="gentle")
    harsh = rules(schedule("harsh", movies=aged(10), notice=0))

    before = only(movie(), harsh, marks(shown))
    on_its_day = only(movie(), harsh, marks(shown), now=NOW + days(5))

    assert told(before) == ("leaving", "promise")
    assert told(on_its_day)[0] == "delete"


def test_it_stands_no_longer_than_what_it_was_made_for():
    shown = promise(until=5, schedule="gentle")
    harsh = rules(schedule("harsh", movies=aged(10), notice=0))
    played_since = movie(watching=seen(watch(at=12)))

    assert told(only(played_since, harsh, marks(shown)))[0] == "delete"
