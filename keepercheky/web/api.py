"""The API, one address per thing that can be asked or done. Only on the socket file: `admin.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from keepercheky.app import App
from keepercheky.web.asked import (
    AcceptAsked,
    ExplainAsked,
    HistoryAsked,
    KeepAsked,
    Nothing,
    PlanAsked,
    UnkeepAsked,
)
from keepercheky.web.failures import Json
from keepercheky.web.status import status


def api(app: App) -> APIRouter:
    router = APIRouter(prefix="/api/v1")

    @router.get("/plan")
    async def plan(asked: Annotated[PlanAsked, Query()]) -> Response:
        return Json(await app.plan(asked.schedule, at_free=asked.amount))

    @router.get("/explain")
    async def explain(asked: Annotated[ExplainAsked, Query()]) -> Response:
        return Json(await app.explain(asked.q))

    @router.get("/leaving")
    async def leaving(_: Annotated[Nothing, Query()]) -> Response:
        return Json(await app.leaving())

    @router.get("/history")
    async def history(asked: Annotated[HistoryAsked, Query()]) -> Response:
        return Json(await app.history(asked.limit))

    @router.get("/check")
    async def check(_: Annotated[Nothing, Query()]) -> Response:
        return Json(await app.check())

    @router.get("/status")
    async def tell_status(_: Annotated[Nothing, Query()]) -> Response:
        return Json(await status(app))

    @router.post("/keep")
    async def keep(asked: KeepAsked) -> Response:
        return Json(await app.keep(asked.query, until=asked.until, reason=asked.reason, by=asked.by))

    @router.post("/unkeep")
    async def unkeep(asked: UnkeepAsked) -> Response:
        return Json(await app.unkeep(asked.query))

    @router.post("/accept")
    async def accept(asked: AcceptAsked) -> Response:
        return Json(await app.accept(asked.id))

    return router
