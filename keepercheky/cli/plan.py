"""`keepercheky plan`: what would go and why, changing nothing."""

from __future__ import annotations

from typing import Any, Final

import click

from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk
from keepercheky.cli.plan_page import show_plans
from keepercheky.cli.screen import Screen, print_json
from keepercheky.cli.verbs import Verb
from keepercheky.errors import UsageError
from keepercheky.settings.values import BadValue, parse_amount

STOPPED: Final = 3


@click.command(
    cls=Verb,
    epilog="""
keepercheky plan                           every schedule
keepercheky plan old_media                 one of them
keepercheky plan --at-free 5%              as if only 5 % of the disk were free
keepercheky plan old_media --json | jq '.titles[] | select(.taken) | .title'
""",
)
@click.argument("schedule", required=False)
@click.option("--at-free", metavar="AMOUNT", help='As if so much were free on every storage: "10%" or "2TB".')
@click.option("--all", "everything", is_flag=True, help="List every item instead of the first of each list.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON, and nothing else.")
@click.pass_context
def plan(
    ctx: click.Context, schedule: str | None, at_free: str | None, *, everything: bool, as_json: bool
) -> None:
    """What would be deleted, what leaves when, and why. Changes nothing.

    Without SCHEDULE: a plan for each enabled schedule. Ends with 3 when a plan is stopped for safety, or waits for
    approval outside preview.
    """
    desk = ctx.ensure_object(Desk)
    if at_free is not None:
        try:
            parse_amount(at_free)
        except BadValue as error:
            raise UsageError(
                f"--at-free: {error.problem}", "Write a share such as 10%, or a size such as 2TB"
            ) from None
    answer = ask(
        desk,
        "GET",
        "/plan",
        what="Asking your services",
        params={"schedule": schedule, "at_free": at_free},
    )
    plans: list[dict[str, Any]] = answer["plans"] if schedule is None else [answer]
    if as_json:
        print_json(answer)
    else:
        _tell_mode(desk, plans)
        live = _going_live(desk, plans)
        show_plans(Screen(), plans, desk.zone, live, everything=everything)
    ctx.exit(max(map(_exit_code, plans), default=0))


def _exit_code(made: dict[str, Any]) -> int:
    waits = made["outcome"] == "waiting" and made["mode"] != "preview"
    return STOPPED if made["outcome"] == "refused" or waits else 0


def _going_live(desk: Desk, plans: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By schedule: how many items its first run after preview announces, and before when nothing is deleted."""
    found = {}
    for made in plans:
        leaving = [title for title in made["titles"] if title["verdict"] == "leaving"]
        announced = sum(title["announced_at"] == made["taken_at"] for title in leaving)
        if made["mode"] != "preview" and announced and not any(title["taken"] for title in made["titles"]):
            dates = [title["promised_until"] for title in leaving]
            found[made["schedule"]] = {"titles": announced, "not_before": min(dates)}
    if not found:
        return {}
    first = {row["id"] for row in ask(desk, "GET", "/status")["schedules"] if row["goes_live"]}
    return {schedule: live for schedule, live in found.items() if schedule in first}


def _tell_mode(desk: Desk, plans: list[dict[str, Any]]) -> None:
    """Where the plans are of another mode than the settings name: why."""
    wanted = desk.loaded.rules.mode.value if desk.loaded else "preview"
    if wanted == "preview" or all(made["mode"] == wanted for made in plans):
        return
    from keepercheky.app import preview_only  # noqa: PLC0415 - half a second that is seldom needed

    if preview_only():
        why = "this version only previews and deletes nothing"
    else:
        why = "the KeeperCheky that runs has not read them since (SIGHUP, or a new start, lets it)"
    click.echo(f'The settings say mode = "{wanted}"; {why}.\n', err=True)
