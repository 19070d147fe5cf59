"""How many requests were answered, by route and how: what `/metrics` says of ourselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from keepercheky.clock import Clock
from keepercheky.metrics import HTTP_BUCKETS_SECONDS, Answered

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NO_ROUTE: Final = "none"


class Tally:
    """Counts of the servers that share it, since the start. Labels are bounded: routes are templates, methods a few."""

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, str, str]] = Counter()
        self.seconds: dict[tuple[str, str, str], float] = {}
        self.within: dict[tuple[str, str, str], list[int]] = {}

    def add(self, route: str, method: str, code: int, seconds: float) -> None:
        labels = (route, method if method in METHODS else "other", str(code))
        self.counted[labels] += 1
        self.seconds[labels] = self.seconds.get(labels, 0.0) + seconds
        within = self.within.setdefault(labels, [0] * len(HTTP_BUCKETS_SECONDS))
        for place, bound in enumerate(HTTP_BUCKETS_SECONDS):
            if seconds <= bound:
                within[place] += 1

    def answered(self) -> tuple[Answered, ...]:
        return tuple(
            Answered(
                route,
                method,
                code,
                count,
                tuple(self.within[route, method, code]),
                self.seconds[route, method, code],
            )
            for (route, method, code), count in sorted(self.counted.items())
        )


class Counted:
    """Counts every answer into a tally, also of requests that were turned away."""

    def __init__(self, app: ASGIApp, tally: Tally, clock: Clock) -> None:
        self._app = app
        self._tally = tally
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, code = self._clock.monotonic(), 499  # the client went away before an answer

        async def count(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, count)
        finally:
            self._tally.add(_route(scope), scope["method"], code, self._clock.monotonic() - started)


def _route(scope: Mapping[str, Any]) -> str:
    """The template that was matched, never the path itself."""
    return str(getattr(scope.get("route"), "path", NO_ROUTE))
