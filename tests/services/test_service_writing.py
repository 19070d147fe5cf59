"""What changes something is sent once, one at a time; whatever becomes of it is told as it is."""

import inspect
from collections import Counter

import anyio
import httpx
import pytest
from service_acts import ACTS, Acting
from service_answers import KEY, Naps, html, opened, said
from service_faults import (
    Cut,
    Drip,
    StoppedClock,
    everything_shown,
    json_bytes,
    json_stream,
    patience,
    refused,
    unknown_host,
)

from keepercheky.errors import (
    Declined,
    InvalidAnswer,
    MaybeDone,
    NotFound,
    ServerFault,
    ServiceError,
    Unauthorized,
    Unreachable,
)
from keepercheky.services import jellyfin, jellyfin_items, jellyfin_sessions, jellyfin_wire
from keepercheky.services.http import Called, Timeouts, Wire

TRACE = "   at NzbDrone.Core.MediaFiles.MediaFileDeletionService.DeleteMovieFile(Movie movie) in /_/src"


def fault_of(message, status=500):
    return said({"message": message, "description": f"{message}\n{TRACE} {KEY}"}, status)


def rule(name, message):
    return {"propertyName": name, "errorMessage": message, "attemptedValue": KEY, "severity": "error"}


class CutAfter(httpx.AsyncByteStream):
    async def __aiter__(self):
        yield b'{"message": "no'
        raise httpx.ReadError("reset")


def redirect(location, status=307):
    return httpx.Response(status, headers={"location": location})


# What came: which error, and the words in it.
FAULTS = {
    "401": (httpx.Response(401), Unauthorized, "refuses the API key (401)"),
    "403": (said({"status": 403, "error": "You do not have permission"}, 403), Unauthorized, "refuses the API key"),
    "403 CSRF": (said({"message": "invalid csrf token", "errors": None}, 403), Unauthorized, "CSRF protection is on"),
    "404": (fault_of("Movie with ID 99 does not exist", 404), NotFound, "(404): Movie with ID 99 does not exist"),
    "409": (
        fault_of("Movie's root folder (/movies) doesn't exist.", 409),
        Declined,
        "(409): Movie's root folder (/movies) doesn't exist",
    ),
    "400 array": (
        said([rule("Path", "Path is already configured"), rule("", "Odd one"), {"x": 1}, 7], 400),
        Declined,
        "(400): Path: Path is already configured; Odd one",
    ),
    "400 object": (
        said({"title": "One or more validation errors occurred.", "errors": {"$.tags": ["Not a list"], "x": None}}, 400),
        Declined,
        "(400): One or more validation errors occurred; $.tags: Not a list",
    ),
    "400 message": (
        said({"message": "BadRequest: 0 is not a valid ID", "content": KEY}, 400),
        Declined,
        "(400): BadRequest: 0 is not a valid ID",
    ),
    "400 Seerr": (said({"message": "Unknown query", "errors": [{"path": "x"}]}, 400), Declined, "Unknown query"),
    "400 other": (said({"x": 1}, 400), Declined, "would not do it (400)"),
    "400 nothing": (httpx.Response(400), Declined, "would not do it (400)"),
    "400 HTML": (html(400), Declined, "would not do it (400)"),
    "400 garbled": (said(b"[" * 9_000, 400), Declined, "would not do it (400)"),
    "400 text": (said('"no"', 400), Declined, "would not do it (400)"),
    "400 cut": (lambda _: httpx.Response(400, headers={"content-type": "application/json"}, stream=CutAfter()), Declined, "(400)"),
    "405": (httpx.Response(405), Declined, "would not do it (405)"),
    "304": (httpx.Response(304), Declined, "would not do it (304)"),
    "429": (httpx.Response(429), ServerFault, "too often"),
    "500": (fault_of("Unable to delete movie file"), ServerFault, "failed (500): Unable to delete movie file"),
    "500 trace in the message": (fault_of(f"Boom {TRACE}"), ServerFault, "failed (500): Boom"),
    "500 key in the message": (fault_of(f"GET /x?apikey={KEY} {KEY}"), ServerFault, "failed (500): GET /x …"),
    "500 endless": (fault_of("very " * 100), ServerFault, "very…"),
    "500 huge": (said(b'{"message":"' + b"x" * 100_000 + b'"}', 500), ServerFault, "failed (500)"),
    "503": (httpx.Response(503), ServerFault, "failed (503)"),
    "503 starting": (said({"errorMessage": "Radarr is starting up"}, 503), ServerFault, "still starting up"),
    "refused": (refused, Unreachable, "connection refused"),
    "unknown host": (unknown_host, Unreachable, "no such host name"),
    "nobody answers": (httpx.ConnectTimeout("slow"), Unreachable, "nobody answers"),
    "HTML": (html(), InvalidAnswer, "login page"),
    "HTML called JSON": (said(b"\n <html></html>"), InvalidAnswer, "login page"),
    "login elsewhere": (redirect("https://auth.example/?rd=x"), InvalidAnswer, "https://auth.example"),
    "to another port": (redirect("http://nas:1/api"), InvalidAnswer, "sends us on to http://nas"),
    "to a login of its own": (redirect(f"/login?key={KEY}", 302), InvalidAnswer, "another page of its own"),
    "502": (html(502), MaybeDone, "(502): nobody knows"),
    "504": (html(504), MaybeDone, "(504): nobody knows"),
    "time-out": (httpx.ReadTimeout("slow"), MaybeDone, "within 0.02 s: nobody knows"),
    "time-out while writing": (httpx.WriteTimeout("slow"), MaybeDone, "nobody knows"),
    "slow drip": (lambda _: json_stream(Drip()), MaybeDone, "within 0.02 s: nobody knows"),
    "lost": (httpx.RemoteProtocolError("Server disconnected"), MaybeDone, "connection was lost: nobody knows"),
    "lost while writing": (httpx.WriteError("broken pipe"), MaybeDone, "connection was lost: nobody knows"),
    "lost while reading": (httpx.ReadError("reset"), MaybeDone, "connection was lost: nobody knows"),
    "cut body": (lambda _: json_stream(Cut()), MaybeDone, "nobody knows"),
    "bad gzip": (lambda _: json_bytes(b"no gzip", "gzip"), MaybeDone, "makes no sense: nobody knows"),
    "text": (httpx.Response(200, headers={"content-type": "text/plain"}, text="ok"), MaybeDone, "text/plain"),
}  # fmt: skip
FINE_WHEN_MISSING = ("let lists add a movie", "let lists add a series", "clear a title in Seerr")
CASES = [(act, fault) for act in ACTS for fault in FAULTS if fault != "404" or act not in FINE_WHEN_MISSING]


@pytest.mark.parametrize(("name", "fault"), CASES)
async def test_every_failure_of_every_verb_is_told_as_it_is_and_nothing_is_sent_twice(name, fault):
    act = ACTS[name]
    answer, expected, words = FAULTS[fault]
    naps = Naps()
    client, service = act.opened(answer, timeouts=Timeouts(0.02, 0.02, 0.02), sleep=naps)

    with pytest.raises(ServiceError) as caught:
        await act.call(client)

    error = caught.value
    assert type(error) is expected
    assert words in error.message
    assert error.service == act.kind
    assert error.remedy
    assert len(str(error)) < 600
    for hidden in (KEY, "NzbDrone", "rd="):
        assert hidden not in everything_shown(error)
    assert service.sent == [act.line]
    assert not naps.seconds


async def test_a_root_folder_that_is_not_there_is_told_with_what_to_do():
    client, _ = ACTS["delete a movie's file"].opened(FAULTS["409"][0])

    with pytest.raises(Declined) as caught:
        await client.delete_movie_file(55)

    assert caught.value.remedy == "Is the disk of that root folder mounted, and not empty?"


async def test_csrf_protection_is_told_with_what_to_do():
    client, _ = ACTS["clear a title in Seerr"].opened(FAULTS["403 CSRF"][0])

    with pytest.raises(Unauthorized) as caught:
        await client.delete_media(12)

    assert caught.value.remedy == "Switch CSRF protection off in its network settings, and restart it"


@pytest.mark.parametrize(
    ("location", "right"),
    [
        ("https://nas:7878/api/v3/movie/5?deleteFiles=true", "http://nas:7878"),
        ("http://nas:7878/radarr/api/v3/movie/5", "http://nas:7878/radarr"),
        ("http://nas:7878/api/v3/movie/5", "http://nas:7878"),
    ],
)
async def test_a_redirect_is_never_followed_and_tells_the_right_address(location, right):
    client, service = ACTS["delete a movie"].opened(redirect(location))

    with pytest.raises(InvalidAnswer) as caught:
        await client.delete_movie(5, import_exclusion=True)

    if location.startswith("https"):
        assert "https://nas" in caught.value.message  # another port: another place
    else:
        assert caught.value.remedy == f'Set services.radarr.url to "{right}"'
    assert len(service.sent) == 1


async def test_the_step_from_plain_to_secure_is_named_too():
    client, service = ACTS["delete a movie"].opened(
        redirect("https://u:p@nas/api/v3/movie/5?x=1"), url="http://nas"
    )

    with pytest.raises(InvalidAnswer) as caught:
        await client.delete_movie(5, import_exclusion=True)

    assert caught.value.remedy == 'Set services.radarr.url to "https://nas"'
    assert len(service.sent) == 1


@pytest.mark.parametrize("name", ["delete a movie", "delete episode files", "tell Jellyfin"])
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200),
        httpx.Response(204),
        said({}),
        said(b""),
        said({"more": 1}, 202),
        httpx.Response(200, headers={"content-type": "text/plain"}),
    ],
)
async def test_an_empty_or_any_other_good_answer_is_fine_where_none_is_expected(name, answer):
    client, service = ACTS[name].opened(answer)

    await ACTS[name].call(client)

    assert len(service.sent) == 1


@pytest.mark.parametrize("answer", [said(b"", 202), said({}, 202), said(b"[{", 202), said([{"id": 5}], 202)])
async def test_an_answer_that_is_expected_and_makes_no_sense_leaves_it_unknown(answer):
    client, service = ACTS["unmonitor a movie"].opened(answer)

    with pytest.raises(MaybeDone, match="makes no sense"):
        await client.unmonitor_movie(5)

    assert len(service.sent) == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("time-out", "timeout"),
        ("slow drip", "timeout"),
        ("lost", "server_error"),
        ("409", "client_error"),
        ("401", "unauthorized"),
        ("HTML", "invalid"),
    ],
)
async def test_a_write_is_counted_like_a_read(fault, outcome):
    told = []
    client, _ = ACTS["delete a movie"].opened(FAULTS[fault][0], observe=told.append, timeouts=patience())

    with pytest.raises(ServiceError) as caught:
        await client.delete_movie(5, import_exclusion=True)

    assert [called.outcome for called in told] == [outcome] == [caught.value.outcome]


@pytest.mark.parametrize("answer", [httpx.Response(204), said({"message": "gone"}, 404)])
async def test_a_good_write_is_counted_as_good(answer):
    told = []
    client, _ = ACTS["clear a title in Seerr"].opened(answer, observe=told.append, clock=StoppedClock())

    await client.delete_media(12)

    assert told == [Called("seerr", "ok", 0.0)]


async def test_one_write_is_under_way_at_a_time_and_reads_go_on_beside_it():
    under_way, most = Counter(), Counter()

    class Slow(Acting):
        async def handle_async_request(self, request):
            kind = "read" if request.method == "GET" else "write"
            under_way[kind] += 1
            most[kind] = max(most[kind], under_way[kind])
            for _ in range(20):
                await anyio.lowlevel.checkpoint()
            under_way[kind] -= 1
            return await super().handle_async_request(request)

    service = Slow(
        {"/api/v3/rootfolder": []},
        {f"DELETE /api/v3/moviefile/{n}": httpx.Response(200) for n in range(1, 6)},
    )
    client, _ = opened("radarr", service)

    async with anyio.create_task_group() as group:
        for number in range(1, 6):
            group.start_soon(client.delete_movie_file, number)
            group.start_soon(client.unmapped_folders)

    assert most["write"] == 1
    assert most["read"] >= 3
    assert sorted(service.sent) == [f"DELETE /api/v3/moviefile/{n}" for n in range(1, 6)]


async def test_a_write_cancelled_from_outside_is_neither_an_outcome_nor_in_the_way_of_the_next():
    told = []
    client, service = ACTS["delete a movie's file"].opened(lambda _: json_stream(Drip()), observe=told.append)

    with anyio.move_on_after(0.02) as scope:
        await client.delete_movie_file(55)
    assert scope.cancelled_caught
    assert not told

    service.writes["DELETE /api/v3/moviefile/55"] = httpx.Response(200)
    await client.delete_movie_file(55)
    assert len(service.sent) == 2


@pytest.mark.parametrize("url", ["nonsense", "ftp://nas"])
async def test_without_an_address_nothing_is_sent(url):
    client, service = ACTS["delete a movie"].opened(url=url)

    with pytest.raises(Unreachable):
        await client.delete_movie(5, import_exclusion=True)

    assert not service.sent


async def test_a_wire_sends_only_the_methods_it_was_made_for():
    service = Acting()
    wire = Wire("radarr", "http://nas", {}, transport=service)

    for method in ("PUT", "POST", "DELETE", "GET", "PATCH", "delete"):
        with pytest.raises(ValueError, match="never sent"):
            await wire.send(method, "/x")

    assert not service.sent


async def test_jellyfin_can_be_sent_no_delete_whoever_asks():
    service = Acting()
    client, _ = opened("jellyfin", service)

    for method in ("DELETE", "PUT"):
        with pytest.raises(ValueError, match="never sent"):
            await client._wire.send(method, "/Items/" + "a" * 32)

    assert not service.sent
    assert client.writes == {"POST"}
    for module in (jellyfin, jellyfin_items, jellyfin_sessions, jellyfin_wire):
        assert '"DELETE"' not in inspect.getsource(module)
        assert "'DELETE'" not in inspect.getsource(module)
