"""Radarr: exact requests, and what its answers mean."""

from datetime import UTC, datetime

import httpx
import pytest
from service_answers import KEY, Turns, arr_answers, movie, opened, pages_of, said

from keepercheky.errors import InvalidAnswer, ServiceError, WrongProduct
from keepercheky.library.said import (
    DiskSaid,
    EventSaid,
    FileSaid,
    HealthSaid,
    MovieSaid,
    QueueSaid,
    RootFolderSaid,
)

PAGE = [("page", "1"), ("pageSize", "1000"), ("sortKey", "date"), ("sortDirection", "ascending")]


def radarr(**answers):
    return opened("radarr", arr_answers("Radarr", **answers))


async def test_a_reading_is_nine_requests_with_exactly_these_queries():
    client, service = radarr()

    await client.read()

    assert sorted(service.asked) == [
        ("/api/v3/config/mediamanagement", []),
        ("/api/v3/diskspace", []),
        ("/api/v3/health", []),
        ("/api/v3/history", [*PAGE, ("eventType", "3"), ("eventType", "6")]),
        ("/api/v3/movie", [("excludeLocalCovers", "true")]),
        ("/api/v3/queue", [PAGE[0], PAGE[1], ("sortKey", "title"), PAGE[3]]),
        ("/api/v3/rootfolder", []),
        ("/api/v3/system/status", []),
        ("/api/v3/tag", []),
    ]
    assert service.asked[0][0] == "/api/v3/system/status"
    assert {headers["x-api-key"] for headers in service.headers} == {KEY}


async def test_movies_are_told_as_radarr_tells_them():
    client, _ = radarr(movie=[movie(1, tags=[4, 5])])

    (told,) = (await client.read()).movies

    file = FileSaid(
        501, "/movies/Movie 1 (2020)/movie.mkv", 5_000_000_000, datetime(2022, 3, 4, 5, 6, 7, tzinfo=UTC)
    )
    assert told == MovieSaid(
        id=1,
        tmdb_id=1001,
        imdb_id="tt0000001",
        title="Movie 1",
        year=2020,
        folder="/movies/Movie 1 (2020)",
        tags=(4, 5),
        size_bytes=5_000_000_000,
        file=file,
        monitored=True,
    )


async def test_what_radarr_leaves_out_is_absent_and_no_error():
    client, _ = radarr(movie=[{"id": 7, "path": "/movies/Seven"}])

    (told,) = (await client.read()).movies

    assert (told.tmdb_id, told.imdb_id, told.file, told.size_bytes) == (0, None, None, 0)


@pytest.mark.parametrize("tags", [{}, {"tags": None}])
async def test_a_movie_whose_tags_are_not_told_is_not_one_without_tags(tags):
    row = {key: value for key, value in movie(1).items() if key != "tags"} | tags
    client, _ = radarr(movie=[row, movie(2)])

    assert [one.tags for one in (await client.read()).movies] == [None, ()]


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00Z", None])
async def test_the_year_one_is_no_date(written):
    client, _ = radarr(
        movie=[movie(1, movieFile={"id": 5, "path": "/a.mkv", "size": 1, "dateAdded": written})]
    )

    (told,) = (await client.read()).movies

    assert told.file == FileSaid(5, "/a.mkv", 1, None)


@pytest.mark.parametrize(
    ("sizes", "size_bytes"),
    [
        ({"sizeOnDisk": 3}, 3),
        ({"sizeOnDisk": None, "statistics": {"sizeOnDisk": 4}}, 4),
        ({"sizeOnDisk": None}, 5_000_000_000),
        ({"sizeOnDisk": None, "statistics": {"movieFileCount": 1}}, 5_000_000_000),
        ({"sizeOnDisk": 0, "statistics": {"sizeOnDisk": 0}}, 5_000_000_000),
    ],
)
async def test_the_size_is_that_on_disk(sizes, size_bytes):
    client, _ = radarr(movie=[movie(1, **sizes)])

    assert (await client.read()).movies[0].size_bytes == size_bytes


async def test_a_file_without_a_whole_path_lies_in_the_movies_folder():
    client, _ = radarr(movie=[movie(1, movieFile={"id": 5, "relativePath": "a.mkv", "size": 1})])

    assert (await client.read()).movies[0].file.path == "/movies/Movie 1 (2020)/a.mkv"


@pytest.mark.parametrize(
    "rows",
    [
        [movie(1), movie(1)],
        [movie(1), {"title": "no id", "path": "/x"}],
        [movie(0)],
        [{"id": 1, "title": "no path"}],
        [movie(1, id="1")],
        [movie(1), None],
        {"movies": []},
    ],
)
async def test_a_list_where_ids_repeat_or_lack_is_not_believed(rows):
    client, _ = radarr(movie=rows)

    with pytest.raises(InvalidAnswer):
        await client.read()


async def test_history_tells_imports_and_deletions_and_which_were_upgrades():
    def event(number, kind, reason=None):
        data = {"reason": reason, "downloadUrl": "https://indexer/?apikey=x"}
        return {
            "id": number,
            "movieId": 9,
            "date": f"2024-01-0{number}T00:00:00Z",
            "eventType": kind,
            "data": data,
        }

    rows = [
        event(1, "downloadFolderImported") | {"downloadId": "ABC"},
        event(2, "movieFileDeleted", "Upgrade"),
        event(3, "movieFileDeleted", "Manual"),
        event(4, "grabbed"),
        event(5, "someNewKind"),
        event(6, "downloadFolderImported") | {"date": "0001-01-01T00:00:00Z"},
    ]
    client, _ = radarr(history=pages_of(rows))

    told = (await client.read()).history

    def day(number):
        return datetime(2024, 1, number, tzinfo=UTC)

    assert told == (
        EventSaid(9, 0, day(1), imported=True, download_id="ABC"),
        EventSaid(9, 0, day(2), imported=False, upgrade=True),
        EventSaid(9, 0, day(3), imported=False),
    )


def imports(count):
    return [
        {
            "id": n,
            "movieId": n,
            "date": "2024-01-01T00:00:00Z",
            "eventType": "downloadFolderImported",
            "data": {},
        }
        for n in range(1, count + 1)
    ]


async def test_a_long_history_takes_one_more_request_per_thousand():
    client, service = radarr(history=pages_of(imports(2500)))

    told = (await client.read()).history

    assert len(told) == 2500
    assert service.paths.total() == 9 + 2
    assert [query[0] for query in service.queries("/api/v3/history")] == [
        ("page", "1"),
        ("page", "2"),
        ("page", "3"),
    ]


@pytest.mark.parametrize("what", ["history", "queue"])
async def test_half_a_page_is_not_believed(what):
    client, _ = radarr(**{what: pages_of(imports(3), total=7)})

    with pytest.raises(InvalidAnswer, match="3 of 7"):
        await client.read()


async def test_the_queue_tells_which_movies_are_on_their_way():
    client, _ = radarr(queue=pages_of([{"id": 1, "movieId": 9, "size": 1.5}, {"id": 2, "title": "unknown"}]))

    assert (await client.read()).queue == (QueueSaid(movie_id=9), QueueSaid())


async def test_root_folders_disks_labels_health_and_the_bin_are_told():
    folders = [
        {"id": 1, "path": "/movies", "accessible": False},
        {"id": 2, "path": "/b", "accessible": True, "freeSpace": 5},
    ]
    client, _ = radarr(rootfolder=folders)

    told = await client.read()

    assert told.root_folders == (RootFolderSaid("/movies", False, None), RootFolderSaid("/b", True, 5))
    assert told.disks == (DiskSaid("/", 1, 0),)
    assert told.labels == {1: "keep"}
    assert told.health == (HealthSaid("UpdateCheck", "warning", "New update is available"),)
    assert (told.recycle_bin.path, told.recycle_bin.cleanup_days) == ("/bin", 7)
    assert (told.kind, told.series) == ("radarr", ())


@pytest.mark.parametrize(
    ("path", "field"), [("diskspace", "disks"), ("config/mediamanagement", "recycle_bin")]
)
async def test_unread_disks_and_an_unread_bin_are_unknown_and_no_refusal(path, field):
    client, _ = radarr(**{path: httpx.Response(500)})

    assert getattr(await client.read(), field) is None


@pytest.mark.parametrize(
    "path", ["system/status", "health", "rootfolder", "tag", "movie", "history", "queue"]
)
@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(401), said(b"{}x"), said(b"3")])
async def test_anything_else_unread_stops_the_reading(path, answer):
    client, _ = radarr(**{path: answer})

    with pytest.raises(ServiceError):
        await client.read()


async def test_another_arr_is_named():
    client, service = opened("radarr", arr_answers("Sonarr"))

    with pytest.raises(WrongProduct) as caught:
        await client.read()

    assert "is Sonarr, not Radarr" in caught.value.message
    assert service.paths.total() == 1


async def test_tags_are_read_anew_by_every_reading():
    client, _ = radarr(tag=Turns([], [{"id": 3, "label": "keep"}]))

    assert (await client.read()).labels == {}
    assert (await client.read()).labels == {3: "keep"}
