"""What a written date means: the table of the plan format, and what is refused."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.dates import TBC, DateError, Precision, parse_due
from calendars.durations import Duration, Unit


@pytest.mark.parametrize(
    ("written", "precision", "first", "last"),
    [
        (date(2024, 9, 20), Precision.DAY, date(2024, 9, 20), date(2024, 9, 20)),
        ("2024-09-20", Precision.DAY, date(2024, 9, 20), date(2024, 9, 20)),
        ("2024-04", Precision.MONTH, date(2024, 4, 1), date(2024, 4, 30)),
        ("2024-02", Precision.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-Q2", Precision.QUARTER, date(2024, 4, 1), date(2024, 6, 30)),
        ("2024-34", Precision.QUARTER, date(2024, 4, 1), date(2024, 6, 30)),
        ("2024-33", Precision.QUARTER, date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-36", Precision.QUARTER, date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-H2", Precision.HALF, date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-40", Precision.HALF, date(2024, 1, 1), date(2024, 6, 30)),
        ("2024-41", Precision.HALF, date(2024, 7, 1), date(2024, 12, 31)),
        ("2024", Precision.YEAR, date(2024, 1, 1), date(2024, 12, 31)),
        ("2024/2025", Precision.RANGE, date(2024, 1, 1), date(2025, 12, 31)),
        ("2024-04/2024-06", Precision.RANGE, date(2024, 4, 1), date(2024, 6, 30)),
        ("2024-05-06/2024-05-08", Precision.RANGE, date(2024, 5, 6), date(2024, 5, 8)),
        ("2024-Q2/2024-11", Precision.RANGE, date(2024, 4, 1), date(2024, 11, 30)),
    ],
)
def test_window(written: object, precision: Precision, first: date, last: date) -> None:
    due = parse_due(written)
    assert (due.precision, due.first, due.last) == (precision, first, last)
    assert due.certain


@pytest.mark.parametrize(
    ("mark", "uncertain", "approximate"),
    [("?", True, False), ("~", False, True), ("%", True, True)],
)
@pytest.mark.parametrize("bare", ["2024-04", "2024-Q2", "2024", "2024-09-20", "2024-04/2024-06"])
def test_marked(bare: str, mark: str, uncertain: bool, approximate: bool) -> None:
    due, plain = parse_due(bare + mark), parse_due(bare)
    assert (due.first, due.last, due.precision) == (plain.first, plain.last, plain.precision)
    assert (due.uncertain, due.approximate, due.certain) == (uncertain, approximate, False)


def test_marked_parts_of_a_range() -> None:
    assert parse_due("2024-04?/2024-06").uncertain
    assert parse_due("2024-04/2024-06~").approximate


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        (datetime(2024, 9, 20, 14), datetime(2024, 9, 20, 14)),
        ("2024-09-20T14:00", datetime(2024, 9, 20, 14)),
        ("2024-09-20 14:00:30", datetime(2024, 9, 20, 14, 0, 30)),
        ("2024-09-20T14:00:00+03:00", datetime.fromisoformat("2024-09-20T14:00:00+03:00")),
        ("2024-09-20T11:00:00Z", datetime.fromisoformat("2024-09-20T11:00:00+00:00")),
    ],
)
def test_instant(written: object, instant: datetime) -> None:
    due = parse_due(written)
    assert (due.precision, due.instant) == (Precision.INSTANT, instant)


def test_tbc() -> None:
    assert parse_due("tbc") == parse_due("TBC") == TBC
    assert TBC.to_be_confirmed and not TBC.certain


@pytest.mark.parametrize(
    ("written", "other", "sign", "duration"),
    [
        (
            "executive-board/confirmation + 10 working days",
            "executive-board/confirmation",
            1,
            Duration(10, Unit.WORKING_DAYS),
        ),
        ("draft - 2 weeks", "draft", -1, Duration(2, Unit.WEEKS)),
        ("draft", "draft", 1, None),
        ("2024-review + 1 month", "2024-review", 1, Duration(1, Unit.MONTHS)),
        ("2024/draft + 1 day", "2024/draft", 1, Duration(1, Unit.DAYS)),
        ("2024-25/review", "2024-25/review", 1, None),
        ("2024/2024-review@2024-05-14", "2024/2024-review@2024-05-14", 1, None),
        (
            "board/meeting@2024-05-14 + 3 days",
            "board/meeting@2024-05-14",
            1,
            Duration(3, Unit.DAYS),
        ),
    ],
)
def test_relative(written: str, other: str, sign: int, duration: Duration | None) -> None:
    relative = parse_due(written).relative
    assert relative is not None
    assert (relative.other, relative.sign, relative.duration) == (other, sign, duration)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2024-02-30", "that month has 29 days"),
        ("2024-13", "a month is 01 to 12"),
        ("2024-25", 'for two years write "2024/2025"'),
        ("2024-Q5", "quarters are Q1 to Q4"),
        ("2024-06/2024-04", "ends before it starts"),
        ("2024/..", "is no range"),
        ("2024-04/2024-q2", "is no day, month, quarter, half or year"),
        ("a + 3 hours", "count in days"),
        ("draft + ten days", "is no date"),
        ("2024-09-20T25:00", "check the day and the time"),
        ("0001", "lies outside the years"),
        (12, "is no date"),
        ("", "is no date"),
    ],
)
def test_refused(written: object, says: str) -> None:
    with pytest.raises(DateError, match=says):
        parse_due(written)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        due = parse_due(text)
    except DateError as error:
        assert str(error)
    else:
        assert due.text == text.strip() or due == TBC
