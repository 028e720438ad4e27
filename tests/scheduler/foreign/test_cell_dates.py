"""Dates as people write them in the cells of a table."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.dates import DateError, Precision, parse_due
from scheduler.foreign.tables.cell_dates import CellError, order_of, read_date
from scheduler.foreign.values import Cell

MEANT = {
    "tbc": "tbc, TBD, T.B.C., to be confirmed, (tbc), à confirmer, à préciser, Por confirmar, "
    "уточняется, 待定, 待确认, غير محدد, -, ?",
    "2024": "2024, 2024., by 2024, 2024年, 2024 г., 2024 год, عام 2024, ٢٠٢٤, 二〇二四年, "
    "end of 2024, End 2024, before the end of 2024, avant fin 2024, by the end of 2024, fin 2024, "
    "к концу 2024 года, 2024年底, نهاية 2024",
    "2024?": "2024?, 2024 (tbc), 2024 - TBC, tentatively 2024, 2024 (à confirmer)",
    "2024~": "2024~, circa 2024, c. 2024, about 2024, environ 2024, около 2024, 约2024年, ~2024",
    "2024%": "2024%, circa 2024 (tbc), approx. 2024 - to be confirmed",
    "2024/2025": "2024/2025, 2024-2025, 2024 - 2025, 2024 to 2025, 2024/25, 2024-25, 2024–25",
    "2024-04": "2024-04, April 2024, Apr 2024, Apr. 2024, apr-2024, 2024 April, 04/2024, 4/2024, "
    "by April 2024, April of 2024, avril 2024, avr. 2024, abril de 2024, апрель 2024, "
    "апр. 2024 г., в апреле 2024 года, 2024年4月, 2024年四月, أبريل 2024, نيسان 2024, 2024/04, "
    "end of April 2024, by the end of April 2024, fin avril 2024, 2024年4月底",
    "2024-04~": "mid-April 2024, early April 2024, late April 2024, mi-avril 2024, "
    "début avril 2024, a mediados de abril de 2024, середина апреля 2024, 2024年4月中旬, "
    "منتصف أبريل 2024",
    "2024-Q2": "2024-Q2, 2024-q2, Q2 2024, Q2-2024, Q2/2024, 2024 Q2, 2Q 2024, 2nd quarter 2024, "
    "second quarter of 2024, T2 2024, 2e trimestre 2024, deuxième trimestre 2024, "
    "segundo trimestre de 2024, II квартал 2024 г., 2-й квартал 2024 года, "
    "во втором квартале 2024 года, 2024年第二季度, 2024年二季度, الربع الثاني من عام 2024",
    "2024-H1": "2024-H1, H1 2024, 1H 2024, first half of 2024, premier semestre 2024, S1 2024, "
    "primer semestre de 2024, первое полугодие 2024, первая половина 2024 года, 2024年上半年, "
    "النصف الأول من عام 2024",
    "2024-Q1~": "early 2024, beginning of 2024, début 2024, principios de 2024, начало 2024 года, "
    "2024年初, بداية عام 2024",
    "2024-06~": "mid-2024, mid 2024, mi-2024, mediados de 2024, середина 2024, 2024年中, "
    "منتصف 2024",
    "2024-Q4~": "late 2024, a finales de 2024",
    "2024-04-15": "2024-04-15, 20240415, 2024-4-15, 2024/04/15, 2024.4.15, 15/04/2024, 15.04.2024, "
    "15-04-2024, 04/15/2024, 15 April 2024, 15th April 2024, 15th of April 2024, April 15 2024, "
    "April 15th 2024, 15-Apr-2024, 2024-Apr-15, Mon 15 Apr 2024, by 15 April 2024, "
    "no later than 15 April 2024, lundi 15 avril 2024, le 15 avril 2024, 15 de abril de 2024, "
    "15 апреля 2024 г., до 15 апреля 2024 года, 2024年4月15日, 2024年4月15日星期一, "
    "2024年四月十五日, 15 أبريل 2024, ١٥ أبريل ٢٠٢٤, الاثنين 15 نيسان 2024, "
    "2024-04-15 00:00:00, ２０２４-０４-１５, 15 April 2024.",
    "2024-05-01": "1er mai 2024, 1º de mayo de 2024, 1 мая 2024, 1st May 2024",
    "2024-05-01/2024-05-03": "2024-05-01/2024-05-03, 1-3 May 2024, 1 – 3 May 2024, "
    "1 to 3 May 2024, May 1-3 2024, du 1er au 3 mai 2024, del 1 al 3 de mayo de 2024, "
    "1 a 3 de mayo de 2024, с 1 по 3 мая 2024 г., 2024年5月1日至3日, 01/05/2024 - 03/05/2024, "
    "01.05.2024 – 03.05.2024, من 1 إلى 3 مايو 2024",
    "2024-04-30/2024-05-02": "30 April - 2 May 2024, April 30 - May 2 2024, "
    "30 April 2024 to 2 May 2024, 2024年4月30日至5月2日",
    "2024-05/2024-06": "May-June 2024, May to June 2024, May/June 2024, mai à juin 2024, "
    "2024-05/2024-06, 2024年5月至6月, May 2024 - June 2024",
    "2024-Q2/2024-Q3": "Q2-Q3 2024, Q2/Q3 2024, Q2 2024 - Q3 2024",
    "2024-04-15T14:30:00": "2024-04-15T14:30:00, 2024-04-15 14:30, 15/04/2024 14:30, "
    "15/04/2024 2:30 PM, 15 April 2024 at 14:30, 15 avril 2024 à 14h30, 15.04.2024 14:30",
    "2024-04-15T14:30:00Z": "2024-04-15T14:30Z, 2024-04-15T14:30:00.000Z, 15/04/2024 14:30 UTC",
    "2024-04-15T14:30:00+03:00": "2024-04-15T14:30:00+03:00",
}
"""What is meant -> the ways of writing it."""


@pytest.mark.parametrize(
    ("text", "due"), [(text, due) for due, texts in MEANT.items() for text in texts.split(", ")]
)
def test_a_date_is_read_as_it_is_meant(text: str, due: str) -> None:
    assert read_date(text).due == due


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("soon", '"soon" is no date'),
        ("ongoing", "is no date"),
        ("before June 2024", "is no date"),
        ("15/04/24", "year of two digits"),
        ("15-Apr-24", "four digits"),
        ("Apr-24", "four digits"),
        ("15 April", "names no year"),
        ("Q2", "names no year"),
        ("31/02/2024", "that month has 29 days"),
        ("30 February 2024", "that month has 29 days"),
        ("13/13/2024", "a month is 01 to 12"),
        ("33/2024", "is no date"),
        ("2024/33", "a month is 1 to 12"),
        ("5 May - 3 May 2024", "ends before it starts"),
        ("1 January 1900", "outside the years"),
        ("Week 12 2024", "is no date"),
        ("FY2024", "is no date"),
        ("other-milestone", "is no date"),
        ("x" * 500, "longer than a date"),
        ("15 April 2024 25:00", "is no date"),
    ],
)
def test_what_is_no_date_is_quoted_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(CellError) as raised:
        read_date(text)
    assert words in str(raised.value)
    assert text[:50] in str(raised.value)


@pytest.mark.parametrize(
    ("cell", "due"),
    [
        (None, "tbc"),
        ("  ", "tbc"),
        (date(2024, 4, 15), "2024-04-15"),
        (datetime(2024, 4, 15), "2024-04-15"),
        (datetime(2024, 4, 15, 14, 30), "2024-04-15T14:30:00"),
        (datetime(2024, 4, 15, 14, 30, tzinfo=UTC), "2024-04-15T14:30:00+00:00"),
        (2024, "2024"),
        (2024.0, "2024"),
        (20240415, "2024-04-15"),
    ],
)
def test_a_cell_that_is_no_text(cell: Cell, due: str) -> None:
    assert read_date(cell).due == due


@pytest.mark.parametrize("cell", [0, 45397, 2024.5, 1e300, float("nan"), float("inf"), True, False])
def test_a_number_that_is_no_year_is_no_date(cell: Cell) -> None:
    with pytest.raises(CellError, match="format the cell as a date"):
        read_date(cell)


@pytest.mark.parametrize(
    ("cells", "heading", "order"),
    [
        (["01/02/2024"], "", "unsettled"),
        (["01/02/2024", "13/02/2024"], "", "day"),
        (["01/02/2024", "02/13/2024 14:00"], "", "month"),
        (["13/02/2024", "02/13/2024"], "", "unsettled"),
        (["13.02.2024", "2024", None, 5], "", "unsettled"),
        (["01/02/2024"], "Due (DD/MM/YYYY)", "day"),
        (["01/02/2024"], "Due mm-dd-yyyy", "month"),
    ],
)
def test_a_column_decides_whether_the_day_comes_first(
    cells: list[Cell], heading: str, order: str
) -> None:
    assert order_of(cells, heading) == order


def test_where_nothing_decides_the_day_comes_first_and_that_is_said() -> None:
    found = read_date("01/02/2024")
    assert found.due == "2024-02-01"
    assert "day first" in found.notes[0]
    assert read_date("01/02/2024", "month").due == "2024-01-02"
    assert read_date("01/02/2024", "day").notes == read_date("01/02/2024", "month").notes == ()
    assert read_date("02/02/2024").notes == read_date("01.02.2024").notes == ()
    assert read_date("01.02.2024", "month").due == "2024-02-01"


def test_a_remark_in_brackets_is_told_and_left_out() -> None:
    found = read_date("Q2 2024 (subject to funding)")
    assert found.due == "2024-Q2"
    assert found.notes == ('of "Q2 2024 (subject to funding)" the words in brackets are left out',)
    with pytest.raises(CellError, match="is no date"):
        read_date("soon (2024)")


def test_a_date_is_counted_only_from_a_milestone_that_there_is() -> None:
    with pytest.raises(CellError):
        read_date("board + 10 working days")
    assert read_date("Board + 10 working days", known={"board"}).due == "board + 10 working days"


WORDS = st.lists(
    st.sampled_from([it for texts in MEANT.values() for it in texts.replace(",", "").split()])
)


NUMBERS = st.from_regex(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}( \d\d:\d\d)?")
CELLS = st.one_of(
    st.text(), WORDS.map(" ".join), NUMBERS, st.floats(), st.integers(), st.dates(), st.datetimes()
)


@given(CELLS)
def test_any_cell_is_a_date_of_the_plan_or_refused_in_words(cell: Cell) -> None:
    try:
        found = read_date(cell)
    except CellError as error:
        assert str(error)
        return
    try:
        due = parse_due(found.due)
    except DateError as error:
        raise AssertionError(found.due) from error
    assert due.relative is None
    assert due.last is not None or due.precision is Precision.NONE
