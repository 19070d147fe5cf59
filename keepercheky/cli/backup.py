"""`keepercheky backup`: the state and the settings in one file."""

from __future__ import annotations

from pathlib import Path

import click

from keepercheky.cli.desk import Desk
from keepercheky.cli.screen import Screen
from keepercheky.cli.verbs import Verb
from keepercheky.clock import Clock
from keepercheky.errors import UsageError
from keepercheky.settings import state_folder


@click.command(
    cls=Verb,
    epilog="""
keepercheky backup /backups/keepercheky-monday.tar
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Write the state, and the settings without any key, into one tar FILE that only you may read.

    Works beside a daemon that runs, and without one. Never overwrites a file. API keys are not in it.
    """
    from keepercheky.app.settings_copy import without_keys  # noqa: PLC0415 - only here
    from keepercheky.store.backup import back_up  # noqa: PLC0415 - likewise

    desk = ctx.ensure_object(Desk)
    loaded = desk.load()
    settings = None
    if loaded.path is not None:
        try:
            text = loaded.path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise UsageError(f"{loaded.path} cannot be read: {error.strerror}") from None
        settings = without_keys(text, desk.secrets)
    back_up(state_folder(loaded.settings, desk.environ), file, settings, Clock().now())
    screen = Screen()
    screen.line(f"Wrote {file}: the state" + (", and the settings without API keys." if settings else "."))
    if settings is None:
        screen.line("The settings come from the environment; they are not in it.")
