"""Named instants of a run. They do nothing; a test hangs something on them, such as the end of the process."""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "settled",
    "steps_planned",
    "before_acting",
    "acting_recorded",
    "switched_off",
    "act_sent",
    "verified",
    "end_recorded",
    "entry_planned",
    "after_step_sent",
    "after_step_done",
    "run_remembered",
)

hooks: list[Callable[[str], None]] = []


def reached(point: str) -> None:
    for hook in hooks:
        hook(point)
