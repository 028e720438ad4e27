"""Workbooks as spreadsheets write them, and such as somebody made to do harm."""

import time
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from datetime import time as clock
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from calendars.foreign.scanning import MOST_OCTETS
from calendars.foreign.values import ImportingError, Skipped
from scheduler.foreign.tables.cell_words import UNKEPT
from scheduler.foreign.tables.rows import from_tables
from scheduler.foreign.tables.xlsx_file import MOST_ROWS, read_xlsx
from scheduler.foreign.values import Row
from tests.scheduler.foreign.workbooks import cells, changed, packed, parts, workbook

SHEET = "xl/worksheets/sheet1.xml"
ROWS = (("Title", "Due"), ("Zero draft", date(2024, 4, 30)))


def test_dates_times_numbers_and_texts_keep_their_kinds() -> None:
    row = (date(2024, 4, 30), datetime(2024, 4, 30, 14, 30), 2024, 0.5, True, "a", clock(9, 5))
    assert cells(read_xlsx(workbook(row))) == [
        (date(2024, 4, 30), datetime(2024, 4, 30, 14, 30), 2024, 0.5, True, "a", "09:05")
    ]


def test_the_calendar_of_1904_counts_from_its_own_day() -> None:
    octets = workbook(*ROWS, change=lambda it, _: setattr(it, "epoch", CALENDAR_MAC_1904))
    assert b"date1904" in parts(octets)["xl/workbook.xml"]
    assert cells(read_xlsx(octets)) == list(ROWS)


def test_a_formula_is_its_kept_value_or_says_that_there_is_none() -> None:
    octets = workbook(("=1+1", "=A1", "x"), ("=A1", None), ("y", None, '=IF(A1>1,"a","b")'))
    octets = changed(octets, SHEET, b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    assert cells(read_xlsx(octets)) == [(2, UNKEPT, "x"), (UNKEPT,), ("y", None, UNKEPT)]


def test_a_formula_that_comes_to_nothing_is_nothing() -> None:
    octets = workbook(("=A1", "x"))
    octets = changed(
        octets, SHEET, b'<c r="A1"><f>A1</f><v></v>', b'<c r="A1" t="str"><f>A1</f><v></v>'
    )
    assert cells(read_xlsx(octets)) == [(None, "x")]


def test_an_error_is_no_text_and_no_date() -> None:
    sheets = read_xlsx(workbook(("Title", "Due"), ("#REF!", 2024), ("a", "#N/A"), ("b", "=B2")))
    reasons = [it.reason for it in from_tables(sheets, "x.xlsx").items if isinstance(it, Skipped)]
    assert [it[:26] for it in reasons] == [
        "it has no title", '"#N/A" is no date that can', "the file keeps no value of"
    ]  # fmt: skip


def test_rows_keep_their_numbers_and_empty_ones_are_left_out() -> None:
    octets = workbook(("a",), (), (None, ""), ("b", None))
    (sheet,) = read_xlsx(octets)
    assert sheet.rows == (Row(1, ("a",)), Row(4, ("b",)))


def test_only_what_can_be_seen_is_read() -> None:
    def hide(book: Workbook, sheet: Worksheet) -> None:
        sheet.title = "Seen"
        book.create_sheet("Hidden").sheet_state = "hidden"
        book.create_sheet("Very hidden").sheet_state = "veryHidden"
        book.create_chartsheet("Chart")
        book.create_sheet("Empty")

    assert [it.name for it in read_xlsx(workbook(*ROWS, change=hide))] == ["Seen", "Empty"]


def test_a_cell_over_several_rows_stands_in_each_of_them() -> None:
    rows = (("A", "B", "C"), ("x", 1, "p"), (None, None, "q"), (None, 2, "r"), (None, None, None))
    octets = workbook(
        *rows, change=lambda _, it: (it.merge_cells("A2:A5"), it.merge_cells("B2:B3"))
    )
    assert cells(read_xlsx(octets)) == [
        ("A", "B", "C"),
        ("x", 1, "p"),
        ("x", 1, "q"),
        ("x", 2, "r"),
    ]


def test_a_cell_over_several_columns_stands_in_the_first() -> None:
    octets = workbook(("A", None, "C"), change=lambda _, it: it.merge_cells("A1:B1"))
    assert cells(read_xlsx(octets)) == [("A", None, "C")]


def test_escaped_characters_are_those_characters() -> None:
    assert cells(read_xlsx(workbook(("a_x000D_b",)))) == [("a\rb",)]


@pytest.mark.parametrize("said", [b"A1:XFD1048576", b"A1", b"", b"nonsense:B"])
def test_what_a_sheet_says_of_its_size_does_not_count(said: bytes) -> None:
    octets = workbook(*ROWS)
    octets = changed(octets, SHEET, b'<dimension ref="A1:B2"', b'<dimension ref="%s"' % said)
    before = time.process_time()
    try:
        assert cells(read_xlsx(octets)) == list(ROWS)
    except ImportingError:
        assert said.startswith(b"nonsense") or not said
    assert time.process_time() - before < 5


@pytest.mark.parametrize("row", [b"1048576", b"99999999999999", b"-5", b"x", b"0"])
def test_a_row_far_below_is_no_hang(row: bytes) -> None:
    octets = changed(workbook(*ROWS), SHEET, b'<row r="2"', b'<row r="%s"' % row)
    before = time.process_time()
    read_or_refuse(octets)
    assert time.process_time() - before < 5


def test_too_many_rows_and_columns_are_refused() -> None:
    with pytest.raises(ImportingError, match="200 columns"):
        read_xlsx(workbook(tuple(range(201))))
    row = b'<row><c t="n"><v>1</v></c></row>'
    known = parts(workbook(("a",)))
    start, _, rest = known[SHEET].partition(b"<sheetData>")
    many = start + b"<sheetData>" + row * (MOST_ROWS + 1) + rest[rest.index(b"</sheetData>") :]
    with pytest.raises(ImportingError, match="100,000 rows"):
        read_xlsx(packed({**known, SHEET: many}))


# Harm


def read_or_refuse(octets: bytes) -> None:
    """Whatever the octets are, there is no other error."""
    try:
        read_xlsx(octets)
    except ImportingError as error:
        assert str(error)


def bomb() -> bytes:
    saved = BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED) as archive, archive.open(SHEET, "w") as part:
        for _ in range(110):
            part.write(b" " * 1024 * 1024)
    return saved.getvalue()


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    octets = bomb()
    tracemalloc.start()
    with pytest.raises(ImportingError, match="unpacks to more"):
        read_xlsx(octets)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20 * 1024 * 1024


@pytest.mark.parametrize(
    ("part", "end", "tag"),
    [
        ("xl/styles.xml", b"</cellXfs>", b'<xf numFmtId="0"/>'),
        ("xl/workbook.xml", b"</workbook>", b"<definedName/>"),
        (SHEET, b"</sheetData>", b"<row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row>"),
    ],
)
def test_a_part_that_would_take_long_is_refused(part: str, end: bytes, tag: bytes) -> None:
    octets = changed(workbook(*ROWS), part, end, tag * (1 if part == SHEET else 1_000_000) + end)
    before = time.process_time()
    with pytest.raises(ImportingError, match=r"too many|too long"):
        read_xlsx(octets)
    assert time.process_time() - before < 5


def test_a_size_that_lies_is_no_way_around() -> None:
    octets = bytearray(bomb())
    size = (110 * 1024 * 1024).to_bytes(4, "little")
    while (at := octets.find(size)) >= 0:
        octets[at : at + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(ImportingError):
        read_xlsx(bytes(octets))


def test_entities_are_refused() -> None:
    start = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    octets = packed({**parts(workbook(*ROWS)), "xl/sharedStrings.xml": start})
    with pytest.raises(ImportingError, match="no spreadsheet has"):
        read_xlsx(octets)


def test_a_password_is_told() -> None:
    with pytest.raises(ImportingError, match="password"):
        read_xlsx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))


def test_two_parts_of_one_name_do_no_harm() -> None:
    octets = workbook(*ROWS)
    with pytest.warns(UserWarning, match="Duplicate"):
        double = packed([*parts(octets).items(), (SHEET, b"<worksheet/>")])
    read_or_refuse(double)


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(ImportingError, match="larger than"):
        read_xlsx(bytes(MOST_OCTETS + 1))


@pytest.mark.parametrize("octets", [b"", b"PK\x03\x04", b"Title,Due\n", packed({"a.txt": b"x"})])
def test_what_is_no_workbook_is_refused(octets: bytes) -> None:
    with pytest.raises(ImportingError):
        read_xlsx(octets)


def without_each_part() -> Iterator[tuple[str, bytes]]:
    known = parts(workbook(*ROWS))
    for name in known:
        yield name, packed({it: octets for it, octets in known.items() if it != name})
        yield f"{name} broken", packed({**known, name: known[name][: len(known[name]) // 2]})
        yield f"{name} empty", packed({**known, name: b""})


@pytest.mark.parametrize("octets", [pytest.param(it, id=name) for name, it in without_each_part()])
def test_a_broken_part_is_no_traceback(octets: bytes) -> None:
    read_or_refuse(octets)


@given(at=st.integers(0, 10_000), put=st.binary(min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_octets_that_are_changed_are_no_traceback(at: int, put: bytes) -> None:
    octets = WHOLE[: at % len(WHOLE)] + put + WHOLE[at % len(WHOLE) + len(put) :]
    read_or_refuse(octets)


@given(
    part=st.sampled_from(["xl/workbook.xml", SHEET, "xl/styles.xml", "[Content_Types].xml"]),
    at=st.integers(0, 10_000),
    put=st.sampled_from([b"9999999", b"-1", b"", b'"', b"<x/>", b"\xff", b"&amp;", b"e", b"A0"]),
)
@settings(max_examples=150, deadline=None)
def test_parts_that_are_changed_are_no_traceback(part: str, at: int, put: bytes) -> None:
    known = parts(WHOLE)
    old = known[part]
    at %= len(old)
    read_or_refuse(packed({**known, part: old[:at] + put + old[at + 1 :]}))


@given(st.binary(max_size=300))
def test_any_octets_are_no_traceback(octets: bytes) -> None:
    read_or_refuse(octets)
    read_or_refuse(b"PK\x03\x04" + octets)


WHOLE = workbook(*ROWS, ("x", "=1+1"), (1.5, datetime(2024, 1, 1, 10)))
