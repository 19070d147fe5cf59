"""What services have promised and do in their own time, measured on the world's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple


class Job(NamedTuple):
    due: datetime
    what: str
    do: Callable[[], None]


class Later:
    """Jobs that wait for their hour. Nothing runs by itself: whoever looks at the world lets the due ones run first."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []

    def add(self, job: Job) -> None:
        self._jobs.append(job)

    def waiting(self) -> list[str]:
        """What is still to be done, in the order it was promised."""
        return [job.what for job in self._jobs]

    def run(self, until: datetime | None) -> None:
        """Everything due by then, the earliest first; without a time everything, and what comes of it."""
        while due := [job for job in self._jobs if until is None or job.due <= until]:
            job = min(due, key=lambda one: one.due)
            self._jobs.remove(job)
            job.do()
