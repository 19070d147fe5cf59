"""Paths as other programs write them become ours by whole segments."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepercheky.storage import is_under, map_path

MAP = {
    "/movies": "/data/media/movies",
    "/movies/4k": "/data/media/movies4k/",
    "/tv/": "/data/media/tv",
    "D:\\Media": "/mnt/media",
    "\\\\nas\\share": "/mnt/nas",
}


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/movies/Alien (1979)/Alien.mkv", "/data/media/movies/Alien (1979)/Alien.mkv"),
        ("/movies", "/data/media/movies"),
        ("/movies/", "/data/media/movies"),
        ("/movies//Alien/./x.mkv", "/data/media/movies/Alien/x.mkv"),
        ("/movies/4k/Alien.mkv", "/data/media/movies4k/Alien.mkv"),
        ("/movies4k/Alien.mkv", "/movies4k/Alien.mkv"),
        ("/Movies/Alien.mkv", "/Movies/Alien.mkv"),
        ("/movies/../etc/passwd", "/etc/passwd"),
        ("/tv/Pasapalabra", "/data/media/tv/Pasapalabra"),
        ("/elsewhere/x.mkv", "/elsewhere/x.mkv"),
        ("/", "/"),
        ("d:\\media\\Alien\\Alien.mkv", "/mnt/media/Alien/Alien.mkv"),
        ("D:/Media/Alien.mkv", "/mnt/media/Alien.mkv"),
        ("D:\\Mediathek\\Alien.mkv", None),
        ("E:\\Media\\Alien.mkv", None),
        ("\\\\NAS\\share\\Alien\\x.mkv", "/mnt/nas/Alien/x.mkv"),
        ("\\\\other\\share\\x.mkv", None),
        ("/movies/back\\slash.mkv", "/data/media/movies/back\\slash.mkv"),
        ("movies/Alien.mkv", None),
        ("", None),
    ],
)
def test_the_longest_prefix_on_whole_segments_maps_a_path(path, ours):
    assert map_path(path, MAP) == ours


def test_without_a_map_a_path_is_ours_already():
    assert map_path("/data/media/x.mkv", {}) == "/data/media/x.mkv"


def test_the_root_itself_can_be_mapped():
    assert map_path("/movies/x.mkv", {"/": "/host"}) == "/host/movies/x.mkv"
    assert map_path("/host/movies", {"/host": "/"}) == "/movies"


def test_letters_composed_in_either_way_are_the_same_prefix_and_keep_their_own_spelling_below_it():
    composed, decomposed = "/películas/Años.mkv", unicodedata.normalize("NFD", "/películas/Años.mkv")

    assert map_path(decomposed, {"/películas": "/data"}) == unicodedata.normalize("NFD", "/data/Años.mkv")
    assert map_path(composed, {unicodedata.normalize("NFD", "/películas"): "/data"}) == "/data/Años.mkv"
    assert is_under(decomposed, "/películas")


@pytest.mark.parametrize(
    ("path", "prefix", "under"),
    [
        ("/data/media/x.mkv", "/data/media", True),
        ("/data/media", "/data/media/", True),
        ("/data/media2/x.mkv", "/data/media", False),
        ("/data", "/data/media", False),
        ("/data/media/../other", "/data/media", False),
        ("/anything", "/", True),
        ("C:\\Media\\x", "c:/media", True),
        ("C:\\Media\\x", "/", False),
        ("relative/x", "relative", False),
        ("/x", "", False),
    ],
)
def test_a_path_is_under_a_folder_by_whole_segments(path, prefix, under):
    assert is_under(path, prefix) is under


SEGMENTS = st.lists(
    st.text("abñ. -", min_size=1, max_size=5).filter(lambda name: name not in (".", "..")), max_size=5
)


@given(SEGMENTS, SEGMENTS)
def test_what_lies_in_a_mapped_folder_lies_in_its_image(folder, rest):
    prefix, path = "/" + "/".join(folder), "/" + "/".join([*folder, *rest])

    ours = map_path(path, {prefix: "/data/media"})

    assert ours is not None
    assert is_under(path, prefix)
    assert is_under(ours, "/data/media")
    assert ours.removeprefix("/data/media").strip("/") == "/".join(rest)
