"""Which items of Jellyfin are this title?

Kind and provider id. Items with equal ids are copies, and their facts unite. An item that shares one id, or the very
path, and contradicts another takes the certainty away. An item without ids to compare matches by its exact path.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from keepercheky.library.said import ItemSaid
from keepercheky.media import Unknown
from keepercheky.paths import normal, prepared, through


class Index:
    """Movies and series of Jellyfin, found by provider id or by path."""

    def __init__(self, items: Iterable[ItemSaid], path_map: Mapping[str, str]) -> None:
        self._by_id: dict[tuple[str, str, str], list[ItemSaid]] = defaultdict(list)
        self._by_path: dict[tuple[str, str], list[ItemSaid]] = defaultdict(list)
        entries = prepared(path_map)
        for item in items:
            for name, value in ids_of(item).items():
                self._by_id[item.type, name, value].append(item)
            if item.path:
                self._by_path[item.type, normal(through(item.path, entries) or item.path)].append(item)

    def find(self, kind: str, ids: Mapping[str, str], paths: Iterable[str]) -> tuple[ItemSaid, ...] | Unknown:
        """The matching items, or Unknown: `unmatched` (none) or `contradicting_ids`. `paths`: normal, in our view."""
        found: dict[str, ItemSaid] = {}
        for name, value in ids.items():
            found |= {item.id: item for item in self._by_id.get((kind, name, value), ())}
        for path in paths:
            found |= {item.id: item for item in self._by_path.get((kind, path), ())}
        if any(_contradicts(ids_of(item), ids) for item in found.values()):
            return Unknown("contradicting_ids")
        return tuple(found[item] for item in sorted(found)) or Unknown("unmatched")


def ids_of(item: ItemSaid) -> dict[str, str]:
    """An item's provider ids by lower-case name; 0 and "" are no ids."""
    return _ids(item.tmdb_id, item.imdb_id, item.tvdb_id)


def wanted_ids(
    *, tmdb: int | None = None, imdb: str | None = None, tvdb: int | None = None
) -> dict[str, str]:
    """An *arr title's ids in the form `Index.find` compares."""
    return _ids(str(tmdb or ""), imdb, str(tvdb or ""))


def _ids(tmdb: str | None, imdb: str | None, tvdb: str | None) -> dict[str, str]:
    values = (("tmdb", tmdb), ("imdb", imdb), ("tvdb", tvdb))
    return {name: value.lower() for name, value in values if value and value != "0"}


def _contradicts(theirs: Mapping[str, str], ours: Mapping[str, str]) -> bool:
    return any(theirs[name] != ours[name] for name in theirs.keys() & ours.keys())
