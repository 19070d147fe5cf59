"""The only place that reads the clock. Everything else is handed the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The system's clock. Tests hand in one of their own with the same two readings."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean something."""
        return time.monotonic()
