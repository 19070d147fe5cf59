"""Which items of Jellyfin are this title? (DECISIONS §1, FACTS §11)

Kind and provider id. Items with equal ids are copies, and their facts unite. An item that shares one id and
contradicts another takes the certainty away. An item without any id matches by its exact path.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from keepercheky.library.paths import mapped, normal
from keepercheky.library.said import ItemSaid
from keepercheky.media import Unknown

ID_NAMES = ("tmdb", "imdb", "tvdb")


class Index:
    """Movies and series of Jellyfin, found by provider id or by path."""

    def __init__(self, items: Iterable[ItemSaid], path_map: Mapping[str, str]) -> None:
        self._by_id: dict[tuple[str, str, str], list[ItemSaid]] = defaultdict(list)
        self._by_path: dict[tuple[str, str], list[ItemSaid]] = defaultdict(list)
        for item in items:
            ids = ids_of(item)
            for name, value in ids.items():
                self._by_id[item.type, name, value].append(item)
            if not ids and item.path:
                ours = mapped(item.path, path_map) or normal(item.path)
                self._by_path[item.type, ours].append(item)

    def find(self, kind: str, ids: Mapping[str, str], paths: Iterable[str]) -> tuple[ItemSaid, ...] | Unknown:
        """The matching items, or Unknown: `unmatched` (none) or `contradicting_ids`. `paths` in our view."""
        found: dict[str, ItemSaid] = {}
        for name, value in ids.items():
            for item in self._by_id.get((kind, name, value), ()):
                theirs = ids_of(item)
                if any(theirs[other] != ids[other] for other in theirs.keys() & ids.keys()):
                    return Unknown("contradicting_ids", at_least=None)
                found[item.id] = item
        if not found:
            for path in paths:
                found.update({item.id: item for item in self._by_path.get((kind, path), ())})
        return tuple(found.values()) or Unknown("unmatched")


def ids_of(item: ItemSaid) -> dict[str, str]:
    """An item's provider ids by lower-case name; empty ones left out."""
    values = {"tmdb": item.tmdb_id, "imdb": item.imdb_id, "tvdb": item.tvdb_id}
    return {name: value.lower() for name, value in values.items() if value}


def wanted_ids(
    *, tmdb: int | None = None, imdb: str | None = None, tvdb: int | None = None
) -> dict[str, str]:
    """An *arr title's ids in the form `Index.find` compares; 0 and "" are no ids."""
    values = {"tmdb": str(tmdb or ""), "imdb": (imdb or "").lower(), "tvdb": str(tvdb or "")}
    return {name: value for name, value in values.items() if value}
