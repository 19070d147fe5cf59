"""Named instants of a run. They do nothing; a test hangs something on them, such as the end of the process."""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "steps_planned",
    "before_acting",
    "acting_recorded",
    "act_sent",
    "verified",
    "end_recorded",
    "after_step_done",
    "run_remembered",
)

hooks: list[Callable[[str], None]] = []


def reached(point: str) -> None:
    for hook in hooks:
        hook(point)
