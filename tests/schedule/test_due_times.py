"""When schedules are due: on the wall clock, at most once per minute of it, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepercheky.schedule import due_between, longest_gap, next_due, tick, upcoming

MADRID = ZoneInfo(
    "Europe/Madrid"
)  # 2025: forward on 30 March 02:00 → 03:00, back on 26 October 03:00 → 02:00
LORD_HOWE = ZoneInfo(
    "Australia/Lord_Howe"
)  # 2025: half an hour, back on 6 April 02:00, forward on 5 October 02:00
ZONES = [MADRID, LORD_HOWE, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")]
DAY = timedelta(days=1)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def walls(dues, zone):
    return [due.astimezone(zone).strftime("%m-%d %H:%M %z") for due in dues]


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 4 * * *", ["03-01 04:00", "03-02 04:00", "03-03 04:00"]),
        ("*/20 9 * * *", ["03-01 09:00", "03-01 09:20", "03-01 09:40"]),
        ("15 3 1,15 * *", ["03-01 03:15", "03-15 03:15", "04-01 03:15"]),
        ("0 0 * * mon", ["03-03 00:00", "03-10 00:00", "03-17 00:00"]),
        ("0 0 * * 7", ["03-02 00:00", "03-09 00:00", "03-16 00:00"]),
        ("0 0 3 * sun", ["03-02 00:00", "03-03 00:00", "03-09 00:00"]),
        ("0 0 29 2 *", ["02-29 00:00", "02-29 00:00", "02-29 00:00"]),
        ("0 0 31 * *", ["03-31 00:00", "05-31 00:00", "07-31 00:00"]),
    ],
)
def test_cron_lines_mean_what_cron_means(cron, expected):
    dues = upcoming(cron, UTC, utc(2025, 2, 28, 23, 59), 3)

    assert [due.strftime("%m-%d %H:%M") for due in dues] == expected


def test_the_next_due_minute_is_later_than_the_moment_asked_for():
    assert next_due("0 4 * * *", UTC, utc(2025, 3, 1, 3, 59, 59)) == utc(2025, 3, 1, 4)
    assert next_due("0 4 * * *", UTC, utc(2025, 3, 1, 4)) == utc(2025, 3, 2, 4)
    assert next_due("0 4 * * *", UTC, utc(2025, 3, 1, 4, 0, 30)) == utc(2025, 3, 2, 4)


def test_due_times_are_of_the_zone_and_told_in_utc():
    assert next_due("0 4 * * *", MADRID, utc(2025, 1, 1)) == utc(2025, 1, 1, 3)
    assert next_due("0 4 * * *", MADRID, utc(2025, 7, 1)) == utc(2025, 7, 1, 2)
    assert next_due("0 4 * * *", MADRID, utc(2025, 7, 1)).tzinfo is UTC


def test_a_moment_of_another_zone_is_the_same_moment():
    assert next_due("0 4 * * *", MADRID, datetime(2025, 7, 1, 9, tzinfo=LORD_HOWE)) == utc(2025, 7, 1, 2)


def test_a_minute_that_comes_twice_in_autumn_is_due_once_the_first_time():
    assert walls(upcoming("30 2 * * *", MADRID, utc(2025, 10, 24, 12), 3), MADRID) == [
        "10-25 02:30 +0200",
        "10-26 02:30 +0200",
        "10-27 02:30 +0100",
    ]


def test_in_the_repeated_hour_nothing_is_due_again():
    assert walls(upcoming("*/30 * * * *", MADRID, utc(2025, 10, 25, 23, 30), 4), MADRID) == [
        "10-26 02:00 +0200",
        "10-26 02:30 +0200",
        "10-26 03:00 +0100",
        "10-26 03:30 +0100",
    ]
    assert walls([next_due("* * * * *", MADRID, utc(2025, 10, 26, 1, 15, 30))], MADRID) == [
        "10-26 03:00 +0100"
    ]


def test_a_minute_that_is_skipped_in_spring_is_due_at_the_first_that_exists_once():
    assert walls(upcoming("30 2 * * *", MADRID, utc(2025, 3, 28, 12), 3), MADRID) == [
        "03-29 02:30 +0100",
        "03-30 03:00 +0200",
        "03-31 02:30 +0200",
    ]
    assert walls(upcoming("*/20 * * * *", MADRID, utc(2025, 3, 30, 0, 30), 4), MADRID) == [
        "03-30 01:40 +0100",
        "03-30 03:00 +0200",
        "03-30 03:20 +0200",
        "03-30 03:40 +0200",
    ]


def test_clocks_that_move_by_half_an_hour_are_understood():
    back = upcoming("45 1 * * *", LORD_HOWE, utc(2025, 4, 4, 0), 3)
    forward = upcoming("15 2 * * *", LORD_HOWE, utc(2025, 10, 3, 0), 3)

    assert walls(back, LORD_HOWE) == ["04-05 01:45 +1100", "04-06 01:45 +1100", "04-07 01:45 +1030"]
    assert walls(forward, LORD_HOWE) == ["10-04 02:15 +1030", "10-05 02:30 +1100", "10-06 02:15 +1100"]


def test_a_day_that_a_zone_left_out_is_made_up_for_at_its_end():
    apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011

    assert walls(upcoming("0 4 * * *", apia, utc(2011, 12, 29), 3), apia) == [
        "12-29 04:00 -1000",
        "12-31 00:00 +1400",
        "12-31 04:00 +1400",
    ]


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        (utc(2025, 3, 1, 4), utc(2025, 3, 2, 3, 59), None),
        (utc(2025, 3, 1, 4), utc(2025, 3, 2, 4), utc(2025, 3, 2, 4)),
        (utc(2025, 3, 1, 4), utc(2025, 3, 22, 12), utc(2025, 3, 22, 4)),
        (utc(1970, 1, 1), utc(2025, 3, 22, 12), utc(2025, 3, 22, 4)),
        (utc(2025, 3, 22, 12), utc(2025, 3, 1), None),
    ],
)
def test_of_several_missed_due_times_the_latest_counts(after, until, expected):
    assert due_between("0 4 * * *", UTC, after, until) == expected


def test_the_latest_due_time_is_found_within_the_repeated_hour():
    second_time = utc(2025, 10, 26, 1, 10)  # 02:10 for the second time

    assert due_between("50 2 * * *", MADRID, utc(2025, 10, 25), second_time) == utc(2025, 10, 26, 0, 50)
    assert due_between("50 2 * * *", MADRID, utc(2025, 10, 26, 0, 50), second_time) is None


def test_the_longest_gap_knows_of_clock_changes_and_weekends():
    assert longest_gap("0 4 * * *", UTC, utc(2025, 1, 1)) == DAY
    assert longest_gap("0 4 * * *", MADRID, utc(2025, 1, 1)) == timedelta(hours=25)
    assert longest_gap("0 4 * * mon-fri", UTC, utc(2025, 1, 1)) == 3 * DAY
    assert longest_gap("0 0 1 * *", UTC, utc(2025, 1, 1)) == 31 * DAY


@pytest.mark.parametrize(
    "cron", ["", "0 4 * *", "@daily", "* * * * * *", "61 * * * *", "0 0 30 2 *", "a b c d e"]
)
def test_what_is_no_cron_line_or_never_comes_due_is_a_plain_error(cron):
    with pytest.raises(ValueError, match="cron line"):
        next_due(cron, UTC, utc(2025, 1, 1))


CRONS = st.builds(
    " ".join,
    st.tuples(
        st.sampled_from(["*", "0", "30", "*/7", "5-20", "0,15,59"]),
        st.sampled_from(["*", "0", "1", "2", "*/3", "1-3", "23"]),
        st.sampled_from(["*", "1", "*/2", "26,30", "31"]),
        st.sampled_from(["*", "3,4,10", "*/5", "12"]),
        st.sampled_from(["*", "sun", "1-5", "0,6"]),
    ),
)
CHANGES_OF_CLOCKS = [utc(2025, 3, 30), utc(2025, 10, 26), utc(2025, 4, 5, 14), utc(2025, 10, 4, 14)]
MOMENTS = st.one_of(
    st.integers(0, 60 * 365 * 86_400).map(lambda seconds: utc(2001, 1, 1) + timedelta(seconds=seconds)),
    # where mistakes live
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CHANGES_OF_CLOCKS),
        st.integers(-120, 300),
    ),
)


@settings(deadline=None, max_examples=150)
@given(CRONS, st.sampled_from(ZONES), MOMENTS)
def test_due_times_rise_lie_on_minutes_and_never_twice_on_one_of_the_wall(cron, zone, after):
    dues = upcoming(cron, zone, after, 40)

    assert dues[0] > after
    assert all(earlier < later for earlier, later in pairwise(dues))
    assert all((due.second, due.microsecond) == (0, 0) for due in dues)
    minutes = [due.astimezone(zone).replace(tzinfo=None) for due in dues]
    assert len(set(minutes)) == len(minutes)


@settings(deadline=None, max_examples=150)
@given(CRONS, st.sampled_from(ZONES), MOMENTS)
def test_looking_back_and_looking_forward_agree(cron, zone, after):
    dues = upcoming(cron, zone, after, 12)

    for earlier, later in pairwise(dues):
        between = earlier + (later - earlier) / 2
        assert due_between(cron, zone, after, between) == earlier
        assert due_between(cron, zone, after, later) == later
        assert due_between(cron, zone, earlier, between) is None
        assert next_due(cron, zone, between) == later


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(ZONES), MOMENTS)
def test_every_minute_of_the_wall_clock_is_due_for_a_line_of_stars(zone, after):
    dues = upcoming("* * * * *", zone, after, 200)

    repeated_and_skipped = [
        later - earlier for earlier, later in pairwise(dues) if later - earlier != timedelta(minutes=1)
    ]
    assert all(gap in (timedelta(minutes=31), timedelta(minutes=61)) for gap in repeated_and_skipped)
    assert len(repeated_and_skipped) <= 1


FIRST_SEEN = utc(2025, 2, 1)


def fires(now, last_due, first_seen=FIRST_SEEN, cron="0 4 * * *"):
    return tick(cron, UTC, now=now, last_due=last_due, first_seen=first_seen)


def test_a_schedule_fires_when_it_is_due_and_not_before():
    assert fires(utc(2025, 3, 1, 3, 59, 59), last_due=utc(2025, 2, 28, 4)) is None
    assert fires(utc(2025, 3, 1, 4), last_due=utc(2025, 2, 28, 4)) == utc(2025, 3, 1, 4)
    assert fires(utc(2025, 3, 1, 9), last_due=utc(2025, 2, 28, 4)) == utc(2025, 3, 1, 4)


def test_a_due_minute_fires_once():
    assert fires(utc(2025, 3, 1, 4, 0, 30), last_due=utc(2025, 3, 1, 4)) is None


def test_after_three_weeks_off_there_is_one_run_for_the_newest_missed_time():
    now = utc(2025, 3, 22, 12)

    assert fires(now, last_due=utc(2025, 3, 1, 4)) == utc(2025, 3, 22, 4)
    assert fires(now, last_due=utc(2025, 3, 22, 4)) is None


def test_a_new_schedule_missed_nothing_before_it_was_seen():
    assert fires(utc(2025, 3, 1, 9), last_due=None, first_seen=utc(2025, 3, 1, 8)) is None
    assert fires(utc(2025, 3, 2, 9), last_due=None, first_seen=utc(2025, 3, 1, 8)) == utc(2025, 3, 2, 4)


def test_a_cron_line_edited_at_noon_does_not_fire_for_the_morning():
    noon = utc(2025, 3, 1, 12)

    assert fires(noon, last_due=utc(2025, 3, 1, 4), first_seen=noon, cron="0 6 * * *") is None


def test_a_clock_that_was_ahead_does_not_silence_a_schedule_for_years():
    assert fires(utc(2025, 3, 1, 9), last_due=utc(2099, 1, 1, 4)) == utc(2025, 3, 1, 4)
