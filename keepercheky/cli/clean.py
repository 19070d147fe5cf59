"""`keepercheky clean`: one run now."""

from __future__ import annotations

import click

from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk
from keepercheky.cli.run_page import exit_code, show_carried_out
from keepercheky.cli.screen import Screen, print_json
from keepercheky.cli.verbs import Verb


@click.command(
    cls=Verb,
    epilog="""
keepercheky plan old_media                 look first
keepercheky clean old_media
keepercheky clean old_media --json | jq '.steps[] | select(.state == "done") | .title'
""",
)
@click.argument("schedule")
@click.option("--json", "as_json", is_flag=True, help="Print what became of it as JSON, and nothing else.")
@click.pass_context
def clean(ctx: click.Context, schedule: str, *, as_json: bool) -> None:
    """One run of SCHEDULE now, as mode, limits and approval allow. Tells what was deleted, what was not, and why.

    In preview it deletes nothing, and tells what it would. Waits for a run that is under way. Ends with 1 when it
    failed, also in part; with 3 when it waits for approval or is stopped for safety.
    """
    desk = ctx.ensure_object(Desk)
    answer = ask(desk, "POST", "/clean", what=f"Running {schedule}", body={"schedule": schedule})
    if as_json:
        print_json(answer)
    else:
        show_carried_out(Screen(), answer, desk.zone)
    ctx.exit(exit_code(answer["run"]))
