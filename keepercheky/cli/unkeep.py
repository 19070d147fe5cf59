"""`keepercheky unkeep`: take back what was kept by hand."""

from __future__ import annotations

import click

from keepercheky.cli.asked import query_of
from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk
from keepercheky.cli.keep import show_titles
from keepercheky.cli.screen import Screen
from keepercheky.cli.verbs import Verb


@click.command(
    cls=Verb,
    epilog="""
keepercheky unkeep heat
""",
)
@click.argument("query", nargs=-1, required=True)
@click.pass_context
def unkeep(ctx: click.Context, query: tuple[str, ...]) -> None:
    """No longer keep by hand what matches QUERY; tags, favourites and the rest keep it as before.

    Ends with 1 when nothing that matches was kept by hand.
    """
    answer = ask(ctx.ensure_object(Desk), "POST", "/unkeep", body={"query": query_of(query)})
    show_titles(Screen(), "No longer kept by hand", answer["titles"])
