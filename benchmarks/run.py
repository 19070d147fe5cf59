"""Measure dry runs over pretend homes, and print a table. Fails (1) when a run sends more requests than it may.

python benchmarks/run.py                    1,000 and 10,000 movies, a tenth as many shows
python benchmarks/run.py --quick            1,000 only, and a shorter wait at the end
python benchmarks/run.py --titles 1000 --profile
                                            where the time goes (the run itself is slower then)
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import anyio
from rich.console import Console

sys.path[0:1] = [str(Path(__file__).parents[1])]  # this folder is a package, wherever it is started from

from benchmarks import daemon, sizes, table  # noqa: E402
from benchmarks.budget import grown  # noqa: E402
from benchmarks.children import ChildFailed  # noqa: E402

SIZES: Final = (1_000, 10_000)
REFERENCE: Final = 100  # movies of the home that a single size is compared with
MOVIES_TO_A_SHOW: Final = 10


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = options().parse_args(arguments)
    movies = [chosen.titles] if chosen.titles else [1_000] if chosen.quick else list(SIZES)
    settle = chosen.settle if chosen.settle is not None else 5.0 if chosen.quick else 60.0
    console = Console(soft_wrap=True, highlight=False)
    over: list[str] = []
    try:
        over = anyio.run(measured, chosen, movies, settle, console)
    except* ChildFailed as failed:
        over = [f"nothing could be counted: {problem}" for problem in failed.exceptions]
    for line in over:
        console.print(f"FAILED: {line}")
    if not over:
        console.print(
            "requests are within their budget, and do not grow with the library but for pages and shows"
        )
    return 1 if over else 0


async def measured(
    chosen: argparse.Namespace, movies: list[int], settle_seconds: float, console: Console
) -> list[str]:
    """Every line says of what there was too much."""
    with tempfile.TemporaryDirectory(prefix="keepercheky-bench-") as name:
        folder, found = Path(name), []
        for count in movies:
            at = folder / str(count)
            size = await sizes.measure(
                count, shows(count), at, requests_only=chosen.requests, profile=chosen.profile
            )
            found.append(size)
        smallest = found[0]
        if len(found) == 1 and not chosen.no_reference:
            few, at = min(REFERENCE, max(10, movies[0] // 3)), folder / "reference"
            smallest = await sizes.measure(few, shows(few), at, requests_only=True, profile=False)
        whole = None if chosen.requests else await daemon.measure(folder / "daemon", settle_seconds)
    table.show(found, whole, console)
    return [
        *(f"{size.movies:,} movies: {line}" for size in found for line in size.over_budget),
        *grown(smallest.sent, found[-1].sent),
    ]


def shows(movies: int) -> int:
    return max(1, movies // MOVIES_TO_A_SHOW)


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="What a dry run costs.")
    parser.add_argument(
        "--titles", type=int, metavar="N", help="one size only: N movies and a tenth as many shows"
    )
    parser.add_argument("--quick", action="store_true", help="1,000 movies, and a shorter wait at the end")
    parser.add_argument("--requests", action="store_true", help="count requests, time nothing")
    parser.add_argument(
        "--no-reference", action="store_true", help="do not compare a single size with a small one"
    )
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    parser.add_argument(
        "--settle", type=float, metavar="S", help="seconds between a run and the look at memory"
    )
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # where a shell has it ignored, too
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # no child is left behind
    sys.exit(main())
