"""What the page tells, read from the state; `templates/home.html` says where it stands.

The answer comes first: what a run would delete today, and what leaves next. Then what needs a person, then the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.resources import files
from typing import Final
from zlib import crc32

from jinja2 import Environment, PackageLoader, StrictUndefined

from keepercheky.app import App, going_live
from keepercheky.metrics import DiskFacts
from keepercheky.policy.explain import says
from keepercheky.policy.written import read_findings
from keepercheky.store import DecisionRow, Run
from keepercheky.web import words
from keepercheky.web.facts import read_facts
from keepercheky.web.status import title_counts

MOST_SHOWN: Final = 50
RUNS_SHOWN: Final = 10
RUNS_BACK: Final = 10  # of one schedule, to find one that ended and was not skipped
STYLE: Final = (files("keepercheky.web") / "static" / "style.css").read_bytes()

STYLE_MARK: Final = f"{crc32(STYLE):08x}"  # part of its address: a new style is fetched anew

_PAGES: Final = Environment(
    loader=PackageLoader("keepercheky.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_PAGES.filters.update(size=words.size, code=words.with_code, name=words.name, upper_first=words.upper_first)


@dataclass(frozen=True, slots=True)
class Titles:
    """A list of titles: the first of them, each with why, and how many and how large all are."""

    shown: list[tuple[DecisionRow, str]]
    number: int
    size_bytes: int

    @property
    def more(self) -> int:
        return self.number - len(self.shown)

    @property
    def first_leaves_at(self) -> datetime | None:
        return min((row.promised_until for row, _ in self.shown if row.promised_until), default=None)


@dataclass(frozen=True, slots=True)
class Bar:
    """How full a storage is, in hundredths of it. `limit`: where what is to be kept free begins."""

    used: float
    limit: float | None
    low: bool


async def home(app: App) -> str:
    """The page."""
    facts, now, zone = await read_facts(app), app.clock.now(), app.house.zone
    mirror, counts = app.store.mirror, title_counts(facts)
    last = await _last_runs(app)
    stopped = [run for run in last.values() if run.outcome in ("refused", "failed", "partial")]
    going = _listed(app, [] if facts.paused else await _going(app, last))
    live = None if facts.paused or going.number else await going_live.of_runs(app.house, last.values())
    unsure = await mirror.by_verdict("undecided", limit=MOST_SHOWN)
    return _PAGES.get_template("home.html").render(
        app=app,
        facts=facts,
        base=app.house.settings.web.base_path,
        now=now,
        style=STYLE_MARK,
        words=words,
        date=partial(words.date, zone=zone, now=now),
        moment=partial(words.moment, zone=zone, now=now),
        going=going,
        going_live=live if live and live.not_before > now else None,
        pause=await app.store.baseline.pause(),
        leaving=_listed(app, await mirror.leaving()),
        unsure=Titles(_why(app, unsure), counts["undecided"]["titles"], counts["undecided"]["bytes"]),
        reasons=_reasons(last.values()),
        names={schedule.id: schedule.name for schedule in app.house.rules.schedules},
        last=last,
        stopped=stopped,
        waiting=[run for run in last.values() if run.outcome == "waiting"],
        runs=await app.store.journal.recent(RUNS_SHOWN),
        next_due=app.next_due(now),
        bars={disk.name: _bar(disk) for disk in facts.disks},
    )


async def _going(app: App, last: Mapping[str, Run]) -> list[DecisionRow]:
    """What runs would delete now, in order. Nothing of a schedule that was stopped: what stands there is older."""
    good = [name for name, run in last.items() if run.outcome not in ("refused", "failed")]
    return [row for name in good for row in await app.store.mirror.due(name) if row.taken]


async def _last_runs(app: App) -> dict[str, Run]:
    """By schedule id, the last run that said anything."""
    found = {}
    for schedule in app.house.rules.schedules:
        for run in await app.store.journal.recent(RUNS_BACK, schedule.id):
            if run.outcome not in (None, "skipped"):
                found[schedule.id] = run
                break
    return found


def _listed(app: App, rows: list[DecisionRow]) -> Titles:
    return Titles(_why(app, rows[:MOST_SHOWN]), len(rows), sum(row.size_bytes for row in rows))


def _why(app: App, rows: Iterable[DecisionRow]) -> list[tuple[DecisionRow, str]]:
    """Each with its first reason. That it was announced is no reason: its date stands beside it."""
    zone, told = app.house.zone, []
    for row in rows:
        findings = read_findings(row.findings)
        reasons = [finding for finding in findings if finding.rule != "promise"] or findings
        told.append((row, says(reasons[0], zone) if reasons else ""))
    return told


def _reasons(runs: Iterable[Run]) -> list[tuple[str, int, int]]:
    """What decided in the last run of every schedule: reason, titles, bytes; the most frequent first."""
    titles: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for run in runs:
        for row in run.by_reason:
            titles[row["rule"]] += row["titles"]
            sizes[row["rule"]] += row["bytes"]
    return [(words.RULES.get(rule, rule), number, sizes[rule]) for rule, number in titles.most_common()]


def _bar(disk: DiskFacts) -> Bar | None:
    free, total, wanted = disk.free_bytes, disk.total_bytes, disk.keep_free_bytes
    if free is None or not total:
        return None
    return Bar(
        used=_hundredths(total - free, total),
        limit=None if wanted is None else _hundredths(total - wanted, total),
        low=wanted is not None and free < wanted,
    )


def _hundredths(part: int, whole: int) -> float:
    return round(min(max(part / whole, 0.0), 1.0) * 100, 1)
