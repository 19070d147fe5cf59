"""Every number of one moment, read from the state and the running application. Nobody outside is asked."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from keepercheky import __version__
from keepercheky.app import App
from keepercheky.media import StorageState
from keepercheky.metrics import NO_CALLS, Answered, DiskFacts, Facts, ScheduleFacts, ServiceFacts
from keepercheky.policy.space import keep_free_bytes
from keepercheky.policy.terms import Schedule, StorageRule
from keepercheky.schedule import next_due
from keepercheky.services.calls import OUTCOMES
from keepercheky.store import Run, Sample, Store, Totals

BACK: Final = (timedelta(hours=2), timedelta(days=2), timedelta(days=400))  # how far the last samples may lie
TOGETHER: Final = timedelta(hours=1)  # disks of one storage that were not seen with its newest are gone
RUNS_BACK: Final = (20, 1_000)
READ_ALL: Final = ("success", "partial", "waiting", "refused")  # a failed run tells not how far it read


async def read_facts(app: App, answered: tuple[Answered, ...] = ()) -> Facts:
    house, store = app.house, app.store
    totals, runs = await store.journal.totals(), await _whole_runs(store)
    return Facts(
        version=__version__,
        python=platform.python_version(),
        mode=house.rules.mode.value,
        paused=await store.baseline.paused(),
        started_at=app.started_at,
        loaded_at=app.loaded_at,
        reload_failed=app.last_reload_failed is not None,
        ticked_at=app.ticked_at,
        schedules=tuple([await _schedule(app, schedule, totals) for schedule in house.rules.schedules]),
        services=tuple(_services(app, runs)),
        disks=tuple(await _disks(app, runs)),
        counters=totals.counters,
        titles=await store.mirror.counts(),
        pending=await store.mirror.pending(),
        answered=answered,
    )


async def _whole_runs(store: Store) -> list[Run]:
    """The newest runs that asked every service; usually a few say all, and long gaps take more."""
    runs: list[Run] = []
    for limit in RUNS_BACK:
        runs = [run for run in await store.journal.recent(limit) if run.outcome in READ_ALL]
        if any(not run.gaps for run in runs):
            break
    return runs


async def _schedule(app: App, schedule: Schedule, totals: Totals) -> ScheduleFacts:
    house, now = app.house, app.clock.now()
    past = totals.schedules.get(schedule.id)
    since = house.since.get(schedule.id, now)
    served = await app.store.journal.last_due(schedule.id)
    after = max(since, served) if served is not None and served <= now else since
    return ScheduleFacts(
        id=schedule.id,
        enabled=schedule.enabled,
        kinds=_kinds(schedule),
        interval_seconds=house.longest_gaps[schedule.id].total_seconds(),
        next_run_at=next_due(schedule.cron, house.zone, after) if schedule.enabled else None,
        running=app.running == schedule.id or (past is not None and past.running_since is not None),
        totals=past,
    )


def _kinds(schedule: Schedule) -> tuple[str, ...]:
    shows = schedule.show_kind
    return (*(("movie",) if schedule.movies else ()), *((shows.value,) if shows else ()))


def _services(app: App, runs: list[Run]) -> Iterable[ServiceFacts]:
    """Right after a start nobody was called yet: the newest run says who answered."""
    calls = app.calls
    for service in app.house.services:
        name = service.name
        whole = [run.started_at for run in runs if name not in run.gaps]
        yield ServiceFacts(
            name=name,
            kind=service.kind,
            up=calls.up.get(name, name not in runs[0].gaps if runs else None),
            last_sync_at=whole[0] if whole else None,
            calls={outcome: calls.counted[name, outcome] for outcome in OUTCOMES},
            within=tuple(calls.within.get(name, NO_CALLS)),
            seconds=calls.seconds[name],
        )


async def _disks(app: App, runs: list[Run]) -> list[DiskFacts]:
    """Every storage as it was read last, by the watch or by a run; also one that could never be read."""
    rules, looked = app.house.rules.storages, runs[0].started_at if runs else None
    samples = await _last_samples(app.store, rules, app.clock.now())
    found = [_disk(app, rule, sample, looked) for rule, sample in samples.values()]
    never = (rule for rule in rules if rule.name in app.unreadable - samples.keys())
    found += [DiskFacts(name=rule.name, path=rule.path, source="path", readable=False) for rule in never]
    return sorted(found, key=lambda disk: disk.name)


def _disk(app: App, rule: StorageRule, sample: Sample, looked: datetime | None) -> DiskFacts:
    measured = rule.path is not None
    state = StorageState(
        name=sample.name,
        rule=rule.name,
        disk=sample.name,
        path=rule.path or sample.name.partition(":")[2] or None,
        source="path" if measured else "services",
        free_bytes=sample.free_bytes,
        total_bytes=sample.total_bytes,
    )
    told = looked is None or sample.at >= looked
    return DiskFacts(
        name=state.name,
        path=state.path,
        source=state.source,
        free_bytes=state.free_bytes,
        total_bytes=state.total_bytes,
        keep_free_bytes=keep_free_bytes(state, app.house.rules.storages),
        readable=rule.name not in app.unreadable if measured else told,
        read_at=sample.at,
    )


async def _last_samples(
    store: Store, rules: Sequence[StorageRule], now: datetime
) -> dict[str, tuple[StorageRule, Sample]]:
    """The newest sample of every disk of the storages in the settings: `media`, or `media:/movies` of its disks."""
    newest: dict[str, Sample] = {}
    for back in BACK:
        newest = {sample.name: sample for sample in await store.samples.since(now - back)}
        if all(any(_belongs(name, rule) for name in newest) for rule in rules):
            break
    found = {}
    for rule in rules:
        own = [sample for name, sample in newest.items() if _belongs(name, rule)]
        last = max((sample.at for sample in own), default=now)
        found.update({sample.name: (rule, sample) for sample in own if last - sample.at < TOGETHER})
    return found


def _belongs(name: str, rule: StorageRule) -> bool:
    return name == rule.name if rule.path is not None else name.partition(":")[0] == rule.name
