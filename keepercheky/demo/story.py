"""Fills a world with a believable home: four people, three libraries and years of films and shows.

All dates are relative to the moment it is told, so that the story never ages. The named cases are in ``story_movies`` and
``story_shows``; this file sets the stage and fills up to the size asked for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from keepercheky.demo import story_movies, story_shows
from keepercheky.demo.items import Library
from keepercheky.demo.people import User
from keepercheky.demo.records import Disk, Exclusion
from keepercheky.demo.world import DOWNLOADS, KIDS_ROOT, MOVIES_ROOT, SERIES_ROOT, World

NAMES = ("ana", "luis", "marta", "nico")
DISK_BYTES = 4_000_000_000_000
FREE_SHARE = 0.07


def tell(world: World, *, movies: int, shows: int, users: int) -> None:
    """Seed everything. The same seed, sizes and moment give the same home."""
    now = world.now().replace(microsecond=0)
    _libraries(world)
    _people(world, users, now)
    for folder in (MOVIES_ROOT, KIDS_ROOT, SERIES_ROOT, DOWNLOADS):
        world.contents.make_folder(folder)
    for label in ("keep", "10-days", "daily"):
        world.radarr.tag(label)
        world.sonarr.tag(label)
    story_movies.tell(world, movies, now)
    story_shows.tell(world, shows, now)
    if world.users:
        world.play_now(
            world.users[-1].name, client="Jellyfin Android", device="Tablet"
        )  # connected, plays nothing
    world.radarr.exclusions = (Exclusion(1, 24428, "The Avengers", 2012),)
    _fill_disk(world)


def _libraries(world: World) -> None:
    for name, kind, location in (
        ("Movies", "movies", MOVIES_ROOT),
        ("Series", "tvshows", SERIES_ROOT),
        ("Infantil", "movies", KIDS_ROOT),
        ("Collections", "boxsets", "/config/data/collections"),
    ):
        world.libraries.append(
            Library(
                owner=world, id=world.hex_id("library", name), name=name, kind=kind, locations=(location,)
            )
        )


def _people(world: World, count: int, now: datetime) -> None:
    for number in range(count):
        name = NAMES[number] if number < len(NAMES) else f"guest{number - len(NAMES) + 1}"
        user = User(
            owner=world, id=world.hex_id("user", name), name=name, seerr_id=number + 1, admin=number == 0,
            token=world.hex_id("token", name), created=now - timedelta(days=1500 - number), data={},
            last_active=now - timedelta(days=2 + number),
        )  # fmt: skip
        if name == "nico":  # a child: one library, and nothing above PG
            user.library_ids = frozenset({world.library("Infantil").id})
            user.max_rating = 10
        world.users.append(user)


def _fill_disk(world: World) -> None:
    """One disk, nearly full whatever the size of the home; what the library does not take, other things do."""
    used = world.used_bytes()
    total = max(DISK_BYTES, int(used / (1 - FREE_SHARE) * 1.05))
    world.disks = [
        Disk(owner=world, path="/config", total=120_000_000_000, other_bytes=48_000_000_000),
        Disk(
            owner=world, path="/data", total=total, other_bytes=int(total * (1 - FREE_SHARE)) - used, holds_media=True
        ),
    ]  # fmt: skip
    world.touch()
