"""What came back: is it an answer at all, and its bytes, within bounds."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
import msgspec

from keepercheky.errors import ServiceError
from keepercheky.services import faults

AGAIN: Final = frozenset({429, 502, 503, 504})  # a little later may be better
LONGEST_RETRY_AFTER_SECONDS: Final = 30.0  # who asks for more is asked again by the next run
BODY_LIMIT_BYTES: Final = 256 * 1024 * 1024  # 40,000 movies, indented
ERROR_LIMIT_BYTES: Final = 64 * 1024  # of what tells why not


class Failed(Exception):
    """A try that failed: the error, whether another try makes sense, and after how many seconds at the earliest."""

    def __init__(self, error: ServiceError, *, again: bool = False, after: float = 0.0) -> None:
        super().__init__()
        self.error = error
        self.again = again
        self.after = after


async def refuse(service: str, response: httpx.Response, path: str, now: datetime) -> None:
    """Raise what the status or the type of content says; come back when this looks like an answer."""
    if response.status_code >= 300:
        error = faults.of_status(service, response, await _first_words(response), path)
        after = _retry_after(response, now)
        again = response.status_code in AGAIN and after <= LONGEST_RETRY_AFTER_SECONDS
        raise Failed(error, again=again, after=after)
    said = media_type(response)
    if "html" in said:
        raise faults.not_json(service)
    if said and not said.endswith("json"):
        raise faults.wrong_type(service, said)


async def pieces(service: str, response: httpx.Response) -> AsyncGenerator[bytes]:
    """The body, unpacked, as it comes in. One that begins like a page of HTML, or never ends, is refused."""
    begun, total = False, 0
    async for chunk in response.aiter_bytes():
        if not begun and (text := chunk.lstrip()):
            begun = True
            if text.startswith(b"<"):
                raise faults.not_json(service)
        total += len(chunk)
        if total > BODY_LIMIT_BYTES:
            raise faults.too_large(service, BODY_LIMIT_BYTES)
        yield chunk


async def whole(service: str, response: httpx.Response) -> bytearray:
    body = bytearray()
    async with aclosing(pieces(service, response)) as arriving:
        async for piece in arriving:
            body += piece
    return body


async def is_missing(response: httpx.Response) -> bool:
    """Whether the service itself says that it has no such thing. A proxy's 404 says nothing about the service."""
    return response.status_code == 404 and is_object(await error_body(response))


def is_object(body: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(body), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


async def error_body(response: httpx.Response) -> bytes:
    """The JSON that says why not; empty when there is none."""
    if not media_type(response).endswith("json"):
        return b""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ERROR_LIMIT_BYTES:
            break
    return bytes(body)


def media_type(response: httpx.Response) -> str:
    written: str = response.headers.get("content-type", "")
    return written.partition(";")[0].strip().lower()


async def _first_words(response: httpx.Response) -> bytes:
    """Only of a 503, which tells a start from a fault in words."""
    if response.status_code == 503:
        async for chunk in response.aiter_bytes():
            return chunk[:4096]
    return b""


def _retry_after(response: httpx.Response, now: datetime) -> float:
    written = response.headers.get("retry-after", "").strip()
    if written.isdigit():
        return float(written)
    try:
        return max(0.0, (parsedate_to_datetime(written) - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0
