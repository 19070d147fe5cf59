import asyncio
from collections.abc import Coroutine

from aiopyarr.exceptions import ArrConnectionException, ArrException
from aiopyarr.models.host_configuration import PyArrHostConfiguration
from aiopyarr.radarr_client import RadarrClient
from aiopyarr.sonarr_client import SonarrClient
from verdict import Ask, Seen, give


async def _done(deletion: Coroutine) -> None:
    """It wants JSON back from everything; a deletion is answered with nothing, and complained of when it is done."""
    try:
        await deletion
    except ArrConnectionException as complaint:
        if "200, message='Attempt to decode JSON" not in str(complaint):
            raise


async def _missing(question: Coroutine) -> bool:
    try:
        await question
    except ArrException as complaint:
        return "[404 Not Found]" in str(complaint)
    return False


async def _radarr(ask: Ask) -> Seen:
    async with RadarrClient(PyArrHostConfiguration(url=ask["url"], api_token=ask["key"])) as api:
        seen: Seen = {"titles": [row.id for row in await api.async_get_movies()]}
        row = await api.async_get_movies(ask["read"])
        seen["read"] = [row.title, row.year, row.tmdbId, row.sizeOnDisk]
        seen["by_tmdb"] = [one.id for one in await api.async_get_movies(row.tmdbId, tmdb=True)]
        seen["version"] = (await api.async_get_system_status()).version
        seen["free"] = {disk.path: disk.freeSpace for disk in await api.async_get_diskspace()}
        seen["history"] = (await api.async_get_history(page=1, page_size=5)).totalRecords
        seen["queue"] = (await api.async_get_queue()).totalRecords

        tag = await api.async_add_tag("judged")
        row = await api.async_get_movies(ask["tag"])
        row.tags.append(tag.id)
        await api.async_edit_movies(row)
        seen["labels"] = [one.label for one in await api.async_get_tags()]

        file = (await api.async_get_movies(ask["file_of"])).movieFile.id
        await _done(api.async_delete_movie_file(file))
        await _done(api.async_delete_movies(ask["delete"], delete_files=True, add_exclusion=True))
        seen["gone"] = await _missing(api.async_get_movies(ask["delete"]))
        seen["left"] = [row.id for row in await api.async_get_movies()]
        return seen


async def _sonarr(ask: Ask) -> Seen:
    async with SonarrClient(PyArrHostConfiguration(url=ask["url"], api_token=ask["key"])) as api:
        seen: Seen = {"titles": [row.id for row in await api.async_get_series()]}
        row = await api.async_get_series(ask["read"])
        seen["read"] = [row.title, row.year, row.tvdbId, row.statistics.sizeOnDisk]
        seen["version"] = (await api.async_get_system_status()).version
        seen["episodes"] = [one.id for one in await api.async_get_episodes(ask["read"], series=True)]
        seen["files"] = [one.id for one in await api.async_get_episode_files(ask["read"], series=True)]
        seen["history"] = (await api.async_get_history(page=1, page_size=5)).totalRecords

        tag = await api.async_add_tag("judged")
        row = await api.async_get_series(ask["tag"])
        row.tags.append(tag.id)
        await api.async_edit_series(row)
        seen["labels"] = [one.label for one in await api.async_get_tags()]

        for episode in ask["unmonitor"]:
            row = await api.async_get_episodes(episode)
            row.monitored = False
            await api.async_edit_episode(row)
        await _done(api.async_delete_episode_file(ask["file"]))
        await _done(api.async_delete_series(ask["delete"], delete_files=True))
        seen["gone"] = await _missing(api.async_get_series(ask["delete"]))
        seen["left"] = [row.id for row in await api.async_get_series()]
        return seen


give(radarr=lambda ask: asyncio.run(_radarr(ask)), sonarr=lambda ask: asyncio.run(_sonarr(ask)))
