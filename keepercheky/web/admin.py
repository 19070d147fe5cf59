"""The server on the socket file, and in-process for the command line: the pages and the API.

Whoever may open the socket file is an administrator. No browser of another site can, so no host name is asked for.
"""

from __future__ import annotations

from fastapi import FastAPI

from keepercheky.app import App
from keepercheky.web.api import api
from keepercheky.web.door import Guarded
from keepercheky.web.pages import new_server, pages
from keepercheky.web.tally import Counted, Tally


def create_admin(app: App, tally: Tally | None = None) -> FastAPI:
    """Everything. `tally`: hand the same one to both servers, and `/metrics` counts the requests of both."""
    tally = tally or Tally()
    server = new_server()
    server.include_router(pages(app, tally))
    server.include_router(api(app))
    server.add_middleware(Guarded)
    server.add_middleware(Counted, tally=tally, clock=app.clock)
    return server
