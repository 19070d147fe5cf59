"""Lay what the services said side by side: one library, every fact known, known absent, or unknown.

Pure: the same statements, marks and instant give the same library. Movies and shows are made one by one in
`movies.py` and `shows.py`; this is the page that shows the order of things.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

import msgspec

from keepercheky.library.folders import shared_folders
from keepercheky.library.household import Household, Marks
from keepercheky.library.matches import Matches
from keepercheky.library.movies import join_movie
from keepercheky.library.places import Places
from keepercheky.library.plays import PlayMark
from keepercheky.library.requests import requests_by_row
from keepercheky.library.said import JellyfinSaid, Said
from keepercheky.library.seen import Seen, Setting
from keepercheky.library.series import parts_by_series
from keepercheky.library.shows import join_show
from keepercheky.library.table import Table, spoken
from keepercheky.media import Library, Unknown


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
    unread_arr = _unread_arr(said, setting)
    household = _household(said.jellyfin, play_marks or {}, now, setting, unread_arr)
    table = Table(
        now=now,
        seen=seen,
        places=places,
        household=household,
        matches=Matches(said, setting, places, read=household is not None, ever_matched=matched),
        parts=parts_by_series(said.jellyfin.items if said.jellyfin else ()),
        requests=requests_by_row(said.seerr, said.arrs),
        unread_requests=_unread_requests(said, setting, unread_arr),
        shared=shared_folders(said.arrs, places),
        unread_arr=unread_arr,
        details=said.details,
    )
    movies, shows = [], []
    for arr in said.arrs:
        by = spoken(arr, now)
        movies += [join_movie(movie, by, table) for movie in arr.movies]
        shows += [join_show(series, by, table) for series in arr.series]
    return Joined(
        library=Library(tuple(movies), tuple(shows), places.storages),
        play_marks=household.changed if household else (),
        matched=frozenset(table.matches.matched),
    )


def _household(
    jellyfin: JellyfinSaid | None, marks: Marks, now: datetime, setting: Setting, unread_arr: Unknown | None
) -> Household | None:
    """None when Jellyfin was not read. Nobody, or nothing, is no answer of a Jellyfin, and as good as none."""
    if jellyfin is None or not jellyfin.users or not jellyfin.items:
        return None
    return Household(jellyfin, marks, now, shelf=setting.shelf, doubt=unread_arr)


def _unread_arr(said: Said, setting: Setting) -> Unknown | None:
    """The first configured Radarr or Sonarr that was not read."""
    unread = sorted(setting.arrs.keys() - {arr.name for arr in said.arrs})
    return Unknown("not_read", unread[0]) if unread else None


def _unread_requests(said: Said, setting: Setting, unread_arr: Unknown | None) -> Unknown | None:
    """Why nobody knows who asked: which instances a request means is told by the rows of all of them."""
    if said.seerr is not None:
        return unread_arr
    return Unknown("not_read", "seerr") if setting.has_seerr else None
