import radarr as library
from verdict import Ask, Seen, give, raises


def radarr(ask: Ask) -> Seen:
    settings = library.Configuration(host=ask["url"])
    settings.api_key["X-Api-Key"] = ask["key"]
    with library.ApiClient(settings) as client:
        movies, tags = library.MovieApi(client), library.TagApi(client)
        seen: Seen = {"titles": [row.id for row in movies.list_movie()]}
        row = movies.get_movie_by_id(ask["read"])
        seen["read"] = [row.title, row.year, row.tmdb_id, row.size_on_disk]
        seen["by_tmdb"] = [one.id for one in movies.list_movie(tmdb_id=row.tmdb_id)]
        seen["version"] = library.SystemApi(client).get_system_status().version
        seen["free"] = {disk.path: disk.free_space for disk in library.DiskSpaceApi(client).list_disk_space()}
        seen["history"] = library.HistoryApi(client).get_history(page=1, page_size=5).total_records
        seen["queue"] = library.QueueApi(client).get_queue(page=1, page_size=5).total_records
        library.QueueStatusApi(client).get_queue_status()
        library.CollectionApi(client).list_collection()
        library.RootFolderApi(client).list_root_folder()
        library.QualityProfileApi(client).list_quality_profile()
        library.MediaManagementConfigApi(client).get_media_management_config()

        tag = tags.create_tag(library.TagResource(label="judged"))
        library.MovieEditorApi(client).put_movie_editor(
            library.MovieEditorResource(
                movie_ids=[ask["tag"]], tags=[tag.id], apply_tags=library.ApplyTags.ADD
            )
        )
        seen["labels"] = [one.label for one in tags.list_tag()]

        files = library.MovieFileApi(client)
        [file] = files.list_movie_file(movie_id=[ask["file_of"]])
        files.delete_movie_file(file.id)
        movies.delete_movie(ask["delete"], delete_files=True, add_import_exclusion=True)
        seen["gone"] = raises(
            library.exceptions.NotFoundException, lambda: movies.get_movie_by_id(ask["delete"])
        )
        seen["left"] = [row.id for row in movies.list_movie()]
        seen["excluded"] = [
            row.tmdb_id
            for row in library.ImportListExclusionApi(client)
            .get_exclusions_paged(page=1, page_size=100)
            .records
        ]
        return seen


give(radarr=radarr)
