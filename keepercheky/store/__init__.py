"""What happened and what is remembered: one SQLite file in the state folder. SQL lives only here.

    async with open_store(folder, now=clock.now()) as store:
        await store.journal.recent(10)

`journal` runs, ticks and totals · `promises` announcements · `keeps` kept by hand · `plays` who played what ·
`steps` deletions one by one · `mirror` the last decision of every title · `baseline` what deciding compares with · `samples` free space over time.
"""

from __future__ import annotations

from keepercheky.store.baseline import BaselineStore, Pause
from keepercheky.store.counters import Counter
from keepercheky.store.journal import Journal, Outcome, Run, ScheduleTotals, Totals, Trigger
from keepercheky.store.keeps import Keeps
from keepercheky.store.mirror import Mirror, Pending
from keepercheky.store.opening import Store, open_store
from keepercheky.store.plays import Plays
from keepercheky.store.promises import Promises
from keepercheky.store.samples import Sample, Samples
from keepercheky.store.steps import AfterStep, Body, Step, Steps
from keepercheky.store.titles import DecisionRow, Verdict

__all__ = [
    "AfterStep",
    "BaselineStore",
    "Body",
    "Counter",
    "DecisionRow",
    "Journal",
    "Keeps",
    "Mirror",
    "Outcome",
    "Pause",
    "Pending",
    "Plays",
    "Promises",
    "Run",
    "Sample",
    "Samples",
    "ScheduleTotals",
    "Step",
    "Steps",
    "Store",
    "Totals",
    "Trigger",
    "Verdict",
    "open_store",
]
