"""How things leave the home, in the small steps a real *arr takes: the row, the files, the history; Jellyfin later."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from keepercheky.demo.titles import EpisodeFile, MediaFile, Movie, Show, Title

if TYPE_CHECKING:
    from keepercheky.demo.world import World


def remove_movie(world: World, movie: Movie, *, files: bool) -> None:
    """The entry, its history and, with ``files``, its whole folder; without, the folder is left as a stray."""
    del world.movies[movie.id]
    world.radarr.forgets(movie.id)
    if movie.file is not None:
        leave_folder(world, movie.path, [movie.file], files=files)
    world.touch()


def remove_show(world: World, show: Show, *, files: bool) -> None:
    del world.shows[show.id]
    world.sonarr.forgets(show.id)
    for episode in show.episodes():
        del world.episodes[episode.id]
    if show.files():
        leave_folder(world, show.path, list(show.files()), files=files)
    world.touch()


def leave_folder(world: World, path: str, held: list[EpisodeFile] | list[MediaFile], *, files: bool) -> None:
    """What becomes of a title's folder. One that is, or contains, another title's folder is silently kept."""
    others = [movie.path for movie in world.movies.values()] + [show.path for show in world.shows.values()]
    shared = any(other == path or other.startswith(f"{path}/") for other in others)
    if not files or shared:
        if path not in others:
            world.strays.add(path)
        return
    for file in held:
        drop_file(world, file, erase=False)
    if world.files is None:
        return
    if world.recycle_bin:
        world.files.move(path, f"{world.recycle_bin}/{path.rsplit('/', 1)[1]}")
    else:
        world.files.remove_folder(path)


def delete_movie_file(world: World, movie: Movie, *, at: datetime, reason: str) -> None:
    """The file goes, the entry stays, and history says why."""
    file = movie.file
    if file is None:
        raise LookupError(f"{movie.title} has no file")
    world.radarr.remember(
        "movieFileDeleted", at, movie.id, file.path, file.quality, reason=reason, size=file.size,
        release_group=file.release_group,
    )  # fmt: skip
    drop_file(world, file)
    movie.file = None


def delete_episode_file(world: World, file: EpisodeFile, *, at: datetime, reason: str) -> None:
    """The file goes; every episode in it has none any more, each with a line of history."""
    for episode in file.episodes:
        world.sonarr.remember(
            "episodeFileDeleted", at, episode.show.id, file.path, file.quality, episode_id=episode.id,
            season_number=file.season_number, reason=reason, size=file.size, release_group=file.release_group,
        )  # fmt: skip
        episode.file = None
    drop_file(world, file)


def drop_file(world: World, file: MediaFile, *, erase: bool = True) -> None:
    """The bytes: back to the disk, or into the recycle bin."""
    world.paths.pop(file.path, None)
    if world.recycle_bin:
        world.recycled[file.path] = file.size
    if erase and world.files is not None:
        if world.recycle_bin:
            world.files.move(file.path, f"{world.recycle_bin}/{file.path.rsplit('/', 1)[1]}")
        else:
            world.files.remove(file.path)
    world.touch()


def empty_recycle_bin(world: World) -> None:
    """What the *arrs do some days later."""
    world.recycled = {}
    if world.files is not None and world.recycle_bin:
        world.files.remove_folder(world.recycle_bin)
    world.touch()


def scan(world: World) -> None:
    """Jellyfin's library scan: what lost its file goes, seasons and series that are empty then go too."""
    gone = {
        item.id
        for item in world.items.values()
        if item.kind in ("Movie", "Episode") and not item.virtual and item.path not in world.paths
    }
    for kind in ("Season", "Series"):
        for item in world.items.values():
            if item.kind == kind and item.children and all(child.id in gone for child in item.children):
                gone.add(item.id)
    for number in gone:
        item = world.items.pop(number)
        if item.parent is not None:
            item.parent.children = tuple(child for child in item.parent.children if child.id not in gone)
    for item in world.items.values():
        if item.kind == "BoxSet":
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
