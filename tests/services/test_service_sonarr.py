"""Sonarr: exact requests, and what its answers mean."""

from datetime import UTC, datetime

import httpx
import pytest
from service_answers import arr_answers, opened, pages_of, series

from keepercheky.errors import InvalidAnswer, NotFound, WrongProduct
from keepercheky.library.said import (
    EpisodeFileSaid,
    EpisodeSaid,
    EventSaid,
    QueueSaid,
    SeasonSaid,
    SeriesSaid,
)

PAGE = [("page", "1"), ("pageSize", "1000"), ("sortKey", "date"), ("sortDirection", "ascending")]


def sonarr(**answers):
    return opened("sonarr", arr_answers("Sonarr", **answers))


async def test_a_reading_is_nine_requests_with_exactly_these_queries():
    client, service = sonarr()

    await client.read()

    assert sorted(service.asked) == [
        ("/api/v3/config/mediamanagement", []),
        ("/api/v3/diskspace", []),
        ("/api/v3/health", []),
        ("/api/v3/history", [*PAGE, ("eventType", "3"), ("eventType", "5")]),
        ("/api/v3/queue", [PAGE[0], PAGE[1], ("sortKey", "title"), PAGE[3]]),
        ("/api/v3/rootfolder", []),
        ("/api/v3/series", [("includeSeasonImages", "false")]),
        ("/api/v3/system/status", []),
        ("/api/v3/tag", []),
    ]


async def test_series_are_told_as_sonarr_tells_them():
    client, _ = sonarr(series=[series(1, nextAiring="2026-01-01T20:00:00Z", seriesType="daily", imdbId="")])

    told = await client.read()

    aired = datetime(2020, 1, 8, 21, tzinfo=UTC)
    assert told.series == (
        SeriesSaid(
            id=1,
            tvdb_id=2001,
            tmdb_id=None,
            imdb_id=None,
            title="Show 1",
            year=2018,
            folder="/tv/Show 1",
            tags=(1,),
            size_bytes=9000,
            episode_files=8,
            ended=True,
            daily=True,
            monitored=True,
            next_airing=datetime(2026, 1, 1, 20, tzinfo=UTC),
            previous_airing=None,
            seasons=(SeasonSaid(0, 0, 0, None, None), SeasonSaid(1, 9000, 8, None, aired)),
        ),
    )
    assert (told.kind, told.movies) == ("sonarr", ())


async def test_missing_statistics_are_not_no_files():
    client, _ = sonarr(series=[series(1, statistics=None)])

    assert (await client.read()).series[0].episode_files is None


@pytest.mark.parametrize(
    ("said", "ended"),
    [({"ended": None}, True), ({"ended": None, "status": "continuing"}, False), ({"ended": False}, False)],
)
async def test_ended_is_told_or_follows_from_the_status(said, ended):
    client, _ = sonarr(series=[series(1, **said)])

    assert (await client.read()).series[0].ended is ended


async def test_a_season_without_its_number_is_not_believed():
    client, _ = sonarr(series=[series(1, seasons=[{"monitored": True}])])

    with pytest.raises(InvalidAnswer):
        await client.read()


async def test_history_is_told_by_episode():
    at = "2024-01-01T00:00:00Z"
    rows = [
        {
            "id": 1,
            "episodeId": 11,
            "seriesId": 5,
            "date": at,
            "eventType": "downloadFolderImported",
            "data": {},
        },
        {
            "id": 2,
            "episodeId": 11,
            "seriesId": 5,
            "date": at,
            "eventType": "episodeFileDeleted",
            "data": {"reason": "upgrade"},
        },
    ]
    client, _ = sonarr(history=pages_of(rows))

    told = (await client.read()).history

    when = datetime(2024, 1, 1, tzinfo=UTC)
    assert told == (
        EventSaid(11, 5, when, imported=True),
        EventSaid(11, 5, when, imported=False, upgrade=True),
    )


async def test_the_queue_tells_which_part_of_which_show_is_on_its_way():
    rows = [{"id": 1, "seriesId": 5, "episodeId": 11, "seasonNumber": 0}, {"id": 2, "seriesId": 5}]
    client, _ = sonarr(queue=pages_of(rows))

    assert (await client.read()).queue == (QueueSaid(None, 5, 0, 11), QueueSaid(None, 5))


def episode(number, **more):
    row = {"id": number, "seriesId": 5, "seasonNumber": 1, "episodeNumber": number, "title": f"E{number}"}
    return row | {"episodeFileId": 70, "airDateUtc": "2020-01-08T21:00:00Z"} | more


def file(number, **more):
    row = {"id": number, "seriesId": 5, "seasonNumber": 1, "path": "/tv/Show 5/e.mkv", "size": 3}
    return row | {"dateAdded": "2021-01-08T21:00:00Z"} | more


def detailed(episodes, files):
    return sonarr(episode=episodes, episodefile=files)


async def test_one_shows_detail_is_two_requests():
    client, service = detailed([episode(1), episode(2, airDateUtc=None, episodeFileId=0)], [file(70)])

    told = await client.detail(5)

    aired, added = datetime(2020, 1, 8, 21, tzinfo=UTC), datetime(2021, 1, 8, 21, tzinfo=UTC)
    assert told.episodes == (EpisodeSaid(1, 5, 1, 1, 70, aired, "E1"), EpisodeSaid(2, 5, 1, 2, 0, None, "E2"))
    assert told.files == (EpisodeFileSaid(70, 5, 1, "/tv/Show 5/e.mkv", 3, added),)
    asked = [("/api/v3/episode", [("seriesId", "5")]), ("/api/v3/episodefile", [("seriesId", "5")])]
    assert sorted(service.asked) == asked


@pytest.mark.parametrize(
    ("episodes", "files"),
    [
        ([episode(1, seriesId=6)], []),
        ([], [file(70, seriesId=6)]),
        ([episode(1), episode(1)], []),
        ([episode(1, seasonNumber=None)], []),
        ([], [file(70, path=None)]),
    ],
)
async def test_parts_of_another_show_or_without_their_numbers_are_not_believed(episodes, files):
    client, _ = detailed(episodes, files)

    with pytest.raises(InvalidAnswer):
        await client.detail(5)


async def test_a_show_that_is_gone_is_not_found():
    client, _ = detailed([], httpx.Response(404))

    with pytest.raises(NotFound):
        await client.detail(5)


async def test_another_arr_is_named():
    client, _ = opened("sonarr", arr_answers("Radarr"))

    with pytest.raises(WrongProduct, match="is Radarr, not Sonarr"):
        await client.identify()
