"""`keepercheky health`: is the daemon well?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio
import click
import httpx

from keepercheky.cli.client import is_listening, likely_socket_path, socket_path
from keepercheky.cli.desk import Desk
from keepercheky.cli.verbs import Verb
from keepercheky.errors import KeeperChekyError, SettingsError, StateError
from keepercheky.settings.addresses import Bind

SECONDS: Final = 4.5  # within the five that a HEALTHCHECK should allow
ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask one that listens everywhere


@click.command(
    cls=Verb,
    epilog="""
keepercheky health && echo well
HEALTHCHECK CMD ["keepercheky", "health"]  in a Dockerfile
""",
)
@click.pass_context
def health(ctx: click.Context) -> None:
    """Is the daemon well? Ends with 0 when it is, with 1 and the reason when it is not.

    A service that does not answer does not make it unwell: only what a new start could mend counts.
    """
    desk = ctx.ensure_object(Desk)
    anyio.run(_ask, desk)
    click.echo("well")


async def _ask(desk: Desk) -> None:
    """KeeperChekyError unless it is well."""
    try:
        with anyio.fail_after(SECONDS):
            async with _door(desk) as (client, url):
                response = await client.get(url)
    except (TimeoutError, httpx.TimeoutException):
        raise KeeperChekyError(f"KeeperCheky does not answer within {SECONDS:g} seconds") from None
    except httpx.TransportError:
        raise KeeperChekyError(
            "No KeeperCheky is running here", "Start it with `keepercheky serve`"
        ) from None
    if response.status_code != httpx.codes.OK:
        raise KeeperChekyError(f"KeeperCheky is not well: {_reason(response)}")


@asynccontextmanager
async def _door(desk: Desk) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Where to ask: the socket, or else the port of the pages. Settings that became wrong make nobody unwell."""
    bind = Bind("127.0.0.1", 8484)
    try:
        socket = socket_path(desk)
        bind = desk.loaded.settings.web.bind if desk.loaded else bind
    except SettingsError:
        socket = likely_socket_path(desk)
    try:
        listening = await is_listening(socket)
    except StateError:  # another user's; its pages may answer all the same
        listening = False
    transport = httpx.AsyncHTTPTransport(uds=str(socket)) if listening else None
    async with httpx.AsyncClient(transport=transport, timeout=SECONDS, trust_env=False) as client:
        port = Bind(ANYWHERE.get(bind.host, bind.host), bind.port)
        yield client, f"http://{port}/health"


def _reason(response: httpx.Response) -> str:
    try:
        reason = response.json()["reason"]
    except (ValueError, KeyError, TypeError):
        return f"it answers with {response.status_code}"
    return str(reason).rstrip(".")
