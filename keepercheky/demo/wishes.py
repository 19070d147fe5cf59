"""How a wish comes about in Seerr: a media row of the title, and the request that asks for it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from keepercheky.demo.records import MediaRow, Request
from keepercheky.demo.titles import Movie, Show

if TYPE_CHECKING:
    from keepercheky.demo.world import World

UNKNOWN, PENDING, PROCESSING, PARTIAL, AVAILABLE, GONE = 1, 2, 3, 4, 5, 7  # of the media row
WAITING, COMPLETED = 1, 5  # of the request


def request(
    world: World,
    title: Movie | Show,
    *,
    by: str,
    created: datetime | None = None,
    available_since: datetime | None = None,
    status: int | None = None,
    media_status: int | None = None,
    seasons: tuple[int, ...] | None = None,
    is_4k: bool = False,
    linked: bool = True,
) -> Request:
    """Somebody asks for a title.

    Available since a date: the request is completed; without one it waits for approval (pass ``status`` 2 for an approved
    one that is still coming). ``linked=False``: Seerr lost its links to the *arr and Jellyfin.
    """
    created = created or available_since or world.now()
    if status is None:
        status = COMPLETED if available_since else WAITING
    if media_status is None:
        media_status = AVAILABLE if available_since else PENDING if status == WAITING else PROCESSING
    if seasons is None:
        seasons = tuple(one.number for one in title.seasons if one.number) if isinstance(title, Show) else ()
    media = _media(world, title, created, linked=linked)
    if is_4k:
        media.status_4k = media_status
    else:
        media.status = media_status
    media.added = available_since or media.added
    media.updated = max(media.updated, available_since or created)
    if isinstance(title, Show):
        media.seasons = tuple((number, media_status) for number in seasons)
    wish = Request(
        owner=world, id=world.next_id("request"), media=media, status=status, by=world.user(by), created=created,
        updated=available_since or created, is_4k=is_4k, seasons=seasons,
    )  # fmt: skip
    world.requests.append(wish)
    world.touch()
    return wish


def scan(world: World) -> None:
    """Seerr's library scan: a title Jellyfin has and Seerr forgot comes back as available, without its requests.

    So it goes with whoever clears Seerr before Jellyfin has dropped the item.
    """
    for title in (*world.movies.values(), *world.shows.values(), *_left_in_jellyfin(world)):
        known = any(row.kind == _kind(title) and row.tmdb_id == title.tmdb_id for row in world.media)
        if title.item is not None and title.item.id in world.items and not known:
            row = _media(world, title, world.now(), linked=True)
            row.status, row.added = AVAILABLE, world.now()


def sync(world: World) -> None:
    """Seerr's nightly availability sync: what is nowhere any more is "deleted", loses its links and keeps its requests."""
    for row in world.media:
        titles = world.shows if row.kind == "tv" else world.movies
        here = any(title.tmdb_id == row.tmdb_id for title in titles.values()) or row.item_id in world.items
        if not here and row.status in (PARTIAL, AVAILABLE):
            row.status = GONE
            row.arr_id = row.slug = row.item_id = None
            row.updated = world.now()


def _left_in_jellyfin(world: World) -> list[Movie | Show]:
    """What no *arr has any more; whether Jellyfin still does is for the caller to see."""
    left: list[Movie | Show] = []
    tmdb_ids = {movie.tmdb_id for movie in world.movies.values()}
    left += [movie for number, movie in world.departed_movies.items() if number not in tmdb_ids]
    tvdb_ids = {show.tvdb_id for show in world.shows.values()}
    return left + [show for number, show in world.departed_shows.items() if number not in tvdb_ids]


def _kind(title: Movie | Show) -> str:
    return "tv" if isinstance(title, Show) else "movie"


def _media(world: World, title: Movie | Show, created: datetime, *, linked: bool) -> MediaRow:
    kind = _kind(title)
    for row in world.media:
        if row.kind == kind and row.tmdb_id == title.tmdb_id:
            return row
    row = MediaRow(
        owner=world, id=world.next_id("media"), kind=kind, tmdb_id=title.tmdb_id,
        tvdb_id=title.tvdb_id if isinstance(title, Show) else None, status=UNKNOWN, status_4k=UNKNOWN, created=created,
        updated=created, added=None, arr_id=title.id if linked else None,
        slug=_slug(title) if linked else None, item_id=title.item.id if linked and title.item else None,
    )  # fmt: skip
    world.media.append(row)
    return row


def _slug(title: Movie | Show) -> str:
    if isinstance(title, Movie):
        return str(title.tmdb_id)
    return "-".join("".join(c if c.isalnum() else " " for c in title.title.lower()).split())
