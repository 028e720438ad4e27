"""Which days are worked, and counting in them (When 1)."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import holidays

from tests.oracle.dates import Length, Window, add_months

DAY = timedelta(days=1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@cache
def holidays_of(code: str, year: int) -> frozenset[date]:
    """Give the holidays of a country ("KE") or of one of its parts ("DE-BY") in a year."""
    country, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=[year]))


class Workdays:
    """The working days of one plan."""

    def __init__(self, weekend: Sequence[str], codes: Sequence[str], closed: Sequence[Window]):
        self.weekend = [WEEKDAYS.index(name) for name in weekend]
        self.codes = codes
        self.closed = closed

    def works(self, day: date) -> bool:
        """When 1: neither on the weekend, nor a holiday of the codes, nor closed."""
        return not (
            day.weekday() in self.weekend
            or any(day in holidays_of(code, day.year) for code in self.codes)
            or any(window.holds(day) for window in self.closed)
        )

    def at_or_before(self, day: date) -> date:
        """Give the day itself if it is worked, else the last working day before it."""
        while not self.works(day):
            day -= DAY
        return day

    def at_or_after(self, day: date) -> date:
        """Give the day itself if it is worked, else the first working day after it."""
        while not self.works(day):
            day += DAY
        return day

    def count(self, day: date, length: Length, sign: int) -> date:
        """When 1: the day that lies a length after (sign 1) or before (sign -1) the given one."""
        if length.unit == "working day":
            for _ in range(length.number):
                day += sign * DAY
                while not self.works(day):
                    day += sign * DAY
            return day
        if length.unit == "month":
            return add_months(day, sign * length.number)
        days = {"day": 1, "week": 7}[length.unit]
        return day + sign * length.number * days * DAY
