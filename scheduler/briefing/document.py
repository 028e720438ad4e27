"""PURE. A document before it has a format: headings, paragraphs, lists and tables of text.

A text is made of runs, so that each format can mark what is bold, what leads somewhere, and what
is in the plan's own language, which may run in the other direction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple


class Run(NamedTuple):
    """A piece of text of one look. foreign: in the plan's words, not in the document's language.

    href: where it leads, "" for nowhere. late: that something is late, in red where there is red.
    """

    text: str
    bold: bool = False
    foreign: bool = False
    href: str = ""
    late: bool = False


Text = tuple[Run, ...]


def plain(text: Iterable[Run]) -> str:
    """The words alone."""
    return "".join(run.text for run in text)


def of(text: str) -> Text:
    """A text in the document's language."""
    return (Run(text),) if text else ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 to 4; 1 is the document's title. anchor: its name in an address."""

    level: Literal[2, 3, 4]
    text: Text
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a `quiet` one is in smaller letters."""

    text: Text
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first row and first column are heads; `foot` is a last row of totals.

    numbers: the columns that hold numbers. widths: of the columns, in per cent.
    """

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    foot: tuple[Text, ...] = ()
    numbers: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()


Block = Heading | Paragraph | Bullets | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    above: the lines over the title, below: those under it. warning: who must not read it, "" for
    a public one. modified: the last change of what it tells, UTC.
    """

    language: str
    plan_language: str
    direction: Literal["ltr", "rtl"]
    author: str
    title: str
    above: tuple[str, ...]
    below: tuple[Text, ...]
    warning: str
    modified: datetime
    blocks: tuple[Block, ...]
