"""A show and its parts: Sonarr's episodes beside Jellyfin's, by season and number, and what fits nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from library_rows import (
    GB,
    NOW,
    ago,
    detail,
    did,
    episode,
    episode_item,
    finishers,
    item,
    jellyfin,
    joined,
    played_at,
    plays,
    season,
    series,
    series_item,
    sonarr,
    the_episode,
    the_show,
    user,
    watched,
    why,
)

from keepercheky.library.join import Joined
from keepercheky.library.plays import PlayMark
from keepercheky.library.said import EpisodeSaid, ItemSaid, SessionSaid, UserDataSaid
from keepercheky.media import NOT_WATCHED, Unknown, Watching

USERS = (user("ana"), user("luis"))


def show(
    *items: ItemSaid,
    ana: tuple[UserDataSaid, ...] = (),
    luis: tuple[UserDataSaid, ...] = (),
    episodes: tuple[EpisodeSaid, ...] = (episode(1, 1), episode(1, 2)),
    marks: tuple[PlayMark, ...] = (),
    sessions: tuple[SessionSaid, ...] = (),
    lacks: dict[str, list[str]] | None = None,
) -> Joined:
    said = jellyfin(
        series_item(),
        *items,
        users=USERS,
        does={"ana": ana, "luis": luis},
        sessions=sessions,
        lacks=lacks or {},
    )
    return joined(sonarr(series()), jellyfin=said, details={1: detail(*episodes)}, marks=marks)


def mark(part: str, at: int | None = 9, **said: Any) -> PlayMark:
    row: dict[str, Any] = {"finished": True, "play_count": 1}
    return PlayMark(f"episode:tvdb:121361:{part}", "id-ana", ago(at) if at else None, **row | said)


# ── By season and number ─────────────────────────────────────────────────────────────────────────────────────


def test_each_episode_has_its_own_plays() -> None:
    result = show(episode_item(1, 1), episode_item(1, 2), ana=(watched("s1e1", ago(5)),))

    first, second = the_episode(result, 1, 1), the_episode(result, 1, 2)
    assert (played_at(first.watching), finishers(first.watching)) == (ago(5), {"ana"})
    assert second.watching == NOT_WATCHED
    assert the_show(result).listed_parts == {(1, 1), (1, 2)}
    assert the_show(result).parts.keys() == {(1, 1)}


def test_a_file_no_episode_names_makes_the_episodes_unknown() -> None:
    """A file that came between the two questions: nobody knows whose it is."""
    told = detail(episode(1, 1), episode(1, 2))
    late = msgspec.structs.replace(told, episodes=(episode(1, 1), episode(1, 2, file_id=0)))

    result = joined(sonarr(series()), details={1: late})

    assert the_show(result).episodes == Unknown("file_without_its_episode")


def test_without_statistics_the_files_tell_the_sizes() -> None:
    seasons = (season(1, size_bytes=0, episode_files=0), season(2, size_bytes=7))
    bare = series(episode_files=None, size_bytes=0, seasons=seasons)
    told = detail(episode(1, 1), episode(1, 2), episode(2, 1))

    unasked, asked = the_show(joined(sonarr(bare))), the_show(joined(sonarr(bare), details={1: told}))

    assert (unasked.size_bytes, [one.size_bytes for one in unasked.seasons]) == (0, [0, 7])
    assert (asked.size_bytes, [one.size_bytes for one in asked.seasons]) == (6 * GB, [4 * GB, 7])


def test_a_double_episode_stands_under_both_of_its_numbers() -> None:
    result = show(episode_item(1, 1, episode_end=2), ana=(watched("s1e1", ago(5)),))

    assert [finishers(the_episode(result, 1, number).watching) for number in (1, 2)] == [{"ana"}, {"ana"}]
    assert {one.identity for one in result.play_marks} == {
        "episode:tvdb:121361:1:1",
        "episode:tvdb:121361:1:2",
    }


@pytest.mark.parametrize(("last", "listed"), [(None, 1), (0, 1), (1, 1), (100, 100), (101, 1), (2**40, 1)])
def test_a_span_of_numbers_misread_from_a_name_is_none(last: int | None, listed: int) -> None:
    assert len(the_show(show(episode_item(1, 1, episode_end=last))).listed_parts) == listed


def test_copies_of_a_series_unite_episode_by_episode() -> None:
    said = jellyfin(
        series_item(),
        series_item("thrones-4k", path="/uhd/thrones"),
        episode_item(1, 1),
        episode_item(1, 1, id="uhd", series_id="thrones-4k"),
        does={"ana": [watched("s1e1", ago(50)), did("uhd", play_count=1, last_played_at=ago(2))]},
    )
    instances = (sonarr(series()), sonarr(series(), name="sonarr_4k"))

    result = joined(*instances, jellyfin=said, details={1: detail(episode(1, 1))})

    [found] = [row for row in result.library.shows if row.service == "sonarr"]
    assert isinstance(found.episodes, tuple)
    assert played_at(found.episodes[0].watching) == ago(2)
    for service in ("sonarr", "sonarr_4k"):
        assert played_at(the_show(result, service).parts[1, 1]) == ago(2)


def test_an_episode_that_is_missing_for_a_user_is_unknown() -> None:
    result = show(episode_item(1, 1), episode_item(1, 2), lacks={"luis": ["s1e2"]})

    assert the_episode(result, 1, 1).watching.unknown is None
    assert the_episode(result, 1, 2).watching.unknown == Unknown("missing_for_user", "luis")
    assert the_show(result).parts.keys() == {(1, 2)}


def test_a_series_that_is_unmatched_is_unknown_as_a_whole_but_keeps_what_was_seen() -> None:
    said = jellyfin(item("other", 9))

    result = joined(
        sonarr(series()),
        jellyfin=said,
        details={1: detail(episode(1, 1), episode(1, 2))},
        marks=[mark("1:1")],
    )

    found = the_show(result)
    assert found.whole == Watching(unknown=Unknown("unmatched"))
    assert played_at(found.parts[1, 1]) == ago(9)
    assert found.listed_parts == frozenset()
    assert why(the_episode(result, 1, 2).watching.unknown) == "unmatched"
    assert finishers(the_episode(result, 1, 1).watching) == {"ana"}
    assert finishers(the_episode(result, 1, 2).watching) == set()


@pytest.mark.parametrize(
    ("episode_files", "items", "doubt"),
    [
        (2, (), "unmatched"),
        (None, (), "unmatched"),
        (0, (), None),
        (2, (episode_item(1, 1),), None),
        (2, (episode_item(None, None),), None),
    ],
    ids=["no episode", "no statistics", "no files", "an episode", "one without a season"],
)
def test_a_series_without_any_episode_in_jellyfin_is_no_match(
    episode_files: int | None, items: tuple[ItemSaid, ...], doubt: str | None
) -> None:
    row = series(episode_files=episode_files)

    result = joined(sonarr(row), jellyfin=jellyfin(series_item(), *items))

    assert why(the_show(result).whole.unknown) == doubt


def test_a_series_that_is_not_expected_in_jellyfin_may_have_no_episode_there() -> None:
    said = jellyfin(item("other", 9))

    assert (
        the_show(joined(sonarr(series()), jellyfin=said, in_jellyfin={"sonarr": False})).whole == NOT_WATCHED
    )


def test_episodes_of_another_series_do_not_count() -> None:
    other = episode_item(1, 1, id="other-e1", series_id="other")
    said = jellyfin(
        series_item(),
        episode_item(1, 2),
        series_item("other", 9),
        other,
        does={"ana": [watched("other-e1", ago(1))]},
    )

    result = joined(sonarr(series()), jellyfin=said, details={1: detail(episode(1, 1))})

    assert the_episode(result).watching == NOT_WATCHED


# ── Episodes Jellyfin does not list under their number ───────────────────────────────────────────────────────


def test_an_unlisted_episode_has_the_newest_play_of_any_and_is_not_finished() -> None:
    plays_of_ana = (watched("s1e1", ago(50)), watched("s1e2", ago(5)))
    episodes = (episode(1, 1), episode(1, 2), episode(1, 3))

    result = show(
        episode_item(1, 1),
        episode_item(1, 2),
        ana=plays_of_ana,
        luis=(watched("s1e1", ago(20)),),
        episodes=episodes,
    )

    watching = the_episode(result, 1, 3).watching
    assert [(watch.user, watch.played_at) for watch in watching.watches] == [
        ("ana", ago(5)),
        ("luis", ago(20)),
    ]
    assert all(watch.played for watch in watching.watches)
    assert finishers(watching) == set()
    assert (watching.unknown, watching.playing, watching.favorite_of) == (None, False, frozenset())


def test_a_show_nobody_played_has_unlisted_episodes_nobody_played() -> None:
    assert the_episode(show(episode_item(1, 1)), 1, 2).watching == NOT_WATCHED


def test_a_doubt_about_any_episode_is_one_about_the_unlisted() -> None:
    result = show(episode_item(1, 1), ana=(watched("s1e1"),))

    watching = the_episode(result, 1, 2).watching
    assert why(watching.unknown) == "play_without_date"
    assert [(watch.played, watch.played_at) for watch in watching.watches] == [(True, None)]


def test_what_goes_on_with_an_episode_sonarr_lacks_may_concern_an_unlisted_one() -> None:
    half = did("s2e1", in_progress=True, favorite=True, last_played_at=ago(3))

    result = show(
        episode_item(1, 1),
        episode_item(2, 1),
        ana=(half,),
        luis=(watched("s2e1", ago(30)),),
        sessions=(plays("s2e1", "Episode"),),
    )

    listed, unlisted = the_episode(result, 1, 1).watching, the_episode(result, 1, 2).watching
    assert listed == NOT_WATCHED
    assert unlisted.playing is True
    assert unlisted.favorite_of == {"ana"}
    assert [(watch.user, watch.in_progress) for watch in unlisted.watches] == [("ana", True), ("luis", False)]


def test_what_goes_on_with_a_listed_episode_is_not_said_of_an_unlisted_one() -> None:
    half = did("s1e1", in_progress=True, favorite=True, last_played_at=ago(3))

    result = show(episode_item(1, 1), ana=(half,), sessions=(plays("s1e1", "Episode"),))

    unlisted = the_episode(result, 1, 2).watching
    assert (unlisted.playing, unlisted.favorite_of) == (False, frozenset())
    assert not any(watch.in_progress for watch in unlisted.watches)
    assert played_at(unlisted) == ago(3)


def test_an_episode_that_is_no_longer_listed_has_the_newest_of_any_and_stays_finished_for_who_finished_it() -> (
    None
):
    result = show(
        episode_item(1, 1),
        ana=(watched("s1e1", ago(5)),),
        luis=(watched("s1e1", ago(2)),),
        marks=(mark("1:2", 90),),
    )

    watching = the_episode(result, 1, 2).watching
    assert (played_at(watching), finishers(watching)) == (ago(2), {"ana"})


def test_a_play_seen_of_an_episode_that_is_gone_counts_for_the_unlisted() -> None:
    watching = the_episode(show(episode_item(1, 1), marks=(mark("4:7", 3),)), 1, 2).watching

    assert (played_at(watching), finishers(watching)) == (ago(3), set())


# ── Episodes Jellyfin gives no number, or no season, or no series ────────────────────────────────────────────


def test_episodes_without_a_number_count_for_their_season() -> None:
    strays = (episode_item(1, None, id="monday"), episode_item(1, None, id="tuesday"))
    half = did("tuesday", in_progress=True, last_played_at=ago(2))

    result = show(*strays, ana=(watched("monday", ago(5)), half))

    [part] = the_show(result).parts
    assert part == (1, -1)
    assert played_at(the_show(result).parts[part]) == ago(2)
    unlisted = the_episode(result, 1, 1).watching
    assert (played_at(unlisted), unlisted.watches[0].in_progress, finishers(unlisted)) == (
        ago(2),
        True,
        set(),
    )


def test_episodes_without_a_season_count_for_the_whole_show_and_finish_nothing() -> None:
    stray = episode_item(None, 4, id="stray")

    result = show(episode_item(1, 1), stray, ana=(watched("stray", ago(5)),))

    whole = the_show(result).whole
    assert (played_at(whole), finishers(whole)) == (ago(5), set())
    assert {one.identity for one in result.play_marks} == {"show:tvdb:121361"}


def test_their_plays_are_remembered_when_they_get_their_numbers() -> None:
    old = PlayMark("show:tvdb:121361", "id-ana", ago(5), finished=False, play_count=1)

    result = show(episode_item(1, 1), marks=(mark("1:-1", 3), old))

    assert played_at(the_show(result).whole) == ago(5)
    assert played_at(the_show(result).parts[1, -1]) == ago(3)


@pytest.mark.parametrize("named", [None, "gone"])
def test_an_episode_that_names_no_listed_series_belongs_where_its_folder_lies(named: str | None) -> None:
    stray = episode_item(1, 1, series_id=named, path="/tv/thrones/Season 1/e1.mkv")

    assert finishers(the_episode(show(stray, ana=(watched("s1e1", ago(5)),))).watching) == {"ana"}


@pytest.mark.parametrize("path", [None, "/tv/thrones2/e1.mkv", "e1.mkv"])
def test_an_episode_that_lies_in_no_series_is_nobodys(path: str | None) -> None:
    stray = episode_item(1, 1, series_id=None, path=path)

    assert the_show(show(stray)).listed_parts == frozenset()


def test_a_series_without_a_folder_holds_no_strays() -> None:
    stray = episode_item(1, 1, series_id=None, path="/x/e1.mkv")
    said = jellyfin(series_item(path=None), stray)

    assert the_show(joined(sonarr(series()), jellyfin=said)).listed_parts == frozenset()


# ── Sonarr's list ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("days", "near"), [(-91, False), (-90, True), (0, True), (90, True), (91, False), (None, False)]
)
@pytest.mark.parametrize("field", ["next_airing", "previous_airing"])
def test_a_show_airs_near_when_a_regular_episode_airs_within_ninety_days(
    field: str, days: int | None, near: bool
) -> None:
    at = NOW + timedelta(days=days) if days is not None else None

    regular = the_show(joined(sonarr(series(seasons=(season(0), season(3, **{field: at}))))))
    special = the_show(joined(sonarr(series(seasons=(season(0, **{field: at}), season(3))))))

    assert regular.airs_near is near
    assert not special.airs_near


def test_missing_statistics_are_not_no_files() -> None:
    shows = (series(1, 1, episode_files=None), series(2, 2, episode_files=0), series(3, 3, episode_files=2))

    found = [show.has_files for show in joined(sonarr(*shows)).library.shows]

    assert found == [Unknown("no_statistics", "sonarr"), False, True]


def test_seasons_and_files_are_told_as_sonarr_lists_them() -> None:
    result = show(episode_item(1, 1), episodes=(episode(1, 1, title="Winter"), episode(1, 2, file_id=0)))

    found = the_show(result)
    assert [(row.number, row.size_bytes, row.episode_files) for row in found.seasons] == [(1, 4 * 10**9, 2)]
    assert [(number, file.path, file.size_bytes) for number, file in found.files.items()] == [
        (101, "/tv/Thrones/101.mkv", 2 * 10**9)
    ]
    first = the_episode(result)
    assert (first.arr_id, first.file_id, first.air_at, first.title) == (101, 101, ago(900), "Winter")
