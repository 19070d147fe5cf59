"""`keepercheky restore`: put a backup's state back."""

from __future__ import annotations

from pathlib import Path

import click

from keepercheky.cli.desk import Desk
from keepercheky.cli.screen import Screen
from keepercheky.cli.verbs import Verb
from keepercheky.clock import Clock
from keepercheky.settings import state_folder


@click.command(
    cls=Verb,
    epilog="""
keepercheky restore /backups/keepercheky-monday.tar
tar -xOf /backups/keepercheky-monday.tar keepercheky.toml      the settings in it
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Put the state of a backup FILE in place of the present one, which stays beside it under another name.

    Stop the daemon first. Your settings are not touched. A file that is damaged, of another program or of a newer
    version is refused.
    """
    from keepercheky.store.backup import restore as put_back  # noqa: PLC0415 - only here

    desk = ctx.ensure_object(Desk)
    folder = state_folder(desk.load().settings, desk.environ)
    beside = put_back(folder, file, Clock().now())
    screen = Screen()
    screen.line(f"The state of {file} is in {folder}. The settings in force are yours, as they were.")
    if beside is not None:
        screen.line(f"The state that was there is {beside.name} in the same folder.")
