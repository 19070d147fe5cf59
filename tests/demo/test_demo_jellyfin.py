from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from demo_visitor import NOW, Visitor

FIELDS = "ProviderIds,Path,DateCreated,MediaSources"


def by_name(page) -> dict:
    return {item["Name"]: item for item in page["Items"]}


# keys


@pytest.mark.parametrize(
    "headers",
    [
        lambda key: {"Authorization": f'MediaBrowser Token="{key}"'},
        lambda key: {
            "Authorization": f'MediaBrowser Client="K", Device="a%20b", Token="{quote(key)}", Version="1"'
        },
        lambda key: {"Authorization": f"mediabrowser token={key}"},
        lambda key: {"X-Emby-Token": key},
        lambda key: {"X-MediaBrowser-Token": key},
        lambda key: {"X-Emby-Authorization": f'MediaBrowser Token="{key}"'},
        lambda key: {"Authorization": f'Emby Token="{key}"'},
    ],
)
async def test_the_key_is_taken_in_each_header(shared: Visitor, headers):
    sent = headers(shared.home.services["jellyfin"].api_key)

    assert (await shared.raw("jellyfin", "/System/Info", key=False, headers=sent)).status_code == 200


async def test_the_key_is_taken_from_the_query(shared: Visitor):
    key = shared.home.services["jellyfin"].api_key

    for name in ("ApiKey", "apikey", "api_key"):
        assert (await shared.raw("jellyfin", "/System/Info", key=False, **{name: key})).status_code == 200


async def test_without_legacy_authorization_the_old_forms_are_refused(own: Visitor):
    own.home.world.legacy_auth = False
    key = own.home.services["jellyfin"].api_key

    for headers in ({"X-Emby-Token": key}, {"Authorization": f'Emby Token="{key}"'}):
        assert (await own.raw("jellyfin", "/System/Info", key=False, headers=headers)).status_code == 401
    assert (await own.raw("jellyfin", "/System/Info", key=False, api_key=key)).status_code == 401
    assert (await own.raw("jellyfin", "/System/Info", key=False, ApiKey=key)).status_code == 200


async def test_a_bad_key_is_401_too_few_rights_are_403_and_a_disabled_user_is_nobody(own: Visitor):
    luis = own.home.world.user("luis")
    his = {"Authorization": f'MediaBrowser Token="{luis.token}"'}

    bad = await own.raw("jellyfin", "/Users", key=False, headers={"X-Emby-Token": "wrong"})
    assert (bad.status_code, bad.content) == (401, b"")
    assert (await own.raw("jellyfin", "/Items", key=False, headers=his)).status_code == 200
    assert (await own.raw("jellyfin", "/Library/VirtualFolders", key=False, headers=his)).status_code == 403
    luis.disabled = True
    assert (await own.raw("jellyfin", "/Items", key=False, headers=his)).status_code == 401


async def test_a_user_token_looks_with_that_users_eyes(shared: Visitor):
    nico = shared.home.world.user("nico")
    headers = {"Authorization": f'MediaBrowser Token="{nico.token}"'}
    answer = await shared.raw(
        "jellyfin", "/Items", key=False, headers=headers, recursive="true", includeItemTypes="Movie"
    )

    assert {"Toy Story", "Coco"} <= by_name(answer.json()).keys()
    assert "Heat" not in by_name(answer.json())
    assert "UserData" in answer.json()["Items"][0]


async def test_what_is_public_needs_no_key(shared: Visitor):
    for path in ("/System/Info/Public", "/System/Ping", "/health"):
        assert (await shared.raw("jellyfin", path, key=False)).status_code == 200
    assert (await shared.raw("jellyfin", "/health", key=False)).text == "Healthy"


# shapes


async def test_routes_and_parameters_know_no_case_and_ids_come_in_both_forms(shared: Visitor):
    item = shared.home.world.movie("Heat").item
    dashed = re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", item.id)

    page = await shared.jellyfin(
        "/items", RECURSIVE="true", IncludeItemTypes="movie", LIMIT=2, sortby="SortName"
    )
    assert len(page["Items"]) == 2
    assert (await shared.jellyfin(f"/items/{dashed.upper()}"))["Id"] == item.id


async def test_ids_paths_dates_and_sizes_come_only_when_asked_for(shared: Visitor):
    plain = (await shared.jellyfin("/Items", ids=shared.home.world.movie("Heat").item.id))["Items"][0]
    asked = (await shared.jellyfin("/Items", ids=shared.home.world.movie("Heat").item.id, fields=FIELDS))[
        "Items"
    ][0]

    assert not {"ProviderIds", "Path", "DateCreated", "MediaSources", "UserData"} & plain.keys()
    assert asked["ProviderIds"] == {"Tmdb": "949", "Imdb": "tt0113277"}
    assert asked["MediaSources"][0]["Size"] == shared.home.world.movie("Heat").file.size
    assert asked["Path"] == shared.home.world.movie("Heat").file.path


async def test_null_members_are_left_out_except_the_channel(shared: Visitor):
    page = await shared.jellyfin(
        "/Items", recursive="true", fields=FIELDS, userId=shared.home.world.users[0].id
    )

    assert {name for item in page["Items"] for name, value in item.items() if value is None} == {"ChannelId"}


async def test_times_have_seven_digits_or_the_digits_that_matter(own: Visitor):
    ana, heat = own.home.world.user("ana"), own.home.world.movie("Heat")
    seen = []
    for microseconds in (0, 571000, 571200):
        ana.plays(heat, at=NOW.replace(microsecond=microseconds))
        seen.append(
            (await own.jellyfin(f"/Items/{heat.item.id}", userId=ana.id))["UserData"]["LastPlayedDate"]
        )

    assert seen == ["2025-11-20T12:30:15.0000000Z", "2025-11-20T12:30:15.571Z", "2025-11-20T12:30:15.5712Z"]


async def test_a_missing_item_is_404_and_so_is_an_unknown_user(shared: Visitor):
    nobody = "0" * 32

    assert (await shared.raw("jellyfin", f"/Items/{nobody}")).status_code == 404
    assert (await shared.raw("jellyfin", "/Items", userId=nobody)).status_code == 404
    assert (await shared.raw("jellyfin", "/Items", userId="ana")).status_code == 400
    assert (await shared.raw("jellyfin", f"/Shows/{nobody}/Episodes")).status_code == 404
    assert (await shared.raw("jellyfin", "/Nowhere")).status_code == 404


# questions about items


async def test_without_a_user_there_is_no_user_data(shared: Visitor):
    ana = shared.home.world.user("ana").id
    query = {"recursive": "true", "includeItemTypes": "Movie"}

    assert not [item for item in (await shared.jellyfin("/Items", **query))["Items"] if "UserData" in item]
    assert all("UserData" in item for item in (await shared.jellyfin("/Items", userId=ana, **query))["Items"])
    silent = await shared.jellyfin("/Items", userId=ana, enableUserData="false", **query)
    assert not [item for item in silent["Items"] if "UserData" in item]


async def test_not_recursive_gives_the_top_folders_only(shared: Visitor):
    page = await shared.jellyfin("/Items")

    assert set(by_name(page)) == {"Movies", "Series", "Infantil", "Collections"}
    assert {item["Type"] for item in page["Items"]} == {"CollectionFolder"}


async def test_pages_fit_together_only_with_an_order(shared: Visitor):
    async def walk(**query) -> list[str]:
        found = []
        for start in range(0, 60, 10):
            page = await shared.jellyfin(
                "/Items", recursive="true", includeItemTypes="Movie", startIndex=start, limit=10, **query
            )
            found += [item["Id"] for item in page["Items"]]
        return found

    ordered, wild = await walk(sortBy="DateCreated,SortName", sortOrder="Ascending"), await walk()

    assert len(set(ordered)) == len(ordered)
    assert len(set(wild)) < len(wild)


async def test_the_total_is_nought_when_it_was_not_wanted(shared: Visitor):
    query = {"recursive": "true", "includeItemTypes": "Movie", "limit": 5}

    assert (await shared.jellyfin("/Items", **query))["TotalRecordCount"] > 50
    assert (await shared.jellyfin("/Items", enableTotalRecordCount="false", **query))["TotalRecordCount"] == 0


async def test_orders_can_be_mixed(shared: Visitor):
    page = await shared.jellyfin(
        "/Items",
        recursive="true",
        includeItemTypes="Movie",
        sortBy="ProductionYear,SortName",
        sortOrder="Descending,Ascending",
    )
    years = [item["ProductionYear"] for item in page["Items"]]

    assert years == sorted(years, reverse=True)


async def test_a_parent_gives_what_is_below_it(shared: Visitor):
    world = shared.home.world
    kids = await shared.jellyfin("/Items", parentId=world.library("Infantil").id, recursive="true")
    series = await shared.jellyfin("/Items", parentId=world.library("Series").id)
    seasons = await shared.jellyfin("/Items", parentId=world.show("Fargo").item.id)
    deeper = await shared.jellyfin("/Items", parentId=world.show("Fargo").item.id, recursive="true")
    members = await shared.jellyfin(
        "/Items", parentId=world.collection("The Lord of the Rings Collection").id
    )

    assert "Toy Story" in by_name(kids)
    assert {item["Type"] for item in series["Items"]} == {"Series"}
    assert set(by_name(seasons)) == {"Season 1", "Season 2", "Season 3"}
    assert len(deeper["Items"]) == 33
    assert len(members["Items"]) == 3


async def test_missing_episodes_are_virtual_and_can_be_left_out(shared: Visitor):
    severance = shared.home.world.show("Severance").item.id
    everything = (await shared.jellyfin(f"/Shows/{severance}/Episodes", fields="Path"))["Items"]
    there = (await shared.jellyfin(f"/Shows/{severance}/Episodes", isMissing="false"))["Items"]
    filtered = await shared.jellyfin(
        "/Items",
        recursive="true",
        includeItemTypes="Episode",
        parentId=severance,
        excludeLocationTypes="Virtual",
    )
    virtual = [item for item in everything if item["LocationType"] == "Virtual"]

    assert virtual
    assert not [item for item in virtual if "Path" in item]
    assert len(there) == len(everything) - len(virtual) == len(filtered["Items"])


async def test_a_double_episode_is_one_item_with_an_end(shared: Visitor):
    friends = shared.home.world.show("Friends").item.id
    episodes = (await shared.jellyfin(f"/Shows/{friends}/Episodes", season=2))["Items"]

    assert [
        (item["IndexNumber"], item["IndexNumberEnd"]) for item in episodes if "IndexNumberEnd" in item
    ] == [(12, 13)]
    assert len(episodes) == 23
    assert episodes[0]["SeriesId"] == friends
    assert episodes[0]["ParentIndexNumber"] == 2


async def test_seasons_can_be_asked_for_by_id_and_without_specials(shared: Visitor):
    sherlock = shared.home.world.show("Sherlock")
    regular = await shared.jellyfin(f"/Shows/{sherlock.item.id}/Seasons", isSpecialSeason="false")
    specials = await shared.jellyfin(
        f"/Shows/{sherlock.item.id}/Episodes", seasonId=sherlock.season(0).item.id
    )

    assert [item["IndexNumber"] for item in regular["Items"]] == [1, 2]
    assert [item["Name"] for item in specials["Items"]] == ["The Making Of"]


async def test_films_can_be_grouped_into_their_collection(own: Visitor):
    own.home.world.groups_collections = True
    query = {
        "parentId": own.home.world.library("Movies").id, "recursive": "true", "userId": own.home.world.user("ana").id
    }  # fmt: skip

    grouped, flat = (
        await own.jellyfin("/Items", **query),
        await own.jellyfin("/Items", collapseBoxSetItems="false", **query),
    )

    ring = "The Lord of the Rings: The Two Towers"
    assert ring not in by_name(grouped)
    assert "The Lord of the Rings Collection" in by_name(grouped)
    assert ring in by_name(flat)


async def test_ids_can_be_looked_for_by_kind_and_not_by_value(shared: Visitor):
    with_id = await shared.jellyfin("/Items", recursive="true", includeItemTypes="Movie", hasTmdbId="true")
    every = await shared.jellyfin(
        "/Items", recursive="true", includeItemTypes="Movie", anyProviderIdEquals="tmdb.603"
    )

    assert "Vertigo" not in by_name(with_id)
    assert len(every["Items"]) > len(with_id["Items"])


# what users did


async def test_a_finished_playback_counts_dates_and_ticks(own: Visitor):
    luis, heat = own.home.world.user("luis"), own.home.world.movie("Heat")
    luis.data.pop(heat.item.id, None)
    luis.plays(heat, at=NOW - timedelta(days=3))
    luis.plays(heat, at=NOW - timedelta(days=2))

    data = (await own.jellyfin(f"/Items/{heat.item.id}", userId=luis.id))["UserData"]

    assert (data["PlayCount"], data["Played"], data["PlaybackPositionTicks"]) == (2, True, 0)
    assert data["LastPlayedDate"] == "2025-11-18T12:30:15.0000000Z"


async def test_starting_again_takes_played_away(own: Visitor):
    luis, heat = own.home.world.user("luis"), own.home.world.movie("Heat")
    luis.plays(heat, at=NOW - timedelta(days=300))
    luis.pauses(heat, at=NOW - timedelta(days=1), part=0.25)

    data = (await own.jellyfin(f"/Items/{heat.item.id}", userId=luis.id))["UserData"]

    assert data["Played"] is False
    assert data["PlayCount"] >= 2
    assert data["PlayedPercentage"] == pytest.approx(25)
    resumable = await own.jellyfin("/Items", recursive="true", filters="IsResumable", userId=luis.id)
    assert "Heat" in by_name(resumable)


async def test_unticking_forgets_and_ticking_may_leave_no_date(own: Visitor):
    ana, heat = own.home.world.user("ana"), own.home.world.movie("Heat")
    ana.plays(heat, at=NOW)
    ana.marks_unwatched(heat)
    unticked = (await own.jellyfin(f"/Items/{heat.item.id}", userId=ana.id))["UserData"]
    ana.marks_watched(heat)
    ticked = (await own.jellyfin(f"/Items/{heat.item.id}", userId=ana.id))["UserData"]

    assert (unticked["PlayCount"], unticked["Played"], "LastPlayedDate" in unticked) == (0, False, False)
    assert (ticked["PlayCount"], ticked["Played"], "LastPlayedDate" in ticked) == (1, True, False)


async def test_of_series_and_seasons_only_sums_are_known(own: Visitor):
    ana, show = own.home.world.user("ana"), own.home.world.show("Chernobyl")
    ana.data.clear()
    ana.plays(show.season(1).episode(1), at=NOW)
    page = await own.jellyfin("/Items", ids=f"{show.item.id},{show.season(1).item.id}", userId=ana.id)

    for item in page["Items"]:
        data = item["UserData"]
        assert (data["UnplayedItemCount"], data["Played"], data["PlayCount"]) == (4, False, 0)
        assert "LastPlayedDate" not in data


async def test_a_season_without_episodes_on_disk_counts_as_played(shared: Visitor):
    third = shared.home.world.show("Severance").season(3).item.id
    data = (await shared.jellyfin(f"/Items/{third}", userId=shared.home.world.user("luis").id))["UserData"]

    assert (data["UnplayedItemCount"], data["Played"]) == (0, True)


async def test_favourites_stand_on_each_level(shared: Visitor):
    async def favourites(name: str) -> set[tuple[str, str]]:
        page = await shared.jellyfin(
            "/Items", recursive="true", isFavorite="true", userId=shared.home.world.user(name).id
        )
        return {(item["Type"], item["Name"]) for item in page["Items"]}

    assert await favourites("luis") == {
        ("Series", "Breaking Bad"),
        ("BoxSet", "The Lord of the Rings Collection"),
    }
    assert await favourites("marta") == {("Season", "Season 3"), ("Movie", "Amélie")}
    assert await favourites("ana") == {("Episode", "Episode 7")}


async def test_what_a_policy_hides_is_absent_for_that_user_alone(shared: Visitor):
    nico, ana = shared.home.world.user("nico").id, shared.home.world.user("ana").id
    heat = shared.home.world.movie("Heat").item.id

    policy = next(user for user in await shared.jellyfin("/Users") if user["Name"] == "nico")["Policy"]
    assert (policy["EnableAllFolders"], policy["EnabledFolders"], policy["MaxParentalRating"]) == (
        False, [shared.home.world.library("Infantil").id], 10,
    )  # fmt: skip
    assert (await shared.raw("jellyfin", f"/Items/{heat}", userId=ana)).status_code == 200
    assert (await shared.raw("jellyfin", f"/Items/{heat}", userId=nico)).status_code == 404
    assert (await shared.jellyfin("/Items", recursive="true", ids=heat, userId=nico))["Items"] == []


async def test_a_rating_can_hide_a_title_too(own: Visitor):
    ana = own.home.world.user("ana")
    ana.max_rating = 13
    seen = by_name(
        await own.jellyfin("/Items", recursive="true", includeItemTypes="Movie,Series", userId=ana.id)
    )

    assert "Inception" in seen
    assert not {"Heat", "Breaking Bad"} & seen.keys()


# now


async def test_a_paused_film_is_a_session_and_a_connected_device_is_one_without_an_item(shared: Visitor):
    sessions = await shared.jellyfin("/Sessions")
    playing = [one for one in sessions if "NowPlayingItem" in one]

    assert [(one["UserName"], one["NowPlayingItem"]["Name"]) for one in playing] == [("ana", "Whiplash")]
    assert playing[0]["PlayState"]["IsPaused"] is True
    assert playing[0]["NowPlayingItem"]["ProviderIds"]["Tmdb"] == "244786"
    assert playing[0]["NowPlayingQueue"][0]["Id"] == playing[0]["NowPlayingItem"]["Id"]
    assert len(sessions) == 2


async def test_a_session_can_play_what_no_library_lists(own: Visitor):
    own.home.world.play_now(
        "luis", other={"Name": "News", "Type": "TvChannel", "MediaType": "Video", "Id": "1" * 32}
    )

    playing = [
        one["NowPlayingItem"]["Type"] for one in await own.jellyfin("/Sessions") if "NowPlayingItem" in one
    ]
    assert playing == ["Movie", "TvChannel"]


async def test_libraries_are_listed_with_their_folders(shared: Visitor):
    folders = {one["Name"]: one for one in await shared.jellyfin("/Library/VirtualFolders")}

    assert folders["Movies"]["Locations"] == ["/data/media/movies"]
    assert folders["Series"]["CollectionType"] == "tvshows"
    assert folders["Infantil"]["Locations"] == ["/data/media/kids"]
    assert folders["Collections"]["CollectionType"] == "boxsets"


async def test_counts_add_up(shared: Visitor):
    counts = await shared.jellyfin("/Items/Counts")
    movies = await shared.jellyfin("/Items", recursive="true", includeItemTypes="Movie")

    assert counts["MovieCount"] == movies["TotalRecordCount"]
    assert counts["SeriesCount"] == 20
