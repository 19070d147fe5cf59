"""Every request the home has seen, in order: what tests look at to know what was really asked."""

from __future__ import annotations

from typing import NamedTuple

MOST = 100_000
SPARE = 1_000  # forgotten at once, so that a full list is not shifted at every request


class Asked(NamedTuple):
    """A request as it came over the wire: ``path`` with any base path, ``query`` undecoded."""

    service: str
    method: str
    path: str
    query: str
    body: bytes


def record(requests: list[Asked], asked: Asked) -> None:
    requests.append(asked)
    if len(requests) > MOST:
        del requests[:SPARE]
