"""Durations, working days and what lies so many of them away."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.durations import DurationError, parse_duration, shift
from calendars.workdays import (
    HolidayError,
    NoWorkingDayError,
    Workdays,
    check_code,
    known_codes,
    known_to,
)

KENYA = Workdays(codes=["KE"])
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CALENDARS = st.sampled_from(
    [
        KENYA,
        Workdays(),
        Workdays((4, 5), ["EG"]),
        Workdays((6,), ["DE-BY", "US"], [(date(2024, 12, 20), date(2025, 1, 6))]),
        Workdays(()),
    ]
)


@pytest.mark.parametrize(
    ("day", "written", "sign", "expected"),
    [
        (date(2024, 4, 30), "30 days", -1, date(2024, 3, 31)),
        (date(2024, 3, 31), "1 month", -1, date(2024, 2, 29)),
        (date(2023, 3, 31), "1 month", -1, date(2023, 2, 28)),
        (date(2024, 1, 31), "1 month", 1, date(2024, 2, 29)),
        (date(2024, 12, 31), "2 months", 1, date(2025, 2, 28)),
        (date(2024, 2, 29), "1 year", 1, date(2025, 2, 28)),
        (date(2024, 4, 30), "2 weeks", -1, date(2024, 4, 16)),
        (date(2024, 4, 30), "1 working day", -1, date(2024, 4, 29)),
        (date(2024, 4, 30), "3 working days", 1, date(2024, 5, 6)),
        (date(2024, 3, 31), "1 working day", -1, date(2024, 3, 28)),
    ],
)
def test_shift(day: date, written: str, sign: int, expected: date) -> None:
    assert shift(day, parse_duration(written), sign, KENYA) == expected


@pytest.mark.parametrize(
    "written",
    ["30 days", "1 day", "2 weeks", "1 month", "3 working days", "90 minutes", "2 hours", "1 year"],
)
def test_durations_read_back(written: str) -> None:
    assert str(parse_duration(written)) == written


@pytest.mark.parametrize(
    "written",
    ["", "days", "3", "-3 days", "3 dayz", "three days", "1e9 days", "999999999 days", "3.5 hours"],
)
def test_no_durations(written: str) -> None:
    with pytest.raises(DurationError):
        parse_duration(written)


@given(DAYS, st.integers(1, 60), CALENDARS)
def test_working_days_away_counts_what_lies_between(day: date, count: int, days: Workdays) -> None:
    after, before = days.away(day, count), days.away(day, -count)
    between = [after - timedelta(days=n) for n in range((after - day).days)]
    assert sum(days.is_working(one) for one in between) == count
    assert days.between(day, after) == count
    assert days.is_working(after) and days.is_working(before)
    earlier = [before + timedelta(days=n) for n in range((day - before).days)]
    assert sum(days.is_working(one) for one in earlier) == count


@given(DAYS, CALENDARS)
def test_nearest_working_day(day: date, days: Workdays) -> None:
    before, after = days.on_or_before(day), days.on_or_after(day)
    assert before <= day <= after
    assert (before == day) == (after == day) == days.is_working(day)
    assert (days.reason(day) is None) == days.is_working(day)


def test_reasons() -> None:
    days = Workdays(codes=["KE"], closed=[(date(2024, 12, 24), date(2024, 12, 24))])
    assert days.reason(date(2024, 5, 1)) == "Labor Day"
    assert days.reason(date(2024, 12, 24)) == "closed"
    assert days.reason(date(2024, 4, 6)) == "weekend"


def test_everything_closed_is_said() -> None:
    closed = Workdays(closed=[(date(1990, 1, 1), date(2100, 1, 1))])
    with pytest.raises(NoWorkingDayError, match="closed throughout"):
        closed.away(date(2024, 1, 1), 1)


def test_a_year_without_known_holidays_does_not_hide_the_others() -> None:
    days = Workdays(codes=["KE"])
    with pytest.raises(HolidayError):
        days.is_working(date(2150, 1, 3))
    assert not days.is_working(date(2024, 12, 25))
    assert days.away(date(2024, 12, 24), 1) == date(2024, 12, 27)


def test_who_is_not_strict_goes_on_without_holidays_and_without_working_days() -> None:
    days = Workdays(codes=["KE", "DE"], strict=False)
    assert not days.is_working(date(2024, 12, 25))
    last = min(known_to("KE"), known_to("DE"))
    assert days.is_working(date(last + 40, 12, 25)) == (date(last + 40, 12, 25).weekday() < 5)
    assert days.on_or_after(date(last, 12, 31)) >= date(last, 12, 31)
    closed = Workdays(closed=[(date(1990, 1, 1), date(2100, 1, 1))], strict=False)
    assert closed.on_or_before(date(2024, 5, 5)) == closed.on_or_after(date(2024, 5, 5))
    with pytest.raises(NoWorkingDayError):
        closed.away(date(2024, 1, 1), 1)


def test_unknown_holidays_are_refused() -> None:
    assert {"KE", "DE-BY", "FR"} <= set(known_codes())
    with pytest.raises(HolidayError, match='"XX"'):
        check_code("XX")
    with pytest.raises(HolidayError, match="not for 2190"):
        Workdays(codes=["KE"]).is_working(date(2190, 1, 1))


@pytest.mark.parametrize(
    ("weekend", "first"), [((5, 6), 0), ((4, 5), 6), ((4,), 5), ((), 0), ((6,), 0)]
)
def test_first_of_week(weekend: tuple[int, ...], first: int) -> None:
    found = Workdays(weekend).first_of_week(date(2024, 3, 21))
    assert found.weekday() == first
    assert timedelta(0) <= date(2024, 3, 21) - found < timedelta(days=7)
