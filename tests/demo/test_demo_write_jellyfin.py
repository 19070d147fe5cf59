from __future__ import annotations

from datetime import timedelta

import pytest
from demo_visitor import NOW, Visitor


async def updated(few: Visitor, *paths: str) -> None:
    body = {"Updates": [{"Path": path, "UpdateType": "Deleted"} for path in paths]}
    answer = await few.write("jellyfin", "POST", "/Library/Media/Updated", body)
    assert (answer.status_code, answer.content) == (204, b"")


async def status(few: Visitor, item) -> int:
    return (await few.raw("jellyfin", f"/Items/{item.id}")).status_code


# looking at folders


async def test_jellyfin_looks_at_a_folder_some_time_after_it_was_told(few: Visitor, monkeypatch):
    world, dune = few.home.world, few.home.world.movie("Dune")
    item = dune.item
    world.remove_movie(dune)
    world.scan_delay = timedelta(seconds=60)

    await updated(few, item.path)

    assert await status(few, item) == 200
    monkeypatch.setattr(world, "now", lambda: NOW + timedelta(seconds=61))
    assert await status(few, item) == 404


@pytest.mark.parametrize("how", ["file", "folder", "inside", "library"])
async def test_the_file_its_folder_or_what_lay_in_it_lead_to_the_item(few: Visitor, how: str):
    world, dune = few.home.world, few.home.world.movie("Dune")
    item = dune.item
    path = {
        "file": item.path, "folder": dune.path, "inside": f"{dune.path}/Dune.en.srt", "library": dune.root,
    }[how]  # fmt: skip
    world.remove_movie(dune)

    await updated(few, path)
    world.settle()

    assert await status(few, item) == 404


@pytest.mark.parametrize("path", ["/movies/Dune (2021)", "/data/media/movies/Dune", "/data/media/kids"])
async def test_a_path_that_is_not_jellyfins_own_says_nothing_to_it(few: Visitor, path: str):
    world, dune = few.home.world, few.home.world.movie("Dune")
    item = dune.item
    world.remove_movie(dune)

    await updated(few, path)
    world.settle()

    assert await status(few, item) == 200


async def test_what_is_still_there_stays_however_often_jellyfin_looks(few: Visitor):
    world = few.home.world
    before = world.picture()

    await updated(few, world.movie("Dune").path, world.show("Breaking Bad").path)
    world.settle()

    assert world.picture() == before


async def test_a_series_goes_with_its_folder_and_an_emptied_season_alone(few: Visitor):
    world = few.home.world
    gone, emptied = world.show("Chernobyl"), world.show("The Wire")
    items = [gone.item, gone.season(1).item, gone.episode(1, 1).item, emptied.season(1).item]
    world.remove_show(gone)
    for episode in emptied.season(1).episodes:
        world.delete_episode_file(episode.file)

    await updated(few, gone.path, emptied.path)
    world.settle()

    assert {await status(few, item) for item in items} == {404}
    assert await status(few, emptied.item) == 200


async def test_a_refresh_of_everything_finds_everything_that_is_gone(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    item = dune.item
    world.remove_movie(dune)

    answer = await few.write("jellyfin", "POST", "/Library/Refresh")
    world.settle()

    assert answer.status_code == 204
    assert await status(few, item) == 404


async def test_a_message_that_is_no_json_is_not_taken(few: Visitor):
    answer = await few.raw("jellyfin", "/Library/Media/Updated", method="POST")

    assert answer.status_code == 415


# people


async def test_others_can_mark_what_they_watched(few: Visitor):
    world, ana = few.home.world, few.home.world.user("ana")
    item = world.movie("Dune").item
    path = f"/UserPlayedItems/{item.id}"

    ticked = await few.write("jellyfin", "POST", path, userId=ana.id, datePlayed="2025-01-02T03:04:05Z")
    unticked = await few.write("jellyfin", "DELETE", path, userId=ana.id)
    nobody = await few.write("jellyfin", "POST", path)
    unknown = await few.write("jellyfin", "POST", f"/UserPlayedItems/{'0' * 32}", userId=ana.id)
    undated = await few.write("jellyfin", "POST", path, userId=ana.id, datePlayed="yesterday")

    assert (ticked.json()["Played"], ticked.json()["LastPlayedDate"]) == (
        True,
        "2025-01-02T03:04:05.0000000Z",
    )
    assert (unticked.json()["Played"], unticked.json()["PlayCount"]) == (False, 0)
    assert (nobody.status_code, unknown.status_code, undated.status_code) == (400, 404, 400)


# collections


async def test_a_collection_of_a_name_that_is_taken_is_a_second_one_on_the_same_folder(few: Visitor):
    world = few.home.world
    dune, aliens = world.movie("Dune").item, world.movie("Aliens").item

    first = await few.write("jellyfin", "POST", "/Collections", name="Leaving soon", ids=dune.id)
    second = await few.write("jellyfin", "POST", "/Collections", name="Leaving soon", ids=aliens.id)

    numbers = [first.json()["Id"], second.json()["Id"]]
    assert (first.status_code, second.status_code) == (200, 200)
    assert numbers[0] != numbers[1]
    assert len({world.items[number].path for number in numbers}) == 1
    found = await few.jellyfin("/Items", recursive="true", includeItemTypes="BoxSet", searchTerm="Leaving")
    assert {item["Id"] for item in found["Items"]} == set(numbers)


async def test_members_are_added_once_and_one_unknown_id_adds_nothing(few: Visitor):
    world = few.home.world
    shelf = world.collect("Leaving soon", world.movie("Dune"))
    path, aliens = f"/Collections/{shelf.id}/Items", world.movie("Aliens").item.id

    wrong = await few.write("jellyfin", "POST", path, ids=f"{aliens},{'0' * 32}")
    nameless = await few.write("jellyfin", "POST", f"/Collections/{'0' * 32}/Items", ids=aliens)
    empty = await few.write("jellyfin", "POST", path)
    before = len(shelf.members)
    right = await few.write("jellyfin", "POST", path, ids=f"{aliens},{shelf.members[0].id}")

    assert (wrong.status_code, nameless.status_code, empty.status_code) == (400, 400, 400)
    assert (before, right.status_code, len(shelf.members)) == (1, 204, 2)


async def test_members_are_taken_out_and_strangers_ignored(few: Visitor):
    world = few.home.world
    shelf = world.collect("Leaving soon", world.movie("Dune"), world.movie("Aliens"))

    answer = await few.write(
        "jellyfin",
        "DELETE",
        f"/Collections/{shelf.id}/Items",
        ids=f"{world.movie('Dune').item.id},{'0' * 32}",
    )

    assert answer.status_code == 204
    assert [item.name for item in shelf.members] == ["Aliens"]
    assert world.movie("Dune").item is not None


# deleting


async def test_jellyfins_delete_takes_the_real_files_past_the_recycle_bin_and_tells_nobody(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    world.recycle_bin = "/data/recycle"
    free, file = world.free_bytes(world.media_disk), dune.file

    answer = await few.write("jellyfin", "DELETE", f"/Items/{dune.item.id}")

    assert answer.status_code == 204
    assert world.free_bytes(world.media_disk) == free + file.size
    assert not world.contents.has_folder(dune.path)
    assert dune.item is None
    assert (await few.radarr(f"/movie/{dune.id}"))["hasFile"]  # until it looks, and downloads it again


async def test_of_an_episode_the_file_goes_with_what_lies_beside_it_of_a_collection_nothing(few: Visitor):
    world, first = few.home.world, few.home.world.show("The Wire").episode(1, 2)
    beside = first.file.path.replace(".mkv", ".en.srt")
    world.contents.write(beside, 9)
    shelf = world.collect("Leaving soon", world.movie("Dune"))

    for item in (first.item, shelf):
        assert (await few.write("jellyfin", "DELETE", f"/Items/{item.id}")).status_code == 204

    assert not world.contents.holds(beside)
    assert not world.contents.holds(first.file.path)
    assert world.contents.holds(world.show("The Wire").episode(1, 3).file.path)
    assert world.contents.holds(world.movie("Dune").file.path)
    assert shelf.id not in world.items


async def test_several_go_until_the_first_that_is_missing(few: Visitor):
    world = few.home.world
    one, two = world.movie("Dune").item, world.show("Chernobyl").item

    answer = await few.write("jellyfin", "DELETE", "/Items", ids=f"{one.id},{'0' * 32},{two.id}")

    assert answer.status_code == 404
    assert (one.id in world.items, two.id in world.items) == (False, True)
    assert (await few.write("jellyfin", "DELETE", f"/Items/{two.id}")).status_code == 204
    assert not [item for item in world.items.values() if item.series is two]


async def test_a_folder_that_cannot_be_removed_keeps_its_item(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    world.stuck_folders.add(dune.path)

    assert (await few.write("jellyfin", "DELETE", f"/Items/{dune.item.id}")).status_code == 500
    assert await status(few, dune.item) == 200


async def test_who_is_no_administrator_may_do_none_of_it(few: Visitor):
    world = few.home.world
    token = {"Authorization": f'MediaBrowser Token="{world.user("luis").token}"'}
    dune = world.movie("Dune").item

    async def by_luis(method: str, path: str) -> int:
        return (await few.raw("jellyfin", path, method=method, key=False, headers=token)).status_code

    assert await by_luis("DELETE", f"/Items/{dune.id}") == 401
    assert await by_luis("POST", "/Collections?name=Mine") == 403
    assert await by_luis("POST", "/Library/Refresh") == 403
    assert await by_luis("POST", f"/UserPlayedItems/{dune.id}") == 200


# libraries


async def test_a_library_of_a_name_that_is_taken_gets_a_number_without_a_word(few: Visitor):
    world = few.home.world
    world.contents.make_folder("/data/media/leaving")
    query = {"name": "Leaving soon", "collectionType": "movies", "paths": "/data/media/leaving"}

    answers = [await few.write("jellyfin", "POST", "/Library/VirtualFolders", {}, **query) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    names = [folder["Name"] for folder in await few.jellyfin("/Library/VirtualFolders")]
    assert names[-2:] == ["Leaving soon", "Leaving soon2"]
    for name, expected in (("Leaving soon2", 204), ("Leaving soon2", 404), ("Infantil", 204)):
        answer = await few.write("jellyfin", "DELETE", "/Library/VirtualFolders", name=name)
        assert answer.status_code == expected


async def test_a_library_on_a_path_jellyfin_does_not_see_is_refused(few: Visitor):
    answer = await few.write("jellyfin", "POST", "/Library/VirtualFolders", {}, name="x", paths="/host/media")
    in_body = await few.write(
        "jellyfin",
        "POST",
        "/Library/VirtualFolders",
        {"LibraryOptions": {"PathInfos": [{"Path": "/no"}]}},
        name="x",
    )

    assert (answer.status_code, in_body.status_code) == (400, 400)
