"""Reading settings that are partly wrong: what can be read is, so that its contradictions are told in the same breath."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from keepercheky.settings.mistakes import Findings, add_validation, unknown_remedy
from keepercheky.settings.model import Settings
from keepercheky.settings.tree import Path

MOST_ROUNDS = (
    8  # values, then what they leave incomplete, then what holds that: three do; more is a fault of ours
)


def read_partly(raw: dict[str, Any], findings: Findings) -> tuple[Settings, list[int]]:
    """Settings without what is wrong, which is in the findings; and of each schedule its number in the file."""
    rest = copy.deepcopy(raw)
    for key in [key for key in rest if key not in Settings.model_fields]:
        del rest[key]
        findings.broken.add((key,))
        findings.mistake((key,), "there is no such setting", unknown_remedy((key,), findings.spell))
    for _ in range(MOST_ROUNDS):
        schedules = rest.get("schedules")
        numbers = list(range(len(schedules))) if isinstance(schedules, list) else []
        numbers = [number for number in numbers if schedules is not None and schedules[number] is not GONE]
        try:
            return Settings(**_compact(rest)), numbers
        except ValidationError as error:
            paths = add_validation(error, findings, numbers)
        for path in paths:
            _remove(rest, path)
    raise AssertionError(f"settings stay unreadable without {sorted(map(str, findings.broken))}")


GONE = object()  # stands where a schedule was, so that the others keep their numbers


def _compact(rest: dict[str, Any]) -> dict[str, Any]:
    schedules = rest.get("schedules")
    if not isinstance(schedules, list):
        return rest
    return {**rest, "schedules": [schedule for schedule in schedules if schedule is not GONE]}


def _remove(rest: dict[str, Any], path: Path) -> None:
    """Take out the value at a path, or the nearest thing around it that was written."""
    holder, last = _nearest(rest, path)
    if isinstance(holder, list):
        holder[last] = GONE
    elif holder is not None:
        del holder[last]


def _nearest(rest: dict[str, Any], path: Iterable[Any]) -> tuple[Any, Any]:
    holder: Any = None
    last: Any = None
    here: Any = rest
    for step in path:
        if (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        ):
            holder, last, here = here, step, here[step]
    return holder, last
