"""Which client speaks to which kind of service. The only place that makes one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import anyio
import httpx

from keepercheky.clock import Clock
from keepercheky.services import jellyfin
from keepercheky.services.calls import Called, unobserved
from keepercheky.services.http import Timeouts, Wire
from keepercheky.services.jellyfin import Jellyfin
from keepercheky.services.radarr import Radarr
from keepercheky.services.seerr import Seerr
from keepercheky.services.sonarr import Sonarr

Service: TypeAlias = Radarr | Sonarr | Jellyfin | Seerr

_CLIENTS: Final[dict[str, type[Service]]] = {
    "radarr": Radarr,
    "sonarr": Sonarr,
    "jellyfin": Jellyfin,
    "seerr": Seerr,
}


def open_service(
    name: str,
    kind: str,
    url: str,
    api_key: str,
    timeouts: Timeouts | None = None,
    clock: Clock | None = None,
    observe: Callable[[Called], None] = unobserved,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> Service:
    """A client that has not spoken yet. No url or key makes this fail: what is wrong with them shows when it is asked.

    `transport` and `sleep` (between tries) are for tests.
    """
    key = api_key.strip()
    headers = jellyfin.headers(key) if kind == "jellyfin" else {"X-Api-Key": key}
    client = _CLIENTS[kind]
    wire = Wire(
        name,
        url,
        headers,
        secret=key,
        writes=client.writes,
        timeouts=timeouts,
        clock=clock,
        observe=observe,
        transport=transport,
        sleep=sleep,
    )
    return client(wire)
