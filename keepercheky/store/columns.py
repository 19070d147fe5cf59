"""How values lie in columns.

An instant is an integer, microseconds since 1970 in UTC: exact, ordered, and a third of the size of its ISO text.
Everything nested is JSON text, in which instants are ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar, overload

import msgspec

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)

T = TypeVar("T")
Value = str | int | float | bytes | None
Values = Sequence[Value] | Mapping[str, Value]  # for `?`, or for `:name`


@overload
def to_column(at: datetime) -> int: ...
@overload
def to_column(at: datetime | None) -> int | None: ...
def to_column(at: datetime | None) -> int | None:
    """Microseconds since 1970 of an aware instant. A naive one is a mistake, and a TypeError."""
    return None if at is None else (at - EPOCH) // MICROSECOND


@overload
def from_column(micros: int) -> datetime: ...
@overload
def from_column(micros: int | None) -> datetime | None: ...
def from_column(micros: int | None) -> datetime | None:
    """The instant, aware, in UTC."""
    return None if micros is None else EPOCH + timedelta(microseconds=micros)


def to_json(value: object) -> str:
    """JSON text, keys sorted, so that equal values are equal text."""
    return msgspec.json.encode(value, order="deterministic").decode()


def from_json(text: str | bytes, kind: type[T] | Any) -> T:
    decoded: T = msgspec.json.decode(text, type=kind)
    return decoded
