"""`keepercheky accept`: the way on after a stop for safety."""

from __future__ import annotations

import click

from keepercheky.cli.asked import short
from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk
from keepercheky.cli.screen import Screen
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import sentence
from keepercheky.errors import UsageError


@click.command(
    cls=Verb,
    epilog="""
keepercheky history                        why was it stopped, and what is its ID?
keepercheky accept titles.radarr
""",
)
@click.argument("id", metavar="ID")
@click.pass_context
def accept(ctx: click.Context, id: str) -> None:  # noqa: A002 - the word people know
    """Accept what stopped a run for safety, once you have looked and found it right.

    ID is told where the stop is told: in `plan`, `history` and on the page. Ends with 1 when nothing was stopped by it.
    """
    if not id.strip():
        raise UsageError("ID is empty", "`keepercheky history` tells what a run was stopped by")
    answer = ask(ctx.ensure_object(Desk), "POST", "/accept", body={"id": short(id.strip(), "ID")})
    screen = Screen()
    screen.line(f"Accepted: {sentence(answer['because'])}")
    screen.line("The next run goes on, as long as it stays as it is now.")
