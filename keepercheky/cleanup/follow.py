"""What follows a deletion: Jellyfin is told and its item seen gone, then Seerr's row is cleared.

An after-step that cannot be done yet stays pending and is tried again under the same conditions by later runs; one
whose conditions no longer hold is dropped, with the reason.
"""

from __future__ import annotations

from typing import Final

from keepercheky.cleanup.gone import Sleep
from keepercheky.cleanup.house import House
from keepercheky.cleanup.points import reached
from keepercheky.errors import ServiceError
from keepercheky.library.said import MediaSaid, RequestSaid
from keepercheky.logs import get_logger
from keepercheky.services.jellyfin import Jellyfin
from keepercheky.services.radarr import Radarr
from keepercheky.services.seerr import Seerr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import AfterStep, Step

log = get_logger()

MOST_ATTEMPTS: Final = 30  # about a month of nightly runs
AVAILABLE: Final = frozenset({4, 5})  # Seerr's statuses: partially available, available
LOOKS: Final = 12
PAUSE_SECONDS: Final = 10.0  # Jellyfin looks a minute after it was told


class Waits(Exception):
    """Not yet: try again later."""


class Dropped(Exception):
    """Never: its conditions do not hold any more."""


async def follow_up(house: House, sleep: Sleep) -> None:
    """Try every pending after-step once; Jellyfin's before Seerr's, or the next scan would make the row anew."""
    pending = await house.store.steps.pending()
    told = {after.step.id for after in pending if after.kind == "jellyfin"}
    for after in sorted(pending, key=lambda row: (row.kind != "jellyfin", row.id)):
        try:
            if after.kind == "jellyfin":
                await _jellyfin(house, after, sleep)
                told.discard(after.step.id)
            else:
                await _seerr(house, after, still_shown=after.step.id in told)
        except Dropped as dropped:
            told.discard(after.step.id)
            await house.store.steps.after(after, "dropped", str(dropped), house.clock.now())
            log.info("after_step_dropped", kind=after.kind, key=after.step.key, reason=str(dropped))
        except (Waits, ServiceError) as later:
            over = after.attempts + 1 >= MOST_ATTEMPTS
            await house.store.steps.after(
                after, "dropped" if over else "pending", str(later), house.clock.now()
            )
        else:
            await house.store.steps.after(after, "done", "", house.clock.now())
            reached("after_step_done")


async def _jellyfin(house: House, after: AfterStep, sleep: Sleep) -> None:
    """Tell Jellyfin which paths changed, and see its items gone where the whole title went."""
    jellyfin = next((service for service in house.services if isinstance(service, Jellyfin)), None)
    if jellyfin is None:
        raise Dropped("no Jellyfin is configured any more")
    body = after.step.body
    there = [(item, path) for item, path in body.jellyfin if await jellyfin.item_exists(item)]
    if not there:
        return
    await jellyfin.media_updated([path for _, path in there if path])
    if body.kind in ("season", "episode") or body.keep_entry:
        return  # the series' item stays: told is all there is
    for _ in range(LOOKS):
        await sleep(PAUSE_SECONDS)
        if not any([await jellyfin.item_exists(item) for item, _ in there]):
            return
    raise Waits("Jellyfin still shows it")


async def _seerr(house: House, after: AfterStep, *, still_shown: bool) -> None:
    """Clear Seerr's row of the title, when it is still the row that was seen and nothing of the title is left."""
    if still_shown:
        raise Waits("Jellyfin still shows it")
    seerr = next((service for service in house.services if isinstance(service, Seerr)), None)
    if seerr is None:
        raise Dropped("no Seerr is configured any more")
    if await _is_somewhere(house, after.step):
        raise Dropped("a copy of it is there, or back")
    rows = {row.id: row for row in await seerr.media_rows()}
    requests = await seerr.requests()
    for row_id, updated_at, newest in after.step.body.seerr:
        row = rows.get(row_id)
        if row is not None:
            _still_the_same(row, requests, updated_at, newest)
            await seerr.delete_media(row_id)


def _still_the_same(row: MediaSaid, requests: tuple[RequestSaid, ...], updated_at: str, newest: int) -> None:
    if {row.status, row.status_4k} <= AVAILABLE:
        raise Dropped("Seerr knows another copy of it")
    if (row.updated_at.isoformat() if row.updated_at else "") != updated_at:
        raise Dropped("its row in Seerr has changed since")
    if max((request.id for request in requests if request.media_id == row.id), default=0) != newest:
        raise Dropped("somebody asked for it anew")


async def _is_somewhere(house: House, step: Step) -> bool:
    """Whether any instance has a file of the title: another copy, another part, or the same come back."""
    body = step.body
    for service in house.services:
        if body.kind == "movie" and isinstance(service, Radarr) and body.tmdb:
            movie = await service.movie_by_tmdb(body.tmdb)
            if movie is not None and movie.file is not None:
                return True
        elif body.kind != "movie" and isinstance(service, Sonarr) and body.tvdb:
            series = await service.series_by_tvdb(body.tvdb)
            if series is not None and series.episode_files != 0:
                return True
    return False
