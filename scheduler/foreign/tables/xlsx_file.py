"""The octets of an .xlsx file -> its visible sheets, as far as something stands in them.

The values are those that the program kept which wrote the file: a formula is not reckoned anew.
Whatever is wrong with a file, it is refused in words.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from calendars.foreign.values import ImportingError
from scheduler.foreign.archive import checked
from scheduler.foreign.tables.cell_words import UNKEPT
from scheduler.foreign.tables.sheet_marks import Marks, marks_of
from scheduler.foreign.values import Cell, Row, Sheet

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 100_000, 200, 100_000
MOST_CELLS, MOST_SHEETS = 2_000_000, 200
_ENDS = 5_000
"""The rows without anything in them after which a sheet has no more."""
MOST_TAGS = 300_000
"""The most tags of a part that is read as a whole, such as that of the formats of cells."""
_LONG = ("xl/worksheets/", "xl/sharedstrings", "xl/pivot", "xl/drawings/", "xl/charts/")
"""Parts that may well be long: they are read piece by piece, or not at all."""
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xlsx(octets: bytes) -> list[Sheet]:
    """The sheets of a workbook that are not hidden, without rows in which nothing stands.

    Dates are dates, whichever calendar the workbook counts by. An error stays as it is shown, such
    as "#REF!", and a formula without a kept value is `UNKEPT`: neither is a text. Merged cells of
    a column hold what stands in the first of them. A row below thousands of empty ones is not
    looked for. Raises `ImportingError`.
    """
    if octets.startswith(_OLD):
        raise ImportingError(
            "it has a password, or is of before 2007 (.xls); save it as .xlsx without a password"
        )
    file = checked(octets, "spreadsheet")
    _check_parts(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(file)
    except ImportingError:
        raise
    except MemoryError:
        raise ImportingError("it is too large to be read; save it as CSV") from None
    # A broken file makes the reader fail in any place and by any error.
    except Exception as error:  # noqa: BLE001
        kind = type(error).__name__
        raise ImportingError(f"it is a broken spreadsheet ({kind}); save it anew") from None


def _check_parts(file: BytesIO) -> None:
    """Refuses a file of which a part would take very long, however well it is packed."""
    with ZipFile(file) as archive:
        for part in archive.infolist():
            read_whole = not part.filename.lower().lstrip("/").startswith(_LONG)
            if (
                read_whole
                and part.file_size > MOST_TAGS
                and archive.read(part).count(b"<") > MOST_TAGS
            ):
                raise ImportingError("it has too many formats or names of cells; save it as CSV")


def _read(file: BytesIO) -> list[Sheet]:
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415

    class Reader(ExcelReader):
        """Reads no sheets that are charts: they hold no rows, and reading them may fail."""

        def read_chartsheet(self, sheet: object, rel: object) -> None:
            pass

    reader = Reader(file, read_only=True, data_only=True, keep_links=False)
    reader.read()
    with closing(reader.wb):
        return list(_sheets(reader.wb))


def _sheets(workbook: "Workbook") -> Iterator[Sheet]:
    cells = 0
    if len(workbook.worksheets) > MOST_SHEETS:
        raise ImportingError(f"it has more than {MOST_SHEETS} sheets")
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        # What a sheet says of its own size may be wrong either way.
        sheet.reset_dimensions()
        rows = []
        for row in _rows(
            sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), _marks(sheet)
        ):
            rows.append(row)
            cells += len(row.cells)
            if len(rows) > MOST_ROWS or cells > MOST_CELLS:
                raise ImportingError(f"it has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells")
        yield Sheet(tuple(rows), str(sheet.title))


def _marks(sheet: "ReadOnlyWorksheet") -> Marks:
    with sheet._get_source() as part:  # type: ignore[attr-defined]
        return marks_of(part.read())


def _rows(rows: Iterable[Sequence[object]], marks: Marks) -> Iterator[Row]:
    line = 0
    filling: dict[int, tuple[int, Cell]] = {}
    for number, row in enumerate(rows, 1):
        end = next((at for at in range(len(row), 0, -1) if row[at - 1] is not None), 0)
        if not end and number not in marks.unkept:
            if number - line > _ENDS:
                return
            continue
        line = number
        cells = [_cell(value) for value in row[:end]]
        for column in marks.unkept.get(line, ()):
            _put(cells, column, UNKEPT)
        _fill(cells, line, filling)
        for column, last in marks.merged.get(line, ()):
            filling[column] = last, cells[column] if column < len(cells) else None
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise ImportingError(f"row {line} has more than {MOST_COLUMNS} columns")
        if cells:
            yield Row(line, tuple(cells))


def _fill(cells: list[Cell], line: int, filling: dict[int, tuple[int, Cell]]) -> None:
    """Puts what a cell over several rows holds into each of them."""
    for column, (last, value) in list(filling.items()):
        if line > last:
            del filling[column]
        elif value is not None:
            _put(cells, column, value)


def _put(cells: list[Cell], column: int, value: Cell) -> None:
    """A value into a cell that has none; what lies beyond the last column is left out."""
    if column < MOST_COLUMNS:
        cells += [None] * (column + 1 - len(cells))
        cells[column] = value if cells[column] is None else cells[column]


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        whole = value.microsecond == 0 and value.time() == time(0)
        return value.date() if whole else _rounded(value)
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, timedelta):
        return str(value)
    return value if isinstance(value, bool | int | float | date) else None


def _rounded(at: datetime) -> datetime | date:
    """A time to the second: a spreadsheet keeps it as a part of a day, which is never exact."""
    near = (at + timedelta(microseconds=500_000)).replace(microsecond=0)
    return near.date() if near.time() == time(0) else near


def _text(value: str) -> str:
    if len(value) > LONGEST_CELL:
        raise ImportingError(f"a cell is longer than {LONGEST_CELL:,} characters")
    return _ESCAPE.sub(lambda it: chr(int(it[1], 16)), value)
