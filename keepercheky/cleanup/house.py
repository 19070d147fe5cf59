"""Everything a run needs, in one value: what the owner asked for, whom to ask, where it is remembered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import anyio

from keepercheky.clock import Clock
from keepercheky.library.seen import Place, Setting
from keepercheky.policy.terms import Rules
from keepercheky.services.catalog import Service
from keepercheky.settings import Settings
from keepercheky.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """One loading of the settings, with its clients, over the state. Replaced as a whole on reload."""

    settings: Settings
    rules: Rules
    services: Sequence[Service]
    store: Store
    clock: Clock
    longest_gaps: Mapping[str, timedelta]  # by schedule id: the longest wait between two of its due times
    since: Mapping[str, datetime]  # by schedule id: since when it has had its cron line
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.rules.timezone)

    @property
    def setting(self) -> Setting:
        """What joining must know of the settings."""
        enabled = {name: service for name, service in self.settings.services.items() if service.enabled}
        return Setting(
            places=tuple(Place(storage.name, storage.path) for storage in self.rules.storages),
            path_maps={name: service.path_map for name, service in enabled.items()},
            in_jellyfin={name: service.in_jellyfin for name, service in enabled.items()},
            has_jellyfin=self.rules.has("jellyfin"),
            has_seerr=self.rules.has("seerr"),
            arrs={rule.name: rule.kind for rule in self.rules.services if rule.kind in ("radarr", "sonarr")},
        )
