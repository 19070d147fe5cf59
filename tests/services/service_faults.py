"""How a service may misbehave, and what each misbehaviour must become."""

import socket
import traceback
from datetime import UTC, datetime

import anyio
import httpx
from service_answers import KEY, html, said

from keepercheky.errors import (
    InvalidAnswer,
    ServerFault,
    ServiceError,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from keepercheky.services.http import Timeouts

KINDS = ["radarr", "sonarr", "jellyfin", "seerr"]
IDENTITY = {
    "radarr": "/api/v3/system/status",
    "sonarr": "/api/v3/system/status",
    "jellyfin": "/System/Info",
    "seerr": "/api/v1/status",
}
LISTS = {
    "radarr": "/api/v3/movie",
    "sonarr": "/api/v3/series",
    "jellyfin": "/Items",
    "seerr": "/api/v1/request",
}


class Drip(httpx.AsyncByteStream):
    """A body that begins and then goes on for ever without coming to an end."""

    def __init__(self, start=b'[{"id": 1, '):
        self.start = start

    async def __aiter__(self):
        yield self.start
        while True:
            await anyio.sleep_forever()
            yield b" "


class Cut(httpx.AsyncByteStream):
    """A body whose connection breaks."""

    async def __aiter__(self):
        yield b'{"version": "1", "appName": "Rad'
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def json_stream(stream):
    return httpx.Response(200, headers={"content-type": "application/json"}, stream=stream)


def refused(_request):
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = ConnectionRefusedError(111, "refused")
    raise error


def refused_on_every_address(_request):
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = OSError("All connection attempts failed")
    error.__cause__.__cause__ = ExceptionGroup(
        "multiple connection attempts failed", [ConnectionRefusedError()]
    )
    raise error


def unknown_host(_request):
    error = httpx.ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    raise error


FAULTS = {
    "refused twice": (refused_on_every_address, Unreachable, "connection refused"),
    "unknown host": (unknown_host, Unreachable, "no such host name"),
    "no connection": (httpx.ConnectError("odd"), Unreachable, "no connection"),
    "refused": (refused, Unreachable, "connection refused"),
    "connection lost": (httpx.RemoteProtocolError("Server disconnected"), Unreachable, "connection was lost"),
    "nobody answers": (httpx.ConnectTimeout("slow"), Unreachable, "nobody answers"),
    "time-out": (httpx.ReadTimeout("slow"), TimedOut, "within"),
    "slow drip": (lambda _: json_stream(Drip()), TimedOut, "within"),
    "401": (httpx.Response(401), Unauthorized, "refuses the API key"),
    "403": (said({"error": "no"}, 403), Unauthorized, "refuses the API key"),
    "429": (httpx.Response(429), ServerFault, "too often"),
    "500": (said({"message": "boom", "description": f"at X({KEY})"}, 500), ServerFault, "failed (500)"),
    "502": (html(502), ServerFault, "behind its proxy"),
    "503": (httpx.Response(503), ServerFault, "failed (503)"),
    "503 starting": (
        said({"errorMessage": "Radarr is starting up, please try again later"}, 503),
        ServerFault,
        "still starting up",
    ),
    "503 with Retry-After": (html(503, **{"retry-after": "5"}), ServerFault, "still starting up"),
    "504": (html(504), ServerFault, "behind its proxy"),
    "400": (said({"message": "no"}, 400), InvalidAnswer, "did not take the request"),
    "HTML": (html(), InvalidAnswer, "login page"),
    "HTML called JSON": (said(b"\n  <html></html>"), InvalidAnswer, "login page"),
    "text": (
        httpx.Response(200, headers={"content-type": "text/plain"}, text="ok"),
        InvalidAnswer,
        "text/plain",
    ),
    "empty": (said(b""), InvalidAnswer, "cut off"),
    "cut JSON": (said(b'[{"id": 1, "ti'), InvalidAnswer, "sent an answer"),
    "cut body": (lambda _: json_stream(Cut()), InvalidAnswer, "sent an answer"),
    "bad gzip": (lambda _: json_bytes(b"no gzip at all", "gzip"), InvalidAnswer, "cut off"),
    "deep nesting": (said(b"[" * 100_000), InvalidAnswer, "sent an answer"),
    "bad text": (said(b'{"appName":"\xff\xfe","version":"\xff","commitTag":"\xff"}'), ServiceError, ""),
    "null": (said(b"null"), InvalidAnswer, "makes no sense"),
    "other shape": (said(b'"OK"'), InvalidAnswer, "makes no sense"),
    "elsewhere": (
        httpx.Response(302, headers={"location": f"https://auth.example/login?rd={KEY}"}),
        InvalidAnswer,
        "https://auth.example",
    ),
    "in a circle": (lambda r: httpx.Response(302, headers={"location": str(r.url)}), InvalidAnswer, "circle"),
    "to nowhere": (httpx.Response(302, headers={"location": "http://[::bad"}), Unreachable, ""),
}


def json_bytes(content, encoding):
    headers = {"content-type": "application/json", "content-encoding": encoding}

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self):
            yield content

    return httpx.Response(200, headers=headers, stream=Body())


def everything_shown(error):
    shown = "".join(traceback.format_exception(error))
    return f"{error}{error!r}{error.message}{error.remedy}{shown}"


def patience():
    return Timeouts(connect=0.02, read=0.02, whole_list=0.02)


class StoppedClock:
    def now(self):
        return datetime(2025, 6, 3, 10, tzinfo=UTC)

    def monotonic(self):
        return 5.0
