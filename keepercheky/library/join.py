"""Lay what the services said side by side: one library, every fact known, known absent, or unknown.

Pure: the same statements, marks and instant give the same library. Movies and shows are made one by one in
`movies.py` and `shows.py`; this is the page that shows the order of things.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

import msgspec

from keepercheky.library.folders import shared
from keepercheky.library.household import Household, Marks
from keepercheky.library.match import Index
from keepercheky.library.movies import join_movie
from keepercheky.library.paths import normal
from keepercheky.library.places import Places
from keepercheky.library.plays import PlayMark
from keepercheky.library.requests import requests_by_row
from keepercheky.library.said import ArrSaid, ItemSaid, JellyfinSaid, Said
from keepercheky.library.seen import Seen, Setting
from keepercheky.library.shows import join_show
from keepercheky.library.table import Table, spoken
from keepercheky.media import Library


class Joined(msgspec.Struct, frozen=True):
    """The library, and what is to be remembered of having seen it."""

    library: Library
    play_marks: tuple[PlayMark, ...]  # changed ones only
    matched: frozenset[str]  # keys of titles that were found in Jellyfin


def join(
    said: Said,
    setting: Setting,
    now: datetime,
    *,
    seen: Seen | None = None,
    play_marks: Marks | None = None,
    matched: AbstractSet[str] = frozenset(),
) -> Joined:
    """One library of everything that was said. `matched`: keys of titles ever found in Jellyfin before."""
    seen = seen or Seen()
    places = Places(said.arrs, setting, seen)
    table = Table(
        now=now,
        setting=setting,
        seen=seen,
        places=places,
        household=Household(said.jellyfin, play_marks or {}, now) if said.jellyfin else None,
        movies=_index(said.jellyfin, "Movie", setting),
        series=_index(said.jellyfin, "Series", setting),
        parts=_parts(said.jellyfin),
        requests=requests_by_row(said.seerr, said.arrs),
        seerr_read=said.seerr is not None,
        shared=_shared_folders(said.arrs, places),
        ever_matched=matched,
        details=said.details,
    )
    movies, shows = [], []
    for arr in said.arrs:
        by = spoken(arr, now)
        movies += [join_movie(movie, by, table) for movie in arr.movies]
        shows += [join_show(series, by, table) for series in arr.series]
    return Joined(
        library=Library(tuple(movies), tuple(shows), places.storages),
        play_marks=tuple(table.household.changed) if table.household else (),
        matched=frozenset(table.matched),
    )


def _index(jellyfin: JellyfinSaid | None, kind: str, setting: Setting) -> Index:
    items = [item for item in jellyfin.items if item.type == kind] if jellyfin else []
    return Index(items, setting.path_maps.get(jellyfin.name, {}) if jellyfin else {})


def _parts(jellyfin: JellyfinSaid | None) -> Mapping[str, list[ItemSaid]]:
    """Seasons and episodes of Jellyfin by their series."""
    parts: dict[str, list[ItemSaid]] = {}
    for item in jellyfin.items if jellyfin else ():
        if item.type in ("Episode", "Season") and item.series_id:
            parts.setdefault(item.series_id, []).append(item)
    return parts


def _shared_folders(arrs: tuple[ArrSaid, ...], places: Places) -> Mapping[str, str]:
    """Owner `instance/row id` → what its folder is shared with."""
    rows: list[tuple[str, str, str, str]] = []
    for arr in arrs:
        rows += [(arr.name, f"{arr.name}/{movie.id}", movie.folder, movie.title) for movie in arr.movies]
        rows += [(arr.name, f"{arr.name}/{series.id}", series.folder, series.title) for series in arr.series]
    folders = [(owner, places.ours(arr, folder) or normal(folder)) for arr, owner, folder, _ in rows if folder]
    roots = [places.ours(arr.name, root.path) or normal(root.path) for arr in arrs for root in arr.root_folders]
    names = {owner: f"{title} ({arr})" for arr, owner, _, title in rows}
    return {owner: names.get(other, other) for owner, other in shared(folders, roots).items()}
