"""One request that changes something: sent once, and whatever comes back is told as done, not done, or nobody knows.

Not done, for certain: no connection came about, a redirect, a page of HTML, any status from 400 to 499.
Done: a status of 200 to 299, with the answer that was expected.
Nobody knows: anything lost after the sending began, an answer that makes no sense, a proxy that lost its service.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import Final, Literal, TypeVar

import httpx
import msgspec

from keepercheky.errors import ServiceError
from keepercheky.services import declined, faults
from keepercheky.services.line import Line
from keepercheky.services.reply import Failed, error_body, is_object, media_type, whole

T = TypeVar("T")
Method = Literal["PUT", "POST", "DELETE"]

# The request did not leave: nothing was there to send it to.
_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    UnicodeError,
)


async def write(
    line: Line,
    method: Method,
    url: httpx.URL,
    path: str,
    body: bytes | None,
    answer: type[T] | None,
    *,
    missing_ok: bool,
) -> T | None:
    """Raises `Failed`, never to be tried again, or TimeoutError."""
    try:
        response = await line.opened(method, url, body)
    except _NEVER_SENT as problem:
        raise Failed(line.unreachable(problem).error) from None
    except httpx.TimeoutException:
        raise TimeoutError from None
    except httpx.TransportError:
        raise Failed(faults.nobody_knows(line.name, "the connection was lost")) from None
    async with aclosing(response):
        try:
            return await _judged(line, response, path, answer, missing_ok=missing_ok)
        except ServiceError as error:
            raise Failed(error) from None
        except (msgspec.DecodeError, httpx.DecodingError, RecursionError, UnicodeError):
            raise Failed(faults.nobody_knows(line.name, "sent an answer that makes no sense")) from None
        except httpx.TransportError:
            raise Failed(faults.nobody_knows(line.name, "the connection was lost")) from None


async def _judged(
    line: Line, response: httpx.Response, path: str, answer: type[T] | None, *, missing_ok: bool
) -> T | None:
    if response.has_redirect_location:
        raise faults.moved(line.name, line.moved_to(response, path))
    if response.status_code >= 300:
        body = await _why(response)
        if missing_ok and response.status_code == 404 and is_object(body):
            return None
        raise declined.of_status(line.name, response, body, path, line.secrets)
    if "html" in media_type(response):
        raise faults.not_json(line.name)
    content = await whole(line.name, response)
    if content and not (media_type(response) or "json").endswith("json"):
        raise faults.nobody_knows(line.name, f"answered {media_type(response)} instead of JSON")
    return None if answer is None else msgspec.json.decode(content, type=answer)


async def _why(response: httpx.Response) -> bytes:
    try:
        return await error_body(response)
    except (httpx.TransportError, httpx.DecodingError):
        return b""  # the status has said enough
