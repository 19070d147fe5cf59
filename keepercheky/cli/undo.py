"""`keepercheky undo`: bring back what was deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

from keepercheky.cli.asked import short
from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk, who
from keepercheky.cli.screen import Screen, print_json
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import count, named, sentence

OUTCOMES: Final[Mapping[str, str]] = {
    "done": "done",
    "already": "was so",
    "open": "yours to do",
    "failed": "failed",
    "told": "note",
}


@click.command(
    cls=Verb,
    epilog="""
keepercheky history                        which runs deleted what?
keepercheky undo 20260301T040000000-4f2a1c
keepercheky undo movie:tmdb:949@radarr --search
""",
)
@click.argument("what", metavar="RUN-OR-KEY")
@click.option("--search", is_flag=True, help="Let Radarr or Sonarr search for it, to download it again.")
@click.option("--json", "as_json", is_flag=True, help="Print what became of it as JSON, and nothing else.")
@click.pass_context
def undo(ctx: click.Context, what: str, *, search: bool, as_json: bool) -> None:
    """Bring back everything a run deleted, or one item by its key: its entry in Radarr or Sonarr as it was.

    It is kept by hand for 90 days, and its import exclusion is removed. Files are not touched: where a recycle bin holds
    them is told. Asked twice, the second time changes nothing. Ends with 1 when nothing of that name was deleted, or
    when something is left to do.
    """
    desk = ctx.ensure_object(Desk)
    body = {"what": short(what, "RUN-OR-KEY"), "search": search, "by": who()}
    answer = ask(desk, "POST", "/undo", what="Bringing it back", body=body)
    titles = answer["titles"]
    if as_json:
        print_json(answer)
    else:
        _show(Screen(), titles)
    ctx.exit(0 if all(title["complete"] for title in titles) else 1)


def _show(screen: Screen, titles: list[dict[str, Any]]) -> None:
    for title in titles:
        screen.title(f"{named(title)} · {title['key']}")
        screen.columns(
            [(OUTCOMES[part["outcome"]], sentence(part["says"])) for part in title["parts"]], indent=2
        )
        screen.gap()
    left = sum(not title["complete"] for title in titles)
    if left:
        screen.line(f"Of {count(left, 'item')} something is left to do.")
