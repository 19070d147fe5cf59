"""Everything known in numbers → metric families. Pure: `Facts` is read before, so a scrape waits for nothing.

`CATALOGUE` is the whole list; `docs/metrics.md` shows the same, and a test keeps them equal. A labelled series that can
be known beforehand is there from the start with 0, as an increase from nothing is none to Prometheus.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from prometheus_client import ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, gzip_accepted
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from keepercheky.policy.terms import Mode
from keepercheky.services.calls import BUCKETS_SECONDS as CALL_BUCKETS_SECONDS
from keepercheky.services.calls import OUTCOMES as CALL_OUTCOMES
from keepercheky.store import Counter, Pending, ScheduleTotals
from keepercheky.store.counters import BUCKETS_SECONDS as RUN_BUCKETS_SECONDS
from keepercheky.store.counters import DURATION, RUNS

PREFIX: Final = "keepercheky_"
RUN_OUTCOMES: Final = ("success", "partial", "failed", "waiting", "refused", "skipped")
DELETION_OUTCOMES: Final = ("done", "failed", "unverified", "abandoned", "skipped", "preview")
VERDICTS: Final = ("keep", "undecided", "leaving", "delete")
NO_CALLS: Final = (0,) * (len(CALL_BUCKETS_SECONDS) + 1)
NOTHING_PENDING: Final = Pending(0, 0, None)
OPENMETRICS: Final = "application/openmetrics-text"
HTTP_BUCKETS_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0)


class ScheduleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule of the settings. `next_run_at`: the first due minute that nobody served yet; None when switched off."""

    id: str
    enabled: bool
    kinds: tuple[str, ...]
    interval_seconds: float
    next_run_at: datetime | None
    running: bool = False
    totals: ScheduleTotals | None = None


class ServiceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A service of the settings. `up` None: nobody called it yet. `within`: calls by upper bound, cumulative."""

    name: str
    kind: str
    up: bool | None = None
    last_sync_at: datetime | None = None
    calls: Mapping[str, int] = {}
    within: tuple[int, ...] = NO_CALLS
    seconds: float = 0.0


class DiskFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A storage as it was read last; None: not known. `readable`: whether the last attempt to read it worked."""

    name: str
    path: str | None = None
    source: str = ""
    free_bytes: int | None = None
    total_bytes: int | None = None
    keep_free_bytes: int | None = None
    readable: bool = True
    read_at: datetime | None = None


class Answered(msgspec.Struct, frozen=True):
    """Requests to our own pages with the same route, method and status. `within`: by upper bound, cumulative."""

    route: str
    method: str
    code: str
    count: int
    within: tuple[int, ...]
    seconds: float


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Every number of one moment."""

    version: str
    python: str
    mode: str
    paused: bool
    started_at: datetime
    loaded_at: datetime
    reload_failed: bool
    ticked_at: datetime | None
    schedules: tuple[ScheduleFacts, ...] = ()
    services: tuple[ServiceFacts, ...] = ()
    disks: tuple[DiskFacts, ...] = ()
    counters: tuple[Counter, ...] = ()
    titles: Mapping[tuple[str, str, str], tuple[int, int]] = {}
    pending: Mapping[tuple[str, str], Pending] = {}
    answered: tuple[Answered, ...] = ()


class Described(NamedTuple):
    kind: str
    labels: tuple[str, ...]
    help: str


Histogram: TypeAlias = tuple[list[tuple[str, float]], float]
Sampled: TypeAlias = tuple[str, tuple[str, ...], float | Histogram]

# name → (type, labels, what it says)
CATALOGUE: Final[Mapping[str, Described]] = {
    "build_info": Described("gauge", ("version", "python"), "Always 1: which version runs, on which Python"),
    "config_last_reload_successful": Described("gauge", (), "1 when the settings file was good the last time it was read, 0 when the settings from before are still in force"),
    "config_last_reload_success_timestamp_seconds": Described("gauge", (), "When the settings in force were read"),
    "scheduler_last_tick_timestamp_seconds": Described("gauge", (), "When the scheduler last looked at the clock; 0 before the first time"),
    "mode": Described("gauge", ("mode",), "1 for the mode in force: preview (dry run), announce or clean; 0 for the others"),
    "paused": Described("gauge", (), "1 while everything is paused"),
    "schedule_enabled": Described("gauge", ("schedule",), "1 when the schedule is switched on"),
    "schedule_running": Described("gauge", ("schedule",), "1 while a run of the schedule goes on"),
    "schedule_interval_seconds": Described("gauge", ("schedule",), "The longest wait between two of its next 1,000 due times"),
    "schedule_next_run_timestamp_seconds": Described("gauge", ("schedule",), "The first due minute that no run has served yet: in the past when a run is overdue, 0 when switched off"),
    "schedule_last_start_timestamp_seconds": Described("gauge", ("schedule",), "When its last run began; 0 if never"),
    "schedule_last_completion_timestamp_seconds": Described("gauge", ("schedule",), "When its last run ended, however it ended; 0 if never"),
    "schedule_last_success_timestamp_seconds": Described("gauge", ("schedule",), "When its last successful run ended; 0 if never"),
    "schedule_created_timestamp_seconds": Described("gauge", ("schedule",), "When KeeperCheky first saw the schedule"),
    "schedule_waiting_plan": Described("gauge", ("schedule",), "1 while its last plan waits for approval"),
    "schedule_refused": Described("gauge", ("schedule",), "1 while its last run was stopped for safety"),
    "schedule_last_run_success": Described("gauge", ("schedule",), "1 when its last run succeeded, 0 when not; absent before the first run"),
    "schedule_last_run_duration_seconds": Described("gauge", ("schedule",), "How long its last run took; absent before the first run"),
    "schedule_runs_total": Described("counter", ("schedule", "outcome"), "Runs by how they ended; kept when old runs are forgotten"),
    "schedule_run_duration_seconds": Described("histogram", ("schedule",), "How long runs took"),
    "deletions_total": Described("counter", ("schedule", "kind", "outcome"), "Deletions by how they ended; always 0 in this version, which only previews"),
    "freed_bytes_total": Described("counter", ("schedule", "disk"), "Bytes freed by verified deletions; always 0 in this version, which only previews"),
    "pending_deletions": Described("gauge", ("schedule", "kind"), "Titles that are announced and wait for their date; in preview, those that would be"),
    "pending_deletion_bytes": Described("gauge", ("schedule", "kind"), "Size of the titles that are announced and wait for their date; in preview, those that would be"),
    "pending_deletion_oldest_due_timestamp_seconds": Described("gauge", ("schedule",), "When the first of the announced titles leaves; absent when there is none"),
    "titles": Described("gauge", ("service", "kind", "verdict"), "Titles by what was decided last: keep, undecided (not sure, so kept), leaving or delete"),
    "library_bytes": Described("gauge", ("service", "kind"), "Size of the titles that were looked at last"),
    "library_last_sync_timestamp_seconds": Described("gauge", ("service",), "When the service was last read completely by a run; 0 if never"),
    "disk_free_bytes": Described("gauge", ("disk",), "Free space of the storage for ordinary users, as it was read last"),
    "disk_size_bytes": Described("gauge", ("disk",), "Size of the storage; absent when nobody tells it"),
    "disk_target_free_bytes": Described("gauge", ("disk",), "What the settings want free there (keep_free); absent without it"),
    "disk_stat_success": Described("gauge", ("disk",), "1 when the last attempt to read the free space of the storage worked"),
    "freed_pending_bytes": Described("gauge", ("disk",), "Bytes of deleted titles that do not show as free yet, as with a recycle bin"),
    "service_up": Described("gauge", ("service",), "1 when the last call to the service succeeded; after a restart, when the last run read it; absent before the first"),
    "service_requests_total": Described("counter", ("service", "outcome"), "Requests sent to the service since the start, by how they ended"),
    "service_request_duration_seconds": Described("histogram", ("service",), "How long requests to the service took"),
    "http_requests_total": Described("counter", ("route", "method", "code"), "Requests to KeeperCheky itself since the start; route none: no such page"),
    "http_request_duration_seconds": Described("histogram", ("route", "method", "code"), "How long requests to KeeperCheky itself took"),
}  # fmt: skip


class _Ready(Collector):
    """Families that were made already."""

    def __init__(self, made: list[Metric]) -> None:
        self._made = made

    def collect(self) -> list[Metric]:
        return self._made


_FAMILIES: Final = {"gauge": GaugeMetricFamily, "counter": CounterMetricFamily, "histogram": HistogramMetricFamily}  # fmt: skip
_PROCESS: Final = ProcessCollector(registry=None)


def exposition(facts: Facts, accept: str = "", accept_encoding: str = "") -> tuple[bytes, dict[str, str]]:
    """The body and its headers, as the scraper asked: OpenMetrics 1.0.0, else text 0.0.4; gzip if it can."""
    everything = _Ready([*families(facts), *_PROCESS.collect()])
    if _wants_openmetrics(accept):
        body, content_type = openmetrics.generate_latest(everything), openmetrics.CONTENT_TYPE_LATEST  # type: ignore[no-untyped-call]
    else:
        body, content_type = generate_latest(everything), CONTENT_TYPE_PLAIN_0_0_4
    headers = {"Content-Type": content_type, "Vary": "Accept, Accept-Encoding"}
    if gzip_accepted(accept_encoding):
        return gzip.compress(body, compresslevel=1), {**headers, "Content-Encoding": "gzip"}
    return body, headers


def families(facts: Facts) -> list[Metric]:
    """All of the catalogue, in its order; the process's own are not among them."""
    made: dict[str, Any] = {
        name: _FAMILIES[row.kind](PREFIX + name, row.help, labels=row.labels)
        for name, row in CATALOGUE.items()
    }
    parts = (_program, _schedules, _library, _disks, _services, _pages)
    for name, labels, value in (sample for part in parts for sample in part(facts)):
        made[name].add_metric(labels, *(value if isinstance(value, tuple) else (value,)))
    return list(made.values())


def _program(facts: Facts) -> Iterator[Sampled]:
    yield "build_info", (facts.version, facts.python), 1
    yield "config_last_reload_successful", (), not facts.reload_failed
    yield "config_last_reload_success_timestamp_seconds", (), _stamp(facts.loaded_at)
    yield "scheduler_last_tick_timestamp_seconds", (), _stamp(facts.ticked_at)
    yield from (("mode", (mode.value,), mode.value == facts.mode) for mode in Mode)
    yield "paused", (), facts.paused


def _schedules(facts: Facts) -> Iterator[Sampled]:
    counted = {(row.name, frozenset(row.labels.items())): row.value for row in facts.counters}

    def total(name: str, **labels: str) -> float:
        return counted.get((name, frozenset(labels.items())), 0.0)

    for schedule in facts.schedules:
        name, own = schedule.id, (schedule.id,)
        yield "schedule_enabled", own, schedule.enabled
        yield "schedule_running", own, schedule.running
        yield "schedule_interval_seconds", own, schedule.interval_seconds
        yield "schedule_next_run_timestamp_seconds", own, _stamp(schedule.next_run_at)
        yield from _past(own, schedule.totals)
        within = [total(f"{DURATION}_bucket", schedule=name, le=str(bound)) for bound in RUN_BUCKETS_SECONDS]
        count, seconds = (total(f"{DURATION}_{part}", schedule=name) for part in ("count", "sum"))
        yield DURATION, own, _histogram(RUN_BUCKETS_SECONDS, [*within, count], seconds)
        for ended in RUN_OUTCOMES:
            yield RUNS, (name, ended), total(RUNS, schedule=name, outcome=ended)
        for kind in schedule.kinds:
            for ended in DELETION_OUTCOMES:
                labels = {"schedule": name, "kind": kind, "outcome": ended}
                yield "deletions_total", (*labels.values(),), total("deletions_total", **labels)
            pending = facts.pending.get((name, kind), NOTHING_PENDING)
            yield "pending_deletions", (name, kind), pending.titles
            yield "pending_deletion_bytes", (name, kind), pending.size_bytes
        for disk in facts.disks:
            labels = {"schedule": name, "disk": disk.name}
            yield "freed_bytes_total", (*labels.values(),), total("freed_bytes_total", **labels)
        dates = [row.oldest_due for (of, _), row in facts.pending.items() if of == name and row.oldest_due]
        if dates:
            yield "pending_deletion_oldest_due_timestamp_seconds", own, _stamp(min(dates))


def _past(own: tuple[str, ...], past: ScheduleTotals | None) -> Iterator[Sampled]:
    for what in ("last_start", "last_completion", "last_success", "created"):
        yield f"schedule_{what}_timestamp_seconds", own, _stamp(getattr(past, f"{what}_at", None))
    outcome = past.last_outcome if past else None
    yield "schedule_waiting_plan", own, outcome == "waiting"
    yield "schedule_refused", own, outcome == "refused"
    if past is not None and outcome is not None:
        yield "schedule_last_run_success", own, outcome == "success"
    if past is not None and past.last_duration_seconds is not None:
        yield "schedule_last_run_duration_seconds", own, past.last_duration_seconds


def _library(facts: Facts) -> Iterator[Sampled]:
    for service, kind in sorted({(service, kind) for service, kind, _ in facts.titles}):
        counts = {verdict: facts.titles.get((service, kind, verdict), (0, 0)) for verdict in VERDICTS}
        for verdict, (titles, _) in counts.items():
            yield "titles", (service, kind, verdict), titles
        yield "library_bytes", (service, kind), sum(size for _, size in counts.values())


def _disks(facts: Facts) -> Iterator[Sampled]:
    for disk in facts.disks:
        own = (disk.name,)
        sizes = {"free": disk.free_bytes, "size": disk.total_bytes, "target_free": disk.keep_free_bytes}
        yield from ((f"disk_{what}_bytes", own, size) for what, size in sizes.items() if size is not None)
        yield "disk_stat_success", own, disk.readable
        yield "freed_pending_bytes", own, 0  # nothing is deleted yet


def _services(facts: Facts) -> Iterator[Sampled]:
    for service in facts.services:
        own = (service.name,)
        if service.up is not None:
            yield "service_up", own, service.up
        yield "library_last_sync_timestamp_seconds", own, _stamp(service.last_sync_at)
        for outcome in CALL_OUTCOMES:
            yield "service_requests_total", (*own, outcome), service.calls.get(outcome, 0)
        took = _histogram(CALL_BUCKETS_SECONDS, service.within, service.seconds)
        yield "service_request_duration_seconds", own, took


def _pages(facts: Facts) -> Iterator[Sampled]:
    for row in facts.answered:
        own = (row.route, row.method, row.code)
        yield "http_requests_total", own, row.count
        took = _histogram(HTTP_BUCKETS_SECONDS, [*row.within, row.count], row.seconds)
        yield "http_request_duration_seconds", own, took


def _histogram(bounds: Iterable[float], within: Iterable[float], seconds: float) -> Histogram:
    """`within`: counts up to each bound, and the last of all."""
    return list(zip((*(str(float(bound)) for bound in bounds), "+Inf"), within, strict=True)), seconds


def _stamp(at: datetime | None) -> float:
    return 0.0 if at is None else at.timestamp()


def _wants_openmetrics(accept: str) -> bool:
    wanted = [part.replace(" ", "").lower() for part in accept.split(",")]
    return any(part.startswith(OPENMETRICS) and not part.endswith(";q=0") for part in wanted)
