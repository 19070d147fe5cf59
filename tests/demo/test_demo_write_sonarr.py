from __future__ import annotations

from datetime import timedelta

from demo_visitor import Visitor


async def test_a_series_goes_row_first_and_folder_later(few: Visitor):
    world, show = few.home.world, few.home.world.show("Breaking Bad")
    free, size = world.free_bytes(world.media_disk), sum(file.size for file in show.files())
    world.file_delay = timedelta(minutes=1)

    answer = await few.write(
        "sonarr", "DELETE", f"/series/{show.id}", deleteFiles="true", addImportListExclusion="true"
    )

    assert (answer.status_code, answer.content) == (200, b"")
    assert (await few.raw("sonarr", f"/api/v3/series/{show.id}")).status_code == 404
    assert world.free_bytes(world.media_disk) == free
    assert show.path in str(await few.sonarr("/rootfolder"))
    world.settle()
    assert world.free_bytes(world.media_disk) == free + size
    assert show.path not in str(await few.sonarr("/rootfolder"))
    assert [one["tvdbId"] for one in await few.sonarr("/importlistexclusion")] == [show.tvdb_id]
    assert (await few.raw("sonarr", "/api/v3/history/series", seriesId=show.id)).status_code == 404


async def test_radarrs_name_for_the_exclusion_is_ignored_without_a_word(few: Visitor):
    await few.write("sonarr", "DELETE", "/series/1", deleteFiles="true", addImportExclusion="true")

    assert await few.sonarr("/importlistexclusion") == []


async def test_an_unknown_series_is_a_500_where_an_unknown_movie_is_a_404(few: Visitor):
    one = await few.write("sonarr", "DELETE", "/series/999")
    several = await few.write("sonarr", "DELETE", "/series/editor", {"seriesIds": [1, 1]})

    assert (one.status_code, several.status_code) == (500, 500)
    assert one.json()["message"] == "Expected query to return 1 rows but returned 0"
    assert 1 in few.home.world.shows


async def test_several_series_go_in_one_call(few: Visitor):
    answer = await few.write("sonarr", "DELETE", "/series/editor", {"seriesIds": [1, 2], "deleteFiles": True})

    assert (answer.status_code, answer.json()) == (200, {})
    assert [show["id"] for show in await few.sonarr("/series")] == [3, 4, 5, 6]


# changing series


async def test_a_put_that_is_cut_short_loses_seasons_tags_and_the_flag(few: Visitor):
    show = few.home.world.show("Breaking Bad")
    show.tag("keep")

    answer = await few.write("sonarr", "PUT", "/series/1", {"path": show.path, "qualityProfileId": 1})

    row = answer.json()
    assert answer.status_code == 202
    assert (row["seasons"], row["monitored"], "tags" in row) == ([], False, False)
    assert len(await few.sonarr("/episode", seriesId=1)) == 62
    show.tag("keep")
    assert (await few.sonarr("/series/1"))["tags"] == [few.home.world.sonarr.tag("keep")]


async def test_a_seasons_flag_takes_its_episodes_along_when_it_changes(few: Visitor):
    world, show = few.home.world, few.home.world.show("Breaking Bad")
    show.episode(1, 3).monitored = False
    row = await few.sonarr("/series/1")
    row["seasons"][1]["monitored"] = False

    answer = await few.write("sonarr", "PUT", "/series/1", row)

    assert answer.status_code == 202
    assert [season["monitored"] for season in answer.json()["seasons"]] == [True, False, True, True, True]
    assert {episode.monitored for episode in show.season(2).episodes} == {False}
    assert [episode.monitored for episode in show.season(1).episodes].count(False) == 1
    assert world.show("The Wire").season(2).episode(1).monitored


async def test_a_put_without_profile_or_path_or_of_nobody_is_refused(few: Visitor):
    nameless = await few.write("sonarr", "PUT", "/series/1", {"monitored": False})
    unknown = await few.write("sonarr", "PUT", "/series/999", {"path": "/data/x", "qualityProfileId": 1})

    assert (nameless.status_code, unknown.status_code) == (400, 404)
    assert [row["propertyName"] for row in nameless.json()] == ["QualityProfileId", "Path"]


async def test_a_put_of_a_series_needs_no_id_in_its_path(few: Visitor):
    row = await few.sonarr("/series/1")

    answer = await few.write("sonarr", "PUT", "/series", row | {"monitored": False})

    assert (answer.status_code, answer.json()) == (202, row | {"monitored": False})


async def test_the_editor_changes_series_not_episodes_and_answers_without_statistics(few: Visitor):
    show = few.home.world.show("Breaking Bad")

    answer = await few.write("sonarr", "PUT", "/series/editor", {"seriesIds": [1], "monitored": False})
    unknown = await few.write("sonarr", "PUT", "/series/editor", {"seriesIds": [1, 999], "monitored": True})

    [row] = answer.json()
    assert (answer.status_code, row["monitored"], "statistics" in row) == (202, False, False)
    assert show.season(1).monitored
    assert show.episode(1, 1).monitored
    assert (unknown.status_code, show.monitored) == (500, False)


async def test_a_season_pass_leaves_the_episodes_their_own_flag(few: Visitor):
    show = few.home.world.show("Breaking Bad")
    body = {"series": [{"id": 1, "seasons": [{"seasonNumber": 1, "monitored": False}]}]}

    answer = await few.write("sonarr", "POST", "/seasonpass", body)

    assert (answer.status_code, answer.json()) == (202, {})
    assert (show.season(1).monitored, show.episode(1, 1).monitored) == (False, True)


async def test_a_season_pass_with_options_chooses_episodes(few: Visitor):
    world, show = few.home.world, few.home.world.show("Breaking Bad")
    world.delete_episode_file(show.episode(5, 1).file)
    chosen = {
        "all": 62, "skip": 62, "monitorSpecials": 62, "future": 0, "missing": 1, "existing": 61, "firstSeason": 7,
        "lastSeason": 16, "pilot": 1, "recent": 0, "none": 0,
    }  # fmt: skip

    for how, wanted in chosen.items():
        body = {"series": [{"id": 1}], "monitoringOptions": {"monitor": how}}
        assert (await few.write("sonarr", "POST", "/seasonpass", body)).status_code == 202
        assert (how, sum(episode.monitored for episode in show.episodes())) == (how, wanted)
        assert show.monitored is (how != "none")


# episodes


async def test_episodes_are_unmonitored_one_by_one_or_together(few: Visitor):
    show = few.home.world.show("Breaking Bad")
    one, *others = [episode.id for episode in show.season(1).episodes]

    single = await few.write("sonarr", "PUT", f"/episode/{one}", {"monitored": False, "title": "ignored"})
    several = await few.write("sonarr", "PUT", "/episode/monitor", {"episodeIds": others, "monitored": False})

    assert (single.status_code, several.status_code) == (202, 202)
    assert (single.json()["monitored"], single.json()["title"]) == (False, "Episode 1")
    assert not any(row["monitored"] for row in await few.sonarr("/episode", seriesId=1, seasonNumber=1))


async def test_an_unknown_episode_among_several_leaves_the_work_half_done(few: Visitor):
    first = few.home.world.show("Breaking Bad").episode(1, 1)

    several = await few.write(
        "sonarr", "PUT", "/episode/monitor", {"episodeIds": [first.id, 99999], "monitored": False}
    )
    alone = await few.write("sonarr", "PUT", "/episode/monitor", {"episodeIds": [99999], "monitored": False})
    single = await few.write("sonarr", "PUT", "/episode/99999", {"monitored": False})

    assert (several.status_code, alone.status_code, single.status_code) == (500, 404, 404)
    assert first.monitored is False


# files


async def test_a_seasons_files_go_in_one_call_and_sonarr_wants_them_back(few: Visitor):
    world, season = few.home.world, few.home.world.show("Breaking Bad").season(1)
    files, free = [one.file for one in season.episodes], world.free_bytes(world.media_disk)

    answer = await few.write(
        "sonarr", "DELETE", "/episodefile/bulk", {"episodeFileIds": [file.id for file in files]}
    )

    assert (answer.status_code, answer.json()) == (200, {})
    assert world.free_bytes(world.media_disk) == free + sum(file.size for file in files)
    assert not world.contents.has_folder(f"{season.show.path}/Season 01")
    row = (await few.sonarr("/series/1"))["seasons"][0]
    assert (row["statistics"]["episodeFileCount"], row["monitored"]) == (0, True)
    world.search_missing()
    assert len(world.sonarr.queue) == len(season.episodes)


async def test_a_season_unmonitored_first_is_not_downloaded_again(few: Visitor):
    world, season = few.home.world, few.home.world.show("Breaking Bad").season(1)
    row = await few.sonarr("/series/1")
    row["seasons"][0]["monitored"] = False
    await few.write("sonarr", "PUT", "/series/1", row)
    numbers = [episode.file.id for episode in season.episodes]

    await few.write("sonarr", "DELETE", "/episodefile/bulk", {"episodeFileIds": numbers})

    world.search_missing()
    assert world.sonarr.queue == ()


async def test_files_of_two_series_in_one_call_leave_the_seconds_on_the_disk(few: Visitor):
    world = few.home.world
    files = [world.show(title).episode(1, 1).file for title in ("The Wire", "Breaking Bad")]

    await few.write("sonarr", "DELETE", "/episodefile/bulk", {"episodeFileIds": [file.id for file in files]})

    assert [world.show(title).episode(1, 1).file for title in ("The Wire", "Breaking Bad")] == [None, None]
    assert [world.contents.holds(file.path) for file in files] == [False, True]


async def test_no_files_and_unknown_files_are_both_500(few: Visitor):
    before = few.home.world.picture()

    for numbers in ([], [1, 99999]):
        answer = await few.write("sonarr", "DELETE", "/episodefile/bulk", {"episodeFileIds": numbers})
        assert answer.status_code == 500

    assert few.home.world.picture() == before


async def test_a_file_that_cannot_be_removed_ends_the_call_with_those_before_it_gone(few: Visitor):
    world, season = few.home.world, few.home.world.show("Breaking Bad").season(1)
    files = [episode.file for episode in season.episodes]
    world.stuck_folders.add(files[2].path)

    answer = await few.write(
        "sonarr", "DELETE", "/episodefile/bulk", {"episodeFileIds": [file.id for file in files]}
    )

    assert (answer.status_code, answer.json()["message"]) == (500, "Unable to delete episode file")
    assert [episode.file is None for episode in season.episodes] == [True, True] + [False] * 5


async def test_one_file_goes_with_all_the_episodes_in_it(own: Visitor):
    world, friends = own.home.world, own.home.world.show("Friends")
    double = friends.episode(2, 12)
    world.sonarr.unmonitors_deleted = True
    number = double.file.id

    answer = await own.write("sonarr", "DELETE", f"/episodefile/{number}")
    again = await own.write("sonarr", "DELETE", f"/episodefile/{number}")

    assert (answer.status_code, again.status_code) == (200, 404)
    assert "message" in again.json()
    assert (double.file, friends.episode(2, 13).file) == (None, None)
    assert not double.monitored
    world.sonarr.missing_roots = frozenset({friends.root})
    conflict = await own.write("sonarr", "DELETE", f"/episodefile/{friends.episode(1, 1).file.id}")
    assert conflict.status_code == 409


# adding again


async def test_a_series_added_again_has_its_seasons_new_ids_and_no_files(few: Visitor):
    world, show = few.home.world, few.home.world.show("Chernobyl")
    await few.write("sonarr", "DELETE", f"/series/{show.id}", deleteFiles="true")
    world.settle()
    world.scan()
    found = (await few.sonarr("/series/lookup", term=f"tvdb:{show.tvdb_id}"))[0]
    wanted = {"qualityProfileId": 1, "rootFolderPath": "/data/media/series", "monitored": True}

    answer = await few.write(
        "sonarr", "POST", "/series", found | wanted | {"addOptions": {"searchForMissingEpisodes": True}}
    )

    row = answer.json()
    assert "id" not in found
    assert answer.status_code == 201
    assert row["id"] not in (0, show.id)
    assert row["path"] == show.path
    assert (row["statistics"]["totalEpisodeCount"], row["statistics"]["episodeFileCount"]) == (5, 0)
    assert len((await few.sonarr("/queue"))["records"]) == 5
    back = world.show("Chernobyl")
    world.import_episodes(back.episode(1, 1), at=world.now(), size=10)
    assert back.item.leaves() == [back.episode(1, 1).item]


async def test_a_series_whose_files_were_left_finds_them_again(few: Visitor):
    show = few.home.world.show("Chernobyl")
    await few.write("sonarr", "DELETE", f"/series/{show.id}")
    body = {"tvdbId": show.tvdb_id, "title": show.title, "qualityProfileId": 1, "path": show.path}

    number = (await few.write("sonarr", "POST", "/series", body)).json()["id"]

    assert (await few.sonarr(f"/series/{number}"))["statistics"]["episodeFileCount"] == 5
    assert few.home.world.show("Chernobyl").item is show.item


async def test_a_series_nobody_ever_had_can_be_added_too(few: Visitor):
    body = {"tvdbId": 5, "title": "New", "qualityProfileId": 1, "rootFolderPath": "/data/media/series"}

    answer = await few.write("sonarr", "POST", "/series", body | {"seriesType": "anime"})

    assert (answer.status_code, answer.json()["seriesType"], answer.json()["seasons"]) == (201, "anime", [])


async def test_a_series_that_cannot_be_added_is_refused_with_an_array(few: Visitor):
    here = few.home.world.show("Chernobyl")
    bodies = {
        "TvdbId": {"tvdbId": here.tvdb_id, "title": "x", "rootFolderPath": here.root, "qualityProfileId": 1},
        "Title": {"tvdbId": 5, "rootFolderPath": here.root, "qualityProfileId": 1},
        "RootFolderPath": {"tvdbId": 5, "title": "x", "rootFolderPath": "/elsewhere", "qualityProfileId": 1},
        "Path": {"tvdbId": 5, "title": "x", "path": here.path, "qualityProfileId": 1},
        "QualityProfileId": {"tvdbId": 5, "title": "x", "rootFolderPath": here.root},
    }

    for name, body in bodies.items():
        answer = await few.write("sonarr", "POST", "/series", body)
        assert answer.status_code == 400
        assert [row["propertyName"] for row in answer.json()] == [name]
