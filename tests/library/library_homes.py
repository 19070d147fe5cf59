"""Any home at all, thrown with dice: small numbers, so that ids, paths and people meet often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any, TypeVar

import msgspec
from library_rows import (
    GB,
    ago,
    deleted,
    detail,
    did,
    episode,
    episode_item,
    file,
    imported,
    item,
    jellyfin,
    movie,
    plays,
    radarr,
    request,
    season,
    season_item,
    seerr,
    series,
    series_item,
    server,
    sonarr,
    user,
)

from keepercheky.library.said import (
    ArrSaid,
    DiskSaid,
    EventSaid,
    ItemSaid,
    JellyfinSaid,
    MovieSaid,
    QueueSaid,
    RequestSaid,
    RootFolderSaid,
    Said,
    UserDataSaid,
)

T = TypeVar("T")
FOLDERS = ("/movies/A", "/movies/B", "/movies/A/B", "/movies", "/tv/A", "")
DISKS = (DiskSaid("/", 100 * GB, 900 * GB), DiskSaid("/movies", 300 * GB, 901 * GB))
USERS = (user("ana"), user("luis"), user("kid", restricted=True))


def some(dice: Random, most: int, make: Callable[[], T]) -> tuple[T, ...]:
    return tuple(make() for _ in range(dice.randint(0, most)))


def day(dice: Random) -> datetime | None:
    return dice.choice([None, ago(dice.randint(0, 40)), ago(dice.randint(0, 40))])


def a_movie(dice: Random, number: int) -> MovieSaid:
    return movie(
        dice.randint(1, 2) * 10 + number,
        number,
        f"M{number}",
        imdb_id=dice.choice([None, f"tt{number}"]),
        folder=dice.choice(FOLDERS),
        tags=some(dice, 2, lambda: dice.randint(1, 3)),
        file=dice.choice([None, file(f"/movies/{number}.mkv", added_at=day(dice))]),
    )


def an_event(dice: Random, number: int) -> EventSaid:
    at = ago(dice.randint(-3, 40))
    return dice.choice([imported(number, at), deleted(number, at), deleted(number, at, upgrade=True)])


def a_root(dice: Random, path: str) -> RootFolderSaid:
    free = dice.choice([None, 100 * GB, 100 * GB + GB // 2, 300 * GB])
    return RootFolderSaid(path, accessible=dice.random() < 0.8, free_bytes=free)


def a_radarr(dice: Random, name: str) -> ArrSaid:
    rows = [a_movie(dice, number) for number in range(1, 4) if dice.random() < 0.7]
    ids = [row.id for row in rows] or [1]
    return radarr(
        *rows,
        name=name,
        labels={1: "Keep", 2: "other"},
        history=some(dice, 5, lambda: an_event(dice, dice.choice(ids))),
        queue=some(dice, 1, lambda: QueueSaid(movie_id=dice.choice(ids))),
        root_folders=tuple(
            a_root(dice, path) for path in ("/movies", "/movies/A", "/tv", "/") if dice.random() < 0.5
        ),
        disks=dice.choice([None, DISKS]),
    )


def a_sonarr(dice: Random) -> ArrSaid:
    rows = [
        series(
            number,
            number,
            f"S{number}",
            folder=dice.choice(FOLDERS),
            tmdb_id=dice.choice([None, number]),
            seasons=(season(1),),
        )
        for number in (1, 2)
        if dice.random() < 0.8
    ]

    def queued() -> QueueSaid:
        season, episode = dice.choice([None, 1]), dice.choice([None, 101])
        return QueueSaid(series_id=dice.randint(1, 2), season=season, episode_id=episode)

    return sonarr(*rows, queue=some(dice, 1, queued))


def a_part(dice: Random, name: str) -> ItemSaid:
    part = dice.choice(
        [
            episode_item(1, 1, id=name),
            episode_item(1, 1, id=name, episode_end=2),
            episode_item(1, 3, id=name),
            episode_item(2, None, id=name),
            episode_item(None, None, id=name),
            season_item(1, id=name),
            season_item(9, id=name),
        ]
    )
    return msgspec.structs.replace(part, series_id=dice.choice(["s0", "s0", "s1", None]))


def some_items(dice: Random) -> tuple[ItemSaid, ...]:
    films = [
        item(
            f"m{number}",
            dice.choice([None, 1, 2, 3, 4]),
            imdb_id=dice.choice([None, None, "tt1", "tt2"]),
            path=dice.choice(["/movies/1.mkv", "/movies/2.mkv", f"/movies/m{number}/x.mkv", None]),
        )
        for number in range(dice.randint(0, 4))
    ]
    shows = [series_item(f"s{number}", dice.randint(1, 3)) for number in range(dice.randint(0, 2))]
    return (*films, *shows, *(a_part(dice, f"e{number}") for number in range(dice.randint(0, 4))))


def something_done(dice: Random, item_id: str) -> UserDataSaid:
    return did(
        item_id,
        played=dice.random() < 0.5,
        play_count=dice.randint(0, 2),
        in_progress=dice.random() < 0.3,
        favorite=dice.random() < 0.3,
        last_played_at=day(dice),
    )


def a_jellyfin(dice: Random) -> JellyfinSaid:
    found = some_items(dice)
    ids = [one.id for one in found] or ["none"]

    def session() -> Any:
        series_id = dice.choice([None, "s0"])
        return plays(dice.choice([*ids, *ids, "new"]), who=dice.choice(["ana", "luis"]), series_id=series_id)

    return jellyfin(
        *found,
        users=USERS,
        does={
            one.name: [something_done(dice, name) for name in (*ids, "box") if dice.random() < 0.5]
            for one in USERS
        },
        lacks={one.name: some(dice, 1, lambda: dice.choice(ids)) for one in USERS if dice.random() < 0.3},
        collections={"box": some(dice, 2, lambda: dice.choice(ids))},
        sessions=some(dice, 1, session),
    )


def a_request(dice: Random) -> RequestSaid:
    return request(
        dice.choice([None, 1, 2, 3, 4]),
        status=dice.choice([1, 2, 3]),
        media_type=dice.choice(["movie", "tv"]),
        is_4k=dice.random() < 0.5,
        tvdb_id=dice.choice([None, 1, 2]),
        server_id=dice.choice([None, 0, 1]),
        arr_id=dice.choice([None, 1, 2, 11, 12, 21, 22]),
        requested_by=dice.choice(["ana", "luis"]),
        media_added_at=day(dice),
    )


def a_home(dice: Random) -> Said:
    tv = a_sonarr(dice)
    servers = (server(0), server(1, is_4k=dice.random() < 0.7), server(0, "sonarr"))
    return Said(
        arrs=(a_radarr(dice, "radarr"), a_radarr(dice, "radarr_4k"), tv),
        jellyfin=a_jellyfin(dice),
        seerr=seerr(*some(dice, 5, lambda: a_request(dice)), servers=servers),
        details={(tv.name, row.id): detail(episode(1, 1), episode(1, 2)) for row in tv.series},
    )
