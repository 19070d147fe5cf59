"""From verdicts to a plan: order, target, caps, approval; what does not fit is passed over for later runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from house import (
    GB,
    NOW,
    TB,
    aged,
    ago,
    ahead,
    at_free,
    counted,
    disk,
    episode,
    keep,
    latest,
    level,
    levels,
    library,
    marks,
    movie,
    planned,
    rules,
    schedule,
    season_of,
    share,
    show,
    size,
    spent,
    storage,
    told_in,
)

from keepercheky.media import StorageState, Unknown
from keepercheky.policy.marks import ScheduleMark, Spent
from keepercheky.policy.plan import Outcome, Plan
from keepercheky.policy.refusals import Refusal
from keepercheky.policy.space import as_disks, keep_free_bytes, wanted_free
from keepercheky.policy.terms import Approve, Limits, Mode, Order


def movies(count, **facts):
    """The lowest number is the oldest."""
    return [movie(number, imported=5000 - number, **facts) for number in range(count)]


def numbers(keys):
    return [int(key.split(":")[2].split("@")[0]) for key in keys]


def taken(made: Plan):
    return numbers(made.taken)


def under_target(percent=10, **facts):
    return {"storages": (storage(keep_free=share(percent), **facts),)}


# Order


def test_the_oldest_goes_first_and_ties_go_by_key():
    home = library(
        movie(9, imported=500), movie(3, imported=400), movie(10, imported=500), movie(2, imported=400)
    )

    made = planned(home)

    assert taken(made) == [10, 9, 2, 3]
    assert [row.title.arr_id for row in made.decisions] == [10, 9, 2, 3]


def test_the_largest_goes_first_when_asked():
    home = library(movie(1, gb=5), movie(2, gb=50), movie(3, gb=50), movie(4, gb=80, last_link_bytes=0))

    assert taken(planned(home, rules(schedule(movies=aged(90), order=Order.LARGEST)))) == [2, 3, 1, 4]


def test_the_order_of_the_library_is_irrelevant():
    items = [*movies(30), show(5, *season_of(1)), show(6, *season_of(1), *season_of(2))]

    assert planned(library(*items)) == planned(library(*reversed(items)))


def test_the_taken_stand_first_in_their_order_then_the_others_by_key():
    made = planned(library(movie(90, imported=1), movie(60, imported=1), *movies(25)))

    shown = [row.title.key for row in made.decisions]
    assert shown[:20] == list(made.taken)
    assert shown[20:] == sorted(shown[20:])


def test_an_episode_without_any_date_goes_first():
    rows = [episode(1, 1), episode(1, 2, imported=Unknown("no_import_date")), episode(1, 3)]

    made = planned(library(show(5, *rows)), rules(schedule(episodes=latest(1))))

    assert [key.split("@")[0] for key in made.taken] == ["episode:tvdb:5:1:2", "episode:tvdb:5:1:1"]


def test_a_plan_lists_only_what_its_schedule_governs():
    asked = rules(schedule(movies=aged(90)), schedule("shows", shows=aged(90)))

    assert told_in(planned(library(movie(1), show(5)), asked)) == {
        "movie:tmdb:1@radarr": ("delete", "expired")
    }


# Target


def test_below_its_target_a_storage_takes_up_to_the_target_and_its_margin():
    made = planned(
        at_free(library(*movies(300, gb=10)), 900 * GB), rules(**under_target(), limits=Limits(300, 9 * TB))
    )

    assert len(made.taken) == 30
    assert counted(made) == {"delete": 300}
    assert made.queued == 270
    assert not made.held_back


@pytest.mark.parametrize(
    ("free", "count"),
    [
        pytest.param(TB, 0, id="exactly at the target"),
        pytest.param(TB - 1, 3, id="one byte under it"),
        pytest.param(TB + 150 * GB, 0, id="between the target and the margin"),
    ],
)
def test_nothing_is_taken_while_the_target_is_met(free, count):
    home = at_free(library(*movies(30, gb=100)), free)

    made = planned(home, rules(**under_target()))

    assert len(made.taken) == count
    assert made.outcome is (Outcome.READY if count else Outcome.NOTHING)


def test_a_margin_of_its_own_is_kept_and_a_size_does_without_a_total():
    home = library(*movies(30, gb=100), storages=[disk(free=900 * GB, total=None)])
    wide = rules(storages=(storage(keep_free=size(TB), margin=size(300 * GB)),))
    unknown = rules(storages=(storage(keep_free=size(TB)),))

    assert len(planned(home, wide).taken) == 4
    assert len(planned(home, unknown).taken) == 1


def test_five_hundred_gigabytes_due_at_almost_a_tenth_go_up_to_twelve_percent_only():
    asked = rules(schedule(movies=levels(level(share(10), 30)), notice=0))
    home = at_free(library(*movies(50, gb=10)), 999 * GB)

    assert len(planned(home, rules(*asked.schedules, limits=Limits(50, TB))).taken) == 21


def test_the_key_of_the_level_in_force_is_the_target_where_nothing_else_is_asked():
    ladder = levels(level(share(20), 90), level(share(10), 30))
    home = at_free(library(*movies(30, gb=100)), 1900 * GB)

    made = planned(home, rules(schedule(movies=ladder)))

    assert len(made.taken) == 3


def test_without_a_target_all_candidates_go():
    assert len(planned(at_free(library(*movies(7)), 9 * TB)).taken) == 7
    tagged = rules(schedule(movies=levels(level(share(99), 30)), for_space=False), **under_target())
    assert len(planned(at_free(library(*movies(7)), 9 * TB), tagged).taken) == 7


def test_a_title_that_lies_on_no_storage_has_no_target():
    made = planned(at_free(library(movie(1, storage=None), movie(2)), 9 * TB), rules(**under_target()))

    assert taken(made) == [1]


def test_what_frees_nothing_is_not_taken_for_a_target_and_is_without_one():
    linked = movie(1, links=2, last_link_bytes=0)
    without_rule = keep(hardlinked=False).keep

    assert taken(
        planned(at_free(library(linked, movie(2)), 0), rules(**under_target(), keep=without_rule))
    ) == [2]
    assert taken(planned(library(linked, movie(2)), rules(keep=without_rule))) == [1, 2]


def test_real_freed_bytes_count_for_the_target():
    half = [movie(number, gb=100, links=1, last_link_bytes=50 * GB) for number in range(10)]

    assert len(planned(at_free(library(*half), 900 * GB), rules(**under_target())).taken) == 6


def test_what_any_kind_frees_counts_for_all():
    items = [*movies(10, gb=100), *(show(number, *season_of(1, 1), gb=100) for number in range(10))]

    made = planned(at_free(library(*items), 900 * GB), rules(**under_target()))

    assert len(made.taken) == 3


def test_two_storages_that_are_one_disk_are_freed_once_to_the_larger_target():
    one = [disk("media", free=900 * GB, disk="device:1"), disk("more", free=899 * GB, disk="device:1")]
    home = library(
        *movies(20, gb=100), *(movie(50 + row, gb=100, storage="more") for row in range(20)), storages=one
    )
    asked = rules(storages=(storage(keep_free=share(10)), storage("more", keep_free=share(15))))

    made = planned(home, asked)

    assert sum(row.title.frees_bytes for row in made.decisions if row.title.key in made.taken) == 800 * GB


def test_two_disks_are_each_freed_for_themselves():
    two = [disk("media", free=900 * GB), disk("more", free=950 * GB)]
    home = library(
        *movies(20, gb=100), *(movie(50 + row, gb=100, storage="more") for row in range(20)), storages=two
    )
    asked = rules(storages=(storage(keep_free=share(10)), storage("more", keep_free=share(10))))

    assert len(planned(home, asked).taken) == 6


def test_what_waits_in_the_bin_is_not_freed_twice():
    """Once up to the target, not again: deletions still in a recycle bin count as free."""
    home = library(*movies(30, gb=100), storages=[disk(free=700 * GB)])
    [first] = [planned(home, rules(**under_target()))]
    freed = len(first.taken) * 100 * GB
    left = library(*movies(30, gb=100)[5:], storages=[disk(free=700 * GB, pending_bytes=freed)])

    assert freed == 500 * GB
    assert planned(left, rules(**under_target())).taken == ()


def test_a_bin_on_one_of_two_storages_of_a_disk_counts_for_both():
    storages = [disk(free=900 * GB, disk="d"), disk("more", free=900 * GB, disk="d", pending_bytes=200 * GB)]

    made = planned(library(*movies(5, gb=100), storages=storages), rules(**under_target()))

    assert made.taken == ()
    assert [row.effective_free_bytes for row in made.storages] == [1100 * GB, 1100 * GB]


@pytest.mark.parametrize("reason", ["bin_not_emptied", "space_did_not_come_back"])
def test_when_space_did_not_come_back_the_next_plan_waits(reason):
    made = planned(library(movie(1)), waits=reason)

    assert (made.outcome, made.reason, made.taken) == (Outcome.WAITING, reason, ("movie:tmdb:1@radarr",))
    assert made.cleared == ()
    assert planned(library(movie(1, imported=1)), waits=reason).outcome is Outcome.NOTHING


def test_a_level_above_the_target_stops_the_run_where_units_are_mixed():
    mixed = rules(schedule(movies=levels(level(share(20), 90))), storages=(storage(keep_free=size(TB)),))
    fitting = rules(schedule(movies=levels(level(share(10), 90))), storages=(storage(keep_free=size(TB)),))
    apart = rules(
        schedule(movies=levels(level(share(20), 90)), for_space=False),
        storages=(storage(keep_free=size(TB)),),
    )
    home = at_free(library(movie(1)), 500 * GB)

    made = planned(home, mixed)

    assert made.outcome is Outcome.REFUSED
    assert [(row.id, row.code, row.acceptable) for row in made.refusals] == [
        ("keep_free.media", "keep_free_below_level", False)
    ]
    assert planned(home, fitting).outcome is Outcome.READY
    assert planned(home, apart).outcome is Outcome.READY
    assert planned(library(movie(1, storage="gone")), mixed).refusals == ()


# Caps


def test_a_run_takes_as_many_titles_as_the_cap_and_the_rest_is_queued():
    made = planned(library(*movies(1800)))

    assert (len(made.taken), made.queued, made.held_back) == (20, 1780, True)
    assert made.outcome is Outcome.READY


@pytest.mark.parametrize(
    ("hours", "count"),
    [(0, 5), (21.9, 5), (22, 20), (24, 20)],
    ids=["this very run", "in the window", "the window is over", "last night"],
)
def test_a_deletion_counts_for_twenty_two_hours_from_its_due_minute(hours, count):
    known = marks(spent=spent(15, hours=hours))

    assert len(planned(library(*movies(40)), None, known).taken) == count


def test_with_a_daily_cron_the_whole_cap_goes_each_night_and_not_every_second():
    left, known, nights = movies(100), marks(), []
    for night in range(4):
        now = NOW + timedelta(days=night)
        made = planned(library(*left), None, known, now)
        nights.append(len(made.taken))
        left = [row for row in left if row.key not in made.taken]
        known = marks(spent=(*known.spent, *(_spent_at(now) for _ in made.taken)))

    assert nights == [20, 20, 20, 20]


def _spent_at(when):
    return Spent("old", "movie", when, 10 * GB)


def test_what_does_not_fit_is_passed_over_and_smaller_ones_go():
    home = library(
        movie(1, imported=900, gb=60), movie(2, imported=800, gb=50), movie(3, imported=700, gb=40)
    )
    asked = rules(limits=Limits(titles=20, size_bytes=100 * GB))

    made = planned(home, asked)

    assert taken(made) == [1, 3]
    assert (made.queued, made.held_back) == (1, True)


def test_when_the_caps_are_used_up_nothing_goes_and_nothing_waits():
    made = planned(library(*movies(5)), None, marks(spent=spent(20, hours=1)))

    assert (made.taken, made.outcome, made.held_back, counted(made)) == (
        (),
        Outcome.NOTHING,
        True,
        {"delete": 5},
    )


def test_bytes_that_went_in_the_window_are_no_longer_left():
    asked = rules(limits=Limits(titles=20, size_bytes=100 * GB))

    assert len(planned(library(*movies(20)), asked, marks(spent=spent(2, hours=1, gb=30))).taken) == 4


def test_what_the_target_does_not_need_is_not_held_back():
    made = planned(at_free(library(*movies(5, gb=500)), 900 * GB), rules(**under_target()))

    assert (len(made.taken), made.queued, made.held_back) == (1, 4, False)


def test_a_title_above_the_whole_bytes_cap_goes_alone_and_waits_for_approval():
    home = library(movie(1, imported=1100, gb=600), movie(2), movie(3))
    asked = rules(limits=Limits(titles=20, size_bytes=500 * GB))

    made = planned(home, asked)

    assert (taken(made), made.outcome, made.reason) == ([1], Outcome.WAITING, "larger_than_the_cap")
    assert made.held_back


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(marks(spent=spent(1, hours=3)), id="something went in the window"),
        pytest.param(marks(spent=spent(20, hours=3)), id="no title is left of the cap"),
    ],
)
def test_a_title_above_the_whole_bytes_cap_goes_only_when_nothing_else_went(known):
    home = library(movie(1, imported=1100, gb=600), movie(2))

    made = planned(home, rules(limits=Limits(titles=20, size_bytes=500 * GB)), known)

    assert 1 not in taken(made)
    assert made.held_back


def test_a_title_above_the_whole_bytes_cap_does_not_join_others():
    home = library(movie(1, imported=900), movie(2, imported=800, gb=600), movie(3, imported=700))

    made = planned(home, rules(limits=Limits(titles=20, size_bytes=500 * GB)))

    assert (taken(made), made.outcome) == ([1, 3], Outcome.READY)


def test_a_title_of_exactly_the_bytes_cap_is_not_above_it():
    made = planned(library(movie(1, imported=1100, gb=500), movie(2)), rules(limits=Limits(20, 500 * GB)))

    assert (taken(made), made.outcome, made.held_back) == ([1], Outcome.READY, True)


def test_a_cap_of_no_titles_takes_none_not_even_a_large_one():
    assert planned(library(movie(1, gb=600)), rules(limits=Limits(titles=0, size_bytes=500 * GB))).taken == ()


SHARED = rules(
    schedule(),
    schedule("night", movies=aged(900), tag="x"),
    schedule("off", movies=aged(900), tag="y", enabled=False),
)


@pytest.mark.parametrize(
    ("others", "due", "count"),
    [
        pytest.param({}, {}, 20, id="nobody else held back"),
        pytest.param({"night": True}, {"night": 21}, 10, id="one other, in time"),
        pytest.param({"night": True}, {"night": 22}, 20, id="one other, too late"),
        pytest.param({"night": True}, {}, 20, id="one other, nobody knows when"),
        pytest.param({"night": False}, {"night": 5}, 20, id="one other that took all it needed"),
        pytest.param({"off": True}, {"off": 5}, 20, id="one other that is switched off"),
        pytest.param({"old": True}, {"old": 5}, 20, id="itself"),
    ],
)
def test_the_caps_are_shared_with_schedules_that_run_in_time_and_held_back(others, due, count):
    known = marks(schedules={name: ScheduleMark(held_back=held) for name, held in others.items()})
    next_due = {name: NOW + timedelta(hours=hours) for name, hours in due.items()}

    assert len(planned(library(*movies(40)), SHARED, known, next_due=next_due).taken) == count


def test_a_share_of_what_is_left_is_rounded_down_and_at_least_one():
    known = marks(schedules={"night": ScheduleMark(held_back=True)}, spent=spent(19, hours=1))
    next_due = {"night": NOW + timedelta(hours=1)}

    assert len(planned(library(*movies(40)), SHARED, known, next_due=next_due).taken) == 1
    known = marks(schedules={"night": ScheduleMark(held_back=True)}, spent=spent(15, hours=1))
    assert len(planned(library(*movies(40)), SHARED, known, next_due=next_due).taken) == 2


def test_a_share_of_the_caps_is_a_share_of_the_room_for_promises():
    asked = rules(schedule(notice=14), schedule("night", movies=aged(900), tag="x"))
    known = marks(schedules={"night": ScheduleMark(held_back=True)})

    made = planned(library(*movies(400)), asked, known, next_due={"night": NOW + timedelta(hours=1)})

    assert len(made.announced) == 140


# Approval


def first(**facts):
    return rules(**{"approve": Approve.FIRST, **facts})


def test_the_first_deletions_of_a_schedule_want_a_look():
    made = planned(library(*movies(3)), first())

    assert (made.outcome, made.reason, taken(made), made.cleared) == (
        Outcome.WAITING, "approve_first", [0, 1, 2], (),
    )  # fmt: skip
    assert counted(made) == {"delete": 3}


def test_after_an_approved_plan_deleted_a_title_nobody_is_asked_again_but_when_always():
    known = marks(schedules={"old": ScheduleMark(approved=True)})

    assert planned(library(*movies(3)), first(), known).outcome is Outcome.READY
    assert (
        planned(library(*movies(3)), first(), known).cleared
        == planned(library(*movies(3)), first(), known).taken
    )
    assert planned(library(*movies(3)), first(approve=Approve.ALWAYS), known).reason == "approve_always"


def test_a_plan_that_takes_nothing_waits_for_nobody():
    made = planned(library(movie(1, imported=1)), first())

    assert (made.outcome, made.reason) == (Outcome.NOTHING, None)


def test_one_movie_in_all_due_and_approved_goes():
    made = planned(library(movie(1)), first(), approved={"movie:tmdb:1@radarr": (1,)})

    assert (made.outcome, made.reason, made.cleared) == (Outcome.READY, None, made.taken)


def test_of_an_approved_plan_two_leave_and_one_joins_the_approved_go_and_the_new_one_waits():
    approved = {row.key: (row.file.id,) for row in movies(5)}
    now_due = [*movies(5)[2:], movie(9, imported=1000)]

    made = planned(library(*now_due), first(), approved=approved)

    assert taken(made) == [2, 3, 4, 9]
    assert numbers(made.cleared) == [2, 3, 4]
    assert (made.outcome, made.reason) == (Outcome.WAITING, "approve_first")


def test_an_approval_covers_the_files_that_were_seen():
    replaced = {"movie:tmdb:1@radarr": (77,)}

    made = planned(library(movie(1)), first(), approved=replaced)

    assert (made.outcome, made.cleared) == (Outcome.WAITING, ())


def test_approved_ones_go_first_as_far_as_target_and_caps_let_them():
    approved = {f"movie:tmdb:{number}@radarr": (number,) for number in range(30, 36)}

    made = planned(library(*movies(40)), first(limits=Limits(titles=4, size_bytes=TB)), approved=approved)
    enough = planned(at_free(library(*movies(40)), 9 * TB), first(**under_target()), approved=approved)

    assert taken(made) == [30, 31, 32, 33]
    assert (made.outcome, made.cleared) == (Outcome.READY, made.taken)
    assert enough.taken == ()


def test_where_nobody_must_be_asked_an_old_approval_changes_no_order():
    approved = {"movie:tmdb:3@radarr": (3,)}

    assert taken(planned(library(*movies(4)), approved=approved)) == [0, 1, 2, 3]


def test_an_approved_title_above_the_cap_goes_alone():
    home = library(movie(1, imported=1100, gb=600), movie(2))
    asked = rules(limits=Limits(titles=20, size_bytes=500 * GB))

    made = planned(home, asked, approved={"movie:tmdb:1@radarr": (1,)})

    assert (made.outcome, numbers(made.cleared)) == (Outcome.READY, [1])


def test_where_others_were_approved_a_title_above_the_cap_is_passed_over():
    home = library(movie(1, imported=1100, gb=600), movie(2))
    asked = rules(limits=Limits(titles=20, size_bytes=500 * GB))

    made = planned(home, asked, approved={"movie:tmdb:2@radarr": (2,)})

    assert (made.outcome, taken(made), made.held_back) == (Outcome.READY, [2], True)


@pytest.mark.parametrize(
    ("scope", "due", "known", "asks"),
    [
        pytest.param(20, 2, marks(), False, id="exactly a tenth"),
        pytest.param(20, 3, marks(), True, id="more than a tenth"),
        pytest.param(9, 5, marks(), False, id="a scope too small to speak of shares"),
        pytest.param(10, 2, marks(), True, id="a scope of ten"),
        pytest.param(20, 1, marks(spent=spent(2, hours=23)), True, id="with yesterday's"),
        pytest.param(20, 1, marks(spent=spent(2, hours=24)), False, id="yesterday's no longer count"),
        pytest.param(
            20, 1, marks(spent=spent(2, hours=23, of="other")), False, id="another schedule's do not count"
        ),
        pytest.param(
            20, 1, marks(spent=spent(9, hours=23, kind="season")), False, id="another kind's do not count"
        ),
    ],
)
def test_a_plan_that_deletes_much_of_what_it_covers_wants_a_look(scope, due, known, asks):
    items = [*movies(due), *(movie(100 + row, imported=1) for row in range(scope - due))]

    made = planned(library(*items), rules(limits=Limits(20, TB, ask_above=0.10)), known)

    assert made.reason == ("ask_above" if asks else None)
    assert made.outcome is (Outcome.WAITING if asks else Outcome.READY)


def test_announcements_alone_are_ready_and_want_no_approval():
    made = planned(library(*movies(3)), rules(schedule(notice=14), approve=Approve.ALWAYS))

    assert (made.outcome, made.reason, counted(made)) == (Outcome.READY, None, {"leaving": 3})


def test_a_preview_says_what_it_would_do_and_reports_the_approval():
    made = planned(library(*movies(3)), first(mode=Mode.PREVIEW))

    assert (made.mode, made.outcome, made.reason) == (Mode.PREVIEW, Outcome.WAITING, "approve_first")


# Stopped for safety


def test_a_refused_plan_has_no_delete_and_changes_no_other_verdict():
    home = library(movie(1), movie(2, queued=True), movie(3, imported=1))
    stopped = Refusal("source.seerr", "source_unread", {"service": "seerr", "why": "it timed out"})

    made = planned(home, refusals=(stopped,), gaps=("seerr",))

    assert made.outcome is Outcome.REFUSED
    assert (made.refusals, made.gaps, made.taken, made.cleared) == ((stopped,), ("seerr",), (), ())
    assert told_in(made) == {
        "movie:tmdb:1@radarr": ("undecided", "source"),
        "movie:tmdb:2@radarr": ("keep", "queued"),
        "movie:tmdb:3@radarr": ("keep", "not_expired"),
    }
    assert not made.held_back


def test_nothing_in_the_library_is_a_plan_of_nothing():
    made = planned(library())

    assert (made.outcome, made.decisions, made.queued) == (Outcome.NOTHING, (), 0)


# Disks


def test_disks_share_their_free_space_and_their_bins():
    found = as_disks(
        {
            row.name: row
            for row in [
                disk("a", free=10, disk="x", pending_bytes=1),
                disk("b", free=12, disk="x", pending_bytes=2),
                disk("c", free=5),
                disk("d", free=7, disk="y"),
                disk("e", free=None, disk="y"),
            ]
        }
    )

    assert {name: (row.free_bytes, row.pending_bytes) for name, row in found.items()} == {
        "a": (12, 3), "b": (12, 3), "c": (5, 0), "d": (None, 0), "e": (None, 0),
    }  # fmt: skip


def test_what_is_wanted_free_is_the_largest_keep_free_of_the_disk():
    rows = {
        row.name: row for row in [disk("a", disk="x"), disk("b", disk="x"), disk("c"), disk("d", rule="none")]
    }
    asked = {
        row.name: row
        for row in [storage("a", keep_free=share(10)), storage("b", keep_free=size(2 * TB)), storage("c")]
    }

    def wanted(name):
        return wanted_free(rows[name], rows, asked)

    assert (wanted("a"), wanted("b"), wanted("c"), wanted("d")) == (2 * TB, 2 * TB, None, None)
    assert keep_free_bytes(rows["a"], asked.values()) == TB
    assert keep_free_bytes(rows["c"], asked.values()) is None
    assert keep_free_bytes(rows["d"], asked.values()) is None


def test_effective_free_space_is_not_known_without_free_space():
    unknown = StorageState("a", "a", "a", None, "radarr", None, None, pending_bytes=5)

    assert unknown.effective_free_bytes is None
    assert ago(1) < NOW < ahead(1)
