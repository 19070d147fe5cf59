"""Names, tags and folders as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import SecretStr

from keepercheky.settings.values import BadValue, quoted

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAG = re.compile(r"[a-z0-9-]+")
_WINDOWS = re.compile(r"[A-Za-z]:[\\/].*|\\\\.+")
_KEY = re.compile(r"[!-~]+")
PLACEHOLDERS = frozenset({"put-your-key-here", "…", "..."})


def parse_name(value: Any) -> str:
    """The name of a service, a storage or a schedule: `old_media`."""
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    rule = "Names begin with a letter and hold a-z, 0-9 and _"
    guess = re.sub(r"[^a-z0-9]+", "_", str(value).lower()).strip("_")
    remedy = f'{rule}: "{guess}" would do' if _NAME.fullmatch(guess) else rule
    raise BadValue(f"{quoted(value)} cannot be a name", remedy)


def parse_tag(value: Any) -> str:
    """A label of Radarr and Sonarr, which compare them without case."""
    text = value.strip().lower() if isinstance(value, str) else ""
    if _TAG.fullmatch(text):
        return text
    rule = "Tags of Radarr and Sonarr hold a-z, 0-9 and -"
    guess = re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-")
    raise BadValue(f"{quoted(value)} is not a tag", f'{rule}: "{guess}" would do' if guess else rule)


def parse_text(value: Any) -> str:
    """A name as another program shows it: a person, a library."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise BadValue(f"{quoted(value)} is not a name", 'Write the name in quotes: "Kids"')


def parse_folder(value: Any) -> str:
    """A folder of ours: its whole path, without a `/` at the end."""
    if isinstance(value, Path):
        return str(value)
    text = value.strip() if isinstance(value, str) else ""
    if not text.startswith("/") or ".." in PurePosixPath(text).parts:
        raise BadValue(f"{quoted(value)} is not a whole path", 'Write it from the root: "/data/media"')
    return str(PurePosixPath("/" + text.lstrip("/")))


def parse_path(value: Any) -> Path:
    return Path(parse_folder(value))


def parse_their_folder(value: Any) -> str:
    """A folder as another program sees it, which may run on Windows."""
    text = value.strip() if isinstance(value, str) else ""
    if _WINDOWS.fullmatch(text):
        return text.rstrip("\\/")
    return parse_folder(value)


def parse_names_or_yes_no(value: Any) -> bool | tuple[str, ...]:
    """`true`, `false`, or a list of people."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {"true", "false", "yes", "no", "on", "off"}:
        return value.strip().lower() in {"true", "yes", "on"}
    if isinstance(value, list | tuple) and value:
        return tuple(parse_text(item) for item in value)
    raise BadValue(
        f"{quoted(value)} is neither true, false nor a list of people",
        'Write true, false, or their names in Jellyfin: ["ana", "luis"]',
    )


def parse_key(value: Any) -> SecretStr:
    """An API key. What was written is never repeated."""
    if isinstance(value, SecretStr):
        return value
    if not isinstance(value, str):
        raise BadValue("a key is text", "Put the key in quotes")
    text = value.strip()
    if not text:
        raise BadValue("the key is empty", "Copy the API key from the service's settings page")
    if text not in PLACEHOLDERS and not _KEY.fullmatch(text):
        raise BadValue(
            "the key holds spaces or letters that no key has",
            "Copy the API key again, without anything around it",
        )
    return SecretStr(text)


def parse_key_file(value: Any) -> Path:
    """The file that holds a key. What was written is never repeated: it may be the key itself."""
    if isinstance(value, Path):
        return value
    if isinstance(value, str) and value.strip().startswith("/"):
        return Path(value.strip())
    raise BadValue(
        "this is not a whole path",
        "Write the file's path from the root; if it is the key itself, the name of the setting is api_key",
    )


def list_of(parse: Callable[[Any], str], example: str) -> Callable[[Any], tuple[str, ...]]:
    """A reader of lists: each item once, in the order written."""

    def parse_list(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise BadValue(f"{quoted(value)} is not a list", f"Write a list: {example}")
        return tuple(dict.fromkeys(parse(item) for item in value))

    return parse_list
