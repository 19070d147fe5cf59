"""The line to one service: its address, its key, its connections. One request, one response, nothing judged.

Redirects are not followed here; `redirected` tells where one may lead, or what is wrong with it.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final

import httpx

from keepercheky.clock import Clock
from keepercheky.services import faults
from keepercheky.services.address import Address
from keepercheky.services.reply import Failed
from keepercheky.services.times import instant

Query = Iterable[tuple[str, str | int]]

IN_FLIGHT: Final = 4  # one process over SQLite at the other end: more only queue there
IDLE_SECONDS: Final = (
    2.0  # shorter than any server's: a write must not meet a connection that is being closed
)


class Line:
    """`date` is the service's clock as last heard, `date_heard_at` ours at that moment."""

    def __init__(
        self,
        name: str,
        url: str,
        headers: Mapping[str, str],
        *,
        connect_seconds: float,
        clock: Clock,
        secret: str,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.name = name
        self.date: datetime | None = None
        self.date_heard_at: datetime | None = None
        self.clock = clock
        self._address = Address.of(url)
        password = self._address.auth[1] if self._address and self._address.auth else ""
        self.secrets = tuple(filter(None, (*headers.values(), secret, password)))  # whatever a service echoes
        self._key_is_sound = all(value.isascii() and value.isprintable() for value in headers.values())
        self._client = httpx.AsyncClient(
            auth=self._address.auth if self._address else None,
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "KeeperCheky"}
            | (dict(headers) if self._key_is_sound else {}),
            timeout=httpx.Timeout(None, connect=connect_seconds),
            transport=transport or _transport(),
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"<Line {self.name}>"

    async def aclose(self) -> None:
        await self._client.aclose()

    def url(self, path: str, query: Query) -> httpx.URL:
        if self._address is None:
            raise faults.bad_url(self.name)
        if not self._key_is_sound:
            raise faults.bad_key(self.name)
        return httpx.URL(
            self._address.of_path(path), params=[(key, str(value)) for key, value in query] or None
        )

    async def opened(self, method: str, url: httpx.URL, body: bytes | None = None) -> httpx.Response:
        """The head of the answer; its body waits to be read, and it wants to be closed. Raises what httpx raises."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        request = self._client.build_request(method, url, content=body, headers=headers)
        response = await self._client.send(request, stream=True)
        self._hear(response)
        return response

    def unreachable(self, problem: BaseException) -> Failed:
        error = faults.unreachable(self.name, str(self._address), problem)
        return Failed(error, again=isinstance(problem, httpx.TransportError))

    def redirected(self, response: httpx.Response, path: str) -> httpx.URL:
        """Where a redirect leads, when that is the same host and no sign of a missing URL base."""
        assert self._address is not None
        target = response.url.join(response.headers["location"])
        if right_base := self._address.base_behind(target, path):
            raise Failed(faults.missing_base(self.name, right_base))
        if not self._address.is_same_host(target):
            raise Failed(faults.sent_elsewhere(self.name, f"{target.scheme}://{target.host}"))
        return target

    def moved_to(self, response: httpx.Response, path: str) -> str:
        """The same host's address that a redirect names for the very same request, safe to show."""
        target = self.redirected(response, path)
        if not target.path.endswith(path) or (named := Address.of(str(target))) is None:
            raise Failed(faults.sent_elsewhere(self.name, "another page of its own"))
        return str(named).removesuffix(path)

    def _hear(self, response: httpx.Response) -> None:
        try:
            date = instant(parsedate_to_datetime(response.headers["date"]))
        except (KeyError, ValueError):
            return
        self.date, self.date_heard_at = date, self.clock.now()


def _transport() -> httpx.AsyncHTTPTransport:
    limits = httpx.Limits(max_connections=IN_FLIGHT * 2, keepalive_expiry=IDLE_SECONDS)
    return httpx.AsyncHTTPTransport(verify=_trust(), limits=limits)


@cache
def _trust() -> ssl.SSLContext:
    """The system's certificate authorities (a home's own among them) and the well-known ones."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context
