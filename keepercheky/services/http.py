"""The shared client: one `Wire` to one service. It reads; every failure becomes one of our errors.

What it promises, whatever answers at the other end:
- an answer is complete, JSON, of the expected shape, and within its time limit, body included;
- reads are tried three times when a little later may be better; at most four are under way at once;
- redirects stay on the same host, and one that smells of a missing URL base is an error that names the right one;
- no key and no query reaches an exception, a log line or a `repr`.
"""

from __future__ import annotations

import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final, TypeVar

import anyio
import anyio.lowlevel
import httpx
import msgspec

from keepercheky.clock import Clock
from keepercheky.errors import ServiceError
from keepercheky.services import faults
from keepercheky.services.address import Address
from keepercheky.services.reply import Failed, pieces, refuse
from keepercheky.services.slices import Slices
from keepercheky.services.times import instant

T = TypeVar("T")
Row = TypeVar("Row")
Query = Iterable[tuple[str, str | int]]

TRIES: Final = 3
IN_FLIGHT: Final = 4  # one process over SQLite at the other end: more only queue there
FIRST_PAUSE_SECONDS: Final = 0.5  # doubled for the next try, and jittered
REDIRECTS: Final = 3


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `read` and `whole_list` hold for a whole request, body included."""

    connect: float = 5.0
    read: float = 30.0
    whole_list: float = 120.0


@dataclass(frozen=True, slots=True)
class Called:
    """One request that was sent. `outcome`: ok, or that of the error it became."""

    service: str
    outcome: str
    seconds: float


def unobserved(_called: Called) -> None:
    """For those who count nothing."""


class Wire:
    """The wire to one service. `date` is that service's clock as last heard, `date_heard_at` ours at that moment."""

    def __init__(
        self,
        name: str,
        url: str,
        headers: Mapping[str, str],
        *,
        timeouts: Timeouts | None = None,
        clock: Clock | None = None,
        observe: Callable[[Called], None] = unobserved,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.timeouts = timeouts or Timeouts()
        self.date: datetime | None = None
        self.date_heard_at: datetime | None = None
        self._clock = clock or Clock()
        self._address = Address.of(url)
        self._observe = observe
        self._sleep = sleep
        self._jitter = jitter
        self._limiter = anyio.CapacityLimiter(IN_FLIGHT)
        self._key_is_sound = all(value.isascii() and value.isprintable() for value in headers.values())
        self._client = httpx.AsyncClient(
            auth=self._address.auth if self._address else None,
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "KeeperCheky"}
            | (dict(headers) if self._key_is_sound else {}),
            timeout=httpx.Timeout(None, connect=self.timeouts.connect),
            transport=transport or _transport(),
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"<Wire {self.name}>"

    async def aclose(self) -> None:
        await self._client.aclose()

    async def get(self, path: str, answer: type[T], query: Query = (), *, seconds: float | None = None) -> T:
        """The whole answer of one GET, decoded as `answer`."""
        decoder = msgspec.json.Decoder(answer)

        async def read(response: httpx.Response) -> T:
            body = bytearray()
            async with aclosing(pieces(self.name, response)) as arriving:
                async for piece in arriving:
                    body += piece
            return decoder.decode(body)

        return await self._asked(path, query, read, seconds or self.timeouts.read)

    async def rows(
        self,
        path: str,
        wire_row: type[T],
        convert: Callable[[T], Row],
        query: Query = (),
        *,
        seconds: float | None = None,
    ) -> list[Row]:
        """A whole list, each element converted as it streams in, so that no more than a slice is held twice."""

        async def read(response: httpx.Response) -> list[Row]:
            slices = Slices(wire_row)
            rows: list[Row] = []
            async with aclosing(pieces(self.name, response)) as arriving:
                async for piece in arriving:
                    for part in slices.feed(piece):
                        rows += map(convert, part)
                        await anyio.lowlevel.checkpoint()
            rows += map(convert, slices.finish())
            return rows

        return await self._asked(path, query, read, seconds or self.timeouts.whole_list)

    async def _asked(
        self, path: str, query: Query, read: Callable[[httpx.Response], Awaitable[T]], seconds: float
    ) -> T:
        if self._address is None:
            raise faults.bad_url(self.name)
        if not self._key_is_sound:
            raise faults.bad_key(self.name)
        url = httpx.URL(
            self._address.of_path(path), params=[(key, str(value)) for key, value in query] or None
        )
        tried = 1
        while True:
            try:
                return await self._observed(url, path, read, seconds)
            except Failed as failed:
                if not failed.again or tried == TRIES:
                    raise failed.error from None
                pause = FIRST_PAUSE_SECONDS * 2 ** (tried - 1) * (0.5 + self._jitter())
                await self._sleep(max(pause, failed.after))
                tried += 1

    async def _observed(
        self, url: httpx.URL, path: str, read: Callable[[httpx.Response], Awaitable[T]], seconds: float
    ) -> T:
        async with self._limiter:
            started = self._clock.monotonic()
            outcome = ""  # cancelled from outside: counted as nothing
            try:
                with anyio.fail_after(seconds):
                    answer = await self._one(url, path, read)
                outcome = "ok"
            except TimeoutError:
                error = faults.timed_out(self.name, seconds)
                outcome = error.outcome
                raise Failed(error, again=True) from None
            except Failed as failed:
                outcome = failed.error.outcome
                raise
            else:
                return answer
            finally:
                if outcome:
                    self._observe(Called(self.name, outcome, self._clock.monotonic() - started))

    async def _one(self, url: httpx.URL, path: str, read: Callable[[httpx.Response], Awaitable[T]]) -> T:
        for _ in range(REDIRECTS + 1):
            async with self._sent(url) as response:
                self._hear(response)
                if response.has_redirect_location:
                    url = self._followed(response, path)
                    continue
                try:
                    await refuse(self.name, response, path, self._clock.now())
                    return await read(response)
                except ServiceError as error:
                    raise Failed(error) from None
                except (msgspec.DecodeError, httpx.DecodingError, RecursionError, UnicodeError) as problem:
                    raise Failed(self._garbled(problem)) from None
                except httpx.TransportError:
                    raise Failed(faults.cut_off(self.name)) from None
        raise Failed(faults.sent_elsewhere(self.name, "itself, in a circle"))

    @asynccontextmanager
    async def _sent(self, url: httpx.URL) -> AsyncIterator[httpx.Response]:
        try:
            response = await self._client.send(self._client.build_request("GET", url), stream=True)
        except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout):
            raise TimeoutError from None
        except (httpx.TransportError, httpx.InvalidURL, UnicodeError) as problem:
            error = faults.unreachable(self.name, str(self._address), problem)
            raise Failed(error, again=isinstance(problem, httpx.TransportError)) from None
        try:
            yield response
        finally:
            await response.aclose()

    def _hear(self, response: httpx.Response) -> None:
        try:
            date = instant(parsedate_to_datetime(response.headers["date"]))
        except (KeyError, ValueError):
            return
        self.date, self.date_heard_at = date, self._clock.now()

    def _followed(self, response: httpx.Response, path: str) -> httpx.URL:
        assert self._address is not None
        target = response.url.join(response.headers["location"])
        if right_base := self._address.base_behind(target, path):
            raise Failed(faults.missing_base(self.name, right_base))
        if not self._address.is_same_host(target):
            raise Failed(faults.sent_elsewhere(self.name, f"{target.scheme}://{target.host}"))
        return target

    def _garbled(self, problem: Exception) -> ServiceError:
        if isinstance(problem, msgspec.ValidationError):
            return faults.unexpected(self.name, str(problem))
        return faults.cut_off(self.name)


def _transport() -> httpx.AsyncHTTPTransport:
    return httpx.AsyncHTTPTransport(verify=_trust(), limits=httpx.Limits(max_connections=IN_FLIGHT * 2))


@cache
def _trust() -> ssl.SSLContext:
    """The system's certificate authorities (a home's own among them) and the well-known ones."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context
