"""One movie: what Radarr, Jellyfin, Seerr and the disk say of it, joined."""

from __future__ import annotations

from keepercheky.library.imports import imported_at
from keepercheky.library.matches import identity_of, number_of
from keepercheky.library.said import MovieSaid
from keepercheky.library.table import Spoken, Table, root_of, tag_labels
from keepercheky.media import NOTHING_ASKED, Fact, Ids, Movie, Unknown
from keepercheky.paths import is_under, normal


def join_movie(row: MovieSaid, by: Spoken, table: Table) -> Movie:
    """The movie with every fact."""
    arr, file = by.arr, row.file
    root = root_of(row.folder, arr)
    items = table.matches.of(arr.name, row)
    return Movie(
        service=arr.name,
        arr_id=row.id,
        ids=Ids(tmdb=number_of(row), imdb=row.imdb_id),
        title=row.title,
        year=row.year,
        folder=row.folder,
        root_folder=root,
        libraries=table.libraries(items),
        storage=table.places.of(arr.name, row.folder, root) if row.folder else None,
        tags=tag_labels(row.tags, arr),
        size_bytes=row.size_bytes,
        file=table.media_file(arr.name, file.id, file.path, file.size_bytes) if file else None,
        imported_at=imported_at(row.id, file.added_at if file else None, by.arrived, table.now),
        watching=table.watching(identity_of(row, arr.name), items),
        queued=row.id in by.queued_movies,
        requests=table.requests_of(arr.name, row.id),
        shared_with=_folder_shared(row, arr.name, table),
        folder_seen=table.places.ours(arr.name, row.folder) if row.folder else None,
        jellyfin_items=()
        if isinstance(items, Unknown)
        else tuple((item.id, item.path or "") for item in items),
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
    own = normal(table.places.ours(service, row.file.path) or row.file.path)
    strangers = (
        video.path
        for video in videos
        if normal(video.path) != own and is_under(normal(video.path), normal(ours))
    )
    return min(strangers, default=None)
