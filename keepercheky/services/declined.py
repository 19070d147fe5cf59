"""Why a service did not do what it was asked, in its own words as far as these are fit to be shown.

Facts used: the *arr's own validation is an array of `errorMessage`s, a request that cannot be bound an object with
`errors`, everything else an object whose `message` is for people and whose `description` is a stack trace.
Seerr says `message`, or `error`; its CSRF protection is a 403 that has nothing to do with the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import httpx
import msgspec

from keepercheky.errors import Declined, NotFound, ServerFault, ServiceError, Unauthorized
from keepercheky.services import faults

LONGEST_WORDS: Final = 200
# A proxy that had no answer from its service: that may have done it all the same.
_LOST_BEHIND_PROXY: Final = frozenset({502, 504, 520, 524})
_KINDS: Final[dict[int, tuple[type[ServiceError], str, str]]] = {
    400: (Declined, "would not do it", "Look there for what stands in the way"),
    404: (NotFound, "knows no {path}", "Was it removed there meanwhile? Look again"),
    409: (Declined, "would not do it", "Is the disk of that root folder mounted, and not empty?"),
    500: (ServerFault, "failed", "Look into its log, then try again"),
}

_QUERY: Final = re.compile(r"\?\S+")
_TRACE: Final = re.compile(r"\s+at [\w.<>`]+\(.*", re.DOTALL)


def of_status(
    service: str, response: httpx.Response, body: bytes, path: str, secrets: Iterable[str] = ()
) -> ServiceError:
    """The error that a status from 300 on stands for, after a request that changes something."""
    words = _words(body, secrets)
    status, told = response.status_code, f": {words}" if words else ""
    if status in (401, 403, 429, 503) or (status == 404 and not body):
        return _csrf(service) if "csrf" in words.lower() else faults.of_status(service, response, body, path)
    if status in _LOST_BEHIND_PROXY:
        return faults.nobody_knows(service, f"is not there behind its proxy ({status})")
    kind, message, remedy = _KINDS.get(status, _KINDS[500 if status >= 500 else 400])
    return kind(service, f"{message.format(path=path)} ({status}){told}", remedy)


def _csrf(service: str) -> Unauthorized:
    return Unauthorized(
        service,
        "takes changes from its own pages only: its CSRF protection is on (403)",
        "Switch CSRF protection off in its network settings, and restart it",
    )


def _words(body: bytes, secrets: Iterable[str]) -> str:
    """One line for people; empty when nothing in the body is meant for them."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return ""
    line = "; ".join(dict.fromkeys(filter(None, (_plain(text, secrets) for text in _told(said)))))
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1].rstrip() + "…"


def _told(said: object) -> Iterator[str]:
    if isinstance(said, list):
        for one in said:
            yield from _one_rule(one)
    elif isinstance(said, dict):
        for key in ("message", "errorMessage", "error", "title"):
            if isinstance(text := said.get(key), str):
                yield text
                break
        errors = said.get("errors")
        if isinstance(errors, dict):
            for name, texts in errors.items():
                yield from (f"{name}: {text}" for text in texts or () if isinstance(text, str))


def _one_rule(one: object) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(text := one.get("errorMessage"), str):
        name = one.get("propertyName")
        yield f"{name}: {text}" if isinstance(name, str) and name else text


def _plain(text: str, secrets: Iterable[str]) -> str:
    """Without a stack trace, a query or a key."""
    text = _QUERY.sub("", _TRACE.sub("", text))
    for secret in secrets:
        text = text.replace(secret, "…")
    return " ".join(text.split()).rstrip(".")
