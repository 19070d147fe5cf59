"""`keepercheky init`: a settings file to begin with."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Final

import click

from keepercheky.app import preview_only
from keepercheky.cli.program import program
from keepercheky.cli.verbs import Verb
from keepercheky.settings import write_sample
from keepercheky.settings.files import FILE_NAME

PREVIEWS: Final = "This version only previews."
DRY: Final = "It only previews until you say otherwise."


@click.command(
    cls=Verb,
    epilog="""
keepercheky init                           ./keepercheky.toml
keepercheky init /etc/keepercheky/keepercheky.toml
""",
)
@click.argument("path", type=click.Path(), default=FILE_NAME)
def init(path: str) -> None:
    """Write a commented settings file to begin with. Never overwrites a file.

    PATH is a file, by default ./keepercheky.toml, or a folder to put one in; a new folder ends in /.
    """
    file = Path(path) / FILE_NAME if path.endswith(os.sep) or _is_folder(path) else Path(path)
    write_sample(file)
    verb = program() + ("" if file == Path(FILE_NAME) else f" --config {shlex.quote(str(file))}")
    click.echo(
        f"Wrote {file}. What to do next:\n"
        f"  1. Put the addresses and API keys of your services into it.\n"
        f"  2. {verb} check     is everything right?\n"
        f"  3. {verb} plan      what would go? Changes nothing.\n"
        f"  4. {verb} serve     the daemon. {PREVIEWS if preview_only() else DRY}"
    )


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:  # nobody may look there; writing will say so
        return False
