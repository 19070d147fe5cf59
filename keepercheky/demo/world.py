"""The pretend home itself: everything the four services know, in one place, changed by pleasant verbs."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from keepercheky.demo import arrivals, departures, picture, wishes
from keepercheky.demo.arr_state import Arr
from keepercheky.demo.contents import Contents, inside
from keepercheky.demo.files import Files
from keepercheky.demo.items import Anything, Item, Library, item_of
from keepercheky.demo.later import Job, Later
from keepercheky.demo.people import Session, User
from keepercheky.demo.records import Disk, Download, MediaRow, Request, Torrent
from keepercheky.demo.titles import Episode, EpisodeFile, MediaFile, Movie, Season, Show

MOVIES_ROOT = "/data/media/movies"
KIDS_ROOT = "/data/media/kids"
SERIES_ROOT = "/data/media/series"
DOWNLOADS = "/data/downloads"

Thing = TypeVar("Thing")


class World:
    """One home. Tests change it directly; every change makes the fakes' cached answers stale.

    ``strays`` are folders below a root that belong to no title (``unmappedFolders``), beside those that ``contents``
    shows; ``clock_skew`` shifts a service's ``Date`` header; ``base_path`` gives it a URL base.

    What a service does after it has answered waits for ``file_delay`` (files, exclusions, history of a deleted title) or
    ``scan_delay`` (Jellyfin looks at a folder) on the world's clock, and is done before the next request is answered;
    ``settle()`` does it now. A folder in ``stuck_folders`` cannot be removed, nor what lies in it.
    """

    def __init__(self, *, now: Callable[[], datetime], seed: int, files: Files | None = None) -> None:
        self.now = now
        self.seed = seed
        self.random = random.Random(seed)
        self.files = files
        self.revision = 0
        self.radarr = Arr(owner=self, name="Radarr", roots=(MOVIES_ROOT, KIDS_ROOT), tags={}, history=[])
        # Numbered from elsewhere, so that nobody mistakes one *arr's tag ids for the other's.
        self.sonarr = Arr(owner=self, name="Sonarr", roots=(SERIES_ROOT,), tags={}, history=[], next_tag=11)
        self.movies: dict[int, Movie] = {}
        self.shows: dict[int, Show] = {}
        self.episodes: dict[int, Episode] = {}
        self.departed_movies: dict[
            int, Movie
        ] = {}  # by tmdb id: known to a lookup, and to whoever adds it again
        self.departed_shows: dict[int, Show] = {}  # by tvdb id
        self.contents = Contents(files, self.touch)
        self.later = Later()
        self.file_delay = timedelta()
        self.scan_delay = timedelta(seconds=60)  # Jellyfin's LibraryMonitorDelay
        self.stuck_folders: set[str] = set()
        self.torrents: dict[str, Torrent] = {}
        self.disks: list[Disk] = []
        self.strays: set[str] = set()
        self.users: list[User] = []
        self.libraries: list[Library] = []
        self.items: dict[str, Item] = {}
        self.sessions: list[Session] = []
        self.media: list[MediaRow] = []
        self.requests: list[Request] = []
        self.monitored_collections: set[int] = set()
        self.groups_collections = False  # Jellyfin's "group movies into collections"
        self.legacy_auth = True  # Jellyfin's EnableLegacyAuthorization
        self.seerr_csrf = False  # Seerr's "CSRF protection"
        self.seerr_servers = frozenset({"radarr", "sonarr"})  # those Seerr has configured
        self.qbittorrent_version = "5.1.2"
        self.qbittorrent_sessions: set[str] = set()  # clear it, and everybody has to log in again
        self.clock_skew: dict[str, timedelta] = {}
        self.base_path: dict[str, str] = {}
        self.newest: Counter[str] = Counter()
        self._used: tuple[int, int] = (-1, 0)
        self._asked: tuple[int, Counter[str]] = (-1, Counter())

    def touch(self) -> None:
        self.revision += 1

    def next_id(self, kind: str) -> int:
        self.newest[kind] += 1
        return self.newest[kind]

    def hex_id(self, *parts: object) -> str:
        """32 hex digits that are always the same for the same seed and parts."""
        text = "/".join(str(part) for part in (self.seed, *parts))
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    # finding things

    def movie(self, title: str) -> Movie:
        return _only([movie for movie in self.movies.values() if movie.title == title], title)

    def show(self, title: str) -> Show:
        return _only([show for show in self.shows.values() if show.title == title], title)

    def user(self, name: str) -> User:
        return _only([user for user in self.users if user.name == name], name)

    def library(self, name: str) -> Library:
        return _only([library for library in self.libraries if library.name == name], name)

    def collection(self, name: str) -> Item:
        return _only(
            [item for item in self.items.values() if item.kind == "BoxSet" and item.name == name], name
        )

    def media_files(self) -> list[MediaFile]:
        """Every video an *arr knows of."""
        films = [movie.file for movie in self.movies.values() if movie.file]
        return [*films, *(file for show in self.shows.values() for file in show.files())]

    def library_of(self, path: str) -> Library:
        """The library that holds a container path."""
        for library in self.libraries:
            if any(path.startswith(f"{location}/") for location in library.locations):
                return library
        raise LookupError(f"no library holds {path}")

    def asked_by(self, user: User) -> int:
        """How many requests Seerr counts for somebody."""
        if self._asked[0] != self.revision:
            self._asked = (self.revision, Counter(request.by.name for request in self.requests))
        return self._asked[1][user.name]

    # space

    @property
    def recycle_bin(self) -> str:
        """Container path of the *arrs' recycle bin; "" is off, which makes a deletion final."""
        return self.radarr.recycle_bin

    @recycle_bin.setter
    def recycle_bin(self, path: str) -> None:
        self.radarr.recycle_bin = self.sonarr.recycle_bin = path

    def used_bytes(self) -> int:
        """What library, downloads and recycle bin take on the media disk: data with several names counts once."""
        if self._used[0] != self.revision:
            self._used = (self.revision, self.contents.used_bytes())
        return self._used[1]

    def free_bytes(self, disk: Disk) -> int:
        taken = disk.other_bytes + (self.used_bytes() if disk.holds_media else 0)
        return max(0, disk.total - taken)

    @property
    def media_disk(self) -> Disk:
        return next(disk for disk in self.disks if disk.holds_media)

    def is_stuck(self, path: str) -> bool:
        """Whether removing this would have to remove something that cannot be."""
        return any(path == one or inside(path, one) or inside(one, path) for one in self.stuck_folders)

    # time

    def promise(self, delay: timedelta, what: str, do: Callable[[], None]) -> None:
        """A service has answered and will do this later."""
        self.later.add(Job(self.now() + delay, what, do))
        self.touch()

    def catch_up(self) -> None:
        """Do what is due by now; the fakes call it before each answer."""
        self.later.run(self.now())

    def settle(self) -> None:
        """Do everything that waits, whatever the clock says."""
        self.later.run(None)

    def picture(self) -> bytes:
        """Canonical JSON of the whole home; equal before and after means nothing was changed."""
        return picture.picture(self)

    # things that happen

    def search_missing(self, *shows: Show) -> None:
        """The *arrs look for what is monitored and has no file, as they do by themselves: it is downloaded again."""
        coming = {(row.title_id, row.episode_id) for arr in (self.radarr, self.sonarr) for row in arr.queue}
        for movie in () if shows else list(self.movies.values()):
            wanted = movie.monitored and (movie.id, 0) not in coming
            if wanted and movie.file is None and movie.status == "released":
                self.queue_movie(movie)
        for show in shows or list(self.shows.values()):
            for episode in show.episodes():
                missing = episode.file is None and episode.airs is not None and episode.airs <= self.now()
                wanted = show.monitored and episode.monitored and (show.id, episode.id) not in coming
                if missing and wanted:
                    self.queue_episode(episode)

    def add_movie(
        self, title: str, *, tmdb_id: int, year: int, root: str = MOVIES_ROOT, **facts: Any
    ) -> Movie:
        """An entry without a file; ``import_movie`` brings one."""
        facts.setdefault("added", self.now())
        return arrivals.add_movie(self, title=title, tmdb_id=tmdb_id, year=year, root=root, **facts)

    def add_show(self, title: str, *, tvdb_id: int, tmdb_id: int, year: int, **facts: Any) -> Show:
        """A series without seasons; ``add_season`` and ``import_episodes`` bring them."""
        facts.setdefault("added", self.now())
        return arrivals.add_show(
            self, title=title, tvdb_id=tvdb_id, tmdb_id=tmdb_id, year=year, root=SERIES_ROOT, **facts
        )

    def add_season(self, show: Show, number: int, airings: Sequence[tuple[str, datetime | None]]) -> Season:
        return arrivals.add_season(self, show, number, airings)

    def queue_movie(self, movie: Movie, **facts: Any) -> Download:
        return arrivals.queue(
            self, self.radarr, movie.id, movie.title, has_file=movie.file is not None, **facts
        )

    def queue_episode(self, episode: Episode, **facts: Any) -> Download:
        return arrivals.queue(
            self, self.sonarr, episode.show.id, f"{episode.show.title} S{episode.season.number:02}E{episode.number:02}",
            episode_id=episode.id, season_number=episode.season.number, has_file=episode.file is not None, **facts,
        )  # fmt: skip

    def request(self, title: Movie | Show, **facts: Any) -> Request:
        """A wish in Seerr; see ``wishes.request`` for what can be said about it."""
        return wishes.request(self, title, **facts)

    def play_now(self, user: str, what: Anything | None = None, **facts: Any) -> Session:
        """A session that plays ``what`` (or ``other=``: what no library lists); ``paused=True``, ``queue=(ids)``."""
        who = self.user(user)
        item = item_of(what) if what is not None else None
        if item is not None:
            who.pauses(item, at=self.now(), part=0.2)
        session = Session(
            owner=self, id=self.hex_id("session", self.next_id("session")), user=who, since=self.now(), item=item,
            position_ticks=int(item.runtime_ticks * 0.2) if item else 0, **facts,
        )  # fmt: skip
        self.sessions.append(session)
        self.touch()
        return session

    def collect(self, name: str, *members: Anything) -> Item:
        """A Jellyfin collection (BoxSet) of these titles; another one when there is one of that name."""
        same = [item.id for item in self.items.values() if item.kind == "BoxSet" and item.name == name]
        item = Item(
            owner=self, id=self.hex_id("boxset", name, *same), kind="BoxSet", name=name,
            library=self.library("Collections"),
            created=self.now(), provider_ids={}, path=f"/config/data/collections/{name} [boxset]",
            members=tuple(item_of(member) for member in members),
        )  # fmt: skip
        self.items[item.id] = item
        self.touch()
        return item

    def import_movie(self, movie: Movie, **facts: Any) -> MediaFile:
        """A file arrives for it; see ``arrivals.import_movie``."""
        return arrivals.import_movie(self, movie, **facts)

    def import_episodes(self, *episodes: Episode, **facts: Any) -> EpisodeFile:
        """One file arrives that holds these episodes; see ``arrivals.import_episodes``."""
        return arrivals.import_episodes(self, episodes, **facts)

    def remove_movie(self, movie: Movie, *, files: bool = True) -> None:
        """Gone from Radarr, as by hand and at once; Jellyfin's item stays until ``scan``."""
        departures.drop_movie(self, movie)
        departures.clear_up(self, [movie], files=files)

    def remove_show(self, show: Show, *, files: bool = True) -> None:
        departures.drop_show(self, show)
        departures.clear_up(self, [show], files=files)

    def remove_later(
        self, title: Movie | Show, what: str, *, files: bool = True, exclude: bool = False
    ) -> None:
        """As by an *arr's API: the row at once, the rest after ``file_delay``."""
        departures.remove_later(self, [title], what, files=files, exclude=exclude)

    def delete_movie_file(self, movie: Movie, *, at: datetime | None = None, reason: str = "Manual") -> None:
        departures.delete_movie_file(self, movie, at=at or self.now(), reason=reason)

    def delete_episode_file(
        self, file: EpisodeFile, *, at: datetime | None = None, reason: str = "Manual"
    ) -> None:
        departures.delete_episode_file(self, file, at=at or self.now(), reason=reason)

    def empty_recycle_bin(self) -> None:
        departures.empty_recycle_bin(self)

    def scan(self) -> None:
        """Jellyfin scans its libraries: items whose file is gone go."""
        departures.scan(self)


def _only(found: list[Thing], name: str) -> Thing:
    if len(found) != 1:
        raise LookupError(f"the pretend home has {len(found)} things called {name!r}, not one")
    return found[0]
