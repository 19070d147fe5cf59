"""One request as a fake sees it, and one answer as it gives it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class BadQueryError(Exception):
    """A query value that cannot be bound; each product has its own way of saying 400."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Ask:
    """``path`` is what was asked for, without the service's base path; headers are lower-cased."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        """Every value of a parameter; names are compared without case."""
        name = name.lower()
        return [value for key, value in self.query if key.lower() == name]

    def text(self, name: str, default: str = "") -> str:
        values = self.all(name)
        return values[0] if values else default

    def has(self, name: str) -> bool:
        return bool(self.all(name))

    def number(self, name: str, default: int = 0) -> int:
        value = self.text(name)
        if not value:
            return default
        return _number(name, value)

    def numbers(self, name: str) -> list[int]:
        """A repeated parameter: ``?movieIds=1&movieIds=2``."""
        return [_number(name, value) for value in self.all(name) if value]

    def flag(self, name: str) -> bool | None:
        """true, false, or None where it was not said."""
        value = self.text(name).lower()
        if not value:
            return None
        if value not in ("true", "false"):
            raise BadQueryError(name, value)
        return value == "true"

    def commas(self, name: str) -> list[str]:
        """A comma list, as Jellyfin takes them; repeating the parameter works too."""
        return [part for value in self.all(name) for part in value.split(",") if part]


def _number(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise BadQueryError(name, value) from None


@dataclass(slots=True)
class Answer:
    """``chunks`` are sent one by one, with a turn for others between them: big lists are written lazily."""

    status: int = 200
    chunks: Iterable[bytes] = ()
    kind: str = JSON
    headers: list[tuple[str, str]] = field(default_factory=list)

    def whole(self) -> bytes:
        body = b"".join(self.chunks)
        self.chunks = (body,)
        return body


NEVER = Answer(0)  # no answer at all: the connection stays open until somebody has had enough


def json_answer(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(
        status, (msgspec.json.encode(value),), JSON, [(k.replace("_", "-"), v) for k, v in headers.items()]
    )


def indented(value: Any, status: int = 200, **headers: str) -> Answer:
    """JSON as the *arrs write it: over several lines."""
    answer = json_answer(value, status, **headers)
    answer.chunks = (msgspec.json.format(answer.whole(), indent=2),)
    return answer


def text_answer(text: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> Answer:
    return Answer(status, (text.encode(),), kind)


def rows(
    pieces: Iterable[bytes], *, before: bytes = b"[", after: bytes = b"]", at_once: int = 200
) -> Iterable[bytes]:
    """An array of rows that are JSON already, in chunks of ``at_once``."""
    held: list[bytes] = []
    lead = before
    for piece in pieces:
        held.append(piece)
        if len(held) == at_once:
            yield lead + b",".join(held)
            lead, held = b",", []
    yield (lead if held or lead == before else b"") + b",".join(held) + after


def split(query: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(query, keep_blank_values=True))
