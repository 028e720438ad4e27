"""PURE. Durations and lead times as the plan writes them: "30 days", "1 month", "3 working days".

It only reads and counts; which days are worked is asked of `calendars.workdays`.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from calendars.workdays import Workdays

MOST = 100_000
"""The largest count of any unit that is read; more is a slip of the pen."""


class DurationError(ValueError):
    """A duration that cannot be read; the text says what to write instead."""


class Unit(StrEnum):
    """The units a duration is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    WORKING_DAYS = "working days"


CLOCK_UNITS = frozenset({Unit.MINUTES, Unit.HOURS})
_MINUTES = {Unit.MINUTES: 1, Unit.HOURS: 60, Unit.DAYS: 1440, Unit.WEEKS: 10080}
_FORM = re.compile(r"(\d+) +(minute|hour|day|week|month|year|working day)s?", re.ASCII)
_ORDER_MINUTES = {**_MINUTES, Unit.WORKING_DAYS: 2016, Unit.MONTHS: 43830, Unit.YEARS: 525960}


@dataclass(frozen=True, slots=True)
class Duration:
    """A count of one unit; `str` gives it back in the plan's words."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        unit = self.unit.value
        return f"{self.count} {unit.removesuffix('s') if self.count == 1 else unit}"

    def times(self, number: int) -> "Duration":
        """So many times as long."""
        return Duration(self.count * number, self.unit)

    @property
    def by_clock(self) -> bool:
        """True for minutes and hours, which are counted from an instant, not from a day."""
        return self.unit in CLOCK_UNITS

    @property
    def rough_minutes(self) -> float:
        """About how long it is, in minutes: for ordering and for bounds, never for a date.

        A working day counts as 1.4 days, a month as 30.4 days.
        """
        return self.count * _ORDER_MINUTES[self.unit]

    def as_timedelta(self) -> timedelta:
        """The exact span of minutes, hours, days or weeks; `DurationError` for other units."""
        if self.unit not in _MINUTES:
            raise DurationError(f'"{self}" has no fixed length')
        return timedelta(minutes=self.count * _MINUTES[self.unit])


def parse_duration(text: str) -> Duration:
    """Read a duration of the plan; raises `DurationError` where it is none."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise DurationError(
            f'"{text}" is no duration; write for example "30 days", "2 weeks", "1 month", '
            '"3 working days", "90 minutes" or "2 hours"'
        )
    count = int(found[1])
    if count > MOST:
        raise DurationError(f'"{text}" is too long; the most is {MOST} of a unit')
    return Duration(count, Unit(found[2] + "s"))


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on (or back), clipped to the month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shift(day: date, duration: Duration, sign: int, workdays: Workdays) -> date:
    """The day that lies `duration` after (`sign` 1) or before (-1) `day`.

    Working days are counted strictly after or before it. Minutes and hours have no day of their
    own and raise `DurationError`.
    """
    match duration.unit:
        case Unit.DAYS:
            return day + timedelta(days=sign * duration.count)
        case Unit.WEEKS:
            return day + timedelta(weeks=sign * duration.count)
        case Unit.MONTHS:
            return add_months(day, sign * duration.count)
        case Unit.YEARS:
            return add_months(day, sign * 12 * duration.count)
        case Unit.WORKING_DAYS:
            return workdays.away(day, sign * duration.count)
    raise DurationError(f'"{duration}" is counted from a time, not from a day')
