"""A plan as JSON that scripts rely on, and every reason as a sentence."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import (
    GB,
    NOW,
    TB,
    aged,
    ago,
    ahead,
    asked_for,
    by_hand,
    days,
    decided,
    disk,
    episode,
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
    watch,
)
from msgspec.structs import replace

import keepercheky
from keepercheky.media import Ids, Unknown, Watching
from keepercheky.policy.explain import DOUBTS, REFUSALS, SENTENCES, WAITING, day, says, span, stopped, waits
from keepercheky.policy.findings import RULES, Finding, Says, keep, unsure
from keepercheky.policy.marks import ScheduleMark
from keepercheky.policy.plan import Plan
from keepercheky.policy.refusals import Refusal
from keepercheky.policy.report import by_reason, instant, plan_report, title_report, totals
from keepercheky.policy.terms import Approve, Keep, Limits, Mode

MADRID = ZoneInfo("Europe/Madrid")
GOLDEN = Path(__file__).parent / "golden_plan.json"
PACKAGE = Path(keepercheky.__file__).parent

LAYOUT = {
    "plan_id": str,
    "schedule": str,
    "taken_at": str,
    "mode": str,
    "outcome": str,
    "reason": (str, type(None)),
    "refusals": [{"id": str, "because": str, "remedy": str}],
    "gaps": [str],
    "storages": [
        {
            "name": str,
            "path": (str, type(None)),
            "source": str,
            "free_bytes": (int, type(None)),
            "total_bytes": (int, type(None)),
            "effective_free_bytes": (int, type(None)),
            "keep_free_bytes": (int, type(None)),
        }
    ],
    "totals": {
        "keep": int, "undecided": int, "leaving": int, "delete": int, "delete_bytes": int, "frees_bytes": int,
    },
    "by_reason": [{"rule": str, "titles": int, "bytes": int}],
    "titles": [
        {
            "key": str,
            "service": str,
            "kind": str,
            "title": str,
            "year": (int, type(None)),
            "season": (int, type(None)),
            "episode": (int, type(None)),
            "episodes": [int],
            "ids": {"tmdb": (int, type(None)), "imdb": (str, type(None)), "tvdb": (int, type(None))},
            "size_bytes": int,
            "frees_bytes": int,
            "storage": (str, type(None)),
            "verdict": str,
            "taken": bool,
            "because": str,
            "findings": [{"rule": str, "says": str, "because": str}],
            "active_at": (str, type(None)),
            "expires_at": (str, type(None)),
            "announced_at": (str, type(None)),
            "promised_until": (str, type(None)),
        }
    ],
}  # fmt: skip


def conforms(value, layout, where="plan"):
    """The very keys and types, no more and no fewer."""
    if isinstance(layout, dict):
        assert isinstance(value, dict), where
        assert list(value) == list(layout), where
        for name, inner in layout.items():
            conforms(value[name], inner, f"{where}.{name}")
    elif isinstance(layout, list):
        assert isinstance(value, list), where
        for row in value:
            conforms(row, layout[0], f"{where}[]")
    else:
        assert isinstance(value, layout), (where, value)
        assert layout is not int or not isinstance(value, bool), where


def a_household():
    """A bit of everything, under one schedule."""
    return library(
        movie(1, ids=Ids(tmdb=1, imdb="tt0133093"), imported=700, watching=seen(watch(at=400))),
        movie(2, imported=600, links=1, last_link_bytes=8 * GB),
        movie(3, watching=seen(favorite_of=frozenset({"ana", "luis"}))),
        movie(4, imported=30, year=0),
        movie(5, watching=Watching(unknown=Unknown("unmatched")), libraries=Unknown("unmatched")),
        movie(6, requests=asked_for("eva", 10)),
        movie(7, imported=500),
        movie(8, imported=400, storage=None),
        movie(9, imported=200, gb=30),
        show(20, *season_of(1), episode(2, 1, watching=seen(watch(at=12)))),
        show(21, *season_of(1, imported=Unknown("no_import_date")), title="Undated"),
        storages=[disk(free=940 * GB, pending_bytes=20 * GB)],
    )


def its_plan(**more):
    asked = rules(
        schedule("old", movies=aged(unwatched=180, watched=60), seasons=aged(90), notice=14),
        keep=Keep(tags=frozenset({"keep"})),
        storages=(storage(keep_free=share(10)),),
        limits=Limits(titles=2, size_bytes=TB),
        approve=Approve.FIRST,
    )
    known = marks(
        *(promise(f"movie:tmdb:{number}@radarr", until=-1, active_at=NOW) for number in (1, 2, 3)),
        promise("movie:tmdb:7@radarr", until=5, active_at=NOW),
        keeps=[by_hand("season:tvdb:20:1", until=30)],
    )
    return planned(a_household(), asked, known, **more), asked


def reported(**more):
    made, asked = its_plan(**more)
    return plan_report(made, "0190", asked, MADRID)


def test_the_whole_plan_of_a_household_reads_as_it_always_did():
    """After a wanted change: write what this test shows into golden_plan.json, and read every line of it."""
    report = reported()

    assert report == json.loads(GOLDEN.read_text()), json.dumps(report, indent=1, ensure_ascii=False)


def test_a_plan_has_the_very_keys_and_types_that_scripts_rely_on():
    stopped_one = Refusal("source.seerr", "source_unread", {"service": "seerr", "why": "it timed out"})
    daily = rules(schedule(episodes=latest(1)))
    no_numbers = library(show(5), storages=[disk(free=None, total=None, path=None, source="sonarr")])

    conforms(reported(), LAYOUT)
    conforms(reported(refusals=(stopped_one,), gaps=("seerr",)), LAYOUT)
    conforms(plan_report(planned(no_numbers, daily), "1", daily, UTC), LAYOUT)
    conforms(plan_report(planned(library()), "1", rules(), UTC), LAYOUT)


def test_a_refused_plan_tells_what_is_wrong_and_what_to_do():
    stopped_one = Refusal("source.seerr", "source_unread", {"service": "seerr", "why": "it timed out"})

    report = reported(refusals=(stopped_one,), gaps=("seerr",))

    assert report["outcome"] == "refused"
    assert report["refusals"] == [
        {
            "id": "source.seerr",
            "because": "seerr is not answering as it should: it timed out",
            "remedy": "nothing is decided without it; mend it, the next run goes on",
        }
    ]
    assert (report["totals"]["delete"], report["totals"]["delete_bytes"], report["gaps"]) == (0, 0, ["seerr"])
    assert "source" in {row["rule"] for row in report["by_reason"]}


def test_totals_are_of_the_taken_and_reasons_count_a_title_once():
    made, _ = its_plan()

    assert totals(made)["delete_bytes"] == 20 * GB
    assert totals(made)["frees_bytes"] == 18 * GB
    assert sum(row["titles"] for row in by_reason(made)) == len(made.decisions)
    assert sum(row["bytes"] for row in by_reason(made)) == sum(row.title.size_bytes for row in made.decisions)


def test_an_instant_is_utc_with_a_z_and_absent_is_null():
    east = timezone(timedelta(hours=2))

    assert instant(datetime(2026, 12, 1, 6, 0, 0, 5, tzinfo=east)) == "2026-12-01T04:00:00Z"
    assert instant(None) is None


def test_an_expiry_that_is_not_known_is_not_told():
    unsure_one = only(movie(watching=Watching(unknown=Unknown("unmatched"))))
    uncovered = only(show(5), rules(schedule(movies=aged(1))))

    assert title_report(unsure_one, UTC, taken=False)["expires_at"] is None
    assert title_report(uncovered, UTC, taken=False)["expires_at"] is None
    assert title_report(only(movie()), UTC, taken=False)["expires_at"] == instant(ago(910))


# Sentences


def sentences():
    """Every (rule, code) of a finding that deciding makes, with facts as it makes them."""
    home = library(
        movie(1, tags=frozenset({"keep"})),
        movie(2, libraries=frozenset({"Kids"})),
        movie(3, root_folder="/kids"),
        movie(4, watching=seen(watch(at=3, half=True), favorite_of=frozenset({"ana"}), playing=True)),
        movie(5, queued=True, requests=asked_for(since=None), shared_with="Other (radarr_4k)", links=3),
        movie(6, requests=asked_for(since=9)),
        movie(7, imported=40),
        movie(8),
        movie(9, imported=20),
        movie(10, watching=seen(watch())),
        movie(11),
        movie(12),
        show(20, *season_of(1, watching=seen(watch(at=30))), *season_of(2, aired=10), ended=False),
        show(21, *season_of(0)),
    )
    known = marks(
        promise("movie:tmdb:11@radarr", until=3),
        keeps=[by_hand("movie:tmdb:8"), replace(by_hand("movie:tmdb:12", until=3), reason="", by="")],
        deleted={"movie:tmdb:7": ago(60)},
    )
    protected = Keep(
        tags=frozenset({"keep"}), libraries=frozenset({"Kids"}), root_folders=frozenset({"/kids"})
    )
    told = []
    for one in (
        schedule(movies=aged(30), seasons=aged(20)),
        schedule(movies=aged(30), shows=aged(20), notice=7),
        schedule(movies=levels(level(share(20), 30)), episodes=latest(1)),
        schedule(movies=levels(level(share(5), 30)), episodes=latest(2, 30)),
        schedule(movies=aged(watched=5), enabled=False),
        schedule(movies=aged(watched=5)),
        schedule(episodes=latest(9)),
    ):
        asked = rules(one, keep=protected, storages=(storage(keep_free=share(11) if one.notice else None),))
        for made in (planned(home, asked, known), planned(at_most_nothing(home), asked, known)):
            told += [finding for row in made.decisions for finding in row.findings]
        told += [row for decision in decided(home, asked, known).values() for row in decision.findings]
    refused = planned(home, refusals=(Refusal("paused", "paused", {}),))
    told += [finding for row in refused.decisions for finding in row.findings]
    unaired = show(5, episode(1, 1, aired=None), episode(1, 2))
    told += [
        row
        for one in decided(library(unaired), rules(schedule(episodes=latest(1)))).values()
        for row in one.findings
    ]
    return told


def at_most_nothing(home):
    return replace(
        home, storages={name: replace(row, free_bytes=9 * TB) for name, row in home.storages.items()}
    )


def emitted_in_source():
    """Every (rule, code) literally named where findings are made."""
    found = set()
    for name in ("rules", "verdict", "plan", "age"):
        for call in calls_in(PACKAGE / "policy" / f"{name}.py"):
            words = [row.value for row in call.args if isinstance(row, ast.Constant)]
            function = getattr(call.func, "id", "")
            if function in ("keep", "delete", "kept_because") and len(words) == len(call.args) > 0:
                found.add((words[0], words[-1]))
            elif function == "_never":
                found.add(("not_expired", words[0]))
    return found


def calls_in(path):
    return [row for row in ast.walk(ast.parse(path.read_text())) if isinstance(row, ast.Call)]


def unknown_codes():
    """Every code of an Unknown that the package makes where titles are joined and judged."""
    files = [
        *(PACKAGE / "library").glob("*.py"),
        *(PACKAGE / "policy").glob("*.py"),
        PACKAGE / "cleanup" / "look.py",
    ]
    named = {
        row.args[0].value
        for file in files
        for row in calls_in(file)
        if getattr(row.func, "id", "") == "Unknown" and row.args and isinstance(row.args[0], ast.Constant)
    }
    return sorted(named - {"not_measured"})  # of a storage: a title hears "free space unknown"


def is_plain(text):
    return text and "{" not in text and "}" not in text and "  " not in text and not text.startswith(" ")


def test_every_finding_that_deciding_makes_has_a_sentence_with_nothing_left_blank():
    told = sentences()

    assert {finding.rule for finding in told} >= set(RULES) - {"seeding", "unmatched"}
    for finding in told:
        text = says(finding, MADRID)
        assert is_plain(text), (finding, text)
        assert not text.endswith((".", ":", " ")), text
        assert text != finding.code


def test_every_code_named_in_the_source_has_its_own_sentence():
    for rule, code in emitted_in_source():
        assert f"{rule}.{code}" in SENTENCES or (rule == code and rule in SENTENCES) or code == "promised", (
            rule,
            code,
        )


def test_no_sentence_is_left_that_nothing_makes():
    made = {(row.rule, row.code) for row in sentences()} | emitted_in_source()
    used = {rule for rule, _ in made} | {f"{rule}.{code}" for rule, code in made}
    used |= {f"{rule}.{code}" for rule in RULES for code in unknown_codes()}

    assert set(SENTENCES) <= used


def test_everything_that_may_be_unknown_is_said_in_words_whichever_rule_asked():
    for code in unknown_codes():
        assert code in DOUBTS, code
        for rule in (
            "tags",
            "playing",
            "requested",
            "hardlinked",
            "expired",
            "source",
            "libraries",
            "next_up",
        ):
            text = says(unsure(rule, Unknown(code, "radarr")), MADRID)
            assert is_plain(text), text
            assert not text.startswith("Not known")


def test_an_unknown_fact_is_never_told_as_a_known_one():
    text = says(unsure("hardlinked", Unknown("forbidden", "/movies/1")), MADRID)

    assert text == "Not known: forbidden"


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (keep("tags", tags=("keep", "kids")), "Tagged keep, kids in Radarr or Sonarr"),
        (
            keep("by_hand", "until", until=ahead(30), reason="Grandma's", by="ana"),
            "Kept by hand until Thu 31 Dec 2026 by ana: Grandma's",
        ),
        (keep("by_hand", until=None, reason="", by=""), "Kept by hand"),
        (
            keep("requested", users=("eva",), since=ago(10)),
            "Asked for by eva, and here for less time than asked requests are kept (since Sat 21 Nov 2026)",
        ),
        (
            Finding(
                "expired",
                Says.DELETE,
                "expired",
                {"watched": False, "limit_days": 90.0, "level": "15%", "active_at": ago(100)},
            ),
            (
                "Nobody finished it, and nothing happened with it for 90 days (the age when free space is below 15%); "
                "last activity on Sun 23 Aug 2026"
            ),
        ),
        (unsure("hardlinked", Unknown("not_there", "/data/a.mkv")),
         "Its file is not where the remote path mapping says: /data/a.mkv"),
        (Finding("future", Says.KEEP, "rule_of_tomorrow"), "rule_of_tomorrow"),
    ],
)  # fmt: skip
def test_a_sentence_says_what_was_found_with_dates_of_the_household(finding, sentence):
    assert says(finding, MADRID) == sentence


def test_a_fact_that_was_not_told_leaves_a_whole_sentence():
    assert says(unsure("source", Unknown("not_read")), MADRID) == "a service did not answer"
    assert says(Finding("by_hand", Says.KEEP, "until", {"until": ahead(30)}), MADRID) == (
        "Kept by hand until Thu 31 Dec 2026"
    )


def test_a_name_with_braces_stays_a_name():
    assert says(keep("tags", tags=("{users}",)), MADRID) == "Tagged {users} in Radarr or Sonarr"


def test_a_date_is_of_the_zone_people_live_in():
    late = datetime(2026, 12, 13, 23, 30, tzinfo=UTC)

    assert day(late, UTC) == "Sun 13 Dec 2026"
    assert day(late, MADRID) == "Mon 14 Dec 2026"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (days(90), "90 days"),
        (days(1), "1 day"),
        (timedelta(0), "0 days"),
        (timedelta(hours=12), "12 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=5), "1 hour"),
    ],
)
def test_a_duration_in_words(length, words):
    assert span(length) == words


# Refusals and waiting in words

FACTS = {
    "paused": {},
    "no_room_to_journal": {"path": "/config"},
    "source_unread": {"service": "seerr", "why": "it timed out"},
    "root_folder_gone": {"service": "radarr", "folders": "/movies"},
    "root_folder_removed": {"service": "radarr", "folders": "/movies"},
    "library_gone": {"name": "Kids", "service": "jellyfin"},
    "user_gone": {"name": "ana", "service": "jellyfin"},
    "root_gone": {"name": "/kids", "service": "radarr, sonarr"},
    "path_map_off": {"service": "radarr", "theirs": "/movies", "ours": "/data/movies"},
    "storage_unreadable": {"storage": "media", "why": "missing"},
    "empty_library": {"service": "radarr"},
    "clock_behind": {"last": "2026-12-01T05:00:00+00:00", "minutes": 60},
    "clock_apart": {"service": "seerr", "minutes": -60},
    "fewer": {"what": "titles", "service": "radarr", "before": 100, "now": 50},
    "keep_free_below_level": {"storage": "media", "rule": "media", "level": "20%", "schedule": "old"},
    "service_gone": {"service": "radarr_4k"},
    "keep_tag_gone": {"tag": "keep", "service": "radarr"},
    "people_gone": {"people": "ana, luis"},
    "storage_gone": {"storage": "media"},
    "storage_size_unknown": {"storage": "media"},
    "storage_other_files": {"storage": "media", "present": 3, "checked": 20},
    "storage_other_size": {"storage": "media", "before": TB, "now": GB},
}


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_says_what_is_wrong_and_the_way_out(code):
    because, remedy = stopped(Refusal("the.id", code, FACTS[code]))

    assert is_plain(because)
    assert is_plain(remedy)
    assert "accept the.id" in remedy or "accept" not in REFUSALS[code][1]


def test_every_refusal_named_in_the_source_has_its_words():
    named = set()
    for name in ("refusals", "target"):
        for call in calls_in(PACKAGE / "policy" / f"{name}.py"):
            if getattr(call.func, "id", "") in ("Refusal", "_look"):
                code = call.args[1]
                named.add(code.value if isinstance(code, ast.Constant) else None)
    named = (named - {None}) | {"library_gone", "user_gone", "root_gone"}

    assert named == set(REFUSALS)
    assert named == set(FACTS)


def test_a_clock_behind_a_services_is_told_without_a_sign():
    assert stopped(Refusal("clock.seerr", "clock_apart", FACTS["clock_apart"]))[0] == (
        "seerr's clock and ours are 60 minutes apart"
    )


def test_a_fall_without_a_service_names_none():
    because, _ = stopped(Refusal("users", "fewer", {"what": "users", "service": "", "before": 10, "now": 7}))

    assert because == "users fell from 10 to 7 without our doing"


@pytest.mark.parametrize("reason", sorted(WAITING))
def test_every_reason_to_wait_names_the_command_that_ends_it(reason):
    assert "keepercheky approve old" in waits(reason, "old")
    assert is_plain(waits(reason, "old"))


def test_every_reason_to_wait_of_a_plan_has_its_words():
    home = library(movie(1, gb=600))
    reasons = {
        planned(home, rules(approve=Approve.FIRST)).reason,
        planned(home, rules(approve=Approve.ALWAYS)).reason,
        planned(home, rules(limits=Limits(20, GB))).reason,
        planned(
            library(*(movie(number) for number in range(20))), rules(limits=Limits(20, TB, ask_above=0.1))
        ).reason,
        "bin_not_emptied",
        "space_did_not_come_back",
    }

    assert reasons == set(WAITING)


def test_names_in_a_preview_are_the_same_as_in_a_clean_run():
    clean, asked = its_plan()
    preview = Plan(
        **{**{name: getattr(clean, name) for name in clean.__struct_fields__}, "mode": Mode.PREVIEW}
    )

    report = plan_report(preview, "0190", asked, MADRID)

    assert {**report, "mode": "clean"} == plan_report(clean, "0190", asked, MADRID)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["taken_at"])
    assert ScheduleMark().approved is False
