"""Rows as services say them, each with what a test need not care about filled in, and the join of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from keepercheky.library.join import Joined, join
from keepercheky.library.plays import PlayMark
from keepercheky.library.said import (
    ArrSaid,
    EpisodeFileSaid,
    EpisodeSaid,
    EventSaid,
    FileSaid,
    ItemSaid,
    JellyfinSaid,
    MediaLibrarySaid,
    MovieSaid,
    RequestSaid,
    RootFolderSaid,
    Said,
    SeasonSaid,
    SeerrSaid,
    SeriesSaid,
    ServerSaid,
    SessionSaid,
    ShowDetail,
    UserDataSaid,
    UserSaid,
    UserView,
)
from keepercheky.library.seen import Place, Seen, Setting
from keepercheky.media import Episode, Movie, Show, Unknown, Watching

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
GB = 10**9


def ago(days: float = 0) -> datetime:
    return NOW - timedelta(days=days)


# ── Radarr and Sonarr ────────────────────────────────────────────────────────────────────────────────────────


def file(path: str = "/movies/Alien (1979)/Alien.mkv", **said: Any) -> FileSaid:
    row: dict[str, Any] = {"id": 11, "path": path, "size_bytes": 8 * GB, "added_at": ago(400)}
    return FileSaid(**row | said)


def movie(id: int = 1, tmdb: int = 348, title: str = "Alien", **said: Any) -> MovieSaid:  # noqa: A002
    folder = said.get("folder", f"/movies/{title}")
    row: dict[str, Any] = {
        "imdb_id": None,
        "year": 1979,
        "folder": folder,
        "tags": (),
        "size_bytes": 8 * GB,
        "file": file(f"{folder}/{title}.mkv", id=id * 10 + 1),
        "monitored": True,
    }
    return MovieSaid(id=id, tmdb_id=tmdb, title=title, **row | said)


def season(number: int = 1, **said: Any) -> SeasonSaid:
    row: dict[str, Any] = {
        "size_bytes": 4 * GB,
        "episode_files": 2,
        "next_airing": None,
        "previous_airing": None,
    }
    return SeasonSaid(number, **row | said)


def series(id: int = 1, tvdb: int = 121361, title: str = "Thrones", **said: Any) -> SeriesSaid:  # noqa: A002
    row: dict[str, Any] = {
        "tmdb_id": None,
        "imdb_id": None,
        "year": 2011,
        "folder": f"/tv/{title}",
        "tags": (),
        "size_bytes": 4 * GB,
        "episode_files": 2,
        "ended": True,
        "daily": False,
        "monitored": True,
        "next_airing": None,
        "previous_airing": None,
        "seasons": (season(1),),
    }
    return SeriesSaid(id=id, tvdb_id=tvdb, title=title, **row | said)


def arr(name: str, kind: str, **said: Any) -> ArrSaid:
    row: dict[str, Any] = {
        "version": "5",
        "date": NOW,
        "labels": {},
        "movies": (),
        "series": (),
        "history": (),
        "queue": (),
        "root_folders": (),
        "disks": (),
        "health": (),
        "recycle_bin": None,
    }
    return ArrSaid(name=name, kind=kind, **row | said)


def radarr(*movies: MovieSaid, name: str = "radarr", **said: Any) -> ArrSaid:
    said.setdefault("root_folders", (RootFolderSaid("/movies", accessible=True, free_bytes=100 * GB),))
    return arr(name, "radarr", movies=movies, **said)


def sonarr(*shows: SeriesSaid, name: str = "sonarr", **said: Any) -> ArrSaid:
    said.setdefault("root_folders", (RootFolderSaid("/tv", accessible=True, free_bytes=100 * GB),))
    return arr(name, "sonarr", series=shows, **said)


def imported(item: int, at: datetime, series_id: int = 0) -> EventSaid:
    return EventSaid(item, series_id, at, imported=True)


def deleted(item: int, at: datetime, *, upgrade: bool = False, series_id: int = 0) -> EventSaid:
    return EventSaid(item, series_id, at, imported=False, upgrade=upgrade)


def episode(season: int, number: int, **said: Any) -> EpisodeSaid:
    row: dict[str, Any] = {
        "id": season * 100 + number,
        "series_id": 1,
        "file_id": season * 100 + number,
        "air_at": ago(900),
    }
    return EpisodeSaid(season=season, number=number, **row | said)


def detail(*episodes: EpisodeSaid, added_at: datetime | None = None) -> ShowDetail:
    """Episodes with a file for each file number they name."""
    files = {
        row.file_id: EpisodeFileSaid(
            row.file_id, 1, row.season, f"/tv/Thrones/{row.file_id}.mkv", 2 * GB, added_at or ago(800)
        )
        for row in episodes
        if row.file_id
    }
    return ShowDetail(episodes=episodes, files=tuple(files.values()))


# ── Jellyfin ─────────────────────────────────────────────────────────────────────────────────────────────────


def item(id: str = "alien", tmdb: int | None = 348, **said: Any) -> ItemSaid:  # noqa: A002
    row: dict[str, Any] = {
        "type": "Movie",
        "name": id,
        "path": f"/movies/{id}/{id}.mkv",
        "tmdb_id": str(tmdb) if tmdb else None,
        "imdb_id": None,
        "tvdb_id": None,
    }
    return ItemSaid(id=id, **row | said)


def series_item(id: str = "thrones", tvdb: int | None = 121361, **said: Any) -> ItemSaid:  # noqa: A002
    tvdb_id = str(tvdb) if tvdb else None
    return item(id, None, **{"type": "Series", "path": f"/tv/{id}", "tvdb_id": tvdb_id} | said)


def season_item(number: int | None = 1, **said: Any) -> ItemSaid:
    name = f"s{number}"
    row = {"type": "Season", "path": f"/tv/thrones/{name}", "series_id": "thrones", "season": number}
    return item(said.pop("id", name), None, **row | said)


def episode_item(season: int | None = 1, number: int | None = 1, **said: Any) -> ItemSaid:
    name = f"s{season}e{number}"
    row = {
        "type": "Episode",
        "path": f"/tv/thrones/{name}.mkv",
        "series_id": "thrones",
        "season": season,
        "episode": number,
    }
    return item(said.pop("id", name), None, **row | said)


def user(name: str = "ana", **said: Any) -> UserSaid:
    row: dict[str, Any] = {"all_folders": True, "folders": (), "restricted": False}
    return UserSaid(id=f"id-{name}", name=name, **row | said)


def did(item_id: str = "alien", **said: Any) -> UserDataSaid:
    """What one user did with one item: nothing but what is said."""
    row: dict[str, Any] = {
        "played": False,
        "play_count": 0,
        "in_progress": False,
        "favorite": False,
        "last_played_at": None,
    }
    return UserDataSaid(item_id=item_id, **row | said)


def watched(item_id: str = "alien", at: datetime | None = None, count: int = 1) -> UserDataSaid:
    return did(item_id, played=True, play_count=count, last_played_at=at)


def jellyfin(
    *items: ItemSaid,
    users: Sequence[UserSaid] = (user(),),
    does: Mapping[str, Sequence[UserDataSaid]] = {},
    lacks: Mapping[str, Iterable[str]] = {},
    unread: Iterable[str] = (),
    **said: Any,
) -> JellyfinSaid:
    """`does` and `lacks`: by user name, what they did and which items their list does not show."""
    row: dict[str, Any] = {
        "libraries": (
            MediaLibrarySaid("lib-movies", "Movies", ("/movies",)),
            MediaLibrarySaid("lib-tv", "Shows", ("/tv",)),
        ),
        "collections": {},
        "sessions": (),
    }
    playable = {item.id for item in items if item.type in ("Movie", "Episode")}
    views = {
        one.id: UserView(
            seen=frozenset(playable - set(lacks.get(one.name, ()))), data=tuple(does.get(one.name, ()))
        )
        for one in users
        if one.name not in unread
    }
    return JellyfinSaid(
        name="jellyfin", version="10.11", date=NOW, users=tuple(users), items=items, views=views, **row | said
    )


def plays(
    item_id: str, kind: str | None = "Movie", who: str = "ana", series_id: str | None = None
) -> SessionSaid:
    return SessionSaid(f"id-{who}", item_id, kind, series_id)


# ── Seerr ────────────────────────────────────────────────────────────────────────────────────────────────────


def request(tmdb: int | None = 348, **said: Any) -> RequestSaid:
    row: dict[str, Any] = {
        "id": 1,
        "status": 2,
        "media_type": "movie",
        "is_4k": False,
        "tvdb_id": None,
        "server_id": None,
        "arr_id": None,
        "requested_by": "ana",
        "jellyfin_user_id": None,
        "created_at": ago(30),
        "updated_at": ago(20),
        "media_added_at": ago(10),
    }
    return RequestSaid(tmdb_id=tmdb, **row | said)


def server(id: int = 0, kind: str = "radarr", *, is_4k: bool = False) -> ServerSaid:  # noqa: A002
    return ServerSaid(kind, id, f"{kind}-{id}", is_4k)


def seerr(*requests: RequestSaid, servers: Sequence[ServerSaid] = ()) -> SeerrSaid:
    return SeerrSaid("seerr", "3", NOW, requests, tuple(servers))


# ── The join ─────────────────────────────────────────────────────────────────────────────────────────────────


def joined(
    *arrs: ArrSaid,
    jellyfin: JellyfinSaid | None = None,
    seerr: SeerrSaid | None = None,
    details: Mapping[int, ShowDetail] = {},
    marks: Iterable[PlayMark] = (),
    matched: Iterable[str] = (),
    seen: Seen | None = None,
    now: datetime = NOW,
    arrs_configured: Mapping[str, str] = {},
    **setting: Any,
) -> Joined:
    """`details`: of the first Sonarr's series, by number. What is said is also configured."""
    sonarr = next((one.name for one in arrs if one.kind == "sonarr"), "sonarr")
    row: dict[str, Any] = {
        "places": (Place("media"),),
        "has_jellyfin": jellyfin is not None,
        "has_seerr": seerr is not None,
        "arrs": arrs_configured,
    }
    return join(
        Said(arrs, jellyfin, seerr, {(sonarr, number): told for number, told in details.items()}),
        Setting(**row | setting),
        now,
        seen=seen,
        play_marks={(mark.identity, mark.user): mark for mark in marks},
        matched=frozenset(matched),
    )


def the_movie(result: Joined, service: str = "radarr") -> Movie:
    [found] = [movie for movie in result.library.movies if movie.service == service]
    return found


def the_show(result: Joined, service: str = "sonarr") -> Show:
    [found] = [show for show in result.library.shows if show.service == service]
    return found


def the_episode(result: Joined, season: int = 1, number: int = 1) -> Episode:
    episodes = the_show(result).episodes
    assert not isinstance(episodes, Unknown)
    [found] = [row for row in episodes if (row.season, row.number) == (season, number)]
    return found


def played_at(watching: Watching) -> datetime | None:
    """The newest play of anybody."""
    return max((watch.played_at for watch in watching.watches if watch.played_at), default=None)


def finishers(watching: Watching) -> set[str]:
    return {watch.user for watch in watching.watches if watch.finished}


def why(fact: object) -> str | None:
    """The code of an unknown fact; None of a known one."""
    return fact.why if isinstance(fact, Unknown) else None
