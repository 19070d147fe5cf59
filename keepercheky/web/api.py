"""The API, one address per thing that can be asked or done. Only on the socket file: `admin.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from keepercheky.app import App
from keepercheky.web.asked import (
    AcceptAsked,
    ApproveAsked,
    ByAsked,
    CleanAsked,
    ExplainAsked,
    HistoryAsked,
    KeepAsked,
    Nothing,
    PlanAsked,
    ReviewAsked,
    UndoAsked,
    UnkeepAsked,
)
from keepercheky.web.failures import Json
from keepercheky.web.status import status


def api(app: App) -> APIRouter:
    router = APIRouter(prefix="/api/v1")
    _questions(router, app)
    _decisions(router, app)
    _acts(router, app)
    return router


def _questions(router: APIRouter, app: App) -> None:
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

    @router.get("/history/{run}")
    async def history_of(run: Annotated[str, Path()], _: Annotated[Nothing, Query()]) -> Response:
        return Json(await app.history_of(run))

    @router.get("/check")
    async def check(_: Annotated[Nothing, Query()]) -> Response:
        return Json(await app.check())

    @router.get("/status")
    async def tell_status(_: Annotated[Nothing, Query()]) -> Response:
        return Json(await status(app))


def _decisions(router: APIRouter, app: App) -> None:
    @router.post("/keep")
    async def keep(asked: KeepAsked) -> Response:
        return Json(await app.keep(asked.query, until=asked.until, reason=asked.reason, by=asked.by))

    @router.post("/unkeep")
    async def unkeep(asked: UnkeepAsked) -> Response:
        return Json(await app.unkeep(asked.query))

    @router.post("/accept")
    async def accept(asked: AcceptAsked) -> Response:
        return Json(await app.accept(asked.id))

    @router.post("/pause")
    async def pause(asked: ByAsked) -> Response:
        return Json(await app.pause(asked.by))

    @router.post("/resume")
    async def resume(asked: ByAsked) -> Response:
        return Json(await app.resume(asked.by))


def _acts(router: APIRouter, app: App) -> None:
    """These wait for the run that is under way, and for the one they start."""

    @router.post("/clean")
    async def clean(asked: CleanAsked) -> Response:
        return Json(await app.clean(asked.schedule))

    @router.get("/approve")
    async def review(asked: Annotated[ReviewAsked, Query()]) -> Response:
        return Json(await app.review(asked.schedule))

    @router.post("/approve")
    async def approve(asked: ApproveAsked) -> Response:
        return Json(await app.approve(asked.schedule, asked.chosen, by=asked.by))

    @router.post("/undo")
    async def undo(asked: UndoAsked) -> Response:
        return Json(await app.undo(asked.what, search=asked.search, by=asked.by))
