"""What is printed on standard output: JSON for programs, lines and columns for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

MOST: Final = 20  # rows of a list before it is cut short
WIDE: Final = 130  # letters in a line from which on a reason stands beside its title, not below it
NARROW: Final = 60  # … and below which there is no room for columns of dates, names and sizes
LEAST: Final = 24  # letters that the last column wants
MORE: Final = "--all lists them, --json tells everything"
PIPE_WIDTH: Final = 500  # nothing wraps where nobody looks at a terminal
STYLES: Final = {
    "kept": "green",
    "leaving": "yellow",
    "due": "red",
    "not sure (kept)": "cyan",
    "ok": "green",
    "warning": "yellow",
    "failed": "red",
    "stopped for safety": "red",
    "keep": "green",
    "delete": "red",
    "not sure": "cyan",
}


def print_json(answer: Any) -> None:
    """The object and nothing else, as UTF-8 whatever the terminal's language."""
    text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


class Screen:
    """Lines and columns, without colours and without wrapping where it is no terminal."""

    def __init__(self) -> None:
        self._console = Console(markup=False, highlight=False, emoji=False)
        if not self._console.is_terminal:
            self._console.width = PIPE_WIDTH
        self._began = False
        self._gap = False

    def gap(self) -> None:
        """An empty line before whatever comes next."""
        self._gap = self._began

    def line(self, text: str, *, indent: int = 0, style: str = "") -> None:
        self._show(Text(_plain(text), style), indent)

    def title(self, text: str) -> None:
        self.line(text, style="bold")

    def columns(self, rows: Iterable[Sequence[str]], *, indent: int = 2, right: Iterable[int] = ()) -> None:
        """Rows under each other; columns in `right` are flush right and never cut, else only the last one wraps.

        Where too little room is left for the last one, it stands below the others.
        """
        cells = [[Text(_plain(cell), STYLES.get(cell, "")) for cell in row] for row in rows]
        if not cells:
            return
        widths = [max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)]
        flush, last = set(right), len(widths) - 1
        room = self._console.width - indent - 2 * last
        most = max(20, self._console.width // 2)
        if last in flush:
            most = max(min(most, room - sum(widths[number] for number in flush)), 8)
        elif room - sum(min(width, most) for width in widths[:-1]) < min(widths[-1], LEAST):
            self._with_last_below(cells, indent)
            return
        table = Table.grid(padding=(0, 2))
        for number, width in enumerate(widths):
            wraps = number == last and number not in flush
            table.add_column(
                justify="right" if number in flush else "left",
                no_wrap=not wraps,
                overflow="fold" if wraps else "ellipsis",
                min_width=width if number in flush else None,
                max_width=None if number in flush or wraps else most,
            )
        for row in cells:
            table.add_row(*row)
        self._show(table, indent)

    def _with_last_below(self, rows: Iterable[Sequence[Text]], indent: int) -> None:
        for *first, last in rows:
            self._show(Text("  ").join(cell for cell in first if cell), indent)
            if last:
                self._show(last, indent + 4)

    def titles(self, rows: Sequence[Sequence[str]], *, everything: bool = False) -> None:
        """Rows of (…, name, size, reason): the first of them, and how many more there are."""
        shown = rows if everything else rows[:MOST]
        if self._console.width >= WIDE:
            self.columns(shown, right=(len(rows[0]) - 2,))
        elif self._console.width >= NARROW:
            self._with_reasons_below(shown)
        else:
            for *first, name, size, reason in shown:
                self.line(f"{name} · {size}", indent=2)
                self.line(" · ".join([*first, reason]), indent=4, style="dim")
        if len(shown) < len(rows):
            self.line(f"and {len(rows) - len(shown):,} more; {MORE}", indent=2, style="dim")

    def _with_reasons_below(self, rows: Sequence[Sequence[str]]) -> None:
        table = Table.grid(padding=(0, 2))
        *before, _, _, _ = rows[0]
        for _ in before:
            table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_column(no_wrap=True, justify="right")
        for row in rows:
            *first, name, size, reason = map(_plain, row)
            table.add_row(*first, name, size)
            table.add_row(*("" for _ in first), Text(reason, "dim"), "")
        self._show(table, 2)

    def _show(self, shown: Text | Table, indent: int) -> None:
        padded = Padding(shown, (0, 0, 0, indent), expand=False) if indent else shown
        with self._console.capture() as captured:
            self._console.print(padded)
        lines = [""] * self._gap + captured.get().splitlines()
        self._began, self._gap = True, False
        click.echo("\n".join(line.rstrip() for line in lines))


def _plain(text: str) -> str:
    """What services call their titles cannot move the cursor or change the colours of a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
