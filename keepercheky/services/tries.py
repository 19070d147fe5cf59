"""One try: so many at once, within its time, told to an observer. Of those that change something, one at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from keepercheky.clock import Clock
from keepercheky.services.calls import Called
from keepercheky.services.line import IN_FLIGHT
from keepercheky.services.reply import Failed

T = TypeVar("T")


class Tries:
    def __init__(self, name: str, clock: Clock, observe: Callable[[Called], None]) -> None:
        self._name = name
        self._clock = clock
        self._observe = observe
        self._limiter = anyio.CapacityLimiter(IN_FLIGHT)
        self._alone = anyio.Lock()

    async def alone(self, one: Callable[[], Awaitable[T]], seconds: float, too_late: Failed) -> T:
        """As `try_once`, and never two of these at once."""
        async with self._alone:
            return await self.try_once(one, seconds, too_late)

    async def try_once(self, one: Callable[[], Awaitable[T]], seconds: float, too_late: Failed) -> T:
        """Raises the `Failed` that `one` raises, or `too_late`."""
        async with self._limiter:
            started = self._clock.monotonic()
            outcome = ""  # cancelled from outside: counted as nothing
            try:
                with anyio.fail_after(seconds):
                    answer = await one()
                outcome = "ok"
            except TimeoutError:
                outcome = too_late.error.outcome
                raise too_late from None
            except Failed as failed:
                outcome = failed.error.outcome
                raise
            else:
                return answer
            finally:
                if outcome:
                    self._observe(Called(self._name, outcome, self._clock.monotonic() - started))
