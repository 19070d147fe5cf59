"""What the home owns: movies, shows with their seasons and episodes, and the files behind them.

Paths are container paths ("/data/media/movies/Heat (1995)"), sizes bytes, times aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from keepercheky.demo.noun import Noun

if TYPE_CHECKING:
    from keepercheky.demo.items import Item
    from keepercheky.demo.world import World


class Quality(Struct, frozen=True):
    """A quality as both products number it; they name the source differently."""

    id: int
    name: str
    movie_source: str
    episode_source: str
    resolution: int
    modifier: str = "none"


HD_WEB = Quality(3, "WEBDL-1080p", "webdl", "web", 1080)
HD_DISC = Quality(7, "Bluray-1080p", "bluray", "bluray", 1080)
UHD_WEB = Quality(18, "WEBDL-2160p", "webdl", "web", 2160)
UHD_DISC = Quality(31, "Remux-2160p", "bluray", "blurayRaw", 2160, "remux")


class MediaFile(Noun, kw_only=True):
    """One video file. ``download_id`` is the upper-case info hash of its torrent, "" when it came by hand."""

    id: int
    path: str
    size: int
    date_added: datetime
    quality: Quality = HD_WEB
    release_group: str = ""
    download_id: str = ""


class Movie(Noun, kw_only=True):
    owner: World
    id: int
    tmdb_id: int
    title: str
    year: int
    path: str
    root: str
    added: datetime
    imdb_id: str = ""
    runtime_minutes: int = 110
    rating: str = "PG-13"
    genres: tuple[str, ...] = ("Drama",)
    overview: str = ""
    score: float = 7.0
    monitored: bool = True
    status: str = "released"
    tags: frozenset[int] = frozenset()
    profile_id: int = 1
    minimum_availability: str = "released"
    collection: tuple[int, str] | None = None
    file: MediaFile | None = None
    item: Item | None = None

    def tag(self, *labels: str) -> None:
        self.tags |= {self.owner.radarr.tag(label) for label in labels}

    def untag(self, *labels: str) -> None:
        self.tags -= {self.owner.radarr.tag(label) for label in labels}


class EpisodeFile(MediaFile, kw_only=True):
    season_number: int = 1
    episodes: tuple[Episode, ...] = ()


class Episode(Noun, kw_only=True):
    owner: Season
    id: int
    tvdb_id: int
    number: int
    title: str
    airs: datetime | None = None
    runtime_minutes: int = 45
    monitored: bool = True
    absolute_number: int | None = None
    finale: str | None = None
    file: EpisodeFile | None = None
    item: Item | None = None

    @property
    def season(self) -> Season:
        return self.owner

    @property
    def show(self) -> Show:
        return self.owner.owner


class Season(Noun, kw_only=True):
    owner: Show
    number: int
    monitored: bool = True
    listed: bool = True  # a PUT without it takes it off the series' list
    episodes: tuple[Episode, ...] = ()
    item: Item | None = None

    @property
    def show(self) -> Show:
        return self.owner

    def episode(self, number: int) -> Episode:
        for episode in self.episodes:
            if episode.number == number:
                return episode
        raise LookupError(f"{self.show.title} has no S{self.number:02}E{number:02}")


class Show(Noun, kw_only=True):
    owner: World
    id: int
    tvdb_id: int
    tmdb_id: int  # 0 where Sonarr does not know it
    title: str
    year: int
    path: str
    root: str
    added: datetime
    imdb_id: str = ""
    rating: str = "TV-14"
    genres: tuple[str, ...] = ("Drama",)
    overview: str = ""
    score: float = 8.0
    network: str = ""
    ended: bool = True
    monitored: bool = True
    kind: str = "standard"  # standard | daily | anime
    tags: frozenset[int] = frozenset()
    without_tags: bool = False  # null: a PUT left them out
    profile_id: int = 1
    season_folder: bool = True
    monitor_new: str = "all"  # all | none
    seasons: tuple[Season, ...] = ()
    item: Item | None = None

    def season(self, number: int) -> Season:
        for season in self.seasons:
            if season.number == number:
                return season
        raise LookupError(f"{self.title} has no season {number}")

    def episode(self, season: int, number: int) -> Episode:
        return self.season(season).episode(number)

    def episodes(self) -> Iterator[Episode]:
        for season in self.seasons:
            yield from season.episodes

    def files(self) -> list[EpisodeFile]:
        return files_of(self.episodes())

    def tag(self, *labels: str) -> None:
        self.tags |= {self.owner.sonarr.tag(label) for label in labels}

    def untag(self, *labels: str) -> None:
        self.tags -= {self.owner.sonarr.tag(label) for label in labels}


Title = Movie | Show | Season | Episode


def files_of(episodes: Iterable[Episode]) -> list[EpisodeFile]:
    """Each file once, however many episodes it holds, in the order met."""
    return list({episode.file.id: episode.file for episode in episodes if episode.file}.values())
