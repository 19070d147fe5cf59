"""`keepercheky history`: the last runs, and what they deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

import click

from keepercheky.cli.asked import short
from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk
from keepercheky.cli.run_page import show_steps
from keepercheky.cli.screen import Screen, print_json
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import MODES, OUTCOMES, VERDICTS, deletions, moment, reason, sentence


@click.command(
    cls=Verb,
    epilog="""
keepercheky history
keepercheky history --limit 5 --json
keepercheky history 20260301T040000000-4f2a1c
""",
)
@click.argument("run", required=False)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many runs to show."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, and nothing else.")
@click.pass_context
def history(ctx: click.Context, run: str | None, limit: int, *, as_json: bool) -> None:
    """The last runs, the newest first: when, of which schedule, how they ended, and what became of each item.

    With RUN, the id of one: that run alone. Ends with 1 when there is no such run.
    """
    desk = ctx.ensure_object(Desk)
    if run is None:
        answer = ask(desk, "GET", "/history", params={"limit": limit})
    else:
        answer = ask(desk, "GET", f"/history/{quote(short(run, 'RUN'), safe='')}")
    if as_json:
        print_json(answer)
        return
    screen, runs = Screen(), [answer] if run is not None else answer["runs"]
    if not runs:
        screen.line("No run yet. The daemon (`keepercheky serve`) starts them by its schedules.")
        return
    screen.columns([_row(run, desk) for run in runs], indent=0)
    for each in runs:
        if each["steps"]:
            screen.gap()
            screen.title(f"{each['schedule']}, {moment(each['started_at'], desk.zone)} · run {each['id']}")
            show_steps(screen, each["steps"], everything=run is not None)
    stopped = next((run for run in runs if run["refusals"]), None)
    if stopped is not None:
        screen.gap()
        screen.line(f"Why {stopped['schedule']} was last stopped for safety:")
        for refusal in stopped["refusals"]:
            screen.line(sentence(refusal["because"]), indent=2)
            screen.line(f"→ {sentence(refusal['remedy'])}", indent=2)


def _row(run: dict[str, Any], desk: Desk) -> tuple[str, ...]:
    totals = run["totals"]
    told = [f"{totals[verdict]:,} {words}" for verdict, words in VERDICTS.items() if totals.get(verdict)]
    if run["outcome"] in ("failed", "skipped") and run["reason"]:
        told = [reason(run)]
    told = [*deletions(totals), *told]
    return (
        moment(run["started_at"], desk.zone),
        run["schedule"],
        OUTCOMES.get(run["outcome"], str(run["outcome"])),
        _took(run),
        MODES.get(run["mode"], run["mode"]),
        ", ".join(told),
    )


def _took(run: dict[str, Any]) -> str:
    if run["ended_at"] is None:
        return ""
    took = datetime.fromisoformat(run["ended_at"]) - datetime.fromisoformat(run["started_at"])
    minutes, seconds = divmod(round(took.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
