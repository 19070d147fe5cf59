"""`keepercheky serve`: the daemon."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import anyio
import click

from keepercheky.app import preview_only
from keepercheky.cli.desk import Desk
from keepercheky.cli.verbs import Verb
from keepercheky.policy.terms import Mode
from keepercheky.settings import Loaded
from keepercheky.supervisor import serve as run_daemon

DOES: Final[Mapping[Mode, str]] = {
    Mode.PREVIEW: "previews and deletes nothing",
    Mode.ANNOUNCE: "announces and deletes nothing",
    Mode.CLEAN: "cleans by its schedules",
}
EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - told, not listened on


@click.command(
    cls=Verb,
    epilog="""
keepercheky serve
keepercheky --config /etc/keepercheky/keepercheky.toml serve
""",
)
@click.pass_context
def serve(ctx: click.Context) -> None:
    """The daemon: runs the schedules, shows the page, answers the other verbs. Until Ctrl-C or SIGTERM.

    SIGHUP reads the settings again. Ends with 0 after a clean stop.
    """
    desk = ctx.ensure_object(Desk)

    def load() -> Loaded:
        loaded = desk.load()
        desk.set_up_logs(loaded.settings.log.level, loaded.settings.log.format)
        return loaded

    anyio.run(partial(run_daemon, load, desk.environ, say=lambda url: _say(desk, url)))


def _say(desk: Desk, url: str) -> None:
    """Where to look, as far as the daemon can know it."""
    web = desk.loaded.settings.web if desk.loaded else None
    if web is not None and web.public_url:
        url = web.public_url
    elif web is not None and web.bind.host in EVERYWHERE:
        url = f"http://ADDRESS-OF-THIS-MACHINE:{web.bind.port}{web.base_path}/"
    mode = Mode.PREVIEW if preview_only() or not desk.loaded else desk.loaded.rules.mode
    click.echo(f"KeeperCheky {DOES[mode]}. Look at {url}")
