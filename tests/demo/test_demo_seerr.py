from __future__ import annotations

import re
from datetime import timedelta

import pytest
from demo_visitor import NOW, Visitor

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


async def test_no_key_is_401_with_errors_and_a_wrong_one_403(shared: Visitor):
    without = await shared.raw("jellyseerr", "/api/v1/request", key=False)
    wrong = await shared.raw("jellyseerr", "/api/v1/request", key=False, headers={"X-Api-Key": "no"})

    assert (without.status_code, set(without.json())) == (401, {"message", "errors"})
    assert (wrong.status_code, wrong.json()) == (
        403,
        {"status": 403, "error": "You do not have permission to access this endpoint"},
    )


async def test_status_and_public_settings_need_no_key(shared: Visitor):
    assert (await shared.raw("jellyseerr", "/api/v1/status", key=False)).status_code == 200
    assert (await shared.raw("jellyseerr", "/api/v1/settings/public", key=False)).json()[
        "mediaServerType"
    ] == 2


async def test_the_key_acts_as_the_owner_or_as_the_user_named_beside_it(shared: Visitor):
    assert (await shared.seerr("/auth/me"))["displayName"] == "ana"
    as_luis = {"X-API-User": "2"}

    assert (await shared.raw("jellyseerr", "/api/v1/auth/me", headers=as_luis)).json()[
        "displayName"
    ] == "luis"
    assert (await shared.raw("jellyseerr", "/api/v1/user", headers=as_luis)).status_code == 403
    his = (await shared.raw("jellyseerr", "/api/v1/request", headers=as_luis)).json()["results"]
    assert {request["requestedBy"]["displayName"] for request in his} == {"luis"}


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("/request", {"page": 1}, "Unknown query parameter 'page'"),
        ("/request", {"filter": "everything"}, "allowed values"),
        ("/request", {"take": "many"}, "must be number"),
        ("/status", {"x": 1}, "Unknown query parameter 'x'"),
        ("/media", {"mediaType": "movie"}, "Unknown query parameter 'mediaType'"),
    ],
)
async def test_what_the_specification_does_not_list_is_400(shared: Visitor, path, query, said):
    answer = await shared.raw("jellyseerr", f"/api/v1{path}", **query)

    assert answer.status_code == 400
    assert said in answer.json()["message"]
    assert answer.json()["errors"]


async def test_null_members_are_there_and_times_have_milliseconds(shared: Visitor):
    request = (await shared.seerr("/request", take=1))["results"][0]

    assert request["serverId"] is None
    assert request["media"]["imdbId"] is None
    assert TIME.fullmatch(request["createdAt"])


async def test_pages_are_walked_by_skip(shared: Visitor):
    first = await shared.seerr("/request", take=5, sort="added", sortDirection="asc")
    total = first["pageInfo"]["results"]
    seen = []
    for skip in range(0, total, 5):
        page = await shared.seerr("/request", take=5, skip=skip, sort="added", sortDirection="asc")
        seen += [request["id"] for request in page["results"]]

    assert first["pageInfo"] == {"pages": -(-total // 5), "pageSize": 5, "results": total, "page": 1}
    assert len(set(seen)) == total
    assert first["serviceErrors"] == {"radarr": [], "sonarr": []}


async def test_unless_told_otherwise_requests_of_blocklisted_media_are_left_out(own: Visitor):
    own.home.world.requests[0].media.status = 6

    unsaid = (await own.seerr("/request", take=100))["pageInfo"]["results"]
    everything = (await own.seerr("/request", take=100, filter="all"))["pageInfo"]["results"]

    assert everything == unsaid + 1


async def test_deleted_media_are_found_by_their_filter(own: Visitor):
    request = next(one for one in own.home.world.requests if one.status == 5)
    request.media.status = 7

    assert [one["id"] for one in (await own.seerr("/request", filter="deleted"))["results"]] == [request.id]


async def test_requests_can_be_narrowed_by_kind_and_by_who_asked(shared: Visitor):
    shows = await shared.seerr("/request", mediaType="tv", take=50)
    martas = await shared.seerr("/request", requestedBy=3, take=50)

    assert {one["type"] for one in shows["results"]} == {"tv"}
    assert {one["requestedBy"]["displayName"] for one in martas["results"]} == {"marta"}


async def test_a_request_knows_its_title_in_each_service(shared: Visitor):
    film = shared.home.world.movie("Oppenheimer")
    request = next(
        one
        for one in (await shared.seerr("/request", take=50))["results"]
        if one["media"]["tmdbId"] == film.tmdb_id
    )
    alone = await shared.seerr(f"/request/{request['id']}")

    assert alone == request
    assert (request["media"]["serviceId"], request["media"]["externalServiceId"]) == (0, film.id)
    assert request["media"]["jellyfinMediaId"] == film.item.id
    assert request["media"]["mediaAddedAt"] == "2025-11-14T12:30:15.000Z"
    assert request["requestedBy"]["jellyfinUserId"] == shared.home.world.user("marta").id


async def test_a_show_may_have_no_tvdb_number_until_it_is_processed(shared: Visitor):
    request = next(
        one for one in (await shared.seerr("/request", filter="pending"))["results"] if one["type"] == "tv"
    )

    assert request["media"]["tvdbId"] is None
    assert request["media"]["tmdbId"] == 87108
    assert request["seasonCount"] == len(request["seasons"]) == 1


async def test_media_are_rows_without_requests(shared: Visitor):
    page = await shared.seerr("/media", take=100, sort="mediaAdded")

    assert page["results"]
    assert not [row for row in page["results"] if "requests" in row]
    assert len((await shared.seerr("/media", filter="available", take=100))["results"]) < len(page["results"])


async def test_counts_agree_with_the_list(shared: Visitor):
    counts = await shared.seerr("/request/count")
    everything = (await shared.seerr("/request", take=100, filter="all"))["results"]

    assert counts["total"] == len(everything) == counts["movie"] + counts["tv"]
    assert counts["pending"] == sum(1 for one in everything if one["status"] == 1) == 2


async def test_keys_of_the_arrs_are_in_the_settings_and_not_in_the_service_list(shared: Visitor):
    radarr = shared.home.services["radarr"]
    settings = (await shared.seerr("/settings/radarr"))[0]
    service = (await shared.seerr("/service/radarr"))[0]

    assert settings["apiKey"] == radarr.api_key
    assert "apiKey" not in service
    assert f"http://{service['hostname']}:{service['port']}" == radarr.url
    assert service["id"] == 0
    assert (await shared.seerr("/service/sonarr"))[0]["activeDirectory"] == "/data/media/series"


async def test_missing_things_are_404(shared: Visitor):
    assert (await shared.raw("jellyseerr", "/api/v1/request/9999")).json() == {
        "message": "Request not found."
    }
    assert (await shared.raw("jellyseerr", "/api/v1/nothing")).status_code == 404


async def test_users_are_linked_to_jellyfin(shared: Visitor):
    seerr = {one["displayName"]: one["jellyfinUserId"] for one in (await shared.seerr("/user"))["results"]}
    jellyfin = {one["Name"]: one["Id"] for one in await shared.jellyfin("/Users")}

    assert seerr == jellyfin


async def test_a_request_can_be_made_in_one_line(own: Visitor):
    world = own.home.world
    heat = world.movie("Heat")
    wish = world.request(heat, by="nico", available_since=NOW - timedelta(days=12))
    again = world.request(heat, by="ana", status=2)

    assert (wish.status, wish.media.status_4k) == (5, 1)
    assert (again.status, again.media is wish.media, again.media.status) == (2, True, 3)
