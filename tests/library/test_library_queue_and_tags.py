"""Downloads on their way, and tags: what Radarr and Sonarr say of a title in this very run."""

from __future__ import annotations

import pytest
from library_rows import (
    detail,
    episode,
    joined,
    movie,
    radarr,
    series,
    sonarr,
    the_episode,
    the_movie,
    the_show,
)

from keepercheky.library.said import QueueSaid
from keepercheky.media import Queued, Unknown


def queue(*rows: QueueSaid) -> Queued:
    result = joined(sonarr(series(), queue=rows), details={1: detail(episode(1, 1), episode(1, 2))})
    return the_show(result).queued


def test_a_movie_in_the_queue_is_on_its_way() -> None:
    rows = (QueueSaid(movie_id=2), QueueSaid())

    result = joined(radarr(movie(1), movie(2, 9, "Other"), queue=rows))

    assert [movie.queued for movie in result.library.movies] == [False, True]


def test_queues_of_two_instances_are_apart() -> None:
    result = joined(radarr(movie()), radarr(movie(), name="radarr_4k", queue=(QueueSaid(movie_id=1),)))

    assert [movie.queued for movie in result.library.movies] == [False, True]


def test_an_episode_in_the_queue_is_that_episode_of_its_season() -> None:
    rows = (QueueSaid(series_id=1, season=1, episode_id=101),)

    result = joined(sonarr(series(), queue=rows), details={1: detail(episode(1, 1), episode(1, 2))})

    assert the_show(result).queued == Queued(seasons=frozenset({1}), episodes=frozenset({101}))
    assert [the_episode(result, 1, number).queued for number in (1, 2)] == [True, False]


def test_a_pack_names_a_season_and_no_episode() -> None:
    rows = (QueueSaid(series_id=1, season=2), QueueSaid(series_id=1, season=1, episode_id=101))

    assert queue(*rows) == Queued(
        seasons=frozenset({1, 2}), season_packs=frozenset({2}), episodes=frozenset({101})
    )


@pytest.mark.parametrize("episode_id", [None, 101])
def test_a_download_without_a_season_may_be_any_part(episode_id: int | None) -> None:
    found = queue(QueueSaid(series_id=1, episode_id=episode_id), QueueSaid(series_id=1, season=0))

    assert found.whole
    assert found.seasons == {0}
    assert found.episodes == ({episode_id} if episode_id else frozenset())


def test_downloads_of_others_do_not_count() -> None:
    assert not queue(QueueSaid(series_id=2, season=1), QueueSaid(movie_id=1), QueueSaid())


# ── Tags ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tags_are_their_labels_in_this_run_without_case() -> None:
    result = joined(radarr(movie(tags=(1, 2)), labels={1: "Keep", 2: "10-days", 3: "other"}))

    assert the_movie(result).tags == frozenset({"keep", "10-days"})


def test_an_id_without_a_label_makes_the_tags_of_that_title_unknown_and_of_no_other() -> None:
    result = joined(radarr(movie(1, tags=(1, 9)), movie(2, 2, "B", tags=(1,)), labels={1: "keep"}))

    assert [movie.tags for movie in result.library.movies] == [
        Unknown("tag_without_label", "radarr"),
        frozenset({"keep"}),
    ]


def test_tags_that_were_not_told_are_not_known() -> None:
    result = joined(radarr(movie(1, tags=None), movie(2, 2, "B"), labels={1: "keep"}))

    assert [movie.tags for movie in result.library.movies] == [Unknown("not_read", "radarr"), frozenset()]


def test_labels_of_one_instance_say_nothing_in_another() -> None:
    result = joined(radarr(movie(), labels={1: "keep"}), sonarr(series(tags=(1,)), labels={1: "short"}))

    assert (the_movie(result).tags, the_show(result).tags) == (frozenset(), frozenset({"short"}))
