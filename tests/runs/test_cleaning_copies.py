"""HD and 4K: which copy is which, for Jellyfin that shows both as one and for Seerr that keeps one row for both."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from keepercheky.cleanup import follow, prepare
from keepercheky.library.said import MediaSaid, RequestSaid
from keepercheky.media import Movie
from keepercheky.policy.terms import Kind
from keepercheky.store import Body
from tests.library import library_rows as rows

HD, UHD = "/movies/Alien (1979)", "/movies4k/Alien (1979)"


def home(*, servers: bool = True, asked: bool = True) -> Any:
    """Two Radarrs with one movie; Seerr surely knows which is which where its rows' links agree with one of them."""
    radarr = rows.radarr(rows.movie(1, folder=HD))
    uhd = rows.radarr(rows.movie(7, folder=UHD), name="radarr4k")
    known = (rows.server(0), rows.server(1, is_4k=True)) if servers else ()
    wishes = [
        rows.request(id=1, server_id=0, arr_id=1),
        rows.request(id=2, server_id=1, arr_id=7, is_4k=True),
    ]
    seerr = rows.seerr(*(wishes if asked else ()), servers=known)
    found = rows.joined(radarr, uhd, seerr=seerr)
    said = SimpleNamespace(arrs=(radarr, uhd), seerr=seerr, jellyfin=SimpleNamespace(name="jellyfin"))
    world = SimpleNamespace(joined=found, said=said)
    owners = prepare._owners(world)  # type: ignore[arg-type]
    return SimpleNamespace(world=world, owners=owners)


def going(home: Any) -> Any:
    return [
        SimpleNamespace(title=SimpleNamespace(service=service, arr_id=number, kind=Kind.MOVIE))
        for service, number, _ in home.owners
    ]


@pytest.mark.parametrize(
    ("how", "hd"),
    [
        ({}, {"radarr"}),
        ({"servers": False}, {"radarr", "radarr4k"}),
        ({"asked": False}, {"radarr", "radarr4k"}),
    ],
)
def test_what_is_known_as_4k_alone_is_not_hd(how: dict[str, bool], hd: set[str]) -> None:
    """What nobody knows is taken for HD: a row that knows a 4K copy then stays."""
    known = home(**how)

    found = prepare._hd(known.owners, going(known), known.world)

    assert {service for service, _, _ in found} == hd


def told(items: tuple[tuple[str, str], ...], folder: str, *, copies: int = 2, **facts: Any) -> Any:
    known = home()
    place = ("radarr", 1, True)
    changed = {place: _movie(known.owners[place], items, folder)}
    if copies == 2:
        changed["radarr4k", 7, True] = known.owners["radarr4k", 7, True]
    maps = facts.get("maps", {})
    around = SimpleNamespace(
        world=known.world, owners=changed, house=SimpleNamespace(setting=SimpleNamespace(path_maps=maps))
    )
    title = SimpleNamespace(kind=facts.get("kind", Kind.MOVIE))
    return prepare._jellyfin(around, title, changed[place], keep_entry=facts.get("keep_entry", False))  # type: ignore[arg-type]


def _movie(movie: Any, items: tuple[tuple[str, str], ...], folder: str) -> Movie:
    return prepare.msgspec.structs.replace(movie, jellyfin_items=items, folder_seen=folder or None)


OWN, OTHER = ("hd", f"{HD}/Alien.mkv"), ("uhd", f"{UHD}/Alien.mkv")
JELLYFIN = ("hd", "/media/Alien (1979)/Alien.mkv")


@pytest.mark.parametrize(
    ("items", "facts", "named", "vanishing"),
    [
        ((OWN, OTHER), {}, (OWN,), ("hd",)),
        ((OWN, ("near", f"{HD} UHD/Alien.mkv")), {}, (OWN,), ("hd",)),
        ((OTHER,), {}, (OTHER,), ()),  # only the other copy is in Jellyfin
        ((OTHER,), {"copies": 1}, (OTHER,), ("uhd",)),  # there is none it could be mistaken for
        ((JELLYFIN, OTHER), {}, (JELLYFIN, OTHER), ()),  # nobody can tell which is which
        ((JELLYFIN, OTHER), {"maps": {"jellyfin": {"/media": "/movies"}}}, (JELLYFIN,), ("hd",)),
        ((("hd", ""), OTHER), {}, (("hd", ""), OTHER), ()),
        ((OWN,), {"keep_entry": True}, (OWN,), ("hd",)),  # its file goes all the same
        ((OWN,), {"kind": Kind.SHOW}, (OWN,), ("hd",)),
        ((OWN,), {"kind": Kind.SHOW, "keep_entry": True}, (OWN,), ()),
        ((OWN,), {"kind": Kind.SEASON}, (OWN,), ()),
        ((), {}, (), ()),
    ],
)
def test_only_what_lies_in_the_deleted_folder_must_vanish(
    items: Any, facts: dict[str, Any], named: Any, vanishing: Any
) -> None:
    assert told(items, HD, **facts) == (named, vanishing)


def seen(status: int, status_4k: int) -> MediaSaid:
    return MediaSaid(3, "movie", 348, None, status, status_4k, rows.NOW)


def wish(status: int, *, is_4k: bool = False, **facts: Any) -> RequestSaid:
    return rows.request(id=9, status=status, is_4k=is_4k, media_id=3, **facts)


@pytest.mark.parametrize(
    ("only_4k", "row", "wishes", "why"),
    [
        (False, seen(5, 1), [wish(5)], None),
        (False, seen(5, 7), [wish(2)], None),
        (False, seen(5, 5), [wish(5)], "another copy"),
        (False, seen(5, 4), [wish(5)], "another copy"),
        (False, seen(1, 5), [wish(5)], "another copy"),
        (True, seen(1, 5), [wish(5, is_4k=True)], None),
        (True, seen(5, 5), [wish(5)], "another copy"),
        (True, seen(5, 1), [wish(5)], "another copy"),
        (False, seen(5, 3), [wish(2, is_4k=True)], "waits"),
        (False, seen(5, 2), [wish(1, is_4k=True)], "waits"),
        (False, seen(5, 1), [wish(1)], "waits"),
        (False, seen(3, 1), [wish(2)], "waits"),
        (False, seen(5, 1), [wish(3, is_4k=True)], None),  # declined
        (False, seen(5, 1), [], "anew"),  # the newest request is not the one that was seen
    ],
)
def test_a_row_is_cleared_when_it_is_of_this_copy_alone(
    only_4k: bool, row: MediaSaid, wishes: list[RequestSaid], why: str | None
) -> None:
    body = Body("movie:tmdb:348", "radarr", "movie", 1, "Alien", 1979, None, None, (11,), (), HD, (), 348, None, None, True, False, only_4k=only_4k)  # fmt: skip
    if why is None:
        follow._still_the_same(row, wishes, body, rows.NOW.isoformat(), 9)
    else:
        with pytest.raises(follow.Dropped, match=why):
            follow._still_the_same(row, wishes, body, rows.NOW.isoformat(), 9)


@pytest.mark.parametrize(
    ("tmdb", "tvdb", "same"),
    [
        (10, 20, True),
        (10, None, True),
        (None, 20, True),
        (10, 21, False),
        (11, 20, False),
        (None, None, False),
    ],
)
def test_a_row_of_a_show_that_contradicts_one_number_is_another_shows(
    tmdb: int | None, tvdb: int | None, same: bool
) -> None:
    found = rows.joined(rows.sonarr(rows.series(1, 20, tmdb_id=10)))
    media = MediaSaid(3, "tv", tmdb, tvdb, 5, 1, rows.NOW)
    world = SimpleNamespace(said=SimpleNamespace(seerr=None))

    held = prepare._seerr_rows(found.library.shows[0], (media,), world)  # type: ignore[arg-type]

    assert held == (((3, rows.NOW.isoformat(), 0),) if same else ())
    assert (
        prepare._seerr_rows(found.library.shows[0], (MediaSaid(4, "movie", 10, None, 5, 1, None),), world)
        == ()
    )  # type: ignore[arg-type]
