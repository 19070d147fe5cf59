"""`keepercheky` and `python -m keepercheky`."""

from __future__ import annotations

import io
import sys

from keepercheky.cli import keepercheky


def main() -> None:
    """The command line. Letters a terminal cannot show become `?`, and no title stops a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    keepercheky(prog_name="keepercheky")


if __name__ == "__main__":
    main()
