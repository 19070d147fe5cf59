from __future__ import annotations

import time

import anyio
import httpx
import pytest
from demo_visitor import NO_CERTIFICATES, NOW, Visitor

from keepercheky.demo import Fault, open_home

LISTS = {
    "radarr": "/api/v3/movie",
    "sonarr": "/api/v3/series",
    "jellyfin": "/Users",
    "jellyseerr": "/api/v1/service/radarr",
}
PAGES = {
    "radarr": ("/api/v3/history", "records", lambda page: page["totalRecords"]),
    "sonarr": ("/api/v3/history", "records", lambda page: page["totalRecords"]),
    "jellyfin": ("/Items?recursive=true", "Items", lambda page: page["TotalRecordCount"]),
    "jellyseerr": ("/api/v1/request", "results", lambda page: page["pageInfo"]["results"]),
}
STATUS = {
    Fault.UNAUTHORIZED: 401,
    Fault.FORBIDDEN: 403,
    Fault.NOT_FOUND: 404,
    Fault.TOO_MANY: 429,
    Fault.ERROR: 500,
    Fault.UNAVAILABLE: 503,
}
each_service = pytest.mark.parametrize("service", LISTS)


@each_service
@pytest.mark.parametrize("fault", STATUS)
async def test_a_status_is_answered_and_goes_when_cleared(few: Visitor, service: str, fault: Fault):
    few.home.faults.set(service, fault)
    assert (await few.raw(service, LISTS[service])).status_code == STATUS[fault]

    few.home.faults.clear()
    assert (await few.raw(service, LISTS[service])).status_code == 200


async def test_refusals_look_like_their_product(few: Visitor):
    for fault in STATUS:
        for service in LISTS:
            few.home.faults.set(service, fault, f"*/{fault.name}".lower())
    bodies = {
        (service, fault): await few.raw(service, f"/api/v1/{fault.name}")
        for service in LISTS
        for fault in STATUS
    }

    assert bodies["radarr", Fault.UNAUTHORIZED].content == b""
    assert bodies["jellyfin", Fault.FORBIDDEN].content == b""
    assert bodies["jellyseerr", Fault.FORBIDDEN].json()["error"].startswith("You do not have permission")
    assert bodies["sonarr", Fault.NOT_FOUND].json()["title"] == "Not Found"
    assert bodies["sonarr", Fault.UNAVAILABLE].json()["errorMessage"].startswith("Sonarr is starting up")
    assert bodies["jellyfin", Fault.UNAVAILABLE].headers["content-type"].startswith("text/html")
    assert "retry-after" in bodies["jellyfin", Fault.UNAVAILABLE].headers
    assert set(bodies["radarr", Fault.ERROR].json()) == {"message", "description"}
    assert bodies["jellyfin", Fault.ERROR].text == "Error processing request."


@each_service
async def test_refused_closes_the_connection_without_an_answer(few: Visitor, service: str):
    few.home.faults.set(service, Fault.REFUSED)

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await few.raw(service, LISTS[service])


@each_service
async def test_a_time_out_never_answers_and_does_not_hold_up_closing(tmp_path, service: str):
    begun = time.monotonic()
    async with open_home(tmp_path, now=lambda: NOW, movies=1, shows=1, files=False) as home:
        home.faults.set(service, Fault.TIMEOUT)
        async with httpx.AsyncClient(verify=NO_CERTIFICATES, timeout=0.15) as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.get(home.services[service].url + LISTS[service])
    assert time.monotonic() - begun < 5


async def test_a_slow_drip_keeps_every_single_read_alive_and_never_gets_done(few: Visitor):
    few.home.faults.set("radarr", Fault.SLOW_DRIP, "/api/v3/movie")
    where = few.home.services["radarr"]
    got = b""

    with anyio.move_on_after(0.8):
        async with few.client.stream(
            "GET", f"{where.url}/api/v3/movie?apikey={where.api_key}", timeout=0.5
        ) as answer:
            async for piece in answer.aiter_raw():
                got += piece

    assert answer.status_code == 200
    assert 0 < len(got) < 100


@each_service
async def test_html_is_somebody_elses_login_page(few: Visitor, service: str):
    few.home.faults.set(service, Fault.HTML)

    answer = await few.raw(service, LISTS[service])

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("service", "status", "location"),
    [
        ("radarr", 307, "/api/v3/movie"),
        ("sonarr", 307, "/api/v3/series"),
        ("jellyfin", 302, "/web/"),
        ("jellyseerr", 302, "/login"),
    ],
)
async def test_redirects_go_where_that_product_sends_people(
    few: Visitor, service: str, status: int, location: str
):
    few.home.faults.set(service, Fault.REDIRECT)

    answer = await few.raw(service, LISTS[service])

    assert (answer.status_code, answer.headers["location"]) == (status, location)


@each_service
async def test_truncated_json_comes_with_good_headers(few: Visitor, service: str):
    whole = await few.raw(service, LISTS[service])
    few.home.faults.set(service, Fault.TRUNCATED)

    answer = await few.raw(service, LISTS[service])

    assert answer.status_code == 200
    assert answer.headers["content-type"] == whole.headers["content-type"]
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(ValueError, match=r"(?i)expect|unterminated|delimiter"):
        answer.json()


@each_service
async def test_half_a_list_is_half_the_rows(few: Visitor, service: str):
    whole = (await few.raw(service, LISTS[service])).json()
    few.home.faults.set(service, Fault.HALF_LIST)

    assert (await few.raw(service, LISTS[service])).json() == whole[: len(whole) // 2]


@pytest.mark.parametrize("service", ["radarr", "sonarr", "jellyseerr"])
async def test_half_a_page_keeps_its_total(few: Visitor, service: str):
    path, rows, total = PAGES[service]
    whole = (await few.raw(service, path)).json()
    few.home.faults.set(service, Fault.HALF_LIST)

    half = (await few.raw(service, path)).json()

    assert half[rows] == whole[rows][: len(whole[rows]) // 2]
    assert total(half) == total(whole)


@each_service
async def test_empty_is_a_list_or_a_page_of_nothing(few: Visitor, service: str):
    few.home.faults.set(service, Fault.EMPTY)
    path, rows, total = PAGES[service]

    assert (await few.raw(service, LISTS[service])).json() == []
    page = (await few.raw(service, path)).json()
    assert (page[rows], total(page)) == ([], 0)


async def test_empty_of_an_object_is_an_object_of_nothing(few: Visitor):
    few.home.faults.set("radarr", Fault.EMPTY)

    assert await few.radarr("/system/status") == {}


@pytest.mark.parametrize(
    ("service", "path", "is_it"),
    [
        ("radarr", "/api/v3/system/status", lambda body: body["appName"] == "Radarr"),
        ("sonarr", "/api/v3/system/status", lambda body: body["appName"] == "Sonarr"),
        ("jellyfin", "/System/Info", lambda body: body["ProductName"] == "Jellyfin Server"),
        ("jellyfin", "/System/Info/Public", lambda body: body["ProductName"] == "Jellyfin Server"),
        ("jellyseerr", "/api/v1/status", lambda body: "version" in body),
        ("jellyseerr", "/api/v1/settings/public", lambda body: "initialized" in body),
    ],
)
async def test_the_wrong_product_says_so_in_its_status(few: Visitor, service, path, is_it):
    assert is_it((await few.raw(service, path)).json())
    few.home.faults.set(service, Fault.WRONG_PRODUCT)

    assert not is_it((await few.raw(service, path)).json())


async def test_a_fault_keeps_to_its_service_and_path(few: Visitor):
    few.home.faults.set("radarr", Fault.ERROR, "/api/v3/queue*")

    assert (await few.raw("radarr", "/API/v3/Queue/details")).status_code == 500
    assert (await few.raw("radarr", "/api/v3/movie")).status_code == 200
    assert (await few.raw("sonarr", "/api/v3/queue")).status_code == 200


async def test_a_fault_can_wait_and_can_pass(few: Visitor):
    few.home.faults.set("radarr", Fault.UNAVAILABLE, "/api/v3/tag", after=1, times=2)

    seen = [(await few.raw("radarr", "/api/v3/tag")).status_code for _ in range(4)]

    assert seen == [200, 503, 503, 200]


async def test_the_newest_fault_wins(few: Visitor):
    few.home.faults.set("radarr", Fault.ERROR)
    few.home.faults.set("radarr", Fault.FORBIDDEN, "/api/v3/tag")

    assert (await few.raw("radarr", "/api/v3/tag")).status_code == 403
    assert (await few.raw("radarr", "/api/v3/movie")).status_code == 500
