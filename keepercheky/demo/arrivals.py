"""How things come into the home: a title is added, a file imported or upgraded, a download queued.

Each verb leaves what a real home would have afterwards: the *arr's entry and history, the file on the disk, the finished
torrent beside it, and Jellyfin's item.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from keepercheky.demo import departures, new_items
from keepercheky.demo.arr_state import Arr
from keepercheky.demo.records import Download, Torrent
from keepercheky.demo.titles import HD_WEB, Episode, EpisodeFile, MediaFile, Movie, Quality, Season, Show

if TYPE_CHECKING:
    from keepercheky.demo.world import World

GROUPS = ("LANTERN", "HEARTH", "NOMAD", "OSPREY", "QUILL")
GRAB_TAKES = timedelta(minutes=40)


def add_movie(
    world: World,
    *,
    tmdb_id: int,
    title: str,
    year: int,
    root: str,
    added: datetime,
    path: str = "",
    **facts: Any,
) -> Movie:
    """An entry without a file, as after "add movie"."""
    movie = Movie(
        owner=world, id=world.next_id("movie"), tmdb_id=tmdb_id, title=title, year=year, root=root, added=added,
        path=path or f"{root}/{file_name(title)} ({year})", **facts,
    )  # fmt: skip
    world.movies[movie.id] = movie
    world.touch()
    return movie


def import_movie(
    world: World,
    movie: Movie,
    *,
    at: datetime,
    size: int,
    quality: Quality = HD_WEB,
    by_hand: bool = False,
    seeding: bool = False,
    in_jellyfin: bool = True,
) -> MediaFile:
    """A file arrives; one that is there already is replaced ("Upgrade").

    ``by_hand``: nobody wrote history. ``seeding``: its torrent stays in the downloads, hard-linked.
    """
    if movie.file is not None:
        departures.delete_movie_file(world, movie, at=at, reason="Upgrade")
    group = GROUPS[(movie.tmdb_id + quality.id) % len(GROUPS)]
    source = f"{file_name(movie.title).replace(' ', '.')}.{movie.year}.{quality.name}-{group}"
    download = "" if by_hand else world.hex_id("torrent", "movie", movie.id, at)[:32].upper() + "0A1B2C3D"
    file = MediaFile(
        owner=movie, id=world.next_id("moviefile"), size=size, date_added=at, quality=quality, release_group=group,
        path=f"{movie.path}/{file_name(movie.title)} ({movie.year}) {quality.name}.mkv", download_id=download,
    )  # fmt: skip
    movie.file = file
    if not by_hand:
        log = world.radarr.remember
        log(
            "grabbed",
            at - GRAB_TAKES,
            movie.id,
            source,
            quality,
            download_id=download,
            size=size,
            release_group=group,
        )
        log(
            "downloadFolderImported", at, movie.id, source, quality, download_id=download, size=size,
            release_group=group, file_id=file.id, path=file.path,
        )  # fmt: skip
    world.contents.write(file.path, size)
    if seeding:
        _seed(world, download, source, [(f"{source}.mkv", file)])
    if movie.item is not None:
        movie.item.path, movie.item.size = file.path, size
    elif in_jellyfin:
        movie.item = new_items.movie_item(world, movie, file)
    return file


def add_show(
    world: World,
    *,
    tvdb_id: int,
    tmdb_id: int,
    title: str,
    year: int,
    root: str,
    added: datetime,
    path: str = "",
    in_jellyfin: bool = True,
    **facts: Any,
) -> Show:
    """A series without seasons; Jellyfin knows it from the start."""
    show = Show(
        owner=world, id=world.next_id("show"), tvdb_id=tvdb_id, tmdb_id=tmdb_id, title=title, year=year, root=root,
        added=added, path=path or f"{root}/{file_name(title)} ({year})", **facts,
    )  # fmt: skip
    world.shows[show.id] = show
    if not in_jellyfin:
        return show
    world.contents.make_folder(show.path)
    new_items.show_item(world, show)
    return show


def add_season(
    world: World, show: Show, number: int, airings: Sequence[tuple[str, datetime | None]]
) -> Season:
    """A season with one episode per (title, when it airs)."""
    season = Season(owner=show, number=number)
    if show.item is not None:
        aired = airings[0][1] if airings else None
        new_items.season_item(world, season, year=aired.year if aired else None)
    minutes = 22 if show.kind == "anime" else 45
    season.episodes = tuple(
        Episode(
            owner=season, id=world.next_id("episode"), tvdb_id=show.tvdb_id * 1000 + number * 100 % 90000 + place,
            number=place, title=title, airs=airs, runtime_minutes=minutes, monitored=number > 0,
        )
        for place, (title, airs) in enumerate(airings, 1)
    )  # fmt: skip
    world.episodes.update((episode.id, episode) for episode in season.episodes)
    show.seasons = (*show.seasons, season)
    return season


def import_episodes(
    world: World,
    episodes: Sequence[Episode],
    *,
    at: datetime,
    size: int,
    quality: Quality = HD_WEB,
    pack: str = "",
    by_hand: bool = False,
    in_jellyfin: bool = True,
) -> EpisodeFile:
    """One file arrives with these episodes in it. ``pack``: the hash of the season pack it came in."""
    first = episodes[0]
    season, show = first.season, first.show
    for old in {episode.file.id: episode.file for episode in episodes if episode.file}.values():
        departures.delete_episode_file(world, old, at=at, reason="Upgrade")
    group = GROUPS[(show.tvdb_id + season.number) % len(GROUPS)]
    numbers = "-".join(f"E{episode.number:02}" for episode in episodes)
    name = f"{file_name(show.title)} - S{season.number:02}{numbers} - {quality.name}"
    download = (
        "" if by_hand else pack or world.hex_id("torrent", "episode", first.id, at).upper() + "0A1B2C3D"
    )
    file = EpisodeFile(
        owner=season, id=world.next_id("episodefile"), size=size, date_added=at, quality=quality, release_group=group,
        path=f"{show.path}/{new_items.season_folder(season.number)}/{name}.mkv", download_id=download,
        season_number=season.number, episodes=tuple(episodes),
    )  # fmt: skip
    for episode in episodes:
        episode.file = file
        if not by_hand:
            _log_episode(world, episode, file, at)
    world.contents.write(file.path, size)
    if first.item is not None:
        first.item.path, first.item.size, first.item.virtual = file.path, size, False
    elif in_jellyfin and new_items.known(world, season):
        item = new_items.episode_item(world, episodes)
        item.path, item.size, item.created = file.path, size, at
    return file


def seed_pack(world: World, pack: str, season: Season) -> None:
    """The finished torrent of a season stays in the downloads, each file hard-linked into the library."""
    name = f"{file_name(season.show.title).replace(' ', '.')}.S{season.number:02}"
    files = [episode.file for episode in season.episodes if episode.file]
    _seed(world, pack, name, [(f"{name}/{file.path.rsplit('/', 1)[1]}", file) for file in files])


def queue(world: World, arr: Arr, title_id: int, title: str, **facts: Any) -> Download:
    """A line of the *arr's queue, half done unless said otherwise."""
    size = facts.pop("size", 9_000_000_000)
    row = Download(
        owner=arr, id=1_000_000_000 + world.next_id("queue"), title_id=title_id, size=size,
        name=f"{title.replace(' ', '.')}.{UPGRADE}", left=facts.pop("left", size // 2),
        added=facts.pop("added", world.now() - timedelta(minutes=20)),
        download_id=world.hex_id("queue", arr.name, title_id, len(arr.queue)).upper() + "0A1B2C3D", **facts,
    )  # fmt: skip
    arr.queue = (*arr.queue, row)
    return row


UPGRADE = "2160p.WEB-DL-HEARTH"


def file_name(title: str) -> str:
    """A title as a folder name: the characters no file system takes are left out."""
    return "".join(letter for letter in title if letter not in '\\/:*?"<>|').strip()


def _log_episode(world: World, episode: Episode, file: EpisodeFile, at: datetime) -> None:
    season, show = episode.season, episode.show
    source = f"{file_name(show.title).replace(' ', '.')}.S{season.number:02}E{episode.number:02}.{file.quality.name}"
    for kind, date, path, number in (
        ("grabbed", at - GRAB_TAKES, "", 0),
        ("downloadFolderImported", at, file.path, file.id),
    ):
        world.sonarr.remember(
            kind, date, show.id, source, file.quality, episode_id=episode.id, season_number=season.number,
            download_id=file.download_id, size=file.size, release_group=file.release_group, path=path, file_id=number,
        )  # fmt: skip


def _seed(world: World, download: str, name: str, parts: list[tuple[str, MediaFile]]) -> None:
    torrent = Torrent(
        owner=world, hash=download.lower(), name=name, path=f"/data/downloads/{parts[0][0].split('/')[0]}", files={},
        sizes={}, completed=parts[0][1].date_added - timedelta(minutes=5),
        category="tv-sonarr" if isinstance(parts[0][1], EpisodeFile) else "radarr",
    )  # fmt: skip
    for relative, file in parts:
        path = f"/data/downloads/{relative}"
        torrent.files[path] = file.path
        torrent.sizes[path] = file.size
        world.contents.link(file.path, path)
    world.torrents[torrent.hash] = torrent
    world.touch()
