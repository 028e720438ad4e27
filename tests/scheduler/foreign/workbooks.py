"""Real workbooks for the tests, and ones that are tampered with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.foreign.values import Sheet


def workbook(
    *rows: Sequence[object], change: Callable[[Workbook, Worksheet], object] | None = None
) -> bytes:
    """A workbook of one sheet; `change` may add to it before it is saved."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    if change:
        change(made, sheet)
    saved = BytesIO()
    made.save(saved)
    return saved.getvalue()


def parts(octets: bytes) -> dict[str, bytes]:
    """What is packed in a file, by name."""
    with ZipFile(BytesIO(octets)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def packed(names: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    """The packed file of such parts."""
    saved = BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED) as archive:
        for name, octets in names.items() if isinstance(names, Mapping) else names:
            archive.writestr(name, octets)
    return saved.getvalue()


def changed(octets: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with a text of one part put in place of another."""
    known = parts(octets)
    assert old in known[part]
    return packed({**known, part: known[part].replace(old, new)})


def cells(sheets: Sequence[Sheet]) -> list[tuple[object, ...]]:
    """The cells of the only sheet, row by row."""
    (sheet,) = sheets
    return [row.cells for row in sheet.rows]
