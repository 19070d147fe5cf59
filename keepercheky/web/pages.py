"""The server on a port. Nobody signs in yet, so it shows and changes nothing: there is no other method than GET and HEAD."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from keepercheky.app import App
from keepercheky.metrics import exposition
from keepercheky.web.door import Based, Guarded, HostChecked
from keepercheky.web.facts import read_facts
from keepercheky.web.failures import Json, add_handlers
from keepercheky.web.health import ailing, not_answering
from keepercheky.web.home import STYLE, home
from keepercheky.web.tally import Counted, Tally

READ: Final = ["GET", "HEAD"]


def create_pages(app: App, tally: Tally | None = None) -> FastAPI:
    """The page, health and metrics. `tally`: hand the same one to both servers, and `/metrics` counts both."""
    tally = tally or Tally()
    server = new_server()
    server.include_router(pages(app, tally))
    server.add_middleware(Based, over=app)
    server.add_middleware(HostChecked, over=app)
    server.add_middleware(Guarded)
    server.add_middleware(Counted, tally=tally, clock=app.clock)
    return server


def new_server() -> FastAPI:
    """A server that tells nothing of itself: no interactive documentation, no list of addresses."""
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    add_handlers(server)
    return server


def pages(app: App, tally: Tally) -> APIRouter:
    router = APIRouter()

    @router.api_route("/", methods=READ)
    async def page() -> Response:
        return HTMLResponse(await home(app))

    @router.api_route("/style.css", methods=READ)
    async def style() -> Response:
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    @router.api_route("/health", methods=READ)
    async def health() -> Response:
        reason = await ailing(app)
        return Json({"status": "ok"}) if reason is None else Json({"status": "ailing", "reason": reason}, 503)

    @router.api_route("/ready", methods=READ)
    async def ready() -> Response:
        return Json({"status": "ready", "not_answering": not_answering(app)})

    @router.api_route("/metrics", methods=READ)
    async def metrics(request: Request) -> Response:
        if not app.house.settings.metrics.enabled:
            return PlainTextResponse("Metrics are switched off in [metrics] of the settings.\n", 404)
        facts = await read_facts(app, tally.answered())
        body, headers = exposition(
            facts, request.headers.get("accept", ""), request.headers.get("accept-encoding", "")
        )
        return Response(body, headers=headers)

    return router
