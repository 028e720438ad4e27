"""PURE. What is read out of a table or a document, before any of it is known as a commitment."""

from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None
"""What stands in a cell; None where nothing does."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `line` is its number in the file, from 1."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table, its heading row among the rows; `name` is the sheet's, "" where it has none."""

    rows: tuple[Row, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or an item of a list, of a document.

    headings: the headings above it, the outermost first. line: where it begins: the line of a
    text, the paragraph of a word processor's file, the page of a PDF, from 1.
    """

    text: str
    line: int
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document's sentences in their order; title "" where it has none; notes are of all of it."""

    pieces: tuple[Piece, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
