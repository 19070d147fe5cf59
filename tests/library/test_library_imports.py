"""Since when a file is here: the oldest import since the last deletion that was no upgrade, else the file's date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from library_rows import (
    NOW,
    ago,
    deleted,
    detail,
    episode,
    file,
    imported,
    joined,
    movie,
    radarr,
    series,
    sonarr,
    the_episode,
    the_movie,
    the_show,
)

from keepercheky.library.said import EventSaid
from keepercheky.media import Unknown

NO_DATE = datetime(1, 1, 1, tzinfo=UTC)
DATED = file(added_at=ago(5))


def arrived(*history: EventSaid, added_at: datetime | None = None) -> object:
    result = joined(radarr(movie(file=file(added_at=added_at)), history=history))
    return the_movie(result).imported_at


def test_an_upgrade_does_not_make_a_movie_young() -> None:
    history = (imported(1, ago(1000)), deleted(1, ago(7), upgrade=True), imported(1, ago(7)))

    assert arrived(*history, added_at=ago(7)) == ago(1000)


def test_a_deletion_and_a_new_request_make_it_young() -> None:
    history = (imported(1, ago(1000)), deleted(1, ago(500)), imported(1, ago(1)))

    assert arrived(*history, added_at=ago(1)) == ago(1)


def test_an_upgrade_of_the_new_one_does_not_make_it_younger_still() -> None:
    history = (
        imported(1, ago(1000)),
        deleted(1, ago(500)),
        imported(1, ago(400)),
        deleted(1, ago(2), upgrade=True),
        imported(1, ago(2)),
    )

    assert arrived(*history, added_at=ago(2)) == ago(400)


def test_an_import_in_the_moment_of_the_deletion_is_a_new_arrival() -> None:
    assert arrived(imported(1, ago(9)), deleted(1, ago(5)), imported(1, ago(5)), added_at=ago(3)) == ago(5)
    assert arrived(imported(1, ago(5)), deleted(1, ago(5)), added_at=ago(3)) == ago(5)


def test_a_file_put_there_by_hand_counts_from_its_own_date() -> None:
    assert arrived(added_at=ago(5)) == ago(5)
    assert arrived(imported(1, ago(1000)), deleted(1, ago(6)), added_at=ago(5)) == ago(5)


def test_other_titles_events_do_not_count() -> None:
    assert arrived(imported(2, ago(1000)), added_at=ago(5)) == ago(5)


@pytest.mark.parametrize("added_at", [None, NO_DATE])
def test_without_any_date_nobody_knows(added_at: datetime | None) -> None:
    assert arrived(added_at=added_at) == Unknown("no_import_date")
    assert arrived(imported(1, NO_DATE), added_at=added_at) == Unknown("no_import_date")


def test_the_year_one_is_no_date_and_the_file_speaks() -> None:
    assert arrived(imported(1, NO_DATE), added_at=ago(5)) == ago(5)


def test_a_day_ahead_is_a_zone_and_more_is_a_broken_clock() -> None:
    tomorrow, later = NOW + timedelta(days=1), NOW + timedelta(days=1, seconds=1)

    assert arrived(added_at=tomorrow) == tomorrow
    assert arrived(imported(1, tomorrow)) == tomorrow
    assert arrived(added_at=later) == Unknown("date_ahead")


def test_nothing_stands_in_for_a_date_ahead() -> None:
    later = NOW + timedelta(days=2)

    assert arrived(imported(1, later), added_at=ago(5)) == Unknown("date_ahead")
    assert arrived(deleted(1, later), imported(1, ago(9)), added_at=ago(5)) == Unknown(
        "date_ahead", at_least=ago(9)
    )


def test_a_movie_without_a_file_has_no_date_of_its_own() -> None:
    assert the_movie(joined(radarr(movie(file=None)))).imported_at == Unknown("no_import_date")


# ── Episodes ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_episode_has_its_own_arrival() -> None:
    history = (
        imported(101, ago(700), series_id=1),
        deleted(101, ago(3), upgrade=True, series_id=1),
        imported(101, ago(3), series_id=1),
        imported(102, ago(600), series_id=1),
        deleted(102, ago(500), series_id=1),
    )
    told = detail(episode(1, 1), episode(1, 2), episode(1, 3, file_id=0), added_at=ago(3))

    result = joined(sonarr(series(), history=history), details={1: told})

    assert the_episode(result, 1, 1).imported_at == ago(700)
    assert the_episode(result, 1, 2).imported_at == ago(3)
    assert the_episode(result, 1, 3).imported_at == Unknown("no_import_date")


def test_the_bound_of_a_show_is_its_newest_import_of_what_is_still_there() -> None:
    history = (
        imported(101, ago(700), series_id=1),
        imported(102, ago(300), series_id=1),
        imported(103, ago(100), series_id=1),
        deleted(103, ago(50), series_id=1),
        imported(201, ago(5), series_id=2),
    )

    result = joined(sonarr(series(), series(3, 3), history=history))

    assert [show.imported_bound for show in result.library.shows] == [ago(300), None]


def test_an_episode_with_a_date_ahead_still_gives_its_bound() -> None:
    history = (imported(101, ago(700), series_id=1), imported(101, NOW + timedelta(days=9), series_id=1))

    assert the_show(joined(sonarr(series(), history=history))).imported_bound == ago(700)


def test_episodes_are_unknown_until_asked_for_and_when_a_file_is_not_told() -> None:
    assert the_show(joined(sonarr(series()))).episodes == Unknown("not_asked")
    told = detail(episode(1, 1))
    told = type(told)(episodes=(*told.episodes, episode(1, 2)), files=told.files)

    result = joined(sonarr(series()), details={1: told})

    assert the_show(result).episodes == Unknown("episode_without_its_file")


# ── Any history ──────────────────────────────────────────────────────────────────────────────────────────────

events = st.lists(
    st.builds(
        EventSaid,
        item_id=st.just(1),
        series_id=st.just(0),
        at=st.integers(0, 30).map(ago),
        imported=st.booleans(),
        upgrade=st.booleans(),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=150)
@given(history=events)
def test_the_arrival_is_the_oldest_import_since_the_last_real_deletion(history: list[EventSaid]) -> None:
    gone = max((row.at for row in history if not row.imported and not row.upgrade), default=ago(99))
    since = [row.at for row in history if row.imported and row.at >= gone]

    assert arrived(*history, added_at=ago(2)) == min(since, default=ago(2))
