"""Tables as CSV, as the programs of the world write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.foreign.scanning import MOST_OCTETS
from calendars.foreign.values import ImportingError
from scheduler.foreign.tables.csv_file import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, read_csv
from scheduler.foreign.values import Row
from tests.scheduler.foreign.workbooks import cells

HEAD = ("Titre", "Échéance")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_way_of_writing_is_read(encoding: str, delimiter: str, end: str) -> None:
    text = end.join((delimiter.join(HEAD), delimiter.join(("a", "2024-04")), ""))
    assert cells(read_csv(text.encode(encoding))) == [HEAD, ("a", "2024-04")]


def test_the_line_is_where_a_row_begins() -> None:
    (sheet,) = read_csv(b'Title,Due\r\n\r\n"a\r\nb",2024\r\n,\r\nc,"x ""y"""\r\n')
    assert sheet.rows == (
        Row(1, ("Title", "Due")),
        Row(3, ("a\r\nb", "2024")),
        Row(6, ("c", 'x "y"')),
    )


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Title;Due;Notes\nOne, two, three, and four;2024;a, b, c, d, e\n", ";"),
        ('Title,Due\n"a;b;c;d",2024\nx;y;z;q;r,2025\n', ","),
        ("A plan, for all\n\nTitle\tDue\na, b, c\t2024\n", "\t"),
        ("Title|Due\na,b|2024;2025\n", "|"),
        ("a;b;c\n1;2;3\n", ";"),
    ],
)
def test_the_headings_decide_what_separates(text: str, delimiter: str) -> None:
    last = text.splitlines()[-1]
    assert cells(read_csv(text.encode()))[-1] == tuple(last.replace('"', "").split(delimiter))


def test_a_line_of_excel_names_what_separates() -> None:
    (sheet,) = read_csv(b"sep=;\r\nTitle;Due\r\na,b;2024\r\n")
    assert sheet.rows == (Row(2, ("Title", "Due")), Row(3, ("a,b", "2024")))


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"Title,Due\na\0b,2024\n", "NUL"),
        (b'Title,Due\n"a,2024\nb,2025\n', "quotation mark from line 2 on is not closed"),
        (b"Title,Due\n" + b"x" * (LONGEST_CELL + 1), "cell from line 2 on is longer"),
        (b"x" * 200_000, "cell from line 1 on is longer"),
        (b"," * MOST_COLUMNS + b"x", "more than 200 columns"),
        (b"a\n" * (MOST_ROWS + 1), "100,000 rows"),
        (bytes(MOST_OCTETS + 1), "larger than"),
        (b"PK\x03\x04xx", "packed file"),
        (b"\xff\xfea", "UTF-16"),
    ],
)
def test_what_cannot_be_read_is_told(octets: bytes, words: str) -> None:
    with pytest.raises(ImportingError, match=words):
        read_csv(octets)


def test_quotation_marks_inside_a_cell_are_no_fault() -> None:
    assert cells(read_csv(b'Title,Due\nA 5" pipe,2024\n"a"b,2025\n'))[1:] == [
        ('A 5" pipe', "2024"),
        ("ab", "2025"),
    ]


def test_nothing_is_a_table_without_rows() -> None:
    assert cells(read_csv(b"")) == cells(read_csv(b"\xef\xbb\xbf\r\n,,\r\n")) == []


@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda it: it.encode())))
def test_any_octets_are_no_traceback(octets: bytes) -> None:
    try:
        read_csv(octets)
    except ImportingError as error:
        assert str(error)


@given(st.lists(st.lists(st.sampled_from(['"', "a", "\n", "\r", ",", ";", "2024"])), max_size=8))
def test_any_quoting_is_no_traceback(rows: list[list[str]]) -> None:
    text = "Title,Due\n" + "".join(it for row in rows for it in row)
    try:
        (sheet,) = read_csv(text.encode())
    except ImportingError as error:
        assert "quotation mark" in str(error)
    else:
        lines = [row.line for row in sheet.rows]
        assert lines == sorted(set(lines))
