"""How Jellyfin comes to know a title: the items it makes of films, shows, seasons and episodes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from keepercheky.demo.items import TICKS_PER_MINUTE, Item
from keepercheky.demo.titles import Episode, MediaFile, Movie, Season, Show

if TYPE_CHECKING:
    from keepercheky.demo.world import World


def movie_item(world: World, movie: Movie, file: MediaFile) -> Item:
    ids = {"Tmdb": str(movie.tmdb_id)}
    if movie.imdb_id:
        ids["Imdb"] = movie.imdb_id
    item = Item(
        owner=world, id=world.hex_id("movie", movie.id), kind="Movie", name=movie.title, created=file.date_added,
        library=world.library_of(movie.path), path=file.path, provider_ids=ids, year=movie.year, size=file.size,
        premiere=datetime(movie.year, 6, 1, tzinfo=file.date_added.tzinfo), rating=movie.rating, score=movie.score,
        runtime_ticks=movie.runtime_minutes * TICKS_PER_MINUTE, overview=movie.overview, genres=movie.genres,
    )  # fmt: skip
    world.items[item.id] = item
    return item


def show_item(world: World, show: Show) -> Item:
    ids = {"Tvdb": str(show.tvdb_id)}
    if show.tmdb_id:
        ids["Tmdb"] = str(show.tmdb_id)
    if show.imdb_id:
        ids["Imdb"] = show.imdb_id
    show.item = Item(
        owner=world, id=world.hex_id("series", show.tvdb_id), kind="Series", name=show.title, created=show.added,
        provider_ids=ids, library=world.library_of(show.path), path=show.path, year=show.year, rating=show.rating,
        overview=show.overview, genres=show.genres, score=show.score, ended=show.ended,
    )  # fmt: skip
    world.items[show.item.id] = show.item
    return show.item


def season_item(world: World, season: Season, *, year: int | None) -> Item:
    show, number = season.show, season.number
    whole = show.item or show_item(world, show)
    season.item = Item(
        owner=world, id=world.hex_id("season", show.tvdb_id, number), kind="Season", library=whole.library,
        name="Specials" if number == 0 else f"Season {number}", created=show.added, parent=whole,
        series=whole, number=number, path=f"{show.path}/{season_folder(number)}", provider_ids={},
        rating=show.rating, year=year,
    )  # fmt: skip
    whole.children = (*whole.children, season.item)
    world.items[season.item.id] = season.item
    return season.item


def known(world: World, season: Season) -> bool:
    """Whether Jellyfin has the season; one of a show that left and came back it learns with the first file."""
    if season.item is None and season.show.tvdb_id in world.departed_shows:
        season_item(world, season, year=None)
    return season.item is not None


def episode_item(world: World, episodes: Sequence[Episode]) -> Item:
    """Jellyfin's item of one episode, or of several in one file. Without a file set afterwards it is a missing one."""
    first, season, show = episodes[0], episodes[0].season, episodes[0].show
    assert season.item is not None
    item = Item(
        owner=world, id=world.hex_id("episode", first.id), kind="Episode", name=first.title, created=show.added,
        library=season.item.library, parent=season.item, series=show.item, number=first.number,
        number_end=episodes[-1].number if len(episodes) > 1 else None, season_number=season.number,
        premiere=first.airs, year=first.airs.year if first.airs else None, rating=show.rating, score=show.score,
        runtime_ticks=sum(episode.runtime_minutes for episode in episodes) * TICKS_PER_MINUTE,
        provider_ids={"Tvdb": str(first.tvdb_id)},
    )  # fmt: skip
    for episode in episodes:
        episode.item = item
    season.item.children = (*season.item.children, item)
    world.items[item.id] = item
    return item


def season_folder(number: int) -> str:
    return "Specials" if number == 0 else f"Season {number:02}"
