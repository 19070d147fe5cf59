"""What the services said, in our words: plain frozen rows, one type per kind of statement.

`services/*` decode the wire into these; `library.join` makes one `Library` of them. Nothing here is judged
yet: an id is the service's own, a path is the service's own view, a missing date is None.
All instants are aware UTC, all sizes bytes. Leaf rows cannot form cycles, so the collector need not look at
them (`gc=False`).
"""

from __future__ import annotations

from datetime import datetime

import msgspec

# ── Radarr and Sonarr ────────────────────────────────────────────────────────────────────────────────────────


class FileSaid(msgspec.Struct, frozen=True, gc=False):
    id: int
    path: str
    size_bytes: int
    added_at: datetime | None


class MovieSaid(msgspec.Struct, frozen=True, gc=False):
    id: int
    tmdb_id: int
    imdb_id: str | None
    title: str
    year: int
    folder: str
    tags: tuple[int, ...] | None  # None: not told, which is not "no tags"
    size_bytes: int
    file: FileSaid | None
    monitored: bool


class SeasonSaid(msgspec.Struct, frozen=True, gc=False):
    number: int
    size_bytes: int  # 0 also where the statistics are missing
    episode_files: int  # episodes that have a file; a double episode counts twice
    next_airing: datetime | None
    previous_airing: datetime | None


class SeriesSaid(msgspec.Struct, frozen=True, gc=False):
    id: int
    tvdb_id: int
    tmdb_id: int | None  # Sonarr's 0 is None here
    imdb_id: str | None
    title: str
    year: int
    folder: str
    tags: tuple[int, ...]
    size_bytes: int
    episode_files: int | None  # None: the statistics are missing, which is not "no files"
    ended: bool
    daily: bool
    monitored: bool
    next_airing: datetime | None
    previous_airing: datetime | None
    seasons: tuple[SeasonSaid, ...]


class EpisodeSaid(msgspec.Struct, frozen=True, gc=False):
    id: int
    series_id: int
    season: int
    number: int
    file_id: int  # 0: no file
    air_at: datetime | None
    title: str = ""


class EpisodeFileSaid(msgspec.Struct, frozen=True, gc=False):
    id: int
    series_id: int
    season: int
    path: str
    size_bytes: int
    added_at: datetime | None


class EventSaid(msgspec.Struct, frozen=True, gc=False):
    """An import or a deletion in the *arr's history. `item_id`: the movie's or the episode's row id."""

    item_id: int
    series_id: int  # 0 for movies
    at: datetime
    imported: bool  # else deleted
    upgrade: bool = False  # a deletion that made room for a better file
    download_id: str | None = None


class QueueSaid(msgspec.Struct, frozen=True, gc=False):
    """Something on its way in. All ids None: it concerns nothing we know."""

    movie_id: int | None = None
    series_id: int | None = None
    season: int | None = None
    episode_id: int | None = None


class RootFolderSaid(msgspec.Struct, frozen=True, gc=False):
    path: str
    accessible: bool
    free_bytes: int | None


class DiskSaid(msgspec.Struct, frozen=True, gc=False):
    path: str
    free_bytes: int
    total_bytes: int


class HealthSaid(msgspec.Struct, frozen=True, gc=False):
    source: str
    type: str  # ok | notice | warning | error
    message: str


class RecycleBinSaid(msgspec.Struct, frozen=True, gc=False):
    """Path "" = off: deletions are permanent. `cleanup_days` 0 = never emptied by itself."""

    path: str
    cleanup_days: int


class ArrSaid(msgspec.Struct, frozen=True):
    """One Radarr or Sonarr, read completely. `movies` of a Radarr, `series` of a Sonarr."""

    name: str
    kind: str
    version: str
    date: datetime | None  # the service's own clock, from its Date header
    labels: dict[int, str]
    movies: tuple[MovieSaid, ...]
    series: tuple[SeriesSaid, ...]
    history: tuple[EventSaid, ...]
    queue: tuple[QueueSaid, ...]
    root_folders: tuple[RootFolderSaid, ...]
    disks: tuple[DiskSaid, ...] | None  # None: not read; free space is then not known
    health: tuple[HealthSaid, ...]
    recycle_bin: RecycleBinSaid | None  # None: not read; counts as a bin never emptied


class ShowDetail(msgspec.Struct, frozen=True):
    """What Sonarr says of one show's parts; asked only for shows whose verdict hangs on it."""

    episodes: tuple[EpisodeSaid, ...]
    files: tuple[EpisodeFileSaid, ...]


# ── Jellyfin ─────────────────────────────────────────────────────────────────────────────────────────────────


class UserSaid(msgspec.Struct, frozen=True, gc=False):
    id: str
    name: str
    all_folders: bool
    folders: tuple[str, ...]  # ids of libraries this user may see, when not all
    restricted: bool  # a rating or tag policy hides items from this user


class MediaLibrarySaid(msgspec.Struct, frozen=True, gc=False):
    id: str
    name: str
    locations: tuple[str, ...]


class ItemSaid(msgspec.Struct, frozen=True, gc=False):
    """An item of Jellyfin's whole list. `type`: Movie | Series | Season | Episode | BoxSet."""

    id: str
    type: str
    name: str
    path: str | None
    tmdb_id: str | None
    imdb_id: str | None
    tvdb_id: str | None
    series_id: str | None = None
    season: int | None = None
    episode: int | None = None
    episode_end: int | None = None


class UserDataSaid(msgspec.Struct, frozen=True, gc=False):
    """What Jellyfin knows of one user and one item, when there is anything to know."""

    item_id: str
    played: bool
    play_count: int
    in_progress: bool  # a playback position above 0
    favorite: bool
    last_played_at: datetime | None


class SessionSaid(msgspec.Struct, frozen=True, gc=False):
    """Something playing, paused or queued that may be a movie or an episode: music, Live TV and photos are left out."""

    user_id: str | None
    item_id: str
    type: str | None
    series_id: str | None = None


class UserView(msgspec.Struct, frozen=True):
    """One user's complete list: which items that user sees, and the noteworthy user data by item."""

    seen: frozenset[str]  # ids of Movie and Episode items listed for this user
    data: tuple[UserDataSaid, ...]  # of any type; rows without anything to tell are left out


class JellyfinSaid(msgspec.Struct, frozen=True):
    name: str
    version: str
    date: datetime | None
    users: tuple[UserSaid, ...]
    libraries: tuple[MediaLibrarySaid, ...]
    items: tuple[ItemSaid, ...]
    views: dict[str, UserView]  # by user id
    collections: dict[str, tuple[str, ...]]  # favourite collections: BoxSet id → member ids
    sessions: tuple[SessionSaid, ...]


# ── Seerr ────────────────────────────────────────────────────────────────────────────────────────────────────


class RequestSaid(msgspec.Struct, frozen=True, gc=False):
    id: int
    status: int
    media_type: str  # movie | tv
    is_4k: bool
    tmdb_id: int | None
    tvdb_id: int | None
    server_id: int | None  # of the quality asked for
    arr_id: int | None  # the row id there
    requested_by: str
    jellyfin_user_id: str | None
    created_at: datetime | None
    updated_at: datetime | None
    media_added_at: datetime | None
    media_id: int = 0  # 0: the request has no row of a title
    media_updated_at: datetime | None = None
    media_status: int = 0
    media_status_4k: int = 0


class MediaSaid(msgspec.Struct, frozen=True, gc=False):
    """Seerr's row of a title, with or without requests. The two statuses are of two copies: HD and 4K."""

    id: int
    media_type: str  # movie | tv
    tmdb_id: int | None
    tvdb_id: int | None  # often None for shows until they are processed
    status: int
    status_4k: int
    updated_at: datetime | None


class ServerSaid(msgspec.Struct, frozen=True, gc=False):
    """A Radarr or Sonarr as Seerr knows it. `id` counts within its kind."""

    kind: str
    id: int
    name: str
    is_4k: bool


class SeerrSaid(msgspec.Struct, frozen=True):
    name: str
    version: str
    date: datetime | None
    requests: tuple[RequestSaid, ...]
    servers: tuple[ServerSaid, ...]


# ── All of it ────────────────────────────────────────────────────────────────────────────────────────────────


class Said(msgspec.Struct, frozen=True):
    """Everything the configured services said for one run. What is missing here stands in `gaps`."""

    arrs: tuple[ArrSaid, ...] = ()
    jellyfin: JellyfinSaid | None = None
    seerr: SeerrSaid | None = None
    details: dict[tuple[str, int], ShowDetail] = {}  # (instance, series id)
