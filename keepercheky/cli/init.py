"""`keepercheky init`: a settings file to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from keepercheky.cli.verbs import Verb
from keepercheky.settings import write_sample
from keepercheky.settings.files import FILE_NAME


@click.command(
    cls=Verb,
    epilog="""
keepercheky init                           ./keepercheky.toml
keepercheky init /etc/keepercheky/keepercheky.toml
""",
)
@click.argument("path", type=click.Path(path_type=Path), default=FILE_NAME)
def init(path: Path) -> None:
    """Write a commented settings file to begin with. Never overwrites a file.

    PATH is a file, by default ./keepercheky.toml, or a folder to put one in.
    """
    path = path / FILE_NAME if path.is_dir() else path
    write_sample(path)
    named = "" if path == Path(FILE_NAME) else f" --config {path}"
    click.echo(
        f"Wrote {path}. What to do next:\n"
        f"  1. Put the addresses and API keys of your services into it.\n"
        f"  2. keepercheky{named} check     is everything right?\n"
        f"  3. keepercheky{named} plan      what would go? Changes nothing.\n"
        f"  4. keepercheky{named} serve     the daemon. It only previews until you say otherwise."
    )
