"""The mirror holds the last decision of every title, writes changes only, and is found by whatever people type."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from keepercheky.media import Ids
from keepercheky.store import DecisionRow, Pending
from keepercheky.store.titles import folded

NOW = datetime(2025, 3, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def movie(number, title="Alien", **changes):
    facts = {
        "key": f"movie:tmdb:{number}@radarr",
        "schedule": "old",
        "service": "radarr",
        "kind": "movie",
        "title": title,
        "year": 1979,
        "ids": Ids(tmdb=number, imdb=f"tt{number:07}"),
        "size_bytes": 10,
        "frees_bytes": 10,
        "storage": "media",
        "verdict": "keep",
        "taken": False,
        "first_rule": "not_expired",
        "findings": b'[{"rule":"not_expired"}]',
    }
    return DecisionRow(**(facts | changes))


EPISODE = DecisionRow(
    key="episode:tvdb:121361:1:2@sonarr",
    schedule="daily",
    service="sonarr",
    kind="episode",
    title="Pasapalabra",
    year=2000,
    season=1,
    episode=2,
    episodes=(2, 3),
    ids=Ids(tmdb=5, imdb="tt1", tvdb=121361),
    size_bytes=2 * 10**9,
    frees_bytes=10**9,
    storage="tv",
    verdict="leaving",
    taken=True,
    first_rule="promise",
    findings=b"[]",
    active_at=NOW - DAY,
    expires_at=NOW,
    announced_at=NOW - 2 * DAY,
    promised_until=NOW + DAY,
    position=4,
)


def keys(rows):
    return [row.key.partition("@")[0].rpartition(":")[2] for row in rows]


async def test_a_decision_comes_back_as_it_was_with_when_and_by_whom(store):
    await store.mirror.record("daily", [EPISODE], NOW, "r1")

    assert await store.mirror.get(EPISODE.key) == msgspec.structs.replace(
        EPISODE, changed_at=NOW, run_id="r1"
    )
    assert await store.mirror.get("movie:tmdb:1@radarr") is None


def test_the_example_sets_every_field_a_run_decides():
    unset = {
        name
        for name, default in zip(
            DecisionRow.__struct_fields__[-11:], DecisionRow.__struct_defaults__[-11:], strict=True
        )
        if getattr(EPISODE, name) == default
    }

    assert unset <= {"changed_at", "run_id"}


async def test_only_changes_are_written_and_the_gone_removed(store):
    rows = [movie(number) for number in range(5)]
    first = await store.mirror.record("old", rows, NOW, "r1")
    same = await store.mirror.record("old", list(reversed(rows)), NOW + DAY, "r2")
    rows[3] = movie(3, verdict="delete")

    changed = await store.mirror.record("old", rows[1:], NOW + 2 * DAY, "r3")

    assert (first, same, changed) == ((5, 0), (0, 0), (1, 1))
    stored = {row.key: row.run_id for row in await store.mirror.find("alien")}
    assert stored == {rows[1].key: "r1", rows[2].key: "r1", rows[3].key: "r3", rows[4].key: "r1"}


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "undecided"},
        {"size_bytes": 11},
        {"findings": b"[]"},
        {"position": 1},
        {"expires_at": NOW},
        {"ids": Ids(tmdb=1)},
        {"taken": True},
        {"title": "Aliens"},
    ],
)
async def test_any_change_is_a_change(store, change):
    await store.mirror.record("old", [movie(1)], NOW, "r1")

    assert await store.mirror.record("old", [movie(1, **change)], NOW, "r2") == (1, 0)


async def test_rows_read_from_the_mirror_can_be_recorded_again_unchanged(store):
    await store.mirror.record("old", [movie(1)], NOW, "r1")

    assert await store.mirror.record("old", await store.mirror.find("alien"), NOW, "r2") == (0, 0)


async def test_titles_of_other_schedules_are_left_alone(store):
    await store.mirror.record("old", [movie(1)], NOW, "r1")
    await store.mirror.record("", [movie(2, schedule=None, first_rule="not_covered")], NOW, "r1")

    assert await store.mirror.record("tagged", [movie(3, schedule="tagged")], NOW, "r2") == (1, 0)
    assert await store.mirror.record("", [], NOW, "r2") == (0, 1)
    assert keys(await store.mirror.find("alien")) == ["1", "3"]


async def test_a_title_that_changes_its_schedule_moves(store):
    await store.mirror.record("old", [movie(1), movie(2)], NOW, "r1")

    moved = await store.mirror.record("tagged", [movie(1, schedule="tagged")], NOW, "r2")
    left = await store.mirror.record("old", [movie(2)], NOW, "r3")

    assert (moved, left) == ((1, 0), (0, 0))
    assert {row.key: row.schedule for row in await store.mirror.find("alien")} == {
        movie(1).key: "tagged",
        movie(2).key: "old",
    }


async def test_titles_of_schedules_that_are_no_more_can_be_forgotten(store):
    await store.mirror.record("old", [movie(1)], NOW, "r1")
    await store.mirror.record("gone", [movie(2)], NOW, "r1")
    await store.mirror.record("", [movie(3, schedule=None)], NOW, "r1")

    assert await store.mirror.keep_only(["old"]) == 1
    assert keys(await store.mirror.find("alien")) == ["1", "3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("amelie", ["1"]),
        ("AMÉLIE", ["1"]),
        ("  Poulain ", ["1"]),
        ("spider man", ["2"]),
        ("Spider-Man", ["2"]),
        ("søn", ["3"]),
        ("son", ["3"]),
        ("straße", ["4"]),
        ("STRASSE", ["4"]),
        ("2012", ["5", "2012"]),
        ("movie:tmdb:3@radarr", ["3"]),
        ("movie:tmdb:3", ["3"]),
        ("tmdb:3", ["3"]),
        ("tt0000003", ["3"]),
        ("imdb:tt0000003", ["3"]),
        ("TT0000003", ["3"]),
        ("tvdb:3", []),
        ("tvdb:77", ["7"]),
        ("77", ["7"]),
        ("nothing like it", []),
        ("", []),
        ("   ", []),
        ("!?", []),
        ("%", []),
        ("9" * 40, []),
    ],
)
async def test_titles_are_found_by_what_people_type(store, query, found):
    await store.mirror.record(
        "old",
        [
            movie(1, "Le Fabuleux Destin d'Amélie Poulain"),
            movie(2, "Spider-Man: Homeward"),
            movie(3, "En Søn"),
            movie(4, "Die Straße"),
            movie(5, "2012"),
            movie(2012, "Something else"),
            movie(7, "A show, really", ids=Ids(tvdb=77)),
        ],
        NOW,
        "r1",
    )

    assert keys(await store.mirror.find(query)) == found


async def test_the_exact_title_comes_first_and_the_rest_by_name(store):
    await store.mirror.record(
        "old", [movie(1, "Aliens"), movie(2, "The Alien"), movie(3, "Alien"), movie(4, "Alien 3")], NOW, "r1"
    )

    assert keys(await store.mirror.find("alien")) == ["3", "4", "1", "2"]
    assert keys(await store.mirror.find("alien", limit=2)) == ["3", "4"]


def test_folding_leaves_the_letters_people_type():
    assert folded("¡Ay, Carmela! (1990)") == "ay carmela 1990"
    assert folded("Ægir_Øst") == "aegir ost"
    assert folded("WALL·E") == "wall e"
    assert folded("!!!") == ""


async def test_leaving_titles_are_told_by_date(store):
    await store.mirror.record(
        "old",
        [
            movie(1, verdict="leaving", promised_until=NOW + 2 * DAY),
            movie(2, verdict="leaving", promised_until=NOW + DAY),
            movie(3),
        ],
        NOW,
        "r1",
    )

    assert keys(await store.mirror.leaving()) == ["2", "1"]
    assert await store.mirror.pending() == {("old", "movie"): Pending(2, 20, NOW + DAY)}


async def test_due_titles_are_told_in_the_order_of_the_plan(store):
    await store.mirror.record(
        "old",
        [
            movie(1, verdict="delete", position=2),
            movie(2, verdict="delete", taken=True, position=1),
            movie(3, verdict="delete", taken=True, position=0),
            movie(4, verdict="delete"),
            movie(5),
        ],
        NOW,
        "r1",
    )

    assert keys(await store.mirror.due("old")) == ["3", "2", "1", "4"]
    assert await store.mirror.due("other") == []


async def test_titles_of_a_verdict_come_in_pages_by_name(store):
    await store.mirror.record("old", [movie(n, f"Movie {9 - n}") for n in range(5)], NOW, "r1")
    await store.mirror.record("tagged", [movie(9, "A tagged one", schedule="tagged")], NOW, "r1")

    assert keys(await store.mirror.by_verdict("keep", limit=3)) == ["9", "4", "3"]
    assert keys(await store.mirror.by_verdict("keep", limit=3, offset=3)) == ["2", "1", "0"]
    assert keys(await store.mirror.by_verdict("keep", schedule="tagged")) == ["9"]
    assert await store.mirror.by_verdict("delete") == []


async def test_counts_add_up_by_service_kind_and_verdict(store):
    await store.mirror.record("old", [movie(1), movie(2), movie(3, verdict="delete")], NOW, "r1")
    await store.mirror.record("daily", [EPISODE], NOW, "r1")

    assert await store.mirror.counts() == {
        ("radarr", "movie", "keep"): (2, 20),
        ("radarr", "movie", "delete"): (1, 10),
        ("sonarr", "episode", "leaving"): (1, 2 * 10**9),
    }


async def test_a_large_home_recorded_unchanged_writes_nothing(store):
    rows = [movie(number, f"Movie {number}") for number in range(20_000)]
    await store.mirror.record("old", rows, NOW, "r1")
    async with store.database.writing() as statements:
        [(before,)] = await statements.rows("SELECT total_changes()")

    await store.mirror.record("old", rows, NOW + DAY, "r2")

    async with store.database.writing() as statements:
        [(after,)] = await statements.rows("SELECT total_changes()")
    assert after == before
