"""The one request, or the few, that delete a title. Each is sent once; what became of it is somebody else's question."""

from __future__ import annotations

from keepercheky.cleanup.points import reached
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import Body


async def act(arr: Radarr | Sonarr, body: Body) -> None:
    """Delete through the *arr that owns the title. Raises ServiceError; then nobody may assume anything."""
    if isinstance(arr, Radarr):
        await _movie(arr, body)
    elif body.kind == "show" and not body.keep_entry:
        await arr.delete_series(body.arr_id, import_exclusion=body.import_exclusion)
    else:
        await _parts(arr, body)
    reached("act_sent")


async def _movie(radarr: Radarr, body: Body) -> None:
    if not body.keep_entry:
        await radarr.delete_movie(body.arr_id, import_exclusion=body.import_exclusion)
        return
    # monitored, it would be downloaded again
    await radarr.unmonitor_movie(body.arr_id)
    [file] = body.files
    await radarr.delete_movie_file(file)


async def _parts(sonarr: Sonarr, body: Body) -> None:
    """A season, an episode, or all of a show whose entry stays: off first, or Sonarr downloads it again."""
    if body.kind == "season" and body.season is not None:
        await sonarr.unmonitor_season(body.arr_id, body.season)
    await sonarr.unmonitor_episodes(body.episode_ids)
    await sonarr.delete_episode_files(body.arr_id, body.files)
