"""PURE. Which days are worked, and the working day before, after or so many away.

A day is a working day if it is not on the weekend, no public holiday of the codes, and not
closed. The holidays come from the `holidays` library; a year that it does not know is refused,
since it would come back empty without a word. Where work must go on all the same it is taken for
one without holidays.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta

import holidays

FIRST_YEAR, LAST_YEAR = 1970, 2199
"""The years in which dates of a plan may lie."""

DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PATIENCE_DAYS = 1200
_LANGUAGE = "en_US"
"""Without one the names of holidays follow the machine's locale."""


class HolidayError(ValueError):
    """An unknown holiday code, or a year that its holidays are not known for."""


class NoWorkingDayError(ValueError):
    """No working day within more than three years: everything is closed."""


def known_codes() -> list[str]:
    """Every country code and subdivision code ("KE", "DE-BY") that holidays are known for."""
    supported = holidays.list_supported_countries(include_aliases=False)
    return sorted(
        [*supported, *(f"{land}-{part}" for land, parts in supported.items() for part in parts)]
    )


def _calendar(code: str, year: int) -> holidays.HolidayBase:
    land, _, part = code.partition("-")
    try:
        return holidays.country_holidays(land, subdiv=part or None, years=year, language=_LANGUAGE)
    except NotImplementedError:
        raise HolidayError(f'no public holidays are known for "{code}"') from None


def check_code(code: str) -> None:
    """Raises `HolidayError` for a code that no public holidays are known for."""
    _calendar(code, 2024)


def known_to(code: str) -> int:
    """The last year for which the holidays of a code are known."""
    return _calendar(code, 2024).end_year


def public_holidays(codes: Iterable[str], year: int) -> dict[date, str]:
    """The holidays of all `codes` in one year with their names.

    Raises `HolidayError` where a code is unknown or its holidays are not known for that year.
    """
    found: dict[date, str] = {}
    for code in codes:
        calendar = _calendar(code, year)
        if not calendar.start_year <= year <= calendar.end_year:
            raise HolidayError(
                f'the holidays of "{code}" are known from {calendar.start_year} to '
                f"{calendar.end_year}, not for {year}"
            )
        for day, name in calendar.items():
            found.setdefault(day, name)
    return found


class Workdays:
    """The working days of one plan, built a year at a time and kept."""

    def __init__(
        self,
        weekend: Iterable[int] = (5, 6),
        codes: Iterable[str] = (),
        closed: Iterable[tuple[date, date]] = (),
        *,
        strict: bool = True,
    ) -> None:
        """`weekend` counts Monday as 0; `closed` are first and last days, both included.

        strict: whether a year whose holidays are not known is refused, and a day with no working
        day near it; else the first has no holidays, and the second counts as one.
        """
        self.strict = strict
        self.weekend = frozenset(weekend)
        self.codes = tuple(codes)
        self.closed = tuple(closed)
        self._days: list[int] = []
        self._built: tuple[int, int] | None = None
        self._names: dict[date, str] = {}

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        self._cover(day.year, day.year)
        at = bisect_left(self._days, day.toordinal())
        return at < len(self._days) and self._days[at] == day.toordinal()

    def away(self, day: date, count: int) -> date:
        """The working day `count` strictly after `day` (before it where negative); 0 is `day`."""
        if count == 0:
            return day
        return self._after(day, count) if count > 0 else self._before(day, -count)

    def on_or_before(self, day: date) -> date:
        """`day` if it is worked, else the working day before it."""
        try:
            return self._before(day + timedelta(days=1), 1)
        except NoWorkingDayError:
            if self.strict:
                raise
            return day

    def on_or_after(self, day: date) -> date:
        """`day` if it is worked, else the working day after it."""
        try:
            return self._after(day - timedelta(days=1), 1)
        except NoWorkingDayError:
            if self.strict:
                raise
            return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie strictly after `first`, up to and including `last`."""
        self._cover(first.year, last.year)
        return bisect_right(self._days, last.toordinal()) - bisect_right(
            self._days, first.toordinal()
        )

    def reason(self, day: date) -> str | None:
        """Why a day is not worked: the holiday's name, "closed" or "weekend"; None if it is."""
        if self.is_working(day):
            return None
        if day in self._names:
            return self._names[day]
        if any(first <= day <= last for first, last in self.closed):
            return "closed"
        return "weekend"

    def first_of_week(self, day: date) -> date:
        """The day that begins the week of `day`: the first one after the weekend, else Monday."""
        starts = [
            number
            for number in range(7)
            if number not in self.weekend and (number - 1) % 7 in self.weekend
        ]
        start = starts[0] if starts else 0
        return day - timedelta(days=(day.weekday() - start) % 7)

    def _after(self, day: date, count: int) -> date:
        year = last = day.year
        while True:
            self._cover(year, last)
            at = bisect_right(self._days, day.toordinal()) + count - 1
            if at < len(self._days):
                return date.fromordinal(self._days[at])
            last = self._further(last + 1, day, count)

    def _before(self, day: date, count: int) -> date:
        first = year = day.year
        while True:
            self._cover(first, year)
            at = bisect_left(self._days, day.toordinal()) - count
            if at >= 0:
                return date.fromordinal(self._days[at])
            first = self._further(first - 1, day, count)

    def _further(self, year: int, day: date, count: int) -> int:
        patience = _PATIENCE_DAYS / 365 + count / 40
        if abs(year - day.year) > patience or not FIRST_YEAR - 5 <= year <= LAST_YEAR + 5:
            raise NoWorkingDayError(
                f"no {count} working days can be found from {day}: the plan is closed throughout"
            )
        return year

    def _cover(self, first: int, last: int) -> None:
        if self._built is None:
            self._days = self._year(first)
            self._built = (first, first)
        while self._built[0] > first:
            self._days[:0] = self._year(self._built[0] - 1)
            self._built = (self._built[0] - 1, self._built[1])
        while self._built[1] < last:
            self._days.extend(self._year(self._built[1] + 1))
            self._built = (self._built[0], self._built[1] + 1)

    def _free(self, year: int) -> dict[date, str]:
        if self.strict:
            return public_holidays(self.codes, year)
        found: dict[date, str] = {}
        for code in self.codes:
            with suppress(HolidayError):
                found = {**public_holidays([code], year), **found}
        return found

    def _year(self, year: int) -> list[int]:
        free = self._free(year)
        self._names.update(free)
        off = {day.toordinal() for day in free}
        start, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        for first, last in self.closed:
            off.update(range(max(first.toordinal(), start), min(last.toordinal(), end) + 1))
        return [
            number
            for number in range(start, end + 1)
            if number not in off and (number + 6) % 7 not in self.weekend
        ]
