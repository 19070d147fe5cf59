"""`keepercheky explain`: everything known about the titles that match, and what decides."""

from __future__ import annotations

from typing import Any

import click

from keepercheky.cli.asked import query_of
from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk
from keepercheky.cli.screen import MOST, Screen, print_json
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import SAYS, VERDICTS, date, named, sentence, size


@click.command(
    cls=Verb,
    epilog="""
keepercheky explain heat
keepercheky explain the wire               every season of it
keepercheky explain movie:tmdb:949
""",
)
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, and nothing else.")
@click.pass_context
def explain(ctx: click.Context, query: tuple[str, ...], *, as_json: bool) -> None:
    """Everything known about the movies and shows that match QUERY, and what decides.

    QUERY is a name or a part of it, or an id. Tells what the last run decided. Ends with 1 when nothing matches.
    """
    desk = ctx.ensure_object(Desk)
    answer = ask(desk, "GET", "/explain", params={"q": query_of(query)})
    if as_json:
        print_json(answer)
        return
    screen = Screen()
    titles = answer["titles"]
    for title in titles[:MOST]:
        _show(screen, title, desk)
    if len(titles) > MOST:
        screen.line(
            f"and {len(titles) - MOST:,} more; say more of the name, or --json shows all", style="dim"
        )


def _show(screen: Screen, title: dict[str, Any], desk: Desk) -> None:
    verdict = VERDICTS[title["verdict"]]
    screen.title(f"{named(title)} · {verdict}")
    screen.line(sentence(title["because"]), indent=2)
    facts = [size(title["size_bytes"]), title["key"]]
    if title["schedule"]:
        facts.append(f"schedule {title['schedule']}")
    if title["storage"]:
        facts.append(f"storage {title['storage']}")
    screen.line(" · ".join(facts), indent=2, style="dim")
    dates = [
        ("last activity", title["active_at"]),
        ("its time is over on", title["expires_at"]),
        ("announced on", title["announced_at"]),
        ("leaves on", title["promised_until"]),
        ("decided on", title["decided_at"]),
    ]
    told = [f"{words} {date(at, desk.zone)}" for words, at in dates if at]
    screen.line(" · ".join(told), indent=2, style="dim")
    if title["findings"]:
        rows = [(SAYS[finding["says"]], finding["because"]) for finding in title["findings"]]
        screen.columns(rows, indent=4)
    screen.gap()
