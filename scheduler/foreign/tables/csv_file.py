"""The octets of a .csv or .tsv file -> the rows of a table, however a spreadsheet wrote them.

The encoding is UTF-8, UTF-16 with a mark, or else that of Windows; the sign between the cells is
what the first rows have most evenly. A file that cannot be read is refused in words.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import StringIO
from itertools import islice

from calendars.foreign.values import ImportingError
from scheduler.foreign.archive import check_size
from scheduler.foreign.tables.column_names import DATES, HEADING_ROWS, TITLE, heading_in
from scheduler.foreign.values import Row, Sheet

DELIMITERS = (",", ";", "\t", "|")
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 100_000, 200, 100_000
MOST_CELLS = MOST_LINES = 2_000_000
_PROBED = 1_000_000
"""The characters that the sign between cells is looked for in."""
_NO_TABLES = {b"PK\x03\x04": "a packed file", b"\xd0\xcf\x11\xe0": "an old spreadsheet",
              b"%PDF": "a PDF"}  # fmt: skip


def read_csv(octets: bytes) -> list[Sheet]:
    """The table in a file of separated values, as one sheet without a name.

    Rows without anything in them are left out. Raises `ImportingError`.
    """
    check_size(octets, "table")
    for sign, kind in _NO_TABLES.items():
        if octets.startswith(sign):
            raise ImportingError(f"it is {kind} and no CSV; save it as CSV, or name it as it is")
    text = _decoded(octets)
    if "\0" in text:
        raise ImportingError("it has NUL characters, as no text has; save it as CSV in UTF-8")
    if max(text.count("\n"), text.count("\r")) > MOST_LINES:
        raise ImportingError(f"it has more than {MOST_LINES:,} lines; is it a table?")
    delimiter, text = _delimiter(text)
    return [Sheet(tuple(_rows(text, delimiter)))]


def _decoded(octets: bytes) -> str:
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return octets.decode("utf-16")
        except UnicodeDecodeError:
            raise ImportingError("its UTF-16 is broken; save it as CSV in UTF-8") from None
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five octets have no character in Windows-1252; they become the mark of a lost one.
        return octets.decode("cp1252", errors="replace")


def _delimiter(text: str) -> tuple[str, str]:
    """The sign between cells, and the text without Excel's own line that names it ("sep=;")."""
    first, _, rest = text.partition("\n")
    named = first.strip("\r").lower().removeprefix("sep=")
    if first.lower().startswith("sep=") and (named in DELIMITERS or first.strip("\r") == "sep=\t"):
        # An empty line stays for it, so that the others keep their numbers.
        return named, f"\n{rest}"
    start = text[:_PROBED]
    return max(DELIMITERS, key=lambda it: _evenness(start, it)), text


def _evenness(text: str, delimiter: str) -> tuple[bool, bool, int, int]:
    """How well a sign separates cells: whether headings are known by it, then how many it makes."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        filled = (row for row in csv.reader(_lines(text), delimiter=delimiter) if any(row))
        rows.extend(islice(filled, HEADING_ROWS))
    best = (False, False)
    for row in rows:
        columns = heading_in(Row(1, tuple(row[:MOST_COLUMNS]))).columns
        best = max(best, (TITLE in columns and any(it in columns for it in DATES), bool(columns)))
    widths = [len(row) for row in rows]
    common = max(set(widths), key=lambda it: (widths.count(it) * (it > 1), it), default=0)
    return (*best, widths.count(common), common) if common > 1 else (*best, 0, 0)


def _lines(text: str) -> StringIO:
    """The lines of a text with their ends, which may be those of any system."""
    return StringIO(text, newline="")


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(_lines(text), delimiter=delimiter)
    count = cells = last = 0
    while True:
        begun = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error:
            raise ImportingError(_broken(begun)) from None
        if row is None:
            break
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise ImportingError(_broken(begun))
        kept = _trimmed(row)
        if len(kept) > MOST_COLUMNS:
            raise ImportingError(f"line {begun} has more than {MOST_COLUMNS} columns")
        if kept:
            count, cells, last = count + 1, cells + len(kept), begun
            if count > MOST_ROWS or cells > MOST_CELLS:
                raise ImportingError(f"it has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells")
            yield Row(begun, tuple(cell or None for cell in kept))
    if count:
        _check_end(text, delimiter, last)


def _check_end(text: str, delimiter: str, line: int) -> None:
    """Refuses a file whose last row begins with a quotation mark that nothing closes.

    All that stands after it would be one cell.
    """
    try:
        for _ in csv.reader(islice(_lines(text), line - 1, None), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "end of data" in str(error):
            raise ImportingError(
                f"a quotation mark from line {line} on is not closed; close it, or save it anew"
            ) from None


def _trimmed(row: Sequence[str]) -> Sequence[str]:
    """A row without the empty cells at its end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _broken(line: int) -> str:
    return (
        f"a cell from line {line} on is longer than {LONGEST_CELL:,} characters; "
        "is a quotation mark missing there?"
    )
