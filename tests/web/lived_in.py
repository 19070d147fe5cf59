"""Settings, and a state as runs leave it behind: titles decided, free space read, runs journalled."""

from datetime import UTC, datetime, timedelta

import msgspec

from keepercheky.policy.findings import Finding, Says
from keepercheky.policy.findings import delete as goes
from keepercheky.policy.findings import keep as stays
from keepercheky.policy.written import write_findings
from keepercheky.store import DecisionRow, Run, Sample, Store

GB = 10**9
DAY = timedelta(days=1)
NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
KEYS = ("aaaa1111bbbb", "cccc2222dddd", "eeee3333ffff", "9999888877776666")
SETTINGS = f"""
timezone = "Europe/Madrid"

[services]
radarr     = {{ url = "http://127.0.0.1:1/radarr", api_key = "{KEYS[0]}", connect_timeout = "1s" }}
sonarr     = {{ url = "http://127.0.0.1:1/sonarr", api_key = "{KEYS[1]}", connect_timeout = "1s" }}
jellyfin   = {{ url = "http://127.0.0.1:1/jellyfin", api_key = "{KEYS[2]}", connect_timeout = "1s" }}
jellyseerr = {{ url = "http://127.0.0.1:1/seerr", api_key = "{KEYS[3]}", connect_timeout = "1s" }}

[storage.media]
keep_free = "10%"

[[schedules]]
id     = "old_media"
name   = "Old media"
movies = {{ unwatched = "180d", watched = "60d" }}
shows  = {{ unwatched = "180d", watched = "60d" }}
"""
RESTING = """
[[schedules]]
id      = "resting"
enabled = false
tag     = "resting"
movies  = "10d"
"""
LONG_AGO = datetime(2024, 6, 1, tzinfo=UTC)


def movie(number: int, verdict: str = "keep", *findings: Finding, **changes) -> DecisionRow:
    """A movie of the schedule `old_media`, with a plausible finding for its verdict."""
    plain = {
        "keep": stays("favorites", users=("ana",)),
        "undecided": Finding("unmatched", Says.UNKNOWN, "unmatched"),
        "leaving": goes("expired", watched=False, limit_days=180, active_at=LONG_AGO),
        "delete": goes("expired", watched=True, limit_days=60, active_at=LONG_AGO),
    }
    told = findings or (plain[verdict],)
    row = DecisionRow(
        key=f"movie:tmdb:{number}@radarr",
        schedule="old_media",
        service="radarr",
        kind="movie",
        title=f"Movie {number}",
        year=1990 + number % 30,
        size_bytes=4 * GB,
        frees_bytes=4 * GB,
        storage="media",
        verdict=verdict,
        taken=False,
        first_rule=told[0].rule,
        findings=write_findings(told),
    )
    return msgspec.structs.replace(row, **changes)


def season(number: int, verdict: str = "keep", **changes) -> DecisionRow:
    key = f"season:tvdb:{number}:2@sonarr"
    show = {"key": key, "service": "sonarr", "kind": "season", "title": f"Show {number}", "season": 2}
    return movie(number, verdict, **{**show, **changes})


async def journal(store: Store, ended_at: datetime, outcome: str = "success", **changes) -> Run:
    """A run of ten seconds, due when it began."""
    started_at = ended_at - timedelta(seconds=10)
    facts = {"schedule": "old_media", "trigger": "cron", "due_at": started_at, "started_at": started_at}
    facts |= {"mode": "preview"} | {
        name: value for name, value in changes.items() if name in Run.__struct_fields__
    }
    begun = {name: facts[name] for name in ("schedule", "trigger", "due_at", "started_at", "mode")}
    run_id = await store.journal.begin(**begun)
    run = Run(**{**facts, "id": run_id, "ended_at": ended_at, "outcome": outcome})
    await store.journal.finish(run)
    return run


async def live_in(
    store: Store, now: datetime, keep: int = 3, undecided: int = 2, leaving: int = 3, taken: int = 2
):
    """An ordinary evening: some titles of every verdict, one good run, free space below what is wanted."""
    numbers = iter(range(1, keep + undecided + leaving + taken + 1))
    rows = [movie(next(numbers)) for _ in range(keep)]
    rows += [movie(next(numbers), "undecided") for _ in range(undecided)]
    rows += [
        season(next(numbers), "leaving", announced_at=now, promised_until=now + (7 + place % 20) * DAY)
        for place in range(leaving)
    ]
    rows += [movie(next(numbers), "delete", taken=True, position=place) for place in range(taken)]
    await store.mirror.record("old_media", rows, now - DAY, "a run")
    await store.samples.add([Sample("media:/movies", now, 700 * GB, 10_000 * GB)])
    counts = {"keep": keep, "undecided": undecided, "leaving": leaving, "delete": taken}
    by_reason = (
        {"rule": "favorites", "titles": keep, "bytes": keep * 4 * GB},
        {"rule": "unmatched", "titles": undecided, "bytes": undecided * 4 * GB},
    )
    return await journal(store, now, totals={**counts, "delete_bytes": taken * 4 * GB}, by_reason=by_reason)
