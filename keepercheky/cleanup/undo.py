"""The way back. What a deletion took from Radarr or Sonarr is added again as its own JSON told it, and kept for a while.

Files are not ours to touch: where a recycle bin holds them is told, and a person puts them back. Every part is told by
itself, and each looks first whether it is done already: asked twice, the second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from keepercheky.cleanup.house import House
from keepercheky.cleanup.recover import settle
from keepercheky.errors import MaybeDone, ServerFault, ServiceError
from keepercheky.logs import get_logger
from keepercheky.policy.explain import day
from keepercheky.policy.marks import HandKeep
from keepercheky.services.radarr import Radarr
from keepercheky.services.sonarr import Sonarr
from keepercheky.store import Step

log = get_logger()

KEPT_FOR: Final = timedelta(days=90)
REASON: Final = "undone"
EVER: Final = datetime(1970, 1, 2, tzinfo=UTC)


class Part(msgspec.Struct, frozen=True):
    """One part of an undo. done: by us, now; already: was so; open: for a person to do; failed; told: nothing to do."""

    what: Literal["keep", "entry", "monitoring", "exclusion", "seerr", "files"]
    outcome: Literal["done", "already", "open", "failed", "told"]
    says: str


class Undone(msgspec.Struct, frozen=True):
    """What became of one title. `complete`: nothing failed, and nothing is left for a person but its files."""

    step: Step
    parts: tuple[Part, ...]

    @property
    def complete(self) -> bool:
        return not any(part.outcome in ("failed", "open") for part in self.parts)


async def deletions_of(house: House, what: str) -> list[Step]:
    """Verified deletions: those of a run, or the newest of a title, by its key with or without the instance."""
    await settle(house)
    of_run = [step for step in await house.store.steps.of_run(what) if step.state == "done"]
    if of_run:
        return of_run
    newest: dict[str, Step] = {}
    for step in await house.store.steps.done_since(EVER):
        if what in (step.key, step.body.identity):
            newest.setdefault(step.key, step)
    return list(newest.values())


async def undo(house: House, steps: Sequence[Step], *, search: bool, by: str) -> list[Undone]:
    """Bring these titles back, each as far as it goes; in a run the last first: a show's entry went after its seasons."""
    bins: dict[str, str | None] = {}
    undone = []
    for step in reversed(steps):
        parts = [await _kept(house, step, by)]
        parts += await _in_its_arr(house, step, search=search)
        parts += await _asked_for(house, step)
        if step.body.files:
            parts.append(await _files(house, step, bins))
        undone.append(Undone(step, tuple(parts)))
        log.info("undone", key=step.key, parts={part.what: part.outcome for part in parts}, by=by)
    return undone[::-1]


async def _kept(house: House, step: Step, by: str) -> Part:
    """First of all, so that no run takes it again in between. A keep that holds longer stays as it is."""
    now, identity = house.clock.now(), step.body.identity
    until = now + KEPT_FOR
    held = next((keep for keep in await house.store.keeps.all(now) if keep.identity == identity), None)
    if held is not None and (held.until is None or held.until >= until or held.reason == REASON):
        return Part("keep", "already", "It is kept by hand already")
    await house.store.keeps.add(HandKeep(identity, now, until, REASON, by))
    return Part("keep", "done", f"Kept by hand for {KEPT_FOR.days} days")


async def _in_its_arr(house: House, step: Step, *, search: bool) -> list[Part]:
    arr = _arr(house, step.body.service)
    if arr is None:
        return [Part("entry", "failed", f"There is no service {step.body.service} in the settings any more")]
    if step.body.keep_entry or step.body.kind not in ("movie", "show"):
        return [await _monitoring(arr, step)]
    parts = [await _put_back(arr, step, await house.store.steps.resource(step), search=search)]
    if step.body.import_exclusion:
        parts.append(await _excluded_no_more(arr, step))
    return parts


async def _asked_for(house: House, step: Step) -> list[Part]:
    """What Seerr was to be told of the deletion is dropped; what it was told already cannot be taken back."""
    if not step.body.seerr or not house.rules.has("seerr"):
        return []
    for after in await house.store.steps.pending():
        if after.step.id == step.id and after.kind == "seerr":
            await house.store.steps.after(after, "dropped", REASON, house.clock.now())
            return [Part("seerr", "done", "Its entry in Seerr stays")]
    return [Part("seerr", "told", "Its entry in Seerr may have been cleared: ask for it there again")]


async def _files(house: House, step: Step, bins: dict[str, str | None]) -> Part:
    """Where its files are. One question for each instance, however many titles."""
    name = step.body.service
    if step.bin_days is not None and name not in bins:
        bins[name] = await _where_it_lies(house, name)
    if step.bin_days is None:
        return Part(
            "files", "told", f"{name} had no recycle bin: its files are gone, and must be downloaded again"
        )
    folder = step.body.folder.rstrip("/\\").replace("\\", "/").rpartition("/")[2]
    place = bins.get(name)
    where = f"{place.rstrip('/')}/{folder}" if place else f"the recycle bin of {name}, folder {folder}"
    ends = (step.ended_at or step.planned_at) + timedelta(days=step.bin_days)
    if not step.bin_days:
        how_long = "which is never emptied"
    elif ends < house.clock.now():
        how_long = f"unless it was emptied, as it may have been since {day(ends, house.zone)}"
    else:
        how_long = f"until about {day(ends, house.zone)}"
    return Part(
        "files", "told", f"Its files lie in {where}, {how_long}: move them back to {step.body.folder}"
    )


async def _monitoring(arr: Radarr | Sonarr, step: Step) -> Part:
    """Where the entry stayed: what was switched off before the deletion is a person's to switch on again."""
    kind = step.body.kind
    try:
        if not await _is_there(arr, step):
            entry = "it" if kind in ("movie", "show") else "its show"
            return Part("entry", "open", f"{arr.name} does not have {entry} any more: bring that back first")
    except (ServiceError, ValueError) as error:
        return Part("monitoring", "failed", f"Nobody knows whether it is there: {error}")
    told = f"{arr.name} has its entry still: switch on again there that this {kind} is monitored"
    return Part("monitoring", "open", told)


async def _put_back(arr: Radarr | Sonarr, step: Step, resource: bytes | None, *, search: bool) -> Part:
    """The entry as it was: folder, profile, tags, what is monitored. Sent at most once; then asked whether it is there."""
    try:
        if await _is_there(arr, step):
            no_search = ". Nothing was searched for: do that there" if search else ""
            return Part("entry", "already", f"It is in {arr.name} already{no_search}")
        if resource is None:
            return Part("entry", "failed", f"What {arr.name} knew of it was not recorded: add it there")
        unsure = await _sent(_add(arr, resource, search=search))
        if not await _is_there(arr, step):
            return Part("entry", "failed", f"{unsure or 'It was added, and is not there'}. Undo it once more")
    except (ServiceError, ValueError) as error:
        return Part("entry", "failed", f"It was not added again: {error}")
    searched = ", and searched for" if search else ""
    return Part("entry", "done", f"Added to {arr.name} again as it was{searched}")


async def _excluded_no_more(arr: Radarr | Sonarr, step: Step) -> Part:
    """Import lists may bring it again."""
    try:
        entry = await _exclusion(arr, step)
        if entry is None:
            return Part("exclusion", "already", "No import exclusion keeps it away")
        unsure = await _sent(arr.remove_exclusion(entry))
        if await _exclusion(arr, step) is not None:
            return Part("exclusion", "failed", f"Its import exclusion is still there. {unsure or ''}".strip())
    except (ServiceError, ValueError) as error:
        return Part("exclusion", "failed", f"Its import exclusion is still there: {error}")
    return Part("exclusion", "done", "Its import exclusion was removed")


async def _sent(request: Awaitable[object]) -> ServiceError | None:
    """Sent once. What leaves it open whether it was done; whatever it is, it is looked at next."""
    try:
        await request
    except (MaybeDone, ServerFault) as error:
        return error
    return None


async def _where_it_lies(house: House, service: str) -> str | None:
    """The folder of the instance's recycle bin, when it tells."""
    arr = _arr(house, service)
    if arr is None:
        return None
    try:
        bin_ = (await arr.read()).recycle_bin
    except ServiceError:
        return None
    return bin_.path or None if bin_ is not None else None


def _arr(house: House, name: str) -> Radarr | Sonarr | None:
    arr = next((one for one in house.services if one.name == name), None)
    return arr if isinstance(arr, Radarr | Sonarr) else None


async def _is_there(arr: Radarr | Sonarr, step: Step) -> bool:
    if isinstance(arr, Radarr):
        return await arr.movie_by_tmdb(step.body.tmdb or 0) is not None
    return await arr.series_by_tvdb(step.body.tvdb or 0) is not None


async def _add(arr: Radarr | Sonarr, resource: bytes, *, search: bool) -> None:
    if isinstance(arr, Radarr):
        await arr.add_movie(resource, search=search)
    else:
        await arr.add_series(resource, search=search)


async def _exclusion(arr: Radarr | Sonarr, step: Step) -> int | None:
    if isinstance(arr, Radarr):
        return await arr.exclusion_of(step.body.tmdb or 0)
    return await arr.exclusion_of(step.body.tvdb or 0)
