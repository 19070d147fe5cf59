"""`keepercheky leaving`: what leaves, and when."""

from __future__ import annotations

import click

from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk
from keepercheky.cli.plan_page import leaving_rows
from keepercheky.cli.screen import Screen, print_json
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import count, size


@click.command(
    cls=Verb,
    epilog="""
keepercheky leaving
keepercheky leaving --json | jq -r '.titles[] | [.promised_until, .title] | @tsv'
""",
)
@click.option("--all", "everything", is_flag=True, help="List every item instead of the first.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, and nothing else.")
@click.pass_context
def leaving(ctx: click.Context, *, everything: bool, as_json: bool) -> None:
    """What leaves, and on which date, as of the last runs.

    `keepercheky keep QUERY` keeps one of them.
    """
    desk = ctx.ensure_object(Desk)
    answer = ask(desk, "GET", "/leaving")
    if as_json:
        print_json(answer)
        return
    screen, titles = Screen(), answer["titles"]
    if not titles:
        screen.line("Nothing is leaving.")
        return
    total = size(sum(title["size_bytes"] for title in titles))
    screen.title(f"Leaving: {count(len(titles), 'item')}, {total}")
    if answer["simulated"]:
        screen.line("Preview (dry run): these dates are simulated, and nothing will be deleted.", indent=2)
    screen.titles(leaving_rows(titles, desk.zone), everything=everything)
