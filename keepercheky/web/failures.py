"""How the servers say no: what is wrong and what to do, as JSON below `/api/`, else as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from keepercheky.errors import (
    KeeperChekyError,
    LockedError,
    NoMatch,
    ServiceError,
    SettingsError,
    StateError,
    UsageError,
)

KINDS: Final[tuple[tuple[type[KeeperChekyError], int, str], ...]] = (
    (UsageError, 400, "usage"),
    (NoMatch, 404, "no_match"),
    (SettingsError, 400, "settings"),
    (StateError, 503, "state"),
    (LockedError, 503, "locked"),
    (ServiceError, 502, "service"),
)
SOMETHING: Final = "Something went wrong inside KeeperCheky"
SEE_LOG: Final = "The log says more"


class Json(Response):
    """JSON made by msgspec: a plan of 10,000 titles takes milliseconds."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return msgspec.json.encode(content)


def add_handlers(server: FastAPI) -> None:
    server.add_exception_handler(KeeperChekyError, _known)
    server.add_exception_handler(RequestValidationError, _not_understood)
    server.add_exception_handler(HTTPException, _no_such_thing)


def unexpected(path: str) -> Response:
    return _answer(path, 500, "internal", SOMETHING, SEE_LOG)


def _known(request: Request, error: Exception) -> Response:
    for known, status, kind in KINDS:
        if isinstance(error, known):
            return _answer(request.url.path, status, kind, error.message, error.remedy)
    raise error


def _not_understood(request: Request, error: Exception) -> Response:
    first: Mapping[str, Any] = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    name = ".".join(str(part) for part in first.get("loc", ())[1:])
    kind, says = first.get("type", ""), first.get("msg", "it is not understood")
    if kind == "json_invalid" or not name:
        message = "The body is missing" if kind == "missing" else "The body is not a JSON object"
    elif kind == "extra_forbidden":
        message = f"There is no parameter {name!r}"
    elif kind == "missing":
        message = f"The parameter {name!r} is missing"
    else:
        message = f"The parameter {name!r} cannot be meant: {says}"
    return _answer(request.url.path, 400, "usage", message, _what_it_takes(request.scope.get("route")))


def _what_it_takes(route: object) -> str:
    if not isinstance(route, APIRoute):
        return ""
    asked = [
        row.field_info.annotation for row in (*route.dependant.query_params, *route.dependant.body_params)
    ]
    names = [name for model in asked for name in getattr(model, "model_fields", ())]
    return f"It takes {', '.join(names)}" if names else "It takes no parameters"


def _no_such_thing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    path = request.url.path
    says = {404: f"There is nothing at {path}", 405: f"{request.method} is not for {path}"}
    message = says.get(status, "This request cannot be answered")
    response = _answer(path, status, "usage", message, "")
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def _answer(path: str, status: int, kind: str, message: str, remedy: str) -> Response:
    if path.startswith("/api/"):
        return Json({"error": {"kind": kind, "message": message, "remedy": remedy}}, status)
    return PlainTextResponse(f"{message}. {remedy}.\n" if remedy else f"{message}.\n", status)
