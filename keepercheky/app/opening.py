"""The only place that constructs: settings → clients and state → App."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import anyio
import anyio.to_thread

from keepercheky import schedule as timing
from keepercheky.app.application import App
from keepercheky.cleanup.house import House
from keepercheky.clock import Clock
from keepercheky.logs import get_logger
from keepercheky.policy.terms import Mode, Rules
from keepercheky.services.calls import Calls
from keepercheky.services.catalog import Service, open_service
from keepercheky.services.http import Timeouts
from keepercheky.settings import Loaded, Settings, state_folder
from keepercheky.store import Store, open_store

log = get_logger()

PREVIEW_ONLY = (
    True  # until deleting is proved: whatever mode the settings name, nothing is announced or deleted
)
LAST_WORDS_SECONDS = 10.0


def preview_only() -> bool:
    """Whether this version is held back to preview. Whoever wants to know asks here."""
    return PREVIEW_ONLY


@asynccontextmanager
async def open_app(
    load: Callable[[], Loaded],
    environ: Mapping[str, str],
    *,
    clock: Clock | None = None,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> AsyncIterator[App]:
    """The application over its state, alone with it while it is open.

    Raises SettingsError, StateError or LockedError, each with a remedy. No service is asked anything yet.
    """
    clock = clock or Clock()
    loaded = load()
    calls = Calls()
    async with open_store(state_folder(loaded.settings, environ), now=clock.now()) as store:
        for interrupted in await store.journal.interrupt_open(clock.now()):
            log.warning("run_was_interrupted", run_id=interrupted.id, schedule=interrupted.schedule)

        async def reopen() -> House:
            return await furnish(load(), store, clock, calls, sleep)

        house = await furnish(loaded, store, clock, calls, sleep)
        app = App(house, calls, reopen, preview_only=preview_only())
        try:
            yield app
        finally:
            with anyio.move_on_after(LAST_WORDS_SECONDS, shield=True):
                await app.at_rest()  # a run that was broken off writes down that it was
            with anyio.CancelScope(shield=True):
                for service in app.house.services:
                    await service.aclose()


async def furnish(
    loaded: Loaded,
    store: Store,
    clock: Clock,
    calls: Calls,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> House:
    """Clients and rules of one loading of the settings."""
    rules = loaded.rules
    for warning in loaded.warnings:
        log.warning("settings", key=warning.key, problem=warning.problem, remedy=warning.remedy)
    if rules.mode is not Mode.PREVIEW and preview_only():
        log.warning(
            "preview_only",
            wanted=rules.mode.value,
            remedy="This version only previews: nothing is announced or deleted",
        )
        rules = replace(rules, mode=Mode.PREVIEW)
    before = await store.approvals.went_live(rules.mode.value, clock.now())
    if before is not None:
        log.info("mode_changed", before=before, now=rules.mode.value)
    since = await store.journal.remember_schedules(
        {schedule.id: f"{schedule.cron} {rules.timezone} {schedule.enabled}" for schedule in rules.schedules},
        clock.now(),
    )
    return House(
        settings=loaded.settings,
        rules=rules,
        services=_services(loaded.settings, clock, calls),
        store=store,
        clock=clock,
        longest_gaps=await anyio.to_thread.run_sync(_longest_gaps, rules, clock.now()),
        since=since,
        sleep=sleep,
    )


def _services(settings: Settings, clock: Clock, calls: Calls) -> tuple[Service, ...]:
    return tuple(
        open_service(
            name,
            service.kind.value,
            str(service.url),
            service.api_key.get_secret_value(),
            Timeouts(
                connect=service.connect_timeout.total_seconds(),
                read=service.read_timeout.total_seconds(),
                whole_list=service.list_timeout.total_seconds(),
            ),
            clock,
            calls.observe,
        )
        for name, service in settings.services.items()
        if service.enabled
    )


def _longest_gaps(rules: Rules, now: datetime) -> dict[str, timedelta]:
    zone = ZoneInfo(rules.timezone)
    return {schedule.id: timing.longest_gap(schedule.cron, zone, now) for schedule in rules.schedules}
