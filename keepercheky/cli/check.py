"""`keepercheky check`: what is wrong, and how to mend it."""

from __future__ import annotations

from typing import Any

import click

from keepercheky.cli.client import ask
from keepercheky.cli.desk import Desk
from keepercheky.cli.screen import Screen, print_json
from keepercheky.cli.verbs import Verb
from keepercheky.cli.words import count, sentence
from keepercheky.errors import Mistake, SettingsError

Row = dict[str, Any]


@click.command(
    cls=Verb,
    epilog="""
keepercheky check                          settings, services, storages, path mappings
keepercheky check --offline                only the settings; asks nobody
keepercheky --config new.toml check --offline
""",
)
@click.option("--offline", is_flag=True, help="Look at the settings only; ask no service, need no state.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, and nothing else.")
@click.pass_context
def check(ctx: click.Context, *, offline: bool, as_json: bool) -> None:
    """Is everything set up right? Says what is wrong, and how to mend it.

    Ends with 2 when the settings hold mistakes, with 1 when anything else failed. Warnings fail nothing.
    """
    desk = ctx.ensure_object(Desk)
    try:
        loaded = desk.load()
    except SettingsError as error:
        if as_json:
            print_json({"checks": [_row(mistake, "failed") for mistake in error.mistakes]})
        raise
    rows = [_row(warning, "warning") for warning in loaded.warnings]
    if not offline:
        rows += ask(desk, "GET", "/check", what="Asking your services")["checks"]
    if as_json:
        print_json({"checks": rows})
    else:
        source = str(loaded.path) if loaded.path else "the environment"
        _show(Screen(), rows, f"The settings are fine ({source}).")
    ctx.exit(1 if any(row["level"] == "failed" for row in rows) else 0)


def _row(mistake: Mistake, level: str) -> Row:
    return {"what": mistake.key, "level": level, "says": mistake.problem, "remedy": mistake.remedy}


def _show(screen: Screen, rows: list[Row], fine: str) -> None:
    """Everything that was looked at, the worst last, where the eye is."""
    screen.line(fine)
    order = {"ok": 0, "warning": 1, "failed": 2}
    rows = sorted(rows, key=lambda row: order[row["level"]])
    screen.columns(
        [
            (
                row["level"],
                row["what"],
                sentence(row["says"]) + (f" → {row['remedy']}" if row["remedy"] else ""),
            )
            for row in rows
        ],
        indent=0,
    )
    failed, warned = (sum(row["level"] == level for row in rows) for level in ("failed", "warning"))
    if failed:
        screen.line(f"{count(failed, 'thing')} failed, {count(warned, 'warning')}.", style="red")
    elif warned:
        screen.line(f"Nothing failed; {count(warned, 'warning')}.")
