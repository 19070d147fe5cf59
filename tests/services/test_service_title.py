"""One title around its deletion: what is asked before and after it, and what the answers prove."""

import json

import httpx
import pytest
from service_acts import STORED_MOVIE, STORED_SERIES
from service_answers import Home, Service, html, item, movie, opened, pages_of, said, series

from keepercheky.errors import InvalidAnswer, NotFound, ServerFault, ServiceError

NO_SUCH = {
    "type": "https://tools.ietf.org/html/rfc7231",
    "title": "Not Found",
    "status": 404,
    "traceId": "00-1",
}
MISSING = httpx.Response(
    404, headers={"content-type": "application/problem+json"}, content=json.dumps(NO_SUCH)
)
PAGE = [("page", "1"), ("pageSize", "1000"), ("sortKey", "id"), ("sortDirection", "ascending")]

# kind, its path, the verb by id, the verb by the identity, its query, a row
TITLES = [
    ("radarr", "movie", "movie", "movie_by_tmdb", "tmdbId", movie),
    ("sonarr", "series", "series", "series_by_tvdb", "tvdbId", series),
]
of_both = pytest.mark.parametrize(
    ("kind", "path", "verb", "by_identity", "key", "row"), TITLES, ids=["radarr", "sonarr"]
)


@of_both
async def test_a_title_that_is_there_is_told(kind, path, verb, by_identity, key, row):
    told = []
    client, service = opened(
        kind,
        {f"/api/v3/{path}/1": row(1), f"/api/v3/{path}": [row(1)]},
        observe=told.append,
    )

    one = await getattr(client, verb)(1)
    same = await getattr(client, by_identity)(row(1)[key])

    assert one == same
    assert one.id == 1
    asked = dict(service.asked)
    assert dict(asked[f"/api/v3/{path}"])[key] == str(row(1)[key])
    assert {called.outcome for called in told} == {"ok"}


@of_both
async def test_a_title_that_is_gone_is_none_and_that_is_a_good_answer(
    kind, path, verb, by_identity, key, row
):
    told = []
    client, _ = opened(kind, {f"/api/v3/{path}/1": MISSING, f"/api/v3/{path}": []}, observe=told.append)

    assert await getattr(client, verb)(1) is None
    assert await getattr(client, by_identity)(77) is None
    assert [called.outcome for called in told] == ["ok", "ok"]


@of_both
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(404, text="404 page not found"),
        html(404),
        said(b"{", 404),
        said(b'"gone"', 404),
        httpx.Response(500),
        httpx.Response(401),
        html(),
        said(b""),
        said({"id": 2, "path": "/x"}),
    ],
)
async def test_only_the_service_itself_can_say_that_a_title_is_gone(
    kind, path, verb, by_identity, key, row, answer
):
    client, _ = opened(kind, {f"/api/v3/{path}/1": answer})

    with pytest.raises(ServiceError):
        await getattr(client, verb)(1)


@of_both
async def test_other_titles_than_the_one_asked_for_prove_nothing(kind, path, verb, by_identity, key, row):
    for rows in ([row(1), row(2)], [row(2)]):
        client, _ = opened(kind, {f"/api/v3/{path}": rows})

        with pytest.raises(InvalidAnswer, match="than the one asked for"):
            await getattr(client, by_identity)(row(1)[key])


@pytest.mark.parametrize("kind", ["radarr", "sonarr"])
async def test_folders_that_no_title_owns_are_told(kind):
    roots = [
        {"id": 1, "path": "/a", "accessible": True, "unmappedFolders": [{"name": "x", "path": "/a/x"}]},
        {"id": 2, "path": "/b", "accessible": True, "unmappedFolders": []},
        {"id": 3, "path": "/c", "accessible": True, "unmappedFolders": [{"path": "/c/y"}, {"path": "/c/z"}]},
    ]
    client, service = opened(kind, {"/api/v3/rootfolder": roots})

    assert await client.unmapped_folders() == ("/a/x", "/c/y", "/c/z")
    assert service.asked == [("/api/v3/rootfolder", [])]


@pytest.mark.parametrize("kind", ["radarr", "sonarr"])
@pytest.mark.parametrize(
    "root",
    [
        {"path": "/b", "accessible": False, "unmappedFolders": []},
        {"path": "/b", "accessible": True},
        {"path": "/b", "unmappedFolders": []},
    ],
)
async def test_the_silence_of_a_folder_nobody_looked_into_proves_nothing(kind, root):
    answers = {"/api/v3/rootfolder": [{"path": "/a", "accessible": True, "unmappedFolders": []}, root]}
    client, _ = opened(kind, answers)

    with pytest.raises(ServerFault, match="cannot look into its root folder /b") as caught:
        await client.unmapped_folders()

    assert caught.value.remedy == "Is that disk mounted there?"


@pytest.mark.parametrize(
    ("kind", "path", "number", "stored", "query"),
    [
        ("radarr", "/api/v3/movie/5", 5, STORED_MOVIE, []),
        ("sonarr", "/api/v3/series/9", 9, STORED_SERIES, [("includeSeasonImages", "false")]),
    ],
)
async def test_a_title_is_kept_as_it_came(kind, path, number, stored, query):
    client, service = opened(kind, {path: said(stored)})

    assert await client.resource(number) == stored
    assert service.asked == [(path, query)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (said(STORED_MOVIE.replace(b'"id":5', b'"id":6')), InvalidAnswer),
        (said([]), InvalidAnswer),
        (said(STORED_MOVIE[:-1]), InvalidAnswer),
        (MISSING, NotFound),
    ],
)
async def test_another_title_or_half_a_title_is_not_kept(answer, error):
    client, _ = opened("radarr", {"/api/v3/movie/5": answer})

    with pytest.raises(error):
        await client.resource(5)


@pytest.mark.parametrize(
    ("kind", "path", "query"),
    [
        ("radarr", "/api/v3/history/movie", ("movieId", "5")),
        ("sonarr", "/api/v3/history/series", ("seriesId", "5")),
    ],
)
async def test_a_history_is_kept_without_the_addresses_that_hold_keys(kind, path, query):
    secret = {"downloadUrl": "https://i.example/dl?apikey=SECRET", "guid": "magnet:?xt=SECRET", "size": "7"}
    events = [{"id": 1, "eventType": "grabbed", "data": secret}, {"id": 2}, {"id": 3, "data": None}]
    client, service = opened(kind, {path: events})

    kept = await client.history_of(5)

    assert json.loads(kept) == [{"id": 1, "eventType": "grabbed", "data": {"size": "7"}}, *events[1:]]
    assert b"SECRET" not in kept
    assert service.asked == [(path, [query])]


EXCLUSIONS = [("radarr", "exclusions", "tmdbId"), ("sonarr", "importlistexclusion", "tvdbId")]


@pytest.mark.parametrize(("kind", "path", "key"), EXCLUSIONS)
async def test_an_exclusion_is_found_on_whichever_page_it_is(kind, path, key):
    rows = [{"id": number, key: 5000 + number} for number in range(1, 1102)]
    client, service = opened(kind, {f"/api/v3/{path}/paged": pages_of(rows)})

    assert await client.exclusion_of(6101) == 1101
    assert await client.exclusion_of(9) is None
    assert service.queries(f"/api/v3/{path}/paged")[:2] == [PAGE, [("page", "2"), *PAGE[1:]]]


@pytest.mark.parametrize(("kind", "path", "key"), EXCLUSIONS)
async def test_an_older_version_tells_all_exclusions_at_once(kind, path, key):
    answers = {f"/api/v3/{path}/paged": MISSING, f"/api/v3/{path}": [{"id": 3, key: 8}]}
    client, _ = opened(kind, answers)

    assert await client.exclusion_of(8) == 3


@pytest.mark.parametrize(("kind", "path", "key"), EXCLUSIONS)
async def test_half_a_list_of_exclusions_is_not_believed(kind, path, key):
    client, _ = opened(kind, {f"/api/v3/{path}/paged": pages_of([{"id": 1, key: 8}], total=5)})

    with pytest.raises(InvalidAnswer, match="1 of 5 exclusions"):
        await client.exclusion_of(9)


HERE = "c0ffee" + "0" * 26


@pytest.mark.parametrize(
    ("listed", "exists"), [([item(HERE.upper())], True), ([], False), ([item("b")], False)]
)
async def test_an_item_of_jellyfin_is_there_or_not(listed, exists):
    client, service = opened("jellyfin", {"/Items": Home(listed)})

    assert await client.item_exists(HERE.upper()) is exists
    assert service.queries("/Items") == [
        [("ids", HERE.upper()), ("recursive", "true"), ("enableImages", "false")]
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {"Items": [item("b" * 32)], "TotalRecordCount": 1},
        {"Items": [], "TotalRecordCount": 1},
        httpx.Response(500),
        html(),
    ],
)
async def test_an_item_is_not_gone_because_something_else_was_answered(answer):
    client, _ = opened("jellyfin", Service({"/Items": answer}))

    with pytest.raises(ServiceError):
        await client.item_exists(HERE)
