"""The shapes Seerr answers with. Null members are present as null; times are UTC with milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from keepercheky.demo.people import User
from keepercheky.demo.records import MediaRow, Request
from keepercheky.demo.world import World

ADMIN, REQUEST = 2, 32  # permission bits
JELLYFIN_USER = 3


def stamp(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def maybe(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)


def user(one: User, world: World) -> dict[str, Any]:
    return {
        "permissions": ADMIN if one.admin else REQUEST, "warnings": [], "id": one.seerr_id,
        "email": f"{one.name}@home.example", "plexUsername": None, "jellyfinUsername": one.name, "username": None,
        "recoveryLinkExpirationDate": None, "userType": JELLYFIN_USER, "plexId": None, "jellyfinUserId": one.id,
        "avatar": f"/avatarproxy/{one.id}", "avatarETag": None, "avatarVersion": None, "movieQuotaLimit": None,
        "movieQuotaDays": None, "tvQuotaLimit": None, "tvQuotaDays": None, "createdAt": stamp(one.created),
        "updatedAt": stamp(one.created), "requestCount": world.asked_by(one),
        "displayName": one.name,
    }  # fmt: skip


def media(row: MediaRow, urls: dict[str, tuple[str, str]]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "downloadStatus": [], "downloadStatus4k": [], "id": row.id, "mediaType": row.kind, "tmdbId": row.tmdb_id,
        "tvdbId": row.tvdb_id, "imdbId": None, "status": row.status, "status4k": row.status_4k,
        "createdAt": stamp(row.created), "updatedAt": stamp(row.updated), "lastSeasonChange": stamp(row.updated),
        "mediaAddedAt": maybe(row.added), "serviceId": None if row.arr_id is None else 0, "serviceId4k": None,
        "externalServiceId": row.arr_id, "externalServiceId4k": None, "externalServiceSlug": row.slug,
        "externalServiceSlug4k": None, "ratingKey": None, "ratingKey4k": None, "jellyfinMediaId": row.item_id,
        "jellyfinMediaId4k": None,
        "seasons": [
            {
                "id": row.id * 100 + number, "seasonNumber": number, "status": status, "status4k": 1,
                "createdAt": stamp(row.created), "updatedAt": stamp(row.updated),
            }
            for number, status in row.seasons
        ],
    }  # fmt: skip
    if row.arr_id is not None:
        kind, word = ("sonarr", "series") if row.kind == "tv" else ("radarr", "movie")
        answer["serviceUrl"] = f"{urls[kind][0]}/{word}/{row.slug}"
    return answer


def request(one: Request, world: World, urls: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": one.id, "status": one.status, "createdAt": stamp(one.created), "updatedAt": stamp(one.updated),
        "type": one.media.kind, "is4k": one.is_4k, "serverId": None, "profileId": None, "rootFolder": None,
        "languageProfileId": None, "tags": None, "isAutoRequest": False, "media": media(one.media, urls),
        "seasons": [
            {
                "id": one.id * 100 + number, "seasonNumber": number, "status": one.status,
                "createdAt": stamp(one.created), "updatedAt": stamp(one.updated),
            }
            for number in one.seasons
        ],
        "modifiedBy": user(world.users[0], world) if one.status != 1 else None, "requestedBy": user(one.by, world),
        "seasonCount": len(one.seasons), "canRemove": one.status != 1,
    }  # fmt: skip


def server(kind: str, url: str, world: World) -> dict[str, Any]:
    """An *arr as Seerr has it configured, without its key. ``id`` 0 is the first: nobody may take it for "none"."""
    parts = urlsplit(url)
    directory = (world.radarr if kind == "radarr" else world.sonarr).roots[0]
    row: dict[str, Any] = {
        "id": 0, "name": kind.capitalize(), "hostname": parts.hostname, "port": parts.port, "useSsl": False,
        "baseUrl": world.base_path.get(kind, ""), "activeProfileId": 1, "activeProfileName": "Any",
        "activeDirectory": directory, "is4k": False, "isDefault": True, "syncEnabled": True, "preventSearch": False,
        "tags": [], "tagRequests": False, "overrideRule": [],
    }  # fmt: skip
    if kind == "radarr":
        return row | {"minimumAvailability": "released"}
    return row | {
        "activeLanguageProfileId": 1, "activeAnimeProfileId": None, "activeAnimeLanguageProfileId": None,
        "activeAnimeProfileName": None, "activeAnimeDirectory": None, "enableSeasonFolders": True,
        "seriesType": "standard", "animeSeriesType": "standard", "animeTags": [],
    }  # fmt: skip
