"""The one request, or the few, that delete a title. Each is sent once; what became of it is somebody else's question."""

from __future__ import annotations

from keepercheky.cleanup.points import reached
from keepercheky.errors import MaybeDone, ServerFault, ServiceError
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import Body


async def act(arr: Radarr | Sonarr, body: Body) -> tuple[ServiceError | None, bool]:
    """Delete through the *arr that owns the title. What went wrong, and whether it is certain that nothing was deleted."""
    try:
        await _switch_off(arr, body)
    except ServiceError as error:
        return error, True  # whatever became of it: nothing was told to delete
    reached("switched_off")
    problem: ServiceError | None = None
    try:
        await _delete(arr, body)
    except ServiceError as error:
        problem = error
    reached("act_sent")
    return problem, problem is not None and not isinstance(problem, MaybeDone | ServerFault)


async def _switch_off(arr: Radarr | Sonarr, body: Body) -> None:
    """What stays listed without its files would be downloaded again while it is monitored."""
    if isinstance(arr, Radarr):
        if body.keep_entry:
            await arr.unmonitor_movie(body.arr_id)
    elif body.kind != "show" or body.keep_entry:
        if body.kind == "season" and body.season is not None:
            await arr.unmonitor_season(body.arr_id, body.season)
        await arr.unmonitor_episodes(body.episode_ids)


async def _delete(arr: Radarr | Sonarr, body: Body) -> None:
    if isinstance(arr, Radarr):
        if body.keep_entry:
            [file] = body.files
            await arr.delete_movie_file(file)
        else:
            await arr.delete_movie(body.arr_id, import_exclusion=body.import_exclusion)
    elif body.kind == "show" and not body.keep_entry:
        await arr.delete_series(body.arr_id, import_exclusion=body.import_exclusion)
    else:
        await arr.delete_episode_files(body.arr_id, body.files)
