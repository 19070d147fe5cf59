"""A pretend household for decisions: builders with quiet defaults, so that a test says only what it is about.

Everything is old, unwatched, unwanted and known, on one disk of 10 TB. Schedules delete at once (`notice` 0) and
ask nobody, so that a verdict shows what the test's own words changed. Whole numbers are days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from keepercheky.media import (
    NOT_WATCHED,
    NOTHING_ASKED,
    Episode,
    Fact,
    Ids,
    Library,
    MediaFile,
    Movie,
    Queued,
    Request,
    Season,
    Show,
    StorageState,
    Unknown,
    Watch,
    Watching,
)
from keepercheky.policy.decide import decide
from keepercheky.policy.findings import Verdict
from keepercheky.policy.marks import HandKeep, Marks, Promise, Spent
from keepercheky.policy.plan import Plan, Situation, plan
from keepercheky.policy.terms import (
    AgeLimit,
    AgeRule,
    Amount,
    Approve,
    EpisodeRule,
    Keep,
    Level,
    Limits,
    Mode,
    Rules,
    Schedule,
    ServiceRule,
    StorageRule,
)
from keepercheky.policy.verdict import Decision

NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
GB = 10**9
TB = 10**12
OLD = 1000  # days: older than any limit in these tests
NOT_ASKED = Unknown(NOTHING_ASKED)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def ago(count: float) -> datetime:
    return NOW - days(count)


def ahead(count: float) -> datetime:
    return NOW + days(count)


def share(percent: float) -> Amount:
    return Amount(share=percent / 100, text=f"{percent:g}%")


def size(count: int) -> Amount:
    return Amount(size_bytes=count, text=f"{count // GB}GB")


# Who watched


def watch(user: str = "ana", at: float | None = 500, *, finished: bool = True, half: bool = False) -> Watch:
    """Played so many days ago; `half`: stopped half-way."""
    return Watch(user, None if at is None else ago(at), True, finished and not half, half)


def seen(*watches: Watch, **facts: Any) -> Watching:
    return Watching(watches=watches, **facts)


# What is there


def movie(number: int = 603, *, imported: Fact[datetime] | float = OLD, gb: int = 10, **facts: Any) -> Movie:
    service = facts.pop("service", "radarr")
    links = facts.pop("links", None)
    last_link_bytes = facts.pop("last_link_bytes", None)
    file = MediaFile(number, f"/movies/{number}/film.mkv", gb * GB, links, last_link_bytes)
    facts.setdefault("file", file)
    defaults: dict[str, Any] = {
        "arr_id": number,
        "ids": Ids(tmdb=number),
        "title": f"Movie {number}",
        "year": 1999,
        "folder": f"/movies/{number}",
        "root_folder": "/movies",
        "libraries": frozenset({"Films"}),
        "storage": "media",
        "tags": frozenset(),
        "watching": NOT_WATCHED,
        "queued": False,
        "requests": (),
        "shared_with": None,
    }
    return Movie(
        service=service,
        size_bytes=gb * GB,
        imported_at=_instant(imported),
        **{**defaults, **facts},
    )


def episode(
    season: int,
    number: int,
    *,
    aired: float | None = OLD,
    imported: Fact[datetime] | float = OLD,
    file: int | None = None,
    watching: Watching = NOT_WATCHED,
    queued: bool = False,
) -> Episode:
    """`file` 0: none. `aired` negative: that many days ahead; None: no air date."""
    own = season * 1000 + number
    return Episode(
        arr_id=own,
        season=season,
        number=number,
        air_at=None if aired is None else ago(aired),
        file_id=own if file is None else file,
        imported_at=_instant(imported),
        watching=watching,
        queued=queued,
    )


def season_of(number: int, count: int = 3, **facts: Any) -> list[Episode]:
    return [episode(number, row, **facts) for row in range(1, count + 1)]


def show(number: int = 5, *episodes: Episode, asked: bool = True, gb: int = 2, **facts: Any) -> Show:
    """A show of these episodes, each file of so many GB. `asked=False`: known by the list alone."""
    rows = episodes or tuple(season_of(1))
    service = facts.pop("service", "sonarr")
    fans: Mapping[int, frozenset[str]] = facts.pop("season_fans", {})
    links: Fact[int | None] = facts.pop("links", None)
    ids = {row.file_id for row in rows if row.file_id}
    files = {file: MediaFile(file, f"/tv/{number}/{file}.mkv", gb * GB, links) for file in ids}
    counts = {row.season: 0 for row in rows}
    for file in ids:
        counts[next(row.season for row in rows if row.file_id == file)] += 1
    seasons = tuple(
        Season(season, count * gb * GB, count, fans.get(season, frozenset()))
        for season, count in sorted(counts.items())
    )
    parts = {(row.season, row.number): row.watching for row in rows if row.watching != NOT_WATCHED}
    defaults: dict[str, Any] = {
        "arr_id": number,
        "ids": Ids(tvdb=number),
        "title": f"Show {number}",
        "year": 2008,
        "folder": f"/tv/{number}",
        "root_folder": "/tv",
        "libraries": frozenset({"Series"}),
        "storage": "media",
        "tags": frozenset(),
        "size_bytes": len(ids) * gb * GB,
        "has_files": bool(ids),
        "ended": True,
        "airs_near": False,
        "seasons": seasons,
        "episodes": rows if asked else NOT_ASKED,
        "files": files if asked else {},
        "imported_bound": None,
        "whole": NOT_WATCHED,
        "parts": parts,
        "listed_parts": frozenset((row.season, row.number) for row in rows),
        "queued": Queued(),
        "requests": (),
        "shared_with": None,
    }
    return Show(service=service, **{**defaults, **facts})


def asked_for(by: str = "ana", since: float | None = 400) -> tuple[Request, ...]:
    return (Request(by, None if since is None else ago(since)),)


def disk(
    name: str = "media", *, free: int | None = TB, total: int | None = 10 * TB, **facts: Any
) -> StorageState:
    defaults = {"rule": name, "disk": name, "path": f"/data/{name}", "source": "path"}
    return StorageState(name=name, free_bytes=free, total_bytes=total, **{**defaults, **facts})


def library(*items: Movie | Show, storages: Iterable[StorageState] | None = None) -> Library:
    return Library(
        movies=tuple(item for item in items if isinstance(item, Movie)),
        shows=tuple(item for item in items if isinstance(item, Show)),
        storages={storage.name: storage for storage in ([disk()] if storages is None else storages)},
    )


def at_free(home: Library, free: int | None) -> Library:
    return replace(
        home, storages={name: replace(row, free_bytes=free) for name, row in home.storages.items()}
    )


# What was asked for


def aged(
    limit: float | None = None, *, unwatched: float | None = None, watched: float | None = None
) -> AgeRule:
    return AgeRule(always=_limit(limit, unwatched, watched))


def level(key: Amount, limit: float, notice: float | None = None) -> Level:
    return Level(key, _limit(limit, None, None), None if notice is None else days(notice))


def levels(*rows: Level) -> AgeRule:
    return AgeRule(levels=rows)


def latest(
    keep: int, after: float | None = None, max_age: float | None = None, at_least: int = 1
) -> EpisodeRule:
    return EpisodeRule(
        keep, None if after is None else days(after), None if max_age is None else days(max_age), at_least
    )


def schedule(name: str = "old", **facts: Any) -> Schedule:
    """Movies and seasons after 90 days, at once, unless said."""
    if not facts.keys() & {"movies", "shows", "seasons", "episodes"}:
        facts |= {"movies": aged(90), "seasons": aged(90)}
    facts["notice"] = days(facts.get("notice", 0))
    return Schedule(id=name, name=name.title(), **facts)


def rules(*schedules: Schedule, **facts: Any) -> Rules:
    defaults: dict[str, Any] = {
        "mode": Mode.CLEAN,
        "approve": Approve.NEVER,
        "limits": Limits(titles=20, size_bytes=100 * TB, ask_above=1.0),
        "storages": (StorageRule("media", "/data/media"),),
        "services": tuple(ServiceRule(kind, kind) for kind in ("radarr", "sonarr", "jellyfin", "seerr")),
    }
    return Rules(schedules=schedules or (schedule(),), **{**defaults, **facts})


def keep(**facts: Any) -> Rules:
    """The usual rules with these protections."""
    return rules(keep=Keep(**facts))


def storage(name: str = "media", **facts: Any) -> StorageRule:
    return StorageRule(name, f"/data/{name}", **facts)


# What is remembered


def promise(
    key: str = "movie:tmdb:603@radarr", *, until: float = 0, announced: float = 14, **facts: Any
) -> Promise:
    """Announced so many days ago; `until`: days from now, negative in the past."""
    defaults: dict[str, Any] = {"schedule": "old", "active_at": ago(OLD), "simulated": False}
    return Promise(key=key, announced_at=ago(announced), promised_until=ahead(until), **{**defaults, **facts})


def marks(*promises: Promise, keeps: Iterable[HandKeep] = (), **facts: Any) -> Marks:
    return Marks(promises={row.key: row for row in promises}, keeps=tuple(keeps), **facts)


def by_hand(identity: str, until: float | None = None) -> HandKeep:
    return HandKeep(identity, ago(10), None if until is None else ahead(until), "Grandma's", "ana")


def spent(
    count: int, *, hours: float, gb: int = 10, of: str = "old", kind: str = "movie"
) -> tuple[Spent, ...]:
    return tuple(Spent(of, kind, NOW - timedelta(hours=hours), gb * GB) for _ in range(count))


# Deciding


def decided(
    home: Library, asked: Rules | None = None, known: Marks | None = None, now: datetime = NOW, **more: Any
) -> dict[str, Decision]:
    """Every decision by key."""
    rows = decide(home, asked or rules(), known or marks(), now, **more)
    assert len({row.title.key for row in rows}) == len(rows)
    return {row.title.key: row for row in rows}


def only(
    item: Movie | Show,
    asked: Rules | None = None,
    known: Marks | None = None,
    now: datetime = NOW,
    **more: Any,
) -> Decision:
    """The decision on the one title this item is."""
    [decision] = decided(library(item), asked, known, now, **more).values()
    return decision


def told(decision: Decision) -> tuple[str, str]:
    """The verdict and the rule that is told first."""
    return decision.verdict.value, decision.because.rule


def verdicts(decisions: Mapping[str, Decision]) -> dict[str, tuple[str, str]]:
    return {key: told(row) for key, row in decisions.items()}


def planned(
    home: Library,
    asked: Rules | None = None,
    known: Marks | None = None,
    now: datetime = NOW,
    **situation: Any,
) -> Plan:
    """The plan of the first schedule."""
    asked, known = asked or rules(), known or marks()
    rows = decide(home, asked, known, now)
    return plan(asked.schedules[0], rows, Situation(asked, known, now, home.storages, **situation))


def told_in(made: Plan) -> dict[str, tuple[str, str]]:
    return {row.title.key: told(row) for row in made.decisions}


def counted(made: Plan) -> dict[str, int]:
    """How many titles of the plan have each verdict; those that none has are left out."""
    found = {verdict.value: sum(row.verdict is verdict for row in made.decisions) for verdict in Verdict}
    return {verdict: count for verdict, count in found.items() if count}


def deletes(decisions: Iterable[Decision]) -> set[str]:
    return {row.title.key for row in decisions if row.verdict is Verdict.DELETE}


def _instant(when: Fact[datetime] | float) -> Fact[datetime]:
    return ago(when) if isinstance(when, int | float) else when


def _limit(limit: float | None, unwatched: float | None, watched: float | None) -> AgeLimit:
    if limit is not None:
        return AgeLimit(days(limit), days(limit))
    return AgeLimit(
        None if unwatched is None else days(unwatched), None if watched is None else days(watched)
    )
