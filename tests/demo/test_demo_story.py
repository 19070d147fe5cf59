from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from demo_visitor import NOW, Visitor

from keepercheky.demo import story
from keepercheky.demo.files import Files
from keepercheky.demo.titles import files_of
from keepercheky.demo.world import World


def told(seed: int = 1, now: datetime = NOW, movies: int = 60, shows: int = 20, users: int = 4) -> World:
    world = World(now=lambda: now, seed=seed)
    story.tell(world, movies=movies, shows=shows, users=users)
    return world


def fingerprint(world: World) -> list[object]:
    return [
        [(m.title, m.path, m.file and (m.file.size, m.file.date_added)) for m in world.movies.values()],
        [(s.title, len(list(s.episodes())), len(s.files())) for s in world.shows.values()],
        [(u.id, sorted((k, d.play_count, d.last_played) for k, d in u.data.items())) for u in world.users],
        [(r.media.tmdb_id, r.by.name, r.created) for r in world.requests],
        world.radarr.history,
    ]


def test_the_same_seed_tells_the_same_story_and_another_a_different_one():
    assert fingerprint(told()) == fingerprint(told())
    assert fingerprint(told()) != fingerprint(told(seed=2))


def test_the_story_never_ages():
    later = NOW + timedelta(days=1000)

    ages = [(NOW - m.file.date_added).days for m in told().movies.values() if m.file and m.year < 2020]
    ages_later = [
        (later - m.file.date_added).days for m in told(now=later).movies.values() if m.file and m.year < 2020
    ]

    assert ages == ages_later


@pytest.mark.parametrize(
    "now", [datetime(2025, 1, 2, 3, 4, tzinfo=UTC), datetime(2024, 2, 29, 23, 59, tzinfo=UTC)]
)
def test_the_story_can_be_told_on_any_day(now: datetime):
    world = told(now=now)

    assert len(world.show("The Daily Show").seasons) == 2
    assert not [f for f in world.media_files() if f.date_added > now]


@pytest.mark.parametrize(
    ("movies", "shows", "users"), [(0, 0, 1), (1, 1, 1), (2, 0, 1), (3, 2, 2), (57, 11, 3), (300, 40, 7)]
)
def test_a_home_of_any_size_can_be_told(movies: int, shows: int, users: int):
    world = told(movies=movies, shows=shows, users=users)

    assert (len(world.movies), len(world.shows), len(world.users)) == (movies, shows, users)
    assert len({movie.tmdb_id for movie in world.movies.values()}) == movies
    assert len({movie.path for movie in world.movies.values()}) == movies
    assert 0.06 < world.free_bytes(world.media_disk) / world.media_disk.total < 0.08


def test_the_home_is_believable():
    world = told()
    ages = sorted((NOW - movie.file.date_added).days for movie in world.movies.values() if movie.file)
    watched = {key for user in world.users for key, data in user.data.items() if data.played}
    unwatched = [m for m in world.movies.values() if m.item and m.item.id not in watched]

    assert [user.name for user in world.users] == ["ana", "luis", "marta", "nico"]
    assert ages[0] <= 7
    assert ages[-1] > 1000
    assert 15 < len(unwatched) < 45
    assert 500 < len(world.episodes) < 1500
    assert {world.library_of(movie.path).name for movie in world.movies.values()} == {"Movies", "Infantil"}


def test_each_case_of_the_story_is_in_it():
    world = told()
    movie, show, user = world.movie, world.show, world.user

    # protections
    assert movie("Heat").tags == {world.radarr.tag("keep")}
    assert world.radarr.tag("10-days") in movie("Get Out").tags
    assert world.sonarr.tag("daily") in show("The Daily Show").tags
    assert user("marta").data[show("Game of Thrones").season(3).item.id].favourite
    assert user("ana").data[show("Friends").episode(1, 7).item.id].favourite
    paused = user("luis").data[movie("Arrival").item.id]
    assert (paused.position_ticks > 0, NOW - paused.last_played) == (True, timedelta(days=9))
    assert [row.title_id for row in world.radarr.queue] == [movie("Inception").id]
    assert world.episodes[world.sonarr.queue[0].episode_id].file is None
    # odd histories
    kinds = [e.kind for e in world.radarr.history if e.title_id == movie("Memento").id]
    assert kinds == [
        "grabbed",
        "downloadFolderImported",
        "movieFileDeleted",
        "grabbed",
        "downloadFolderImported",
    ]
    assert [e.reason for e in world.radarr.history if e.kind == "movieFileDeleted"] == ["Upgrade", "Manual"]
    assert not [e for e in world.radarr.history if e.title_id == movie("Psycho").id]
    # matching
    assert movie("Alien").item is None
    assert movie("Vertigo").item.provider_ids == {}
    assert movie("Vertigo").item.path == movie("Vertigo").file.path
    assert movie("The Thing").item.provider_ids["Imdb"] != movie("The Thing").imdb_id
    assert movie("Stalker").tmdb_id == show("The Sopranos").tmdb_id
    assert movie("Blade Runner 2049").path.startswith(movie("Blade Runner").path + "/")
    assert show("Dark").tmdb_id == 0
    # shows
    assert len(files_of([show("Friends").episode(2, 12), show("Friends").episode(2, 13)])) == 1
    assert {one.season.number for one in show("Twin Peaks").episodes() if one.file} == {0}
    assert {one.airs for one in show("Severance").season(3).episodes if one.airs} > set()
    assert not show("Last Week Tonight with John Oliver").ended
    assert NOW - max(e.airs for e in show("Last Week Tonight with John Oliver").episodes()) > timedelta(
        days=140
    )
    assert show("One Piece").episode(2, 1).absolute_number == 9


async def test_files_are_sparse_of_true_size_and_where_the_services_say(shared: Visitor):
    media = shared.home.media_folder
    on_disk = 0
    for movie in await shared.radarr("/movie"):
        if movie["hasFile"]:
            path = media / movie["movieFile"]["path"].removeprefix("/data/media/")
            assert path.stat().st_size == movie["movieFile"]["size"]
            on_disk += path.stat().st_blocks * 512
    assert on_disk < 10_000_000


async def test_some_files_have_a_torrent_beside_them(shared: Visitor):
    world, folder = shared.home.world, shared.home.folder
    linked = [path for path in (folder / "downloads").rglob("*.mkv") if path.stat().st_nlink == 2]
    inodes = {(folder / file.path.removeprefix("/data/")).stat().st_ino for file in world.media_files()}

    assert len(linked) > 5
    assert {path.stat().st_ino for path in linked} <= inodes
    assert {file.download_id.lower() for file in world.media_files()} >= world.torrents.keys()


def test_files_stay_inside_the_home(tmp_path: Path):
    for path in ("/data/../etc/passwd", "/etc/passwd"):
        with pytest.raises(ValueError, match=r"leaves|not in the subpath"):
            Files(tmp_path).host(path)
