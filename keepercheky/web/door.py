"""In front of both servers: failures are caught, headers are safe, and at the port only known host names are let in.

A page of another site can make a browser ask for `http://evil.example:8484/` and point that name at 127.0.0.1. The
`Host` header then says the other site's name, and the answer is no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepercheky.app import App
from keepercheky.logs import get_logger
from keepercheky.web.failures import unexpected

log = get_logger()

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST: Final = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::[0-9]{1,5})?")
NOT_OURS: Final = (
    "KeeperCheky does not answer to this host name. Add it to allowed_hosts in [web] of the settings, "
    "or ask by the address it listens on.\n"
)


class Guarded:
    """Safe headers on every answer, nothing in the body of one to HEAD, and no traceback for anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def guard(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            elif scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, guard)
        except Exception:  # whatever it is: a person gets a plain answer, the log gets the reason
            log.exception("request_failed", path=scope["path"])
            if not begun:
                await unexpected(scope["path"])(scope, receive, guard)


class HostChecked:
    """Lets in who asked by a name of ours. The settings in force are read each time: they may be replaced."""

    def __init__(self, app: ASGIApp, over: App) -> None:
        self._app = app
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._known(Headers(scope=scope).getlist("host")):
            await PlainTextResponse(NOT_OURS, 400)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _known(self, said: list[str]) -> bool:
        asked = host_of(said[0]) if len(said) == 1 else ""
        return bool(asked) and any(_matches(asked, name) for name in self._names())

    def _names(self) -> Iterator[str]:
        web = self._over.house.settings.web
        yield from LOCAL
        yield web.bind.host.lower()
        yield from web.allowed_hosts
        if web.public_url:
            yield urlsplit(web.public_url).hostname or ""


class Based:
    """Takes the base path off, as a proxy may leave it on; without it every page answers too."""

    def __init__(self, app: ASGIApp, over: App) -> None:
        self._app = app
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        base = self._over.house.settings.web.base_path
        path: str = scope.get("path", "")
        if scope["type"] == "http" and base and (path == base or path.startswith(base + "/")):
            scope["path"] = path.removeprefix(base) or "/"
        await self._app(scope, receive, send)


def host_of(said: str) -> str:
    """The name in a Host header: without port, brackets, case and the dot at the end. Empty when it is none."""
    found = _HOST.fullmatch(said)
    return (found[1] or found[2]).lower().removesuffix(".") if found else ""


def _matches(asked: str, name: str) -> bool:
    return asked.endswith(name[1:]) if name.startswith("*.") else asked == name.removesuffix(".")
