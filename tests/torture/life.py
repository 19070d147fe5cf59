"""Lives of the program, each a process of its own over a home that another process serves.

Started once, it reads one life per line: {"settings", "point", "nth", "marker"}. The life is one run of a schedule; at
the nth time that it reaches the named point it ends itself by SIGKILL. Answers one line: how the process ended.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio

from keepercheky.app import open_app, opening
from keepercheky.cleanup import follow, gone, points
from keepercheky.services import http
from keepercheky.settings import load

SCHEDULE = "old_media"


def hang_on(order: dict[str, Any], reached: list[str]) -> None:
    """The end at the named point; and a mark in the home's own list of requests, where recovery is over."""

    def hook(point: str) -> None:
        reached.append(point)
        if point == order["point"] and reached.count(point) == order["nth"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if point == "run_remembered":
            with suppress(
                urllib.error.HTTPError
            ):  # the fake knows no such page; it was asked, and wrote it down
                urllib.request.urlopen(order["marker"], timeout=10).close()

    points.hooks.append(hook)


async def live(order: dict[str, Any]) -> dict[str, Any]:
    reached: list[str] = []
    hang_on(order, reached)
    async with open_app(lambda: load(Path(order["settings"]), {}), {}) as app:
        ended = await app.run(SCHEDULE, app.clock.now(), "manual")
        return {"outcome": ended.outcome, "reason": ended.reason, "totals": ended.totals, "reached": reached}


def one_life(order: dict[str, Any], answer: int) -> None:
    opening.PREVIEW_ONLY = False
    follow.PAUSE_SECONDS = gone.FIRST_PAUSE_SECONDS = http.FIRST_PAUSE_SECONDS = 0.005  # type: ignore[misc]
    gone.PATIENCE_SECONDS = order.get("patience", 30.0)  # type: ignore[misc]
    told = anyio.run(live, order)
    os.write(answer, json.dumps(told).encode())


def main() -> None:
    logging.disable()
    for line in sys.stdin:
        mouth, ear = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(mouth)
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
            try:
                one_life(json.loads(line), ear)
            except BaseException as error:  # noqa: BLE001 - whoever waits wants to read it
                os.write(ear, json.dumps({"broke": repr(error)}).encode())
            finally:
                os._exit(0)
        os.close(ear)
        with os.fdopen(mouth, "rb") as told:
            said = told.read()
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        sys.stdout.write(json.dumps({"code": code, **(json.loads(said) if said else {})}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
