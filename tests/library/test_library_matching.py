"""Which items of Jellyfin are this title: by id, by exact path where there are no ids, and never by a guess."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from library_rows import (
    ago,
    did,
    file,
    finishers,
    item,
    jellyfin,
    joined,
    movie,
    played_at,
    radarr,
    series,
    series_item,
    sonarr,
    the_movie,
    the_show,
    user,
    watched,
    why,
)

from keepercheky.library.plays import PlayMark
from keepercheky.library.said import ItemSaid, JellyfinSaid, MediaLibrarySaid, MovieSaid
from keepercheky.media import NOT_WATCHED, Unknown, Watching


def watching(row: MovieSaid, *items: ItemSaid, **setting: Any) -> Watching:
    """A movie beside these items, each of which ana played `n` days ago: the first 1 day, the second 2."""
    rows = [watched(one.id, ago(days)) for days, one in enumerate(items, start=1)]
    said = jellyfin(*items, does={"ana": rows})
    return the_movie(joined(radarr(row), jellyfin=said, **setting)).watching


def test_a_title_is_known_by_kind_and_number() -> None:
    result = joined(radarr(movie(tmdb=348)), sonarr(series(tvdb=348)), radarr(movie(), name="radarr_4k"))

    assert [movie.key for movie in result.library.movies] == [
        "movie:tmdb:348@radarr",
        "movie:tmdb:348@radarr_4k",
    ]
    assert [movie.identity for movie in result.library.movies] == ["movie:tmdb:348"] * 2
    assert the_show(result).identity == "show:tvdb:348"
    assert the_show(result).key == "show:tvdb:348@sonarr"


def test_any_shared_id_matches() -> None:
    assert played_at(watching(movie(), item())) == ago(1)
    assert played_at(watching(movie(imdb_id="tt1"), item(tmdb=None, imdb_id="TT1"))) == ago(1)


def test_equal_ids_are_copies_and_their_facts_unite() -> None:
    items = (item("alien"), item("alien-4k", path="/uhd/alien.mkv"))
    said = jellyfin(
        *items,
        users=(user("ana"), user("luis")),
        does={
            "ana": [watched("alien", ago(50)), did("alien-4k", favorite=True)],
            "luis": [did("alien-4k", play_count=1, last_played_at=ago(2))],
        },
        libraries=(MediaLibrarySaid("1", "HD", ("/movies",)), MediaLibrarySaid("2", "UHD", ("/uhd",))),
    )

    result = joined(radarr(movie()), radarr(movie(), name="radarr_4k"), jellyfin=said)

    for service in ("radarr", "radarr_4k"):
        copy = the_movie(result, service)
        assert (played_at(copy.watching), finishers(copy.watching)) == (ago(2), {"ana"})
        assert copy.watching.favorite_of == {"ana"}
        assert copy.libraries == frozenset({"HD", "UHD"})


def test_copies_found_by_path_alone_unite_over_their_instances() -> None:
    hd = radarr(movie(folder="/hd/Alien"))
    uhd = radarr(movie(folder="/uhd/Alien"), name="radarr_4k")
    items = (
        item("hd", None, path="/hd/Alien/Alien.mkv"),
        item("uhd", None, path="/uhd/Alien/Alien.mkv"),
    )
    said = jellyfin(*items, does={"ana": [watched("uhd", ago(3))]})
    old = PlayMark("movie:tmdb:348", "id-ana", ago(3), finished=True, play_count=1)

    result = joined(hd, uhd, jellyfin=said, marks=[old])

    assert [finishers(movie.watching) for movie in result.library.movies] == [{"ana"}, {"ana"}]
    assert result.play_marks == ()


@pytest.mark.parametrize(
    "stranger",
    [
        item(tmdb=348, imdb_id="tt9"),
        item(tmdb=9, imdb_id="tt1"),
    ],
    ids=["number agrees", "other id agrees"],
)
def test_an_item_that_shares_one_id_and_contradicts_another_takes_the_certainty_away(
    stranger: ItemSaid,
) -> None:
    row = movie(imdb_id="tt1")

    assert why(watching(row, stranger).unknown) == "contradicting_ids"
    assert why(watching(row, item("sure", imdb_id="tt1"), stranger).unknown) == "contradicting_ids"
    assert why(watching(row, stranger, in_jellyfin={"radarr": False}).unknown) == "contradicting_ids"


@pytest.mark.parametrize("path", ["/movies/Alien/Alien.mkv", "/movies/Alien"])
def test_an_item_without_ids_matches_by_exactly_its_path(path: str) -> None:
    assert played_at(watching(movie(), item(tmdb=None, path=path))) == ago(1)
    assert why(watching(movie(), item(tmdb=None, path=f"{path}/x")).unknown) == "unmatched"


def test_paths_match_through_both_maps() -> None:
    maps = {"radarr": {"/movies": "/data"}, "jellyfin": {"/media": "/data"}}
    theirs = item(tmdb=None, path="/media/Alien/Alien.mkv")

    assert played_at(watching(movie(), theirs, path_maps=maps)) == ago(1)
    assert why(watching(movie(), theirs).unknown) == "unmatched"


def test_paths_match_however_their_letters_are_composed() -> None:
    name = unicodedata.normalize("NFD", "Amélie")
    theirs = item(tmdb=None, path="/movies/Amélie/Amélie.mkv")

    assert played_at(watching(movie(title=name), theirs)) == ago(1)


def test_zero_and_nothing_are_no_ids() -> None:
    nameless = item(tmdb=None, tmdb_id="0", imdb_id="", path="/movies/Alien/Alien.mkv")

    assert played_at(watching(movie(), nameless)) == ago(1)
    assert played_at(watching(movie(imdb_id=""), item(imdb_id="tt1"))) == ago(1)


def test_an_item_at_its_path_without_an_id_to_compare_matches() -> None:
    theirs = item(tmdb=None, tvdb_id="5", path="/movies/Alien/Alien.mkv")

    assert played_at(watching(movie(), theirs)) == ago(1)


def test_an_item_without_ids_at_its_path_is_a_copy_beside_one_with_its_ids() -> None:
    elsewhere = item("elsewhere", path="/other/alien.mkv")
    here = item("here", None, path="/movies/Alien/Alien.mkv")

    assert played_at(watching(movie(), here, elsewhere)) == ago(1)


def test_an_item_at_its_very_path_with_other_ids_takes_the_certainty_away() -> None:
    wrong = item("wrong", 9, path="/movies/Alien/Alien.mkv")

    assert why(watching(movie(), wrong).unknown) == "contradicting_ids"
    assert why(watching(movie(), item("elsewhere"), wrong).unknown) == "contradicting_ids"


def test_a_show_matches_by_any_of_its_ids_and_a_series_is_no_movie() -> None:
    row = series(tvdb=5, tmdb_id=348, imdb_id="tt5")
    said = jellyfin(series_item(tvdb=5, tmdb_id="348"), item("film", 348))
    mixed = jellyfin(series_item(tvdb=6, tmdb_id="348"))

    both = joined(radarr(movie(tmdb=348)), sonarr(row), jellyfin=said)

    assert both.matched == {"show:tvdb:5@sonarr", "movie:tmdb:348@radarr"}
    assert the_show(both).libraries == frozenset({"Shows"})
    assert why(the_show(joined(sonarr(row), jellyfin=mixed)).whole.unknown) == "contradicting_ids"
    assert why(the_movie(joined(radarr(movie(tmdb=5)), jellyfin=said)).watching.unknown) == "unmatched"


def test_a_title_without_a_provider_id_is_nobodys_copy() -> None:
    rows = (movie(1, 0, "A"), movie(2, 0, "B", imdb_id="tt2"))
    said = jellyfin(
        item("b", None, imdb_id="tt2", path="/movies/B/B.mkv"), does={"ana": [watched("b", ago(1))]}
    )

    result = joined(radarr(*rows), jellyfin=said)

    assert [why(movie.watching.unknown) for movie in result.library.movies] == ["no_provider_id"] * 2


@pytest.mark.parametrize("with_jellyfin", [True, False])
def test_a_title_without_a_provider_id_is_never_known_not_to_be_watched(with_jellyfin: bool) -> None:
    doubt = Unknown("no_provider_id")
    arrs = (radarr(movie(1, 0, "A")), sonarr(series(1, 0, "B")))
    said = jellyfin(item("x", 7)) if with_jellyfin else None

    result = joined(*arrs, jellyfin=said, in_jellyfin={"radarr": False, "sonarr": False})

    film, show = the_movie(result), the_show(result)
    assert (film.watching.unknown, film.libraries) == (doubt, doubt)
    assert (show.whole.unknown, show.libraries) == (doubt, doubt)
    assert (film.ids.tmdb, show.ids.tvdb) == (None, None)


def test_a_title_without_a_provider_id_shares_no_memory() -> None:
    old = [
        PlayMark("movie:tmdb:0", "id-ana", ago(3), finished=True, play_count=1),
        PlayMark("episode:tvdb:0:1:1", "id-ana", ago(3), finished=True, play_count=1),
    ]
    arrs = (radarr(movie(1, 0, "A")), sonarr(series(1, 0, "B")))

    result = joined(*arrs, jellyfin=jellyfin(item("x", 7)), marks=old)

    assert the_movie(result).watching.watches == ()
    assert the_show(result).parts == {}
    assert result.play_marks == ()


# ── No match ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_match_nothing_is_known_but_what_was_once_seen() -> None:
    old = PlayMark("movie:tmdb:348", "id-ana", ago(30), finished=True, play_count=1)

    result = the_movie(joined(radarr(movie()), jellyfin=jellyfin(item("other", 9)), marks=[old]))

    assert result.watching.unknown == Unknown("unmatched")
    assert result.libraries == Unknown("unmatched")
    assert played_at(result.watching) == ago(30)


def test_titles_of_an_instance_that_is_not_in_jellyfin_are_known_not_to_be_watched() -> None:
    found = watching(movie(), item("other", 9), in_jellyfin={"radarr": False})
    show = the_show(joined(sonarr(series()), jellyfin=jellyfin(item()), in_jellyfin={"sonarr": False}))

    assert found == NOT_WATCHED
    assert (show.whole, show.libraries) == (NOT_WATCHED, frozenset())


def test_a_title_that_is_in_jellyfin_counts_whatever_the_setting() -> None:
    assert played_at(watching(movie(), item(), in_jellyfin={"radarr": False})) == ago(1)


def test_once_matched_and_now_not_is_unknown_whatever_the_setting() -> None:
    said = jellyfin(item("other", 9))
    instances = (radarr(movie()), radarr(movie(), name="radarr_4k"))

    result = joined(
        *instances,
        jellyfin=said,
        matched={"movie:tmdb:348@radarr"},
        in_jellyfin={"radarr": False, "radarr_4k": False},
    )

    assert why(the_movie(result).watching.unknown) == "no_longer_matched"
    assert the_movie(result, "radarr_4k").watching == NOT_WATCHED
    assert result.matched == frozenset()


def test_matched_titles_are_told_by_their_keys() -> None:
    instances = (radarr(movie(), movie(2, 9, "Other")), radarr(movie(), name="radarr_4k"))

    assert joined(*instances, jellyfin=jellyfin(item())).matched == {
        "movie:tmdb:348@radarr",
        "movie:tmdb:348@radarr_4k",
    }


# ── Jellyfin as a whole ──────────────────────────────────────────────────────────────────────────────────────


def test_without_a_jellyfin_its_protections_do_not_exist() -> None:
    result = joined(radarr(movie()), sonarr(series()))

    assert (the_movie(result).watching, the_movie(result).libraries) == (NOT_WATCHED, frozenset())
    assert (the_show(result).whole, the_show(result).libraries) == (NOT_WATCHED, frozenset())


def test_a_jellyfin_that_was_not_read_makes_all_of_it_unknown() -> None:
    doubt = Unknown("not_read", "jellyfin")

    result = joined(radarr(movie()), sonarr(series()), has_jellyfin=True, in_jellyfin={"radarr": False})

    assert the_movie(result).watching == Watching(unknown=doubt, playing=doubt)
    assert the_movie(result).libraries == doubt
    assert the_show(result).whole == Watching(unknown=doubt, playing=doubt)
    assert the_show(result).libraries == doubt


@pytest.mark.parametrize("said", [jellyfin(), jellyfin(item(), users=())], ids=["no items", "no users"])
@pytest.mark.parametrize("configured", [True, False])
def test_an_impossible_empty_is_an_answer_nobody_gave(said: JellyfinSaid, configured: bool) -> None:
    result = joined(
        radarr(movie()),
        jellyfin=said,
        has_jellyfin=configured,
        in_jellyfin={"radarr": False},
    )

    assert why(the_movie(result).watching.unknown) == "not_read"


def test_while_an_instance_is_unread_copies_of_any_title_may_be_lacking() -> None:
    doubt = Unknown("not_read", "radarr_4k")
    configured = {"radarr": "radarr", "radarr_4k": "radarr", "sonarr": "sonarr"}
    said = jellyfin(item(), series_item(), does={"ana": [watched(at=ago(3))]})

    result = joined(radarr(movie()), sonarr(series()), jellyfin=said, arrs_configured=configured)

    film, show = the_movie(result), the_show(result)
    assert (film.libraries, film.watching.unknown, film.watching.playing) == (doubt, doubt, doubt)
    assert (show.libraries, show.whole.unknown, show.whole.playing) == (doubt, doubt, doubt)
    assert played_at(film.watching) == ago(3)


# ── Libraries ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_title_lies_in_every_library_one_of_whose_folders_holds_it() -> None:
    libraries = (
        MediaLibrarySaid("1", "All", ("/",)),
        MediaLibrarySaid("2", "Movies", ("/tv", "/movies/")),
        MediaLibrarySaid("3", "Kids", ("/movies", "")),
        MediaLibrarySaid("4", "Alien", ("/movies/alien",)),
        MediaLibrarySaid("5", "Other", ("/mov",)),
        MediaLibrarySaid("", "Nameless", ("/movies",)),
    )
    items = (item(), item("flat", 2, path="/movies/flat.mkv"), item("top", 3, path="/top.mkv"))
    said = jellyfin(*items, libraries=libraries)

    result = joined(radarr(movie(), movie(2, 2), movie(3, 3)), jellyfin=said)

    assert [movie.libraries for movie in result.library.movies] == [
        frozenset({"All", "Movies", "Kids", "Alien", "Nameless"}),
        frozenset({"All", "Movies", "Kids", "Nameless"}),
        frozenset({"All"}),
    ]


def test_a_series_that_is_a_librarys_own_folder_lies_in_it() -> None:
    libraries = (MediaLibrarySaid("1", "Thrones", ("/tv/thrones",)), MediaLibrarySaid("2", "Other", ("/o",)))

    result = joined(sonarr(series()), jellyfin=jellyfin(series_item(), libraries=libraries))

    assert the_show(result).libraries == frozenset({"Thrones"})


@pytest.mark.parametrize("path", [None, "/elsewhere/alien.mkv"])
def test_an_item_that_lies_in_no_library_lies_in_an_unknown_one(path: str | None) -> None:
    result = joined(radarr(movie()), jellyfin=jellyfin(item(path=path)))

    assert the_movie(result).libraries == Unknown("no_library", "jellyfin")


def test_a_file_is_named_as_the_instance_lists_it() -> None:
    result = the_movie(joined(radarr(movie(file=file(id=7)))))

    assert result.file is not None
    assert (result.file.id, result.file.links, result.file.last_link_bytes) == (7, None, None)
