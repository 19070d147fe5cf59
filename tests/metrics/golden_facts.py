"""Numbers of one made-up moment, something in every place."""

from datetime import UTC, datetime

from keepercheky.metrics import Answered, DiskFacts, Facts, ScheduleFacts, ServiceFacts
from keepercheky.store import Counter, Pending, ScheduleTotals
from keepercheky.store.counters import of_run

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
EARLIER = datetime(2025, 3, 1, 3, tzinfo=UTC)
NEXT = datetime(2025, 3, 2, 3, tzinfo=UTC)
DUE = datetime(2025, 3, 14, 3, tzinfo=UTC)


def summed(*counted: Counter) -> tuple[Counter, ...]:
    totals: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    for row in counted:
        place = row.name, tuple(row.labels.items())
        totals[place] = totals.get(place, 0) + row.value
    return tuple(Counter(name, dict(labels), value) for (name, labels), value in totals.items())


FACTS = Facts(
    version="1.2.3",
    python="3.11.7",
    mode="preview",
    paused=False,
    started_at=EARLIER,
    loaded_at=EARLIER,
    reload_failed=True,
    ticked_at=NOW,
    schedules=(
        ScheduleFacts(
            id="old_media",
            enabled=True,
            kinds=("movie", "season"),
            interval_seconds=90000.0,
            next_run_at=NEXT,
            totals=ScheduleTotals(EARLIER, EARLIER, NOW, EARLIER, "refused", 12.5, None),
        ),
        ScheduleFacts(id="new", enabled=False, kinds=("movie",), interval_seconds=3600.0, next_run_at=None),
    ),
    services=(
        ServiceFacts(
            name="radarr",
            kind="radarr",
            up=True,
            last_sync_at=EARLIER,
            calls={"ok": 3, "timeout": 1},
            within=(1, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4),
            seconds=21.5,
        ),
        ServiceFacts(name="jellyfin", kind="jellyfin"),
    ),
    disks=(
        DiskFacts(name="media", free_bytes=700, total_bytes=10_000, keep_free_bytes=1_000),
        DiskFacts(name="gone", readable=False),
    ),
    counters=summed(
        *of_run("old_media", "success", 0.5),
        *of_run("old_media", "success", 12.5),
        *of_run("old_media", "refused", 4000.0),
        *of_run("old_media", "skipped", None),
        *of_run("removed", "success", 1.0),
    ),
    titles={
        ("radarr", "movie", "keep"): (3, 300),
        ("radarr", "movie", "undecided"): (1, 50),
        ("sonarr", "season", "leaving"): (2, 80),
    },
    pending={("old_media", "season"): Pending(2, 80, DUE)},
    answered=(Answered("/metrics", "GET", "200", 2, (1, 1, 2, 2, 2, 2, 2, 2, 2), 0.03),),
)
