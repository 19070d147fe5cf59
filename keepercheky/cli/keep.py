"""`keepercheky keep`: keep by hand, for a while or for good."""

from __future__ import annotations

from typing import Any

import click

from keepercheky.cli.asked import query_of, short
from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk, who
from keepercheky.cli.screen import MOST, Screen
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import count, date, named
from keepercheky.errors import UsageError
from keepercheky.settings.values import BadValue, parse_some_duration


@click.command(
    cls=Verb,
    epilog="""
keepercheky keep heat                      for good
keepercheky keep the wire --until 30d --reason "Marta watches it at Christmas"
keepercheky keep movie:tmdb:949
""",
)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--until", metavar="DURATION", help='For so long from now on: "12h", "30d", "8w". Left out: for good.'
)
@click.option("--reason", default="", help="Why; shown wherever this decision is explained.")
@click.pass_context
def keep(ctx: click.Context, query: tuple[str, ...], until: str | None, reason: str) -> None:
    """Keep the movies and shows that match QUERY, for a while or for good.

    A name that is exactly right means that title alone; a part of a name means all that hold it. Ends with 1 when
    nothing matches.
    """
    desk = ctx.ensure_object(Desk)
    seconds = None
    if until is not None:
        try:
            seconds = round(parse_some_duration(until).total_seconds())
        except BadValue as error:
            raise UsageError(
                f"--until: {error.problem}", "Write a number and a unit, such as 12h, 30d or 8w"
            ) from None
    body = {
        "query": query_of(query),
        "until_seconds": seconds,
        "reason": short(reason.strip(), "--reason"),
        "by": who(),
    }
    answer = ask(desk, "POST", "/keep", body=body)
    end = f"until {date(answer['until'], desk.zone)}" if answer["until"] else "for good"
    screen = Screen()
    show_titles(screen, f"Kept {end}", answer["titles"])
    screen.line("It counts from the next plan or run on.")


def show_titles(screen: Screen, said: str, titles: list[dict[str, Any]]) -> None:
    names = list(dict.fromkeys(named(title) for title in titles))
    if len(names) == 1:
        screen.line(f"{said}: {names[0]}")
        return
    screen.line(f"{said}: {count(len(names), 'item')}")
    for name in names[:MOST]:
        screen.line(name, indent=2)
    if len(names) > MOST:
        screen.line(f"and {len(names) - MOST:,} more", indent=2)
