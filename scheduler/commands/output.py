"""How commands print: a table for people, one JSON object a line for machines."""

import json
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from config.problems import Problem


def print_json(lines: Iterable[object]) -> None:
    """One JSON object a line, in UTF-8 whatever the terminal's encoding is."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    for line in lines:
        click.echo(json.dumps(line, ensure_ascii=False))


def console() -> Console:
    """The terminal; wide where the output goes into a file, so that nothing is cut."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=160)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> Table:
    """A plain table; cells are text, never markup."""
    made = Table(title=escape(title) or None, title_justify="left", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        last = number == len(columns) - 1
        made.add_column(column, header_style="bold", overflow="fold", ratio=1 if last else None)
    for row in rows:
        made.add_row(*(escape(cell) for cell in row))
    return made


def print_problems(problems: Iterable[Problem]) -> None:
    """Mistakes and warnings, a blank line between two."""
    for number, problem in enumerate(problems):
        click.echo(("\n" if number else "") + str(problem))


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 milestone", "3 milestones"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
