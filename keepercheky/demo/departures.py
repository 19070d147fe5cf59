"""How things leave the home, in the small steps a real *arr takes: the row, the files, the history; Jellyfin later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from keepercheky.demo.arr_state import Arr
from keepercheky.demo.contents import inside, parent
from keepercheky.demo.items import Item
from keepercheky.demo.titles import EpisodeFile, Movie, Show, Title

if TYPE_CHECKING:
    from keepercheky.demo.world import World


def drop_movie(world: World, movie: Movie) -> None:
    """The row only, as the first step of a deletion: files and history are still there."""
    del world.movies[movie.id]
    world.departed_movies[movie.tmdb_id] = movie
    world.touch()


def drop_show(world: World, show: Show) -> None:
    del world.shows[show.id]
    world.departed_shows[show.tvdb_id] = show
    world.touch()


def remove_later(
    world: World, titles: Sequence[Movie | Show], what: str, *, files: bool, exclude: bool
) -> None:
    """As the *arrs do it: the rows now; files, exclusions and history when the answer is long given."""
    for title in titles:
        if isinstance(title, Show):
            drop_show(world, title)
        else:
            drop_movie(world, title)
    world.promise(world.file_delay, what, lambda: clear_up(world, titles, files=files, exclude=exclude))


def clear_up(world: World, titles: Sequence[Movie | Show], *, files: bool, exclude: bool = False) -> None:
    """The rest of a deletion, done by the *arr in its own time: folders, exclusions, episodes, history."""
    if files:
        remove_folders(world, titles)
    for title in titles:
        arr = world.sonarr if isinstance(title, Show) else world.radarr
        if isinstance(title, Show):
            for episode in title.episodes():
                world.episodes.pop(episode.id, None)
        if exclude:
            number = title.tvdb_id if isinstance(title, Show) else title.tmdb_id
            arr.exclude(number, title.title, title.year)
        arr.forgets(title.id)
    world.touch()


def remove_folders(world: World, titles: Sequence[Movie | Show]) -> None:
    """Whole folders go. One that is, or contains, another title's folder is silently kept, and so is all after it.

    Not one of Radarr's or Sonarr's callers hears of it, nor of a folder that cannot be removed.
    """
    for title in titles:
        arr, rows = _whose(world, title)
        others = [row.path for row in rows]
        if any(other == title.path or inside(other, title.path) for other in others):
            return
        if not world.contents.has_folder(title.path) or world.is_stuck(title.path):
            continue
        if arr.recycle_bin:
            world.contents.move_folder(title.path, f"{arr.recycle_bin}/{title.path.rsplit('/', 1)[1]}")
        else:
            world.contents.remove_folder(title.path)


def _whose(world: World, title: Movie | Show) -> tuple[Arr, Sequence[Movie | Show]]:
    if isinstance(title, Show):
        return world.sonarr, list(world.shows.values())
    return world.radarr, list(world.movies.values())


def delete_movie_file(world: World, movie: Movie, *, at: datetime, reason: str) -> None:
    """The file goes, the entry stays, and history says why."""
    path = drop_movie_file(world, movie, at=at, reason=reason)
    discard(world, world.radarr, path, movie.path, tidy=reason == "Manual")


def drop_movie_file(world: World, movie: Movie, *, at: datetime, reason: str) -> str:
    """The file's row only; where the file lies is the answer."""
    file = movie.file
    if file is None:
        raise LookupError(f"{movie.title} has no file")
    world.radarr.remember(
        "movieFileDeleted", at, movie.id, file.path, file.quality, reason=reason, size=file.size,
        release_group=file.release_group,
    )  # fmt: skip
    movie.file = None
    if reason == "Manual" and world.radarr.unmonitors_deleted:
        movie.monitored = False
    return file.path


def delete_episode_file(world: World, file: EpisodeFile, *, at: datetime, reason: str) -> None:
    """The file goes; every episode in it has none any more, each with a line of history."""
    drop_episode_file(world, file, at=at, reason=reason)
    discard(world, world.sonarr, file.path, file.episodes[0].show.path, tidy=reason == "Manual")


def drop_episode_file(world: World, file: EpisodeFile, *, at: datetime, reason: str) -> None:
    for episode in file.episodes:
        world.sonarr.remember(
            "episodeFileDeleted", at, episode.show.id, file.path, file.quality, episode_id=episode.id,
            season_number=file.season_number, reason=reason, size=file.size, release_group=file.release_group,
        )  # fmt: skip
        episode.file = None
        if reason == "Manual" and world.sonarr.unmonitors_deleted:
            episode.monitored = False


def discard(world: World, arr: Arr, path: str, folder: str, *, tidy: bool) -> None:
    """The bytes: back to the disk, or into the recycle bin under the title's folder name. ``tidy``: empty folders too."""
    if not world.contents.holds(path):
        return
    if arr.recycle_bin:
        to = f"{arr.recycle_bin}/{path.removeprefix(f'{parent(folder)}/')}"
        stem, dot, ending = to.rpartition(".")
        number = 0
        while world.contents.holds(to):  # "film_1.mkv"
            number += 1
            to = f"{stem}_{number}{dot}{ending}"
        world.contents.move(path, to)
    else:
        world.contents.remove(path)
    if tidy and arr.deletes_empty_folders and inside(path, folder):
        world.contents.remove_empty(folder)


def empty_recycle_bin(world: World) -> None:
    """What the *arrs do some days later."""
    for arr in (world.radarr, world.sonarr):
        if arr.recycle_bin:
            world.contents.remove_folder(arr.recycle_bin)


def scan(world: World, path: str = "") -> None:
    """Jellyfin's scan, of everything or of what lies at ``path``: what lost its file goes, then what is empty."""
    seen = [item for item in world.items.values() if not path or _concerns(path, item)]
    gone = {
        item.id
        for item in seen
        if item.kind in ("Movie", "Episode") and not item.virtual and not world.contents.holds(item.path)
    }
    for kind in ("Season", "Series"):
        for item in seen:
            if item.kind == kind and item.children and all(child.id in gone for child in item.children):
                gone.add(item.id)
    for item in seen:
        if item.kind == "Series" and item.children and not world.contents.has_folder(item.path):
            gone |= {item.id} | {one.id for one in world.items.values() if one.series is item}
    forget_items(world, gone)


def _concerns(path: str, item: Item) -> bool:
    """Whether a message about a path reaches an item: it, what is below it, and what it lies in."""
    if not item.path or item.kind == "BoxSet":
        return False
    folder = item.path if item.is_folder else parent(item.path)
    within = folder not in item.library.locations and (path == folder or inside(path, folder))
    return item.path == path or inside(item.path, path) or within


def forget_items(world: World, gone: set[str]) -> None:
    """Jellyfin drops these items: from their parents, from collections, from the titles they stood for."""
    for number in gone:
        item = world.items.pop(number)
        if item.parent is not None:
            item.parent.children = tuple(child for child in item.parent.children if child.id not in gone)
    for item in world.items.values():
        if item.kind == "BoxSet" and any(member.id in gone for member in item.members):
            item.members = tuple(member for member in item.members if member.id not in gone)
    _unlink(world, gone)
    world.touch()


def _unlink(world: World, gone: set[str]) -> None:
    """Titles no longer point at items Jellyfin has dropped."""
    titles: list[Title] = [*world.movies.values(), *world.shows.values(), *world.episodes.values()]
    titles += [season for show in world.shows.values() for season in show.seasons]
    for title in titles:
        if title.item is not None and title.item.id in gone:
            title.item = None


def drop_torrent(world: World, number: str, *, data: bool) -> bool:
    """Out of the download client, with its data or without; the *arrs no longer see it coming. False: not there."""
    for arr in (world.radarr, world.sonarr):
        arr.queue = tuple(row for row in arr.queue if row.download_id.lower() != number)
    torrent = world.torrents.pop(number, None)
    if torrent is None:
        return False
    for path in torrent.files if data else ():
        world.contents.remove(path)
    if data:
        world.contents.remove_empty(torrent.path)
    world.touch()
    return True
