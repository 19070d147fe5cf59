"""What a command has before it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from keepercheky import logs
from keepercheky.settings import Loaded, load
from keepercheky.settings.times import system_zone

LONGEST_NAME: Final = 100  # letters the application remembers


def who() -> str:
    """The login name; in a container that has none, the user's number."""
    try:
        return getpass.getuser()[:LONGEST_NAME]
    except (KeyError, OSError):
        return f"user {os.getuid()}"


@dataclass(slots=True)
class Desk:
    """The options before the verb, the environment, and the settings once they were read."""

    config: Path | None = None
    debug: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    loaded: Loaded | None = None

    def load(self) -> Loaded:
        """Read the settings. SettingsError with all mistakes."""
        self.loaded = load(self.config, self.environ)
        return self.loaded

    @property
    def tells_all(self) -> bool:
        """Whether level debug is asked for, in one way or another."""
        asked = self.environ.get("KEEPERCHEKY_LOG__LEVEL", "").strip().lower()
        written = self.loaded.settings.log.level if self.loaded else ""
        return self.debug or "debug" in (asked, written)

    @property
    def secrets(self) -> list[str]:
        """Every key in the settings, longest first."""
        if self.loaded is None:
            return []
        keys = [service.api_key.get_secret_value() for service in self.loaded.settings.services.values()]
        return sorted(keys, key=len, reverse=True)

    @property
    def zone(self) -> ZoneInfo:
        """In which dates are told."""
        named = self.loaded.rules.timezone if self.loaded else system_zone(self.environ)
        return ZoneInfo(named or "UTC")

    def set_up_logs(self, level: str, form: str) -> None:
        """Start to log at that level, or at debug where that is asked for."""
        logs.set_up(level="debug" if self.tells_all else level, form=form, secrets=self.secrets)
