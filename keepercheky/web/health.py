"""Is the daemon well? Only what a restart could mend counts: its state and its loop, never a service that is down."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from keepercheky.app import App
from keepercheky.errors import StateError

LONGEST_WITHOUT_TICK: Final = timedelta(minutes=2)  # the loop looks at the clock at least once a minute


async def ailing(app: App) -> str | None:
    """What is wrong; None when all is well."""
    try:
        await app.health()
    except StateError as error:
        return str(error)
    silent = app.clock.now() - (app.ticked_at or app.started_at)
    if silent > LONGEST_WITHOUT_TICK:
        return f"The scheduler has not looked at the clock for {silent.total_seconds():.0f} seconds"
    return None


def not_answering(app: App) -> list[str]:
    """Services whose last call failed."""
    return sorted(service.name for service in app.house.services if app.calls.up.get(service.name) is False)
