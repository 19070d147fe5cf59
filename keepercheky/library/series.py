"""The parts of a series in Jellyfin: which episode stands under which season and number, and what stands nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from keepercheky.library.said import ItemSaid
from keepercheky.paths import normal

Part = tuple[int, int]  # season and number
UNNUMBERED = -1  # the number of all episodes of a season that Jellyfin gives no number
MOST_IN_A_FILE = 100  # episodes in one file; a larger span is a number misread from the file's name


class Parts(msgspec.Struct, frozen=True):
    """Items of one series and its copies."""

    episodes: Mapping[Part, list[ItemSaid]]  # a double episode stands under both of its numbers
    seasons: Mapping[int, list[ItemSaid]]
    loose: list[ItemSaid]  # episodes and seasons of no known season: they may be any


def parts_by_series(items: Iterable[ItemSaid]) -> dict[str, list[ItemSaid]]:
    """Seasons and episodes by their series' item id. Where Jellyfin names no series, the folder tells."""
    items = list(items)
    series = {item.id: normal(item.path or "") for item in items if item.type == "Series"}
    folders = {path: item for item, path in series.items() if path}
    parts: dict[str, list[ItemSaid]] = defaultdict(list)
    for item in items:
        if item.type in ("Episode", "Season"):
            whole = item.series_id if item.series_id in series else _holder(item, folders)
            if whole is not None:
                parts[whole].append(item)
    return parts


def sort_parts(items: Iterable[ItemSaid]) -> Parts:
    """Seasons and episodes of one show, by number."""
    parts = Parts(defaultdict(list), defaultdict(list), [])
    for item in items:
        if item.season is None:
            parts.loose.append(item)
        elif item.type == "Season":
            parts.seasons[item.season].append(item)
        else:
            for number in _numbers(item):
                parts.episodes[item.season, number].append(item)
    return parts


def _numbers(item: ItemSaid) -> Iterable[int]:
    if item.episode is None:
        return (UNNUMBERED,)
    last = max(item.episode, item.episode_end or 0)
    return range(item.episode, last + 1) if last - item.episode < MOST_IN_A_FILE else (item.episode,)


def _holder(item: ItemSaid, folders: Mapping[str, str]) -> str | None:
    path = normal(item.path or "")
    while path:
        if path in folders:
            return folders[path]
        path = path.rpartition("/")[0]
    return None
