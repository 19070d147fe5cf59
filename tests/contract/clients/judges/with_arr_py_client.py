from arr_py_client import RadarrClient, SonarrClient
from arr_py_client.sonarr.v3._generated import models
from verdict import Ask, Seen, give


def radarr(ask: Ask) -> Seen:
    api = RadarrClient(base_url=ask["url"], api_key=ask["key"])
    seen: Seen = {"titles": [row.id for row in api.movies.list()]}
    row = api.movies.get(id=ask["read"])
    seen["read"] = [row.title, row.year, row.tmdb_id, row.size_on_disk]
    seen["version"] = api.system.status().version
    seen["free"] = {disk.path: disk.free_space for disk in api.disk_space.list_()}
    seen["queue"] = len(api.queue.list().records)

    api.movies.tag(ids=[ask["tag"]], add=["judged"])
    seen["labels"] = [one.label for one in api.tags.list()]

    [file] = api.movie_file.list_(movie_id=[ask["file_of"]])
    api.movie_file.delete_by_id(file.id)
    api.movies.delete(id=ask["delete"], delete_files=True, add_import_exclusion=True)
    seen["gone"] = api.movies.get_or_none(id=ask["delete"]) is None
    seen["left"] = [row.id for row in api.movies.list()]
    return seen


def sonarr(ask: Ask) -> Seen:
    api = SonarrClient(base_url=ask["url"], api_key=ask["key"])
    seen: Seen = {"titles": [row.id for row in api.series.list()]}
    row = api.series.get(id=ask["read"])
    seen["read"] = [row.title, row.year, row.tvdb_id, row.statistics.size_on_disk]
    seen["version"] = api.system.status().version
    seen["episodes"] = [one.id for one in api.episode.list_(series_id=ask["read"])]
    seen["files"] = [one.id for one in api.episode_file.list_(series_id=ask["read"])]

    api.series.tag(ids=[ask["tag"]], add=["judged"])
    seen["labels"] = [one.label for one in api.tags.list()]

    api.episode.update_monitor(
        body=models.EpisodesMonitoredResource(episode_ids=ask["unmonitor"], monitored=False)
    )
    api.episode_file.delete_bulk(body=models.EpisodeFileListResource(episode_file_ids=[ask["file"]]))
    api.series.delete(id=ask["delete"], delete_files=True, add_import_list_exclusion=True)
    seen["gone"] = api.series.get_or_none(id=ask["delete"]) is None
    seen["left"] = [row.id for row in api.series.list()]
    return seen


give(radarr=radarr, sonarr=sonarr)
