"""One show: what Sonarr, Jellyfin, Seerr and the disk say of it and its parts, joined.

Sonarr's list knows seasons and sizes, not episodes: those are `Unknown("not_asked")` until a verdict hangs on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from keepercheky.library.imports import imported_at
from keepercheky.library.matches import Items, identity_of, number_of
from keepercheky.library.said import EpisodeFileSaid, QueueSaid, SeriesSaid, ShowDetail
from keepercheky.library.series import Part, Parts, sort_parts
from keepercheky.library.table import Spoken, Table, root_of, tag_labels
from keepercheky.library.unlisted import Unlisted
from keepercheky.media import (
    NOT_WATCHED,
    NOTHING_ASKED,
    Episode,
    Fact,
    Ids,
    Queued,
    Season,
    Show,
    Unknown,
    Watching,
)

AIRING_WINDOW = timedelta(days=90)


def join_show(row: SeriesSaid, by: Spoken, table: Table) -> Show:
    """The show with every fact."""
    arr = by.arr
    root = root_of(row.folder, arr)
    items = table.matches.of(arr.name, row)
    found = () if isinstance(items, Unknown) else items
    listed = sort_parts(part for item in found for part in table.parts.get(item.id, ()))
    parts = _parts(number_of(row), listed, table)
    whole = _whole(identity_of(row, arr.name), row, items, listed, table)
    queued = _queued(by.queue.get(row.id, ()))
    detail = table.details.get((arr.name, row.id))
    files = detail.files if detail else ()
    return Show(
        service=arr.name,
        arr_id=row.id,
        ids=Ids(tmdb=row.tmdb_id, imdb=row.imdb_id, tvdb=number_of(row)),
        title=row.title,
        year=row.year,
        folder=row.folder,
        root_folder=root,
        libraries=table.libraries(items),
        storage=table.places.of(arr.name, row.folder, root) if row.folder else None,
        tags=tag_labels(row.tags, arr),
        size_bytes=_size(row.size_bytes, files),
        has_files=Unknown("no_statistics", arr.name) if row.episode_files is None else row.episode_files > 0,
        ended=row.ended,
        airs_near=_airs_near(row, table),
        seasons=_seasons(row, files, listed, table),
        episodes=_episodes(detail, Unlisted(parts, listed.episodes.keys(), whole), queued, by, table),
        files={file.id: table.media_file(arr.name, file.id, file.path, file.size_bytes) for file in files},
        imported_bound=_imported_bound(row.id, by),
        whole=whole,
        parts={part: watching for part, watching in parts.items() if watching != NOT_WATCHED},
        listed_parts=frozenset(listed.episodes),
        queued=queued,
        requests=table.requests_of(arr.name, row.id),
        shared_with=table.shared_with(arr.name, row.id, row.folder),
        folder_seen=table.places.ours(arr.name, row.folder) if row.folder else None,
        jellyfin_items=tuple((item.id, item.path or "") for item in found),
    )


def _whole(identity: str, row: SeriesSaid, items: Items | Unknown, listed: Parts, table: Table) -> Watching:
    """The series as one, with all parts that may be any: episodes and seasons Jellyfin or Sonarr cannot place.

    A series of which Jellyfin lists not one episode, while there are files, is a match by name only.
    """
    household = table.household
    if household is None or isinstance(items, Unknown):
        return table.watching(identity, items)
    known = {season.number for season in row.seasons}
    strangers = [item for season in listed.seasons.keys() - known for item in listed.seasons[season]]
    episodes = [item for item in listed.loose if item.type == "Episode"]
    watching = household.watching(identity, episodes)
    marked = [table.favorite_of(item) for item in (*items, *listed.loose, *strangers)]
    empty = items and row.episode_files != 0 and not (listed.episodes or episodes)
    return msgspec.structs.replace(
        watching,
        watches=tuple(msgspec.structs.replace(watch, finished=False) for watch in watching.watches),
        unknown=watching.unknown or (Unknown("unmatched") if empty else None),
        favorite_of=watching.favorite_of.union(*marked),
        playing=household.is_playing(item.id for item in (*items, *listed.loose)),
    )


def _parts(tvdb_id: int | None, listed: Parts, table: Table) -> dict[Part, Watching]:
    """What is known of every part Jellyfin lists, and of those somebody was ever seen playing."""
    household = table.household
    if household is None or tvdb_id is None:
        return {}
    return {
        part: household.watching(f"episode:tvdb:{tvdb_id}:{part[0]}:{part[1]}", listed.episodes.get(part, ()))
        for part in listed.episodes.keys() | household.remembered_parts(tvdb_id)
    }


def _size(told: int, files: Iterable[EpisodeFileSaid]) -> int:
    """As the statistics say; where they are missing, that of the files."""
    return told or sum(file.size_bytes for file in files)


def _seasons(
    row: SeriesSaid, files: tuple[EpisodeFileSaid, ...], listed: Parts, table: Table
) -> tuple[Season, ...]:
    def size(number: int, told: int) -> int:
        return _size(told, (file for file in files if file.season == number))

    def favorite_of(number: int) -> frozenset[str]:
        marked = (table.favorite_of(item) for item in listed.seasons.get(number, ()))
        return frozenset().union(*marked)

    return tuple(
        Season(
            season.number,
            size(season.number, season.size_bytes),
            season.episode_files,
            favorite_of(season.number),
        )
        for season in row.seasons
    )


def _airs_near(row: SeriesSaid, table: Table) -> bool:
    return any(
        at is not None and abs(at - table.now) <= AIRING_WINDOW
        for season in row.seasons
        if season.number > 0
        for at in (season.next_airing, season.previous_airing)
    )


def _queued(rows: Iterable[QueueSaid]) -> Queued:
    rows = list(rows)
    named = [(row.season, row.episode_id) for row in rows if row.season is not None]
    return Queued(
        whole=len(named) < len(rows),
        seasons=frozenset(season for season, _ in named),
        season_packs=frozenset(season for season, episode in named if episode is None),
        episodes=frozenset(row.episode_id for row in rows if row.episode_id is not None),
    )


def _imported_bound(series_id: int, by: Spoken) -> datetime | None:
    facts = (by.arrived.get(episode) for episode in by.episodes.get(series_id, ()))
    dates = (fact.at_least if isinstance(fact, Unknown) else fact for fact in facts)
    return max((date for date in dates if date is not None), default=None)


def _episodes(
    detail: ShowDetail | None, unlisted: Unlisted, queued: Queued, by: Spoken, table: Table
) -> Fact[tuple[Episode, ...]]:
    if detail is None:
        return Unknown(NOTHING_ASKED)
    added = {file.id: file.added_at for file in detail.files} | {0: None}
    if any(row.file_id not in added for row in detail.episodes):
        return Unknown("episode_without_its_file")
    if added.keys() - {0} - {row.file_id for row in detail.episodes}:
        return Unknown("file_without_its_episode")  # it came between the two questions
    watching = unlisted.watching_of(detail.episodes)
    return tuple(
        Episode(
            arr_id=row.id,
            season=row.season,
            number=row.number,
            air_at=row.air_at,
            file_id=row.file_id,
            imported_at=imported_at(row.id, added[row.file_id], by.arrived, table.now),
            watching=watching[row.season, row.number],
            queued=row.id in queued.episodes,
            title=row.title,
        )
        for row in detail.episodes
    )
