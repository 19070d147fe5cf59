import asyncio
from urllib.parse import urlsplit

from python_overseerr import OverseerrAuthenticationError, OverseerrClient
from verdict import Ask, Seen, give


async def _seerr(ask: Ask) -> Seen:
    """Counts only: it knows no deletions, and of requests only those of people with a Plex account."""
    where = urlsplit(ask["url"])
    async with OverseerrClient(where.hostname, where.port, ask["key"], ssl=False) as api:
        seen: Seen = {
            "version": (await api.get_status()).version,
            "count": (await api.get_request_count()).total,
        }
    async with OverseerrClient(where.hostname, where.port, "wrong", ssl=False) as api:
        try:
            await api.get_request_count()
        except OverseerrAuthenticationError:
            seen["wrong_key"] = True
    return seen


give(jellyseerr=lambda ask: asyncio.run(_seerr(ask)))
