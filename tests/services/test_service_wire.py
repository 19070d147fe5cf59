"""How a service is asked: tries, patience, time limits, counts, clocks."""

import gzip
import json
from datetime import UTC, datetime, timedelta, timezone

import anyio
import httpx
import pytest
from service_answers import DATE, KEY, Naps, Service, Turns, answers_of, html, opened, said
from service_faults import (
    FAULTS,
    KINDS,
    Drip,
    StoppedClock,
    json_bytes,
    json_stream,
    patience,
    refused,
)

from keepercheky.errors import (
    InvalidAnswer,
    ServerFault,
    ServiceError,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from keepercheky.services.http import Called, Wire
from keepercheky.services.times import instant


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_what_may_be_better_a_little_later_is_asked_again(status):
    naps = Naps()
    answers = answers_of("radarr")
    answers["/api/v3/tag"] = Turns(httpx.Response(status), httpx.Response(status), said([]))
    client, service = opened("radarr", answers, sleep=naps)

    await client.read()

    assert service.paths["/api/v3/tag"] == 3
    assert len(naps.seconds) == 2
    assert 0.25 <= naps.seconds[0] <= 0.75
    assert 0.5 <= naps.seconds[1] <= 1.5


@pytest.mark.parametrize("fault", [refused, httpx.ReadTimeout("slow"), httpx.ReadError("reset")])
async def test_a_lost_connection_and_a_time_out_are_tried_three_times(fault):
    client, service = opened("radarr", answers_of("radarr") | {"/api/v3/system/status": fault})

    with pytest.raises((Unreachable, TimedOut)):
        await client.read()

    assert service.paths == {"/api/v3/system/status": 3}


@pytest.mark.parametrize("answer", [httpx.Response(401), httpx.Response(500), html(), said(b"[{")])
async def test_what_will_not_get_better_is_asked_once(answer):
    client, service = opened("radarr", answers_of("radarr") | {"/api/v3/system/status": answer})

    with pytest.raises(ServiceError):
        await client.read()

    assert service.paths == {"/api/v3/system/status": 1}


@pytest.mark.parametrize(
    ("asked", "tries", "naps_taken"), [("7", 3, [7, 7]), ("30", 3, [30, 30]), ("31", 1, [])]
)
async def test_retry_after_is_honoured_up_to_thirty_seconds(asked, tries, naps_taken):
    naps = Naps()
    busy = httpx.Response(503, headers={"retry-after": asked})
    client, service = opened("radarr", answers_of("radarr") | {"/api/v3/system/status": busy}, sleep=naps)

    with pytest.raises(ServerFault, match="starting up"):
        await client.identify()

    assert service.paths.total() == tries
    assert naps.seconds == naps_taken


async def test_retry_after_may_be_a_date():
    naps = Naps()
    busy = httpx.Response(503, headers={"retry-after": "Tue, 03 Jun 2025 10:00:20 GMT"})
    clock = StoppedClock()
    client, _ = opened("radarr", {"/api/v3/system/status": busy}, sleep=naps, clock=clock)

    with pytest.raises(ServerFault):
        await client.identify()

    assert naps.seconds == [20, 20]


async def test_every_try_is_told_to_the_observer_with_its_outcome():
    told = []
    answers = answers_of("seerr") | {
        "/api/v1/status": Turns(httpx.Response(503), said({"version": "3", "commitTag": ""}))
    }
    answers["/api/v1/auth/me"] = httpx.Response(403)
    client, _ = opened("seerr", answers, observe=told.append, clock=StoppedClock())

    with pytest.raises(Unauthorized):
        await client.identify()

    outcomes = ["server_error", "ok", "unauthorized"]
    assert told == [Called("seerr", outcome, 0.0) for outcome in outcomes]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("HTML", "invalid"),
        ("slow drip", "timeout"),
        ("cut JSON", "invalid"),
        ("400", "invalid"),
        ("refused", "server_error"),
    ],
)
async def test_outcomes_are_those_of_the_metric(fault, outcome):
    told = []
    answers = {"/api/v3/system/status": FAULTS[fault][0]}
    client, _ = opened("radarr", answers, observe=told.append, timeouts=patience())

    with pytest.raises(ServiceError):
        await client.identify()

    assert {called.outcome for called in told} == {outcome}


async def test_at_most_four_requests_are_under_way():
    under_way, most = 0, 0

    class Counting(Service):
        async def handle_async_request(self, request):
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            for _ in range(5):
                await anyio.lowlevel.checkpoint()
            under_way -= 1
            return await super().handle_async_request(request)

    client, _ = opened("radarr", Counting(answers_of("radarr")))

    await client.read()

    assert most == 4


async def test_the_services_clock_is_kept_with_the_moment_it_was_heard():
    service = Service({"/x": said({}, date=DATE)})
    wire = Wire("radarr", "http://nas", {}, clock=StoppedClock(), transport=service)

    await wire.get("/x", dict)

    assert wire.date == datetime(2025, 6, 3, 10, tzinfo=UTC)
    assert wire.date_heard_at == StoppedClock().now()


@pytest.mark.parametrize("date", ["yesterday", ""])
async def test_a_date_that_makes_no_sense_is_no_date(date):
    wire = Wire("radarr", "http://nas", {}, transport=Service({"/x": said({}, date=date)}))

    await wire.get("/x", dict)

    assert wire.date is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (datetime(2025, 6, 3, 10), datetime(2025, 6, 3, 10, tzinfo=UTC)),  # noqa: DTZ001 - as some proxies write
        (datetime(2025, 6, 3, 10, tzinfo=timezone(timedelta(hours=2))), datetime(2025, 6, 3, 8, tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=UTC), None),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))), None),
        (None, None),
    ],
)
def test_instants_are_utc_or_none(written, meant):
    assert instant(written) == meant


async def test_a_packed_answer_is_unpacked():
    packed = gzip.compress(json.dumps({"appName": "Radarr", "version": "5"}).encode())
    client, service = opened("radarr", {"/api/v3/system/status": lambda _: json_bytes(packed, "gzip")})

    assert (await client.identify()).product == "Radarr"
    assert service.headers[0]["accept"] == "application/json"
    assert service.headers[0]["accept-encoding"] == "gzip"


async def test_a_body_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("keepercheky.services.reply.BODY_LIMIT_BYTES", 1 << 20)

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                yield b" " * 65536

    client, _ = opened("radarr", {"/api/v3/system/status": lambda _: json_stream(Endless())})

    with pytest.raises(InvalidAnswer, match="more than 1 MB"):
        await client.identify()


async def test_somebody_elses_cancellation_is_neither_an_outcome_nor_a_time_out():
    told = []
    answers = {"/api/v3/system/status": lambda _: json_stream(Drip())}
    client, _ = opened("radarr", answers, observe=told.append)

    with anyio.move_on_after(0.02) as scope:
        await client.identify()

    assert scope.cancelled_caught
    assert not told


VERBS = {
    "radarr": "movies movie movie_by_tmdb delete_movie unmonitor_movie delete_movie_file add_movie",
    "sonarr": "all_series series series_by_tvdb detail delete_series unmonitor_season unmonitor_episodes "
    "delete_episode_files add_series",
    "jellyfin": "item_exists media_updated",
    "seerr": "requests media_rows delete_media",
}
OF_BOTH = "unmapped_folders resource history_of exclusion_of remove_exclusion"


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_has_these_verbs_and_no_others(kind):
    client, _ = opened(kind, {})

    verbs = {name for name in dir(client) if not name.startswith("_")}

    shared = OF_BOTH.split() if kind in ("radarr", "sonarr") else []
    assert verbs == {"name", "kind", "writes", "identify", "read", "aclose", *VERBS[kind].split(), *shared}
    assert KEY not in repr(client) + repr(vars(client)) + repr(vars(client._wire))


@pytest.mark.parametrize("kind", KINDS)
async def test_reading_sends_nothing_but_gets(kind):
    client, service = opened(kind, answers_of(kind))  # a service that takes nothing else

    await client.identify()
    await client.read()

    assert service.asked
