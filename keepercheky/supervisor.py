"""The process on one page: one task group holds signals, schedules, the storage watch and the web.

A service being down never stops the start. SIGTERM ends everything within a bound; SIGHUP reads the settings again,
and bad ones leave the old ones in force. Under systemd it says when it is ready, and the scheduler feeds the watchdog.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import anyio
import anyio.abc
import uvicorn
from fastapi import FastAPI

from keepercheky import schedule as timing
from keepercheky.app import App, open_app
from keepercheky.cleanup.look import look_at_spaces
from keepercheky.clock import Clock
from keepercheky.errors import KeeperChekyError, UsageError
from keepercheky.logs import get_logger
from keepercheky.media import Unknown
from keepercheky.policy.terms import Schedule
from keepercheky.settings import Loaded
from keepercheky.store import Sample, Trigger
from keepercheky.web import Tally, create_admin, create_pages

log = get_logger()

SOCKET_NAME: Final = "keepercheky.sock"
LOOK_EVERY: Final = 5.0  # seconds between two looks at the clock, at most: it may be set, and machines sleep
ON_TIME: Final = timedelta(minutes=2)  # a due minute older than this was missed, and is caught up
WATCH_EVERY: Final = 300.0  # seconds between two readings of free space
TIDY_EVERY: Final = 24 * 3600.0
SHUTDOWN_SECONDS: Final = 5


class Systemd:
    """Datagrams to the socket that systemd names in `$NOTIFY_SOCKET`; nothing at all without one."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self.there = bool(address)
        self._address = f"\0{address[1:]}" if address.startswith("@") else address  # @: an abstract one
        asked, of = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
        watched = self.there and asked.isdecimal() and of in ("", str(os.getpid()))
        self.patience = int(asked) / 1e6 if watched else None  # seconds it bears without being fed

    def tell(self, *lines: str) -> None:
        if not self.there:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.settimeout(1)  # a deaf systemd is no reason to stand still
            door.connect(self._address)
            door.sendall("\n".join(" ".join(line.split()) for line in lines).encode())


async def serve(
    load: Callable[[], Loaded],
    environ: Mapping[str, str],
    *,
    clock: Clock | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> None:
    """The daemon, until SIGTERM or SIGINT. Raises KeeperChekyError when it cannot start. `say`: one line once it is up."""
    async with open_app(load, environ, clock=clock) as app:
        bind = app.house.settings.web.bind
        state = app.store.database.path.parent
        with _listen(bind.host, bind.port) as door, _listen_locally(state / SOCKET_NAME) as local_door:
            async with anyio.create_task_group() as group:
                systemd = Systemd(environ)
                await group.start(_signals, app, systemd, group.cancel_scope)
                tally = Tally()
                await group.start(_web, create_pages(app, tally), door)
                await group.start(_web, create_admin(app, tally), local_door)
                group.start_soon(_schedules, app, systemd)
                group.start_soon(_storage_watch, app)
                group.start_soon(_tidy, app)
                url = _url(*door.getsockname()[:2]) + app.house.settings.web.base_path + "/"
                log.info("serving", url=url, mode=app.house.rules.mode.value)
                systemd.tell("READY=1")
                say(url)
    log.info("stopped")


async def _signals(
    app: App,
    systemd: Systemd,
    scope: anyio.CancelScope,
    *,
    task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
        async with anyio.create_task_group() as group:  # reading again waits for a run; the end never does
            task_status.started()
            async for number in signals:
                if number == signal.SIGHUP:
                    group.start_soon(_reload, app, systemd)
                    continue
                log.info("stopping", signal=signal.Signals(number).name)
                systemd.tell("STOPPING=1", "STATUS=Stopping")
                scope.cancel()
                return


async def _reload(app: App, systemd: Systemd) -> None:
    systemd.tell("RELOADING=1", f"MONOTONIC_USEC={int(app.clock.monotonic() * 1e6)}")
    try:
        await app.reload()
    except KeeperChekyError as error:
        log.warning("reload_failed", problem=str(error))
    systemd.tell("READY=1")


class _Server(uvicorn.Server):
    """uvicorn inside our task group: signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _web(
    pages: FastAPI,
    door: socket.socket,
    *,
    task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Serve over an open socket until cancelled; requests under way get a moment to end."""
    config = uvicorn.Config(
        pages,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = _Server(config)

    async def answer() -> None:
        with anyio.CancelScope(shield=True):
            await server.serve(sockets=[door])

    async with anyio.create_task_group() as group:
        group.start_soon(answer)
        try:
            while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
                await anyio.sleep(0.01)
            task_status.started()
            await anyio.sleep_forever()
        finally:
            server.should_exit = True


async def _schedules(app: App, systemd: Systemd) -> None:
    """Look at the clock, start what is due, and never the same minute twice. While this goes round, the watchdog is fed."""
    at_most = min(LOOK_EVERY, (systemd.patience or LOOK_EVERY) / 3)
    async with anyio.create_task_group() as group:
        under_way: set[str] = set()
        while True:
            now = app.clock.now()
            app.ticked_at = now
            for schedule in app.house.rules.schedules:
                with suppress(KeeperChekyError):
                    due = await _due(app, schedule, now)
                    if due is not None:
                        group.start_soon(_fire, app, schedule, due, under_way)
            await _feed(app, systemd, now)
            await anyio.sleep(_until_next(app, now, at_most))


async def _feed(app: App, systemd: Systemd, now: datetime) -> None:
    """Tell systemd that all is well, and what comes next; the watchdog gets nothing while the journal cannot be read."""
    if not systemd.there:
        return
    try:
        await app.health()
    except KeeperChekyError as error:
        systemd.tell(f"STATUS={error}")
        return
    due = min(((at, name) for name, at in app.next_due(now).items()), default=None)
    doing = f"next: {due[1]}, {due[0].astimezone(app.house.zone):%Y-%m-%d %H:%M}" if due else "nothing is due"
    doing = f"running {app.running}" if app.running else doing
    old = "the settings from before, as the file now holds mistakes; " if app.last_reload_failed else ""
    systemd.tell("WATCHDOG=1", f"STATUS={app.house.rules.mode.value}; {old}{doing}")


async def _due(app: App, schedule: Schedule, now: datetime) -> datetime | None:
    """The due minute this schedule must fire for now; claimed, so that nobody fires for it again."""
    if not schedule.enabled:
        return None
    since = app.house.since.get(schedule.id, app.started_at)
    last = await app.store.journal.last_due(schedule.id)
    due = timing.tick(schedule.cron, app.house.zone, now=now, last_due=last, first_seen=since)
    if due is None or not await app.store.journal.claim_tick(schedule.id, due):
        return None
    return due


async def _fire(app: App, schedule: Schedule, due: datetime, under_way: set[str]) -> None:
    if schedule.id in under_way:
        await app.skip(schedule.id, due)
        return
    under_way.add(schedule.id)
    now = app.clock.now()
    trigger: Trigger = "cron" if now - due <= ON_TIME else "catch_up"
    try:
        await app.run(schedule.id, due if trigger == "cron" else now, trigger)
    except KeeperChekyError as error:
        log.warning("run_not_recorded", schedule=schedule.id, problem=str(error))
    finally:
        under_way.discard(schedule.id)


def _until_next(app: App, now: datetime, at_most: float) -> float:
    """Seconds to wait: to the next due minute, and never long."""
    waits = [(due - now).total_seconds() for due in app.next_due(now).values()]
    return max(min([*waits, at_most]), 0.05)


async def _storage_watch(app: App) -> None:
    """Free space of storages with a path, every few minutes: for the curve and for `/metrics`."""
    while True:
        now = app.clock.now()
        spaces = await look_at_spaces(app.house.rules.storages)
        app.unreadable = frozenset(name for name, space in spaces.items() if isinstance(space, Unknown))
        with suppress(KeeperChekyError):
            await app.store.samples.add(
                Sample(name, now, space.free_bytes, space.total_bytes)
                for name, space in spaces.items()
                if not isinstance(space, Unknown)
            )
        await anyio.sleep(WATCH_EVERY)


async def _tidy(app: App) -> None:
    """Forget what is older than the settings ask to keep; totals stay."""
    while True:
        try:
            await app.tidy()
        except KeeperChekyError as error:
            log.warning("could_not_tidy", problem=str(error))
        await anyio.sleep(TIDY_EVERY)


def _listen(host: str, port: int) -> socket.socket:
    """The TCP door, open or an error that says how to mend it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # said, or asyncio sets no TCP_NODELAY
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(128)
    except OSError as error:
        door.close()
        raise UsageError(
            f"Nothing can listen on {host}:{port} ({error.strerror})",
            'Another program has that port, or the address is not this machine\'s: write another [web] bind, such as "127.0.0.1:8585"',
        ) from None
    return door


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _listen_locally(path: Path) -> Iterator[socket.socket]:
    """The door for the command line: a Unix socket in the state folder, gone when the daemon is."""
    path.unlink(missing_ok=True)  # the lock is ours: whoever left it is gone
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        try:
            door.bind(str(path))
            path.chmod(0o660)
            door.listen(16)
        except OSError as error:
            raise UsageError(
                f"The command line's socket {path} cannot be made ({error.strerror or error})",
                "Choose a state folder with a shorter path on a local disk",
            ) from None
        try:
            yield door
        finally:
            path.unlink(missing_ok=True)
