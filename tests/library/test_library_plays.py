"""Who watched what, of every user, and what was once seen never moves back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from library_rows import (
    NOW,
    ago,
    did,
    finishers,
    item,
    jellyfin,
    joined,
    movie,
    played_at,
    plays,
    radarr,
    the_movie,
    user,
    watched,
    why,
)

from keepercheky.library.plays import PlayMark
from keepercheky.library.said import (
    ItemSaid,
    JellyfinSaid,
    MediaLibrarySaid,
    SessionSaid,
    UserDataSaid,
    UserSaid,
)
from keepercheky.media import NOT_WATCHED, Unknown, Watching

ANA, LUIS = user("ana"), user("luis")
ALIEN = "movie:tmdb:348"


def mark(at: datetime | None = None, who: str = "ana", **said: Any) -> PlayMark:
    row: dict[str, Any] = {"finished": False, "play_count": 1}
    return PlayMark(ALIEN, f"id-{who}", at, **row | said)


def seen(said: JellyfinSaid, *marks: PlayMark, now: datetime = NOW) -> Watching:
    return the_movie(joined(radarr(movie()), jellyfin=said, marks=marks, now=now)).watching


def runs(*days: JellyfinSaid) -> list[Watching]:
    """One join a day, each with the marks that the ones before left."""
    kept: dict[tuple[str, str], PlayMark] = {}
    found = []
    for day, said in enumerate(days):
        result = joined(radarr(movie()), jellyfin=said, marks=kept.values(), now=NOW + timedelta(days=day))
        kept |= {(one.identity, one.user): one for one in result.play_marks}
        found.append(the_movie(result).watching)
    return found


def home(
    *rows: UserDataSaid, items: tuple[ItemSaid, ...] = (item(),), sessions: tuple[SessionSaid, ...] = ()
) -> JellyfinSaid:
    return jellyfin(*items, does={"ana": rows}, sessions=sessions)


# ── Every user ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_users_plays_count_and_the_newest_decides() -> None:
    does = {"ana": [watched(at=ago(50))], "luis": [did(play_count=1, last_played_at=ago(20))]}

    watching = seen(jellyfin(item(), users=(ANA, LUIS), does=does))

    assert [watch.user for watch in watching.watches] == ["ana", "luis"]
    assert played_at(watching) == ago(20)
    assert finishers(watching) == {"ana"}
    assert watching.unknown is None


def test_what_nobody_played_is_known_not_to_be_played() -> None:
    assert seen(jellyfin(item(), users=(ANA, LUIS))) == NOT_WATCHED


def test_a_favourite_alone_is_no_play_and_leaves_no_mark() -> None:
    result = joined(radarr(movie()), jellyfin=home(did(favorite=True)))

    assert the_movie(result).watching == Watching(favorite_of=frozenset({"ana"}))
    assert result.play_marks == ()


def test_one_unread_user_makes_every_play_unknown() -> None:
    watching = seen(jellyfin(item(), users=(ANA, LUIS), does={"ana": [watched(at=ago(9))]}, unread=["luis"]))

    assert watching.unknown == Unknown("missing_for_user", "luis")
    assert played_at(watching) == ago(9)


def test_an_item_missing_for_a_user_who_may_see_it_is_unknown() -> None:
    watching = seen(jellyfin(item(), users=(LUIS, ANA), lacks={"ana": ["alien"], "luis": ["alien"]}))

    assert watching.unknown == Unknown("missing_for_user", "ana")


@pytest.mark.parametrize(
    "kid",
    [
        user("kid", restricted=True),
        user("kid", all_folders=False, folders=("lib-tv",)),
        user("kid", all_folders=False),
    ],
    ids=["rating", "other library", "no library"],
)
def test_an_item_hidden_from_a_user_is_known_not_to_be_watched_by_them(kid: UserSaid) -> None:
    said = jellyfin(item(), users=(ANA, kid), does={"ana": [watched(at=ago(9))]}, lacks={"kid": ["alien"]})

    watching = seen(said)

    assert watching.unknown is None
    assert [watch.user for watch in watching.watches] == ["ana"]


@pytest.mark.parametrize(
    ("libraries", "path"),
    [
        ((MediaLibrarySaid("lib-movies", "Movies", ("/movies",)),), "/movies/alien/alien.mkv"),
        ((MediaLibrarySaid("", "Movies", ("/movies",)),), "/movies/alien/alien.mkv"),
        ((MediaLibrarySaid("lib-other", "Movies", ("/other",)),), "/movies/alien/alien.mkv"),
        ((MediaLibrarySaid("lib-other", "Movies", ("/movies",)),), None),
        (
            (
                MediaLibrarySaid("lib-other", "Other", ("/movies",)),
                MediaLibrarySaid("lib-movies", "Movies", ("/movies",)),
            ),
            "/movies/alien/alien.mkv",
        ),
    ],
    ids=["may see it", "library without an id", "in no library", "without a path", "in one of two"],
)
def test_what_is_not_surely_hidden_is_missing(
    libraries: tuple[MediaLibrarySaid, ...], path: str | None
) -> None:
    kid = user("kid", all_folders=False, folders=("lib-movies",))

    watching = seen(jellyfin(item(path=path), users=(kid,), lacks={"kid": ["alien"]}, libraries=libraries))

    assert watching.unknown == Unknown("missing_for_user", "kid")


def test_plays_of_a_user_who_was_deleted_stay_under_the_number_that_is_left() -> None:
    watching = seen(home(), mark(ago(40), who="gone", finished=True))

    assert [(watch.user, watch.played_at, watch.finished) for watch in watching.watches] == [
        ("id-gone", ago(40), True)
    ]
    assert watching.unknown is None


def test_a_user_who_was_renamed_keeps_their_plays() -> None:
    renamed = user("ana maria")
    renamed = type(renamed)("id-ana", "Ana María", all_folders=True, folders=(), restricted=False)

    watching = seen(jellyfin(item(), users=(renamed,)), mark(ago(40)))

    assert [watch.user for watch in watching.watches] == ["Ana María"]


# ── Plays without a date ─────────────────────────────────────────────────────────────────────────────────────


def test_a_play_without_a_date_is_unknown_until_its_first_sight_is_its_date() -> None:
    today, tomorrow, later = runs(home(watched()), home(watched()), home(watched()))

    assert why(today.unknown) == "play_without_date"
    assert played_at(today) is None
    assert today.watches[0].played
    assert (tomorrow.unknown, played_at(tomorrow)) == (None, NOW)
    assert (later.unknown, played_at(later)) == (None, NOW)


def test_a_start_without_a_date_is_a_play_too() -> None:
    assert why(seen(home(did(play_count=2))).unknown) == "play_without_date"


def test_dated_plays_of_others_are_the_bound_of_one_without() -> None:
    does = {"ana": [watched(at=ago(30))], "luis": [watched()]}

    watching = seen(jellyfin(item(), users=(ANA, LUIS), does=does))

    assert why(watching.unknown) == "play_without_date"
    assert played_at(watching) == ago(30)


def test_a_dated_copy_does_not_date_the_play_of_another() -> None:
    items = (item("alien"), item("alien-4k"))

    today, tomorrow = runs(*[home(watched("alien", ago(900)), watched("alien-4k"), items=items)] * 2)

    assert why(today.unknown) == "play_without_date"
    assert played_at(today) == ago(900)
    assert (tomorrow.unknown, played_at(tomorrow)) == (None, NOW)


def test_a_remembered_date_does_not_date_a_play_that_has_none() -> None:
    watching = seen(home(watched()), mark(ago(900)))

    assert why(watching.unknown) == "play_without_date"
    assert played_at(watching) == ago(900)


def test_a_play_that_lost_its_date_may_be_another_one() -> None:
    lost = home(watched())

    *_, today, tomorrow = runs(home(watched(at=ago(900))), lost, lost)

    assert (why(today.unknown), played_at(today)) == ("play_without_date", ago(900))
    assert (tomorrow.unknown, played_at(tomorrow)) == (None, NOW + timedelta(days=1))


def test_a_first_sight_does_not_move_back_with_the_clock() -> None:
    ahead = mark(undated_since=ago(-5))

    [changed] = joined(radarr(movie()), jellyfin=home(watched()), marks=[ahead]).play_marks

    assert changed.undated_since == ago(-5)


def test_a_later_tick_without_a_date_is_sighted_anew() -> None:
    first, _, unticked, again, after = runs(
        home(watched()), home(watched()), home(), home(watched()), home(watched())
    )

    assert why(first.unknown) == "play_without_date"
    assert (unticked.unknown, played_at(unticked), finishers(unticked)) == (None, NOW, set())
    assert (why(again.unknown), played_at(again)) == ("play_without_date", NOW)
    assert (after.unknown, played_at(after)) == (None, NOW + timedelta(days=3))


def test_one_more_play_without_a_date_is_sighted_anew() -> None:
    _, again, after = runs(home(watched()), home(watched(count=2)), home(watched(count=2)))

    assert why(again.unknown) == "play_without_date"
    assert (after.unknown, played_at(after)) == (None, NOW + timedelta(days=1))


def test_a_date_that_comes_later_counts_if_it_is_newer() -> None:
    _, dated = runs(home(watched()), home(watched(at=ago(-1))))

    assert (dated.unknown, played_at(dated)) == (None, ago(-1))


# ── Half watched ─────────────────────────────────────────────────────────────────────────────────────────────


def test_half_watched_counts_from_its_date() -> None:
    watching = seen(home(did(in_progress=True, play_count=1, last_played_at=ago(9))))

    assert watching.watches[0].in_progress
    assert (played_at(watching), watching.unknown) == (ago(9), None)


def test_half_watched_without_a_date_counts_as_today_and_is_never_unseen() -> None:
    half = home(did(in_progress=True))

    today, tomorrow, dropped = runs(half, half, home())

    assert (played_at(today), today.unknown, today.watches[0].played) == (NOW, None, True)
    assert played_at(tomorrow) == NOW + timedelta(days=1)
    assert played_at(dropped) == NOW + timedelta(days=1)
    assert not dropped.watches[0].in_progress


def test_half_watched_and_counted_without_a_date_is_no_doubt() -> None:
    assert seen(home(did(in_progress=True, play_count=1))).unknown is None


def test_a_finished_one_with_a_position_is_not_in_progress() -> None:
    watching = seen(home(did(played=True, in_progress=True, last_played_at=ago(9))))

    assert not watching.watches[0].in_progress


def test_one_copy_half_watched_is_in_progress_though_another_was_finished() -> None:
    rows = (did("alien", in_progress=True, last_played_at=ago(5)), watched("alien-4k", ago(50)))

    [watch] = seen(home(*rows, items=(item("alien"), item("alien-4k")))).watches

    assert (watch.in_progress, watch.finished, watch.played_at) == (True, True, ago(5))


def test_a_half_watched_copy_does_not_hide_that_another_has_no_date() -> None:
    rows = (did("alien", in_progress=True, last_played_at=ago(500)), watched("alien-4k"))

    watching = seen(home(*rows, items=(item("alien"), item("alien-4k"))))

    assert why(watching.unknown) == "play_without_date"


# ── Nothing moves back ───────────────────────────────────────────────────────────────────────────────────────


def test_a_date_never_moves_back() -> None:
    *_, forgotten, older = runs(home(watched(at=ago(9))), home(), home(watched(at=ago(50), count=0)))

    assert played_at(forgotten) == ago(9)
    assert played_at(older) == ago(9)


def test_finished_is_taken_back_for_a_user_who_unticked_it() -> None:
    before, after = runs(home(watched(at=ago(9))), home())

    assert finishers(before) == {"ana"}
    assert finishers(after) == set()
    assert played_at(after) == ago(9)


def test_played_off_without_one_more_play_is_an_untick() -> None:
    same = home(did(play_count=1, last_played_at=ago(9)))

    assert finishers(seen(same, mark(ago(9), finished=True))) == set()


def test_an_untick_of_one_user_takes_nothing_from_another() -> None:
    both = {"ana": [watched(at=ago(9))], "luis": [watched(at=ago(8))]}
    one = {"luis": [watched(at=ago(8))]}
    users = (ANA, LUIS)

    *_, after = runs(jellyfin(item(), users=users, does=both), jellyfin(item(), users=users, does=one))

    assert finishers(after) == {"luis"}


def test_an_abandoned_playback_that_cleared_played_stays_finished_run_after_run() -> None:
    abandoned = home(did(play_count=2, last_played_at=ago(1)))

    *_, first, second, third = runs(home(watched(at=ago(9))), abandoned, abandoned, abandoned)

    assert [finishers(first), finishers(second), finishers(third)] == [{"ana"}] * 3
    assert played_at(third) == ago(1)


def test_an_untick_after_an_abandoned_playback_is_an_untick() -> None:
    abandoned = home(did(play_count=2, last_played_at=ago(1)))

    *_, after = runs(home(watched(at=ago(9))), abandoned, home())

    assert finishers(after) == set()


def test_while_a_session_of_that_user_is_on_nothing_is_unticked() -> None:
    mine = home(did(last_played_at=ago(9)), sessions=(plays("alien"),))
    theirs = home(did(last_played_at=ago(9)), sessions=(plays("alien", who="luis"),))
    done = mark(ago(9), finished=True)

    assert finishers(seen(mine, done)) == {"ana"}
    assert finishers(seen(theirs, done)) == set()


@pytest.mark.parametrize(
    "said",
    [
        jellyfin(item(), users=(user(restricted=True),), lacks={"ana": ["alien"]}),
        jellyfin(item(), lacks={"ana": ["alien"]}),
        jellyfin(item(), unread=["ana"]),
        jellyfin(item("other", 9)),
    ],
    ids=["hidden now", "missing now", "unread now", "item gone"],
)
def test_who_does_not_see_it_unticked_nothing(said: JellyfinSaid) -> None:
    assert finishers(seen(said, mark(ago(9), finished=True))) == {"ana"}


def test_what_is_not_seen_leaves_the_stored_mark_as_it_is() -> None:
    hidden = jellyfin(item(), users=(user(restricted=True),), lacks={"ana": ["alien"]})
    known = mark(ago(9), play_count=3)

    assert joined(radarr(movie()), jellyfin=hidden, marks=[known]).play_marks == ()


def test_plays_survive_an_item_that_is_added_again_under_a_new_number() -> None:
    first, gone, back = runs(
        home(watched(at=ago(9))),
        jellyfin(item("other", 9)),
        home(watched("alien-again", ago(9)), items=(item("alien-again"),)),
    )

    assert (why(gone.unknown), played_at(gone), finishers(gone)) == ("unmatched", ago(9), {"ana"})
    assert back == first


def test_an_item_added_again_without_its_data_keeps_its_date_and_reads_as_unticked() -> None:
    *_, back = runs(home(watched(at=ago(9))), home(items=(item("alien-again"),)))

    assert (back.unknown, played_at(back), finishers(back)) == (None, ago(9), set())


# ── Marks ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_changed_marks_are_handed_back() -> None:
    said = home(watched(at=ago(9)))
    [kept] = joined(radarr(movie()), jellyfin=said).play_marks

    assert kept == PlayMark(ALIEN, "id-ana", ago(9), finished=True, play_count=1)
    assert joined(radarr(movie()), jellyfin=said, marks=[kept]).play_marks == ()


def test_a_mark_that_lost_everything_is_handed_back_too() -> None:
    [changed] = joined(radarr(movie()), jellyfin=home(), marks=[mark(finished=True)]).play_marks

    assert not changed.finished


def test_copies_in_two_instances_leave_one_mark() -> None:
    instances = (radarr(movie()), radarr(movie(), name="radarr_4k"))

    result = joined(*instances, jellyfin=home(watched(at=ago(9))))

    assert len(result.play_marks) == 1


def test_a_movie_and_a_show_with_one_number_have_marks_of_their_own() -> None:
    other = PlayMark("show:tvdb:348", "id-ana", ago(1), finished=False, play_count=1)

    assert seen(home(), other) == NOT_WATCHED
