"""Durations, sizes, shares, names, addresses and cron lines as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepercheky.settings.times import parse_cron, parse_zone, system_zone
from keepercheky.settings.values import (
    BadValue,
    choice,
    format_duration,
    format_share,
    format_size,
    parse_amount,
    parse_duration,
    parse_share,
    parse_size,
    parse_some_amount,
    parse_yes_no,
    whole_number,
)
from keepercheky.settings.words import parse_folder, parse_name, parse_tag, parse_their_folder


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("12h", timedelta(hours=12)),
        ("14d", timedelta(days=14)),
        ("8w", timedelta(weeks=8)),
        ("0d", timedelta(0)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text, duration):
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        (14, 'Say which unit, in quotes: for days "14d"'),
        ("14 days", 'Write "14d"'),
        ("14D", 'Write "14d"'),
        ("-3d", 'A duration cannot be negative: write "0d" for none'),
        ("6 months", 'Months and years have no exact length: write days, "30d" or "365d"'),
        ("1y", 'Months and years have no exact length: write days, "30d" or "365d"'),
        ("soon", 'Write a number and a unit in quotes: "90s", "15m", "12h", "14d" or "8w"'),
        ("99999999w", "Write a shorter duration"),
        (True, 'Write a number and a unit in quotes: "90s", "15m", "12h", "14d" or "8w"'),
    ],
)
def test_what_is_no_duration_says_how_to_write_one(written, remedy):
    with pytest.raises(BadValue) as bad:
        parse_duration(written)

    assert bad.value.remedy == remedy


@given(st.integers(0, 3_000_000_000))
def test_a_duration_written_back_reads_the_same(seconds):
    duration = timedelta(seconds=seconds)

    assert parse_duration(format_duration(duration)) == duration


@given(st.integers(0, 10**18))
def test_a_size_written_back_reads_the_same(size_bytes):
    assert parse_size(format_size(size_bytes)) == size_bytes


@given(st.integers(0, 10_000))
def test_a_share_written_back_reads_the_same(hundredths):
    share = hundredths / 10_000

    assert parse_share(format_share(share)) == share


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("500MB", 500 * 10**6), ("2TB", 2 * 10**12), ("1.5TiB", 3 * 2**39), ("10 gb", 10**10), ("7B", 7)],
)
def test_a_size_is_decimal_or_binary(text, size_bytes):
    assert parse_size(text) == size_bytes


@pytest.mark.parametrize("written", [500, "2T", "2", "many", "-1GB", "5Mbit", "2000000TB", None])
def test_what_is_no_size_is_refused(written):
    with pytest.raises(BadValue):
        parse_size(written)


def test_an_amount_keeps_what_was_written():
    assert (parse_amount("12.5%").share, parse_amount("12.5%").text) == (0.125, "12.5%")
    assert parse_amount("2TB").size_bytes == 2 * 10**12


@pytest.mark.parametrize("written", ["101%", "-1%", 10, 0.1, "ten", "10 percent"])
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(BadValue):
        parse_amount(written)


@pytest.mark.parametrize("written", ["0%", "0GB", "100%"])
def test_nobody_can_ask_for_nothing_or_everything_to_be_free(written):
    with pytest.raises(BadValue):
        parse_some_amount(written)


@pytest.mark.parametrize(("written", "remedy"), [(0.1, '"10%"'), (15, '"15%"')])
def test_a_share_without_its_sign_shows_it(written, remedy):
    with pytest.raises(BadValue) as bad:
        parse_share(written)

    assert remedy in bad.value.remedy


def test_numbers_choices_and_yes_or_no_refuse_what_they_are_not():
    for parse, written in [
        (whole_number(1), 0),
        (whole_number(1), True),
        (whole_number(1), 2.5),
        (whole_number(1), "many"),
        (parse_yes_no, "maybe"),
        (parse_yes_no, 1),
        (choice("a", "b"), "c"),
        (choice("a", "b"), 3),
        (choice("a", "b", c="comes later"), "c"),
    ]:
        with pytest.raises(BadValue):
            parse(written)


def test_names_tags_and_folders_are_tidied_or_refused_with_a_proposal():
    assert parse_tag("Keep-It") == "keep-it"
    assert parse_folder("/data//media/") == "/data/media"
    assert parse_their_folder("D:\\Movies\\") == "D:\\Movies"
    for parse, written, proposal in [
        (parse_name, "Old Media", "old_media"),
        (parse_tag, "10 days", "10-days"),
        (parse_folder, "media", "/data/media"),
        (parse_folder, "/data/../etc", "/data/media"),
    ]:
        with pytest.raises(BadValue) as bad:
            parse(written)
        assert proposal in bad.value.remedy


def test_a_cron_line_has_five_parts_and_single_spaces():
    assert parse_cron(" 0  4 * * mon-fri ") == "0 4 * * mon-fri"


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("04:30", 'Write "30 4 * * *" for every day at 04:30'),
        ("0 0 4 * * *", 'There are no seconds here: write "0 4 * * *"'),
        ("@daily", 'Write "0 0 * * *"'),
        ("0 0 31 2 *", "Choose a day the month has"),
        ("61 4 * * *", "Write five parts"),
        ("R 4 * * *", "Write five parts"),
        ("every night at four o'clock", "Write five parts"),
        (4, "Write five parts"),
    ],
)
def test_a_wrong_cron_line_shows_a_right_one(written, remedy):
    with pytest.raises(BadValue) as bad:
        parse_cron(written)

    assert remedy in bad.value.remedy


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("Madrid", "Europe/Madrid"),
        ("Europe/Madird", "Europe/Madrid"),
        ("../etc/passwd", "Europe"),
        ("", "Europe/"),
    ],
)
def test_a_wrong_time_zone_shows_a_near_one(written, remedy):
    with pytest.raises(BadValue) as bad:
        parse_zone(written)

    assert remedy in bad.value.remedy or bad.value.remedy.startswith("Did you mean")


def test_the_systems_zone_is_tz_then_the_link_then_the_text(tmp_path):
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Lisbon")
    text = tmp_path / "timezone"
    text.write_text("America/Lima\n")
    nowhere = tmp_path / "nowhere"

    assert system_zone({"TZ": ":Europe/Madrid"}, link, text) == "Europe/Madrid"
    assert system_zone({"TZ": "CET-1CEST"}, link, text) == "Europe/Lisbon"
    assert system_zone({}, nowhere, text) == "America/Lima"
    assert system_zone({}, nowhere, nowhere) is None
