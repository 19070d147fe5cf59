"""Seerr's shapes, and what they mean in our words."""

from __future__ import annotations

from datetime import datetime

import msgspec

from keepercheky.library.said import MediaSaid, RequestSaid
from keepercheky.services.times import instant


class _Wire(msgspec.Struct, rename="camel", gc=False):
    """Camel case; null members are there as null."""


class Status(_Wire):
    version: str
    commit_tag: str


class Me(_Wire):
    id: int


class _User(_Wire):
    id: int | None = None
    display_name: str | None = None
    username: str | None = None
    jellyfin_username: str | None = None
    plex_username: str | None = None
    email: str | None = None
    jellyfin_user_id: str | None = None


class _Media(_Wire):
    id: int = 0
    status: int = 0
    status_4k: int = msgspec.field(default=0, name="status4k")
    updated_at: datetime | None = None
    media_type: str | None = None
    tmdb_id: int | None = None
    tvdb_id: int | None = None
    service_id: int | None = None
    service_id_4k: int | None = msgspec.field(default=None, name="serviceId4k")
    external_service_id: int | None = None
    external_service_id_4k: int | None = msgspec.field(default=None, name="externalServiceId4k")
    media_added_at: datetime | None = None


class RequestOnWire(_Wire):
    id: int
    status: int
    type: str | None = None
    is_4k: bool | None = msgspec.field(default=None, name="is4k")
    media: _Media | None = None
    requested_by: _User | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class MediaOnWire(_Wire):
    """A row of the list of titles; its id and both statuses are needed."""

    id: int
    status: int
    status_4k: int = msgspec.field(name="status4k")
    media_type: str | None = None
    tmdb_id: int | None = None
    tvdb_id: int | None = None
    updated_at: datetime | None = None


class _PageInfo(_Wire):
    results: int


class RequestPage(_Wire):
    page_info: _PageInfo
    results: list[RequestOnWire]


class MediaPage(_Wire):
    page_info: _PageInfo
    results: list[MediaOnWire]


class ServerOnWire(_Wire):
    id: int
    name: str = ""
    is_4k: bool = msgspec.field(default=False, name="is4k")


def request(row: RequestOnWire) -> RequestSaid:
    media = row.media or _Media()
    is_4k = bool(row.is_4k)
    user = row.requested_by or _User()
    return RequestSaid(
        id=row.id,
        status=row.status,
        media_type=row.type or media.media_type or "",
        is_4k=is_4k,
        tmdb_id=media.tmdb_id or None,
        tvdb_id=media.tvdb_id or None,
        server_id=media.service_id_4k if is_4k else media.service_id,
        arr_id=media.external_service_id_4k if is_4k else media.external_service_id,
        requested_by=_name(user),
        jellyfin_user_id=(user.jellyfin_user_id or "").replace("-", "").lower() or None,
        created_at=instant(row.created_at),
        updated_at=instant(row.updated_at),
        media_added_at=instant(media.media_added_at),
        media_id=media.id,
        media_updated_at=instant(media.updated_at),
        media_status=media.status,
        media_status_4k=media.status_4k,
    )


def title(row: MediaOnWire) -> MediaSaid:
    return MediaSaid(
        id=row.id,
        media_type=row.media_type or "",
        tmdb_id=row.tmdb_id or None,
        tvdb_id=row.tvdb_id or None,
        status=row.status,
        status_4k=row.status_4k,
        updated_at=instant(row.updated_at),
    )


def _name(user: _User) -> str:
    names = (user.display_name, user.username, user.jellyfin_username, user.plex_username, user.email)
    return next((name for name in names if name), f"user {user.id}" if user.id else "somebody")
