"""What the home looks like as a whole: the same before and after whatever only looks, and its disk to the byte."""

from __future__ import annotations

import json
import os
from pathlib import Path

import httpx
from demo_visitor import NO_CERTIFICATES, NOW, Visitor

from keepercheky.demo import open_home, story
from keepercheky.demo.contents import Contents
from keepercheky.demo.world import World


def told(seed: int = 1, movies: int = 10, shows: int = 2) -> World:
    world = World(now=lambda: NOW, seed=seed)
    story.tell(world, movies=movies, shows=shows, users=2)
    return world


async def test_looking_leaves_the_picture_as_it_was(few: Visitor):
    before = few.home.world.picture()

    await few.radarr("/movie")
    await few.sonarr("/queue", includeSeries="true")
    await few.jellyfin("/Items", recursive="true", userId=few.home.world.users[0].id)
    await few.seerr("/request", take=100)

    assert few.home.world.picture() == before
    assert json.loads(before)["movies"][26]["title"] == "Dune"


CHANGES = {
    "a flag": lambda world: setattr(world.movie("Dune"), "monitored", False),
    "a tag": lambda world: world.movie("Dune").tag("x"),
    "an episode": lambda world: setattr(world.show("The Wire").episode(1, 1), "monitored", False),
    "a file": lambda world: world.delete_movie_file(world.movie("Dune")),
    "a play": lambda world: world.user("ana").plays(world.movie("Dune"), at=NOW),
    "a favourite": lambda world: world.user("ana").favourites(world.movie("Dune")),
    "a request": lambda world: world.requests.pop(),
    "a session": lambda world: world.sessions.pop(),
    "a torrent": lambda world: world.torrents.popitem(),
    "an exclusion": lambda world: world.radarr.exclude(1, "x"),
    "a promise": lambda world: world.promise(world.scan_delay, "something", world.touch),
    "bytes": lambda world: world.contents.write("/data/media/movies/other.txt", 1),
    "a link": lambda world: world.contents.link(world.movie("Alien").file.path, "/data/downloads/dune.mkv"),
    "a setting": lambda world: setattr(world, "recycle_bin", "/data/recycle"),
    "a collection": lambda world: world.collect("x", world.movie("Dune")),
}


def test_whatever_changes_shows_in_the_picture():
    world = told(movies=30, shows=6)
    seen = [world.picture()]

    for name, change in CHANGES.items():
        change(world)
        assert world.picture() not in seen, name
        seen.append(world.picture())


def test_the_same_story_gives_the_same_picture_and_another_seed_another():
    assert told().picture() == told().picture()
    assert told().picture() != told(seed=2).picture()


# the disk


async def test_the_recycle_bin_holds_what_was_deleted_and_loses_what_has_the_same_name(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    world.recycle_bin = "/data/recycle"
    free, size = world.free_bytes(world.media_disk), dune.file.size

    await few.write("radarr", "DELETE", f"/movie/{dune.id}", deleteFiles="true")
    world.settle()
    assert world.free_bytes(world.media_disk) == free
    assert world.contents.below("/data/recycle/Dune (2021)")

    again = world.add_movie("Dune", tmdb_id=438631, year=2021)
    world.import_movie(again, at=NOW, size=size + 7, quality=dune.file.quality)
    world.remove_movie(again)
    assert world.free_bytes(world.media_disk) == free - 7
    world.empty_recycle_bin()
    assert world.free_bytes(world.media_disk) == free + size


async def test_a_single_file_in_the_bin_gets_a_number_when_its_name_is_taken(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    world.radarr.recycle_bin = "/data/recycle"
    quality = dune.file.quality
    await few.write("radarr", "DELETE", f"/moviefile/{dune.file.id}")
    world.import_movie(dune, at=NOW, size=5, quality=quality)

    await few.write("radarr", "DELETE", f"/moviefile/{dune.file.id}")

    assert len(world.contents.below("/data/recycle/Dune (2021)")) == 2
    first = world.show("The Wire").episode(1, 2).file
    await few.write("sonarr", "DELETE", f"/episodefile/{first.id}")
    assert not world.contents.holds(first.path)  # Sonarr's bin is its own setting, and off
    assert len(world.contents.below("/data/recycle")) == 2


async def test_the_real_files_follow_every_step(tmp_path: Path):
    async with (
        open_home(tmp_path, now=lambda: NOW, movies=30, shows=3, torrents=True) as home,
        httpx.AsyncClient(verify=NO_CERTIFICATES) as client,
    ):
        few, world = Visitor(home, client), home.world
        world.recycle_bin = "/data/recycle"
        dune, gump = world.movie("Dune"), world.movie("Forrest Gump")
        season = [episode.file.id for episode in world.show("The Wire").season(2).episodes]
        (world.files.host(dune.path) / "notes.txt").write_text("not in the ledger")

        await few.write("radarr", "DELETE", f"/movie/{dune.id}", deleteFiles="true")
        await few.write("radarr", "DELETE", f"/moviefile/{gump.file.id}")
        await few.write("sonarr", "DELETE", "/episodefile/bulk", {"episodeFileIds": season})
        moved = {"movieIds": [26], "rootFolderPath": "/data/media/kids", "moveFiles": True}
        await few.write("radarr", "PUT", "/movie/editor", moved)
        await few.write("jellyfin", "DELETE", f"/Items/{world.movie('Aliens').item.id}")
        world.settle()

        told = {path.removeprefix("/data/"): size for path, size, _ in world.contents.names()}
        real = {path: size for path, size, _ in world.files.listing()}
        assert real.pop("recycle/Dune (2021)/notes.txt")
        assert real == told
        folders = {path.removeprefix("/data/") for path in world.contents.folders() if path != "/data"}
        assert {Path(root).relative_to(tmp_path).as_posix() for root, _, _ in os.walk(tmp_path)} - {
            "."
        } == folders
        data = {(tmp_path / path).stat().st_ino: size for path, size in told.items()}
        assert sum(data.values()) == world.used_bytes()


def test_folders_know_their_neighbours_and_forget_what_is_empty():
    contents = Contents(None, lambda: None)
    contents.write("/data/tv/Show/Season 01/a.mkv", 3)
    contents.write("/data/tv2/Show/a.mkv", 4)
    contents.link("/data/tv2/Show/a.mkv", "/data/tv/Show/b.mkv")

    assert contents.used_bytes() == 7
    assert contents.folders_in("/data") == ["/data/tv", "/data/tv2"]
    assert contents.below("/data/tv") == ["/data/tv/Show/Season 01/a.mkv", "/data/tv/Show/b.mkv"]
    contents.remove("/data/tv/Show/Season 01/a.mkv")
    contents.remove_empty("/data/tv/Show")
    assert contents.folders_in("/data/tv/Show") == []
    assert contents.has_folder("/data/tv/Show")
    contents.remove_folder("/data/tv")
    assert (contents.used_bytes(), contents.has_folder("/data/tv2/Show")) == (4, True)
