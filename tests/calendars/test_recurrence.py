"""Rules that repeat, on local days and times."""

import time
from datetime import datetime

import pytest

from calendars.recurrence import RecurrenceError, expand, first, parse_recurrence

FAR = datetime(2040, 1, 1)


@pytest.mark.parametrize(
    ("rule", "start", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=3TU;COUNT=3", datetime(2024, 1, 16, 15), ["01-16", "02-20", "03-19"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", datetime(2024, 1, 31), ["01-31", "02-29", "03-31"]),
        ("monthly", datetime(2024, 10, 30), ["10-30", "11-30", "12-30"]),
        ("weekly", datetime(2024, 12, 16), ["12-16", "12-23", "12-30"]),
        ("FREQ=WEEKLY;UNTIL=20240115", datetime(2024, 1, 1, 15), ["01-01", "01-08", "01-15"]),
        ("FREQ=WEEKLY;UNTIL=20240115T110000Z", datetime(2024, 1, 1, 15), ["01-01", "01-08"]),
        ("RRULE:FREQ=DAILY;INTERVAL=2;COUNT=2", datetime(2024, 1, 1), ["01-01", "01-03"]),
    ],
)
def test_expand(rule: str, start: datetime, days: list[str]) -> None:
    until = datetime(2024, 12, 31, 23)
    found = list(expand(parse_recurrence(rule), start, "Africa/Nairobi", until))
    assert [f"{one:%m-%d}" for one in found] == days
    assert {one.time() for one in found} == {start.time()}


def test_yearly_for_ever_is_bounded_by_until() -> None:
    found = list(expand(parse_recurrence("yearly"), datetime(2024, 9, 20), "UTC", FAR))
    assert [one.year for one in found] == list(range(2024, 2040))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never fires"),
        ("FREQ=DAILY;UNTIL=20200101", "never fires"),
    ],
)
def test_never(rule: str, says: str) -> None:
    with pytest.raises(RecurrenceError, match=says):
        first(parse_recurrence(rule), datetime(2024, 1, 1), "UTC")


@pytest.mark.parametrize("frequency", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
@pytest.mark.parametrize(
    "parts",
    [
        "BYMONTH=2;BYMONTHDAY=30",
        "BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "BYMONTHDAY=31;BYMONTH=4,6,9,11",
        "BYSETPOS=" + ",".join(["366"] * 31),
        "BYDAY=" + ",".join(["5MO"] * 400) + ";BYMONTH=2;BYMONTHDAY=30",
        "COUNT=-5",
        "INTERVAL=" + "9" * 20 + ";BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_what_never_fires_is_soon_given_up(frequency: str, parts: str) -> None:
    """The library alone would look at each day until the year 9999."""
    begun = time.process_time()
    with pytest.raises(RecurrenceError, match=r"never fires|does not go with|chooses among"):
        first(parse_recurrence(f"FREQ={frequency};{parts}"), datetime(2024, 1, 1), "UTC")
    assert time.process_time() - begun < 5


def test_leap_days_are_waited_for() -> None:
    rule = parse_recurrence("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert first(rule, datetime(2025, 1, 1), "UTC") == datetime(2028, 2, 29)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("fortnightly", "daily, weekly, monthly, yearly"),
        ("FREQ=HOURLY", "by the hour"),
        ("FREQ=DAILY;COUNT=\u0663", "without spaces and signs"),
        ("FREQ=DAILY;COUNT=1_000", "without spaces and signs"),
        ("FREQ=DAILY;COUNT=+3", "without it"),
        ("FREQ=YEARLY;BYMONTH=2,+3", "without it"),
        ("FREQ=DAILY\nX-A:1", "without spaces and signs"),
        ("FREQ=DAILY;BYSETPOS=" + ",".join(["1"] * 32), "too long for a rule"),
        ("FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 700), "too long for a rule"),
        ("FREQ=DAILY;BYHOUR=9,17", "by the hour"),
        ("FREQ=MONTHLY;BYDAY=9XX", "no rule of RFC 5545"),
        ("DTSTART:20240101\nRRULE:FREQ=DAILY", "without DTSTART"),
        ("FREQ=SOMETIMES", "no rule of RFC 5545"),
        ("FREQ=WEEKLY;BYDAY=3TU", "number in BYDAY does not go with FREQ=WEEKLY"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "does not go with BYWEEKNO"),
        ("FREQ=WEEKLY;BYMONTHDAY=2", "does not go with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYWEEKNO=2", "does not go with FREQ=MONTHLY"),
        ("FREQ=DAILY;BYYEARDAY=2", "does not go with FREQ=DAILY"),
        ("FREQ=DAILY;BYSETPOS=1", "there is none"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "cannot be 0"),
        ("FREQ=MONTHLY;BYDAY=0MO", "cannot be 0"),
        ("FREQ=YEARLY;BYEASTER=-2", "has no BYEASTER"),
        ("FREQ=WEEKLY;BYWEEKDAY=MO", "has no BYWEEKDAY"),
        ("FREQ=DAILY;COUNT=2;COUNT=3", "stands in it twice"),
        ("FREQ=DAILY;UNTIL=2024-12-31", "20241231"),
        ("FREQ=DAILY;", "a part has no value"),
    ],
)
def test_refused(rule: str, says: str) -> None:
    with pytest.raises(RecurrenceError, match=says):
        parse_recurrence(rule)


@pytest.mark.parametrize("part", ["BYDAY=+1MO", "BYMONTHDAY=+1", "BYSETPOS=+1;BYDAY=MO"])
def test_a_sign_stands_where_the_standard_has_one(part: str) -> None:
    assert parse_recurrence(f"FREQ=MONTHLY;{part}").rule.endswith(part)
