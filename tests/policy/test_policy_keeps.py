"""What protects a title: a known protection keeps, an unknown one makes it "not sure (kept)"."""

from __future__ import annotations

from dataclasses import replace as with_rule

import pytest
from house import (
    NOT_ASKED,
    NOW,
    aged,
    ago,
    asked_for,
    by_hand,
    days,
    decided,
    episode,
    keep,
    latest,
    library,
    marks,
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
from msgspec.structs import replace

from keepercheky.media import Ids, Queued, Request, Unknown, Watch, Watching
from keepercheky.policy.findings import RULES, Says, Verdict
from keepercheky.policy.rules import KEEP_RULES, Context
from keepercheky.policy.terms import Keep

MOVIE = "movie:tmdb:603@radarr"
FAN = frozenset({"ana"})
UNREAD = Unknown("not_read", "jellyfin")


def test_an_old_unwatched_movie_that_nothing_protects_goes():
    decision = only(movie())

    assert told(decision) == ("delete", "expired")
    assert decision.promise is None


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        pytest.param({"tags": frozenset({"keep", "hd"})}, "tags", id="a keep tag, though added a minute ago"),
        pytest.param({"libraries": frozenset({"Kids"})}, "libraries", id="a library that is kept"),
        pytest.param({"root_folder": "/kids"}, "root_folders", id="a root folder that is kept"),
        pytest.param({"root_folder": "/kids/"}, "root_folders", id="the same, written with a slash"),
        pytest.param({"root_folder": "D:\\Kids\\"}, "root_folders", id="the same, on Windows"),
        pytest.param({"watching": seen(favorite_of=FAN)}, "favorites", id="a favourite"),
        pytest.param(
            {"watching": seen(watch(at=9, half=True))},
            "in_progress",
            id="half watched 9 days ago by one of ten",
        ),
        pytest.param(
            {"watching": seen(Watch("ana", in_progress=True))},
            "in_progress",
            id="half watched, nobody knows when",
        ),
        pytest.param({"watching": seen(playing=True)}, "playing", id="playing now"),
        pytest.param({"queued": True}, "queued", id="in the download queue"),
        pytest.param({"requests": asked_for(since=29.9)}, "requested", id="asked for, and here for 29 days"),
        pytest.param(
            {"requests": asked_for(since=None)}, "requested", id="asked for, nobody knows since when"
        ),
        pytest.param({"shared_with": "Matrix (radarr_4k)"}, "shared_folder", id="HD and 4K in one folder"),
        pytest.param({"links": 2}, "hardlinked", id="finished torrents, linked, without a client"),
    ],
)
def test_a_protection_keeps_and_is_told_first(facts, rule):
    asked = keep(
        tags=frozenset({"keep"}), libraries=frozenset({"Kids"}), root_folders=frozenset({"/kids", "D:\\Kids"})
    )

    assert told(only(movie(**facts), asked)) == ("keep", rule)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"tags": frozenset({"keeper"})}, id="another tag"),
        pytest.param({"root_folder": "/kids2"}, id="a root folder that only begins so"),
        pytest.param({"root_folder": None}, id="no root folder"),
        pytest.param({"watching": seen(watch(at=31, half=True))}, id="half watched a month ago"),
        pytest.param({"requests": asked_for(since=30)}, id="asked for, and here for exactly 30 days"),
        pytest.param({"links": 1}, id="a single link"),
        pytest.param({"libraries": frozenset()}, id="in no library"),
    ],
)
def test_what_only_looks_like_a_protection_does_not_keep(facts):
    asked = keep(tags=frozenset({"keep"}), libraries=frozenset({"Kids"}), root_folders=frozenset({"/kids"}))
    asked = replace_schedule(asked, movies=aged(20))

    assert told(only(movie(**facts), asked)) == ("delete", "expired")


def replace_schedule(asked, **facts):
    return with_rule(asked, schedules=(schedule(**facts),))


@pytest.mark.parametrize(
    ("switched_off", "facts"),
    [
        ({"favorites": False}, {"watching": seen(favorite_of=FAN)}),
        ({"in_progress": None}, {"watching": seen(watch(at=9, half=True))}),
        ({"requested": None}, {"requests": asked_for(since=1)}),
        ({"requested": None}, {"requests": UNREAD}),
        ({"hardlinked": False}, {"links": 2}),
        ({"hardlinked": False}, {"links": Unknown("not_there", "/movies/603")}),
    ],
)
def test_a_protection_that_is_switched_off_says_nothing(switched_off, facts):
    asked = with_rule(keep(**switched_off), schedules=(schedule(movies=aged(5)),))

    assert told(only(movie(**facts), asked)) == ("delete", "expired")


@pytest.mark.parametrize(
    ("facts", "rule", "code"),
    [
        pytest.param(
            {"tags": Unknown("tag_without_label", "radarr")}, "tags", "tag_without_label", id="tags"
        ),
        pytest.param({"requests": Unknown("not_read", "seerr")}, "requested", "not_read", id="requests"),
        pytest.param(
            {"shared_with": Unknown("no_folder", "radarr")}, "shared_folder", "no_folder", id="folder"
        ),
        pytest.param({"shared_with": NOT_ASKED}, "shared_folder", "not_asked", id="folder not looked into"),
        pytest.param({"links": Unknown("not_there", "/x")}, "hardlinked", "not_there", id="a file not there"),
        pytest.param({"links": NOT_ASKED}, "hardlinked", "not_asked", id="links not looked at"),
        pytest.param({"watching": Watching(unknown=UNREAD)}, "source", "not_read", id="plays"),
        pytest.param(
            {"watching": Watching(unknown=Unknown("unmatched"))},
            "unmatched",
            "unmatched",
            id="no match in Jellyfin",
        ),
        pytest.param(
            {"watching": Watching(unknown=Unknown("contradicting_ids"))},
            "unmatched",
            "contradicting_ids",
            id="an uncertain match",
        ),
        pytest.param(
            {"watching": Watching(unknown=Unknown("no_longer_matched"))},
            "unmatched",
            "no_longer_matched",
            id="once matched and now not",
        ),
        pytest.param(
            {"watching": Watching(unknown=Unknown("missing_for_user", "luis"))},
            "source",
            "missing_for_user",
            id="one user unreadable",
        ),
        pytest.param(
            {"watching": Watching(unknown=NOT_ASKED)}, "source", "not_asked", id="plays not asked for"
        ),
        pytest.param(
            {"watching": Watching(playing=Unknown("plays_unlisted_item"))},
            "playing",
            "plays_unlisted_item",
            id="somebody plays something unlisted",
        ),
        pytest.param(
            {"imported_at": Unknown("no_import_date")}, "expired", "no_import_date", id="all dates missing"
        ),
        pytest.param({"imported_at": Unknown("date_ahead")}, "expired", "date_ahead", id="a date far ahead"),
        pytest.param(
            {"watching": seen(unknown=Unknown("play_without_date"))},
            "expired",
            "play_without_date",
            id="a play undated",
        ),
        pytest.param(
            {"watching": seen(Watch("ana", None, True))},
            "expired",
            "play_without_date",
            id="a watch without a date",
        ),
    ],
)
def test_a_fact_that_is_not_known_makes_a_title_not_sure(facts, rule, code):
    item = movie()
    links = facts.pop("links", None)
    item = replace(item, file=replace(item.file, links=links), **facts)

    decision = only(item)

    assert told(decision) == ("undecided", rule)
    assert decision.because.code == code
    assert decision.because.says is Says.UNKNOWN
    assert decision.wants_detail == (code == "not_asked")


def test_a_title_unmatched_everywhere_is_told_once():
    doubt = Unknown("unmatched")

    decision = only(movie(libraries=doubt, watching=Watching(unknown=doubt, playing=doubt)))

    assert [(row.rule, row.code) for row in decision.findings] == [("unmatched", "unmatched")]


def test_a_library_that_is_not_known_is_a_doubt_where_a_keep_or_a_schedule_names_one():
    by_schedule = rules(schedule(libraries=frozenset({"Films"})))
    by_keep = keep(libraries=frozenset({"Kids"}))

    assert told(only(movie(libraries=UNREAD), by_schedule)) == ("undecided", "libraries")
    assert told(only(movie(libraries=UNREAD), by_keep)) == ("undecided", "libraries")
    assert told(only(movie(libraries=UNREAD))) == ("delete", "expired")


def test_keep_beats_unknown_and_unknown_beats_delete():
    doubt = {"requests": Unknown("not_read", "seerr")}

    kept = only(movie(queued=True, **doubt))
    unsure = only(movie(**doubt))

    assert [row.says for row in kept.findings] == ["keep", "unknown", "delete"]
    assert kept.verdict is Verdict.KEEP
    assert unsure.verdict is Verdict.UNDECIDED
    assert [row.says for row in unsure.findings] == ["unknown", "delete"]


def test_imported_today_and_unmatched_is_kept_as_not_due():
    decision = only(movie(imported=0, watching=Watching(unknown=Unknown("unmatched"))))

    assert told(decision) == ("keep", "not_expired")
    assert decision.because.code == "not_yet"


def test_of_many_movies_thirty_in_a_hundred_unmatched_are_not_sure_and_the_rest_goes_as_usual():
    items = [
        movie(number, watching=Watching(unknown=Unknown("unmatched")) if number % 10 < 3 else Watching())
        for number in range(100)
    ]

    found = [told(row) for row in decided(library(*items)).values()]

    assert found.count(("undecided", "unmatched")) == 30
    assert found.count(("delete", "expired")) == 70


def test_a_kids_user_who_cannot_see_a_movie_and_a_new_user_who_watched_nothing_change_nothing():
    assert told(only(movie(watching=seen(watch("luis", 500))))) == ("delete", "expired")


def test_favourites_of_listed_users_only():
    asked = keep(favorites=frozenset({"luis"}))

    assert told(only(movie(watching=seen(favorite_of=FAN)), asked)) == ("delete", "expired")
    assert told(only(movie(watching=seen(favorite_of=FAN | {"luis"})), asked)) == ("keep", "favorites")
    assert told(only(movie(watching=seen(favorite_of=FAN)), keep(favorites=frozenset()))) == (
        "delete",
        "expired",
    )


def test_a_keep_by_hand_holds_every_copy_until_its_date():
    for_good = marks(keeps=[by_hand("movie:tmdb:603")])
    for_now = marks(keeps=[by_hand("movie:tmdb:603", until=1)])
    over = marks(keeps=[by_hand("movie:tmdb:603", until=0)])

    assert told(only(movie(), None, for_good)) == ("keep", "by_hand")
    assert told(only(movie(service="radarr_4k"), None, for_now)) == ("keep", "by_hand")
    assert only(movie(), None, for_now).because.code == "until"
    assert told(only(movie(), None, over)) == ("delete", "expired")


def test_a_movie_and_a_show_with_one_number_are_judged_apart():
    home = library(movie(5), show(5, *season_of(1)))

    found = decided(home, None, marks(keeps=[by_hand("movie:tmdb:5")]))

    assert told(found["movie:tmdb:5@radarr"]) == ("keep", "by_hand")
    assert told(found["season:tvdb:5:1@sonarr"]) == ("delete", "expired")


def test_hd_and_4k_of_one_movie_are_judged_apart():
    home = library(movie(603), movie(603, service="radarr_4k", imported=10))

    found = decided(home)

    assert told(found[MOVIE]) == ("delete", "expired")
    assert told(found["movie:tmdb:603@radarr_4k"]) == ("keep", "not_expired")


def test_half_watched_is_told_with_its_newest_date_and_one_without_counts_as_today():
    dated = only(movie(watching=seen(watch("ana", 30, half=True), watch("luis", 20, half=True))))
    undated = only(movie(watching=seen(watch("ana", 30, half=True), Watch("luis", in_progress=True))))

    assert dated.because.facts == {"users": ("ana", "luis"), "at": ago(20)}
    assert undated.because.facts["at"] == NOW
    assert only(movie(watching=seen(watch(at=30, half=True)))).because.rule == "in_progress"


# Came back


@pytest.mark.parametrize(
    ("deleted", "back", "requests", "expected"),
    [
        pytest.param(60, 40, (), ("keep", "came_back"), id="back after 20 days"),
        pytest.param(70, 40, (), ("keep", "came_back"), id="back after exactly 30 days"),
        pytest.param(71, 40, (), ("delete", "expired"), id="back after 31 days"),
        pytest.param(95, 90, (), ("delete", "expired"), id="back for 90 days"),
        pytest.param(40, 40, (), ("delete", "expired"), id="the very arrival that was deleted"),
        pytest.param(60, 40, asked_for(since=60), ("delete", "expired"), id="asked for at the same moment"),
        pytest.param(30, 40, (), ("delete", "expired"), id="here before it was deleted elsewhere"),
        pytest.param(60, 40, asked_for(since=59), ("delete", "expired"), id="asked for anew"),
        pytest.param(60, 40, asked_for(since=61), ("keep", "came_back"), id="asked for before"),
        pytest.param(60, 40, asked_for(since=None), ("keep", "requested"), id="asked for, nobody knows when"),
    ],
)
def test_what_came_back_soon_after_we_deleted_it_is_kept_for_ninety_days(deleted, back, requests, expected):
    asked = rules(schedule(movies=aged(20)))
    known = marks(deleted={"movie:tmdb:603": ago(deleted)})

    assert told(only(movie(imported=back, requests=requests), asked, known)) == expected


def test_what_may_have_come_back_is_not_sure():
    known = marks(deleted={"movie:tmdb:603": ago(60)})

    decision = only(movie(imported=Unknown("no_import_date")), None, known)

    assert told(decision) == ("undecided", "came_back")
    assert told(only(movie(imported=Unknown("no_import_date")), None, marks())) == ("undecided", "expired")


def test_seerr_not_read_does_not_excuse_what_came_back():
    asked = with_rule(keep(requested=None), schedules=(schedule(movies=aged(20)),))
    known = marks(deleted={"movie:tmdb:603": ago(60)})

    assert told(only(movie(imported=40, requests=UNREAD), asked, known)) == ("keep", "came_back")


# Parts and wholes


def seasons(number=3, **facts):
    return [season_of(row, **facts) for row in range(1, number + 1)]


def whole_shows():
    return rules(schedule(shows=aged(90)))


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        pytest.param({"whole": seen(favorite_of=FAN)}, {1, 2, 3}, id="the show"),
        pytest.param({"season_fans": {2: FAN}}, {2}, id="a season"),
    ],
)
def test_a_favourite_holds_its_parts_and_the_whole_show_but_not_the_other_seasons(facts, kept):
    item = show(5, *(row for rows in seasons() for row in rows), **facts)

    found = decided(library(item))
    whole = only(item, whole_shows())

    assert {int(row.title.season) for row in found.values() if row.because.rule == "favorites"} == kept
    assert {row.verdict for row in found.values() if row.title.season not in kept} <= {Verdict.DELETE}
    assert told(whole) == ("keep", "favorites")


@pytest.mark.parametrize(
    "watching",
    [
        pytest.param(seen(favorite_of=FAN), id="favorites"),
        pytest.param(seen(playing=True), id="playing"),
        pytest.param(seen(watch(at=9, half=True)), id="in_progress"),
    ],
)
def test_what_holds_an_episode_holds_its_season_and_its_show_and_nothing_else(watching, request):
    rule = request.node.callspec.id
    second = [episode(2, 1), episode(2, 2, watching=watching), episode(2, 3)]
    item = show(5, *season_of(1), *second, *season_of(3))
    asked = keep(next_up=None)
    daily = with_rule(asked, schedules=(schedule(episodes=latest(1)),))

    by_season = {row.title.season: told(row) for row in decided(library(item), asked).values()}
    by_episode = {
        row.title.key: row for row in decided(library(item), daily).values() if row.because.rule == rule
    }

    assert by_season == {1: ("delete", "expired"), 2: ("keep", rule), 3: ("delete", "expired")}
    assert told(only(item, with_rule(asked, schedules=(schedule(shows=aged(90)),)))) == ("keep", rule)
    assert by_episode.keys() == {"episode:tvdb:5:2:2@sonarr"}


@pytest.mark.parametrize(
    ("identity", "kept_seasons"),
    [("show:tvdb:5", {1, 2}), ("season:tvdb:5:2", {2}), ("episode:tvdb:5:2:3", {2}), ("movie:tmdb:5", set())],
)
def test_a_keep_by_hand_holds_parts_and_wholes_and_not_onward(identity, kept_seasons):
    item = show(5, *season_of(1), *season_of(2))
    known = marks(keeps=[by_hand(identity)])

    found = decided(library(item), None, known)

    assert {row.title.season for row in found.values() if row.because.rule == "by_hand"} == kept_seasons
    assert told(only(item, whole_shows(), known))[1] == ("by_hand" if kept_seasons else "expired")


def test_an_episode_is_held_by_a_keep_of_its_season_and_not_of_another_episode():
    item = show(5, *season_of(1), *season_of(2))
    daily = rules(schedule(episodes=latest(1)))

    found = decided(
        library(item), daily, marks(keeps=[by_hand("season:tvdb:5:1"), by_hand("episode:tvdb:5:2:1")])
    )

    held = {(row.title.season, row.title.episode) for row in found.values() if row.because.rule == "by_hand"}
    assert held == {(1, 1), (1, 2), (1, 3), (2, 1)}


def test_a_keep_given_while_the_episodes_were_not_known_holds_them_all():
    known = marks(keeps=[by_hand("episode:tvdb:5:*")])
    daily = rules(schedule(episodes=latest(1)))

    assert told(only(show(5, asked=False), daily, known)) == ("keep", "by_hand")
    assert {told(row)[1] for row in decided(library(show(5)), daily, known).values()} == {"by_hand"}


@pytest.mark.parametrize(
    ("queued", "kept_seasons", "kept_episodes"),
    [
        pytest.param(Queued(whole=True), {1, 2}, {(1, 1), (1, 2), (2, 1), (2, 2)}, id="no season is named"),
        pytest.param(
            Queued(seasons=frozenset({2}), season_packs=frozenset({2})),
            {2},
            {(2, 1), (2, 2)},
            id="a season pack",
        ),
        pytest.param(
            Queued(seasons=frozenset({2}), episodes=frozenset({2001})), {2}, {(2, 1)}, id="an episode"
        ),
        pytest.param(Queued(), set(), set(), id="nothing"),
    ],
)
def test_a_download_holds_what_it_brings_and_the_wholes_of_it(queued, kept_seasons, kept_episodes):
    item = show(5, *season_of(1, 2), *season_of(2, 2), queued=queued)

    by_season = decided(library(item)).values()
    by_episode = decided(library(item), rules(schedule(episodes=latest(0, at_least=0)))).values()

    assert {row.title.season for row in by_season if row.because.rule == "queued"} == kept_seasons
    held = {(row.title.season, row.title.episode) for row in by_episode if row.because.rule == "queued"}
    assert held == kept_episodes
    assert (told(only(item, whole_shows()))[1] == "queued") == bool(kept_seasons)


def test_a_doubt_about_one_episode_is_a_doubt_about_its_season_and_its_show_only():
    lost = Watching(unknown=Unknown("missing_for_user", "luis"))
    item = show(5, *season_of(1), episode(2, 1), episode(2, 2, watching=lost), *season_of(3))

    by_season = {row.title.season: told(row) for row in decided(library(item), keep(next_up=None)).values()}

    assert by_season == {1: ("delete", "expired"), 2: ("undecided", "source"), 3: ("delete", "expired")}
    assert told(only(item, whole_shows())) == ("undecided", "source")


@pytest.mark.parametrize("links", [2, Unknown("not_there", "/tv/5")])
def test_links_of_one_file_hold_its_season(links):
    item = show(5, *season_of(1), *season_of(2))
    files = {
        **item.files,
        2002: replace(item.files[2002], links=links),
        2003: replace(item.files[2003], links=1),
    }

    found = {row.title.season: told(row) for row in decided(library(replace(item, files=files))).values()}

    assert found == {1: ("delete", "expired"), 2: ("keep" if links == 2 else "undecided", "hardlinked")}


def test_one_linked_file_keeps_whatever_is_not_known_of_the_others():
    item = show(5, *season_of(1))
    files = {
        1001: replace(item.files[1001], links=Unknown("not_there", "/tv/5")),
        1002: replace(item.files[1002], links=2),
        1003: replace(item.files[1003], links=1),
    }

    assert told(only(replace(item, files=files))) == ("keep", "hardlinked")


def test_a_file_that_sonarr_names_and_does_not_list_is_a_doubt():
    item = show(5, *season_of(1))

    assert told(only(replace(item, files={}))) == ("undecided", "hardlinked")


def test_a_session_that_may_play_anything_of_a_show_is_a_doubt_about_all_of_it():
    item = show(5, *season_of(1), *season_of(2), whole=Watching(playing=Unknown("plays_unlisted_item")))

    assert {told(row) for row in decided(library(item)).values()} == {("undecided", "playing")}


def test_a_shared_folder_holds_movies_and_whole_shows_only():
    item = show(5, shared_with="The Office (sonarr_4k)")

    assert told(only(item, whole_shows())) == ("keep", "shared_folder")
    assert told(only(item)) == ("delete", "expired")


# Next up


def with_plays(first=None, second=None, third=None):
    rows = [
        row if watching is None else replace(row, watching=watching)
        for watching, number in ((first, 1), (second, 2), (third, 3))
        for row in season_of(number)
    ]
    return show(5, *rows)


def by_season(item, asked=None):
    found = decided(library(item), asked or with_rule(keep(), schedules=(schedule(seasons=aged(5)),)))
    return {row.title.season: told(row) for row in found.values()}


def test_who_finished_a_season_lately_finds_the_next_ones_kept_and_the_first_judged_by_age():
    item = with_plays(first=seen(watch(at=300)), second=seen(watch(at=10)))

    assert by_season(item) == {1: ("delete", "expired"), 2: ("delete", "expired"), 3: ("keep", "next_up")}


def test_a_season_its_watcher_finished_is_not_next_for_them():
    item = with_plays(first=seen(watch(at=10)), second=seen(watch(at=9)), third=seen(watch(at=8)))

    assert {verdict for verdict, _ in by_season(item).values()} == {"delete"}


def test_a_season_is_next_up_for_sixty_days_exactly():
    assert by_season(with_plays(first=seen(watch(at=60))))[2] == ("keep", "next_up")
    assert by_season(with_plays(first=seen(watch(at=60.1))))[2] == ("delete", "expired")


def test_specials_watched_lately_make_no_season_next():
    specials = [replace(row, watching=seen(watch(at=10))) for row in season_of(0)]

    assert by_season(show(5, *specials, *season_of(1)))[1] == ("delete", "expired")


def test_next_up_speaks_of_seasons_only():
    item = with_plays(first=seen(watch(at=10)))
    daily = decided(library(item), with_rule(keep(), schedules=(schedule(episodes=latest(1)),)))

    assert told(only(item, with_rule(keep(), schedules=(schedule(shows=aged(5)),)))) == ("delete", "expired")
    assert "next_up" not in {finding.rule for row in daily.values() for finding in row.findings}


def test_who_began_a_season_is_not_next_for_that_same_season():
    item = show(5, episode(1, 1, watching=seen(watch(at=10))), episode(1, 2))

    assert by_season(item) == {1: ("delete", "expired")}


def test_whether_a_season_is_next_up_is_asked_for_while_its_episodes_are_not_known():
    item = replace(with_plays(first=seen(watch(at=10))), episodes=NOT_ASKED)

    found = decided(library(item), with_rule(keep(), schedules=(schedule(seasons=aged(5)),)))

    assert found["season:tvdb:5:2@sonarr"].wants_detail
    assert "next_up" in {row.rule for row in found["season:tvdb:5:2@sonarr"].findings}
    assert "next_up" not in {row.rule for row in found["season:tvdb:5:1@sonarr"].findings}


def test_who_watches_what_jellyfin_lists_otherwise_still_finds_the_next_season_kept():
    """An episode Jellyfin does not list has the newest play of any of the show's, and nobody finished it."""
    stand_in = seen(Watch("ana", ago(10), True))
    item = replace(with_plays(first=stand_in), parts={})

    assert by_season(item)[2] == ("keep", "next_up")


@pytest.mark.parametrize(
    "lower",
    [
        pytest.param(Watching(unknown=Unknown("missing_for_user", "luis")), id="unread"),
        pytest.param(seen(Watch("luis", None, True)), id="undated"),
        pytest.param(seen(Watch("luis", None, in_progress=True)), id="half watched, undated"),
    ],
)
def test_a_play_of_a_lower_season_that_is_not_known_makes_the_next_ones_not_sure(lower):
    item = with_plays(first=lower)

    found = by_season(item, with_rule(keep(in_progress=None), schedules=(schedule(seasons=aged(5)),)))

    assert found[2] == ("undecided", "next_up")
    assert (
        by_season(item, with_rule(keep(next_up=None), schedules=(schedule(seasons=aged(5)),)))[2][0]
        == "delete"
    )


def test_a_known_watcher_keeps_the_next_season_whatever_is_not_known_of_others():
    lower = Watching((watch("ana", 10),), Unknown("missing_for_user", "luis"))

    assert by_season(with_plays(first=lower))[2] == ("keep", "next_up")


def test_an_undated_episode_may_be_what_keeps_a_season_from_being_finished():
    done = seen(watch(at=10))
    item = show(
        5,
        *(replace(row, watching=done) for row in season_of(1)),
        episode(2, 1, watching=done),
        episode(2, 2, aired=None),
    )

    assert by_season(item, keep())[2] == ("keep", "next_up")


# Airing and specials


@pytest.mark.parametrize(
    ("rows", "airing"),
    [
        pytest.param([*season_of(1), *season_of(2, aired=80)], {2}, id="the newest season aired 80 days ago"),
        pytest.param([*season_of(1), *season_of(2, aired=90)], {2}, id="exactly 90 days ago"),
        pytest.param([*season_of(1), *season_of(2, aired=91)], set(), id="91 days ago"),
        pytest.param([*season_of(1), *season_of(2, aired=0)], {2}, id="this very minute"),
        pytest.param(
            [*season_of(1), *season_of(2, aired=400), episode(3, 1, aired=-50, file=0)],
            {2},
            id="a future season is announced: the newest aired one is the newest",
        ),
        pytest.param([*season_of(1), *season_of(2, aired=None)], set(), id="nobody knows when it airs"),
        pytest.param([*season_of(1), episode(0, 1, aired=3)], set(), id="only a special aired"),
    ],
)
def test_the_season_that_is_airing_is_kept(rows, airing):
    item = show(5, *rows, ended=False)

    found = decided(library(item))

    assert {row.title.season for row in found.values() if row.because.rule == "airing"} == airing
    assert (told(only(item, whole_shows()))[1] == "airing") == bool(airing)
    assert {row.because.rule for row in decided(library(replace(item, ended=True))).values()} == {"expired"}


def test_airing_can_be_switched_off_and_never_speaks_of_episodes():
    item = show(5, *season_of(1), *season_of(2, aired=80), ended=False)

    assert {told(row)[0] for row in decided(library(item), keep(airing=False)).values()} == {"delete"}
    daily = decided(library(item), rules(schedule(episodes=latest(1))))
    assert "airing" not in {finding.rule for row in daily.values() for finding in row.findings}


def test_a_show_of_specials_only_is_kept_as_a_show():
    item = show(5, *season_of(0))

    assert told(only(item, whole_shows())) == ("keep", "specials")
    assert told(only(show(5, *season_of(0), asked=False), whole_shows())) == ("keep", "specials")
    announced = [*season_of(0), episode(1, 1, file=0)]
    assert told(only(show(5, *announced, asked=False), whole_shows())) == ("keep", "specials")
    assert decided(library(item)) == {}


def test_season_zero_is_a_title_only_when_asked_for():
    item = show(5, *season_of(0), *season_of(1))
    with_specials = rules(schedule(seasons=aged(90), specials=True))

    assert decided(library(item)).keys() == {"season:tvdb:5:1@sonarr"}
    assert decided(library(item), with_specials).keys() == {
        "season:tvdb:5:0@sonarr",
        "season:tvdb:5:1@sonarr",
    }
    assert told(only(item, whole_shows())) == ("delete", "expired")


# The list of rules


def test_every_rule_that_keeps_is_on_the_closed_list_and_gives_its_own_name():
    names = [rule.__name__ for rule in KEEP_RULES]

    assert names == [name for name in RULES if name in names]


def test_a_rule_reads_the_clock_it_is_handed():
    [title] = [row.title for row in decided(library(movie(requests=asked_for(since=10)))).values()]
    [rule] = [rule for rule in KEEP_RULES if rule.__name__ == "requested"]

    assert rule(title, Context(NOW, Keep())) is not None
    assert rule(title, Context(NOW + days(30), Keep())) is None


def test_a_request_of_the_newest_date_is_told():
    requests = (*asked_for("luis", 20), *asked_for("ana", 10), Request("eva", None), Request("old", ago(400)))

    facts = only(movie(requests=requests)).because.facts

    assert facts == {"users": ("ana", "eva", "luis"), "since": ago(10)}


def test_the_ids_of_a_title_are_of_its_kind():
    assert movie(603).key == MOVIE
    assert show(5).key == "show:tvdb:5@sonarr"
    assert movie(1, ids=Ids(tmdb=2)).identity == "movie:tmdb:2"


def test_a_title_is_remembered_by_its_own_name_before_those_of_its_parts_and_wholes():
    daily = rules(schedule(episodes=latest(1)))

    assert only(movie()).title.identity == "movie:tmdb:603"
    assert only(show(5)).title.identities[:2] == ("season:tvdb:5:1", "show:tvdb:5")
    assert only(show(5), whole_shows()).title.identity == "show:tvdb:5"
    assert (
        decided(library(show(5)), daily)["episode:tvdb:5:1:2@sonarr"].title.identity == "episode:tvdb:5:1:2"
    )


def test_a_user_who_did_nothing_says_nothing():
    nobody = seen(Watch("ana"))
    item = show(5, *season_of(1, watching=nobody), *season_of(2))

    assert told(only(movie(watching=nobody))) == ("delete", "expired")
    assert {told(row) for row in decided(library(item)).values()} == {("delete", "expired")}
