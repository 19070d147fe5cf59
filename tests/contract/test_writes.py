"""Every write the pretend services know, and their answers, against the files their products publish."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from contract_published import FOLDER, missing, published

from keepercheky.demo import Home, open_home

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
NOW = datetime(2025, 11, 20, 12, 30, 15, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"no published OpenAPI files in {FOLDER}: {', '.join(missing())}"
)

V3, V1 = "/api/v3", "/api/v1"
ADD_MOVIE = {
    "tmdbId": 12,
    "title": "New",
    "year": 2003,
    "qualityProfileId": 1,
    "rootFolderPath": "/data/media/movies",
}
ADD_SHOW = {
    "tvdbId": 12,
    "title": "New",
    "qualityProfileId": 1,
    "rootFolderPath": "/data/media/series",
    "seasons": [{"seasonNumber": 1, "monitored": False}],
}
ARR = [
    ("POST", f"{V3}/tag", {"label": "soon"}),
    ("DELETE", f"{V3}/tag/{{tag}}", None),
    ("POST", f"{V3}/command", {"name": "RefreshMonitoredDownloads"}),
    ("GET", f"{V3}/command/1", None),
    (
        "DELETE",
        f"{V3}/queue/{{queued}}?removeFromClient=true&blocklist=false&skipRedownload=true&changeCategory=false",
        None,
    ),
    ("DELETE", f"{V3}/queue/bulk?removeFromClient=false", {"ids": []}),
]
RADARR = [
    *ARR,
    ("PUT", f"{V3}/movie/27?moveFiles=false", {"id": 27, "path": "/data/media/movies/D", "qualityProfileId": 1, "tags": [1]}),
    ("PUT", f"{V3}/movie/editor", {"movieIds": [26, 27], "monitored": False, "tags": [1], "applyTags": "add"}),
    ("DELETE", f"{V3}/moviefile/1", None),
    ("DELETE", f"{V3}/moviefile/bulk", {"movieFileIds": [2]}),
    ("DELETE", f"{V3}/movie/28?deleteFiles=true&addImportExclusion=true", None),
    ("DELETE", f"{V3}/movie/editor", {"movieIds": [29], "deleteFiles": True, "addImportExclusion": True}),
    ("POST", f"{V3}/movie", ADD_MOVIE),
    ("GET", f"{V3}/movie/lookup?term=tmdb:12", None),
    ("POST", f"{V3}/exclusions", {"tmdbId": 13, "movieTitle": "x", "movieYear": 2000}),
    ("POST", f"{V3}/exclusions/bulk", [{"tmdbId": 14, "movieTitle": "x", "movieYear": 2000}]),
    ("GET", f"{V3}/exclusions/paged?page=1&pageSize=10&sortKey=tmdbId&sortDirection=ascending", None),
    ("DELETE", f"{V3}/exclusions/2", None),
    ("DELETE", f"{V3}/exclusions/bulk", {"ids": [3]}),
]  # fmt: skip
SONARR = [
    *ARR,
    ("PUT", f"{V3}/series/1?moveFiles=false", {"id": 1, "path": "/data/media/series/B", "qualityProfileId": 1, "seasons": []}),
    ("PUT", f"{V3}/series/editor", {"seriesIds": [1], "monitored": False, "tags": [11], "applyTags": "remove"}),
    ("PUT", f"{V3}/episode/1", {"monitored": False}),
    ("PUT", f"{V3}/episode/monitor", {"episodeIds": [1, 2], "monitored": False}),
    ("POST", f"{V3}/seasonpass", {"series": [{"id": 1, "monitored": True, "seasons": []}], "monitoringOptions": {"monitor": "none"}}),
    ("DELETE", f"{V3}/episodefile/1", None),
    ("DELETE", f"{V3}/episodefile/bulk", {"episodeFileIds": [2, 3]}),
    ("DELETE", f"{V3}/series/2?deleteFiles=true&addImportListExclusion=true", None),
    ("DELETE", f"{V3}/series/editor", {"seriesIds": [3], "deleteFiles": True, "addImportListExclusion": True}),
    ("POST", f"{V3}/series", ADD_SHOW),
    ("GET", f"{V3}/series/lookup?term=tvdb:12", None),
    ("POST", f"{V3}/importlistexclusion", {"tvdbId": 13, "title": "x"}),
    ("GET", f"{V3}/importlistexclusion/paged?page=1&pageSize=10", None),
    ("DELETE", f"{V3}/importlistexclusion/1", None),
    ("DELETE", f"{V3}/importlistexclusion/bulk", {"ids": [1]}),
]  # fmt: skip
JELLYFIN = [
    ("POST", "/Library/Media/Updated", {"Updates": [{"Path": "/data/media/movies", "UpdateType": "Deleted"}]}),
    ("POST", "/Library/Refresh", None),
    ("POST", "/UserPlayedItems/{movie}?userId={user}&datePlayed=2025-01-02T03:04:05Z", None),
    ("DELETE", "/UserPlayedItems/{movie}?userId={user}", None),
    ("POST", "/Collections?name=x&ids={movie}&isLocked=false", None),
    ("POST", "/Collections/{boxset}/Items?ids={movie}", None),
    ("DELETE", "/Collections/{boxset}/Items?ids={movie}", None),
    ("DELETE", "/Items/{boxset}", None),
    ("DELETE", "/Items?ids={movie}", None),
    ("POST", "/Library/VirtualFolders?name=x&collectionType=movies&paths=/data/media&refreshLibrary=false", {"LibraryOptions": {}}),
    ("DELETE", "/Library/VirtualFolders?name=x&refreshLibrary=false", None),
]  # fmt: skip
SEERR = [
    ("POST", f"{V1}/media/{{media}}/processing", {"is4k": False}),
    ("DELETE", f"{V1}/media/{{media}}/file?is4k=false", None),
    ("DELETE", f"{V1}/request/{{request}}", None),
    ("DELETE", f"{V1}/media/{{media}}", None),
]
ASKED = {"radarr": RADARR, "sonarr": SONARR, "jellyfin": JELLYFIN, "jellyseerr": SEERR}


@pytest.fixture
async def home(anyio_backend: str, tmp_path) -> AsyncIterator[Home]:
    async with open_home(tmp_path, now=lambda: NOW, movies=30, shows=6, users=3, files=False) as opened:
        opened.world.queue_episode(opened.world.show("Breaking Bad").episode(1, 1))
        yield opened


def names(home: Home, service: str) -> dict[str, object]:
    world = home.world
    wish = next(one for one in world.requests if one.media.kind == "movie" and one.media.status == 5)
    known = {
        "user": world.user("ana").id, "movie": world.movie("Dune").item.id, "media": wish.media.id,
        "request": wish.id, "boxset": world.collection("The Lord of the Rings Collection").id,
    }  # fmt: skip
    if service in ("radarr", "sonarr"):
        arr = getattr(world, service)
        known |= {"queued": arr.queue[0].id, "tag": arr.tag("unused")}
    return known


@pytest.mark.parametrize("service", ASKED)
async def test_writes_and_their_answers_are_as_their_product_publishes(home: Home, service: str):
    where, judge, faults = home.services[service], published(service), []
    token = (
        {"Authorization": f'MediaBrowser Token="{where.api_key}"'}
        if service == "jellyfin"
        else {"X-Api-Key": where.api_key}
    )
    known = names(home, service)

    async with httpx.AsyncClient(headers=token, verify=NO_CERTIFICATES) as client:
        for method, template, body in ASKED[service]:
            target = template.format(**known)
            answer = await client.request(method, where.url + target, json=body)
            path, _, query = target.partition("?")
            assert answer.status_code in (200, 201, 202, 204), (target, answer.text)
            faults += judge.faults_of_request(method, path, query)
            faults += judge.faults_of_body(method, path, body)
            if answer.content:
                faults += judge.faults_of_answer(path, answer.json(), method=method)

    assert faults == []


def test_the_judge_finds_what_is_wrong_with_a_write():
    radarr = published("radarr")

    assert radarr.faults_of_request("DELETE", f"{V3}/movie/1", "addImportListExclusion=true") != []
    assert radarr.faults_of_body("PUT", f"{V3}/movie/editor", {"movieIds": ["1"]}) != []
    assert radarr.faults_of_body("PUT", f"{V3}/movie/editor", {"seriesIds": [1]}) != []
    assert radarr.faults_of_body("DELETE", f"{V3}/movie/1", {"movieIds": [1]}) != []
