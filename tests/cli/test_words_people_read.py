"""Sizes as disks are sold, titles as people say them, dates in the zone of the settings."""

from zoneinfo import ZoneInfo

import pytest

from keepercheky.cli import words
from keepercheky.policy.explain import SENTENCES
from keepercheky.policy.findings import Verdict
from keepercheky.policy.terms import Mode


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [
        (None, "?"),
        (0, "0 GB"),
        (10, "under 1 MB"),
        (500 * 10**6, "500 MB"),
        (45_240_000_000, "45.2 GB"),
        (1_211_000_000_000, "1.21 TB"),
    ],
)
def test_sizes(size_bytes, said):
    assert words.size(size_bytes) == said


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ({"title": "Heat", "year": 1995, "season": None, "episode": None, "episodes": []}, "Heat (1995)"),
        ({"title": "Heat", "year": None, "season": None, "episode": None, "episodes": []}, "Heat"),
        (
            {"title": "The Wire", "year": 2002, "season": 2, "episode": None, "episodes": []},
            "The Wire, season 2",
        ),
        (
            {"title": "The Wire", "year": 2002, "season": 0, "episode": None, "episodes": []},
            "The Wire, specials",
        ),
        ({"title": "The Wire", "year": 2002, "season": 2, "episode": 3, "episodes": [3]}, "The Wire S02E03"),
        (
            {"title": "The Wire", "year": 2002, "season": 2, "episode": 3, "episodes": [3, 4]},
            "The Wire S02E03E04",
        ),
    ],
)
def test_titles(title, said):
    assert words.named(title) == said


def test_kinds_are_counted_in_one_order():
    assert words.kinds([{"kind": "season"}, {"kind": "movie"}, {"kind": "season"}]) == "1 movie, 2 seasons"


def test_dates_are_told_in_the_zone_of_the_settings():
    madrid = ZoneInfo("Europe/Madrid")

    assert words.date("2025-12-13T23:30:00Z", madrid) == "Sun 14 Dec 2025"
    assert words.moment("2025-12-13T23:30:00Z", madrid) == "Sun 14 Dec 2025, 00:30"
    assert words.date(None, madrid) == words.moment(None, madrid) == ""


def test_every_rule_mode_and_verdict_has_words():
    assert {sentence.split(".")[0] for sentence in SENTENCES} <= words.RULES.keys()
    assert words.MODES.keys() == set(Mode)
    assert words.VERDICTS.keys() == set(Verdict)
