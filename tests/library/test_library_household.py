"""Favourites, and what is playing: of the very item, its parts, its wholes, and the collections that hold them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from library_rows import (
    ago,
    detail,
    did,
    episode,
    episode_item,
    finishers,
    item,
    jellyfin,
    joined,
    movie,
    plays,
    radarr,
    season,
    season_item,
    series,
    series_item,
    sonarr,
    the_episode,
    the_movie,
    the_show,
    user,
    watched,
    why,
)

from keepercheky.library.plays import PlayMark
from keepercheky.library.said import ItemSaid, JellyfinSaid, SessionSaid, UserSaid, UserView
from keepercheky.media import Fact, Movie, Show, Unknown

USERS = (user("ana"), user("luis"))
SHOW = (series_item(), season_item(1), season_item(2), episode_item(1, 1), episode_item(2, 1))
SHOWS = sonarr(series(seasons=(season(1), season(2))))
DETAILS = {1: detail(episode(1, 1), episode(2, 1))}


def loved(*items: str) -> JellyfinSaid:
    rows = [did(one, favorite=True) for one in items]
    return jellyfin(item(), *SHOW, users=USERS, does={"luis": rows})


def fans(said: JellyfinSaid, **setting: Any) -> dict[str, frozenset[str]]:
    result = joined(radarr(movie()), SHOWS, jellyfin=said, details=DETAILS, **setting)
    show = the_show(result)
    return {
        "movie": the_movie(result).watching.favorite_of,
        "show": show.whole.favorite_of,
        "season 1": show.seasons[0].favorite_of,
        "season 2": show.seasons[1].favorite_of,
        "episode 1x1": the_episode(result, 1, 1).watching.favorite_of,
        "episode 2x1": the_episode(result, 2, 1).watching.favorite_of,
    }


@pytest.mark.parametrize(
    ("marked", "place"),
    [
        ("alien", "movie"),
        ("thrones", "show"),
        ("s1", "season 1"),
        ("s2", "season 2"),
        ("s1e1", "episode 1x1"),
        ("s2e1", "episode 2x1"),
    ],
)
def test_a_favourite_stands_where_it_was_marked(marked: str, place: str) -> None:
    found = fans(loved(marked))

    assert found.pop(place) == {"luis"}
    assert not any(found.values())


def test_a_favourite_of_a_user_who_sees_little_counts_too() -> None:
    said = jellyfin(
        item(),
        users=(user("ana"), user("kid", restricted=True)),
        does={"kid": [did(favorite=True)]},
        lacks={"kid": []},
    )

    assert the_movie(joined(radarr(movie()), jellyfin=said)).watching.favorite_of == {"kid"}


@pytest.mark.parametrize("member", ["alien", "thrones", "s1", "s1e1"])
def test_a_favourite_collection_holds_what_it_holds(member: str) -> None:
    said = jellyfin(
        item(),
        *SHOW,
        users=USERS,
        does={"luis": [did("box", favorite=True)], "ana": [did("unloved")]},
        collections={"box": (member,), "unloved": ("alien", "thrones", "s1", "s1e1", "s2e1")},
    )

    assert [fan for fan in fans(said).values() if fan] == [frozenset({"luis"})]


def test_a_favourite_on_our_own_shelf_is_none_of_what_stands_on_it() -> None:
    said = jellyfin(
        item(),
        *SHOW,
        users=USERS,
        does={"luis": [did("box", favorite=True)]},
        collections={"box": ("alien",)},
    )

    assert fans(said)["movie"] == {"luis"}
    assert fans(said, shelf="box")["movie"] == frozenset()


@pytest.mark.parametrize(
    "stray",
    [
        season_item(7),
        season_item(None, id="some season"),
        episode_item(None, 5, id="some episode"),
    ],
    ids=["a season Sonarr lacks", "a season without a number", "an episode without a season"],
)
def test_a_favourite_part_that_has_no_place_may_be_any(stray: ItemSaid) -> None:
    said = jellyfin(*SHOW, stray, users=USERS, does={"luis": [did(stray.id, favorite=True)]})

    result = joined(SHOWS, jellyfin=said)

    assert the_show(result).whole.favorite_of == {"luis"}


# ── Playing now ──────────────────────────────────────────────────────────────────────────────────────────────


def playing(*sessions: SessionSaid, items: tuple[ItemSaid, ...] = (item(), *SHOW)) -> dict[str, Fact[bool]]:
    said = jellyfin(*items, sessions=sessions)
    result = joined(radarr(movie()), SHOWS, jellyfin=said, details=DETAILS)
    return {
        "movie": the_movie(result).watching.playing,
        "show": the_show(result).whole.playing,
        "episode 1x1": the_episode(result, 1, 1).watching.playing,
        "episode 2x1": the_episode(result, 2, 1).watching.playing,
    }


def test_nobody_playing_is_known() -> None:
    assert not any(playing().values())


def test_a_movie_that_plays_is_that_movie() -> None:
    assert playing(plays("alien")) == {
        "movie": True,
        "show": False,
        "episode 1x1": False,
        "episode 2x1": False,
    }


def test_an_episode_that_plays_is_that_episode_and_a_part_of_its_wholes() -> None:
    result = joined(SHOWS, jellyfin=jellyfin(*SHOW, sessions=(plays("s1e1", "Episode"),)), details=DETAILS)

    assert the_episode(result, 1, 1).watching.playing is True
    assert the_episode(result, 2, 1).watching.playing is False
    assert the_show(result).parts[1, 1].playing is True
    assert the_show(result).whole.playing is False


@pytest.mark.parametrize("unlisted", ["Episode", None])
def test_an_unlisted_episode_of_a_listed_series_is_the_series(unlisted: str | None) -> None:
    found = playing(plays("new", unlisted, series_id="thrones"))

    assert (found["show"], found["movie"]) == (True, False)


@pytest.mark.parametrize("listed", ["thrones", "s1"])
def test_a_series_or_season_in_a_queue_is_the_series(listed: str) -> None:
    found = playing(plays(listed, None))

    assert (found["show"], found["movie"]) == (True, False)


@pytest.mark.parametrize(
    "session", [plays("new"), plays("new", None), plays("new", "Episode", series_id="gone")]
)
def test_an_item_the_list_lacks_makes_every_title_unknown(session: SessionSaid) -> None:
    found = playing(plays("alien"), session)

    assert found.pop("movie") is True
    assert {why(fact) for fact in found.values()} == {"plays_unlisted_item"}


def test_an_item_the_list_lacks_may_be_a_title_that_is_not_in_jellyfin() -> None:
    said = jellyfin(item("other", 9), sessions=(plays("new"),))

    result = joined(
        radarr(movie()), SHOWS, jellyfin=said, in_jellyfin={"radarr": False, "sonarr": False}, details=DETAILS
    )

    assert why(the_movie(result).watching.playing) == "plays_unlisted_item"
    assert why(the_show(result).whole.playing) == "plays_unlisted_item"
    assert why(the_episode(result).watching.playing) == "plays_unlisted_item"


def test_an_episode_of_no_known_series_may_be_anybodys() -> None:
    orphan = episode_item(9, 9, series_id=None, path="/elsewhere/x.mkv")

    found = playing(plays(orphan.id, "Episode"), items=(item(), *SHOW, orphan))
    named = playing(plays(orphan.id, "Episode", series_id="thrones"), items=(item(), *SHOW, orphan))

    assert why(found["movie"]) == why(found["show"]) == "plays_unlisted_item"
    assert (named["movie"], named["show"]) == (False, True)


@pytest.mark.parametrize(
    "listed", [item("other", 9), series_item("other", 9), season_item(3, series_id="gone")]
)
def test_a_listed_item_that_is_not_ours_concerns_nobody(listed: ItemSaid) -> None:
    found = playing(plays(listed.id, None), items=(item(), *SHOW, listed))

    assert not any(found.values())


def test_an_episode_without_a_place_that_plays_may_be_any_of_its_show() -> None:
    stray = episode_item(None, None, id="stray")

    assert playing(plays("stray", "Episode"), items=(item(), *SHOW, stray))["show"] is True


def test_of_a_title_whose_ids_contradict_it_is_unknown_whether_it_plays() -> None:
    row = radarr(movie(imdb_id="tt1"))
    items = (item(imdb_id="tt9"), item("other", 9))

    quiet = the_movie(joined(row, jellyfin=jellyfin(*items)))
    busy = the_movie(joined(row, jellyfin=jellyfin(*items, sessions=(plays("alien"),))))

    assert quiet.watching.playing is False
    assert busy.watching.playing == busy.watching.unknown == Unknown("contradicting_ids")


def test_an_unmatched_title_is_none_that_plays() -> None:
    said = jellyfin(item("other", 9), *SHOW[1:], sessions=(plays("other"),))

    result = joined(radarr(movie()), SHOWS, jellyfin=said)

    assert the_movie(result).watching.playing is False
    assert the_show(result).whole.playing is False


def test_a_session_without_a_user_unticks_nothing_and_plays_all_the_same() -> None:
    said = jellyfin(
        item(), does={"ana": [watched(at=ago(3))]}, sessions=(SessionSaid(None, "alien", "Movie"),)
    )
    old = PlayMark("movie:tmdb:348", "id-ana", ago(3), finished=True, play_count=1)

    found: Movie = the_movie(joined(radarr(movie()), jellyfin=said, marks=[old]))

    assert found.watching.playing is True
    assert found.watching.watches[0].finished


def test_a_show_whose_jellyfin_was_not_read_has_nothing_to_tell() -> None:
    show: Show = the_show(joined(SHOWS, has_jellyfin=True, details=DETAILS))

    assert why(show.whole.playing) == "not_read"
    assert (show.parts, show.listed_parts) == ({}, frozenset())
    assert not any(row.favorite_of for row in show.seasons)
    assert isinstance(show.episodes, tuple)
    assert {why(row.watching.unknown) for row in show.episodes} == {"not_read"}
    assert {why(row.watching.playing) for row in show.episodes} == {"not_read"}


# ── What does not add up ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("told", ["seen", "data"])
def test_an_item_of_a_user_that_the_whole_list_lacks_makes_everything_unknown(told: str) -> None:
    """It left while all was read, and may have been a part or a copy of any title."""
    views = {
        "seen": UserView(seen=frozenset({"alien", "s1e1", "s2e1", "gone"}), data=()),
        "data": UserView(seen=frozenset({"alien", "s1e1", "s2e1"}), data=(watched("gone", ago(1)),)),
    }
    said = msgspec.structs.replace(jellyfin(item(), *SHOW), views={"id-ana": views[told]})
    doubt = Unknown("not_read", "jellyfin")

    result = joined(radarr(movie()), SHOWS, jellyfin=said, details=DETAILS)

    assert (the_movie(result).watching.unknown, the_movie(result).watching.playing) == (doubt, doubt)
    assert (the_show(result).whole.unknown, the_show(result).whole.playing) == (doubt, doubt)
    assert the_episode(result, 1, 1).watching.unknown == doubt


def test_two_users_of_one_name_are_two() -> None:
    both = (user("ana"), UserSaid("id-2", "ana", all_folders=True, folders=(), restricted=False))
    half = {"id-ana": did("s1e1", played=True, favorite=True), "id-2": watched("s2e1", ago(9))}
    views = {name: UserView(frozenset({"alien", "s1e1", "s2e1"}), (row,)) for name, row in half.items()}
    said = msgspec.structs.replace(jellyfin(item(), *SHOW, users=both), views=views)

    result = joined(SHOWS, jellyfin=said, details=DETAILS)

    first, second = (the_episode(result, number, 1).watching for number in (1, 2))
    assert (finishers(first), finishers(second)) == ({"ana (id-ana)"}, {"ana (id-2)"})
    assert first.favorite_of == {"ana"}  # as the settings name them
