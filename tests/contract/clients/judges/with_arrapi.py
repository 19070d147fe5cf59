from arrapi import NotFound, RadarrAPI, SonarrAPI
from verdict import Ask, Seen, give, raises


def radarr(ask: Ask) -> Seen:
    api = RadarrAPI(ask["url"], ask["key"])
    seen: Seen = {"titles": [row.id for row in api.all_movies()]}
    row = api.get_movie(movie_id=ask["read"])
    seen["read"] = [row.title, row.year, row.tmdbId, row.sizeOnDisk]
    seen["by_tmdb"] = [api.get_movie(tmdb_id=row.tmdbId).id]
    seen["version"] = api.system_status().version
    api.quality_profile()
    api.root_folder()

    api.edit_multiple_movies([api.get_movie(movie_id=ask["tag"])], tags=["judged"], apply_tags="add")
    seen["labels"] = [one.label for one in api.all_tags()]

    gone = api.get_movie(movie_id=ask["delete"])
    api.delete_multiple_movies([gone], addImportExclusion=True, deleteFiles=True)
    seen["gone"] = raises(NotFound, lambda: api.get_movie(movie_id=ask["delete"]))
    seen["left"] = [row.id for row in api.all_movies()]
    return seen


def sonarr(ask: Ask) -> Seen:
    api = SonarrAPI(ask["url"], ask["key"])
    seen: Seen = {"titles": [row.id for row in api.all_series()]}
    row = api.get_series(series_id=ask["read"])
    seen["read"] = [row.title, row.year, row.tvdbId, row.sizeOnDisk]
    seen["version"] = api.system_status().version
    seen["episodes"] = [one.id for one in api.episodes(ask["read"])]

    api.edit_multiple_series([api.get_series(series_id=ask["tag"])], tags=["judged"], apply_tags="add")
    seen["labels"] = [one.label for one in api.all_tags()]

    api.monitor_episodes(ask["unmonitor"], monitored=False)
    api.delete_series(series_id=ask["delete"], addImportListExclusion=True, deleteFiles=True)
    seen["gone"] = raises(NotFound, lambda: api.get_series(series_id=ask["delete"]))
    seen["left"] = [row.id for row in api.all_series()]
    return seen


give(radarr=radarr, sonarr=sonarr)
