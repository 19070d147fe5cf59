"""How the *arrs page: with ``page``, ``pageSize``, ``sortKey`` and ``sortDirection``, and with a few surprises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keepercheky.demo.ask import Answer, Ask, indented
from keepercheky.demo.records import Event

Key = Callable[[Any], Any]


class Pages:
    """Cuts lists into pages. Keeps the last filtered and the last ordered list, so that a long walk stays cheap."""

    def __init__(self) -> None:
        self._kept: tuple[object, list[Event]] = (None, [])
        self._ordered: tuple[object, object, list[Any]] = (None, None, [])

    def kept(self, question: object, find: Callable[[], list[Event]]) -> list[Event]:
        """The list of the last question when it is asked again, else a new one."""
        if self._kept[0] != question:
            self._kept = (question, find())
        return self._kept[1]

    def page(
        self,
        ask: Ask,
        found: list[Any],
        keys: Mapping[str, Key],
        default: str,
        row: Callable[[Any], dict[str, Any]],
        *,
        last_again: bool = False,
    ) -> Answer:
        """A page: descending unless told otherwise, an unknown key replaced by ``default`` without a word.

        Beyond the end there is nothing, or with ``last_again`` (the queue) the last page once more.
        """
        size = ask.number("pageSize", 10)
        page = max(1, ask.number("page", 1))
        key = next((known for known in keys if known.lower() == ask.text("sortKey").lower()), default)
        descending = ask.text("sortDirection", "descending").lower() not in ("ascending", "default")
        ordered = self._in_order(found, key, keys[key], descending=descending)
        if last_again and size > 0:
            page = min(page, max(1, -(-len(ordered) // size)))
        shown = ordered[(page - 1) * size : page * size]
        return indented(
            {
                "page": page,
                "pageSize": size,
                "sortKey": key,
                "sortDirection": "descending" if descending else "ascending",
                "totalRecords": len(ordered),
                "records": [row(one) for one in shown],
            }
        )

    def _in_order(self, found: list[Any], name: str, key: Key, *, descending: bool) -> list[Any]:
        if self._ordered[0] is not found or self._ordered[1] != (name, descending):
            by_key = sorted(found, key=lambda one: (key(one), one.id), reverse=descending)
            self._ordered = (found, (name, descending), by_key)
        return self._ordered[2]
