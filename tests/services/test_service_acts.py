"""Every verb that changes something: the exact request it is, and when it must not be sent."""

import json

import httpx
import pytest
from service_acts import ACTS, STORED_MOVIE, STORED_SERIES, SWITCHED_OFF, Acting, file_of
from service_answers import Turns, opened, said

from keepercheky.errors import InvalidAnswer, MaybeDone, NotFound, ServiceError


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_a_verb_is_exactly_one_request(act):
    client, service = act.opened()

    await act.call(client)

    assert service.sent == [act.line]
    assert service.bodies == [act.body]
    assert service.types == ["application/json" if act.body else None]
    assert [path for path, _ in service.asked] == list(act.reads)


NO_IDS = [0, -1, True, None, "5", 5.0]
ONE_ID = {
    "delete_movie": ("radarr", lambda c, n: c.delete_movie(n, import_exclusion=True)),
    "unmonitor_movie": ("radarr", lambda c, n: c.unmonitor_movie(n)),
    "delete_movie_file": ("radarr", lambda c, n: c.delete_movie_file(n)),
    "radarr.remove_exclusion": ("radarr", lambda c, n: c.remove_exclusion(n)),
    "movie": ("radarr", lambda c, n: c.movie(n)),
    "movie_by_tmdb": ("radarr", lambda c, n: c.movie_by_tmdb(n)),
    "radarr.resource": ("radarr", lambda c, n: c.resource(n)),
    "radarr.history_of": ("radarr", lambda c, n: c.history_of(n)),
    "radarr.exclusion_of": ("radarr", lambda c, n: c.exclusion_of(n)),
    "delete_series": ("sonarr", lambda c, n: c.delete_series(n, import_exclusion=True)),
    "unmonitor_season": ("sonarr", lambda c, n: c.unmonitor_season(n, 1)),
    "unmonitor_episodes": ("sonarr", lambda c, n: c.unmonitor_episodes([31, n])),
    "delete_episode_files": ("sonarr", lambda c, n: c.delete_episode_files(9, [91, n])),
    "delete_episode_files of": ("sonarr", lambda c, n: c.delete_episode_files(n, [91])),
    "sonarr.remove_exclusion": ("sonarr", lambda c, n: c.remove_exclusion(n)),
    "series": ("sonarr", lambda c, n: c.series(n)),
    "series_by_tvdb": ("sonarr", lambda c, n: c.series_by_tvdb(n)),
    "sonarr.resource": ("sonarr", lambda c, n: c.resource(n)),
    "sonarr.history_of": ("sonarr", lambda c, n: c.history_of(n)),
    "sonarr.exclusion_of": ("sonarr", lambda c, n: c.exclusion_of(n)),
    "delete_media": ("seerr", lambda c, n: c.delete_media(n)),
}


@pytest.mark.parametrize("number", NO_IDS)
@pytest.mark.parametrize(("kind", "call"), ONE_ID.values(), ids=ONE_ID)
async def test_what_is_no_id_never_reaches_a_service(kind, call, number):
    service = Acting()
    client, _ = opened(kind, service)

    with pytest.raises(ValueError, match="not the id"):
        await call(client, number)

    assert not service.sent
    assert not service.asked


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("sonarr", lambda c: c.unmonitor_episodes([])),
        ("sonarr", lambda c: c.unmonitor_episodes("12")),
        ("sonarr", lambda c: c.delete_episode_files(9, [])),
        ("sonarr", lambda c: c.delete_episode_files(9, iter(()))),
        ("jellyfin", lambda c: c.media_updated([])),
        ("jellyfin", lambda c: c.media_updated(["/media/a", " "])),
        ("jellyfin", lambda c: c.media_updated("/media/a")),
        ("jellyfin", lambda c: c.item_exists("")),
        ("jellyfin", lambda c: c.item_exists("a,b")),
        ("radarr", lambda c: c.add_movie(b"", search=True)),
        ("radarr", lambda c: c.add_movie(b"[]", search=True)),
        ("radarr", lambda c: c.add_movie(STORED_MOVIE.replace(b"tmdbId", b"tmdb"), search=True)),
        ("radarr", lambda c: c.add_movie(STORED_MOVIE.replace(b"ath", b"oth"), search=True)),
        ("sonarr", lambda c: c.add_series(STORED_MOVIE, search=True)),
        ("sonarr", lambda c: c.add_series(STORED_SERIES.replace(b"seasonNumber", b"number"), search=True)),
    ],
)
async def test_a_request_for_nothing_or_of_nothing_is_never_sent(kind, call):
    service = Acting()
    client, _ = opened(kind, service)

    with pytest.raises(ValueError, match=r"not|no|without"):
        await call(client)

    assert not service.sent
    assert not service.asked


# a season


@pytest.mark.parametrize("season", [-1, None, True, "1"])
async def test_a_missing_season_number_is_never_the_whole_series(season):
    client, service = ACTS["unmonitor a season"].opened()

    with pytest.raises(ValueError, match="not the number of a season"):
        await client.unmonitor_season(9, season)

    assert not service.sent


async def test_unmonitoring_a_season_changes_one_flag_and_keeps_every_byte_of_the_rest():
    client, service = ACTS["unmonitor a season"].opened()

    assert await client.unmonitor_season(9, 1) is True

    before, after = json.loads(STORED_SERIES), json.loads(service.bodies[0])
    assert after["seasons"][1].pop("monitored") is False
    assert before["seasons"][1].pop("monitored") is True
    assert after == before
    assert b"2.50" in service.bodies[0]
    assert service.queries("/api/v3/series/9") == [[]]


async def test_the_specials_are_a_season_like_others():
    off = STORED_SERIES.replace(b'"monitored":false', b'"monitored":true')
    act = ACTS["unmonitor a season"]
    act = type(act)(act.kind, act.call, act.line, reads={"/api/v3/series/9": said(off)})
    client, service = act.opened(said(STORED_SERIES, 202))

    assert await client.unmonitor_season(9, 0) is True
    assert service.bodies == [STORED_SERIES]


async def test_a_season_that_is_off_already_needs_no_request():
    client, service = ACTS["unmonitor a season"].opened()

    assert await client.unmonitor_season(9, 0) is False
    assert not service.sent


@pytest.mark.parametrize(
    "series",
    [
        STORED_SERIES.replace(b'"tags"', b'"tagz"'),
        STORED_SERIES.replace(b'"seasons"', b'"season"'),
        STORED_SERIES.replace(b'"monitored":true,"monitorNewItems"', b'"monitorNewItems"'),
        STORED_SERIES.replace(b'"id":9', b'"id":8'),
        STORED_SERIES.replace(b'"seasonNumber":1,', b'"seasonNumber":2,'),
        STORED_SERIES.replace(b'"seasonNumber":2,', b'"seasonNumber":1,'),
        STORED_SERIES.replace(b'"seasonNumber":1,"monitored":true', b'"seasonNumber":1'),
        STORED_SERIES.replace(b'"seasonNumber":2', b'"number":2'),
        b"[]",
    ],
)
async def test_a_series_that_is_not_whole_is_never_given_back(series):
    service = Acting({"/api/v3/series/9": said(series)})
    client, _ = opened("sonarr", service)

    with pytest.raises(InvalidAnswer):
        await client.unmonitor_season(9, 1)

    assert not service.sent


async def test_a_series_that_is_gone_is_never_given_back():
    client, service = opened("sonarr", Acting())

    with pytest.raises(NotFound):
        await client.unmonitor_season(9, 1)

    assert not service.sent


@pytest.mark.parametrize(
    ("answer", "error"),
    [(STORED_SERIES, InvalidAnswer), (b'{"seasons":[]}', InvalidAnswer), (b"{}", MaybeDone)],
)
async def test_a_season_that_is_still_monitored_afterwards_is_an_error(answer, error):
    client, service = ACTS["unmonitor a season"].opened(said(answer, 202))

    with pytest.raises(error):
        await client.unmonitor_season(9, 1)

    assert len(service.sent) == 1


@pytest.mark.parametrize("name", ["unmonitor a movie", "unmonitor episodes"])
@pytest.mark.parametrize(
    "answer",
    [[], [{"id": 5, "monitored": True}, {"id": 31, "monitored": False}, {"id": 32, "monitored": True}]],
)
async def test_what_is_still_monitored_afterwards_is_an_error(name, answer):
    client, service = ACTS[name].opened(said(answer, 202))

    with pytest.raises(InvalidAnswer, match="still monitors"):
        await ACTS[name].call(client)

    assert len(service.sent) == 1


# episode files


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [file_of(9, 91)],
        [file_of(9, 91), file_of(8, 93)],
        [file_of(9, 91), {"id": 93, "seasonNumber": 1, "path": "/tv/93.mkv"}],
    ],
)
async def test_files_of_another_series_are_never_deleted_with_this_ones(rows):
    service = Acting({"/api/v3/episodefile": rows})
    client, _ = opened("sonarr", service)

    with pytest.raises(NotFound, match="of series 9") as caught:
        await client.delete_episode_files(9, [91, 93])

    assert caught.value.remedy.startswith("Nothing was deleted")
    assert not service.sent
    assert service.queries("/api/v3/episodefile") == [[("seriesId", "9")]]


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), said({"message": "no such series"}, 404), said(b"[{")]
)
async def test_files_that_cannot_be_asked_for_are_never_deleted(answer):
    service = Acting({"/api/v3/episodefile": answer})
    client, _ = opened("sonarr", service)

    with pytest.raises(ServiceError):
        await client.delete_episode_files(9, [91])

    assert not service.sent


# the way back


async def test_what_is_added_has_a_new_id():
    radarr, _ = ACTS["add a movie"].opened()
    sonarr, _ = ACTS["add a series"].opened()

    assert await radarr.add_movie(STORED_MOVIE, search=False) == 6
    assert await sonarr.add_series(SWITCHED_OFF, search=True) == 10


async def test_an_added_movie_is_searched_for_when_asked_and_may_have_only_its_root_folder():
    stored = STORED_MOVIE.replace(b'"path":"/movies/Alien (1979)",', b"")
    client, service = ACTS["add a movie"].opened()

    await client.add_movie(stored, search=True)

    sent = json.loads(service.bodies[0])
    assert sent["addOptions"] == {"searchForMovie": True}
    assert sent["rootFolderPath"] == "/movies/"
    assert "path" not in sent


@pytest.mark.parametrize("answer", [said({"id": 0}, 201), said({}, 201), said(b"", 201)])
async def test_what_was_added_without_a_new_id_may_be_there(answer):
    client, service = ACTS["add a movie"].opened(answer)

    with pytest.raises(MaybeDone):
        await client.add_movie(STORED_MOVIE, search=False)

    assert len(service.sent) == 1


@pytest.mark.parametrize(
    "name", ["let lists add a movie", "let lists add a series", "clear a title in Seerr"]
)
async def test_what_is_gone_already_is_fine(name):
    client, service = ACTS[name].opened(said({"message": "Media not found"}, 404))

    await ACTS[name].call(client)

    assert len(service.sent) == 1


@pytest.mark.parametrize("name", ["delete a movie", "delete a movie's file", "clear a title in Seerr"])
async def test_a_proxy_that_knows_nothing_says_nothing_about_what_is_there(name):
    client, service = ACTS[name].opened(httpx.Response(404, text="404 page not found"))

    with pytest.raises(NotFound):
        await ACTS[name].call(client)

    assert len(service.sent) == 1


async def test_a_series_that_is_not_there_is_a_fault_of_the_server():
    answer = said({"message": "Expected query to return 1 rows but returned 0", "description": "at X()"}, 500)
    client, service = ACTS["delete a series"].opened(Turns(answer))

    with pytest.raises(ServiceError, match="Expected query") as caught:
        await client.delete_series(9, import_exclusion=True)

    assert "at X" not in str(caught.value)
    assert len(service.sent) == 1
