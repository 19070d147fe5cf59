"""A show whose last season went: its entry goes too, where the schedule says so (`delete_empty_shows`).

Not a title any more, so it counts as nothing; but a deletion like any other: decided from a fresh look at everything,
journalled, sent once, verified. What stands in the way today is looked at again by later runs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Final

import msgspec

from keepercheky.cleanup.gather import World
from keepercheky.cleanup.gone import arr_of
from keepercheky.cleanup.house import House
from keepercheky.cleanup.points import reached
from keepercheky.errors import ServiceError
from keepercheky.logs import get_logger
from keepercheky.media import Request, Show, Unknown
from keepercheky.policy.plan import Outcome, Plan
from keepercheky.policy.terms import Keep, Kind
from keepercheky.services.sonarr import Sonarr
from keepercheky.storage import list_videos
from keepercheky.store import Step

log = get_logger()

LOOKED_AT: Final = timedelta(days=30)  # after that a show that is empty still is somebody's wish


async def delete_empty_shows(
    house: House,
    run_id: str,
    position: int,
    blocked: AbstractSet[str],
    look_again: Callable[[], Awaitable[tuple[Plan, World]]],
    act_on: Callable[[Step], Awaitable[None]],
) -> None:
    """The entries of shows that our own deletions of seasons left without a file."""
    found = [step for step in await _emptied(house) if step.body.service not in blocked]
    if not found:
        return
    made, world = await look_again()
    if made.outcome is Outcome.REFUSED:
        return
    for season in found:
        show = _show(world, season)
        if season.body.service in blocked or show is None or not await _may_go(house, season, show):
            continue
        entry = _entry(season, show, run_id, position, house)
        [step] = [row for row in await house.store.steps.plan([entry]) if row.key == entry.key]
        reached("entry_planned")
        if await house.store.baseline.paused():
            await house.store.steps.end(step, "skipped", "paused", house.clock.now())
            return
        await act_on(step)
        position += 1


async def _emptied(house: House) -> list[Step]:
    """The newest deleted season of every show that has no file left, and ended or was not monitored before us."""
    schedules = {schedule.id for schedule in house.rules.schedules if schedule.delete_empty_shows}
    unsettled = {step.key for step in await house.store.steps.unsettled()}
    newest: dict[tuple[str, int], Step] = {}
    for step in await house.store.steps.done_since(house.clock.now() - LOOKED_AT):
        wanted = step.body.delete_empty_shows and not step.body.keep_entry
        if wanted and step.schedule in schedules and _key(step) not in unsettled:
            newest.setdefault((step.body.service, step.body.arr_id), step)
    return [step for step in newest.values() if await _is_empty(house, step)]


async def _is_empty(house: House, step: Step) -> bool:
    arr = arr_of(house, step.body)
    if not isinstance(arr, Sonarr):
        return False
    try:
        series = await arr.series(step.body.arr_id)
    except ServiceError:
        return False
    if series is None or series.tvdb_id != step.body.tvdb or series.episode_files != 0:
        return False
    return series.ended or not step.body.monitored


def _show(world: World, step: Step) -> Show | None:
    at = (step.body.service, step.body.arr_id)
    return next((show for show in world.joined.library.shows if (show.service, show.arr_id) == at), None)


async def _may_go(house: House, step: Step, show: Show) -> bool:
    """Nothing protects it, nothing is on its way, and its folder holds nobody else's videos."""
    keep = house.rules.keep
    ours = f":tvdb:{step.body.tvdb}"
    by_hand = any(
        row.identity.startswith(("show:", "season:", "episode:")) and f"{row.identity}:".find(f"{ours}:") > 0
        for row in await house.store.keeps.all(house.clock.now())
    )
    return not (
        by_hand
        or show.has_files is not False
        or show.queued
        or isinstance(show.tags, Unknown)
        or show.tags & keep.tags
        or show.shared_with is not None
        or _is_liked(show, keep)
        or _is_wanted(show.requests, keep, house)
        or await _holds_videos(show)
    )


def _is_liked(show: Show, keep: Keep) -> bool:
    fans = show.whole.favorite_of.union(*(season.favorite_of for season in show.seasons))
    return bool(keep.favorites and (fans if isinstance(keep.favorites, bool) else fans & keep.favorites))


def _is_wanted(requests: Iterable[Request] | Unknown, keep: Keep, house: House) -> bool:
    if keep.requested is None:
        return False
    if isinstance(requests, Unknown):
        return True
    since = house.clock.now() - keep.requested
    return any(row.available_since is None or row.available_since > since for row in requests)


async def _holds_videos(show: Show) -> bool:
    """Where we see its folder: whether videos lie in it that Sonarr does not know; it goes with all that is in it."""
    if show.folder_seen is None:
        return False
    videos = await list_videos(show.folder_seen)
    return videos.why != "missing" if isinstance(videos, Unknown) else bool(videos)


def _key(step: Step) -> str:
    return f"show:tvdb:{step.body.tvdb}@{step.body.service}"


def _entry(season: Step, show: Show, run_id: str, position: int, house: House) -> Step:
    now, body = house.clock.now(), season.body
    return msgspec.structs.replace(
        season,
        id=0,
        run_id=run_id,
        position=position,
        key=show.key,
        state="planned",
        due_at=now,
        planned_at=now,
        acting_at=None,
        ended_at=None,
        size_bytes=0,
        frees_bytes=0,
        bin_days=None,
        body=msgspec.structs.replace(
            body,
            identity=show.identity,
            kind=Kind.SHOW.value,
            season=None,
            episode=None,
            files=(),
            episode_ids=(),
            seen=(show.folder_seen,) if show.folder_seen is not None else (),
            seen_files=(),
            vanishing=(),
            seerr=(),
            keep_entry=False,
            delete_empty_shows=False,
        ),
    )
