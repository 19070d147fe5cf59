from uuid import UUID

from jellyfin.api import Api
from jellyfin.generated import Version
from verdict import Ask, Seen, give, raises


def jellyfin(ask: Ask) -> Seen:
    api = Api(ask["url"], ask["key"], Version.V10_11)
    made, client = api.generated, api.client
    items, plays = made.ItemsApi(client), made.PlaystateApi(client)
    user = UUID(ask["user"])

    def of(rows: list) -> list[str]:
        return [row.id.hex for row in rows]

    page = items.get_items(
        recursive=True,
        include_item_types=["Movie"],
        fields=["Path", "ProviderIds", "DateCreated", "MediaSources"],
    )
    row = made.UserLibraryApi(client).get_item(UUID(ask["read"]), user_id=user)
    shows = made.TvShowsApi(client)
    seen: Seen = {
        "version": api.system.info.version,
        "users": [one.name for one in api.users.all],
        "titles": of(page.items),
        "total": page.total_record_count,
        "of_user": items.get_items(
            user_id=user, recursive=True, include_item_types=["Movie"]
        ).total_record_count,
        "read": [row.name, row.production_year, row.provider_ids["Tmdb"], row.path],
        "series": of(items.get_items(recursive=True, include_item_types=["Series"]).items),
        "episodes": of(shows.get_episodes(UUID(ask["series"]), user_id=user, is_missing=False).items),
        "libraries": [one.name for one in made.LibraryStructureApi(client).get_virtual_folders()],
        "sessions": len(made.SessionApi(client).get_sessions()),
    }
    shows.get_seasons(UUID(ask["series"]), user_id=user)

    seen["played"] = plays.mark_played_item(UUID(ask["play"]), user_id=user).played
    box = made.CollectionApi(client).create_collection(name="Judged", ids=[ask["collect"]])
    seen["collected"] = of(items.get_items(parent_id=box.id).items)
    library = made.LibraryApi(client)
    library.post_updated_media(
        made.MediaUpdateInfoDto(
            Updates=[made.MediaUpdateInfoPathDto(Path="/data/media/movies", UpdateType="Deleted")]
        )
    )
    library.delete_item(UUID(ask["delete"]))
    seen["gone"] = raises(
        made.exceptions.NotFoundException,
        lambda: made.UserLibraryApi(client).get_item(UUID(ask["delete"]), user_id=user),
    )
    seen["left"] = of(items.get_items(recursive=True, include_item_types=["Movie"]).items)
    return seen


give(jellyfin=jellyfin)
