"""When a run stops for safety, and the way out of each: mend the cause, or look and accept what was seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from house import GB, NOW, TB, ago, marks
from msgspec.structs import replace

from keepercheky.policy.explain import stopped
from keepercheky.policy.marks import Accepted, Baseline, Counts, StorageMark
from keepercheky.policy.refusals import Observed, StorageLook, next_baseline, reasons_to_stop, refusals
from keepercheky.policy.terms import Limits

COUNTS = Counts(
    titles={"radarr": 100, "sonarr": 50},
    tags={"radarr": 10},
    users=10,
    matched=100,
    favorites=40,
    played=60,
    requests=30,
)
BEFORE = Baseline(
    taken_at=ago(1),
    counts=COUNTS,
    services=frozenset({"radarr", "sonarr"}),
    keep_tags=frozenset({"radarr/keep"}),
    people={"a1": "ana", "l1": "luis"},
    storages={"media": StorageMark(10 * TB, tuple(f"/data/media/{row}.mkv" for row in range(20)))},
)
QUIET = Observed(
    now=NOW,
    counts=COUNTS,
    services=BEFORE.services,
    keep_tags=BEFORE.keep_tags,
    people=BEFORE.people,
    storages={"media": StorageLook(10 * TB, checked=20, present=20)},
)
LIMITS = Limits()


def noticed(known=None, **observed):
    """What a run that noticed this would be stopped by."""
    return refusals(replace(QUIET, **observed), known or marks(baseline=BEFORE), LIMITS)


def told(*found):
    return [(row.id, row.code, row.acceptable) for row in found]


def accepted(refusal, **facts):
    """Marks of a person who accepted it as it was then."""
    return marks(
        baseline=BEFORE, accepted={refusal.id: Accepted(refusal.id, ago(0.1), {**refusal.facts, **facts})}
    )


def test_nothing_unusual_stops_nothing():
    assert noticed() == ()
    assert refusals(QUIET, marks(), LIMITS) == ()


MEND = [
    pytest.param(
        {"gaps": {"seerr": "it timed out"}}, "source.seerr", "source_unread", id="a required source unread"
    ),
    pytest.param(
        {"roots_gone": {"radarr": ("/movies", "/kids")}},
        "root_folder.radarr",
        "root_folder_gone",
        id="a root folder",
    ),
    pytest.param(
        {"names_gone": (("library", "Kids", "jellyfin"),)},
        "library.Kids",
        "library_gone",
        id="a keep library renamed",
    ),
    pytest.param({"names_gone": (("user", "ana", "jellyfin"),)}, "user.ana", "user_gone", id="a user gone"),
    pytest.param(
        {"names_gone": (("root", "/kids", "radarr"),)}, "root./kids", "root_gone", id="a named root folder"
    ),
    pytest.param(
        {"maps_off": (("radarr", "/movies", "/data/movies"),)},
        "path_map.radarr:/movies",
        "path_map_off",
        id="a path map",
    ),
    pytest.param(
        {"storages": {"media": StorageLook(None, 20, 0, unreadable="missing")}},
        "storage.media",
        "storage_unreadable",
        id="path configured but unreadable",
    ),
    pytest.param({"no_room": "/config"}, "journal", "no_room_to_journal", id="no room to journal"),
]


@pytest.mark.parametrize(("observed", "name", "code"), MEND)
def test_what_must_be_mended_stops_a_run_and_cannot_be_accepted(observed, name, code):
    [refusal] = noticed(**observed)

    assert told(refusal) == [(name, code, False)]
    assert noticed(accepted(refusal), **observed) == (refusal,)


def test_paused_stops_every_run_until_it_is_resumed():
    [refusal] = noticed(marks(baseline=BEFORE, paused=True))

    assert told(refusal) == [("paused", "paused", False)]
    assert "keepercheky resume" in stopped(refusal)[1]


def fewer(**counts):
    return {"counts": replace(COUNTS, **counts)}


LOOK = [
    pytest.param({"empty": ("radarr",)}, "empty.radarr", "empty_library", id="an empty library"),
    pytest.param(
        fewer(titles={"radarr": 50, "sonarr": 50}), "titles.radarr", "fewer", id="radarr lost half its movies"
    ),
    pytest.param({"people": {"a1": "ana"}}, "users", "people_gone", id="a user gone"),
    pytest.param(
        {"people": {"a1": "ana", "g1": "guest"}}, "users", "people_gone", id="a user in another's place"
    ),
    pytest.param(fewer(tags={"radarr": 4}), "tags.radarr", "fewer", id="tags"),
    pytest.param(fewer(requests=23), "requests", "fewer", id="requests"),
    pytest.param(fewer(matched=79), "matched", "fewer", id="matched items"),
    pytest.param(fewer(favorites=31), "favorites", "fewer", id="favourites"),
    pytest.param(fewer(played=40), "played", "fewer", id="user data reset in Jellyfin"),
    pytest.param({"keep_tags": frozenset()}, "tag.radarr.keep", "keep_tag_gone", id="a keep tag gone"),
    pytest.param({"services": frozenset({"radarr"})}, "service.sonarr", "service_gone", id="a service gone"),
    pytest.param(
        {"storages": {"media": StorageLook(10 * TB, 20, 17)}},
        "storage.media",
        "storage_other_files",
        id="other files",
    ),
    pytest.param(
        {"storages": {"media": StorageLook(8 * TB, 20, 20)}},
        "storage.media.size",
        "storage_other_size",
        id="another size",
    ),
    pytest.param(
        {"clocks": {"seerr": timedelta(hours=-1)}},
        "clock.seerr",
        "clock_apart",
        id="a service's clock differs by an hour",
    ),
]


@pytest.mark.parametrize(("observed", "name", "code"), LOOK)
def test_what_a_person_must_look_at_stops_a_run_until_it_is_accepted(observed, name, code):
    [refusal] = noticed(**observed)

    assert told(refusal) == [(name, code, True)]
    assert f"keepercheky accept {name}" in stopped(refusal)[1]
    assert noticed(accepted(refusal), **observed) == ()
    assert reasons_to_stop(replace(QUIET, **observed), accepted(refusal), LIMITS) == (refusal,)


@pytest.mark.parametrize(
    "observed",
    [
        pytest.param(fewer(titles={"radarr": 80, "sonarr": 50}), id="exactly a fifth fewer titles"),
        pytest.param(fewer(tags={"radarr": 6}), id="four tags fewer"),
        pytest.param(
            {"people": {"a1": "Ana María", "l1": "luis", "g1": "guest"}}, id="a user renamed, another new"
        ),
        pytest.param({"people": {}}, id="no Jellyfin to tell of people"),
        pytest.param(fewer(users=None, matched=None), id="nobody counted"),
        pytest.param(fewer(titles={"radarr": 100}), id="a service nobody counted"),
        pytest.param(fewer(titles={"radarr": 500, "sonarr": 50, "new": 9}), id="more"),
        pytest.param({"storages": {"media": StorageLook(10 * TB, 20, 18)}}, id="nine files in ten are there"),
        pytest.param({"storages": {"media": StorageLook(9 * TB, 20, 20)}}, id="a tenth smaller"),
        pytest.param({"storages": {"media": StorageLook(10 * TB, 0, 0)}}, id="no file known"),
        pytest.param(
            {"storages": {"media": StorageLook(10 * TB, 20, 20), "new": StorageLook(TB, 0, 0)}},
            id="a new storage",
        ),
        pytest.param({"clocks": {"seerr": timedelta(minutes=10)}}, id="ten minutes apart"),
        pytest.param({"services": frozenset({"radarr", "sonarr", "radarr_4k"})}, id="a new service"),
    ],
)
def test_what_is_within_bounds_stops_nothing(observed):
    assert noticed(**observed) == ()


def test_a_storage_that_nobody_speaks_of_any_more_is_looked_at():
    [gone] = noticed(storages={})
    [unsized] = noticed(storages={"media": StorageLook(None, 20, 20)})

    assert (gone.id, gone.code) == ("storage.media", "storage_gone")
    assert (unsized.id, unsized.code) == ("storage.media.size", "storage_size_unknown")


def test_a_storage_of_a_service_that_was_not_read_is_not_missed_besides():
    assert [row.code for row in noticed(storages={}, gaps={"radarr": "refused"})] == ["source_unread"]


def test_what_we_deleted_ourselves_is_not_missed():
    halved = fewer(titles={"radarr": 50, "sonarr": 50}, played=40)

    assert noticed(**halved, by_us=Counts(titles={"radarr": 30}, played=8)) == ()
    assert [row.id for row in noticed(**halved, by_us=Counts(titles={"radarr": 29}, played=7))] == [
        "titles.radarr",
        "played",
    ]


def test_a_root_folder_that_an_arr_no_longer_lists_is_looked_at():
    known = marks(baseline=replace(BEFORE, root_folders={"radarr": frozenset({"/movies", "/kids"})}))

    [refusal] = noticed(known, root_folders={"radarr": frozenset({"/movies"})})

    assert told(refusal) == [("root_folder.radarr", "root_folder_removed", True)]
    assert "/kids" in stopped(refusal)[0]
    assert noticed(known, root_folders={"radarr": frozenset({"/movies", "/kids"})}) == ()
    assert noticed(known) == ()


@pytest.mark.parametrize(("minutes", "stops"), [(5, False), (5.1, True), (-60, False)])
def test_a_clock_set_back_by_more_than_five_minutes_stops_a_run(minutes, stops):
    known = marks(baseline=BEFORE, last_record_at=NOW + timedelta(minutes=minutes))

    assert [row.id for row in noticed(known)] == (["clock"] if stops else [])


# What an acceptance covers


@pytest.mark.parametrize(
    ("then", "now", "covers"),
    [
        pytest.param(
            fewer(titles={"radarr": 50, "sonarr": 50}),
            fewer(titles={"radarr": 60, "sonarr": 50}),
            True,
            id="less of it",
        ),
        pytest.param(
            fewer(titles={"radarr": 50, "sonarr": 50}),
            fewer(titles={"radarr": 49, "sonarr": 50}),
            False,
            id="more of it",
        ),
        pytest.param(
            {"storages": {"media": StorageLook(10 * TB, 20, 10)}},
            {"storages": {"media": StorageLook(10 * TB, 20, 11)}},
            True,
            id="more files are there",
        ),
        pytest.param(
            {"storages": {"media": StorageLook(10 * TB, 20, 10)}},
            {"storages": {"media": StorageLook(10 * TB, 20, 9)}},
            False,
            id="fewer files are there",
        ),
        pytest.param(
            {"storages": {"media": StorageLook(10 * TB, 10, 5)}},
            {"storages": {"media": StorageLook(10 * TB, 20, 5)}},
            False,
            id="more files were looked for",
        ),
        pytest.param(
            {"storages": {"media": StorageLook(4 * TB, 20, 20)}},
            {"storages": {"media": StorageLook(4 * TB + 400 * GB, 20, 20)}},
            True,
            id="the new size moves a little",
        ),
        pytest.param(
            {"storages": {"media": StorageLook(4 * TB, 20, 20)}},
            {"storages": {"media": StorageLook(TB, 20, 20)}},
            False,
            id="another size again",
        ),
        pytest.param(
            {"clocks": {"seerr": timedelta(hours=1)}},
            {"clocks": {"seerr": timedelta(minutes=70)}},
            True,
            id="as far apart",
        ),
        pytest.param(
            {"clocks": {"seerr": timedelta(hours=1)}},
            {"clocks": {"seerr": timedelta(hours=2)}},
            False,
            id="further apart",
        ),
        pytest.param(
            {"clocks": {"seerr": timedelta(hours=1)}},
            {"clocks": {"seerr": timedelta(hours=-1)}},
            False,
            id="other way",
        ),
        pytest.param({"keep_tags": frozenset()}, {"keep_tags": frozenset()}, True, id="the same"),
    ],
)
def test_an_acceptance_covers_what_was_seen_and_not_what_may_follow(then, now, covers):
    [seen] = noticed(**then)

    assert (noticed(accepted(seen), **now) == ()) == covers


def test_an_acceptance_of_long_ago_does_not_cover_another_fall():
    [seen] = noticed(**fewer(titles={"radarr": 50, "sonarr": 50}))
    grown = replace(BEFORE, counts=replace(COUNTS, titles={"radarr": 500, "sonarr": 50}))
    known = replace(accepted(seen), baseline=grown)

    assert [row.id for row in noticed(known, **fewer(titles={"radarr": 60, "sonarr": 50}))] == [
        "titles.radarr"
    ]


def test_other_files_and_another_size_are_accepted_each_for_itself():
    other = {"storages": {"media": StorageLook(TB, 20, 0)}}

    files, other_size = noticed(**other)

    assert [row.id for row in noticed(accepted(files), **other)] == ["storage.media.size"]
    assert [row.id for row in noticed(accepted(other_size), **other)] == ["storage.media"]


def test_an_accepted_clock_that_was_set_back_is_covered_while_it_catches_up():
    def behind(minutes, last=60):
        return marks(baseline=BEFORE, last_record_at=NOW + timedelta(minutes=last)), NOW + timedelta(
            minutes=last - minutes
        )

    known, now = behind(60)
    [seen] = noticed(known, now=now)
    looked = {seen.id: Accepted(seen.id, NOW, dict(seen.facts))}

    assert noticed(replace(known, accepted=looked), now=now) == ()
    assert noticed(replace(known, accepted=looked), now=now + timedelta(minutes=30)) == ()
    assert len(noticed(replace(known, accepted=looked), now=now - timedelta(minutes=30))) == 1
    later, now = behind(60, last=999)
    assert len(noticed(replace(later, accepted=looked), now=now)) == 1


def test_an_acceptance_that_says_nothing_covers_nothing():
    [seen] = noticed(**fewer(requests=7))
    broken = {seen.id: Accepted(seen.id, NOW, {**seen.facts, "now": "seven"})}

    assert noticed(marks(baseline=BEFORE, accepted=broken), **fewer(requests=7)) == (seen,)


def test_the_next_run_is_compared_with_this_one():
    now = replace(QUIET, counts=replace(COUNTS, users=7), root_folders={"radarr": frozenset({"/movies"})})

    found = next_baseline(now, BEFORE.storages)

    assert found == replace(
        BEFORE,
        taken_at=NOW,
        anchored_at=NOW,
        counts=now.counts,
        root_folders={"radarr": frozenset({"/movies"})},
    )
    assert refusals(now, marks(baseline=found), LIMITS) == ()


def test_many_small_falls_within_a_day_are_one():
    found = next_baseline(QUIET, BEFORE.storages)
    seen = QUIET
    for hour, titles in enumerate((90, 82, 75), start=1):
        seen = replace(
            QUIET,
            now=NOW + timedelta(hours=hour),
            counts=replace(COUNTS, titles={"radarr": titles, "sonarr": 50}),
        )
        if hour < 3:
            assert refusals(seen, marks(baseline=found), LIMITS) == ()
            found = next_baseline(seen, BEFORE.storages, found)

    [refusal] = refusals(seen, marks(baseline=found), LIMITS)
    assert (refusal.id, refusal.facts["before"], refusal.facts["now"]) == ("titles.radarr", 100, 75)


def test_a_day_later_the_counts_of_that_day_are_the_ones_to_compare_with():
    first = next_baseline(QUIET, BEFORE.storages)
    later = replace(
        QUIET, now=NOW + timedelta(hours=22), counts=replace(COUNTS, titles={"radarr": 85, "sonarr": 50})
    )

    found = next_baseline(later, BEFORE.storages, first)

    assert found.counts.titles["radarr"] == 85
    assert found.anchored_at == later.now


def test_what_nobody_counted_before_is_compared_with_from_now_on():
    first = next_baseline(
        replace(QUIET, counts=replace(COUNTS, requests=None, matched=None)), BEFORE.storages
    )
    now = replace(QUIET, now=NOW + timedelta(hours=1), counts=replace(COUNTS, played=None))

    found = next_baseline(now, BEFORE.storages, first).counts

    assert (found.requests, found.matched, found.played) == (30, 100, None)
