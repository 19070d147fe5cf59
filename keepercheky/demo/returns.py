"""How titles come back or move: added again after a deletion, found again on the disk, given another folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from keepercheky.demo import arrivals, departures
from keepercheky.demo.items import Item
from keepercheky.demo.titles import EpisodeFile, MediaFile, Movie, Season, Show

if TYPE_CHECKING:
    from keepercheky.demo.world import World

VIDEO = (".mkv", ".mp4", ".avi")
FACTS = ("imdb_id", "runtime_minutes", "rating", "genres", "overview", "score")
NUMBERED = re.compile(r"S(\d+)((?:-?E\d+)+)", re.IGNORECASE)


def add_movie(
    world: World, *, tmdb_id: int, title: str, year: int, root: str, path: str, **facts: Any
) -> Movie:
    """A new row with a new id. What the world knew of the film is known again; it has no file yet."""
    before = world.departed_movies.get(tmdb_id)
    if before is not None:
        title, year = before.title, before.year
        facts = {name: getattr(before, name) for name in (*FACTS, "status", "collection")} | facts
    return arrivals.add_movie(
        world, tmdb_id=tmdb_id, title=title, year=year, root=root, path=path, added=world.now(), **facts
    )


def add_show(
    world: World, *, tvdb_id: int, title: str, year: int, root: str, path: str, monitored_seasons: Mapping[int, bool],
    **facts: Any,
) -> Show:  # fmt: skip
    """The same of a series: its seasons and episodes come with it, under new ids and without files."""
    before = world.departed_shows.get(tvdb_id)
    if before is None:
        return arrivals.add_show(
            world, tvdb_id=tvdb_id, tmdb_id=0, title=title, year=year, root=root, path=path, added=world.now(),
            in_jellyfin=False, **facts,
        )  # fmt: skip
    facts = {
        name: getattr(before, name) for name in (*FACTS[:1], *FACTS[2:], "network", "ended", "kind")
    } | facts
    show = arrivals.add_show(
        world, tvdb_id=tvdb_id, tmdb_id=before.tmdb_id, title=before.title, year=before.year, root=root, path=path,
        added=world.now(), in_jellyfin=False, **facts,
    )  # fmt: skip
    for old in before.seasons:
        season = arrivals.add_season(world, show, old.number, [(one.title, one.airs) for one in old.episodes])
        season.item = old.item if old.item is not None and old.item.id in world.items else None
        season.monitored = monitored_seasons.get(old.number, show.monitored and old.number > 0)
        for episode, same in zip(season.episodes, old.episodes, strict=True):
            episode.monitored = season.monitored
            episode.runtime_minutes = same.runtime_minutes
    show.item = _item_at(world, show.path)
    return show


def from_lists(world: World) -> None:
    """The import lists, and Seerr's syncs with them, add again whatever left and is on no list of exclusions."""
    movies = {movie.tmdb_id for movie in world.movies.values()}
    movies |= {one.number for one in world.radarr.exclusions}
    for number, movie in world.departed_movies.items():
        if number not in movies:
            add_movie(world, tmdb_id=number, title="", year=0, root=movie.root, path=movie.path)
    shows = {show.tvdb_id for show in world.shows.values()}
    shows |= {one.number for one in world.sonarr.exclusions}
    for number, show in world.departed_shows.items():
        if number not in shows:
            add_show(
                world, tvdb_id=number, title="", year=0, root=show.root, path=show.path, monitored_seasons={}
            )


def rescan_movie(world: World, movie: Movie) -> None:
    """Radarr looks at the folder: a file that is gone leaves its row, one that is there gets a row."""
    if movie.file is not None and not world.contents.holds(movie.file.path):
        departures.drop_movie_file(world, movie, at=world.now(), reason="MissingFromDisk")
    for path in world.contents.below(movie.path):
        if movie.file is None and path.endswith(VIDEO):
            movie.file = MediaFile(
                owner=movie, id=world.next_id("moviefile"), path=path, size=world.contents.size(path),
                date_added=world.now(),
            )  # fmt: skip
            movie.item = movie.item or _item_at(world, path)


def rescan_show(world: World, show: Show) -> None:
    """Sonarr does the same; a file's name says which episodes are in it."""
    for file in show.files():
        if not world.contents.holds(file.path):
            departures.drop_episode_file(world, file, at=world.now(), reason="MissingFromDisk")
    held = {file.path for file in show.files()}
    for path in world.contents.below(show.path):
        numbers = NUMBERED.search(path.rsplit("/", 1)[1])
        if path in held or not path.endswith(VIDEO) or not numbers:
            continue
        for season in show.seasons:
            if season.number == int(numbers[1]):
                _adopt(world, season, path, {int(one) for one in re.findall(r"\d+", numbers[2])})


def _adopt(world: World, season: Season, path: str, numbers: set[int]) -> None:
    episodes = tuple(one for one in season.episodes if one.number in numbers and one.file is None)
    if not episodes:
        return
    file = EpisodeFile(
        owner=season, id=world.next_id("episodefile"), path=path, size=world.contents.size(path),
        date_added=world.now(), season_number=season.number, episodes=episodes,
    )  # fmt: skip
    for episode in episodes:
        episode.file = file
        episode.item = episode.item or _item_at(world, path)


def _item_at(world: World, path: str) -> Item | None:
    return next((item for item in world.items.values() if item.path == path), None)


def move_title(world: World, title: Movie | Show, path: str, root: str, *, files: bool) -> None:
    """Another folder. Without ``files`` only the rows say so, and find nothing there."""
    before, title.path, title.root = title.path, path, root
    held: list[MediaFile] = (
        list(title.files()) if isinstance(title, Show) else [title.file] if title.file else []
    )
    for file in held:
        file.path = path + file.path[len(before) :]
    if files and before != path and world.contents.has_folder(before):
        world.contents.move_folder(before, path)
