"""Where KeeperCheky keeps its own state."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from keepercheky.settings.model import Settings

CONTAINER_FOLDER = Path("/config")  # a volume by the custom of home media images


def state_folder(settings: Settings, environ: Mapping[str, str]) -> Path:
    """`[state] path`, else systemd's `$STATE_DIRECTORY`, else `/config` where it exists, else the user's state folder.

    A demo takes none of the machine's own places: `[state] path`, or a folder of its own beside the user's.
    """
    if settings.state.path is not None:
        return settings.state.path
    if not settings.demo:
        if given := environ.get("STATE_DIRECTORY", "").split(":")[0]:
            return Path(given)
        if CONTAINER_FOLDER.is_dir():
            return CONTAINER_FOLDER
    home = Path(environ.get("HOME") or Path.home())
    user = Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    return user / ("keepercheky-demo" if settings.demo else "keepercheky")
