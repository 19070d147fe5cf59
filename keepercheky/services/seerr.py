"""Seerr (seerr-team/seerr 3.x; Jellyseerr 2.x): who asked for what, and since when it is there. Reading only.

Facts used: unknown query parameters are refused, the default direction is newest first, every page of requests
makes Seerr ask each of its Radarrs and Sonarrs (slow: few large pages), a wrong key is a 403.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from keepercheky.errors import NotFound, WrongProduct
from keepercheky.library.said import RequestSaid, SeerrSaid, ServerSaid
from keepercheky.services import faults
from keepercheky.services.http import Query, Wire
from keepercheky.services.identity import Identity
from keepercheky.services.pages import Page, walk
from keepercheky.services.times import instant
from keepercheky.services.together import together

API: Final = "/api/v1"
PRODUCT: Final = "Seerr"
PAGE_SIZE: Final = 100


class _Wire(msgspec.Struct, rename="camel", gc=False):
    """Camel case; null members are there as null."""


class _Status(_Wire):
    version: str
    commit_tag: str


class _Me(_Wire):
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


class _PageInfo(_Wire):
    results: int


class RequestPage(_Wire):
    page_info: _PageInfo
    results: list[RequestOnWire]


class _Server(_Wire):
    id: int
    name: str = ""
    is_4k: bool = msgspec.field(default=False, name="is4k")


class Seerr:
    kind: Final = "seerr"

    def __init__(self, wire: Wire) -> None:
        self.name = wire.name
        self._wire = wire

    async def identify(self) -> Identity:
        """Who answers (anybody may ask that), and whether the key is good."""
        identity = await self._identity()
        await self._wire.get(f"{API}/auth/me", _Me)
        return identity

    async def read(self) -> SeerrSaid:
        """Everything this Seerr says, completely, or the `ServiceError` that stood in the way."""
        identity = await self._identity()
        async with together() as ask:
            requests = ask(self._requests)
            radarrs = ask(self._servers, "radarr")
            sonarrs = ask(self._servers, "sonarr")
        return SeerrSaid(
            name=self.name,
            version=identity.version,
            date=self._wire.date,
            requests=requests.value,
            servers=radarrs.value + sonarrs.value,
        )

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _identity(self) -> Identity:
        remedy = f"Set {faults.url_of(self.name)} to the address of {PRODUCT}"
        try:
            status = await self._wire.get(f"{API}/status", _Status)
        except NotFound:
            raise WrongProduct(self.name, f"is not {PRODUCT}: it has no {API}/status", remedy) from None
        return Identity(PRODUCT, status.version)

    async def _requests(self) -> tuple[RequestSaid, ...]:
        """Requests of every status, oldest first."""

        async def page_at(number: int) -> Page[RequestOnWire]:
            query: Query = [
                ("take", PAGE_SIZE),
                ("skip", number * PAGE_SIZE),
                ("filter", "all"),
                ("sort", "added"),
                ("sortDirection", "asc"),
            ]
            page = await self._wire.get(
                f"{API}/request", RequestPage, query, seconds=self._wire.timeouts.whole_list
            )
            return Page([(row.id, row) for row in page.results], page.page_info.results)

        rows = await walk(self.name, "requests", page_at)
        return tuple(map(_request, rows))

    async def _servers(self, kind: str) -> tuple[ServerSaid, ...]:
        rows = await self._wire.get(f"{API}/service/{kind}", list[_Server])
        return tuple(ServerSaid(kind=kind, id=row.id, name=row.name, is_4k=row.is_4k) for row in rows)


def _request(row: RequestOnWire) -> RequestSaid:
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
    )


def _name(user: _User) -> str:
    names = (user.display_name, user.username, user.jellyfin_username, user.plex_username, user.email)
    return next((name for name in names if name), f"user {user.id}" if user.id else "somebody")
