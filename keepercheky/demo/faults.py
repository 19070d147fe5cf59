"""Misbehaviour on command: what a service, or the proxy before it, does when it is not well."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import msgspec

from keepercheky.demo.ask import Answer, json_answer, text_answer

LOGIN_PAGE = (
    "<!doctype html><html><head><title>Sign in</title></head><body><form>Password</form></body></html>"
)
PAGE_ROWS = ("records", "Items", "results")
READS = ("GET", "HEAD")
TOTALS = ("totalRecords", "TotalRecordCount")


class Fault(Enum):
    """What to do instead of answering well. The first four are about the wire, the rest about what is said.

    A write is carried out under LOST, SLOW_DRIP, TRUNCATED, HALF_LIST and EMPTY; under the others nothing is done.
    """

    REFUSED = auto()  # the connection is closed without an answer
    TIMEOUT = auto()  # accepted, never answered; given up after 30 s
    LOST = auto()  # done as asked, and the connection closed before the answer
    SLOW_DRIP = auto()  # a few bytes now and then, for at most 30 s
    UNAUTHORIZED = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()
    TOO_MANY = auto()
    ERROR = auto()
    UNAVAILABLE = auto()
    HTML = auto()  # 200 and somebody's login page
    REDIRECT = auto()  # as that product does with a wrong base path
    TRUNCATED = auto()  # good headers, JSON cut in the middle
    HALF_LIST = auto()  # half the rows, totals as they were
    EMPTY = auto()  # an empty list, a page of nothing, or {}
    WRONG_PRODUCT = auto()  # the status of something else
    LIES = auto()  # a write is answered with 200, and nothing is done; reads are answered well


STATUSES = {
    Fault.UNAUTHORIZED: 401,
    Fault.FORBIDDEN: 403,
    Fault.NOT_FOUND: 404,
    Fault.TOO_MANY: 429,
    Fault.ERROR: 500,
    Fault.UNAVAILABLE: 503,
}
ON_THE_WIRE = (Fault.REFUSED, Fault.TIMEOUT, Fault.LOST, Fault.SLOW_DRIP)
# What a write meets before it reaches the service, beside the statuses, the redirect and the wire.
TURNED_AWAY = (Fault.HTML, Fault.WRONG_PRODUCT, Fault.LIES)


@dataclass(slots=True)
class _Order:
    service: str
    fault: Fault
    path: str
    method: str
    after: int
    times: int | None


class Faults:
    """The switches. The newest that fits wins."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []

    def set(
        self,
        service: str,
        fault: Fault,
        path: str = "*",
        *,
        method: str = "*",
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """Misbehave when ``path`` (a glob, without base path and case) is asked of ``service``.

        ``method``: only for this one ("DELETE"), or "WRITES" for all that change something;
        ``after``: let so many fitting requests pass first; ``times``: misbehave only so often.
        """
        self._orders.append(_Order(service, fault, path.lower(), method, after, times))

    def clear(self) -> None:
        self._orders.clear()

    def on(self, service: str, path: str, method: str) -> Fault | None:
        """The fault this request meets; counts it."""
        for order in reversed(self._orders):
            if order.method not in ("*", method, "WRITES" if method not in READS else ""):
                continue
            if order.service != service or not fnmatch.fnmatchcase(path.lower(), order.path):
                continue
            if order.after > 0:
                order.after -= 1
                return None
            if order.times is not None:
                if order.times == 0:
                    continue
                order.times -= 1
            return order.fault
        return None


def spoil(answer: Answer, fault: Fault) -> Answer:
    """A good answer made bad: HTML, TRUNCATED, HALF_LIST or EMPTY. Anything but a good answer is left as it is."""
    if fault is Fault.HTML:
        return text_answer(LOGIN_PAGE, kind="text/html; charset=utf-8")
    if answer.status not in (200, 201, 202) or not answer.kind.startswith("application/json"):
        return answer
    body = answer.whole()
    if not body:
        return answer
    if fault is Fault.TRUNCATED:
        answer.chunks = (body[: len(body) // 2],)
        return answer
    change = {Fault.HALF_LIST: _halved, Fault.EMPTY: _emptied}[fault]
    return json_answer(change(msgspec.json.decode(body)))


def _halved(value: Any) -> Any:
    return _with_rows(value, lambda found: found[: len(found) // 2])


def _emptied(value: Any) -> Any:
    if isinstance(value, dict) and not any(name in value for name in PAGE_ROWS):
        return {}
    value = _with_rows(value, lambda _: [])
    if isinstance(value, dict):
        value |= {name: 0 for name in TOTALS if name in value}
        if "pageInfo" in value:
            value["pageInfo"] |= {"pages": 0, "results": 0}
    return value


def _with_rows(value: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    if isinstance(value, list):
        return change(value)
    if isinstance(value, dict):
        return value | {name: change(value[name]) for name in PAGE_ROWS if name in value}
    return value
