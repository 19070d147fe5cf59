"""Seerr: exact requests, and what its answers mean."""

from datetime import UTC, datetime

import httpx
import pytest
from service_answers import KEY, opened, request_row, requests_of, seerr_answers

from keepercheky.errors import InvalidAnswer, ServiceError, Unauthorized
from keepercheky.library.said import MediaSaid, RequestSaid, ServerSaid


def seerr(**answers):
    return opened("seerr", seerr_answers(**answers), url="http://nas:5055")


def page(skip):
    return [
        ("take", "100"),
        ("skip", str(skip)),
        ("filter", "all"),
        ("sort", "added"),
        ("sortDirection", "asc"),
    ]


async def test_a_reading_asks_for_its_status_the_requests_and_the_servers():
    client, service = seerr()

    await client.read()

    assert sorted(service.asked) == [
        ("/api/v1/request", page(0)),
        ("/api/v1/service/radarr", []),
        ("/api/v1/service/sonarr", []),
        ("/api/v1/status", []),
    ]
    assert {headers["x-api-key"] for headers in service.headers} == {KEY}


async def test_requests_are_told_with_the_server_and_row_of_their_quality():
    client, _ = seerr()

    hd, uhd = (await client.read()).requests

    assert hd == RequestSaid(
        id=1,
        status=2,
        media_type="movie",
        is_4k=False,
        tmdb_id=1001,
        tvdb_id=None,
        server_id=0,
        arr_id=1,
        requested_by="ana",
        jellyfin_user_id="50a5812baa05458ea7df786d69146ba7",
        created_at=datetime(2026, 2, 1, 11, 8, 53, tzinfo=UTC),
        updated_at=datetime(2026, 2, 2, 11, 8, 53, tzinfo=UTC),
        media_added_at=datetime(2026, 2, 9, 11, 8, 53, tzinfo=UTC),
        media_id=701,
        media_updated_at=datetime(2026, 2, 10, 11, 8, 53, tzinfo=UTC),
        media_status=5,
        media_status_4k=1,
    )
    assert (uhd.is_4k, uhd.server_id, uhd.arr_id) == (True, 1, 92)


async def test_the_servers_are_told_with_their_kind_and_quality():
    client, _ = seerr()

    assert (await client.read()).servers == (
        ServerSaid("radarr", 0, "Radarr", is_4k=False),
        ServerSaid("radarr", 1, "Radarr 4K", is_4k=True),
    )


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"id": 3, "displayName": None, "username": "ana"}, "ana"),
        ({"id": 3, "jellyfinUsername": "ana_j"}, "ana_j"),
        ({"id": 3, "email": "ana@example.org"}, "ana@example.org"),
        ({"id": 3}, "user 3"),
        (None, "somebody"),
    ],
)
async def test_who_asked_has_some_name(user, name):
    client, _ = seerr(request=requests_of([request_row(1, requestedBy=user)]))

    assert (await client.read()).requests[0].requested_by == name


async def test_requests_of_every_status_are_told_even_without_media():
    rows = [request_row(n, status=n) for n in range(1, 7)] + [request_row(7, media=None, type="tv")]
    client, _ = seerr(request=requests_of(rows))

    told = (await client.read()).requests

    assert [row.status for row in told] == [1, 2, 3, 4, 5, 6, 2]
    assert (told[6].media_type, told[6].tmdb_id, told[6].arr_id) == ("tv", None, None)


async def test_many_requests_are_read_page_by_page():
    client, service = seerr(request=requests_of([request_row(n) for n in range(1, 252)]))

    assert len((await client.read()).requests) == 251
    assert service.queries("/api/v1/request") == [page(0), page(100), page(200)]


async def test_half_a_list_of_requests_is_not_believed():
    client, _ = seerr(request=requests_of([request_row(1)], results=48))

    with pytest.raises(InvalidAnswer, match="1 of 48 requests"):
        await client.read()


async def test_the_title_tells_the_media_type_where_the_request_does_not():
    client, _ = seerr(request=requests_of([request_row(1, type=None)]))

    assert (await client.read()).requests[0].media_type == "movie"


async def test_a_request_without_a_media_type_is_not_believed():
    untyped = request_row(1, type=None)
    client, _ = seerr(request=requests_of([untyped | {"media": untyped["media"] | {"mediaType": None}}]))

    with pytest.raises(InvalidAnswer, match="a request without a media type"):
        await client.read()


@pytest.mark.parametrize("row", [{"status": 2}, {"id": 1}, {"id": 1, "status": "approved"}])
async def test_a_request_without_id_or_status_is_not_believed(row):
    client, _ = seerr(request=requests_of([row]))

    with pytest.raises(InvalidAnswer):
        await client.read()


@pytest.mark.parametrize("path", ["status", "request", "service/radarr", "service/sonarr"])
async def test_anything_unread_stops_the_reading(path):
    client, _ = seerr(**{path: httpx.Response(500)})

    with pytest.raises(ServiceError):
        await client.read()


async def test_the_identity_proves_the_key_too():
    client, service = seerr(**{"auth/me": httpx.Response(403)})

    with pytest.raises(Unauthorized, match=r"services\.seerr\.api_key"):
        await client.identify()
    assert sorted(service.paths) == ["/api/v1/auth/me", "/api/v1/status"]


@pytest.mark.parametrize("status", [{"appName": "Radarr", "version": "5"}, {"status": "ok"}, []])
async def test_something_else_with_a_status_is_not_seerr(status):
    client, _ = seerr(status=status)

    with pytest.raises(ServiceError) as caught:
        await client.identify()
    assert caught.value.remedy


def media_row(number, **more):
    return {
        "id": number,
        "mediaType": "tv",
        "tmdbId": 40 + number,
        "tvdbId": None,
        "status": 5,
        "status4k": 4,
        "updatedAt": "2026-02-10T11:08:53.000Z",
    } | more


async def test_the_rows_of_titles_are_told_with_both_statuses():
    client, _ = seerr(media=requests_of([media_row(1), media_row(2, mediaType="movie", tvdbId=7)]))

    told = await client.media_rows()

    updated = datetime(2026, 2, 10, 11, 8, 53, tzinfo=UTC)
    assert told == (
        MediaSaid(1, "tv", 41, None, 5, 4, updated),
        MediaSaid(2, "movie", 42, 7, 5, 4, updated),
    )


async def test_many_rows_of_titles_are_read_page_by_page():
    client, service = seerr(media=requests_of([media_row(n) for n in range(1, 102)]))

    assert len(await client.media_rows()) == 101
    assert service.queries("/api/v1/media") == [
        [("take", "100"), ("skip", skip), ("filter", "all"), ("sort", "added")] for skip in ("0", "100")
    ]


@pytest.mark.parametrize("lacking", ["id", "status", "status4k"])
async def test_a_row_of_a_title_without_id_or_status_is_not_believed(lacking):
    row = media_row(1)
    del row[lacking]
    client, _ = seerr(media=requests_of([row]))

    with pytest.raises(InvalidAnswer):
        await client.media_rows()


async def test_half_a_list_of_titles_is_not_believed():
    client, _ = seerr(media=requests_of([media_row(1)], results=48))

    with pytest.raises(InvalidAnswer, match="1 of 48 titles"):
        await client.media_rows()


async def test_requests_can_be_read_again_alone():
    client, service = seerr()

    assert await client.requests() == (await client.read()).requests
    assert service.paths["/api/v1/request"] == 2
