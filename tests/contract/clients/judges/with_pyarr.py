from pyarr import RadarrAPI, SonarrAPI
from pyarr.exceptions import PyarrResourceNotFound
from verdict import Ask, Seen, give, raises


def radarr(ask: Ask) -> Seen:
    api = RadarrAPI(ask["url"], ask["key"])
    seen: Seen = {"titles": [row["id"] for row in api.get_movie()]}
    row = api.get_movie(ask["read"])
    seen["read"] = [row["title"], row["year"], row["tmdbId"], row["sizeOnDisk"]]
    seen["by_tmdb"] = [one["id"] for one in api.get_movie(row["tmdbId"], tmdb=True)]
    seen["version"] = api.get_system_status()["version"]
    seen["free"] = {disk["path"]: disk["freeSpace"] for disk in api.get_disk_space()}
    seen["history"] = api.get_history(page=1, page_size=5)["totalRecords"]
    seen["queue"] = api.get_queue()["totalRecords"]
    api.get_quality_profile()
    api.get_root_folder()

    row = api.get_movie(ask["tag"])
    row["tags"].append(api.create_tag("judged")["id"])
    api.upd_movie(row)
    seen["labels"] = [one["label"] for one in api.get_tag()]

    api.del_movie_file(api.get_movie_files_by_movie_id(ask["file_of"])[0]["id"])
    api.del_movie(ask["delete"], delete_files=True, add_exclusion=True)
    seen["gone"] = raises(PyarrResourceNotFound, lambda: api.get_movie(ask["delete"]))
    seen["left"] = [row["id"] for row in api.get_movie()]
    return seen


def sonarr(ask: Ask) -> Seen:
    api = SonarrAPI(ask["url"], ask["key"])
    seen: Seen = {"titles": [row["id"] for row in api.get_series()]}
    row = api.get_series(ask["read"])
    seen["read"] = [row["title"], row["year"], row["tvdbId"], row["statistics"]["sizeOnDisk"]]
    seen["version"] = api.get_system_status()["version"]
    seen["episodes"] = [one["id"] for one in api.get_episode(ask["read"], series=True)]
    seen["files"] = [one["id"] for one in api.get_episode_file(ask["read"], series=True)]
    seen["history"] = api.get_history(page=1, page_size=5)["totalRecords"]

    row = api.get_series(ask["tag"])
    row["tags"].append(api.create_tag("judged")["id"])
    api.upd_series(row)
    seen["labels"] = [one["label"] for one in api.get_tag()]

    api.upd_episode_monitor(ask["unmonitor"], monitored=False)
    api.del_episode_file(ask["file"])
    api.del_series(ask["delete"], delete_files=True)
    seen["gone"] = raises(PyarrResourceNotFound, lambda: api.get_series(ask["delete"]))
    seen["left"] = [row["id"] for row in api.get_series()]
    return seen


give(radarr=radarr, sonarr=sonarr)
