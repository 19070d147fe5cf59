"""Numbers, dates and outcomes in the words people read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from markupsafe import Markup, escape

from keepercheky.policy.explain import WAITING, waits
from keepercheky.store import DecisionRow, Run

MODES: Final[Mapping[str, str]] = {
    "preview": "Preview (dry run)",
    "announce": "Announce",
    "clean": "Clean",
}
OUTCOMES: Final[Mapping[str, str]] = {
    "success": "done",
    "partial": "partly done",
    "failed": "failed",
    "waiting": "waiting for approval",
    "refused": "stopped for safety",
    "skipped": "skipped",
}
TRIGGERS: Final[Mapping[str, str]] = {
    "cron": "on schedule",
    "catch_up": "catching up",
    "manual": "by hand",
    "storage": "as space ran low",
}
REASONS: Final[Mapping[str, str]] = {
    "interrupted": "KeeperCheky ended while it was going on",
    "still_running": "the run before it was still going on",
}
# What decided about a title, by the rule of its first finding.
RULES: Final[Mapping[str, str]] = {
    "tags": "Tagged to be kept",
    "by_hand": "Kept by hand",
    "libraries": "In a library that is kept",
    "root_folders": "In a root folder that is kept",
    "favorites": "Somebody's favourite",
    "in_progress": "Somebody stopped half-way",
    "next_up": "Next for somebody",
    "playing": "Playing now",
    "queued": "In the download queue",
    "requested": "Asked for in Seerr",
    "shared_folder": "Shares its folder with another title",
    "hardlinked": "Its file has another hard link",
    "seeding": "Its torrent is still seeding",
    "airing": "The season that is airing",
    "came_back": "Deleted before, and back",
    "specials": "Nothing but specials",
    "not_covered": "No schedule covers it",
    "not_expired": "Its time is not over",
    "unmatched": "Not recognised in Jellyfin",
    "source": "A service did not answer",
    "expired": "Its time is over",
    "promise": "Leaving, with a date",
    "space": "Its time is over, but its turn has not come",
}
UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB")


def size(size_bytes: float) -> str:
    """`41 GB`, `1.2 TB`: three digits at most, in decimal units."""
    value = float(size_bytes)
    for unit in UNITS[:-1]:
        if round(value) < 1000:
            return _digits(value, unit)
        value /= 1000
    return _digits(value, UNITS[-1])


def _digits(value: float, unit: str) -> str:
    return f"{value:.1f} {unit}" if 0 < value < 9.95 and unit not in ("B", "kB") else f"{value:,.0f} {unit}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 title`, `1,200 titles`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def date(at: datetime, zone: tzinfo, now: datetime) -> str:
    """`Sun 14 Dec`; the year is said when it is another one."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}"


def moment(at: datetime, zone: tzinfo, now: datetime) -> str:
    """`Sun 14 Dec, 04:00`."""
    return f"{date(at, zone, now)}, {at.astimezone(zone):%H:%M}"


def name(row: DecisionRow) -> str:
    """`The Matrix (1999)`, `Lost, season 2`, `Lost, season 2, episode 5`."""
    if row.season is None:
        return f"{row.title} ({row.year})" if row.year else row.title
    parts = [row.title, f"season {row.season}" if row.season else "specials"]
    numbers = row.episodes or (() if row.episode is None else (row.episode,))
    if row.kind == "episode" and numbers:
        parts.append(f"episode{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}")
    return ", ".join(parts)


def reason(run: Run) -> str | None:
    """Why a run ended as it did, as a sentence without a full stop."""
    if run.reason is None:
        return None
    if run.reason in WAITING:
        told = waits(run.reason, run.schedule)
        return f"It would wait for approval: {told}" if run.outcome == "success" else told
    return REASONS.get(run.reason, run.reason)


def with_code(text: str) -> Markup:
    """Text in which what stands between backticks is shown as code; everything is escaped."""
    parts = [escape(part) for part in text.split("`")]
    return Markup().join(
        Markup("<code>{}</code>").format(part) if place % 2 and place < len(parts) - 1 else part
        for place, part in enumerate(parts)
    )


def told(run: Run) -> str:
    """What a run found: `25 may go, 12 leave soon, 3 not sure, 800 kept`. Empty when it never got that far."""
    if not run.totals:
        return ""
    says = (("delete", "may go"), ("leaving", "leave soon"), ("undecided", "not sure"), ("keep", "kept"))
    found = [f"{run.totals.get(verdict, 0):,} {what}" for verdict, what in says]
    return ", ".join([*deleted(run), *found])


def deleted(run: Run) -> list[str]:
    """What became of a run's deletions: `5 deleted (41 GB)`, `1 failed`. Nothing of a run that only looked."""
    totals = run.totals
    if "deleted" not in totals:
        return []
    gone = f"{totals['deleted']:,} deleted"
    if totals["deleted"]:
        gone += f" ({size(totals.get('freed_bytes', 0))})"
    others = (("failed", "failed"), ("unverified", "not verified"), ("skipped", "kept back"))
    return [gone, *(f"{totals[name]:,} {what}" for name, what in others if totals.get(name))]


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def going_live(number: int, announced: str | None, not_before: str) -> str:
    """What the first run after preview told. `announced`: the day, where it is not today."""
    when = (
        f"{'was' if number == 1 else 'were'} announced on {announced}"
        if announced
        else (f"{'is' if number == 1 else 'are'} announced today")
    )
    return f"{count(number, 'item')} {when}; nothing is deleted before {not_before}."
