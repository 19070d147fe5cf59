from __future__ import annotations

import re
from datetime import timedelta

import pytest
from demo_visitor import NOW, Visitor

BOTH = pytest.mark.parametrize("service", ["radarr", "sonarr"])
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def walk(value):
    """Every (name, value) below a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


# keys


@BOTH
@pytest.mark.parametrize("form", ["query", "x-api-key", "authorization", "bearer"])
async def test_the_key_is_taken_in_each_form(shared: Visitor, service: str, form: str):
    key = shared.home.services[service].api_key
    headers = {"x-api-key": {"X-Api-Key": key}, "authorization": {"Authorization": key},
               "bearer": {"Authorization": f"Bearer {key}"}}.get(form, {})  # fmt: skip
    query = {"apikey": key} if form == "query" else {}

    answer = await shared.raw(service, "/api/v3/tag", key=False, headers=headers, **query)

    assert answer.status_code == 200


@BOTH
async def test_a_key_in_the_query_wins_even_when_it_is_wrong(shared: Visitor, service: str):
    assert (await shared.raw(service, "/api/v3/tag", apikey="wrong")).status_code == 401


@BOTH
@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}])
async def test_without_a_good_key_the_answer_is_401_and_empty(shared: Visitor, service: str, headers):
    answer = await shared.raw(service, "/api/v3/tag", key=False, headers=headers)

    assert (answer.status_code, answer.content) == (401, b"")


@BOTH
async def test_ping_needs_no_key(shared: Visitor, service: str):
    assert (await shared.raw(service, "/ping", key=False)).json() == {"status": "OK"}


# shapes


@BOTH
async def test_routes_know_no_case(shared: Visitor, service: str):
    assert (await shared.raw(service, "/API/V3/qualityProfile")).status_code == 200


@BOTH
async def test_a_page_that_is_no_api_is_html(shared: Visitor, service: str):
    answer = await shared.raw(service, "/some/prefix/api/v3/tag")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


async def test_nothing_is_null_and_times_are_whole_seconds(shared: Visitor):
    answers = [
        await shared.radarr("/movie"),
        await shared.radarr("/history"),
        await shared.sonarr("/series"),
        await shared.sonarr("/episode", seriesId=11),
        await shared.sonarr("/queue", includeSeries="true", includeEpisode="true"),
    ]
    seen = [(name, value) for answer in answers for name, value in walk(answer)]

    assert not [name for name, value in seen if value is None]
    times = [
        value for name, value in seen if name in ("added", "date", "dateAdded", "airDateUtc", "nextAiring")
    ]
    assert times
    assert all(TIME.fullmatch(value) for value in times)


async def test_json_is_indented(shared: Visitor):
    assert b'\n  "appName": "Radarr"' in (await shared.raw("radarr", "/api/v3/system/status")).content


async def test_a_missing_id_is_problem_details_and_a_missing_series_of_files_a_message(shared: Visitor):
    by_id = await shared.raw("radarr", "/api/v3/movie/9999")
    files = await shared.raw("sonarr", "/api/v3/episodefile", seriesId=9999)
    history = await shared.raw("sonarr", "/api/v3/history/series", seriesId=9999)

    assert (by_id.status_code, by_id.json()["title"]) == (404, "Not Found")
    assert (files.status_code, "does not exist" in files.json()["message"]) == (404, True)
    assert history.status_code == 404
    assert await shared.radarr("/history/movie", movieId=9999) == []
    assert await shared.sonarr("/episode", seriesId=9999) == []


async def test_a_query_that_cannot_be_bound_is_400_with_errors(shared: Visitor):
    answer = await shared.raw("radarr", "/api/v3/history", page="one")

    assert answer.status_code == 400
    assert "page" in answer.json()["errors"]


async def test_asking_for_files_of_nothing_in_particular_is_400(shared: Visitor):
    assert (await shared.raw("radarr", "/api/v3/moviefile")).status_code == 400
    assert (await shared.raw("sonarr", "/api/v3/episodefile")).status_code == 400
    assert (await shared.raw("sonarr", "/api/v3/episode")).status_code == 400
    assert (await shared.raw("radarr", "/api/v3/moviefile", movieFileIds=99999)).status_code == 500


async def test_a_known_number_gives_a_list_of_one_and_an_unknown_one_of_none(shared: Visitor):
    assert [movie["title"] for movie in await shared.radarr("/movie", tmdbId=603)] == ["The Matrix"]
    assert await shared.radarr("/movie", tmdbId=1) == []
    assert [show["title"] for show in await shared.sonarr("/series", tvdbId=81189)] == ["Breaking Bad"]
    assert [movie["tmdbId"] for movie in await shared.radarr("/movie/lookup", term="tmdb:603")] == [603]


async def test_root_folders_have_no_slash_at_the_end_and_the_root_of_a_movie_has(shared: Visitor):
    movie = (await shared.radarr("/movie", tmdbId=603))[0]
    roots = {root["path"] for root in await shared.radarr("/rootfolder")}

    assert roots == {"/data/media/movies", "/data/media/kids"}
    assert movie["rootFolderPath"] == "/data/media/movies/"


async def test_disk_and_root_folders_agree_and_about_seven_percent_are_free(shared: Visitor):
    disks = {disk["path"]: disk for disk in await shared.sonarr("/diskspace")}
    roots = await shared.radarr("/rootfolder") + await shared.sonarr("/rootfolder")

    assert list(disks) == ["/config", "/data"]
    assert {root["freeSpace"] for root in roots} == {disks["/data"]["freeSpace"]}
    assert disks["/data"]["totalSpace"] == 4_000_000_000_000
    assert 0.06 < disks["/data"]["freeSpace"] / disks["/data"]["totalSpace"] < 0.08


async def test_tags_are_sorted_by_label_numbered_apart_and_known_by_their_titles(shared: Visitor):
    radarr, sonarr = await shared.radarr("/tag"), await shared.sonarr("/tag")
    detail = {tag["label"]: tag for tag in await shared.radarr("/tag/detail")}
    heat = (await shared.radarr("/movie", tmdbId=949))[0]

    assert [tag["label"] for tag in radarr] == ["10-days", "daily", "keep"]
    assert not {tag["id"] for tag in radarr} & {tag["id"] for tag in sonarr}
    assert detail["keep"]["movieIds"] == [heat["id"]]
    assert heat["tags"] == [detail["keep"]["id"]]


# paging


@BOTH
async def test_without_a_direction_a_page_is_descending_and_an_unknown_key_is_replaced(
    shared: Visitor, service: str
):
    answer = await shared.raw(service, "/api/v3/history", sortKey="shoeSize", pageSize=20)
    page = answer.json()
    dates = [record["date"] for record in page["records"]]

    assert (page["sortKey"], page["sortDirection"]) == ("date", "descending")
    assert dates == sorted(dates, reverse=True)


@BOTH
async def test_walking_history_ascending_meets_every_line_once(shared: Visitor, service: str):
    seen, page = [], 1
    while True:
        got = (
            await shared.raw(
                service, "/api/v3/history", page=page, pageSize=50, sortKey="date", sortDirection="ascending"
            )
        ).json()
        seen += got["records"]
        if page * 50 >= got["totalRecords"]:
            break
        page += 1

    assert len({record["id"] for record in seen}) == len(seen) == got["totalRecords"]
    assert [record["date"] for record in seen] == sorted(record["date"] for record in seen)


async def test_history_beyond_the_end_is_empty_and_the_queue_repeats_its_last_page(own: Visitor):
    for title in ("Heat", "Psycho", "Alien"):
        own.home.world.queue_movie(own.home.world.movie(title))

    history = await own.radarr("/history", page=99)
    queue = await own.radarr("/queue", page=99, pageSize=3, sortDirection="ascending")

    assert history["records"] == []
    assert (queue["page"], queue["totalRecords"], len(queue["records"])) == (2, 4, 1)


async def test_event_types_are_numbers_that_can_be_repeated_and_differ_between_the_two(shared: Visitor):
    radarr = await shared.radarr("/history", pageSize=999, eventType=[3, 6])
    sonarr = await shared.sonarr("/history", pageSize=999, eventType=3, seriesIds=[1, 2])
    nothing = await shared.sonarr("/history", eventType=6)

    assert {record["eventType"] for record in radarr["records"]} == {
        "downloadFolderImported",
        "movieFileDeleted",
    }
    assert {record["seriesId"] for record in sonarr["records"]} == {1, 2}
    assert nothing["totalRecords"] == 0


async def test_history_since_is_ascending_and_of_one_movie_newest_first(shared: Visitor):
    since = (NOW - timedelta(days=30)).isoformat().replace("+00:00", "Z")
    matrix = shared.home.world.movie("The Matrix")

    recent = [record["date"] for record in await shared.radarr("/history/since", date=since)]
    of_one = [record["date"] for record in await shared.radarr("/history/movie", movieId=matrix.id)]

    assert recent == sorted(recent)
    assert min(recent) >= since[:19]
    assert of_one == sorted(of_one, reverse=True)


async def test_grabs_carry_the_indexers_secret_and_all_data_is_text(shared: Visitor):
    grab = (await shared.radarr("/history", pageSize=1, eventType=1))["records"][0]
    imported = (await shared.radarr("/history", pageSize=1, eventType=3))["records"][0]

    assert "apikey=" in grab["data"]["downloadUrl"]
    assert imported["data"]["importedPath"].startswith("/data/media/")
    assert all(isinstance(value, str) for value in (grab["data"] | imported["data"]).values())
    assert re.fullmatch("[0-9A-F]{40}", imported["downloadId"])


# what only one of them has


async def test_seasons_count_what_sonarr_counts(shared: Visitor):
    friends = (await shared.sonarr("/series", tvdbId=79168))[0]
    files = await shared.sonarr("/episodefile", seriesId=friends["id"])
    second = next(season for season in friends["seasons"] if season["seasonNumber"] == 2)["statistics"]

    assert second["episodeFileCount"] == second["episodeCount"] == second["totalEpisodeCount"] == 24
    assert len([file for file in files if file["seasonNumber"] == 2]) == 23  # one file holds two episodes
    assert second["sizeOnDisk"] == sum(file["size"] for file in files if file["seasonNumber"] == 2)
    assert friends["statistics"]["seasonCount"] == 2
    assert "nextAiring" not in friends


async def test_specials_are_season_zero_and_counted_in_the_whole(shared: Visitor):
    sherlock = (await shared.sonarr("/series", tvdbId=176941))[0]
    by_number = {season["seasonNumber"]: season["statistics"] for season in sherlock["seasons"]}

    assert set(by_number) == {0, 1, 2}
    assert sherlock["statistics"]["seasonCount"] == 2
    assert sherlock["statistics"]["episodeFileCount"] == sum(
        part["episodeFileCount"] for part in by_number.values()
    )


async def test_an_airing_show_counts_what_has_aired(shared: Visitor):
    show = (await shared.sonarr("/series", tvdbId=371980))[0]
    second, third = show["seasons"][1]["statistics"], show["seasons"][2]["statistics"]

    assert show["status"] == "continuing"
    assert second["episodeCount"] < second["totalEpisodeCount"] == 10
    assert (third["episodeCount"], third["totalEpisodeCount"], third["percentOfEpisodes"]) == (0, 2, 0)
    assert second["previousAiring"] < NOW.isoformat()[:19] < second["nextAiring"] == show["nextAiring"]


async def test_a_show_whose_tmdb_number_is_unknown_has_nought(shared: Visitor):
    assert (await shared.sonarr("/series", tvdbId=334824))[0]["tmdbId"] == 0


async def test_an_unknown_download_shows_in_the_queue_only_when_asked_for(own: Visitor):
    radarr = own.home.world.radarr
    row = own.home.world.queue_movie(own.home.world.movie("Heat"))
    row.title_id = 0

    assert (await own.radarr("/queue"))["totalRecords"] == len(radarr.queue) - 1
    known = (await own.radarr("/queue", includeUnknownMovieItems="true"))["records"]
    assert [record for record in known if "movieId" not in record]
    assert (await own.radarr("/queue/status"))["unknownCount"] == 1


async def test_deprecated_lists_say_so(shared: Visitor):
    answer = await shared.raw("radarr", "/api/v3/exclusions")

    assert answer.headers["deprecation"] == "true"
    assert (await shared.radarr("/exclusions/paged"))["records"] == answer.json()


async def test_a_missing_root_folder_is_not_accessible_and_has_no_free_space(own: Visitor):
    own.home.world.radarr.missing_roots = frozenset({"/data/media/kids"})

    kids = next(root for root in await own.radarr("/rootfolder") if root["path"] == "/data/media/kids")

    assert kids["accessible"] is False
    assert "freeSpace" not in kids
