"""What the two libraries generated from Overseerr's and Seerr's own files have in common: all but the name."""

from __future__ import annotations

from types import ModuleType

from verdict import Ask, Seen, raises


def judge(library: ModuleType, ask: Ask) -> Seen:
    settings = library.Configuration(host=f"{ask['url']}/api/v1")
    settings.api_key["apiKey"] = ask["key"]
    with library.ApiClient(settings) as client:
        requests, media = library.RequestApi(client), library.MediaApi(client)
        seen: Seen = {
            "version": library.PublicApi(client).get_status().version,
            "count": requests.get_request_count().total,
            "requests": [
                row.id for row in requests.get_request(take=100, filter="all", sort="added").results
            ],
            "media": [row.id for row in media.get_media(take=100, skip=0).results],
            "users": [row.id for row in library.UsersApi(client).get_user(take=50).results],
            "by_user": [row.id for row in requests.get_request(requested_by=ask["user"]).results],
        }
        library.SettingsApi(client).list_radarr()

        requests.delete_request(str(ask["request"]))
        media.delete_media(str(ask["delete"]))
        seen["gone"] = raises(
            library.exceptions.NotFoundException, lambda: media.delete_media(str(ask["delete"]))
        )
        seen["left"] = [row.id for row in requests.get_request(take=100).results]
        return seen
