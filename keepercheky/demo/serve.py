"""The wire: a real server per fake on a loopback socket, with its recorder and its faults before the handler."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Protocol

import anyio
import anyio.abc
import anyio.lowlevel
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from keepercheky.demo.ask import NEVER, Answer, Ask, json_answer, split
from keepercheky.demo.faults import ON_THE_WIRE, READS, STATUSES, TURNED_AWAY, Fault, Faults, spoil
from keepercheky.demo.recorder import Asked, record
from keepercheky.demo.world import World

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATIENCE_SECONDS = 30.0  # how long a stuck answer hangs at most
LAST_WORDS_SECONDS = 2.0  # for answers under way when the home closes
DRIP_BYTES = 4
DRIP_SECONDS = 0.25
END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class Fake(Protocol):
    """What a product must bring: handlers, and its own way of refusing and redirecting."""

    name: str

    @property
    def world(self) -> World: ...
    def now(self) -> datetime: ...
    def base_path(self) -> str: ...
    def handle(self, ask: Ask) -> Answer: ...
    def refusal(self, status: int) -> Answer: ...
    def moved(self, path: str) -> Answer: ...
    def stranger(self, ask: Ask, answer: Answer) -> Answer: ...


class Front:
    """The ASGI application before a fake."""

    def __init__(self, fake: Fake, faults: Faults, requests: list[Asked]) -> None:
        self.fake = fake
        self.faults = faults
        self.requests = requests
        self.closing = anyio.Event()
        self.broken: list[Exception] = []
        self.server: Server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(scope, receive)
        query = scope["query_string"].decode("latin-1")
        record(self.requests, Asked(self.fake.name, scope["method"], scope["path"], query, body))
        base = self.fake.base_path()
        inside = not base or scope["path"] == base or scope["path"].startswith(f"{base}/")
        path = (scope["path"][len(base) :] or "/") if inside else scope["path"]
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        ask = Ask(scope["method"], path, split(query), headers, body)
        self._catch_up()
        fault = self.faults.on(self.fake.name, path, ask.method)
        if fault in (Fault.REFUSED, Fault.TIMEOUT):
            await self._hang_up(scope, receive, wait=fault is Fault.TIMEOUT)
            return
        answer = self._answer(ask, fault, inside=inside)
        if answer is NEVER or fault is Fault.LOST:
            await self._hang_up(scope, receive, wait=answer is NEVER)
        elif fault is Fault.SLOW_DRIP:
            await self._drip(answer, scope, receive, send)
        else:
            await self._say(answer, send, silent=ask.method == "HEAD")

    def _answer(self, ask: Ask, fault: Fault | None, *, inside: bool) -> Answer:
        if fault in STATUSES:
            return self.fake.refusal(STATUSES[fault])
        if fault is Fault.REDIRECT or not inside:
            return self.fake.moved(ask.path)
        if ask.method not in READS and fault in TURNED_AWAY:
            return self._turned_away(ask, fault)
        return self._handled(ask, fault)

    def _handled(self, ask: Ask, fault: Fault | None) -> Answer:
        try:
            answer = self.fake.handle(ask)
        except Exception as error:  # noqa: BLE001 - a mistake of the fake's own; raised when the home closes
            self.broken.append(error)
            return self.fake.refusal(500)
        if fault is Fault.WRONG_PRODUCT:
            return self.fake.stranger(ask, answer)
        if fault is None or fault is Fault.LIES or fault in ON_THE_WIRE:
            return answer
        return spoil(answer, fault)

    def _turned_away(self, ask: Ask, fault: Fault) -> Answer:
        """A write that never reaches the service it was meant for."""
        if fault is Fault.WRONG_PRODUCT:
            return self.fake.refusal(404)
        if fault is Fault.HTML:
            return spoil(Answer(), fault)
        return Answer() if ask.method == "DELETE" else json_answer({})

    def _catch_up(self) -> None:
        """What was promised and is due by now happens before anybody is answered."""
        try:
            self.fake.world.catch_up()
        except Exception as error:  # noqa: BLE001 - a mistake of the fake's own; raised when the home closes
            self.broken.append(error)

    async def _hang_up(self, scope: Scope, receive: Receive, *, wait: bool) -> None:
        """Close the connection under the client, at once or after it has waited long enough."""
        if wait:
            with anyio.move_on_after(PATIENCE_SECONDS):
                await _first_of(self.closing.wait, lambda: _gone(receive))
        self.server.cut(scope["client"])
        await _gone(receive)

    async def _say(self, answer: Answer, send: Send, *, silent: bool) -> None:
        await send(self._start(answer))
        if not silent:
            for chunk in answer.chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await anyio.lowlevel.checkpoint()
        await send(END)

    async def _drip(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        """Good headers at once, the body in crumbs; what is not out in time never comes."""
        body = answer.whole()
        await send(self._start(answer))

        async def crumbs() -> None:
            for place in range(0, len(body), DRIP_BYTES):
                crumb = body[place : place + DRIP_BYTES]
                await send({"type": "http.response.body", "body": crumb, "more_body": True})
                await anyio.sleep(DRIP_SECONDS)
            await send(END)

        with anyio.move_on_after(PATIENCE_SECONDS):
            await _first_of(crumbs, self.closing.wait, lambda: _gone(receive))
        self.server.cut(scope["client"])

    def _start(self, answer: Answer) -> Message:
        headers = [
            (b"date", format_datetime(self.fake.now(), usegmt=True).encode()),
            *((name.lower().encode(), value.encode()) for name, value in answer.headers),
        ]
        if answer.chunks:
            headers.insert(0, (b"content-type", answer.kind.encode()))
        if isinstance(answer.chunks, tuple) and answer.status != 204:
            headers.append((b"content-length", str(sum(map(len, answer.chunks))).encode()))
        return {"type": "http.response.start", "status": answer.status, "headers": headers}


class Server(uvicorn.Server):
    """A uvicorn that is a guest in somebody else's event loop.

    It leaves signals alone (Ctrl-C is the owner's), waits for ``closing`` instead of ticking, and can cut a connection.
    """

    def __init__(self, front: Front, listener: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                front, http="h11", ws="none", lifespan="off", log_config=None, log_level="critical", access_log=False,
                date_header=False, server_header=False, timeout_keep_alive=120,
            )
        )  # fmt: skip
        self.front = front
        self.listener = listener
        front.server = self

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def main_loop(self) -> None:
        await self.front.closing.wait()

    async def run_until_closed(self, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        """Serve until ``front.closing``; cancellation waits, so that no socket is left open."""
        with anyio.CancelScope(shield=True):
            self.accepting = task_status
            await self.serve(sockets=[self.listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.accepting.started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close at once what is idle, let what runs end (the faults see ``closing``), then cut what is left."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with anyio.move_on_after(LAST_WORDS_SECONDS):
            # uvicorn keeps two sets and tells nobody when they are empty
            while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                await anyio.sleep(0.002)
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    def cut(self, client: object) -> None:
        """Close a client's connection without another word."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, H11Protocol) and connection.client == client:
                connection.transport.abort()


async def _first_of(*waits: Callable[[], Awaitable[object]]) -> None:
    """Wait for whichever ends first; the others are cancelled."""

    async def run(wait: Callable[[], Awaitable[object]]) -> None:
        await wait()
        race.cancel_scope.cancel()

    async with anyio.create_task_group() as race:
        for wait in waits:
            race.start_soon(run, wait)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(scope: Scope, receive: Receive) -> bytes:
    if scope["method"] in READS:
        return b""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
