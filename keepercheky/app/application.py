"""One method per thing that can be asked or done. Every view (pages, API, command line, metrics) goes through here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import anyio
from msgspec.structs import replace

from keepercheky import schedule as timing
from keepercheky.app import acting
from keepercheky.app.answers import pause_answer, run_answer, step_answer, title_answer
from keepercheky.app.checks import check_everything
from keepercheky.cleanup.house import House
from keepercheky.cleanup.run import look_ahead, refusal_record, run
from keepercheky.clock import Clock
from keepercheky.errors import NoMatch, SettingsError, UsageError
from keepercheky.logs import get_logger
from keepercheky.policy.marks import Accepted, HandKeep
from keepercheky.policy.report import instant, plan_report
from keepercheky.policy.terms import Amount, Mode, Schedule
from keepercheky.services.calls import Calls
from keepercheky.store import DecisionRow, Run, Store, Trigger
from keepercheky.store.titles import folded

log = get_logger()

Reopen = Callable[[], Awaitable[House]]


class App:
    """The running application. One run at a time; the settings in force are `house`, replaced whole on reload.

    `preview_only`: this version is held back, whatever mode the settings name.
    """

    def __init__(self, house: House, calls: Calls, reopen: Reopen, *, preview_only: bool) -> None:
        self.house = house
        self.calls = calls
        self.preview_only = preview_only
        self.started_at = house.clock.now()
        self.loaded_at = self.started_at
        self.last_reload_failed: str | None = None
        self.ticked_at: datetime | None = None
        self.unreadable: frozenset[str] = (
            frozenset()
        )  # storages whose disk did not answer when last looked at
        self.running: str | None = None
        self._one_run = anyio.Lock()
        self._reopen = reopen

    @property
    def clock(self) -> Clock:
        return self.house.clock

    @property
    def store(self) -> Store:
        return self.house.store

    async def run(self, schedule_id: str, due_at: datetime, trigger: Trigger) -> Run:
        """Carry out one run of a schedule; waits for the one under way."""
        async with self._one_run:
            self.running = schedule_id
            try:
                ended = await run(self.house, schedule_id, due_at, trigger, self.next_due(due_at))
            finally:
                self.running = None
            steps = await self.store.steps.of_run(ended.id)
            await self.store.mirror.forget([step.key for step in steps if step.state == "done"])
            return ended

    async def skip(self, schedule_id: str, due_at: datetime) -> None:
        """Journal that a run was due while the one before it was still going on."""
        now, journal, mode = self.clock.now(), self.store.journal, self.house.rules.mode.value
        run_id = await journal.begin(
            schedule=schedule_id, trigger="cron", due_at=due_at, started_at=now, mode=mode
        )
        skipped = await journal.get(run_id)
        if skipped is not None:
            await journal.finish(replace(skipped, ended_at=now, outcome="skipped", reason="still_running"))

    async def tidy(self) -> None:
        """Forget what is older than the settings ask to keep; the last run of each schedule and all totals stay."""
        now = self.clock.now()
        await self.store.journal.prune(now - self.house.settings.history.keep)
        await self.store.samples.thin(now)
        await self.store.mirror.keep_only([schedule.id for schedule in self.house.rules.schedules])

    async def reload(self) -> None:
        """Read the settings again. Bad ones are told and the old ones stay; a run under way ends with those it began with."""
        async with self._one_run:
            try:
                house = await self._reopen()
            except SettingsError as error:
                self.last_reload_failed = str(error)
                log.warning("reload_failed", problem=str(error))
                return
            old, self.house = self.house, house
            self.last_reload_failed = None
            self.loaded_at = self.clock.now()
            for service in old.services:
                await service.aclose()
        log.info("reloaded", schedules=[schedule.id for schedule in self.house.rules.schedules])

    async def at_rest(self) -> None:
        """Returns when no run and no undo goes on."""
        async with self._one_run:
            pass

    def next_due(self, now: datetime) -> dict[str, datetime]:
        """The next due minute of every enabled schedule."""
        return {
            schedule.id: timing.next_due(schedule.cron, self.house.zone, now)
            for schedule in self.house.rules.schedules
            if schedule.enabled
        }

    async def plan(self, schedule_id: str | None = None, *, at_free: Amount | None = None) -> dict[str, Any]:
        """What would go and why, changing nothing: one plan, or `{"plans": […]}` of every enabled schedule."""
        wanted = [self.schedule(schedule_id)] if schedule_id else self._enabled()
        now = self.clock.now()
        made = await look_ahead(
            self.house, [row.id for row in wanted], now, self.next_due(now), at_free=at_free
        )
        plans = [plan_report(one.plan, uuid4().hex, self.house.rules, self.house.zone) for one in made]
        return plans[0] if schedule_id else {"plans": plans}

    async def clean(self, schedule_id: str) -> dict[str, Any]:
        """One run now, as mode, caps and approval allow; what it deleted, what it did not, and why."""
        return await acting.clean(self, schedule_id)

    async def review(self, schedule_id: str) -> dict[str, Any]:
        """What waits for approval."""
        return await acting.review(self, schedule_id)

    async def approve(self, schedule_id: str, keys: Sequence[str] | None, *, by: str) -> dict[str, Any]:
        """Approve due titles, or (None) all that the plan takes, and run."""
        return await acting.approve(self, schedule_id, keys, by)

    async def undo(self, what: str, *, search: bool, by: str) -> dict[str, Any]:
        """Bring back what a run, or a title's last deletion, took. Waits for a run that is under way."""
        async with self._one_run:
            return await acting.undo_told(self, what, search=search, by=by)

    async def pause(self, by: str) -> dict[str, Any]:
        """Hold before the next deletion, until `resume`; also after a new start."""
        return await self._set_paused(by, paused=True)

    async def resume(self, by: str) -> dict[str, Any]:
        return await self._set_paused(by, paused=False)

    async def _set_paused(self, by: str, *, paused: bool) -> dict[str, Any]:
        baseline = self.store.baseline
        changed = await baseline.paused() is not paused
        if changed:
            await baseline.set_paused(paused, by, self.clock.now())
            log.info("paused" if paused else "resumed", by=by)
        return {**pause_answer(await baseline.pause()), "changed": changed, "running": self.running}

    async def explain(self, query: str) -> dict[str, Any]:
        """Every finding of the titles that match, as they were decided last. NoMatch when none does."""
        rows = await self._find(query)
        return {"titles": [title_answer(row, self.house.zone) for row in rows]}

    async def leaving(self) -> dict[str, Any]:
        rows = await self.store.mirror.leaving()
        return {
            "simulated": self.house.rules.mode == "preview",
            "titles": [title_answer(row, self.house.zone) for row in rows],
        }

    async def history(self, limit: int = 20) -> dict[str, Any]:
        """The last runs, the newest first, each with what became of its titles."""
        return {"runs": [await self._with_steps(row) for row in await self.store.journal.recent(limit)]}

    async def history_of(self, run_id: str) -> dict[str, Any]:
        """One run."""
        found = await self.store.journal.get(run_id)
        if found is None:
            raise NoMatch(f"There is no run {run_id!r}", "`keepercheky history` lists the runs")
        return await self._with_steps(found)

    async def _with_steps(self, row: Run) -> dict[str, Any]:
        steps = await self.store.steps.of_run(row.id) if row.mode == Mode.CLEAN else []
        return {**run_answer(row), "steps": [step_answer(step) for step in steps]}

    async def keep(self, query: str, *, until: timedelta | None, reason: str, by: str) -> dict[str, Any]:
        """Keep the matching titles by hand, for a while or for good."""
        now = self.clock.now()
        rows = await self._find(query)
        end = now + until if until is not None else None
        for identity in _identities(rows):
            await self.store.keeps.add(HandKeep(identity, now, end, reason, by))
        return {"until": instant(end), "titles": _named(rows)}

    async def unkeep(self, query: str) -> dict[str, Any]:
        """Take back keeps by hand of the matching titles. NoMatch when none was kept."""
        rows = await self._find(query)
        gone = {identity for identity in _identities(rows) if await self.store.keeps.remove(identity)}
        if not gone:
            raise NoMatch(
                f"Nothing that matches {query!r} is kept by hand",
                "See `keepercheky explain` for what keeps it",
            )
        return {"titles": _named([row for row in rows if row.key.rpartition("@")[0] in gone])}

    async def accept(self, refusal_id: str) -> dict[str, Any]:
        """Accept a refusal as it stood in the last run that was stopped by it, or else as it stands now."""
        refusal = await self._stopped_by(refusal_id)
        if not refusal["acceptable"]:
            raise UsageError(f"{refusal_id} cannot be accepted: {refusal['because']}", refusal["remedy"])
        await self.store.baseline.accept(Accepted(refusal_id, self.clock.now(), refusal["facts"]))
        return {"accepted": refusal_id, "because": refusal["because"]}

    async def check(self) -> dict[str, Any]:
        """Services, storages, path maps: what is wrong and how to mend it."""
        return {"checks": await check_everything(self.house)}

    async def health(self) -> None:
        """Returns when the state can be read; raises StateError when not."""
        await self.store.readable()

    async def _stopped_by(self, refusal_id: str) -> dict[str, Any]:
        baseline = await self.store.baseline.get()
        runs = [
            past
            for past in await self.store.journal.recent(50)
            if baseline is None or past.started_at >= baseline.taken_at  # what a good run has ended is over
        ]
        stops = [refusal for past in runs for refusal in past.refusals]
        if not any(stop["id"] == refusal_id for stop in stops):
            stops = await self._stops_now()
        for stop in stops:
            if stop["id"] == refusal_id:
                return stop
        raise NoMatch(
            f"Nothing is stopped by {refusal_id!r}",
            "See `keepercheky plan` and `keepercheky history` for what is",
        )

    async def _stops_now(self) -> list[dict[str, Any]]:
        now, enabled = self.clock.now(), [row.id for row in self._enabled()]
        made = await look_ahead(self.house, enabled[:1], now, self.next_due(now))
        return [refusal_record(refusal) for one in made for refusal in one.plan.refusals]

    def _enabled(self) -> list[Schedule]:
        return [schedule for schedule in self.house.rules.schedules if schedule.enabled]

    def schedule(self, schedule_id: str) -> Schedule:
        """The schedule of that id. UsageError when the settings have none."""
        known = {schedule.id: schedule for schedule in self.house.rules.schedules}
        if schedule_id not in known:
            names = ", ".join(sorted(known)) or "none"
            raise UsageError(f"There is no schedule {schedule_id!r}", f"Schedules in the settings: {names}")
        return known[schedule_id]

    async def _find(self, query: str) -> list[DecisionRow]:
        rows = await self.store.mirror.find(query)
        if not rows:
            raise NoMatch(
                f"No title matches {query!r}",
                "Titles are known after the first run; try a part of the name, or an id",
            )
        exact = [
            row
            for row in rows
            if query in (row.key, row.key.rpartition("@")[0]) or folded(row.title) == folded(query)
        ]
        return exact or rows


def _identities(rows: list[DecisionRow]) -> list[str]:
    return list(dict.fromkeys(row.key.rpartition("@")[0] for row in rows))


def _named(rows: list[DecisionRow]) -> list[dict[str, Any]]:
    return [{"key": row.key, "title": row.title, "year": row.year, "season": row.season} for row in rows]
