"""`keepercheky resume`: go on after a pause."""

from __future__ import annotations

import click

from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk, who
from keepercheky.cli.screen import Screen
from keepercheky.cli.verbs import Verb


@click.command(
    cls=Verb,
    epilog="""
keepercheky resume
""",
)
@click.pass_context
def resume(ctx: click.Context) -> None:
    """Go on after `pause`. Starts no run by itself: schedules do when they are due, and `clean` does at once."""
    answer = ask(ctx.ensure_object(Desk), "POST", "/resume", body={"by": who()})
    Screen().line("Going on with the next run." if answer["changed"] else "Nothing was paused.")
