"""Which schedule speaks for a title: exactly one, or none."""

from __future__ import annotations

import pytest
from house import (
    aged,
    decided,
    latest,
    library,
    movie,
    only,
    rules,
    schedule,
    season_of,
    seen,
    show,
    told,
    watch,
)

from keepercheky.media import Unknown
from keepercheky.policy.census import count_titles
from keepercheky.policy.scope import governing_order
from keepercheky.policy.terms import AgeRule, Kind, Schedule

MANY = rules(
    schedule("large", movies=aged(90)),
    schedule("daily", episodes=latest(1), tag="daily"),
    schedule("short", movies=aged(10), shows=aged(10), tag="10-days"),
    schedule("shows", shows=aged(365)),
)


def test_schedules_with_a_tag_are_asked_first_then_the_others_each_in_file_order():
    assert [row.id for row in governing_order(MANY)] == ["daily", "short", "large", "shows"]


@pytest.mark.parametrize(
    ("item", "governing"),
    [
        pytest.param(movie(), "large", id="a movie without a tag"),
        pytest.param(movie(tags=frozenset({"10-days"})), "short", id="a tagged movie"),
        pytest.param(
            movie(tags=frozenset({"daily"})), "large", id="a tag whose schedule does not name movies"
        ),
        pytest.param(show(5), "shows", id="a show without a tag"),
        pytest.param(
            show(5, tags=frozenset({"daily", "10-days"})), "daily", id="two tags: the first in the file"
        ),
        pytest.param(
            show(5, tags=Unknown("tag_without_label", "sonarr")), "daily", id="it may hold the first"
        ),
    ],
)
def test_the_first_schedule_whose_scope_holds_a_title_governs_it(item, governing):
    found = decided(library(item), MANY)

    assert {row.schedule for row in found.values()} == {governing}


def test_a_show_is_governed_for_all_its_parts_and_is_a_title_of_the_kind_its_schedule_names():
    item = show(5, *season_of(1), *season_of(2))

    def kinds(asked):
        return {row.title.kind for row in decided(library(item), asked).values()}

    assert kinds(rules(schedule(seasons=aged(90)))) == {Kind.SEASON}
    assert kinds(rules(schedule(shows=aged(90)))) == {Kind.SHOW}
    assert kinds(rules(schedule(episodes=latest(1)))) == {Kind.EPISODE}
    assert kinds(rules(schedule(movies=aged(90)))) == {Kind.SHOW}


def test_a_title_no_schedule_covers_is_kept():
    assert told(only(show(5), rules(schedule(movies=aged(1))))) == ("keep", "not_covered")


def test_switching_a_schedule_off_keeps_its_titles_and_never_hands_them_to_a_harsher_one():
    asked = rules(schedule("gentle", movies=aged(900), enabled=False), schedule("harsh", movies=aged(1)))

    decision = only(movie(), asked)

    assert (decision.schedule, told(decision)) == ("gentle", ("keep", "not_expired"))
    assert decision.because.code == "schedule_off"


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        pytest.param({"services": frozenset({"radarr_4k"})}, {2}, id="a service"),
        pytest.param({"root_folders": frozenset({"/movies4k/"})}, {2}, id="a root folder"),
        pytest.param({"libraries": frozenset({"Films 4K"})}, {2, 3}, id="a library, and what may be in it"),
        pytest.param(
            {"libraries": frozenset({"Films 4K"}), "services": frozenset({"radarr"})},
            {3},
            id="all that are given",
        ),
        pytest.param({"root_folders": frozenset()}, set(), id="none at all"),
        pytest.param({"tag": "old"}, {1}, id="a tag"),
        pytest.param({}, {1, 2, 3, 4}, id="everything"),
    ],
)
def test_all_that_a_scope_names_must_hold(scope, held):
    home = library(
        movie(1, tags=frozenset({"old"})),
        movie(2, service="radarr_4k", root_folder="/movies4k", libraries=frozenset({"Films 4K"})),
        movie(3, libraries=Unknown("unmatched")),
        movie(4, root_folder=None),
    )

    found = decided(home, rules(schedule(movies=aged(90), **scope)))

    assert {row.title.arr_id for row in found.values() if row.schedule} == held


def test_what_may_be_in_a_scope_is_not_deleted_by_it():
    asked = rules(schedule(movies=aged(1), tag="10-days"), schedule("rest", movies=aged(90)))

    found = only(movie(imported=50, tags=Unknown("tag_without_label", "radarr")), asked)

    assert (found.schedule, told(found)) == ("old", ("undecided", "tags"))


def test_decisions_of_one_schedule_only():
    home = library(movie(1), show(5))

    assert decided(home, MANY, only="shows").keys() == {"show:tvdb:5@sonarr"}
    assert decided(home, rules(schedule(movies=aged(1))), only="old").keys() == {"movie:tmdb:1@radarr"}


def test_titles_are_counted_by_service_as_their_schedules_name_them():
    rows = [*season_of(0), *season_of(1), *season_of(2)]
    home = library(
        movie(1), movie(2, file=None), movie(3, service="radarr_4k"), show(5, *rows), show(6, *rows, asked=False),
        show(7, has_files=False),
    )  # fmt: skip
    services = ["radarr", "radarr_4k", "sonarr", "empty"]

    def shows_counted(*schedules):
        return count_titles(home, rules(*schedules), services)["sonarr"]

    assert count_titles(home, MANY, services) == {"radarr": 1, "radarr_4k": 1, "sonarr": 2, "empty": 0}
    assert shows_counted(schedule(seasons=aged(90))) == 4
    assert shows_counted(schedule(seasons=aged(90), specials=True)) == 6
    assert shows_counted(schedule(episodes=latest(1))) == 12
    assert shows_counted(schedule(movies=aged(90))) == 2


# The words of the rules


def test_a_schedule_names_at_most_one_kind_of_shows():
    assert schedule(shows=aged(1)).show_kind is Kind.SHOW
    assert schedule(seasons=aged(1)).show_kind is Kind.SEASON
    assert schedule(episodes=latest(1)).show_kind is Kind.EPISODE
    assert schedule(movies=aged(1)).show_kind is None


def test_a_schedule_has_a_rule_for_each_kind_it_names():
    asked = Schedule("all", "All", movies=aged(1), shows=aged(2), seasons=aged(3), episodes=latest(4))

    assert [asked.rule(kind) for kind in Kind] == [asked.movies, asked.shows, asked.seasons, asked.episodes]


def test_schedules_are_found_by_their_id_and_services_by_their_product():
    assert MANY.schedule("daily").tag == "daily"
    assert MANY.has("jellyfin")
    assert not rules(services=()).has("jellyfin")


def test_a_rule_without_a_limit_has_no_shortest():
    assert AgeRule().shortest is None
    assert aged(unwatched=9, watched=3).shortest is not None


def test_a_watched_movie_is_seen_by_its_own_number_alone():
    home = library(movie(1, watching=seen(watch(at=3))), movie(2))

    found = {row.title.arr_id: told(row)[0] for row in decided(home).values()}

    assert found == {1: "keep", 2: "delete"}
