"""Every answer of the pretend services against the files their products publish."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from contract_published import FOLDER, missing, published

from keepercheky.demo import Home, open_home

# Loading the system's certificates takes long, and nothing here speaks TLS.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
NOW = datetime(2025, 11, 20, 12, 30, 15, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"no published OpenAPI files in {FOLDER}: {', '.join(missing())}"
)

V3 = "/api/v3"
ARR = [
    "/ping",
    "/api",
    f"{V3}/system/status",
    f"{V3}/health",
    f"{V3}/diskspace",
    f"{V3}/rootfolder",
    f"{V3}/tag",
    f"{V3}/tag/detail",
    f"{V3}/qualityprofile",
    f"{V3}/history?page=2&pageSize=5&sortKey=date&sortDirection=ascending&eventType=3&eventType=1",
    f"{V3}/history/since?date=2025-11-10T00:00:00Z&eventType=3",
    f"{V3}/queue/status",
    f"{V3}/queue/details",
    f"{V3}/config/mediamanagement",
    f"{V3}/command",
]
RADARR = [
    *ARR,
    f"{V3}/tag/{{radarr_tag}}",
    f"{V3}/movie?excludeLocalCovers=true",
    f"{V3}/movie?tmdbId=603",
    f"{V3}/movie/2",
    f"{V3}/movie/lookup?term=tmdb:603",
    f"{V3}/moviefile?movieId=2&movieId=3",
    f"{V3}/moviefile?movieFileIds=1",
    f"{V3}/moviefile/1",
    f"{V3}/history?movieIds=2&movieIds=3&includeMovie=true",
    f"{V3}/history/movie?movieId=2&eventType=3&includeMovie=false",
    f"{V3}/queue?page=1&pageSize=50&includeUnknownMovieItems=true&includeMovie=true&sortKey=timeleft&sortDirection=ascending",
    f"{V3}/exclusions",
    f"{V3}/exclusions/paged?page=1&pageSize=50",
    f"{V3}/collection",
    f"{V3}/collection?tmdbId=119",
]
SONARR = [
    *ARR,
    f"{V3}/tag/{{sonarr_tag}}",
    f"{V3}/series?includeSeasonImages=false",
    f"{V3}/series?tvdbId=81189",
    f"{V3}/series/11",
    f"{V3}/series/lookup?term=tvdb:81189",
    f"{V3}/episode?seriesId=11&includeEpisodeFile=true",
    f"{V3}/episode?seriesId=8&seasonNumber=2",
    f"{V3}/episode?episodeIds=1&episodeIds=2",
    f"{V3}/episode/1",
    f"{V3}/episodefile?seriesId=8",
    f"{V3}/episodefile?episodeFileIds=1&episodeFileIds=2",
    f"{V3}/episodefile/1",
    f"{V3}/history?seriesIds=1&includeSeries=true&includeEpisode=true",
    f"{V3}/history/series?seriesId=1&seasonNumber=1&eventType=3",
    f"{V3}/queue?page=1&includeUnknownSeriesItems=true&includeSeries=true&includeEpisode=true",
    f"{V3}/importlistexclusion",
    f"{V3}/importlistexclusion/paged",
]
FIELDS = "ProviderIds,Path,DateCreated,MediaSources,Tags,DateLastMediaAdded,RecursiveItemCount,ChildCount,Overview,Genres"
JELLYFIN = [
    "/System/Info/Public",
    "/System/Info",
    "/System/Ping",
    "/Users",
    "/Users?isHidden=false&isDisabled=false",
    "/Users/{user}",
    "/Items",
    f"/Items?userId={{user}}&recursive=true&includeItemTypes=Movie,Series,Season,BoxSet&fields={FIELDS}&enableImages=false",
    f"/Items?recursive=true&includeItemTypes=Episode&fields={FIELDS}&startIndex=10&limit=40&sortBy=DateCreated&sortOrder=Ascending",
    "/Items?userId={user}&recursive=true&isFavorite=true&enableTotalRecordCount=false&collapseBoxSetItems=false",
    "/Items?userId={user}&recursive=true&filters=IsResumable&isMissing=false&excludeLocationTypes=Virtual",
    "/Items?parentId={boxset}&enableUserData=false&imageTypeLimit=0",
    "/Items?ids={movie},{series}",
    "/Items/{movie}",
    "/Items/{series}?userId={user}",
    "/Items/Counts",
    "/Shows/{series}/Episodes?userId={user}&season=2&isMissing=false&fields=ProviderIds&enableUserData=true",
    "/Shows/{series}/Seasons?userId={user}",
    "/Sessions?activeWithinSeconds=600",
    "/Library/VirtualFolders",
    "/Plugins",
]
V1 = "/api/v1"
SEERR = [
    f"{V1}/status",
    f"{V1}/settings/public",
    f"{V1}/auth/me",
    f"{V1}/user?take=50&skip=0&sort=displayname",
    f"{V1}/request",
    f"{V1}/request?take=100&skip=0&filter=all&sort=added&sortDirection=asc&mediaType=all",
    f"{V1}/request?requestedBy=2",
    f"{V1}/request/count",
    f"{V1}/request/1",
    f"{V1}/media?take=100&filter=all&sort=mediaAdded",
    f"{V1}/service/radarr",
    f"{V1}/service/sonarr",
    f"{V1}/settings/radarr",
    f"{V1}/settings/sonarr",
]
ASKED = [
    (service, path)
    for service, paths in (
        ("radarr", RADARR),
        ("sonarr", SONARR),
        ("jellyfin", JELLYFIN),
        ("jellyseerr", SEERR),
    )
    for path in paths
]


@pytest.fixture(scope="module")
async def home(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    async with open_home(tmp_path_factory.mktemp("home"), now=lambda: NOW, files=False) as opened:
        opened.world.play_now("luis", opened.world.show("Fargo").episode(1, 1), paused=True)
        yield opened


@pytest.mark.parametrize(("service", "path"), ASKED)
async def test_an_answer_is_as_its_product_publishes(home: Home, service: str, path: str):
    world, where = home.world, home.services[service]
    path = path.format(
        user=world.user("ana").id, movie=world.movie("Heat").item.id, series=world.show("Friends").item.id,
        boxset=world.collection("The Lord of the Rings Collection").id, radarr_tag=1, sonarr_tag=11,
    )  # fmt: skip
    token = (
        {"Authorization": f'MediaBrowser Token="{where.api_key}"'}
        if service == "jellyfin"
        else {"X-Api-Key": where.api_key}
    )

    async with httpx.AsyncClient(headers=token, verify=NO_CERTIFICATES) as client:
        answer = await client.get(where.url + path)

    path, _, query = path.partition("?")
    assert answer.status_code == 200, answer.text
    assert published(service).faults_of_request("GET", path, query) == []
    assert published(service).faults_of_answer(path, answer.json())[:5] == []


def test_the_judge_finds_what_is_wrong():
    radarr = published("radarr")

    assert radarr.faults_of_request("GET", "/api/v3/films", "") != []
    assert radarr.faults_of_request("GET", "/api/v3/movie", "tmdbid=1&exclude=1") == [
        "GET /api/v3/movie: exclude"
    ]
    assert radarr.faults_of_request("DELETE", "/api/v3/movie/1", "deleteFiles=true") == []
    assert radarr.faults_of_answer("/api/v3/movie/1", {"id": "one", "size": 2}) != []
