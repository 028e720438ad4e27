"""Which days a briefing is about."""

from datetime import UTC, date, datetime

import pytest

from scheduler.briefing.document import plain
from scheduler.briefing.making import Wanted, made
from scheduler.briefing.period import Period, PeriodError, as_of, period
from scheduler.past import Past
from tests.scheduler.briefing.office import LATER, milestone, plan

TODAY = date(2024, 7, 3)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, ("2024-04-04", "2024-07-03")),
        (None, "2024-06-30", ("2024-04-01", "2024-06-30")),
        (None, "2024-03-31", ("2024-01-01", "2024-03-31")),
        (None, "2024-02-29", ("2023-12-01", "2024-02-29")),
        ("2024-01-01", None, ("2024-01-01", "2024-07-03")),
        ("2024-09-01", None, ("2024-09-01", "2024-09-01")),
        ("2024-01-01", "2024-12-31", ("2024-01-01", "2024-12-31")),
        ("2024-05-06", "2024-05-06", ("2024-05-06", "2024-05-06")),
        ("2014-07-01", "2024-06-30", ("2014-07-01", "2024-06-30")),
    ],
)
def test_a_period(first: str | None, last: str | None, found: tuple[str, str]) -> None:
    days = [date.fromisoformat(one) if one else None for one in (first, last)]
    assert period(days[0], days[1], TODAY) == Period(*map(date.fromisoformat, found))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2024-05-02", "2024-05-01", "`until` lies before `from`"),
        ("2014-07-01", "2024-07-01", "10 years at the most"),
        ("1970-01-01", "1970-02-01", "`from` takes a day of the years 1971"),
        (None, "1971-02-01", "`from` takes a day of the years 1971"),
        (None, "9999-12-31", "`until` takes a day"),
        ("2199-01-01", "2199-02-01", "`from` takes a day of the years"),
        (None, "0001-12-31", "`until` takes a day"),
    ],
)
def test_no_period(first: str | None, last: str, said: str) -> None:
    with pytest.raises(PeriodError, match=said):
        period(date.fromisoformat(first) if first else None, date.fromisoformat(last), TODAY)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2024-04-01", "2024-06-30", "April to June 2024"),
        ("2024-06-01", "2024-06-30", "June 2024"),
        ("2024-01-01", "2024-12-31", "2024"),
        ("2023-01-01", "2024-12-31", "2023 to 2024"),
        ("2024-05-06", "2024-05-06", "6 May 2024"),
        ("2024-04-04", "2024-07-03", "4 April to 3 July 2024"),
    ],
)
def test_a_period_in_words(first: str, last: str, said: str) -> None:
    days = Period(date.fromisoformat(first), date.fromisoformat(last))
    document = made(plan(milestone("a", '"tbc"')), Past(), Wanted(days), LATER, None)
    assert plain(document.below[0]) == f"Period: {said}"


def test_the_past_counts_to_the_end_of_the_last_day_in_the_plans_zone() -> None:
    spring = Period(date(2024, 4, 1), date(2024, 6, 30))
    end = datetime(2024, 6, 30, 20, 59, 59, 999999, tzinfo=UTC)
    assert as_of(spring, datetime(2024, 8, 1, tzinfo=UTC), "Africa/Nairobi") == end
    inside = datetime(2024, 5, 1, tzinfo=UTC)
    assert as_of(spring, inside, "Africa/Nairobi") == inside
