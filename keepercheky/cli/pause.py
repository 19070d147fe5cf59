"""`keepercheky pause`: hold before the next deletion."""

from __future__ import annotations

import click

from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk, who
from keepercheky.cli.screen import Screen
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import moment


@click.command(
    cls=Verb,
    epilog="""
keepercheky pause
""",
)
@click.pass_context
def pause(ctx: click.Context) -> None:
    """Pause everything: nothing is deleted or announced until `resume`, also after a new start.

    A run that is under way stops before its next deletion; runs that fall due are stopped for safety.
    """
    desk = ctx.ensure_object(Desk)
    answer = ask(desk, "POST", "/pause", body={"by": who()})
    screen = Screen()
    if answer["changed"]:
        screen.line("Paused: nothing is deleted until `keepercheky resume`.")
    else:
        by = f" by {answer['by']}" if answer["by"] else ""
        screen.line(f"Paused already{by}, since {moment(answer['at'], desk.zone)}.")
    if answer["running"]:
        screen.line(f"The run of {answer['running']} that is under way stops before its next deletion.")
