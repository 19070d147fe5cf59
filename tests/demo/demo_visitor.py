"""Who visits a pretend home in these tests, and when."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import Any

import httpx

from keepercheky.demo import Home

# Loading the system's certificates takes longer than opening a home, and nothing here speaks TLS.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
NOW = datetime(2025, 11, 20, 12, 30, 15, tzinfo=UTC)


class Visitor:
    """Asks a home's services with the right key, unless told otherwise."""

    def __init__(self, home: Home, client: httpx.AsyncClient) -> None:
        self.home = home
        self.client = client

    async def raw(
        self,
        service: str,
        path: str,
        *,
        method: str = "GET",
        key: bool = True,
        headers: Any = None,
        body: Any = None,
        **query: Any,
    ) -> httpx.Response:
        where = self.home.services[service]
        sent = dict(headers or {})
        if key and service == "jellyfin":
            sent["Authorization"] = f'MediaBrowser Token="{where.api_key}"'
        elif key:
            sent["X-Api-Key"] = where.api_key
        return await self.client.request(
            method, where.url + path, params=query or None, headers=sent, json=body
        )

    async def json(self, service: str, path: str, **query: Any) -> Any:
        answer = await self.raw(service, path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def write(
        self, what: str, method: str, path: str, body: Any = None, **query: Any
    ) -> httpx.Response:
        """A write below the API's root: ``write("radarr", "DELETE", "/movie/3", deleteFiles="true")``."""
        root = {"radarr": "/api/v3", "sonarr": "/api/v3", "jellyseerr": "/api/v1"}.get(what, "")
        return await self.raw(what, root + path, method=method, body=body, **query)

    async def radarr(self, path: str, **query: Any) -> Any:
        return await self.json("radarr", f"/api/v3{path}", **query)

    async def sonarr(self, path: str, **query: Any) -> Any:
        return await self.json("sonarr", f"/api/v3{path}", **query)

    async def jellyfin(self, path: str, **query: Any) -> Any:
        return await self.json("jellyfin", path, **query)

    async def seerr(self, path: str, **query: Any) -> Any:
        return await self.json("jellyseerr", f"/api/v1{path}", **query)
