"""When: cron lines and time zones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from croniter import CroniterBadDateError, CroniterError, croniter

from keepercheky.settings.values import BadValue, quoted

CRON_REMEDY = 'Write five parts: minute hour day month weekday; "0 4 * * *" is every night at four'
ZONE_REMEDY = 'Write it like "Europe/Madrid"'
NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_SOME_DAY = datetime(
    2024, 1, 1, tzinfo=UTC
)  # any start does: the line must come due once in the years after it


def parse_cron(value: Any) -> str:
    """A cron line of five parts that comes due at least once, single spaces between its parts."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if len(text.split()) != 5:
        raise BadValue(f"{quoted(value)} is not a cron line of five parts", _cron_remedy(text))
    if re.search(r"\b[HR]\b", text, re.IGNORECASE):
        raise BadValue(f"{quoted(value)} is left to chance (H or R)", CRON_REMEDY)
    try:
        croniter(text, _SOME_DAY).get_next(datetime)
    except CroniterBadDateError:
        raise BadValue(
            f"{quoted(value)} never comes due: no such day", "Choose a day the month has"
        ) from None
    except (CroniterError, ValueError, KeyError):
        raise BadValue(f"{quoted(value)} is not a cron line", CRON_REMEDY) from None
    return text


def _cron_remedy(text: str) -> str:
    if text.lower() in NICKNAMES:
        return f'Write "{NICKNAMES[text.lower()]}"'
    if (clock := re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text)) is not None:
        return f'Write "{int(clock[2])} {int(clock[1])} * * *" for every day at {text}'
    if len(text.split()) == 6:
        return f'There are no seconds here: write "{text.split(" ", 1)[1]}"'
    return CRON_REMEDY


def parse_zone(value: Any) -> str:
    """The name of a time zone."""
    text = value.strip() if isinstance(value, str) else ""
    if is_zone(text):
        return text
    known = available_timezones()
    ending = [zone for zone in sorted(known) if zone.lower().endswith("/" + text.lower().replace(" ", "_"))]
    near = (ending if text else []) or get_close_matches(text, known, n=1)
    raise BadValue(
        f"{quoted(value)} is not a time zone", f'Did you mean "{near[0]}"?' if near else ZONE_REMEDY
    )


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such name; a name that is no path; a folder of names
        return False
    return True


def names_zone(variable: str) -> bool:
    """Whether a `TZ` says what is meant: nothing, a zone's name, or the path of a file such as `:/etc/localtime`."""
    name = _zone_in(variable)
    return not name or name.startswith("/") or is_zone(name)


def _zone_in(variable: str) -> str:
    return variable.strip().removeprefix(":").rpartition("zoneinfo/")[2]


def system_zone(
    environ: Mapping[str, str],
    localtime: Path = Path("/etc/localtime"),
    written: Path = Path("/etc/timezone"),
) -> str | None:
    """The zone this machine keeps: `$TZ`, else `/etc/localtime`, else `/etc/timezone`; None when none has a name."""
    names = [_zone_in(environ.get("TZ", ""))]
    with suppress(OSError):
        names.append(str(localtime.readlink()).rpartition("zoneinfo/")[2])
    with suppress(OSError, ValueError):
        names.append(written.read_text(encoding="ascii").strip())
    return next((name for name in names if name and is_zone(name)), None)
