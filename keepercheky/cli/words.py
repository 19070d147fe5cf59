"""The words and figures people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from keepercheky.policy.explain import WAITING, day, waits

MODES: Final[Mapping[str, str]] = {
    "preview": "Preview (dry run)",
    "announce": "Announce (tells, never deletes)",
    "clean": "Clean",
}
VERDICTS: Final[Mapping[str, str]] = {
    "keep": "kept",
    "undecided": "not sure (kept)",
    "leaving": "leaving",
    "delete": "due",
}
SAYS: Final[Mapping[str, str]] = {"keep": "keep", "delete": "delete", "unknown": "not sure"}
OUTCOMES: Final[Mapping[str | None, str]] = {
    "success": "done",
    "partial": "done in part",
    "failed": "failed",
    "waiting": "waiting for approval",
    "refused": "stopped for safety",
    "skipped": "skipped",
    None: "going on",
}
STATES: Final[Mapping[str, str]] = {
    "done": "deleted",
    "failed": "failed",
    "unverified": "not verified",
    "skipped": "kept back",
    "abandoned": "not done",
    "planned": "to come",
    "acting": "going on",
}
REASONS: Final[Mapping[str, str]] = {
    "interrupted": "KeeperCheky ended while it was going on",
    "still_running": "the run before it was still going on",
    "stopped": "KeeperCheky was stopped",
}
RULES: Final[Mapping[str, str]] = {
    "tags": "has a keep tag",
    "by_hand": "kept by hand",
    "libraries": "in a library that is kept",
    "root_folders": "in a root folder that is kept",
    "favorites": "a favourite",
    "in_progress": "somebody is in the middle of it",
    "next_up": "next up for somebody",
    "playing": "playing now",
    "queued": "in the download queue",
    "requested": "asked for not long ago",
    "shared_folder": "shares its folder",
    "hardlinked": "its file is also elsewhere",
    "seeding": "its torrent is still needed",
    "airing": "still airing",
    "came_back": "was deleted, and came back",
    "not_covered": "no schedule covers it",
    "not_expired": "its time is not over",
    "space": "its turn has not come",
    "unmatched": "not found in Jellyfin",
    "specials": "nothing but specials",
    "source": "a service did not tell everything",
    "expired": "its time is over",
    "promise": "announced",
}
KINDS: Final[Mapping[str, str]] = {
    "movie": "movie",
    "show": "show",
    "season": "season",
    "episode": "episode",
}
SIZES: Final = ((10**12, "TB", 2), (10**9, "GB", 1), (10**6, "MB", 0))


def size(size_bytes: int | None) -> str:
    """`45.2 GB`, `1.21 TB`: as disks are sold."""
    if size_bytes is None:
        return "?"
    for unit_bytes, unit, digits in SIZES:
        if size_bytes >= unit_bytes:
            return f"{size_bytes / unit_bytes:.{digits}f} {unit}"
    return "0 GB" if not size_bytes else "under 1 MB"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def kinds(titles: Iterable[Mapping[str, Any]]) -> str:
    """`3 movies, 1 season`."""
    counted = Counter(str(title["kind"]) for title in titles)
    return ", ".join(count(counted[kind], noun) for kind, noun in KINDS.items() if counted[kind])


def named(title: Mapping[str, Any]) -> str:
    """`Heat (1995)`, `The Wire, season 2`, `The Wire S02E03`."""
    season, episode = title.get("season"), title.get("episode")
    numbers = title.get("episodes") or ([episode] if episode is not None else [])
    if season is None:
        return f"{title['title']} ({title['year']})" if title.get("year") else str(title["title"])
    if numbers:
        return f"{title['title']} S{season:02}" + "".join(f"E{number:02}" for number in numbers)
    return f"{title['title']}, {f'season {season}' if season else 'specials'}"


def date(instant: str | None, zone: tzinfo) -> str:
    """`Sun 14 Dec 2025`, of an instant as the API tells it."""
    return "" if instant is None else day(datetime.fromisoformat(instant), zone)


def moment(instant: str | None, zone: tzinfo) -> str:
    """`Sun 14 Dec 2025, 04:00`."""
    if instant is None:
        return ""
    return f"{date(instant, zone)}, {datetime.fromisoformat(instant).astimezone(zone):%H:%M}"


def sentence(text: str) -> str:
    """With a full stop, unless it ends in one."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def reason(run: Mapping[str, Any]) -> str:
    """Why a run ended as it did; empty when there is nothing to say."""
    code = run["reason"] or ""
    return waits(code, run["schedule"]) if code in WAITING else REASONS.get(code, code)


def deletions(totals: Mapping[str, int]) -> list[str]:
    """`5 deleted (41 GB)`, `1 failed`; nothing of a run that only looked."""
    if "deleted" not in totals:
        return []
    gone = f"{totals['deleted']:,} deleted"
    if totals["deleted"]:
        gone += f" ({size(totals.get('freed_bytes', 0))} freed)"
    others = ("failed", "unverified", "skipped")
    return [gone, *(f"{totals[name]:,} {STATES[name]}" for name in others if totals.get(name))]


def going_live(live: Mapping[str, Any], zone: tzinfo) -> str:
    """What the first plan or run after preview tells."""
    are = "is" if live["titles"] == 1 else "are"
    return f"{count(live['titles'], 'item')} {are} announced today; nothing is deleted before {date(live['not_before'], zone)}."
