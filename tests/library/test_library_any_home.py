"""What holds in any home: the order of rows says nothing, a lost source hides nothing, plays never move back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from library_homes import a_home, a_jellyfin
from library_rows import NOW

from keepercheky.library.join import Joined, join
from keepercheky.library.plays import PlayMark
from keepercheky.library.said import JellyfinSaid, Said
from keepercheky.library.seen import Place, Setting
from keepercheky.media import Movie, Show, Unknown, Watching

ANY_HOME = settings(deadline=None, max_examples=100)
CONFIGURED = {"radarr": "radarr", "radarr_4k": "radarr", "sonarr": "sonarr"}
SETTING = Setting(places=(Place("media"),), has_jellyfin=True, has_seerr=True, arrs=CONFIGURED)

dice = st.integers(0, 2**32).map(Random)
homes = dice.map(a_home)


def joined(said: Said, marks: Iterable[PlayMark] = ()) -> Joined:
    return join(said, SETTING, NOW, play_marks={(mark.identity, mark.user): mark for mark in marks})


# ── The order of rows ────────────────────────────────────────────────────────────────────────────────────────


def shuffled(value: Any, chance: Random) -> Any:
    """The same statements, every list of rows in another order. A season's own numbers are no list of rows."""
    if isinstance(value, tuple) and all(isinstance(row, msgspec.Struct | str | int) for row in value):
        rows = [shuffled(row, chance) for row in value]
        chance.shuffle(rows)
        return tuple(rows)
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    if isinstance(value, msgspec.Struct):
        fields = {name: shuffled(getattr(value, name), chance) for name in value.__struct_fields__}
        return type(value)(**fields)
    return value


def by_key(result: Joined) -> dict[str, Any]:
    titles: dict[str, Any] = {}
    for show in result.library.shows:
        seasons = tuple(sorted(show.seasons, key=lambda row: row.number))
        episodes = show.episodes
        if not isinstance(episodes, Unknown):
            episodes = tuple(sorted(episodes, key=lambda row: row.arr_id))
        titles[show.key] = msgspec.structs.replace(show, seasons=seasons, episodes=episodes)
    titles |= {movie.key: movie for movie in result.library.movies}
    return titles


@ANY_HOME
@given(said=homes, chance=dice)
def test_the_order_in_which_things_are_said_says_nothing(said: Said, chance: Random) -> None:
    first, other = joined(said), joined(shuffled(said, chance))

    assert by_key(other) == by_key(first)
    assert other.library.storages == first.library.storages
    assert other.play_marks == first.play_marks
    assert other.matched == first.matched


# ── A lost source ────────────────────────────────────────────────────────────────────────────────────────────


def losses(said: Said) -> Iterator[Said]:
    """The same home with one source not read, or not read to the end."""
    yield msgspec.structs.replace(said, jellyfin=None)
    yield msgspec.structs.replace(said, seerr=None)
    yield msgspec.structs.replace(said, details={})
    for lost in said.arrs:
        yield msgspec.structs.replace(said, arrs=tuple(arr for arr in said.arrs if arr is not lost))
    assert said.jellyfin is not None
    for lost_view in said.jellyfin.views:
        views = {name: view for name, view in said.jellyfin.views.items() if name != lost_view}
        yield msgspec.structs.replace(said, jellyfin=msgspec.structs.replace(said.jellyfin, views=views))
    for empty in ("users", "items"):
        yield msgspec.structs.replace(said, jellyfin=msgspec.structs.replace(said.jellyfin, **{empty: ()}))
    for arr in said.arrs:
        unlabelled = msgspec.structs.replace(arr, labels={})
        yield msgspec.structs.replace(
            said, arrs=tuple(unlabelled if one is arr else one for one in said.arrs)
        )


def protections(title: Movie | Show) -> dict[str, object]:
    """By name: all that protects, as a set; Unknown where there may be more."""
    watched = [title.watching] if isinstance(title, Movie) else [title.whole, *title.parts.values()]
    unknown = next((part.unknown for part in watched if part.unknown is not None), None)
    playing = [part.playing for part in watched]
    fans = [part.favorite_of for part in watched]
    if isinstance(title, Show):
        fans += [row.favorite_of for row in title.seasons]
    watches = [watch for part in watched for watch in part.watches]
    return {
        "tags": title.tags,
        "libraries": title.libraries,
        "favorites": unknown or frozenset().union(*fans),
        "plays": unknown or {watch.user for watch in watches if watch.played},
        "in_progress": unknown or {watch.user for watch in watches if watch.in_progress},
        "playing": {True}
        if True in playing
        else next((fact for fact in playing if isinstance(fact, Unknown)), frozenset()),
        "queued": {True} if title.queued else frozenset(),
        "requests": title.requests
        if isinstance(title.requests, Unknown)
        else {row.by for row in title.requests},
        "shared": {True} if isinstance(title.shared_with, str) else title.shared_with or frozenset(),
    }


@ANY_HOME
@given(said=homes)
def test_a_lost_source_never_turns_a_protection_into_none(said: Said) -> None:
    before = {title.key: protections(title) for title in by_key(joined(said)).values()}

    for lost in losses(said):
        for key, title in by_key(joined(lost)).items():
            for name, now in protections(title).items():
                held: Any = before[key][name]
                if isinstance(now, Unknown):
                    continue
                assert not isinstance(held, Unknown), (key, name, "a doubt is gone")
                assert held <= now, (key, name)


# ── Plays ────────────────────────────────────────────────────────────────────────────────────────────────────


def newest_by_user(result: Joined) -> dict[tuple[str, object, str], Any]:
    watchings: dict[tuple[str, object], Watching] = {
        (movie.key, None): movie.watching for movie in result.library.movies
    }
    for show in result.library.shows:
        watchings |= {(show.key, part): watching for part, watching in show.parts.items()}
        watchings[show.key, None] = show.whole
    return {
        (key, part, watch.user): watch.played_at
        for (key, part), watching in watchings.items()
        for watch in watching.watches
        if watch.played_at is not None
    }


@ANY_HOME
@given(first=homes, others=st.lists(dice.map(a_jellyfin), max_size=3))
def test_plays_fed_back_never_move_back(first: Said, others: list[JellyfinSaid]) -> None:
    marks: dict[tuple[str, str], PlayMark] = {}
    before: dict[tuple[str, object, str], Any] = {}

    for day, said in enumerate([first.jellyfin, first.jellyfin, *others]):
        home = msgspec.structs.replace(first, jellyfin=said)
        result = join(home, SETTING, NOW + timedelta(days=day), play_marks=marks)
        assert said is not None
        if said.items:  # an answer without items is none: nothing is remembered, and nothing known
            found = newest_by_user(result)
            assert {name: at for name, at in before.items() if found.get(name, at - timedelta(1)) < at} == {}
            before = found
        marks |= {(mark.identity, mark.user): mark for mark in result.play_marks}


@ANY_HOME
@given(said=homes)
def test_what_was_fed_back_once_changes_nothing_the_second_time_but_dates_of_today(said: Said) -> None:
    marks = joined(said).play_marks
    changed = joined(said, marks).play_marks

    again = {(mark.identity, mark.user): mark for mark in marks}
    for mark in changed:
        known = again[mark.identity, mark.user]
        assert msgspec.structs.replace(known, play_count=mark.play_count) == mark
