"""The JSON body of a write, read as ASP.NET reads it: names without case, types with."""

from __future__ import annotations

from typing import Any

import msgspec

from keepercheky.demo.ask import Ask, BadQueryError


class Body:
    """A JSON object. A member that is absent and one that is null are the same. Raises BadQueryError on a wrong type."""

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = {name.lower(): value for name, value in members.items()}

    def has(self, name: str) -> bool:
        return self._members.get(name.lower()) is not None

    def any(self, name: str) -> Any:
        return self._members.get(name.lower())

    def text(self, name: str, default: str = "") -> str:
        text: str = self._of(name, str, default)
        return text

    def number(self, name: str, default: int = 0) -> int:
        number: int = self._of(name, int, default)
        return number

    def flag(self, name: str, *, default: bool) -> bool:
        flag: bool = self._of(name, bool, default)
        return flag

    def numbers(self, name: str) -> list[int]:
        values: list[Any] = self._of(name, list, [])
        for value in values:
            if type(value) is not int:
                raise BadQueryError(f"$.{name}", str(value))
        return values

    def bodies(self, name: str) -> list[Body]:
        values: list[Any] = self._of(name, list, [])
        for value in values:
            if not isinstance(value, dict):
                raise BadQueryError(f"$.{name}", str(value))
        return [Body(value) for value in values]

    def _of(self, name: str, kind: type, default: Any) -> Any:
        value = self._members.get(name.lower())
        if value is None:
            return default
        if type(value) is not kind:  # True is no number here
            raise BadQueryError(f"$.{name}", str(value))
        return value


def says_json(ask: Ask) -> bool:
    return "json" in ask.headers.get("content-type", "")


def read(ask: Ask) -> Body:
    """Raises BadQueryError when it is no JSON object."""
    value = decoded(ask)
    if not isinstance(value, dict):
        raise BadQueryError("$", "A non-empty request body is required.")
    return Body(value)


def decoded(ask: Ask) -> Any:
    try:
        return msgspec.json.decode(ask.body)
    except msgspec.DecodeError:
        raise BadQueryError("$", ask.body[:40].decode("latin-1")) from None
