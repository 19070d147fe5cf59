"""What went wrong on the wire, in words a person can act on.

Every function makes one `ServiceError`. None of them ever puts a key, a query or a body into a text: keys travel
in headers, queries hold user ids, and error bodies of the *arr hold stack traces.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator

import httpx

from keepercheky.errors import (
    InvalidAnswer,
    MaybeDone,
    NotFound,
    ServerFault,
    ServiceError,
    TimedOut,
    Unauthorized,
    Unreachable,
)

_STARTING = re.compile(rb"starting up|is starting|startup|loading|migrat", re.IGNORECASE)


def key_of(service: str) -> str:
    return f"services.{service}.api_key"


def url_of(service: str) -> str:
    return f"services.{service}.url"


def unreachable(service: str, address: str, problem: BaseException) -> Unreachable:
    why, remedy = _why(problem)
    return Unreachable(
        service, f"cannot be reached at {address}: {why}", f"{remedy}, and check {url_of(service)}"
    )


def timed_out(service: str, seconds: float) -> TimedOut:
    return TimedOut(
        service,
        f"gave no complete answer within {seconds:g} s",
        f"Is it busy, or its disk asleep? Look at its load, or allow more time for services.{service}",
    )


def of_status(service: str, response: httpx.Response, body: bytes, path: str) -> ServiceError:
    """The error that a status code from 300 on stands for. `body`: its first bytes, to tell a start from a fault."""
    match response.status_code:
        case 401 | 403 as status:
            kind: type[ServiceError] = Unauthorized
            message = f"refuses the API key ({status})"
            remedy = f"Set {key_of(service)} to a key that this server knows"
        case 404:
            kind = NotFound
            message = f"knows no {path} (404)"
            remedy = f"Is {url_of(service)} the address of this service, with its URL base?"
        case 429:
            kind, message, remedy = ServerFault, "says that it is asked too often (429)", "Try again later"
        case 503 if _STARTING.search(body) or "retry-after" in response.headers:
            kind, message = ServerFault, "is still starting up (503)"
            remedy = "Wait until it has started, then try again"
        case 502 | 504 as status:
            kind, message = ServerFault, f"is not there behind its proxy ({status})"
            remedy = "Is the service itself running? Look at the proxy"
        case status if status >= 500:
            kind, message, remedy = ServerFault, f"failed ({status})", "Look into its log, then try again"
        case status:
            kind, message = InvalidAnswer, f"did not take the request ({status})"
            remedy = "Is its version one that KeeperCheky supports?"
    return kind(service, message, remedy)


def not_json(service: str) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        "a login page or another program answers in its place (HTML instead of JSON)",
        f"Point {url_of(service)} at the service itself, with its URL base, past any login proxy",
    )


def wrong_type(service: str, media_type: str) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        f"answered {media_type or 'something'} instead of JSON",
        f"Is {url_of(service)} the right address?",
    )


def cut_off(service: str) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        "sent an answer that is cut off or garbled",
        "Try again; look at the network and any proxy between",
    )


def unexpected(service: str, what: str) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        f"sent an answer that makes no sense: {what}",
        "Try again; is its version one that KeeperCheky supports?",
    )


def moved_meanwhile(service: str, what: str) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        f"changed while it was read: {what}",
        "Try again when it is quiet; the next run reads it anew",
    )


def too_large(service: str, limit_bytes: int) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        f"sent more than {limit_bytes >> 20} MB in one answer",
        f"Is {url_of(service)} the right address?",
    )


def bad_key(service: str) -> Unauthorized:
    return Unauthorized(
        service,
        "cannot be asked: its API key holds characters that no key has",
        f"Copy {key_of(service)} anew",
    )


def bad_url(service: str) -> Unreachable:
    return Unreachable(
        service,
        "cannot be asked: its address is not one",
        f"Write {url_of(service)} like http://192.168.1.10:7878",
    )


def missing_base(service: str, right_base: str) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        f"answers only under {right_base}: the URL base is missing",
        f'Set {url_of(service)} to "{right_base}"',
    )


def sent_elsewhere(service: str, where: str) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        f"sends us on to {where}: a login page or another program answers in its place",
        f"Point {url_of(service)} at the service itself, past any login proxy",
    )


def moved(service: str, right_address: str) -> InvalidAnswer:
    return InvalidAnswer(
        service,
        f"sends us on to {right_address}; what changes something is not sent on",
        f'Set {url_of(service)} to "{right_address}"',
    )


def nobody_knows(service: str, why: str) -> MaybeDone:
    return MaybeDone(service, f"{why}: nobody knows whether it did what it was asked", _LOOK)


def nobody_knows_in_time(service: str, seconds: float) -> MaybeDone:
    why = f"gave no complete answer within {seconds:g} s"
    return MaybeDone(service, f"{why}: nobody knows whether it did what it was asked", _LOOK, timed_out=True)


_LOOK = "It is not asked a second time; look there before trying again"

# The first cause that fits: what to say, and what to do.
_CAUSES: tuple[tuple[type[BaseException], str, str], ...] = (
    (socket.gaierror, "no such host name", "Is the name spelt right and known here"),
    (
        ssl.SSLCertVerificationError,
        "its certificate is not trusted",
        "Install the certificate's authority here",
    ),
    (ssl.SSLError, "it does not speak TLS there", "Try http:// instead of https://"),
    (ConnectionRefusedError, "connection refused", "Is it running, and is the port right"),
    (httpx.ConnectTimeout, "nobody answers there", "Is the machine on, and the address right"),
)


def _why(problem: BaseException) -> tuple[str, str]:
    causes = list(_chain(problem))
    for kind, why, remedy in _CAUSES:
        if any(isinstance(cause, kind) for cause in causes):
            return why, remedy
    lost = "no connection" if isinstance(problem, httpx.ConnectError) else "the connection was lost"
    return lost, "Is it running"


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        if isinstance(problem, BaseExceptionGroup):
            for inner in problem.exceptions:
                yield from _chain(inner)
        problem = problem.__cause__ or problem.__context__
