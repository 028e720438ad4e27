"""PURE. The days that a briefing is about, and the day as of which it speaks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendars.durations import add_months
from calendars.workdays import FIRST_YEAR, LAST_YEAR
from calendars.zones import local_day, local_instant

MONTHS = 3
MOST_YEARS = 10
"""A longer period is no look back over progress, and would cost a server too much."""
_DAY = timedelta(days=1)


class PeriodError(ValueError):
    """A period that cannot be; the text names the parameters as `from` and `until`."""


@dataclass(frozen=True, slots=True)
class Period:
    """Its first and last day, both included, in the plan's zone."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def period(first: date | None, last: date | None, today: date) -> Period:
    """The period that is meant: up to today where it has no end, three months where no begin.

    `until` the last day of a month means whole months: 30 June begins on 1 April. Raises
    `PeriodError`.
    """
    _check("from", first)
    _check("until", last)
    end = last or (today if first is None else max(today, first))
    begin = first or add_months(end + _DAY, -MONTHS)
    _check("from", begin)
    if end < begin:
        raise PeriodError("`until` lies before `from`: swap them")
    if add_months(begin, 12 * MOST_YEARS) <= end:
        raise PeriodError(f"a period takes {MOST_YEARS} years at the most")
    return Period(begin, end)


def _check(name: str, day: date | None) -> None:
    """Raises `PeriodError` for a day in a year that no plan speaks of."""
    if day is not None and not FIRST_YEAR < day.year < LAST_YEAR:
        years = f"{FIRST_YEAR + 1} to {LAST_YEAR - 1}"
        raise PeriodError(f"`{name}` takes a day of the years {years}")


def as_of(period: Period, now: datetime, zone: str) -> datetime:
    """The instant (UTC) up to which the past counts: the period's end, or now if that is sooner."""
    midnight = datetime.combine(period.last + _DAY, datetime.min.time())
    return min(now, local_instant(midnight, zone) - timedelta(microseconds=1))


def day_of(instant: datetime, zone: str) -> date:
    """The day of an instant in a zone."""
    return local_day(instant, zone)
