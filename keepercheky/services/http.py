"""The shared client: one `Wire` to one service. Every failure becomes one of our errors.

What it promises, whatever answers at the other end:
- an answer is complete, JSON, of the expected shape, and within its time limit, body included;
- reads are tried three times when a little later may be better; at most four are under way at once;
- a read's redirects stay on the same host, and one that smells of a missing URL base is an error that names the right one;
- what changes something is sent once, one at a time, and never follows a redirect; when it is lost on the way, that is
  `MaybeDone`, not a failure; which methods may be sent at all is fixed when the wire is made;
- no key and no query reaches an exception, a log line or a `repr`.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar, overload

import anyio
import anyio.lowlevel
import httpx
import msgspec

from keepercheky.clock import Clock
from keepercheky.errors import ServiceError
from keepercheky.services import faults
from keepercheky.services.calls import Called, unobserved
from keepercheky.services.line import Line, Query
from keepercheky.services.reply import Failed, is_missing, pieces, refuse, whole
from keepercheky.services.slices import Slices
from keepercheky.services.tries import Tries
from keepercheky.services.writing import Method, write

T = TypeVar("T")
Row = TypeVar("Row")

TRIES: Final = 3
FIRST_PAUSE_SECONDS: Final = 0.5  # doubled for the next try, and jittered
REDIRECTS: Final = 3


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `read` and `whole_list` hold for a whole request, body included."""

    connect: float = 5.0
    read: float = 30.0
    whole_list: float = 120.0


class Wire:
    """The wire to one service.

    `writes`: the methods that may be sent beside GET; none, unless told. `secret`: the key where it stands in a header
    among other words; a service that echoes it is not quoted.
    """

    def __init__(
        self,
        name: str,
        url: str,
        headers: Mapping[str, str],
        *,
        secret: str = "",
        writes: frozenset[str] = frozenset(),
        timeouts: Timeouts | None = None,
        clock: Clock | None = None,
        observe: Callable[[Called], None] = unobserved,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.timeouts = timeouts or Timeouts()
        self._writes = writes
        self._clock = clock or Clock()
        self._sleep = sleep
        self._jitter = jitter
        self._tries = Tries(name, self._clock, observe)
        self._line = Line(
            name,
            url,
            headers,
            connect_seconds=self.timeouts.connect,
            clock=self._clock,
            secret=secret,
            transport=transport,
        )

    def __repr__(self) -> str:
        return f"<Wire {self.name}>"

    @property
    def date(self) -> datetime | None:
        """That service's clock, as last heard."""
        return self._line.date

    @property
    def date_heard_at(self) -> datetime | None:
        return self._line.date_heard_at

    async def aclose(self) -> None:
        await self._line.aclose()

    async def get(self, path: str, answer: type[T], query: Query = (), *, seconds: float | None = None) -> T:
        """The whole answer of one GET, decoded as `answer`."""
        decoder = msgspec.json.Decoder(answer)

        async def read(response: httpx.Response) -> T:
            await refuse(self.name, response, path, self._clock.now())
            return decoder.decode(await whole(self.name, response))

        return await self._asked(path, query, read, seconds or self.timeouts.read)

    async def find(self, path: str, answer: type[T], query: Query = ()) -> T | None:
        """As `get`; None when the service says that there is no such thing: a 404 in JSON, not a proxy's page."""
        decoder = msgspec.json.Decoder(answer)

        async def read(response: httpx.Response) -> T | None:
            if await is_missing(response):
                return None
            await refuse(self.name, response, path, self._clock.now())
            return decoder.decode(await whole(self.name, response))

        return await self._asked(path, query, read, self.timeouts.read)

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
            await refuse(self.name, response, path, self._clock.now())
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

    @overload
    async def send(
        self,
        method: Method,
        path: str,
        answer: None = None,
        *,
        query: Query = (),
        body: object = None,
        seconds: float | None = None,
        missing_ok: bool = False,
    ) -> None: ...

    @overload
    async def send(
        self,
        method: Method,
        path: str,
        answer: type[T],
        *,
        query: Query = (),
        body: object = None,
        seconds: float | None = None,
    ) -> T: ...

    async def send(
        self,
        method: Method,
        path: str,
        answer: type[T] | None = None,
        *,
        query: Query = (),
        body: object = None,
        seconds: float | None = None,
        missing_ok: bool = False,
    ) -> T | None:
        """Change something, once. `body`: anything that makes JSON; None sends none.

        Without `answer` the content of a good answer is of no interest. `missing_ok`: a 404 in JSON is as good.
        After `MaybeDone` look at what is there; after `ServerFault` too where half of it may have been done.
        Any other error: it was not done.
        """
        if method not in self._writes:
            raise ValueError(f"{self.name} is never sent a {method}")
        url = self._line.url(path, query)
        content = None if body is None else msgspec.json.encode(body)
        limit = seconds or self.timeouts.read
        too_late = Failed(faults.nobody_knows_in_time(self.name, limit))
        try:
            return await self._tries.alone(
                lambda: write(self._line, method, url, path, content, answer, missing_ok=missing_ok),
                limit,
                too_late,
            )
        except Failed as failed:
            raise failed.error from None

    async def _asked(
        self, path: str, query: Query, read: Callable[[httpx.Response], Awaitable[T]], seconds: float
    ) -> T:
        url = self._line.url(path, query)
        too_late = Failed(faults.timed_out(self.name, seconds), again=True)
        tried = 1
        while True:
            try:
                return await self._tries.try_once(lambda: self._one(url, path, read), seconds, too_late)
            except Failed as failed:
                if not failed.again or tried >= TRIES:
                    raise failed.error from None
                pause = FIRST_PAUSE_SECONDS * 2 ** (tried - 1) * (0.5 + self._jitter())
                await self._sleep(max(pause, failed.after))
                tried += 1

    async def _one(self, url: httpx.URL, path: str, read: Callable[[httpx.Response], Awaitable[T]]) -> T:
        """One read, its redirects followed."""
        for _ in range(REDIRECTS + 1):
            async with aclosing(await self._opened(url)) as response:
                if response.has_redirect_location:
                    url = self._line.redirected(response, path)
                    continue
                try:
                    return await read(response)
                except ServiceError as error:
                    raise Failed(error) from None
                except (msgspec.DecodeError, httpx.DecodingError, RecursionError, UnicodeError) as problem:
                    raise Failed(self._garbled(problem)) from None
                except httpx.TransportError:
                    raise Failed(faults.cut_off(self.name)) from None
        raise Failed(faults.sent_elsewhere(self.name, "itself, in a circle"))

    async def _opened(self, url: httpx.URL) -> httpx.Response:
        try:
            return await self._line.opened("GET", url)
        except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout):
            raise TimeoutError from None
        except (httpx.TransportError, httpx.InvalidURL, UnicodeError) as problem:
            raise self._line.unreachable(problem) from None

    def _garbled(self, problem: Exception) -> ServiceError:
        if isinstance(problem, msgspec.ValidationError):
            return faults.unexpected(self.name, str(problem))
        return faults.cut_off(self.name)
