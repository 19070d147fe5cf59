"""Where a service is: its address, its URL base, its redirects, and who may see the key."""

import httpx
import pytest
from service_answers import Service, opened, said
from service_faults import everything_shown, refused

from keepercheky.errors import (
    InvalidAnswer,
    ServiceError,
    Unauthorized,
    Unreachable,
)
from keepercheky.services.catalog import open_service


@pytest.mark.parametrize(
    ("url", "location", "right_base"),
    [
        ("http://nas:7878", "/radarr/api/v3/system/status", "http://nas:7878/radarr"),
        ("http://nas:7878", "http://nas:7878/radarr/api/v3/system/status", "http://nas:7878/radarr"),
        ("http://nas:7878/radar", "/radarr/radar/api/v3/system/status", "http://nas:7878/radarr"),
        ("http://nas:7878", "/jellyfin/web/", "http://nas:7878/jellyfin"),
        ("http://nas:7878/jelly", "/jellyfin/web/index.html", "http://nas:7878/jellyfin"),
        ("http://nas:7878/jellyfin", "/web/", "http://nas:7878"),
    ],
)
async def test_a_missing_url_base_is_named(url, location, right_base):
    service = Service({})

    async def redirect(request):
        service.asked.append(request.url)
        return httpx.Response(307, headers={"location": location})

    client, _ = opened("radarr", httpx.MockTransport(redirect), url=url)

    with pytest.raises(InvalidAnswer) as caught:
        await client.identify()

    assert caught.value.remedy == f'Set services.radarr.url to "{right_base}"'
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "location", ["http://other:7878/x", "http://nas:9999/x", "https://nas:7878/x", "//evil/x"]
)
async def test_the_key_never_follows_a_redirect_to_another_place(location):
    asked = []

    async def redirect(request):
        asked.append(request.url.host)
        return httpx.Response(307, headers={"location": location})

    client, _ = opened("radarr", httpx.MockTransport(redirect))

    with pytest.raises(InvalidAnswer, match="sends us on"):
        await client.identify()

    assert asked == ["nas"]


@pytest.mark.parametrize("prefix", ["", "/radarr"])
async def test_a_step_from_plain_to_secure_on_the_same_host_is_followed(prefix):
    asked = []

    async def answer(request):
        asked.append(str(request.url))
        if request.url.scheme == "http":
            return httpx.Response(301, headers={"location": str(request.url.copy_with(scheme="https"))})
        return said({"appName": "Radarr", "version": "5"})

    client, _ = opened("radarr", httpx.MockTransport(answer), url=f"http://nas{prefix}")

    assert (await client.identify()).version == "5"
    path = f"{prefix}/api/v3/system/status"
    assert asked == [f"http://nas{path}", f"https://nas{path}"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://nas:7878", "/api/v3/system/status"),
        ("http://nas:7878/", "/api/v3/system/status"),
        ("http://nas:7878/radarr", "/radarr/api/v3/system/status"),
        ("http://nas:7878/radarr/", "/radarr/api/v3/system/status"),
        (" http://nas:7878/a/b/ ", "/a/b/api/v3/system/status"),
        ("http://[fd00::1]:7878/radarr", "/radarr/api/v3/system/status"),
    ],
)
async def test_the_prefix_of_an_address_is_kept_and_not_doubled(url, path):
    client, service = opened("radarr", {path: {"appName": "Radarr", "version": "5"}}, url=url)

    await client.identify()

    assert list(service.paths) == [path]


@pytest.mark.parametrize("url", ["", "nas:7878", "ftp://nas", "http://", "http://[::1", "http://nas:port"])
async def test_an_address_that_is_none_is_an_error_when_asked_and_not_before(url):
    client, service = opened("radarr", {}, url=url)

    with pytest.raises(Unreachable) as caught:
        await client.identify()

    assert "services.radarr.url" in caught.value.remedy
    assert not service.asked


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines", "nul\x00"])
async def test_a_key_that_cannot_be_sent_is_not_shown(key):
    service = Service({})
    client = open_service("radarr", "radarr", "http://nas", key, transport=service)

    with pytest.raises(Unauthorized) as caught:
        await client.identify()

    assert key not in everything_shown(caught.value)
    assert not service.asked


async def test_a_password_in_the_address_is_sent_and_never_shown():
    service = Service({"/api/v3/system/status": refused})
    client, _ = opened("radarr", service, url="http://ana:hunter2@nas:7878/radarr")

    with pytest.raises(ServiceError) as caught:
        await client.identify()

    assert service.headers[0]["authorization"].startswith("Basic ")
    assert "hunter2" not in everything_shown(caught.value)
