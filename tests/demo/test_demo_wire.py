from __future__ import annotations

import asyncio
import signal
import socket
from datetime import timedelta
from email.utils import parsedate_to_datetime

import anyio
import httpx
import pytest
from demo_visitor import NO_CERTIFICATES, NOW, Visitor

from keepercheky.demo import Asked, open_home
from keepercheky.demo.recorder import MOST, record

SERVICES = ("radarr", "sonarr", "jellyfin", "jellyseerr")


async def test_a_home_opens_four_services_on_loopback_and_closes_without_a_trace(tmp_path):
    before = asyncio.all_tasks()
    handler = signal.getsignal(signal.SIGINT)

    async with open_home(tmp_path, now=lambda: NOW, movies=5, shows=1, files=False) as home:
        kinds = {name: service.kind for name, service in home.services.items()}
        during = signal.getsignal(signal.SIGINT)

    assert kinds == {"radarr": "radarr", "sonarr": "sonarr", "jellyfin": "jellyfin", "jellyseerr": "seerr"}
    assert all(service.url.startswith("http://127.0.0.1:") for service in home.services.values())
    assert during is handler
    assert asyncio.all_tasks() == before
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient(verify=NO_CERTIFICATES) as client:
            await client.get(home.services["radarr"].url + "/ping")


async def test_ports_are_taken_as_given(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    async with open_home(
        tmp_path, now=lambda: NOW, movies=1, shows=1, files=False, ports={"sonarr": port}
    ) as home:
        assert home.services["sonarr"].url == f"http://127.0.0.1:{port}"


async def test_a_port_that_is_taken_is_an_error_and_nothing_is_left_open(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {"jellyfin": taken.getsockname()[1]}

        with pytest.raises(OSError, match="in use"):
            async with open_home(tmp_path, now=lambda: NOW, movies=1, shows=1, files=False, ports=ports):
                pass


@pytest.mark.parametrize("seconds", [0, 0.01, 0.02, 0.2])
async def test_a_cancelled_owner_leaves_no_server_behind(tmp_path, seconds: float):
    before = asyncio.all_tasks()

    with anyio.move_on_after(seconds):
        async with open_home(tmp_path, now=lambda: NOW, movies=1, shows=1, files=False):
            await anyio.sleep_forever()

    assert asyncio.all_tasks() == before


async def test_an_error_in_the_block_reaches_its_owner_as_it_is(tmp_path):
    with pytest.raises(KeyError, match="mine"):
        async with open_home(tmp_path, now=lambda: NOW, movies=1, shows=1, files=False):
            raise KeyError("mine")


@pytest.mark.parametrize("service", SERVICES)
async def test_the_date_header_follows_the_clock_given_and_can_be_wrong_for_one_service(
    own: Visitor, service: str
):
    own.home.world.clock_skew[service] = timedelta(minutes=61)

    dates = {name: parsedate_to_datetime((await own.raw(name, "/")).headers["date"]) for name in SERVICES}

    assert dates.pop(service) == NOW + timedelta(minutes=61)
    assert set(dates.values()) == {NOW}


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("radarr", "/api/v3/movie"),
        ("sonarr", "/api/v3/series"),
        ("jellyfin", "/Items?recursive=true&limit=3"),
        ("jellyseerr", "/api/v1/request"),
    ],
)
async def test_head_works_where_get_does_and_has_no_body(shared: Visitor, service: str, path: str):
    answer = await shared.raw(service, path, method="HEAD")

    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("radarr", "DELETE", "/api/v3/rootfolder/1"),
        ("sonarr", "PUT", "/api/v3/config/mediamanagement"),
        ("jellyfin", "POST", "/System/Shutdown"),
        ("jellyseerr", "POST", "/api/v1/settings/main"),
    ],
)
async def test_a_write_the_home_does_not_know_is_refused_and_remembered(
    own: Visitor, service: str, method: str, path: str
):
    answer = await own.raw(service, path, method=method, deleteFiles="true")

    assert answer.status_code == 501
    assert "message" in answer.json()
    assert own.home.requests == [Asked(service, method, path, "deleteFiles=true", b"")]


async def test_every_request_is_remembered_in_order_with_its_query_and_body(own: Visitor):
    where = own.home.services["radarr"]

    await own.raw("jellyfin", "/System/Info/Public", key=False)
    await own.client.post(f"{where.url}/api/v3/command?a=1%2C2", content=b'{"name":"RescanMovie"}')

    assert own.home.requests == [
        Asked("jellyfin", "GET", "/System/Info/Public", "", b""),
        Asked("radarr", "POST", "/api/v3/command", "a=1%2C2", b'{"name":"RescanMovie"}'),
    ]


def test_the_memory_of_requests_is_bounded():
    requests: list[Asked] = []
    for number in range(MOST + 1):
        record(requests, Asked("radarr", "GET", f"/{number}", "", b""))

    assert len(requests) <= MOST
    assert requests[-1].path == f"/{MOST}"


async def test_a_mistake_of_a_fake_does_not_hide(tmp_path):
    with pytest.raises(BaseException) as raised:  # noqa: PT012 - the home must be open when it happens
        async with open_home(tmp_path, now=lambda: NOW, movies=1, shows=1, files=False) as home:
            home.world.disks = []
            where = home.services["radarr"]
            async with httpx.AsyncClient(verify=NO_CERTIFICATES) as client:
                answer = await client.get(f"{where.url}/api/v3/rootfolder?apikey={where.api_key}")
                assert answer.status_code == 500
    assert "StopIteration" in repr(raised.value)


@pytest.mark.parametrize(
    ("service", "path", "status", "location"),
    [
        ("radarr", "/api/v3/movie", 307, "/base/api/v3/movie"),
        ("sonarr", "/ping", 307, "/base/ping"),
        ("jellyfin", "/System/Info", 302, "/base/web/"),
    ],
)
async def test_outside_its_base_path_a_service_redirects_as_its_product_does(
    own, service, path, status, location
):
    own.home.world.base_path[service] = "/base"

    outside = await own.raw(service, path)
    inside = await own.raw(service, f"/base{path}")

    assert (outside.status_code, outside.headers["location"]) == (status, location)
    assert inside.status_code == 200
