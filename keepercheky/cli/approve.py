"""`keepercheky approve`: look at what waits, approve it, and run."""

from __future__ import annotations

import click

from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk, who
from keepercheky.cli.run_page import exit_code, show_carried_out, show_refusals, show_review
from keepercheky.cli.screen import Screen, print_json
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import count, date
from keepercheky.errors import UsageError

STOPPED = 3


@click.command(
    cls=Verb,
    epilog="""
keepercheky approve old_media              what waits?
keepercheky approve old_media --all        all that would go today, and run
keepercheky approve old_media movie:tmdb:949@radarr
""",
)
@click.argument("schedule")
@click.argument("key", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Approve exactly what the plan would delete today.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, and nothing else.")
@click.pass_context
def approve(
    ctx: click.Context, schedule: str, key: tuple[str, ...], *, everything: bool, as_json: bool
) -> None:
    """Approve what waits of SCHEDULE, and start its run. Without KEY and --all: shows what waits, and changes nothing.

    A KEY is one of the list; any item that is due may be named, not only what would go today. An approval is good for
    these files, once, for seven days or through the next run, whichever is later. Ends as `clean` does.
    """
    desk = ctx.ensure_object(Desk)
    if everything and key:
        raise UsageError("--all and KEY do not go together", "Name the keys, or write --all alone")
    if not everything and not key:
        answer = ask(desk, "GET", "/approve", what="Asking your services", params={"schedule": schedule})
        if as_json:
            print_json(answer)
        else:
            show_review(Screen(), answer, desk.zone)
        ctx.exit(STOPPED if answer["outcome"] in ("waiting", "refused") else 0)
    body = {"schedule": schedule, "all": everything, "keys": list(key), "by": who()}
    answer = ask(desk, "POST", "/approve", what=f"Running {schedule}", body=body)
    if as_json:
        print_json(answer)
    elif answer["run"] is None:
        show_refusals(Screen(), answer["refusals"])
    else:
        screen = Screen()
        approved = count(len(answer["approved"]), "item")
        screen.line(f"Approved: {approved}, good until {date(answer['until'], desk.zone)}.")
        show_carried_out(screen, answer, desk.zone)
    ctx.exit(exit_code(answer["run"]) if answer["run"] else STOPPED)
