"""Is it still what was decided on? Asked of the *arr itself, as the last thing before it is told to delete."""

from __future__ import annotations

from keepercheky.errors import NotFound
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import Step

CHANGED = "it has changed since it was decided"


async def as_it_was(arr: Radarr | Sonarr, step: Step) -> bytes | str | None:
    """The *arr's own JSON of the title, when its files are those that were decided on; else why not; None: it is not there.

    Raises ServiceError when the *arr cannot say.
    """
    same = await (_movie(arr, step) if isinstance(arr, Radarr) else _show(arr, step))
    if same is not True:
        return None if same is None else CHANGED
    try:
        return await arr.resource(step.body.arr_id)
    except NotFound:
        return None


async def _movie(radarr: Radarr, step: Step) -> bool | None:
    body = step.body
    movie = await radarr.movie(body.arr_id)
    if movie is None or movie.file is None:
        return None
    return (
        movie.tmdb_id == body.tmdb
        and (movie.file.id,) == body.files
        and movie.folder == body.folder
        and movie.size_bytes == step.size_bytes
    )


async def _show(sonarr: Sonarr, step: Step) -> bool | None:
    """Its files are the very ones: no other episode in them, and of a season or a show no file beside them."""
    body = step.body
    series = await sonarr.series(body.arr_id)
    if series is None:
        return None
    if series.tvdb_id != body.tvdb or series.folder != body.folder:
        return False
    detail = await sonarr.detail(body.arr_id)
    files, wanted = {file.id for file in detail.files}, set(body.files)
    if wanted and not files & wanted:
        return None
    holders = {row.id for row in detail.episodes if row.file_id in wanted}
    if not wanted <= files or holders != set(body.episode_ids):
        return False
    if body.kind == "show":
        return files == wanted
    beside = {row.file_id for row in detail.episodes if row.file_id and row.season == body.season}
    across = {row.season for row in detail.episodes if row.file_id in wanted}
    return across == {body.season} and (body.kind == "episode" or beside == wanted)
