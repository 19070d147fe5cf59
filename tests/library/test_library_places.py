"""Which storage holds a title and how much is free there: by our own look, or as Radarr and Sonarr tell."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from library_rows import (
    GB,
    detail,
    episode,
    file,
    joined,
    movie,
    radarr,
    series,
    sonarr,
    the_movie,
    the_show,
    why,
)

from keepercheky.library.places import Places, total_of
from keepercheky.library.said import ArrSaid, DiskSaid, RootFolderSaid
from keepercheky.library.seen import FileSeen, Place, Seen, Setting, SpaceSeen
from keepercheky.media import StorageState, Unknown

TB = 1000 * GB


def root(path: str, free: int | None = 100 * GB, *, accessible: bool = True) -> RootFolderSaid:
    return RootFolderSaid(path, accessible=accessible, free_bytes=free)


def disk(path: str, free: int = 100 * GB, total: int = TB) -> DiskSaid:
    return DiskSaid(path, free, total)


def states(
    *arrs: ArrSaid, places: tuple[Place, ...] = (Place("media"),), **seen: SpaceSeen
) -> dict[str, StorageState]:
    return Places(arrs, Setting(places=places), Seen(spaces=seen)).storages


# ── With a path ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_storage_with_a_path_is_as_we_measured_it() -> None:
    found = states(places=(Place("media", "/data"),), media=SpaceSeen(30, 100, device=7))

    assert found == {
        "media": StorageState(
            name="media",
            rule="media",
            disk="device:7",
            path="/data",
            source="path",
            free_bytes=30,
            total_bytes=100,
        )
    }


@pytest.mark.parametrize("space", [None, Unknown("timed_out", "media")])
def test_what_was_not_measured_is_not_known(space: Unknown | None) -> None:
    seen = Seen(spaces={"media": space} if space else {})

    state = Places((), Setting(places=(Place("media", "/data"),)), seen).storages["media"]

    assert (state.free_bytes, state.total_bytes, state.effective_free_bytes) == (None, None, None)


@pytest.mark.parametrize(("free", "total"), [(0, 0), (5, 0), (101, 100), (-1, 100)])
def test_measured_numbers_no_disk_can_have_are_not_known(free: int, total: int) -> None:
    found = states(places=(Place("media", "/data"),), media=SpaceSeen(free, total, device=7))

    assert (found["media"].free_bytes, found["media"].total_bytes) == (None, None)


def test_storages_on_one_device_are_one_disk() -> None:
    places = (Place("a", "/a"), Place("b", "/b"), Place("c", "/c"))

    found = states(
        places=places, a=SpaceSeen(1, 2, device=7), b=SpaceSeen(1, 2, device=7), c=SpaceSeen(1, 2, device=8)
    )

    assert found["a"].disk == found["b"].disk != found["c"].disk


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("/movies/Alien", "media"),
        ("/movies", "media"),
        ("/movies/kids/Alien", "kids"),
        ("/movies/kids", "kids"),
        ("/movies/kids2/Alien", "media"),
        ("/movies2/Alien", None),
        ("/data/movies/Alien", "media"),
    ],
)
def test_the_storage_with_the_longest_path_holds_a_title(folder: str, name: str | None) -> None:
    places = (Place("media", "/data/movies/"), Place("kids", "/data/movies/kids"), Place("elsewhere", "/tv"))

    result = joined(
        radarr(movie(folder=folder)), places=places, path_maps={"radarr": {"/movies": "/data/movies"}}
    )

    assert the_movie(result).storage == name


def test_a_path_that_is_composed_otherwise_lies_there_too() -> None:
    decomposed = unicodedata.normalize("NFD", "/películas")

    result = joined(radarr(movie(folder=f"{decomposed}/Alien")), places=(Place("media", "/películas"),))

    assert the_movie(result).storage == "media"


# ── Without a path ───────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_path_every_disk_behind_it_is_a_storage_of_its_own() -> None:
    arrs = (
        radarr(movie(), root_folders=(root("/movies"),), disks=(disk("/"), disk("/movies"))),
        sonarr(series(), root_folders=(root("/tv", 50 * GB),), disks=(disk("/tv", 50 * GB, 2 * TB),)),
    )

    result = joined(*arrs)

    assert result.library.storages == {
        "media:/tv": StorageState(
            name="media:/tv",
            rule="media",
            disk="media:/tv",
            path="/tv",
            source="sonarr",
            free_bytes=50 * GB,
            total_bytes=2 * TB,
        ),
        "media:/movies": StorageState(
            name="media:/movies",
            rule="media",
            disk="media:/movies",
            path="/movies",
            source="radarr",
            free_bytes=100 * GB,
            total_bytes=TB,
        ),
    }
    assert (the_movie(result).storage, the_show(result).storage) == ("media:/movies", "media:/tv")


@pytest.mark.parametrize(
    ("other_free", "other_total", "disks"),
    [
        (100 * GB, TB, ["media:/tv"]),
        (101 * GB, TB, ["media:/tv"]),
        (102 * GB, TB, ["media:/tv", "media:/movies"]),
        (100 * GB, 2 * TB, ["media:/tv", "media:/movies"]),
    ],
    ids=["equal", "within 1 %", "beyond 1 %", "other total"],
)
def test_root_folders_of_several_instances_are_one_disk_by_equal_total_and_free(
    other_free: int, other_total: int, disks: list[str]
) -> None:
    arrs = (
        radarr(root_folders=(root("/movies"),), disks=(disk("/"),)),
        sonarr(root_folders=(root("/tv", other_free),), disks=(disk("/", other_free, other_total),)),
    )

    found = states(*arrs)

    assert list(found) == disks
    if len(disks) == 1:
        assert found["media:/tv"].free_bytes == other_free  # the one that asks for fewer deletions


def test_one_disk_is_named_by_its_shortest_root_folder_whoever_tells_first() -> None:
    first = radarr(root_folders=(root("/data/movies"), root("/data/kids")), disks=(disk("/data"),))
    second = sonarr(root_folders=(root("/tv"),), disks=(disk("/"),))

    for arrs in ((first, second), (second, first)):
        places = Places(arrs, Setting(places=(Place("media"),)), Seen())
        assert list(places.storages) == ["media:/tv"]
        assert places.of("radarr", "/data/kids/x", "/data/kids") == "media:/tv"


@pytest.mark.parametrize(("apart", "disks"), [(GB, 1), (GB + 1, 2)])
def test_readings_of_one_disk_differ_by_a_thousandth_of_its_size_while_something_is_downloaded(
    apart: int, disks: int
) -> None:
    arrs = (
        radarr(root_folders=(root("/movies", 10 * GB),), disks=(disk("/", 10 * GB),)),
        sonarr(root_folders=(root("/tv", 10 * GB + apart),), disks=(disk("/", 10 * GB + apart),)),
    )

    assert len(states(*arrs)) == disks


def test_an_unknown_total_is_one_with_any_whose_free_space_agrees() -> None:
    unknown = radarr(root_folders=(root("/a"), root("/bb")), disks=None)
    known = sonarr(root_folders=(root("/ccc"),), disks=(disk("/"),))
    other = sonarr(name="sonarr_4k", root_folders=(root("/dddd", 200 * GB),), disks=(disk("/", 200 * GB),))

    found = states(unknown, known, other)

    assert {name: state.total_bytes for name, state in found.items()} == {"media:/a": TB, "media:/dddd": TB}


def test_an_unknown_total_does_not_make_one_disk_of_two() -> None:
    unknown = radarr(root_folders=(root("/a"),), disks=None)
    one = sonarr(root_folders=(root("/bb"),), disks=(disk("/"),))
    two = sonarr(name="sonarr_4k", root_folders=(root("/ccc"),), disks=(disk("/", total=2 * TB),))

    found = states(unknown, one, two)

    assert {name: state.total_bytes for name, state in found.items()} == {
        "media:/a": TB,
        "media:/ccc": 2 * TB,
    }


@pytest.mark.parametrize(
    ("free", "disks", "known"),
    [
        (0, None, (None, None)),
        (0, (disk("/", 0, 0),), (None, None)),
        (-1, None, (None, None)),
        (-1, (disk("/", -1, TB),), (None, None)),
        (2 * TB, (disk("/", 2 * TB, TB),), (None, None)),
        (0, (disk("/", 0, TB),), (0, TB)),
        (GB, (disk("/", GB, 0),), (GB, None)),
    ],
    ids=["no total", "total 0", "below 0", "below 0 of a total", "above the total", "full", "odd mount"],
)
def test_free_space_is_nothing_only_on_a_disk_that_has_a_size(
    free: int, disks: tuple[DiskSaid, ...] | None, known: tuple[int | None, int | None]
) -> None:
    [found] = states(radarr(root_folders=(root("/movies", free),), disks=disks)).values()

    assert (found.free_bytes, found.total_bytes) == known


def test_a_root_folder_that_cannot_be_reached_has_no_free_space_and_no_company() -> None:
    gone = (root("/a", accessible=False), root("/b", None), root("/c", accessible=False))

    found = states(radarr(root_folders=(*gone, root("/d")), disks=(disk("/"),)))

    assert {name: (state.free_bytes, state.total_bytes) for name, state in found.items()} == {
        "media:/a": (None, None),
        "media:/b": (None, None),
        "media:/c": (None, None),
        "media:/d": (100 * GB, TB),
    }


def test_equal_paths_on_two_machines_get_names_of_their_own() -> None:
    found = states(
        radarr(root_folders=(root("/movies"),)),
        radarr(name="radarr_4k", root_folders=(root("/movies", 5 * GB),)),
    )

    assert {name: state.free_bytes for name, state in found.items()} == {
        "media:/movies": 100 * GB,
        "media:/movies@radarr_4k": 5 * GB,
    }


def test_a_root_folder_below_a_path_is_measured_and_not_told() -> None:
    arrs = (radarr(movie(), root_folders=(root("/movies"), root("/other"))),)
    places = (Place("rest"), Place("media", "/data"))

    result = joined(*arrs, places=places, path_maps={"radarr": {"/movies": "/data/movies"}})

    assert list(result.library.storages) == ["media", "rest:/other"]
    assert the_movie(result).storage == "media"


@pytest.mark.parametrize(
    ("free", "told", "same"),
    [
        (100 * GB, TB, True),
        (110 * GB, TB, False),
        (100 * GB, 2 * TB, False),
        (100 * GB, 0, True),
        (110 * GB, 0, False),
    ],
    ids=["it", "other free", "other total", "total not told", "total not told, other free"],
)
def test_a_told_disk_that_we_measured_too_is_that_disk(free: int, told: int, same: bool) -> None:
    found = states(
        radarr(root_folders=(root("/movies", free),), disks=(disk("/", free, told),)),
        places=(Place("rest"), Place("media", "/data")),
        media=SpaceSeen(100 * GB, TB, device=7),
    )

    assert (found["rest:/movies"].disk == found["media"].disk) is same
    assert found["rest:/movies"].total_bytes == (told or (TB if same else None))


def test_a_movie_outside_every_root_folder_lies_in_no_storage() -> None:
    outside = the_movie(joined(radarr(movie(folder="/movies2/Alien"))))

    assert (outside.root_folder, outside.storage) == (None, None)


def test_without_a_storage_that_holds_the_rest_what_no_path_holds_lies_nowhere() -> None:
    result = joined(radarr(movie()), places=(Place("media", "/data"),))

    assert list(result.library.storages) == ["media"]
    assert the_movie(result).storage is None
    assert the_movie(result).root_folder == "/movies"


def test_the_root_folder_is_the_longest_that_holds_it_as_the_instance_writes_it() -> None:
    roots = (root("/movies/"), root("/movies/kids/"), root("/mov"))

    result = joined(radarr(movie(folder="/movies/kids/Alien"), root_folders=roots))

    assert the_movie(result).root_folder == "/movies/kids/"


@pytest.mark.parametrize(
    ("disks", "total"),
    [
        (None, None),
        ((), None),
        ((disk("/", total=5), disk("/data", total=6), disk("/data/movies", total=7)), 7),
        ((disk("/", total=5), disk("/data", 200 * GB, total=6)), 5),
        ((disk("/data/mov", total=5),), None),
        ((disk("/data/movies/", total=0), disk("/", total=5)), 5),
        ((disk("/", 99 * GB, total=5),), 5),
        ((disk("/", 98 * GB, total=5),), None),
    ],
    ids=["not read", "none", "longest", "free agrees", "border", "odd mount", "within 1 %", "beyond 1 %"],
)
def test_the_total_is_of_the_longest_entry_whose_free_space_agrees(
    disks: tuple[DiskSaid, ...] | None, total: int | None
) -> None:
    assert total_of("/data/movies", 100 * GB, disks) == total


def test_paths_of_windows_are_held_without_case() -> None:
    assert total_of("D:\\Media\\Movies", 100 * GB, (disk("d:\\"),)) == TB


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────

VISIBLE: dict[str, Any] = {
    "places": (Place("media", "/data"),),
    "path_maps": {"radarr": {"/movies": "/data"}},
}
PATH = "/data/Alien/Alien.mkv"


@pytest.mark.parametrize(
    ("told", "links", "last_link_bytes"),
    [
        (FileSeen(1), 1, 8 * GB),
        (FileSeen(2), 2, 0),
        (Unknown("not_there", PATH), Unknown("not_there", PATH), None),
        (None, Unknown("not_asked"), None),
    ],
    ids=["single", "linked", "not at its mapped path", "nobody looked"],
)
def test_a_visible_file_has_the_links_that_were_seen(
    told: FileSeen | Unknown | None, links: object, last_link_bytes: int | None
) -> None:
    seen = Seen(files={PATH: told} if told else {})

    found = the_movie(joined(radarr(movie()), seen=seen, **VISIBLE)).file

    assert found is not None
    assert (found.path, found.links, found.last_link_bytes) == (PATH, links, last_link_bytes)


def test_a_file_below_a_storage_is_visible_as_it_stands() -> None:
    result = joined(radarr(movie(folder="/data/Alien")), places=(Place("media", "/data"),))

    assert the_movie(result).folder_seen == "/data/Alien"
    found = the_movie(result).file
    assert found is not None
    assert why(found.links) == "not_asked"


def test_a_file_out_of_sight_is_known_not_to_be_looked_at() -> None:
    found = the_movie(joined(radarr(movie(file=file("/movies/Alien/Alien.mkv"))))).file

    assert found is not None
    assert (found.path, found.links) == ("/movies/Alien/Alien.mkv", None)


def test_files_of_episodes_are_looked_at_one_by_one() -> None:
    seen = Seen(files={"/data/Thrones/101.mkv": FileSeen(2)})
    told = detail(episode(1, 1), episode(1, 2))

    result = joined(
        sonarr(series()),
        details={1: told},
        seen=seen,
        places=(Place("media", "/data"),),
        path_maps={"sonarr": {"/tv": "/data"}},
    )

    assert [file.links for file in the_show(result).files.values()] == [2, Unknown("not_asked")]


def test_a_path_asked_of_the_disk_keeps_its_letters() -> None:
    decomposed = unicodedata.normalize("NFD", "Amélie")

    result = the_movie(joined(radarr(movie(title=decomposed)), **VISIBLE))

    assert result.folder_seen == f"/data/{decomposed}"
    assert result.file is not None
    assert result.file.path == f"/data/{decomposed}/{decomposed}.mkv"
