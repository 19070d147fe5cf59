"""Paths of other machines are compared by whole segments, in one form, and only mapped by the owner's word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepercheky.paths import is_under, longest_prefix, mapped, normal, tidy

NFD = unicodedata.normalize("NFD", "/películas/Amélie")


@pytest.mark.parametrize(
    ("path", "compared"),
    [
        ("/movies/Alien", "/movies/Alien"),
        ("/movies/Alien/", "/movies/Alien"),
        ("/movies//Alien///x", "/movies/Alien/x"),
        ("/", "/"),
        ("//", "/"),
        ("", ""),
        ("D:\\Media\\Alien\\", "d:/media/alien"),
        ("d:/Media/Alien", "d:/media/alien"),
        ("\\\\NAS\\Media\\x", "/nas/media/x"),
        ("/movies/AC\\DC", "/movies/AC\\DC"),
        ("/Movies", "/Movies"),
        (NFD, "/películas/Amélie"),
    ],
)
def test_paths_are_compared_in_one_form(path: str, compared: str) -> None:
    assert normal(path) == compared
    assert normal(normal(path)) == compared


@pytest.mark.parametrize(
    ("path", "prefix", "holds"),
    [
        ("/tv", "/tv", True),
        ("/tv/x", "/tv", True),
        ("/tv2", "/tv", False),
        ("/tv", "/tv/x", False),
        ("/tv", "/", True),
        ("/", "/", True),
        ("/tv", "", False),
        ("", "/", False),
        ("d:/x", "/", False),
    ],
)
def test_a_folder_holds_what_lies_below_its_border(path: str, prefix: str, holds: bool) -> None:
    assert is_under(path, prefix) is holds


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/movies/Alien/x.mkv", "/data/movies/Alien/x.mkv"),
        ("/movies", "/data/movies"),
        ("/movies/", "/data/movies"),
        ("/movies2/x", None),
        ("/movies/4k/x", "/data/uhd/x"),
        ("/top/x", "/x"),
        ("/top", "/"),
        ("D:\\Media\\X", "/data/win/X"),
        ("d:\\media\\X", "/data/win/X"),
        ("/elsewhere", None),
    ],
)
def test_the_longest_entry_of_a_map_that_holds_a_path_maps_it(path: str, ours: str | None) -> None:
    path_map = {
        "/movies////////////": "/data/movies/",
        "/movies/4k": "/data/uhd",
        "/top": "/",
        "D:\\Media": "/data/win",
    }
    assert mapped(path, path_map) == ours


def test_a_map_of_the_root_maps_everything() -> None:
    assert mapped("/movies/x", {"/": "/host"}) == "/host/movies/x"
    assert mapped("/", {"/": "/host"}) == "/host"
    assert mapped("/movies/x", {"/": "/"}) == "/movies/x"


def test_a_mapped_path_keeps_the_letters_a_disk_knows_it_by() -> None:
    composed = unicodedata.normalize("NFC", NFD)

    assert mapped(f"{NFD}/x.mkv", {"/películas": "/data"}) == "/data/" + NFD.split("/")[2] + "/x.mkv"
    assert mapped(f"{composed}/x.mkv", {NFD: "/data"}) == "/data/x.mkv"


def test_the_longest_prefix_is_given_back_as_it_was_written() -> None:
    assert longest_prefix("/data/movies/x", ["/data/", "/data/movies/", "/data/mov"]) == "/data/movies/"
    assert longest_prefix("/data/movies/x", ["", "/tv"]) is None


# ── Against a model of whole segments ────────────────────────────────────────────────────────────────────────

segment = st.sampled_from(["a", "b", "a b", "a-", "é", "é"])
slashes = st.sampled_from(["/", "//"])
paths = st.lists(st.tuples(slashes, segment), max_size=4).map(
    lambda parts: "".join(slash + name for slash, name in parts) or "/"
)


def segments(path: str) -> list[str]:
    return [unicodedata.normalize("NFC", part) for part in path.split("/") if part]


@settings(deadline=None, max_examples=100)
@given(path=paths, prefix=paths)
def test_being_under_is_having_its_segments_first(path: str, prefix: str) -> None:
    wanted = segments(prefix)
    assert is_under(normal(path), normal(prefix)) is (segments(path)[: len(wanted)] == wanted)


@settings(deadline=None, max_examples=100)
@given(path=paths, path_map=st.dictionaries(paths, paths, max_size=4))
def test_mapping_replaces_the_longest_run_of_segments(path: str, path_map: dict[str, str]) -> None:
    held = [key for key in path_map if segments(path)[: len(segments(key))] == segments(key)]

    ours = mapped(path, path_map)

    assert (ours is None) is (not held)
    if ours is not None:
        longest = max(len(segments(key)) for key in held)
        rest = segments(path)[longest:]
        targets = [path_map[key] for key in held if len(segments(key)) == longest]
        assert segments(ours) in [segments(target) + rest for target in targets]
        assert ours == tidy(ours)
