"""What a written date and a written length of time mean (plan format, "Dates")."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """The days a written date covers, both ends included; the last one is the due day."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Say whether the day lies in the window."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Length:
    """A written length: "3 working days" is (3, "working day"); units are in the singular."""

    number: int
    unit: str
    text: str

    @property
    def of_the_clock(self) -> bool:
        """True for minutes and hours, which are counted from an instant and not from a day."""
        return self.unit in ("minute", "hour")

    def span(self) -> timedelta:
        """Give minutes and hours as a timedelta."""
        minutes = 60 if self.unit == "hour" else 1
        return timedelta(minutes=self.number * minutes)

    def times(self, count: int) -> "Length":
        """Give the length so many times over, counted in one go and not in steps."""
        return Length(self.number * count, self.unit, self.text)


def read_length(text: str) -> Length:
    """Read "30 days", "1 month", "3 working days", "90 minutes"."""
    number, unit = text.split(maxsplit=1)
    return Length(int(number), unit.removesuffix("s"), text)


def add_months(day: date, months: int) -> date:
    """Count calendar months; a day that the month lacks becomes its last day (When 1)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_window(year: int, first: int, count: int) -> Window:
    """Give the window of `count` whole months from the month `first` (1 to 12)."""
    start = date(year, first, 1)
    return Window(start, add_months(start, count) - timedelta(days=1))


def read_one_window(text: str) -> Window | None:
    """Read a year, half, quarter, month or day; None for any other text (EDTF levels 0 to 2)."""
    plain = text.rstrip("?~%")
    if re.fullmatch(r"\d{4}", plain):
        return months_window(int(plain), 1, 12)
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", plain):
        return months_window(int(match[1]), int(match[2]) * 3 - 2, 3)
    if match := re.fullmatch(r"(\d{4})-H([12])", plain):
        return months_window(int(match[1]), int(match[2]) * 6 - 5, 6)
    if match := re.fullmatch(r"(\d{4})-(\d\d)", plain):
        return _numbered_part(int(match[1]), int(match[2]))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", plain):
        return Window(date.fromisoformat(plain), date.fromisoformat(plain))
    return None


def _numbered_part(year: int, part: int) -> Window:
    if part >= 40:  # 40 and 41 are the halves
        return months_window(year, (part - 40) * 6 + 1, 6)
    if part >= 33:  # 33 to 36 are the quarters
        return months_window(year, (part - 33) * 3 + 1, 3)
    return months_window(year, part, 1)


def read_window(value: date | str) -> Window | None:
    """Read every date form that stands for itself; None for "tbc" and dates that hang on others."""
    if isinstance(value, date):
        return Window(value, value)
    if "/" not in value:
        return read_one_window(value)
    first, last = (read_one_window(part) for part in value.split("/", 1))
    return Window(first.first, last.last) if first and last else None
