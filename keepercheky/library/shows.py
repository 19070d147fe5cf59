"""One show: what Sonarr, Jellyfin, Seerr and the disk say of it and its parts, joined.

Sonarr's list knows seasons and sizes, not episodes: those are `Unknown("not_asked")` until a verdict hangs on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from keepercheky.library.imports import imported_at
from keepercheky.library.match import wanted_ids
from keepercheky.library.paths import normal
from keepercheky.library.said import ItemSaid, QueueSaid, SeriesSaid, ShowDetail
from keepercheky.library.table import Spoken, Table, root_of, tag_labels
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
    Watch,
    Watching,
)

AIRING_WINDOW = timedelta(days=90)
Part = tuple[int, int]
Arrived = Mapping[int, Fact[datetime]]


def join_show(row: SeriesSaid, by: Spoken, table: Table) -> Show:
    """The show with every fact."""
    arr = by.arr
    identity = f"show:tvdb:{row.tvdb_id}"
    root = root_of(row.folder, arr)
    paths = [table.places.ours(arr.name, row.folder) or normal(row.folder)] if row.folder else []
    ids = wanted_ids(tmdb=row.tmdb_id, imdb=row.imdb_id, tvdb=row.tvdb_id)
    items = table.find(table.series, "Series", ids, paths, f"{identity}@{arr.name}", arr.name)
    found = () if isinstance(items, Unknown) else items
    parts, season_favorites = _parts(row.tvdb_id, found, table)
    queued = _queued(by.queue.get(row.id, ()))
    detail = table.details.get((arr.name, row.id))
    whole = _whole(items, table)
    return Show(
        service=arr.name,
        arr_id=row.id,
        ids=Ids(tmdb=row.tmdb_id, imdb=row.imdb_id, tvdb=row.tvdb_id),
        title=row.title,
        year=row.year,
        folder=row.folder,
        root_folder=root,
        libraries=items if isinstance(items, Unknown) else table.libraries(items),
        storage=table.places.of(arr.name, row.folder, root) if row.folder else None,
        tags=tag_labels(row.tags, arr),
        size_bytes=row.size_bytes,
        has_files=Unknown("no_statistics", arr.name) if row.episode_files is None else row.episode_files > 0,
        ended=row.ended,
        airs_near=any(
            at is not None and abs(at - table.now) <= AIRING_WINDOW
            for at in (row.next_airing, row.previous_airing)
        ),
        seasons=tuple(
            Season(
                season.number,
                season.size_bytes,
                season.episode_files,
                season_favorites.get(season.number, frozenset()),
            )
            for season in row.seasons
        ),
        episodes=_episodes(detail, parts, whole, queued, by.arrived, table.now),
        files={
            file.id: table.media_file(arr.name, file.id, file.path, file.size_bytes)
            for file in (detail.files if detail else ())
        },
        imported_bound=_imported_bound(row.id, by),
        whole=whole,
        parts={part: watching for part, watching in parts.items() if watching != NOT_WATCHED},
        listed_parts=frozenset(parts),
        queued=queued,
        requests=table.requests_of(arr.name, row.id),
        shared_with=table.shared_with(arr.name, row.id, row.folder),
    )


def _whole(items: tuple[ItemSaid, ...] | Unknown, table: Table) -> Watching:
    household = table.household
    if isinstance(items, Unknown):
        playing = (household.playing_unknown or False) if household else items
        return Watching(unknown=items, playing=playing)
    if household is None or not items:
        return NOT_WATCHED
    favorite_of = frozenset().union(*(household.favorite_of(item.id) for item in items))
    return Watching(favorite_of=favorite_of, playing=household.is_playing(item.id for item in items))


def _parts(
    tvdb_id: int, series: tuple[ItemSaid, ...], table: Table
) -> tuple[dict[Part, Watching], dict[int, frozenset[str]]]:
    """Jellyfin's episodes by season and number (a double episode under both), and favourite seasons."""
    household = table.household
    if household is None:
        return {}, {}
    copies: dict[Part, list[ItemSaid]] = {}
    favorites: dict[int, frozenset[str]] = {}
    for item in (part for one in series for part in table.parts.get(one.id, ())):
        if item.type == "Season":
            number = item.episode if item.season is None else item.season
            if number is not None:
                favorites[number] = favorites.get(number, frozenset()) | household.favorite_of(item.id)
        elif item.season is not None and item.episode is not None:
            for number in range(item.episode, max(item.episode, item.episode_end or 0) + 1):
                copies.setdefault((item.season, number), []).append(item)
    remembered = household.remembered_parts(tvdb_id)
    parts = {
        part: household.watching(f"episode:tvdb:{tvdb_id}:{part[0]}:{part[1]}", copies.get(part, ()))
        for part in copies.keys() | remembered
    }
    return parts, favorites


def _queued(rows: Iterable[QueueSaid]) -> Queued:
    rows = list(rows)
    return Queued(
        whole=any(row.season is None for row in rows),
        seasons=frozenset(row.season for row in rows if row.season is not None),
        season_packs=frozenset(
            row.season for row in rows if row.season is not None and row.episode_id is None
        ),
        episodes=frozenset(row.episode_id for row in rows if row.episode_id is not None),
    )


def _imported_bound(series_id: int, by: Spoken) -> datetime | None:
    facts = [by.arrived.get(episode) for episode in by.episodes.get(series_id, ())]
    return max((fact for fact in facts if fact is not None and not isinstance(fact, Unknown)), default=None)


def _episodes(
    detail: ShowDetail | None,
    parts: Mapping[Part, Watching],
    whole: Watching,
    queued: Queued,
    arrived: Arrived,
    now: datetime,
) -> Fact[tuple[Episode, ...]]:
    if detail is None:
        return Unknown(NOTHING_ASKED)
    files = {file.id: file for file in detail.files}
    missing = [row for row in detail.episodes if row.file_id and row.file_id not in files]
    if missing:
        return Unknown("episode_without_its_file")
    stand_in = _any_play(parts, whole)
    return tuple(
        Episode(
            arr_id=row.id,
            season=row.season,
            number=row.number,
            air_at=row.air_at,
            file_id=row.file_id,
            imported_at=imported_at(
                row.id, files[row.file_id].added_at if row.file_id else None, arrived, now
            ),
            watching=parts.get((row.season, row.number), stand_in),
            queued=row.id in queued.episodes,
            title=row.title,
        )
        for row in detail.episodes
    )


def _any_play(parts: Mapping[Part, Watching], whole: Watching) -> Watching:
    """What holds for an episode Jellyfin does not list: the newest play of any of the show's, never finished."""
    newest: dict[str, datetime | None] = {}
    unknown = whole.unknown
    for watching in parts.values():
        unknown = unknown or watching.unknown
        for watch in watching.watches:
            dates = [date for date in (newest.get(watch.user), watch.played_at) if date is not None]
            newest[watch.user] = max(dates, default=None)
    watches = tuple(Watch(user=user, played_at=at, played=True) for user, at in sorted(newest.items()))
    return Watching(watches=watches, unknown=unknown) if watches or unknown else NOT_WATCHED
