"""PURE. The window of a date that repeats: of the kind of the first one, where the rule fires.

A month is followed by months, "January to March" by three whole months, 6 to 8 May by three days.
It knows nothing of rules: it is told the day on which one fires.
"""

from datetime import date, timedelta

from calendars.dates import DueDate, Precision
from calendars.durations import add_months

ONE_DAY = timedelta(days=1)
UNITS = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.HALF: 6, Precision.YEAR: 12}
"""How many months the windows have that a calendar divides the year into."""


def window_on(due: DueDate, day: date) -> tuple[date, date]:
    """First and last day of the window like that of `due` for which a rule fires on `day`.

    Of a month, a quarter, a half and a year it is the one in which `day` lies.
    """
    if months := UNITS.get(due.precision):
        first = date(day.year, (day.month - 1) // months * months + 1, 1)
        return first, add_months(first, months) - ONE_DAY
    if due.first is None or due.last is None:
        return day, day
    if day.day == 1 and (months := _whole_months(due.first, due.last)):
        return day, add_months(day, months) - ONE_DAY
    return day, day + (due.last - due.first)


def _whole_months(first: date, last: date) -> int:
    """How many months a window has that begins and ends with one; 0 where it does not."""
    after = last + ONE_DAY
    if first.day != 1 or after.day != 1:
        return 0
    return 12 * (after.year - first.year) + after.month - first.month
