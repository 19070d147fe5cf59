"""One question to the application: over the daemon's socket while one runs, else in this process under its lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, Literal

import anyio
import click
import httpx

from keepercheky.cli.desk import Desk
from keepercheky.cli.ending import told
from keepercheky.errors import (
    KeeperChekyError,
    LockedError,
    NoMatch,
    SettingsError,
    StateError,
    UsageError,
)
from keepercheky.settings import Settings, state_folder
from keepercheky.settings.files import find_file, read_toml
from keepercheky.settings.words import parse_path

SOCKET_NAME: Final = "keepercheky.sock"
BASE: Final = "http://keepercheky/api/v1"  # a socket file has no host; any name does
PATIENCE: Final = httpx.Timeout(None, connect=10)  # a plan may take minutes: as long as the services take
START_SECONDS: Final = 5.0  # between a daemon's taking the lock and its opening the socket
KINDS: Final[Mapping[str, type[KeeperChekyError]]] = {
    "usage": UsageError,
    "settings": UsageError,
    "no_match": NoMatch,
    "state": StateError,
    "locked": LockedError,
}

Method = Literal["GET", "POST"]


def ask(
    desk: Desk, method: Method, path: str, *, what: str = "", params: Any = None, body: Any = None
) -> dict[str, Any]:
    """The application's answer. `what` is shown on a terminal while it takes."""

    async def once() -> dict[str, Any]:
        async with connected(desk) as transport:
            return await request(transport, method, path, params=params, body=body)

    with sign_of_life(what):
        return anyio.run(once)


async def request(
    transport: httpx.AsyncBaseTransport, method: Method, path: str, *, params: Any = None, body: Any = None
) -> dict[str, Any]:
    """One exchange; what the application refuses is raised as it raised it."""
    given = {name: value for name, value in (params or {}).items() if value is not None}
    client = httpx.AsyncClient(transport=transport, timeout=PATIENCE)
    try:
        response = await client.request(method, BASE + path, params=given, json=body)
    except httpx.TransportError:
        raise _stopped() from None
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        if response.is_server_error:  # the web server's own word for a question it was made to drop
            raise _stopped()
        raise KeeperChekyError(
            "The running KeeperCheky gave an answer that cannot be read",
            "Is it of another version? Stop it and start it anew",
        )
    if response.is_error:
        raise _refused(answer)
    return answer


def _stopped() -> KeeperChekyError:
    return KeeperChekyError(
        "KeeperCheky stopped answering",
        "It may have been stopped or started anew: look at its log, and try again",
    )


def _refused(answer: dict[str, Any]) -> KeeperChekyError:
    said = answer.get("error")
    error = said if isinstance(said, dict) else {}
    kind = KINDS.get(str(error.get("kind")), KeeperChekyError)
    return kind(str(error.get("message", "KeeperCheky refused without a word")), str(error.get("remedy", "")))


@asynccontextmanager
async def connected(desk: Desk) -> AsyncIterator[httpx.AsyncBaseTransport]:
    """A way to the application. SettingsError, StateError or LockedError when there is none."""
    socket = await _socket(desk)
    if socket is None:
        try:
            async with _in_this_process(desk) as transport:
                yield transport
                return
        except LockedError:
            socket = await _soon(desk)
            if socket is None:
                raise
    async with httpx.AsyncHTTPTransport(uds=str(socket)) as transport:
        yield transport


async def _socket(desk: Desk) -> Path | None:
    """The daemon's socket; None when no daemon listens. Settings that became wrong do not matter while one does."""
    try:
        socket = socket_path(desk)
        return socket if await is_listening(socket) else None
    except SettingsError as error:
        socket = likely_socket_path(desk)
        if not await is_listening(socket):
            raise
        click.echo(
            f"{told(error)}\nThe KeeperCheky that runs goes on with the settings it has.\n",
            err=True,
        )
        return socket


async def _soon(desk: Desk) -> Path | None:
    """The socket of a daemon that is just starting."""
    socket = socket_path(desk)
    with anyio.move_on_after(START_SECONDS):
        while not await is_listening(socket):  # noqa: ASYNC110 - another process tells of no event
            await anyio.sleep(0.1)
        return socket
    return None


@asynccontextmanager
async def _in_this_process(desk: Desk) -> AsyncIterator[httpx.AsyncBaseTransport]:
    """The same application over the same state, alone with it for as long as the question takes."""
    from keepercheky.app import open_app  # noqa: PLC0415 - half a second that talking to a daemon need not wait
    from keepercheky.web import create_admin  # noqa: PLC0415 - likewise

    desk.set_up_logs("error", "console")
    async with open_app(desk.load, desk.environ) as app:
        yield httpx.ASGITransport(create_admin(app))


def socket_path(desk: Desk) -> Path:
    """Where the daemon of these settings listens. SettingsError when they cannot be read."""
    return state_folder((desk.loaded or desk.load()).settings, desk.environ) / SOCKET_NAME


def likely_socket_path(desk: Desk) -> Path:
    """Where it listens most likely, while the settings hold mistakes."""
    try:
        file = find_file(desk.config, desk.environ)
        tables = read_toml(file) if file else {}
        return parse_path(tables["state"]["path"]) / SOCKET_NAME
    except (SettingsError, ValueError, KeyError, TypeError):
        return state_folder(Settings(), desk.environ) / SOCKET_NAME


async def is_listening(socket: Path) -> bool:
    """Whether somebody answers there; a socket file that was left behind does not."""
    try:
        stream = await anyio.connect_unix(socket)
    except PermissionError:
        raise StateError(
            f"You may not open {socket}",
            "Run this as the user KeeperCheky runs as, or as root; in Docker: `docker exec CONTAINER keepercheky …`",
        ) from None
    except OSError:  # not there, nobody behind it, no folder, too long a path
        return False
    await stream.aclose()
    return True


def sign_of_life(what: str) -> AbstractContextManager[Any]:
    """Something that turns, on a terminal; nothing in a pipe."""
    from rich.console import Console  # noqa: PLC0415 - `health` needs none

    console = Console(stderr=True)
    if not what or not console.is_terminal or console.is_dumb_terminal:
        return nullcontext()
    return console.status(f"{what} …")
