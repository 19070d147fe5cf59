"""Codes and facts → one plain sentence. Sentences are made when read, never stored.

`SENTENCES` is the whole vocabulary: `rule.code`, or `rule` alone for a rule with one thing to say. Fields in
braces are the finding's facts, already in words (`says` turns dates, lists and durations into text).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Final

from keepercheky.policy.findings import FactValue, Finding, Says
from keepercheky.policy.refusals import Refusal

SENTENCES: Final[Mapping[str, str]] = {
    "tags": "Tagged {tags} in Radarr or Sonarr",
    "tags.not_read": "{source} does not say what it is tagged with",
    "tags.tag_without_label": "It carries a tag that {source} does not name; it may be a keep tag",
    "by_hand": "Kept by hand{by}{reason}",
    "by_hand.until": "Kept by hand until {until}{by}{reason}",
    "libraries": "In the library {libraries}, which is kept",
    "root_folders": "In the root folder {root_folder}, which is kept",
    "favorites": "A favourite of {users}",
    "in_progress": "{users} stopped half-way, last on {at}",
    "next_up": "Next for {users}, who watched an earlier season lately",
    "playing": "Playing now",
    "queued": "In the download queue",
    "requested": "Asked for by {users}, and here for less time than asked requests are kept{since}",
    "requested.not_read": "Seerr did not answer, so nobody knows whether somebody asked for it",
    "shared_folder": "Its folder is shared with {other}",
    "hardlinked": "Its file has {links} hard links: deleting it would free nothing",
    "airing": "The season that is airing",
    "came_back": "Deleted on {deleted_at} and back on {back_at}: somebody wants it",
    "specials": "A show of nothing but specials",
    "not_covered": "No schedule covers it",
    "not_expired.not_yet": "Its time is not over: leaves on {expires_at} at the earliest",
    "not_expired.never": "Its schedule sets no age for it",
    "not_expired.no_level": "Enough space is free: no level of its schedule is in force",
    "not_expired.kind_not_named": "Its schedule does not name this kind of title",
    "not_expired.schedule_off": "Its schedule ({schedule}) is switched off",
    "not_expired.not_aired": "An episode without an air date, or not aired yet",
    "not_expired.among_latest": "Among the latest episodes",
    "source.stopped_for_safety": "The run was stopped for safety",
    "expired.expired": "{watched}, and nothing happened with it for {limit_days}{level}; last activity on {active_at}",
    "expired.beyond_latest": "Not among the latest episodes",
    "promise": "Announced on {announced_at}, leaves on {until}",
    "space.turn_has_not_come": "Its turn has not come: only so many are announced at a time",
    "space.no_space_needed": "It leaves when space is needed",
}

# What could not be established, whichever rule asked.
DOUBTS: Final[Mapping[str, str]] = {
    "not_read": "{source} did not answer",
    "unmatched": "Jellyfin shows no item with its ids: nobody knows who watched it. Mend its match in Jellyfin, or "
    "set in_jellyfin = false for the service",
    "contradicting_ids": "An item in Jellyfin shares one of its ids and contradicts another. Mend its match in Jellyfin",
    "no_longer_matched": "It used to be in Jellyfin and is not there now",
    "missing_for_user": "Jellyfin did not list it for {source}, who may see it",
    "play_without_date": "Somebody watched it, and Jellyfin does not know when",
    "plays_unlisted_item": "Somebody is playing something Jellyfin's list does not show; it may be this",
    "tag_without_label": "It carries a tag that {source} does not name",
    "date_ahead": "One of its dates lies in the future",
    "no_activity_known": "Nobody knows when it was last touched",
    "no_statistics": "{source} tells no numbers for it",
    "no_library": "Nobody knows which library of {source} it is in",
    "timed_out": "It was not answered in time",
    "no_folder": "{source} tells no folder for it",
    "no_air_date": "Nobody knows whether one of its episodes aired",
    "not_asked": "Its details were not looked into",
    "free_space_unknown": "Nobody knows how much space is free where it lies",
    "total_space_unknown": "Nobody knows how large the disk is where it lies, so a share of it means nothing",
    "episode_without_its_file": "Sonarr names a file for an episode and does not list it",
    "not_there": "Its file is not where the remote path mapping says: {source}",
    "file_without_its_episode": "Sonarr lists a file that no episode names",
    "no_provider_id": "It has no id that other services know it by",
    "unsettled": "It was being deleted, and nobody knows yet how that ended",
    "not_readable": "Its file or folder could not be looked at: {source}",
    "no_import_date": "Neither the history nor the file says since when it is here",
}

REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "paused": ("everything is paused", "run `keepercheky resume`"),
    "no_room_to_journal": ("there is no room left to keep the journal in {path}", "make room there; the next run goes on"),
    "source_unread": ("{service} is not answering as it should: {why}", "nothing is decided without it; mend it, the next run goes on"),
    "root_folder_gone": ("{service} cannot reach its root folder {folders}", "mount it, or remove it in {service}"),
    "root_folder_removed": (
        "{service} no longer lists its root folder {folders}",
        "look why; if it is right, run `keepercheky accept {id}`",
    ),
    "library_gone": ("the library {name} of the settings is not in {service}", "mend its name in the settings or in Jellyfin"),
    "user_gone": ("the user {name} of the settings is not in {service}", "mend the name in the settings or in Jellyfin"),
    "root_gone": ("the root folder {name} of the settings is in none of {service}", "mend it in the settings"),
    "path_map_off": (
        "none of 20 files of {service} was found under {ours}",
        "mend the remote path mapping {theirs} → {ours} in the settings",
    ),
    "storage_unreadable": ("the storage {storage} cannot be read: {why}", "mount it, or mend storage.{storage}.path in the settings"),
    "empty_library": ("{service} has no titles at all", "look why; if it is right, run `keepercheky accept {id}`"),
    "clock_behind": ("the clock is {minutes} minutes before the last record", "set the clock, or run `keepercheky accept {id}`"),
    "clock_apart": ("{service}'s clock and ours are {apart} minutes apart", "set the clocks, or run `keepercheky accept {id}`"),
    "fewer": (
        "{what} fell from {before} to {now} without our doing{at_service}",
        "look why; if it is right, run `keepercheky accept {id}`",
    ),
    "keep_free_below_level": (
        "the level {level} of the schedule {schedule} is above what the storage {storage} keeps free",
        "raise storage.{rule}.keep_free to {level} or more, or lower the level",
    ),
    "service_gone": ("the service {service} was there at the last good run and is not now", "if it is right, run `keepercheky accept {id}`"),
    "keep_tag_gone": ("the keep tag {tag} was in {service} at the last good run and is not now", "if it is right, run `keepercheky accept {id}`"),
    "people_gone": (
        "{people} was a user of Jellyfin at the last good run and is not now",
        "look why; if it is right, run `keepercheky accept {id}`",
    ),
    "storage_gone": (
        "the storage {storage} was there at the last good run and is not now",
        "look whether its disk is mounted; if it is right, run `keepercheky accept {id}`",
    ),
    "storage_size_unknown": (
        "nobody tells the size of the storage {storage} any more",
        "look whether its disk is mounted; if so, run `keepercheky accept {id}`",
    ),
    "storage_other_files": (
        "of {checked} files known on the storage {storage}, {present} are there",
        "look whether the right disk is mounted; if so, run `keepercheky accept {id}`",
    ),
    "storage_other_size": (
        "the storage {storage} has another size than at the last good run",
        "look whether the right disk is mounted; if so, run `keepercheky accept {id}`",
    ),
}  # fmt: skip

WAITING: Final[Mapping[str, str]] = {
    "approve_first": "the schedule's first deletions want a look: `keepercheky approve {schedule}`",
    "approve_always": "every plan of it wants a look: `keepercheky approve {schedule}`",
    "ask_above": "it would delete a large part of what it covers: `keepercheky approve {schedule}`",
    "larger_than_the_cap": "the title is larger than the cap for a whole day: `keepercheky approve {schedule}`",
    "bin_not_emptied": "what was deleted should have left the recycle bin, and space did not come back. Empty the bin, then "
    "`keepercheky approve {schedule}`",
    "space_did_not_come_back": "the last deletions freed far less than they should: are there snapshots? If all is well, "
    "`keepercheky approve {schedule}`",
}


def says(finding: Finding, zone: tzinfo) -> str:
    """The finding in one sentence, without a full stop. Dates in the given zone."""
    text = SENTENCES.get(f"{finding.rule}.{finding.code}")
    if text is None and finding.says is Says.UNKNOWN:
        text = DOUBTS.get(finding.code, f"Not known: {finding.code.replace('_', ' ')}")
    elif text is None:
        text = SENTENCES.get(finding.rule, finding.code)
    words = {name: _word(name, value, zone) for name, value in finding.facts.items()}
    return text.format_map(_Blank(words))


def stopped(refusal: Refusal) -> tuple[str, str]:
    """A refusal in words: (what is wrong, what to do)."""
    because, remedy = REFUSALS[refusal.code]
    facts = {"id": refusal.id, **{name: str(value) for name, value in refusal.facts.items()}}
    service = facts.get("service", "")
    facts["at_service"] = f" in {service}" if service else ""
    facts["apart"] = facts.get("minutes", "").lstrip("-")
    return because.format_map(_Blank(facts)), remedy.format_map(_Blank(facts))


def waits(reason: str, schedule: str) -> str:
    return WAITING[reason].format(schedule=schedule)


def day(at: datetime, zone: tzinfo) -> str:
    """A date as people say it: `Sun 14 Dec 2026`."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y}"


class _Blank(dict[str, str]):
    """Facts that were not told are left out of the sentence; it was some service or other that did not say."""

    def __missing__(self, key: str) -> str:
        return "a service" if key == "source" else ""


WORDED: Final[Mapping[str, str]] = {
    "since": " (since {})",
    "level": " (the age when free space is below {})",
    "by": " by {}",
    "reason": ": {}",
}


def _word(name: str, value: FactValue, zone: tzinfo) -> str:
    """A fact as it stands in a sentence; what was not told is nothing."""
    if value is None or value == "":
        return ""
    if name == "watched":
        return "Watched" if value else "Nobody finished it"
    if name == "limit_days" and isinstance(value, int | float):
        return span(timedelta(days=value))
    if isinstance(value, datetime):
        text = day(value, zone)
    else:
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return WORDED.get(name, "{}").format(text)


def span(length: timedelta) -> str:
    """A duration in words: `90 days`, `1 day`, `12 hours`."""
    days = length / timedelta(days=1)
    if days >= 1 or not length:
        count = round(days)
        return f"{count} day{'' if count == 1 else 's'}"
    hours = max(round(length / timedelta(hours=1)), 1)
    return f"{hours} hour{'' if hours == 1 else 's'}"
