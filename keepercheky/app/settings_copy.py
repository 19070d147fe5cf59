"""The settings as they may lie in a backup: as they were written, without any key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any, Final

import tomlkit

NO_KEY: Final = "put-your-key-here"  # what `init` writes, too
SHORTEST: Final = 8  # letters of a key that is looked for in the text; a shorter one is part of other words
# Strings first: a # within one begins no comment.
_PARTS: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)
_LIKE_A_KEY: Final = re.compile(r"[A-Za-z0-9_+/=-]{16,}")


def without_keys(text: str, keys: Iterable[str] = ()) -> str:
    """The same TOML with a placeholder for every key. In comments, whatever could be an old key is struck out.

    `keys`: those known from elsewhere. Where the text hides a key too well, its comments are given up for it.
    """
    tables = tomllib.loads(text)
    secrets = sorted({*_keys(tables), *keys} - {"", NO_KEY}, key=len, reverse=True)
    if all(len(secret) >= SHORTEST for secret in secrets):
        clean = text
        for secret in secrets:
            clean = clean.replace(secret, NO_KEY)
        clean = _PARTS.sub(lambda part: _comment(part[0]), clean)
        if not _holds_keys(clean, secrets):
            return clean
    for service in _services(tables):
        if "api_key" in service:
            service["api_key"] = NO_KEY
    return tomlkit.dumps(tables)


def _comment(part: str) -> str:
    return _LIKE_A_KEY.sub("***", part) if part.startswith("#") else part


def _holds_keys(text: str, secrets: list[str]) -> bool:
    try:
        left = {key for key in _keys(tomllib.loads(text)) if key != NO_KEY}
    except tomllib.TOMLDecodeError:
        return True
    return bool(left) or any(secret in text for secret in secrets)


def _keys(tables: dict[str, Any]) -> list[str]:
    return [str(service["api_key"]) for service in _services(tables) if "api_key" in service]


def _services(tables: dict[str, Any]) -> list[dict[str, Any]]:
    services = tables.get("services")
    return [row for row in services.values() if isinstance(row, dict)] if isinstance(services, dict) else []
