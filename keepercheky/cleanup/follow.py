"""What follows a deletion: Jellyfin is told and its item seen gone, then Seerr's row is cleared.

An after-step that cannot be done yet stays pending and is tried again under the same conditions by later runs; one
whose conditions no longer hold is dropped, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from keepercheky.cleanup.gone import Sleep, arr_of
from keepercheky.cleanup.house import House
from keepercheky.cleanup.points import reached
from keepercheky.errors import ServiceError
from keepercheky.library.said import MediaSaid, RequestSaid
from keepercheky.logs import get_logger
from keepercheky.policy.terms import Mode
from keepercheky.services.jellyfin import Jellyfin
from keepercheky.services.radarr import Radarr
from keepercheky.services.seerr import Seerr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import AfterStep, Body

log = get_logger()

MOST_ATTEMPTS: Final = 30  # about a month of nightly runs
AVAILABLE: Final = frozenset({4, 5})  # Seerr's statuses of a copy: partially available, available
PENDING, APPROVED = 1, 2  # Seerr's statuses of a request
LOOKS: Final = 12
PAUSE_SECONDS: Final = 10.0  # Jellyfin looks a minute after it was told


class Waits(Exception):
    """Not yet: try again later."""


class Dropped(Exception):
    """Never: its conditions do not hold any more."""


@dataclass(slots=True)
class _Rows:
    """What Seerr has: asked for once, when the first of its after-steps wants to know."""

    seerr: Seerr
    media: Mapping[int, MediaSaid] = field(default_factory=dict)
    requests: tuple[RequestSaid, ...] = ()
    read: bool = False

    async def known(self) -> _Rows:
        if not self.read:
            self.media = {row.id: row for row in await self.seerr.media_rows()}
            self.requests = await self.seerr.requests()
            self.read = True
        return self


async def follow_up(house: House, sleep: Sleep) -> None:
    """Try every pending after-step once; Jellyfin's before Seerr's, or the next scan would make the row anew."""
    if house.rules.mode is not Mode.CLEAN:
        return
    pending = await house.store.steps.pending()
    shown = await _tell(house, [after for after in pending if after.kind == "jellyfin"], sleep)
    seerr = next((service for service in house.services if isinstance(service, Seerr)), None)
    rows = _Rows(seerr) if seerr is not None else None
    for after in pending:
        if await house.store.baseline.paused():
            return
        if after.kind == "seerr":
            try:
                await _clear(house, after, rows, still_shown=after.step.id in shown)
            except (Waits, Dropped, ServiceError) as problem:
                await _not_done(house, after, problem)
            else:
                await _done(house, after)


async def _done(house: House, after: AfterStep) -> None:
    await house.store.steps.after(after, "done", "", house.clock.now())
    reached("after_step_done")


async def _not_done(house: House, after: AfterStep, problem: Exception) -> None:
    over = isinstance(problem, Dropped) or after.attempts + 1 >= MOST_ATTEMPTS
    await house.store.steps.after(after, "dropped" if over else "pending", str(problem), house.clock.now())
    if over:
        log.info("after_step_dropped", kind=after.kind, key=after.step.key, reason=str(problem))


# Jellyfin


async def _tell(house: House, pending: list[AfterStep], sleep: Sleep) -> set[int]:
    """Tell Jellyfin of all of them, then look until their items are gone. Ids of the steps it still shows, or may."""
    jellyfin = next((service for service in house.services if isinstance(service, Jellyfin)), None)
    shown: set[int] = set()
    waiting: list[tuple[AfterStep, set[str]]] = []
    for after in pending:
        shown.add(after.step.id)
        if await house.store.baseline.paused():
            continue
        try:
            waiting.append((after, await _told(jellyfin, after.step.body)))
        except (Dropped, ServiceError) as problem:
            await _not_done(house, after, problem)
            if isinstance(problem, Dropped):
                shown.discard(after.step.id)
    for round_ in range(LOOKS + 1):
        still: list[tuple[AfterStep, set[str]]] = []
        for after, items in waiting:
            left = await _left(jellyfin, items)
            if left:
                still.append((after, left))
            else:
                shown.discard(after.step.id)
                await _done(house, after)
        waiting = still
        if waiting and round_ < LOOKS:
            await sleep(PAUSE_SECONDS)
    for after, _ in waiting:
        await _not_done(house, after, Waits("Jellyfin still shows it"))
    return shown


async def _told(jellyfin: Jellyfin | None, body: Body) -> set[str]:
    """The items that must vanish now that Jellyfin was told which paths changed."""
    if jellyfin is None:
        raise Dropped("no Jellyfin is configured any more")
    there = [(item, path) for item, path in body.jellyfin if await jellyfin.item_exists(item)]
    paths = [path for _, path in there if path.strip()]
    if there and not paths:
        raise Dropped("Jellyfin does not tell where it lies")
    if paths:
        await jellyfin.media_updated(paths)
        reached("after_step_sent")
    return {item for item, _ in there} & set(body.vanishing)


async def _left(jellyfin: Jellyfin | None, items: set[str]) -> set[str]:
    """Those it lists still; all of them while it does not answer."""
    try:
        return {item for item in items if jellyfin is not None and await jellyfin.item_exists(item)}
    except ServiceError:
        return items


# Seerr


async def _clear(house: House, after: AfterStep, rows: _Rows | None, *, still_shown: bool) -> None:
    """Clear Seerr's row of the title, when it is still the row that was seen and nothing of the title is left."""
    body = after.step.body
    if rows is None:
        raise Dropped("no Seerr is configured any more")
    if still_shown:
        raise Waits("Jellyfin still shows it")
    await _surely_nowhere(house, body)
    known = await rows.known()
    found = [(known.media[row_id], at, newest) for row_id, at, newest in body.seerr if row_id in known.media]
    for row, at, newest in found:
        _still_the_same(row, [one for one in known.requests if one.media_id == row.id], body, at, newest)
    for row, _, _ in found:
        await known.seerr.delete_media(row.id)
        reached("after_step_sent")


def _still_the_same(
    row: MediaSaid, requests: list[RequestSaid], body: Body, updated_at: str, newest: int
) -> None:
    if (row.status if body.only_4k else row.status_4k) in AVAILABLE:
        raise Dropped("Seerr knows another copy of it")
    if (row.updated_at.isoformat() if row.updated_at else "") != updated_at:
        raise Dropped("its row in Seerr has changed since")
    if max((request.id for request in requests), default=0) != newest:
        raise Dropped("somebody asked for it anew")
    if any(_waits_still(request, row) for request in requests):
        raise Dropped("somebody waits for a copy of it")


def _waits_still(request: RequestSaid, row: MediaSaid) -> bool:
    """A request goes with its row: one that nothing has answered yet must not."""
    here = (row.status_4k if request.is_4k else row.status) in AVAILABLE
    return request.status == PENDING or (request.status == APPROVED and not here)


async def _surely_nowhere(house: House, body: Body) -> None:
    """No instance has a file of the title: no other copy, no other part, not the same come back."""
    if arr_of(house, body) is None:
        raise Dropped(f"{body.service} is not among the services any more: nobody can say that it is gone")
    if not (body.tmdb if body.kind == "movie" else body.tvdb):
        raise Dropped("it has no number to ask for")
    for service in house.services:
        if body.kind == "movie" and isinstance(service, Radarr) and body.tmdb:
            movie = await service.movie_by_tmdb(body.tmdb)
            there = movie is not None and movie.file is not None
        elif body.kind != "movie" and isinstance(service, Sonarr) and body.tvdb:
            series = await service.series_by_tvdb(body.tvdb)
            there = series is not None and series.episode_files != 0
        else:
            continue
        if there:
            raise Dropped("a copy of it is there, or back")
