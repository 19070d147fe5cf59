"""Seerr (seerr-team/seerr 3.x; Jellyseerr 2.x): who asked for what, and since when it is there.

Facts used: unknown query parameters are refused, the default direction is newest first, every page of requests
makes Seerr ask each of its Radarrs and Sonarrs (slow: few large pages), a wrong key is a 403. Deleting the row of a
title deletes its requests too, and touches no file.
"""

from __future__ import annotations

from typing import Final

from keepercheky.errors import NotFound, WrongProduct
from keepercheky.library.said import MediaSaid, RequestSaid, SeerrSaid, ServerSaid
from keepercheky.services import faults
from keepercheky.services.http import Wire
from keepercheky.services.identity import Identity
from keepercheky.services.ids import row_id
from keepercheky.services.line import Query
from keepercheky.services.pages import Page, walk
from keepercheky.services.seerr_wire import (
    Me,
    MediaOnWire,
    MediaPage,
    RequestOnWire,
    RequestPage,
    ServerOnWire,
    Status,
    request,
    title,
)
from keepercheky.services.together import together

API: Final = "/api/v1"
PRODUCT: Final = "Seerr"
PAGE_SIZE: Final = 100


class Seerr:
    kind: Final = "seerr"
    writes: Final = frozenset({"DELETE"})

    def __init__(self, wire: Wire) -> None:
        self.name = wire.name
        self._wire = wire

    async def identify(self) -> Identity:
        """Who answers (anybody may ask that), and whether the key is good."""
        identity = await self._identity()
        await self._wire.get(f"{API}/auth/me", Me)
        return identity

    async def read(self) -> SeerrSaid:
        """Everything this Seerr says, completely, or the `ServiceError` that stood in the way."""
        identity = await self._identity()
        async with together() as ask:
            told = ask(self.requests)
            radarrs = ask(self._servers, "radarr")
            sonarrs = ask(self._servers, "sonarr")
        return SeerrSaid(
            name=self.name,
            version=identity.version,
            date=self._wire.date,
            requests=told.value,
            servers=radarrs.value + sonarrs.value,
        )

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def delete_media(self, media_id: int) -> None:
        """A title's row with all its requests, so that it can be asked for again. One already gone is fine."""
        await self._wire.send("DELETE", f"{API}/media/{row_id(media_id, 'title')}", missing_ok=True)

    async def _identity(self) -> Identity:
        remedy = f"Set {faults.url_of(self.name)} to the address of {PRODUCT}"
        try:
            status = await self._wire.get(f"{API}/status", Status)
        except NotFound:
            raise WrongProduct(self.name, f"is not {PRODUCT}: it has no {API}/status", remedy) from None
        return Identity(PRODUCT, status.version)

    async def requests(self) -> tuple[RequestSaid, ...]:
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

        told = tuple(map(request, await walk(self.name, "requests", page_at)))
        if not all(one.media_type for one in told):
            raise faults.unexpected(self.name, "a request without a media type")
        return told

    async def media_rows(self) -> tuple[MediaSaid, ...]:
        """The rows of all titles, those without requests too. Cheap: no *arr is asked for it."""

        async def page_at(number: int) -> Page[MediaOnWire]:
            query: Query = [
                ("take", PAGE_SIZE),
                ("skip", number * PAGE_SIZE),
                ("filter", "all"),
                ("sort", "added"),
            ]
            page = await self._wire.get(f"{API}/media", MediaPage, query)
            return Page([(row.id, row) for row in page.results], page.page_info.results)

        return tuple(map(title, await walk(self.name, "titles", page_at)))

    async def _servers(self, kind: str) -> tuple[ServerSaid, ...]:
        rows = await self._wire.get(f"{API}/service/{kind}", list[ServerOnWire])
        return tuple(ServerSaid(kind=kind, id=row.id, name=row.name, is_4k=row.is_4k) for row in rows)
