from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from demo_visitor import NOW, Visitor

from keepercheky.demo import open_home, story
from keepercheky.demo.titles import UHD_WEB
from keepercheky.demo.world import World


def videos_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*.mkv"))


async def test_what_is_changed_shows_in_the_next_answer(own: Visitor):
    heat = own.home.world.movie("Heat")
    before = (await own.radarr("/movie"), await own.radarr("/movie", tmdbId=949))

    heat.tag("old-favourites")
    heat.monitored = False
    own.home.world.import_movie(heat, at=NOW, size=9_000_000_000, quality=UHD_WEB)

    after = (await own.radarr("/movie", tmdbId=949))[0]
    label = {tag["id"]: tag["label"] for tag in await own.radarr("/tag")}
    assert before[1][0]["monitored"] is True
    assert after["monitored"] is False
    assert {label[tag] for tag in after["tags"]} == {"keep", "old-favourites"}
    assert (after["sizeOnDisk"], after["movieFile"]["dateAdded"]) == (9_000_000_000, "2025-11-20T12:30:15Z")
    assert [one for one in await own.radarr("/movie") if one != after] == [
        one for one in before[0] if one["tmdbId"] != 949
    ]


async def test_an_item_renamed_shows_its_new_name(own: Visitor):
    item = own.home.world.show("Fargo").item
    await own.jellyfin(f"/Shows/{item.id}/Episodes")

    item.name = "Fargo (2014)"

    page = await own.jellyfin(f"/Shows/{item.id}/Episodes")
    assert {episode["SeriesName"] for episode in page["Items"]} == {"Fargo (2014)"}


async def test_a_label_that_is_lost_leaves_a_number_nobody_can_read(own: Visitor):
    own.home.world.radarr.loses_tag("keep")

    heat = (await own.radarr("/movie", tmdbId=949))[0]
    assert heat["tags"]
    assert not set(heat["tags"]) & {tag["id"] for tag in await own.radarr("/tag")}


async def test_a_new_title_can_be_brought_in(own: Visitor):
    world = own.home.world
    movie = world.add_movie("A New Film", tmdb_id=999, year=2024)
    world.import_movie(movie, at=NOW - timedelta(days=2), size=5_000_000_000)
    show = world.add_show("A New Show", tvdb_id=998, tmdb_id=997, year=2024)
    season = world.add_season(show, 1, [("One", NOW - timedelta(days=9)), ("Two", NOW - timedelta(days=2))])
    world.import_episodes(*season.episodes, at=NOW - timedelta(days=1), size=2_000_000_000)

    assert (await own.radarr("/movie", tmdbId=999))[0]["hasFile"]
    assert (await own.sonarr("/series", tvdbId=998))[0]["statistics"]["episodeFileCount"] == 2
    found = await own.jellyfin("/Items", recursive="true", searchTerm="A New", fields="ProviderIds")
    assert {item["Name"] for item in found["Items"]} == {"A New Film", "A New Show"}


async def test_free_space_follows_what_is_deleted(own: Visitor):
    world = own.home.world
    before = (await own.radarr("/rootfolder"))[0]["freeSpace"]
    movie = next(
        m for m in world.movies.values() if m.file and m.file.download_id.lower() not in world.torrents
    )
    size = movie.file.size

    world.remove_movie(movie)

    assert (await own.radarr("/rootfolder"))[0]["freeSpace"] == before + size
    assert (await own.sonarr("/diskspace"))[1]["freeSpace"] == before + size
    assert await own.radarr("/movie", tmdbId=movie.tmdb_id) == []
    assert await own.radarr("/history/movie", movieId=movie.id) == []


async def test_a_file_whose_torrent_stays_frees_nothing(own: Visitor):
    world = own.home.world
    before = world.free_bytes(world.media_disk)
    movie = next(m for m in world.movies.values() if m.file and m.file.download_id.lower() in world.torrents)

    world.remove_movie(movie)

    assert world.free_bytes(world.media_disk) == before


async def test_the_recycle_bin_holds_the_space(own: Visitor):
    world = own.home.world
    world.recycle_bin = "/data/recycle"
    before = world.free_bytes(world.media_disk)

    world.remove_movie(world.movie("Heat"))
    world.remove_movie(world.movie("Psycho"))
    held = world.free_bytes(world.media_disk)
    world.empty_recycle_bin()

    assert held == before
    assert world.free_bytes(world.media_disk) > before
    assert (await own.radarr("/config/mediamanagement"))["recycleBin"] == "/data/recycle"
    assert (await own.sonarr("/config/mediamanagement"))["recycleBin"] == "/data/recycle"


async def test_without_its_files_a_folder_is_left_unmapped(own: Visitor):
    world = own.home.world
    heat = world.movie("Heat")
    before = world.free_bytes(world.media_disk)

    world.remove_movie(heat, files=False)

    roots = {root["path"]: root["unmappedFolders"] for root in await own.radarr("/rootfolder")}
    assert [folder["path"] for folder in roots["/data/media/movies"]] == [heat.path]
    assert world.free_bytes(world.media_disk) == before


async def test_jellyfin_keeps_what_is_gone_until_it_scans(own: Visitor):
    world = own.home.world
    heat, fargo = world.movie("Heat"), world.show("Fargo")
    world.remove_movie(heat)
    for file in fargo.files():
        world.delete_episode_file(file)
    stale = await own.raw("jellyfin", f"/Items/{heat.item.id}")

    world.scan()

    assert stale.status_code == 200
    assert (await own.raw("jellyfin", f"/Items/{heat.item.id}")).status_code == 404
    assert not [
        item for item in (await own.jellyfin("/Items", recursive="true"))["Items"] if item["Name"] == "Fargo"
    ]
    assert fargo.item is None


async def test_a_member_that_is_gone_leaves_its_collection(own: Visitor):
    world = own.home.world
    world.remove_movie(world.movie("The Lord of the Rings: The Two Towers"))
    world.scan()

    members = await own.jellyfin("/Items", parentId=world.collection("The Lord of the Rings Collection").id)
    assert len(members["Items"]) == 2


async def test_deleting_removes_the_real_files_and_spares_a_shared_folder(tmp_path: Path):
    async with open_home(tmp_path, now=lambda: NOW, shows=2) as home:
        world = home.world
        outer, inner = world.movie("Blade Runner"), world.movie("Blade Runner 2049")
        heat = world.files.host(world.movie("Heat").file.path)
        season = world.show("Breaking Bad").season(1)
        episode = world.files.host(season.episode(1).file.path)

        world.remove_movie(world.movie("Heat"))
        world.remove_movie(outer)  # its folder holds the other's: silently kept
        world.delete_episode_file(season.episode(1).file)
        world.remove_show(world.show("Game of Thrones"))

        assert not heat.parent.exists()
        assert world.files.host(inner.file.path).exists()
        assert world.files.host(outer.file.path).exists()
        assert not episode.exists()
        assert season.episode(1).file is None
        assert not (home.media_folder / "series" / "Game of Thrones (2011)").exists()


async def test_a_folder_can_be_opened_again(tmp_path: Path):
    counts = []
    for _ in range(2):
        async with open_home(tmp_path, now=lambda: NOW, shows=0) as home:
            home.world.remove_movie(home.world.movie("Heat"))
            counts.append(len(videos_in(tmp_path)))

    assert counts[0] == counts[1] > 50


async def test_into_the_recycle_bin_files_are_moved(tmp_path: Path):
    async with open_home(tmp_path, now=lambda: NOW, shows=0) as home:
        home.world.recycle_bin = "/data/recycle"
        heat = home.world.movie("Heat")
        home.world.remove_movie(heat)

        assert videos_in(tmp_path / "recycle")
        assert not home.world.files.host(heat.path).exists()
        home.world.empty_recycle_bin()
        assert not (tmp_path / "recycle").exists()


async def test_an_upgrade_replaces_the_file_on_disk(tmp_path: Path):
    async with open_home(tmp_path, now=lambda: NOW, shows=0) as home:
        matrix = home.world.movie("The Matrix")
        folder = home.world.files.host(matrix.path)

        assert [path.name for path in folder.iterdir()] == ["The Matrix (1999) Remux-2160p.mkv"]


def test_a_name_nobody_has_is_said_so():
    world = World(now=lambda: NOW, seed=1)
    story.tell(world, movies=2, shows=1, users=1)

    for ask in (world.movie, world.show, world.user, world.library, world.collection):
        with pytest.raises(LookupError, match="Nobody's Film"):
            ask("Nobody's Film")
    with pytest.raises(LookupError, match="no season 9"):
        world.show("Breaking Bad").season(9)
    with pytest.raises(LookupError, match="S01E99"):
        world.show("Breaking Bad").episode(1, 99)
    with pytest.raises(ValueError, match="no tag"):
        world.radarr.tag("two words")
