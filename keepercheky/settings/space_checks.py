"""Levels and targets: whether what is asked of free space can come true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import PurePosixPath

from keepercheky.policy.terms import AgeLimit, Amount, Level
from keepercheky.settings.mistakes import Findings
from keepercheky.settings.model import Settings
from keepercheky.settings.rules import age_rule
from keepercheky.settings.schedules import ScheduleSettings
from keepercheky.settings.sections import StorageSettings
from keepercheky.settings.service import Product
from keepercheky.settings.values import format_duration

Numbered = Sequence[tuple[int, ScheduleSettings]]
AGE_KINDS = ("movies", "shows", "seasons")


def below(amount: Amount, other: Amount) -> bool:
    """Whether an amount is certainly less than another: only amounts of one unit can be compared."""
    if amount.share is not None and other.share is not None:
        return amount.share < other.share
    if amount.size_bytes is not None and other.size_bytes is not None:
        return amount.size_bytes < other.size_bytes
    return False


def _levels(schedule: ScheduleSettings, kind: str) -> tuple[Level, ...]:
    rule = age_rule(getattr(schedule, kind))
    return rule.levels if rule else ()


def check_levels(settings: Settings, schedules: Numbered, findings: Findings) -> None:
    """Less free space must not mean longer waiting, and no two levels may be the same."""
    for number, schedule in schedules:
        for kind in AGE_KINDS:
            path = ("schedules", number, kind)
            for lower, higher in pairwise(_levels(schedule, kind)):
                here, there = (*path, lower.below.text), (*path, higher.below.text)
                if _same(lower.below, higher.below):
                    problem = f'the same level as "{higher.below.text}"'
                    findings.mistake(here, problem, "Keep one of the two", [here, there])
                elif below(lower.below, higher.below) and _waits_longer(lower.limit, higher.limit):
                    findings.mistake(
                        here,
                        f'with less free space than at "{higher.below.text}" titles would stay longer',
                        "Give the smaller level the shorter time",
                        [here, there],
                    )
            _check_notices(path, schedule, settings, _levels(schedule, kind), findings)


def _check_notices(
    path: tuple[str | int, ...],
    schedule: ScheduleSettings,
    settings: Settings,
    levels: tuple[Level, ...],
    findings: Findings,
) -> None:
    usual = schedule.notice if schedule.notice is not None else settings.notice
    for level in levels:
        if level.notice is not None and level.notice > usual:
            here = (*path, level.below.text, "notice")
            findings.warning(
                here,
                f'"{format_duration(level.notice)}" is longer than the usual notice of {format_duration(usual)}, '
                "which counts then",
                "Take it out, or write a shorter one",
                [here, ("notice",), (*path[:2], "notice")],
            )


def _same(amount: Amount, other: Amount) -> bool:
    return (amount.share, amount.size_bytes) == (other.share, other.size_bytes)


def _waits_longer(limit: AgeLimit, other: AgeLimit) -> bool:
    never = timedelta.max
    return (limit.unwatched or never) > (other.unwatched or never) or _watched(limit) > _watched(other)


def _watched(limit: AgeLimit) -> timedelta:
    return timedelta.max if limit.watched is None else limit.watched


def check_targets(settings: Settings, schedules: Numbered, findings: Findings) -> None:
    """A level above what a storage keeps free would be in force without anything being deleted."""
    for name, storage in settings.storage.items():
        path = ("storage", name, "keep_free")
        if storage.keep_free is None:
            continue
        for number, schedule in schedules:
            if not (
                schedule.enabled and schedule.takes_for_space and _may_take_from(schedule, storage, settings)
            ):
                continue
            high = [(kind, level.below) for kind in AGE_KINDS for level in _levels(schedule, kind)]
            high = [(kind, amount) for kind, amount in high if below(storage.keep_free, amount)]
            if not high:
                continue
            kind, level = max(high, key=lambda each: each[1].share or each[1].size_bytes or 0)
            findings.mistake(
                path,
                f'"{storage.keep_free.text}" is below the level "{level.text}" of {schedule.id} ({kind}): '
                "between the two nothing would be deleted",
                f'Raise keep_free to "{level.text}" or more, or lower the level',
                [path, ("schedules", number)],
            )


def check_need(settings: Settings, schedules: Numbered, findings: Findings) -> None:
    """Without `keep_free` and without levels nothing says when space is needed: every title that is old enough goes."""
    if any(storage.keep_free is not None for storage in settings.storage.values()):
        return
    for number, schedule in schedules:
        path = ("schedules", number)
        kinds = [kind for kind in AGE_KINDS if getattr(schedule, kind) and not _levels(schedule, kind)]
        if not (schedule.enabled and schedule.takes_for_space and kinds):
            continue
        findings.warning(
            (*path, kinds[0]),
            "no storage says how much is to stay free, so titles go as soon as their time is over",
            'Write keep_free = "10%" below [storage.media], or for_space = false here if that is meant',
            [path, ("storage",)],
        )


def _may_take_from(schedule: ScheduleSettings, storage: StorageSettings, settings: Settings) -> bool:
    """Whether titles of the schedule may lie on the storage, as far as root folders and path maps tell."""
    if schedule.root_folders is None or storage.path is None:
        return True
    maps = [
        service.path_map
        for name, service in settings.services.items()
        if service.kind in (Product.RADARR, Product.SONARR)
        and (schedule.services is None or name in schedule.services)
    ]
    return any(
        _touch(_mapped(folder, path_map), storage.path)
        for folder in schedule.root_folders
        for path_map in maps or [{}]
    )


def _mapped(folder: str, path_map: dict[str, str]) -> str:
    """A folder of theirs in our view, by the longest entry that holds it."""
    holding = [
        theirs for theirs in path_map if folder == theirs or folder.startswith((theirs + "/", theirs + "\\"))
    ]
    if not holding:
        return folder
    theirs = max(holding, key=len)
    return path_map[theirs] + folder[len(theirs) :].replace("\\", "/")


def _touch(folder: str, other: str) -> bool:
    one, two = PurePosixPath(folder), PurePosixPath(other)
    return one.is_relative_to(two) or two.is_relative_to(one)
