"""Over real sockets: the very bytes that are sent, once, and a server that goes away in the middle."""

from contextlib import asynccontextmanager

import anyio
import anyio.abc
import pytest
from service_acts import file_of
from service_answers import Naps

from keepercheky.errors import MaybeDone
from keepercheky.services.catalog import open_service
from keepercheky.services.http import Timeouts

EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
FILES = (str([file_of(9, 91)]).replace("'", '"')).encode()
LISTED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(FILES)
) + FILES


@asynccontextmanager
async def server(*answers):
    """Gives one answer after another, whatever is asked; None: the connection is closed instead; b"": never."""
    heard, waiting = [], list(answers)

    async def serve(stream: anyio.abc.SocketStream):
        async with stream:
            while True:
                try:
                    heard.append(await request(stream))
                except anyio.EndOfStream:
                    return
                answer = waiting.pop(0)
                if answer is None:
                    return
                await (stream.send(answer) if answer else anyio.sleep_forever())

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, serve)
        yield f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}", heard
        group.cancel_scope.cancel()


async def request(stream):
    received = b""
    while b"\r\n\r\n" not in received:
        received += await stream.receive()
    head, _, body = received.partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    named = dict(header.lower().split(": ", 1) for header in headers)
    while len(body) < int(named.get("content-length", 0)):
        body += await stream.receive()
    return line, named, body


@asynccontextmanager
async def client_of(kind, url, **more):
    client = open_service(kind, kind, url, "key", sleep=Naps(), **more)
    try:
        yield client
    finally:
        await client.aclose()


async def test_a_delete_carries_its_body():
    async with server(LISTED, EMPTY) as (url, heard), client_of("sonarr", url) as sonarr:
        await sonarr.delete_episode_files(9, [91])

    line, headers, body = heard[1]
    assert line == "DELETE /api/v3/episodefile/bulk HTTP/1.1"
    assert body == b'{"episodeFileIds":[91]}'
    assert headers["content-type"] == "application/json"
    assert headers["content-length"] == "23"
    assert len(heard) == 2


async def test_a_delete_without_a_body_has_none():
    async with server(EMPTY) as (url, heard), client_of("radarr", url + "/base") as radarr:
        await radarr.delete_movie(5, import_exclusion=True)

    line, headers, body = heard[0]
    assert line == "DELETE /base/api/v3/movie/5?deleteFiles=true&addImportExclusion=true HTTP/1.1"
    assert body == b""
    assert "content-type" not in headers
    assert headers["x-api-key"] == "key"


@pytest.mark.parametrize("answer", [None, EMPTY[:20], b""], ids=["gone", "gone in the middle", "silent"])
async def test_a_server_that_goes_away_is_asked_once_and_leaves_it_unknown(answer):
    timeouts = Timeouts(connect=5, read=0.2, whole_list=0.2)
    async with server(answer) as (url, heard), client_of("radarr", url, timeouts=timeouts) as radarr:
        with pytest.raises(MaybeDone):
            await radarr.delete_movie(5, import_exclusion=True)

    assert len(heard) == 1
