"""What people write for time and space, read and written back: durations, sizes, shares, whole numbers, yes and no.

Every reader takes what TOML or the environment gave, or a value already read, and raises `BadValue`
with words for the person who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from keepercheky.policy.terms import Amount


class BadValue(ValueError):
    """A value that cannot be meant: what is wrong with it, and what to write instead."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


DURATION_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
LONGEST = timedelta(days=36_500)  # a hundred years: anything longer is a slip of the keyboard
DURATION_REMEDY = 'Write a number and a unit in quotes: "90s", "15m", "12h", "14d" or "8w"'
SIZE_UNITS: dict[str, int] = {
    "B": 1,
    **{prefix + "B": 1000**power for power, prefix in enumerate("KMGTP", 1)},
    **{prefix + "iB": 1024**power for power, prefix in enumerate("KMGTP", 1)},
}
SIZE_REMEDY = 'Write a number and a unit in quotes: "500MB", "2TB" or "1.5TiB"'
LARGEST_SIZE = 10**18  # an exabyte: no home has more
SHARE_REMEDY = 'Write a share between 0 and 100 in quotes: "15%"'
AMOUNT_REMEDY = 'Write a share such as "10%" or a size such as "2TB", in quotes'

_DURATION = re.compile(r"([0-9]+)([smhdw])")
_LOOSE_DURATION = re.compile(r"([0-9]+)\s*(s|m|h|d|w)[a-z]*", re.IGNORECASE)
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(B|[KMGTP]i?B)", re.IGNORECASE)
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")
_UNITS_BY_LOWER: dict[str, int] = {unit.lower(): size for unit, size in SIZE_UNITS.items()}


def quoted(value: object) -> str:
    """A value as it stands in the file, cut short: never used for anything secret."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if len(text) <= 40 else text[:37] + "..."
    return f'"{text}"' if isinstance(value, str) else text


def parse_duration(value: Any) -> timedelta:
    """`90s 15m 12h 14d 8w`; `0d` is a duration too."""
    if isinstance(value, timedelta):
        return value
    text = value.strip() if isinstance(value, str) else ""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise BadValue(f"{quoted(value)} is not a duration", _duration_remedy(value))
    count, unit = int(match[1]), DURATION_UNITS[match[2]]
    if count > LONGEST // unit:
        raise BadValue(f"{quoted(value)} is longer than a hundred years", "Write a shorter duration")
    return count * unit


def _duration_remedy(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return f'Say which unit, in quotes: for days "{value}d"'
    text = str(value).strip()
    if text.startswith("-"):
        return 'A duration cannot be negative: write "0d" for none'
    if re.fullmatch(r"[0-9]+\s*(mo[a-z]*|y[a-z]*|M)", text):
        return 'Months and years have no exact length: write days, "30d" or "365d"'
    if (loose := _LOOSE_DURATION.fullmatch(text)) is not None:
        return f'Write "{loose[1]}{loose[2].lower()}"'
    return DURATION_REMEDY


def parse_some_duration(value: Any) -> timedelta:
    """A duration above zero."""
    duration = parse_duration(value)
    if not duration:
        raise BadValue(f"{quoted(value)} is no time at all", 'Write a duration above zero, such as "30d"')
    return duration


def format_duration(duration: timedelta) -> str:
    """The shortest exact way to write it, in days at most: `14d`, not `2w`."""
    for unit in ("d", "h", "m"):
        if not duration % DURATION_UNITS[unit]:
            return f"{duration // DURATION_UNITS[unit]}{unit}"
    return f"{duration // DURATION_UNITS['s']}s"


def parse_size(value: Any) -> int:
    """Bytes of `500MB 2TB 1.5TiB`: decimal and binary units, fractions of them rounded to the byte."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise BadValue(f"{value} says no unit", SIZE_REMEDY)
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise BadValue(f"{quoted(value)} is not a size", SIZE_REMEDY)
    unit_bytes = _UNITS_BY_LOWER[match[2].lower()]
    size_bytes = round(Decimal(match[1]) * unit_bytes)
    if size_bytes > LARGEST_SIZE:
        raise BadValue(f"{quoted(value)} is more than any home has", "Write a smaller size")
    return size_bytes


def parse_some_size(value: Any) -> int:
    """A size above zero."""
    size_bytes = parse_size(value)
    if not size_bytes:
        raise BadValue(f"{quoted(value)} is nothing at all", SIZE_REMEDY)
    return size_bytes


def format_size(size_bytes: int) -> str:
    """The shortest exact way to write it, with at most two decimals."""
    ways = [f"{size_bytes}B"]
    for unit, unit_bytes in SIZE_UNITS.items():
        hundredths, rest = divmod(size_bytes * 100, unit_bytes)
        if not rest and hundredths >= 100:
            ways.append(f"{(Decimal(hundredths) / 100).normalize():f}{unit}")
    return min(ways, key=len)


def parse_share(value: Any) -> float:
    """The fraction of `15%`: 0.15."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:
        share = value * 100 if isinstance(value, float) and value <= 1 else value
        raise BadValue(f"{value} says no unit", f'Write a share in quotes: "{share:g}%"')
    match = _SHARE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or Decimal(match[1]) > 100:
        raise BadValue(f"{quoted(value)} is not a share", SHARE_REMEDY)
    return float(Decimal(match[1]) / 100)


def format_share(share: float) -> str:
    return f"{(Decimal(str(share)) * 100).normalize():f}%"


def parse_amount(value: Any) -> Amount:
    """An amount of space, as a share of the storage or a size; `text` is what was written."""
    if isinstance(value, Amount):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if _SHARE.fullmatch(text):
        return Amount(share=parse_share(text), text=text)
    if _SIZE.fullmatch(text):
        return Amount(size_bytes=parse_size(text), text=text)
    raise BadValue(f"{quoted(value)} is neither a share nor a size", AMOUNT_REMEDY)


def parse_some_amount(value: Any) -> Amount:
    """An amount that can be asked for: above nothing, a share below everything."""
    amount = parse_amount(value)
    if not (amount.share or amount.size_bytes):
        raise BadValue(f"{quoted(amount.text)} of free space asks for nothing", AMOUNT_REMEDY)
    if amount.share is not None and amount.share >= 1:
        raise BadValue(f"{quoted(amount.text)} free would mean an empty storage", AMOUNT_REMEDY)
    return amount


def parse_yes_no(value: Any) -> bool:
    """`true` or `false`; the environment writes them as text, in the usual ways."""
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else ""
    if text in {"true", "yes", "on", "1"}:
        return True
    if text in {"false", "no", "off", "0"}:
        return False
    raise BadValue(f"{quoted(value)} is neither true nor false", "Write true or false, without quotes")


def whole_number(least: int) -> Callable[[Any], int]:
    """A reader of whole numbers that are not below `least`."""

    def parse(value: Any) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise BadValue(f"{quoted(value)} is not a whole number", f"Write a whole number, {least} or more")
        if int(text) < least:
            raise BadValue(f"{int(text)} is too small", f"Write a whole number, {least} or more")
        return int(text)

    return parse


def choice(*words: str, **not_yet: str) -> Callable[[Any], str]:
    """A reader of one word out of a few; `not_yet` says of a word why it cannot be chosen."""

    def parse(value: Any) -> str:
        word = value.strip().lower() if isinstance(value, str) else ""
        allowed = " or ".join([", ".join(f'"{one}"' for one in words[:-1]), f'"{words[-1]}"'])
        if word in not_yet:
            raise BadValue(f'"{word}" {not_yet[word]}', f"Write {allowed}")
        if word not in words:
            raise BadValue(f"{quoted(value)} is not one of the choices", f"Write {allowed}")
        return word

    return parse
