"""A Radarr and a Sonarr that answer with what real ones once answered, served over real sockets.

The recordings are other people's and stay where they are; what was not recorded is completed here.
"""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

RECORDED = Path(__file__).parents[3] / "shared" / "api" / "recorded"
TOTAL = 20 * 10**12


def _json(product: str, name: str) -> Any:
    return json.loads((RECORDED / product / f"{name}.json").read_text())


def _page(records: list[dict[str, Any]], events: list[str]) -> dict[str, Any]:
    """A history page that says itself how much there is: the recording's total is of a longer list."""
    kept = [record for record in records if not events or record["eventType"] in events]
    kept.sort(key=lambda record: record["date"])
    return {
        "page": 1,
        "pageSize": 1000,
        "sortKey": "date",
        "sortDirection": "ascending",
        "totalRecords": len(kept),
        "records": kept,
    }


def radarr() -> dict[str, Any]:
    roots = _json("radarr", "rootfolder")
    return {
        "system/status": _json("radarr", "system-status"),
        "health": [],
        "rootfolder": roots,
        "diskspace": [{"path": "/volume2", "freeSpace": roots[0]["freeSpace"], "totalSpace": TOTAL}],
        "tag": _json("radarr", "tag"),
        "movie": _json("radarr", "movie-list"),
        "history": _page(
            _json("radarr", "history-page")["records"], ["downloadFolderImported", "movieFileDeleted"]
        ),
        "queue": _json("radarr", "queue-page"),
        "config/mediamanagement": _json("radarr", "aiopyarr-config-mediamanagement"),
    }


def sonarr() -> dict[str, Any]:
    free = _json("radarr", "rootfolder")[0]["freeSpace"]
    series = _json("sonarr", "series-list")
    queue = _json("sonarr", "queue-page")
    queue["totalRecords"] = len({record["id"] for record in queue["records"]})
    return {
        "system/status": {**_json("radarr", "system-status"), "appName": "Sonarr", "version": "4.0.19.2979"},
        "health": [],
        "rootfolder": [
            {"id": number, "path": path, "accessible": True, "freeSpace": free, "unmappedFolders": []}
            for number, path in enumerate(sorted({row["rootFolderPath"] for row in series}), start=1)
        ],
        "diskspace": [{"path": "/volume2", "freeSpace": free, "totalSpace": TOTAL}],
        "tag": _json("radarr", "tag"),
        "series": series,
        "history": _page(
            _json("sonarr", "history-page")["records"], ["downloadFolderImported", "episodeFileDeleted"]
        ),
        "queue": queue,
        "config/mediamanagement": _json("radarr", "aiopyarr-config-mediamanagement"),
    }


def episodes_of(series: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Episodes and files that agree with what the recorded list says of a series: one file an episode, old."""
    episodes, files = [], []
    for season in series["seasons"]:
        count = (season.get("statistics") or {}).get("episodeFileCount", 0)
        size = (season.get("statistics") or {}).get("sizeOnDisk", 0)
        for number in range(1, count + 1):
            part = series["id"] * 100_000 + season["seasonNumber"] * 1_000 + number
            common = {"seriesId": series["id"], "seasonNumber": season["seasonNumber"]}
            episodes.append(
                {
                    **common,
                    "id": part,
                    "episodeNumber": number,
                    "episodeFileId": part,
                    "airDateUtc": "2019-05-01T20:00:00Z",
                    "hasFile": True,
                    "title": f"Part {number}",
                }
            )
            path = f"{series['path']}/{season['seasonNumber']}x{number}.mkv"
            files.append(
                {
                    **common,
                    "id": part,
                    "path": path,
                    "size": size // count,
                    "dateAdded": "2022-01-01T00:00:00Z",
                }
            )
    return episodes, files


@asynccontextmanager
async def recorded_service(answers: dict[str, Any], asked: list[str]) -> AsyncIterator[str]:
    """Serve these answers below /api/v3 on loopback; its URL. Every request line is added to `asked`."""
    parts = {row["id"]: episodes_of(row) for row in answers.get("series", [])}

    async def answer(request: Request) -> JSONResponse:
        asked.append(f"{request.method} {request.url.path}")
        name = request.path_params["name"]
        if name in ("episode", "episodefile"):
            return JSONResponse(parts[int(request.query_params["seriesId"])][name == "episodefile"])
        return JSONResponse(answers[name]) if name in answers else JSONResponse({"message": "no"}, 404)

    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.bind(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/api/v3/{name:path}", answer, methods=["GET", "POST", "PUT", "DELETE"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    async with anyio.create_task_group() as group:
        group.start_soon(server._serve, [door])
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
            await anyio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
