"""What we asked of the services since the start: counted here, told by `/metrics` and the pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

OUTCOMES: Final = ("ok", "client_error", "server_error", "timeout", "unauthorized", "invalid")
BUCKETS_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)


@dataclass(frozen=True, slots=True)
class Called:
    """One request that was sent. `outcome`: ok, or that of the error it became."""

    service: str
    outcome: str
    seconds: float


def unobserved(_called: Called) -> None:
    """For those who count nothing."""


class Calls:
    """Requests by service and outcome, their durations, and how each service's last one went."""

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, str]] = Counter()
        self.seconds: Counter[str] = Counter()
        self.within: dict[str, list[int]] = {}
        self.up: dict[str, bool] = {}

    def observe(self, called: Called) -> None:
        self.counted[called.service, called.outcome] += 1
        self.seconds[called.service] += called.seconds  # type: ignore[assignment]  # a Counter of floats
        self.up[called.service] = called.outcome == "ok"
        within = self.within.setdefault(called.service, [0] * (len(BUCKETS_SECONDS) + 1))
        for place, bound in enumerate((*BUCKETS_SECONDS, float("inf"))):
            if called.seconds <= bound:
                within[place] += 1
