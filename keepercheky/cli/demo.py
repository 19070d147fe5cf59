"""`keepercheky demo`: the real daemon over a pretend home, in one process.

It cannot hurt: no environment variable and no credential is read, its settings say `demo = true`, with which every
address that leaves this machine is refused, and it works in a folder of its own.
"""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import anyio
import click

from keepercheky.app import open_app
from keepercheky.cli.client import is_listening, sign_of_life
from keepercheky.cli.demo_folder import Folder, choose_port, open_folder
from keepercheky.cli.demo_tale import tell_daemon, tell_home, tell_services
from keepercheky.cli.desk import Desk
from keepercheky.cli.screen import Screen
from keepercheky.cli.verbs import Verb
from keepercheky.clock import Clock
from keepercheky.demo import open_home
from keepercheky.errors import UsageError
from keepercheky.supervisor import SOCKET_NAME, serve

MOST_TITLES: Final = 50_000  # the files of more would fill a disk's directory before anybody looked at them


@click.command(
    cls=Verb,
    epilog="""
keepercheky demo
keepercheky demo --dir try-it              keeps its folder: change its settings, and run it again
keepercheky demo --titles 2000 --seed 7    a larger, other home
""",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Where its page is. Left out: 8484, or a free one; 0: a free one.",
)
@click.option(
    "--dir",
    "named",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Its folder, which then stays. Left out: a temporary one.",
)
@click.option(
    "--titles",
    type=click.IntRange(1, MOST_TITLES),
    help="How many movies; a third as many shows. Left out: 60.",
)
@click.option("--seed", type=click.IntRange(0), help="Another number, another home. Left out: 1.")
@click.option("--live", is_flag=True, help="Not in this version.")
@click.option("--services-only", is_flag=True, help="Only the pretend services, without the daemon.")
@click.pass_context
def demo(
    ctx: click.Context,
    port: int | None,
    named: Path | None,
    titles: int | None,
    seed: int | None,
    *,
    live: bool,
    services_only: bool,
) -> None:
    """The daemon over a pretend home: nothing here is real, and nothing real is touched.

    Four pretend services with movies, shows, people and a disk that fills, and the real daemon over them, in Preview
    (dry run). Until Ctrl-C.
    """
    if live:
        raise UsageError("`--live` is not in this version", "`keepercheky demo` shows what would be deleted")
    debug = ctx.ensure_object(Desk).debug
    with suppress(KeyboardInterrupt), open_folder(named) as folder:
        desk = Desk(config=folder.settings, debug=debug, environ={})
        anyio.run(
            _until_signal, partial(_open, desk, folder, titles, seed, port, services_only=services_only)
        )
    click.echo(
        "The demo has ended" + (f"; {folder.path} stays." if folder.stays else ", and left nothing behind.")
    )


async def _until_signal(run: Callable[[], Awaitable[None]]) -> None:
    """Whenever SIGTERM or Ctrl-C comes, also while the home is built: everything is ended, and nothing left behind."""

    async def wait() -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            async for _ in signals:
                group.cancel_scope.cancel()
                return

    async with anyio.create_task_group() as group:
        group.start_soon(wait)
        await run()  # the daemon, once it is up, takes the signals and ends by itself
        group.cancel_scope.cancel()


async def _open(
    desk: Desk,
    folder: Folder,
    titles: int | None,
    seed: int | None,
    asked: int | None,
    *,
    services_only: bool,
) -> None:
    began_at = Clock().now().replace(microsecond=0)
    if await is_listening(folder.state / SOCKET_NAME):
        raise UsageError(
            f"A demo is running in {folder.path} already", "End that one first, or name another folder"
        )
    made = folder.made_of(titles, seed)
    ports = folder.last_ports()
    port = choose_port(asked, ports.pop("web", None))
    await anyio.to_thread.run_sync(folder.clear_home)
    with ExitStack() as building:
        building.enter_context(sign_of_life("Building a pretend home"))
        async with open_home(
            folder.home, now=Clock().now, seed=made.seed, movies=made.movies, shows=made.shows, ports=ports
        ) as home:
            building.close()
            folder.write_settings(home, port)
            desk.load()
            desk.set_up_logs("warning", "auto")
            screen = Screen()
            tell_home(screen, home, folder)
            if services_only:
                tell_services(screen, home, folder)
                await anyio.sleep_forever()
            if not folder.state.exists():
                await _have_been_there(desk)
            await _run(screen, desk, folder, began_at)


class _AMinuteAgo(Clock):
    def now(self) -> datetime:
        return super().now() - timedelta(minutes=1)


async def _have_been_there(desk: Desk) -> None:
    """Make the schedules known as of a minute ago: then they are due at once, and nobody waits for the first run."""
    async with open_app(desk.load, desk.environ, clock=_AMinuteAgo()):
        pass


async def _run(screen: Screen, desk: Desk, folder: Folder, began_at: datetime) -> None:
    """The daemon, and beside it what is told of it."""
    up = anyio.Event()
    where: list[str] = []

    def say(url: str) -> None:
        where.append(url)
        up.set()

    async def tell() -> None:
        await up.wait()
        await tell_daemon(screen, desk, folder, where[0], began_at)

    async with anyio.create_task_group() as group:
        group.start_soon(tell)
        await serve(desk.load, desk.environ, say=say)
        group.cancel_scope.cancel()
