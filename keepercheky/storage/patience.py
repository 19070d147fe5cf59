"""Ask the disk, but not for ever: a dead network mount never answers, and nothing can wake its caller.

Such a call keeps its thread. Threads are daemons of the process, so that they do not hold up its end, and there are
few of them: who asks again for the same thing waits for the same answer, and who finds all of them taken waits for one.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

import anyio

from keepercheky.media import Fact, Unknown

T = TypeVar("T")

LIMIT_SECONDS: Final = 10.0  # a sleeping disk wakes up within it
MOST_THREADS: Final = 16
LOOK_AGAIN_SECONDS: Final = 0.02

_waiting_for: dict[Hashable, Future[Any]] = {}  # of this process, as its threads are


async def patiently(
    what: Hashable, ask: Callable[[], T], *, source: str, limit_seconds: float = LIMIT_SECONDS
) -> Fact[T]:
    """What `ask` returns, or an Unknown `timed_out`; `unreadable` with what the system said when it fails.

    `what` names the question: while one is unanswered, the same is not asked twice.
    """
    with anyio.move_on_after(limit_seconds):
        while what not in _waiting_for and len(_waiting_for) >= MOST_THREADS:  # noqa: ASYNC110 - threads set no events
            await anyio.sleep(LOOK_AGAIN_SECONDS)
        answer: Future[T] = _waiting_for.get(what) or _start(what, ask)
        try:
            return await asyncio.wrap_future(answer)
        except (OSError, ValueError) as error:
            return Unknown(why(error), source)
    return Unknown("timed_out", source)


def _start(what: Hashable, ask: Callable[[], T]) -> Future[T]:
    answer: Future[T] = Future()
    answer.set_running_or_notify_cancel()  # whoever stops waiting does not take the answer from the others

    def work() -> None:
        try:
            result = ask()
        except BaseException as error:  # noqa: BLE001 - it goes to whoever waits
            _waiting_for.pop(what, None)
            answer.set_exception(error)
        else:
            _waiting_for.pop(what, None)
            answer.set_result(result)

    _waiting_for[what] = answer
    threading.Thread(target=work, name="keepercheky disk", daemon=True).start()
    return answer


def why(error: OSError | ValueError) -> str:
    """A code: `missing`, `forbidden`, `unreadable`."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "missing"
    return "forbidden" if isinstance(error, PermissionError) else "unreadable"
