"""Radarr and Sonarr delete whole folders: one that is shared with anything must be known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from library_rows import GB, file, joined, movie, radarr, series, sonarr, the_movie, the_show, why

from keepercheky.library.folders import shared
from keepercheky.library.said import RootFolderSaid
from keepercheky.library.seen import Place, Seen, VideoSeen
from keepercheky.media import Unknown
from keepercheky.paths import is_under, normal


@pytest.mark.parametrize(
    ("one", "other", "is_shared"),
    [
        ("/movies/Alien", "/movies/Aliens", False),
        ("/movies/Alien", "/movies/Alien", True),
        ("/movies/Alien", "/movies/Alien/", True),
        ("/movies/Alien", "/movies/Alien/extra/Aliens", True),
        ("/movies/Alien (1979)", "/movies/Alien", False),
        ("/movies/Amélie", "/movies/Amélie", True),
    ],
)
def test_equal_and_nested_folders_are_shared(one: str, other: str, is_shared: bool) -> None:
    found = shared([("a", one), ("b", other)], [])

    assert found == ({"a": "b", "b": "a"} if is_shared else {})


def test_a_folder_that_is_or_holds_a_root_folder_is_shared_with_it() -> None:
    owners = [("a", "/movies"), ("b", "/data"), ("c", "/movies2/x")]

    assert shared(owners, ["/movies/", "/data/tv", "/movies2"]) == {"a": "/movies", "b": "/data/tv"}


def test_a_shared_folder_names_the_other_title_and_its_instance() -> None:
    hd = radarr(movie(1, 348, "Alien", folder="/movies/Alien"))
    tv = sonarr(series(1, title="Thrones", folder="/movies/Alien/tv"))

    result = joined(hd, tv)

    assert the_movie(result).shared_with == "Thrones (sonarr)"
    assert the_show(result).shared_with == "Alien (radarr)"


def test_hd_and_4k_in_one_folder_are_shared_by_their_path_maps() -> None:
    hd = radarr(movie(folder="/hd/Alien"))
    uhd = radarr(movie(folder="/uhd/Alien"), name="radarr_4k")

    together = joined(hd, uhd, path_maps={"radarr": {"/hd": "/data"}, "radarr_4k": {"/uhd": "/data"}})
    apart = joined(hd, uhd, path_maps={"radarr": {"/hd": "/data"}, "radarr_4k": {"/uhd": "/data2"}})

    assert the_movie(together).shared_with == "Alien (radarr_4k)"
    assert the_movie(together, "radarr_4k").shared_with == "Alien (radarr)"
    assert (
        why(the_movie(apart).shared_with) == "not_asked"
    )  # no other title; what else lies in it is still open


def test_equal_container_paths_of_two_machines_are_apart_by_their_maps() -> None:
    maps = {"radarr": {"/movies": "/data/hd"}, "radarr_4k": {"/movies": "/data/uhd"}}

    seen = Seen(folders={"/data/hd/Alien": (), "/data/uhd/Alien": ()})

    result = joined(radarr(movie()), radarr(movie(), name="radarr_4k"), path_maps=maps, seen=seen)

    assert [movie.shared_with for movie in result.library.movies] == [None, None]


def test_a_folder_of_an_unmapped_instance_is_compared_with_a_mapped_one_as_both_stand() -> None:
    hd = radarr(movie(1, 1, "A", folder="/movies/A"), movie(2, 2, "B", folder="/movies/B"))
    uhd = radarr(movie(1, 3, "C", folder="/movies/A/4k"), name="radarr_4k")
    seen = Seen(folders={"/mnt/A": (), "/mnt/B": ()})

    result = joined(hd, uhd, path_maps={"radarr": {"/movies": "/mnt"}}, seen=seen)

    assert [movie.shared_with for movie in result.library.movies] == ["C (radarr_4k)", None, "A (radarr)"]


def test_a_root_folder_of_an_unmapped_instance_counts_as_it_stands() -> None:
    mine = radarr(movie(folder="/movies/kids"))
    kids = radarr(
        name="kids", root_folders=(RootFolderSaid("/movies/kids", accessible=True, free_bytes=None),)
    )

    result = joined(mine, kids, path_maps={"radarr": {"/movies": "/mnt"}})

    assert the_movie(result).shared_with == "/movies/kids"


def test_a_shared_tail_is_no_shared_folder() -> None:
    hd = radarr(movie(folder="/movies/Alien"))
    uhd = radarr(movie(folder="/data/movies/Alien"), name="radarr_4k")
    seen = Seen(folders={"/mnt/movies/Alien": ()})

    result = joined(hd, uhd, path_maps={"radarr": {"/movies": "/mnt/movies"}}, seen=seen)

    assert [movie.shared_with for movie in result.library.movies] == [None, None]


def test_another_instances_root_folder_counts_through_its_map() -> None:
    mine = radarr(movie(folder="/movies/kids"))
    kids = radarr(name="kids", root_folders=(RootFolderSaid("/m", accessible=True, free_bytes=None),))

    result = joined(mine, kids, path_maps={"kids": {"/m": "/movies/kids"}})

    assert the_movie(result).shared_with == "/movies/kids"


def test_a_title_without_a_folder_is_not_known_to_be_alone() -> None:
    result = joined(radarr(movie(folder="", file=file("/movies/x.mkv"))), sonarr(series(folder="")))

    assert why(the_movie(result).shared_with) == "no_folder"
    assert why(the_show(result).shared_with) == "no_folder"
    assert the_movie(result).storage is None
    assert the_movie(result).folder_seen is None


def test_folders_of_an_unread_instance_may_be_anybodys() -> None:
    hd = radarr(movie(1, 1, "A"), movie(2, 2, "B", folder="/movies/A"), movie(3, 3, "C"))
    configured = {"radarr": "radarr", "sonarr": "sonarr"}

    result = joined(hd, arrs_configured=configured)

    found = [movie.shared_with for movie in result.library.movies]
    assert found == ["B (radarr)", "A (radarr)", Unknown("not_read", "sonarr")]


# ── Other videos, where the folder can be looked into ────────────────────────────────────────────────────────

FOLDER = "/data/Alien"
VISIBLE: dict[str, Any] = {
    "places": (Place("media", "/data"),),
    "path_maps": {"radarr": {"/movies": "/data"}},
}
OWN = VideoSeen("/data/Alien/Alien.mkv", 8 * GB)


@pytest.mark.parametrize(
    ("videos", "expected"),
    [
        ((OWN,), None),
        ((), None),
        ((OWN, VideoSeen("/data/Alien/Aliens.mkv", GB)), "/data/Alien/Aliens.mkv"),
        ((OWN, VideoSeen("/data/Alien/4k/Alien.mkv", GB)), "/data/Alien/4k/Alien.mkv"),
        ((OWN, VideoSeen("/data/Alien 3/Alien 3.mkv", GB)), None),
        (Unknown("not_readable", FOLDER), Unknown("not_readable", FOLDER)),
    ],
    ids=["own", "none", "beside", "below", "elsewhere", "unreadable"],
)
def test_a_movies_folder_is_shared_with_any_other_large_video_in_it(
    videos: tuple[VideoSeen, ...] | Unknown, expected: object
) -> None:
    seen = Seen(folders={FOLDER: videos})

    result = joined(radarr(movie()), seen=seen, **VISIBLE)

    assert the_movie(result).shared_with == expected


def test_a_folder_nobody_looked_into_is_unknown_where_it_is_visible() -> None:
    result = joined(radarr(movie()), **VISIBLE)

    assert why(the_movie(result).shared_with) == "not_asked"
    assert the_movie(result).folder_seen == FOLDER


def test_a_movie_without_a_file_and_a_folder_out_of_sight_are_not_looked_into() -> None:
    assert the_movie(joined(radarr(movie(file=None)), **VISIBLE)).shared_with is None
    assert the_movie(joined(radarr(movie()))).shared_with is None


def test_another_titles_folder_is_told_before_any_look() -> None:
    result = joined(radarr(movie(1, 1, "A"), movie(2, 2, "B", folder="/movies/A")), **VISIBLE)

    assert [movie.shared_with for movie in result.library.movies] == ["B (radarr)", "A (radarr)"]


# ── Against a definition by pairs ────────────────────────────────────────────────────────────────────────────

names = st.sampled_from(["a", "b", "a b", "a-b", "A"])
folders = st.lists(names, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))


@settings(deadline=None, max_examples=200)
@given(paths=st.lists(folders, max_size=8), roots=st.lists(folders, max_size=3))
def test_sharing_equals_its_definition_by_pairs(paths: list[str], roots: list[str]) -> None:
    owners = [(f"t{number}", path) for number, path in enumerate(paths)]

    found = shared(owners, roots)

    def overlap(one: str, other: str) -> bool:
        return is_under(normal(one), normal(other)) or is_under(normal(other), normal(one))

    expected = {
        owner
        for owner, path in owners
        if any(other != owner and overlap(path, theirs) for other, theirs in owners)
        or any(is_under(normal(root), normal(path)) for root in roots)
    }
    assert found.keys() == expected
    assert all(found[owner] != owner for owner in found)
