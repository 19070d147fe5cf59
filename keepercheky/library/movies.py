"""One movie: what Radarr, Jellyfin, Seerr and the disk say of it, joined."""

from __future__ import annotations

from keepercheky.library.imports import imported_at
from keepercheky.library.match import wanted_ids
from keepercheky.library.paths import is_under, normal
from keepercheky.library.said import MovieSaid
from keepercheky.library.table import Spoken, Table, root_of, tag_labels
from keepercheky.media import NOT_WATCHED, NOTHING_ASKED, Fact, Ids, Movie, Unknown, Watching


def join_movie(row: MovieSaid, by: Spoken, table: Table) -> Movie:
    """The movie with every fact."""
    arr = by.arr
    ids = Ids(tmdb=row.tmdb_id, imdb=row.imdb_id)
    identity = f"movie:tmdb:{row.tmdb_id}"
    root = root_of(row.folder, arr)
    paths = [
        table.places.ours(arr.name, path) or normal(path)
        for path in (row.folder, row.file.path if row.file else "")
        if path
    ]
    items = table.find(
        table.movies,
        "Movie",
        wanted_ids(tmdb=row.tmdb_id, imdb=row.imdb_id),
        paths,
        f"{identity}@{arr.name}",
        arr.name,
    )
    watching = NOT_WATCHED
    if table.household:
        watching = table.household.watching(identity, () if isinstance(items, Unknown) else items)
    if isinstance(items, Unknown):
        watching = Watching(
            watches=watching.watches,
            unknown=items,
            favorite_of=watching.favorite_of,
            playing=table.household.playing_unknown or False if table.household else items,
        )
    file = row.file
    return Movie(
        service=arr.name,
        arr_id=row.id,
        ids=ids,
        title=row.title,
        year=row.year,
        folder=row.folder,
        root_folder=root,
        libraries=items if isinstance(items, Unknown) else table.libraries(items),
        storage=table.places.of(arr.name, row.folder, root) if row.folder else None,
        tags=tag_labels(row.tags, arr),
        size_bytes=row.size_bytes,
        file=table.media_file(arr.name, file.id, file.path, file.size_bytes) if file else None,
        imported_at=imported_at(row.id, file.added_at if file else None, by.arrived, table.now),
        watching=watching,
        queued=row.id in by.queued_movies,
        requests=table.requests_of(arr.name, row.id),
        shared_with=_folder_shared(row, arr.name, table),
    )


def _folder_shared(row: MovieSaid, service: str, table: Table) -> Fact[str | None]:
    """Another title's folder, or (where we can look) another video in this one."""
    known = table.shared_with(service, row.id, row.folder)
    ours = table.places.ours(service, row.folder) if row.folder else None
    if known is not None or ours is None or row.file is None:
        return known
    videos = table.seen.folders.get(ours, Unknown(NOTHING_ASKED))
    if isinstance(videos, Unknown):
        return videos
    own = table.places.ours(service, row.file.path)
    strangers = [
        video.path for video in videos if normal(video.path) != own and is_under(normal(video.path), ours)
    ]
    return strangers[0] if strangers else None
