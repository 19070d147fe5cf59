from __future__ import annotations

from datetime import timedelta

import pytest
from demo_visitor import NOW, Visitor

from keepercheky.demo.titles import MediaFile


def paths(roots) -> set[str]:
    return {folder["path"] for root in roots for folder in root["unmappedFolders"]}


async def delete(few: Visitor, movie, **query: str) -> None:
    answer = await few.write("radarr", "DELETE", f"/movie/{movie.id}", **query)
    assert (answer.status_code, answer.content) == (200, b"")


# deleting a movie


async def test_the_200_comes_before_the_files_are_gone(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    world.file_delay = timedelta(minutes=1)
    free = world.free_bytes(world.media_disk)

    await delete(few, dune, deleteFiles="true", addImportExclusion="true")

    assert (await few.raw("radarr", f"/api/v3/movie/{dune.id}")).status_code == 404
    assert world.contents.holds(dune.file.path)
    assert paths(await few.radarr("/rootfolder")) == {dune.path}
    assert await few.radarr("/history/movie", movieId=dune.id) != []
    assert len(await few.radarr("/exclusions")) == 1
    world.settle()
    assert world.free_bytes(world.media_disk) == free + dune.file.size
    assert paths(await few.radarr("/rootfolder")) == set()
    assert await few.radarr("/history/movie", movieId=dune.id) == []
    assert (await few.radarr("/exclusions"))[-1] | {"id": 0} == {
        "tmdbId": dune.tmdb_id, "movieTitle": "Dune", "movieYear": 2021, "id": 0,
    }  # fmt: skip


async def test_what_was_promised_happens_when_the_clock_says_so(few: Visitor, monkeypatch):
    world, dune = few.home.world, few.home.world.movie("Dune")
    world.file_delay = timedelta(seconds=30)
    await delete(few, dune, deleteFiles="true")

    for seconds, held in ((29, True), (30, False)):
        monkeypatch.setattr(world, "now", lambda seconds=seconds: NOW + timedelta(seconds=seconds))
        await few.radarr("/tag")
        assert world.contents.holds(dune.file.path) is held


async def test_unless_told_otherwise_the_files_stay_and_nothing_is_excluded(few: Visitor):
    dune = few.home.world.movie("Dune")

    await delete(few, dune)

    assert paths(await few.radarr("/rootfolder")) == {dune.path}
    assert len(await few.radarr("/exclusions")) == 1


async def test_sonarrs_name_for_the_exclusion_is_ignored_without_a_word(few: Visitor):
    await delete(few, few.home.world.movie("Dune"), deleteFiles="true", addImportListExclusion="true")

    assert len(await few.radarr("/exclusions")) == 1


async def test_a_movie_that_is_not_there_is_a_404_with_a_stack_trace(few: Visitor):
    answer = await few.write("radarr", "DELETE", "/movie/999")
    nought = await few.write("radarr", "DELETE", "/movie/0")

    assert answer.status_code == 404
    assert answer.json()["message"] == "Movie with ID 999 does not exist"
    assert "   at " in answer.json()["description"]
    assert (nought.status_code, nought.json()["message"]) == (400, "BadRequest: 0 is not a valid ID")


async def test_the_whole_folder_goes_with_all_that_lies_in_it(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    world.contents.write(f"{dune.path}/Extras/Making of.mkv", 700)

    await delete(few, dune, deleteFiles="true")
    world.settle()

    assert world.contents.below(dune.path) == []
    assert not world.contents.has_folder(dune.path)


async def test_a_folder_that_holds_another_movies_is_kept_without_a_word(few: Visitor):
    world = few.home.world
    outer, inner = world.movie("Blade Runner"), world.movie("Blade Runner 2049")
    free = world.free_bytes(world.media_disk)

    await delete(few, outer, deleteFiles="true")
    world.settle()

    assert world.free_bytes(world.media_disk) == free
    assert world.contents.holds(outer.file.path)
    await delete(few, inner, deleteFiles="true")
    world.settle()
    assert world.free_bytes(world.media_disk) == free + inner.file.size


async def test_a_folder_that_cannot_be_removed_is_not_told_to_anybody(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    world.stuck_folders.add(dune.path)

    await delete(few, dune, deleteFiles="true", addImportExclusion="true")
    world.settle()

    assert await few.radarr("/movie", tmdbId=dune.tmdb_id) == []
    assert paths(await few.radarr("/rootfolder")) == {dune.path}
    assert len(await few.radarr("/exclusions")) == 2


@pytest.mark.parametrize("wrong", [[27, 999], [27, 27]])
async def test_one_unknown_or_doubled_id_breaks_a_bulk_delete_and_nothing_goes(few: Visitor, wrong):
    before = few.home.world.picture()

    answer = await few.write("radarr", "DELETE", "/movie/editor", {"movieIds": wrong, "deleteFiles": True})

    assert answer.status_code == 500
    assert answer.json()["message"] == "Expected query to return 2 rows but returned 1"
    few.home.world.settle()
    assert few.home.world.picture() == before


async def test_in_a_bulk_delete_a_shared_folder_saves_the_files_of_all_that_come_after(few: Visitor):
    world = few.home.world
    first, outer, last = world.movie("Dune"), world.movie("Blade Runner"), world.movie("Aliens")
    body = {"movieIds": [first.id, outer.id, last.id], "deleteFiles": True}

    answer = await few.write("radarr", "DELETE", "/movie/editor", body)
    world.settle()

    assert (answer.status_code, answer.json()) == (200, {})
    assert [world.contents.holds(movie.file.path) for movie in (first, outer, last)] == [False, True, True]
    assert not {first.id, outer.id, last.id} & world.movies.keys()


# changing movies


async def test_a_put_that_is_cut_short_resets_what_it_leaves_out(few: Visitor):
    dune = few.home.world.movie("Dune")
    dune.tag("keep")
    dune.monitored = False

    answer = await few.write(
        "radarr", "PUT", f"/movie/{dune.id}", {"id": dune.id, "path": dune.path, "qualityProfileId": 1}
    )

    assert answer.status_code == 202
    assert (answer.json()["monitored"], answer.json()["tags"]) == (True, [])
    assert (dune.monitored, dune.tags) == (True, frozenset())


async def test_get_change_put_changes_only_that(few: Visitor):
    dune = few.home.world.movie("Dune")
    dune.tag("keep")
    before = await few.radarr(f"/movie/{dune.id}")

    answer = await few.write("radarr", "PUT", f"/movie/{dune.id}", before | {"monitored": False})

    assert answer.json() == before | {"monitored": False}


async def test_a_put_without_profile_and_path_is_refused_with_an_array(few: Visitor):
    answer = await few.write("radarr", "PUT", "/movie/27", {"monitored": False})
    unknown = await few.write("radarr", "PUT", "/movie/999", {})
    nobody = await few.write(
        "radarr", "PUT", "/movie", {"path": "/data/media/movies/D", "qualityProfileId": 1}
    )

    assert answer.status_code == 400
    assert [row["propertyName"] for row in answer.json()] == ["QualityProfileId", "Path"]
    assert few.home.world.movies[27].monitored is True
    assert (unknown.status_code, unknown.json()) == (400, answer.json())  # looked at before it is looked for
    assert (nobody.status_code, [row["propertyName"] for row in nobody.json()]) == (400, ["Id"])


async def test_a_put_goes_by_the_id_in_its_body_and_by_the_path_only_without_one(few: Visitor):
    dune, other = few.home.world.movie("Dune"), few.home.world.movies[27]
    said = {"path": dune.path, "qualityProfileId": 1, "monitored": False}

    elsewhere = await few.write("radarr", "PUT", f"/movie/{other.id}", {"id": dune.id} | said)
    pathless = await few.write("radarr", "PUT", "/movie", {"id": dune.id} | said | {"monitored": True})
    unknown = await few.write("radarr", "PUT", f"/movie/{dune.id}", {"id": 999} | said)

    assert (elsewhere.json()["id"], elsewhere.json()["monitored"]) == (dune.id, False)
    assert (pathless.status_code, dune.monitored, other.monitored) == (202, True, True)
    assert (unknown.status_code, unknown.json()["message"]) == (404, "Movie with ID 999 does not exist")


async def test_the_editor_leaves_alone_what_is_not_said_and_adds_tags_unless_told_otherwise(few: Visitor):
    radarr, dune = few.home.world.radarr, few.home.world.movie("Dune")
    dune.tag("keep")
    keep, other = radarr.tag("keep"), radarr.tag("other")

    async def edit(**body):
        answer = await few.write("radarr", "PUT", "/movie/editor", {"movieIds": [dune.id], **body})
        assert answer.status_code == 202
        return answer.json()[0]

    assert (await edit(tags=[other]))["tags"] == sorted([keep, other])
    assert (await edit(tags=[keep], applyTags="remove"))["tags"] == [other]
    row = await edit(MONITORED=False)
    assert (row["monitored"], row["tags"]) == (False, [other])
    assert (await edit(tags=[keep], applyTags="replace"))["tags"] == [keep]
    strange = await few.write(
        "radarr", "PUT", "/movie/editor", {"movieIds": [dune.id], "tags": [1], "applyTags": "set"}
    )
    assert strange.status_code == 400


async def test_another_root_without_moving_only_rewrites_the_rows(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    lay = dune.file.path
    body = {"movieIds": [dune.id], "rootFolderPath": "/data/media/kids"}

    row = (await few.write("radarr", "PUT", "/movie/editor", body)).json()[0]

    assert row["path"] == "/data/media/kids/Dune (2021)"
    assert world.contents.holds(lay)
    assert not world.contents.holds(dune.file.path)
    await few.write("radarr", "PUT", "/movie/editor", body | {"rootFolderPath": "/data/media/movies"})
    await few.write("radarr", "PUT", "/movie/editor", body | {"moveFiles": True})
    assert world.contents.holds(dune.file.path)


# files


async def test_a_file_goes_at_once_and_its_movie_stays_wanted(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    file, free = dune.file, world.free_bytes(world.media_disk)

    answer = await few.write("radarr", "DELETE", f"/moviefile/{file.id}")

    assert (answer.status_code, answer.content) == (200, b"")
    assert world.free_bytes(world.media_disk) == free + file.size
    row = await few.radarr(f"/movie/{dune.id}")
    assert (row["hasFile"], row["monitored"], row["sizeOnDisk"]) == (False, True, 0)
    history = await few.radarr("/history/movie", movieId=dune.id)
    assert (history[0]["eventType"], history[0]["data"]["reason"]) == ("movieFileDeleted", "Manual")
    again = await few.write("radarr", "DELETE", f"/moviefile/{file.id}")
    assert (again.status_code, again.json()["message"]) == (
        404,
        f"MovieFile with ID {file.id} does not exist",
    )
    world.search_missing()
    assert dune.id in {row["movieId"] for row in (await few.radarr("/queue"))["records"]}


async def test_where_deleted_movies_are_unmonitored_the_file_takes_the_flag_along(few: Visitor):
    dune = few.home.world.movie("Dune")
    few.home.world.radarr.unmonitors_deleted = True

    await few.write("radarr", "DELETE", f"/moviefile/{dune.file.id}")

    assert dune.monitored is False


@pytest.mark.parametrize("how", ["missing", "empty"])
async def test_a_root_that_is_gone_or_empty_stops_the_deletion_of_a_file(few: Visitor, how: str):
    world, dune = few.home.world, few.home.world.movie("Dune")
    if how == "missing":
        world.radarr.missing_roots = frozenset({dune.root})
    else:
        for folder in world.contents.folders_in(dune.root):
            world.contents.remove_folder(folder)

    answer = await few.write("radarr", "DELETE", f"/moviefile/{dune.file.id}")

    assert (answer.status_code, set(answer.json())) == (409, {"message", "description"})
    assert dune.file is not None


async def test_a_file_that_cannot_be_removed_says_so(few: Visitor):
    dune = few.home.world.movie("Dune")
    few.home.world.stuck_folders.add(dune.path)

    answer = await few.write("radarr", "DELETE", f"/moviefile/{dune.file.id}")

    assert (answer.status_code, answer.json()["message"]) == (500, "Unable to delete movie file")
    assert dune.file is not None


async def test_a_bulk_delete_of_two_movies_files_leaves_the_second_on_the_disk(few: Visitor):
    world = few.home.world
    dune, aliens = world.movie("Dune"), world.movie("Aliens")
    lay: list[MediaFile] = [dune.file, aliens.file]

    answer = await few.write(
        "radarr", "DELETE", "/moviefile/bulk", {"movieFileIds": [file.id for file in lay]}
    )

    assert (answer.status_code, answer.json()) == (200, {})
    assert (dune.file, aliens.file) == (None, None)
    assert [world.contents.holds(file.path) for file in lay] == [False, True]


async def test_a_bulk_delete_of_no_files_is_400_and_of_unknown_ones_500(few: Visitor):
    empty = await few.write("radarr", "DELETE", "/moviefile/bulk", {"movieFileIds": []})
    unknown = await few.write("radarr", "DELETE", "/moviefile/bulk", {"movieFileIds": [1, 999]})

    assert (empty.status_code, unknown.status_code) == (400, 500)
    assert empty.json()["message"] == "BadRequest: movieFileIds must be provided"


# adding again


async def test_a_movie_added_again_has_a_new_id_and_no_file(few: Visitor):
    world, dune = few.home.world, few.home.world.movie("Dune")
    await delete(few, dune, deleteFiles="true")
    found = (await few.radarr("/movie/lookup", term=f"tmdb:{dune.tmdb_id}"))[0]
    wanted = {"qualityProfileId": 1, "rootFolderPath": "/data/media/movies", "monitored": True}

    answer = await few.write(
        "radarr", "POST", "/movie", found | wanted | {"addOptions": {"searchForMovie": True}}
    )

    row = answer.json()
    assert "id" not in found
    assert answer.status_code == 201
    assert row["id"] not in (0, dune.id)
    assert (row["path"], row["imdbId"], row["hasFile"]) == (dune.path, dune.imdb_id, False)
    assert row["id"] in {one["movieId"] for one in (await few.radarr("/queue"))["records"]}
    assert world.movie("Dune").runtime_minutes == dune.runtime_minutes


async def test_a_movie_whose_files_were_left_finds_them_again(few: Visitor):
    dune = few.home.world.movie("Dune")
    await delete(few, dune)
    body = {"tmdbId": dune.tmdb_id, "title": "Dune", "qualityProfileId": 1, "path": dune.path}

    number = (await few.write("radarr", "POST", "/movie", body)).json()["id"]

    row = await few.radarr(f"/movie/{number}")
    assert (row["sizeOnDisk"], row["movieFile"]["path"]) == (dune.file.size, dune.file.path)
    assert row["movieFile"]["id"] != dune.file.id


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"tmdbId": 949_000, "qualityProfileId": 1}, ["RootFolderPath"]),
        ({"tmdbId": 949_000, "rootFolderPath": "/data/media/movies"}, ["QualityProfileId"]),
        ({"tmdbId": 949_000, "rootFolderPath": "/elsewhere", "qualityProfileId": 9}, ["QualityProfileId", "RootFolderPath"]),
        ({"tmdbId": 438631, "rootFolderPath": "/data/media/movies", "qualityProfileId": 1}, ["TmdbId"]),
        ({"tmdbId": 949_000, "path": "/data/media/movies/Dune (2021)", "qualityProfileId": 1}, ["Path"]),
    ],
)  # fmt: skip
async def test_what_cannot_be_added_is_refused_with_an_array(few: Visitor, body, names):
    answer = await few.write("radarr", "POST", "/movie", body)

    assert answer.status_code == 400
    assert [row["propertyName"] for row in answer.json()] == names
    assert {row["severity"] for row in answer.json()} == {"error"}


async def test_a_body_that_cannot_be_read_is_an_object_of_errors(few: Visitor):
    wrong = await few.write("radarr", "PUT", "/movie/editor", {"movieIds": ["one"]})
    none = await few.write("radarr", "PUT", "/movie/editor")
    broken = await few.raw("radarr", "/api/v3/tag", method="POST", body=["keep"])

    assert (wrong.status_code, none.status_code, broken.status_code) == (400, 415, 400)
    assert list(wrong.json()["errors"]) == ["$.movieIds"]
