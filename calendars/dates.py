"""PURE. What a due date of the plan means: window, precision, certainty, due day.

The forms are those of ISO 8601-2 (EDTF): level 0 dates and intervals, level 1 qualifiers `?`,
`~` and `%`, level 2 quarters (33 to 36) and halves (40 and 41); beside them `2024-Q2`,
`2024-H2`, "tbc", and dates relative to another milestone. It does not know the other milestones,
nor which days are worked.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from calendars.durations import Duration, DurationError, parse_duration
from calendars.workdays import FIRST_YEAR, LAST_YEAR


class DateError(ValueError):
    """A date that cannot be read or does not exist; the text says what to write instead."""


class Precision(StrEnum):
    """How exact a date is, in the words of `next --json`."""

    DAY = "day"
    INSTANT = "instant"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    RANGE = "range"
    NONE = "none"


LOW = frozenset(
    {Precision.MONTH, Precision.QUARTER, Precision.HALF, Precision.YEAR, Precision.RANGE}
)
"""Precisions lower than a day."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A date counted from another milestone's due day: `sign` times `duration` away from it.

    `other` is that milestone, or a date of a watched calendar as "calendar:CALENDAR/DATE".
    """

    other: str
    sign: int
    duration: Duration | None


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date as written and what it means.

    `first` and `last` are the window's days, both included; `last` is the due day. `instant` is
    naive (local time in the milestone's zone) or aware. "tbc" and relative dates have no window.
    """

    text: str
    precision: Precision
    first: date | None = None
    last: date | None = None
    instant: datetime | None = None
    uncertain: bool = False
    approximate: bool = False
    relative: Relative | None = None

    @property
    def certain(self) -> bool:
        """False for what is marked "to be confirmed": `?`, `~`, `%` and "tbc"."""
        return not (self.uncertain or self.approximate or self.to_be_confirmed)

    @property
    def to_be_confirmed(self) -> bool:
        """True for "tbc", which has no date at all."""
        return self.precision is Precision.NONE and self.relative is None


TBC = DueDate("tbc", Precision.NONE)
FORMS = (
    '"2024-09-20", "2024-09-20T14:00:00", "2024-04", "2024-Q2", "2024-H2", "2024", '
    '"2024-04/2024-06", "tbc", or "OTHER + 10 working days"'
)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIMED = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_PART = re.compile(r"(\d{4})-([QH])(\d)", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_RANGE = re.compile(r"(\d{4}(-[QH]\d|-\d\d(-\d\d)?)?[?~%]?|\.\.)?/", re.ASCII)
_RELATIVE = re.compile(
    r"(?P<other>(?:calendar:[a-z0-9-]+/[a-z0-9-]+|[a-z0-9-]+(?:/[a-z0-9-]+)?)"
    r"(?:@\d{4}-\d\d-\d\d)?)"
    r"(?:\s+(?P<sign>[+-])\s*(?P<duration>\d.*))?",
    re.ASCII,
)
_LIKE_A_DATE = re.compile(r"\d{4}(-[qh]?\d{1,2}){0,2}", re.ASCII)
_MARKS = {"?": (True, False), "~": (False, True), "%": (True, True)}


def parse_due(value: object) -> DueDate:
    """Read a due date: a TOML date, a TOML date-time or a string.

    Raises `DateError`, whose text says what is wrong and what to write instead.
    """
    if isinstance(value, datetime):
        return _timed(value, value.isoformat())
    if isinstance(value, date):
        return _days(value.isoformat(), Precision.DAY, value, value)
    if not isinstance(value, str):
        raise DateError(f"{value!r} is no date; write {FORMS}")
    return _text(value.strip())


def _text(text: str) -> DueDate:
    if text.lower() == "tbc":
        return TBC
    body, uncertain, approximate = _unmarked(text)
    if _TIMED.fullmatch(body):
        return _timed(_instant(body), text, uncertain, approximate)
    if _RANGE.match(body) and not _names_milestone(text):
        return _range(text, body, uncertain, approximate)
    known = _window(body)
    if known:
        precision, first, last = known
        return _days(text, precision, first, last, uncertain, approximate)
    if _is_relative(text):
        return _relative(text)
    raise DateError(f'"{text}" is no date; write {FORMS}')


def _unmarked(text: str) -> tuple[str, bool, bool]:
    uncertain, approximate = _MARKS.get(text[-1:], (False, False))
    return (text[:-1] if uncertain or approximate else text), uncertain, approximate


def _days(
    text: str,
    precision: Precision,
    first: date,
    last: date,
    uncertain: bool = False,
    approximate: bool = False,
) -> DueDate:
    for day in (first, last):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise DateError(f'"{text}" lies outside the years {FIRST_YEAR} to {LAST_YEAR}')
    return DueDate(text, precision, first, last, None, uncertain, approximate)


def _timed(
    moment: datetime, text: str, uncertain: bool = False, approximate: bool = False
) -> DueDate:
    day = moment.date()
    plain = _days(text, Precision.INSTANT, day, day, uncertain, approximate)
    return DueDate(text, Precision.INSTANT, day, day, moment, plain.uncertain, plain.approximate)


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise DateError(f'"{text}" does not exist: check the day and the time') from None


def _window(text: str) -> tuple[Precision, date, date] | None:
    """The precision and window of one day, month, quarter, half or year; None for other text."""
    if found := _DAY.fullmatch(text):
        day = _day(text, int(found[1]), int(found[2]), int(found[3]))
        return Precision.DAY, day, day
    if found := _PART.fullmatch(text):
        return _part(text, int(found[1]), found[2], int(found[3]))
    if found := _MONTH.fullmatch(text):
        return _numbered(text, int(found[1]), int(found[2]))
    if _YEAR.fullmatch(text):
        return Precision.YEAR, _day(text, int(text), 1, 1), _day(text, int(text), 12, 31)
    return None


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        pass
    if 1 <= month <= 12 and year >= 1:
        length = monthrange(year, month)[1]
        raise DateError(f'"{text}" does not exist: that month has {length} days')
    raise DateError(f'"{text}" does not exist: a month is 01 to 12')


def _numbered(text: str, year: int, number: int) -> tuple[Precision, date, date]:
    if 1 <= number <= 12:
        return _span(text, Precision.MONTH, year, number, 1)
    if 33 <= number <= 36:
        return _part(text, year, "Q", number - 32)
    if number in (40, 41):
        return _part(text, year, "H", number - 39)
    raise DateError(
        f'"{text}" does not exist: a month is 01 to 12, a quarter 33 to 36, a half 40 or 41'
        + (f'; for two years write "{year}/{year + 1}"' if number == (year + 1) % 100 else "")
    )


def _part(text: str, year: int, kind: str, number: int) -> tuple[Precision, date, date]:
    if kind == "Q" and 1 <= number <= 4:
        return _span(text, Precision.QUARTER, year, 3 * number - 2, 3)
    if kind == "H" and 1 <= number <= 2:
        return _span(text, Precision.HALF, year, 6 * number - 5, 6)
    raise DateError(f'"{text}" does not exist: quarters are Q1 to Q4, halves H1 and H2')


def _span(
    text: str, precision: Precision, year: int, month: int, months: int
) -> tuple[Precision, date, date]:
    end = month + months - 1
    first = _day(text, year, month, 1)
    return precision, first, date(year, end, monthrange(year, end)[1])


def _range(text: str, body: str, uncertain: bool, approximate: bool) -> DueDate:
    parts = body.split("/")
    if len(parts) != 2 or "" in parts or ".." in parts:
        raise DateError(
            f'"{text}" is no range; write its first and its last part, as in "2024-04/2024-06"'
        )
    ends = []
    for part in parts:
        bare, doubtful, about = _unmarked(part)
        uncertain, approximate = uncertain or doubtful, approximate or about
        known = _window(bare)
        if not known:
            raise DateError(
                f'"{part}" in "{text}" is no day, month, quarter, half or year; '
                'write for example "2024-04/2024-06"'
            )
        ends.append(known)
    first, last = ends[0][1], ends[1][2]
    if last < first:
        raise DateError(f'"{text}" ends before it starts; write the earlier part first')
    return _days(text, Precision.RANGE, first, last, uncertain, approximate)


def _is_relative(text: str) -> bool:
    found = _RELATIVE.fullmatch(text)
    return bool(found and any(letter.isalpha() for letter in found["other"]))


def _names_milestone(text: str) -> bool:
    """Whether a text that begins like a range names a milestone of a track such as "2024"."""
    found = _RELATIVE.fullmatch(text)
    named = found["other"].partition("/")[2].partition("@")[0] if found else ""
    return _is_relative(text) and not _LIKE_A_DATE.fullmatch(named)


def _relative(text: str) -> DueDate:
    found = _RELATIVE.fullmatch(text)
    if not found:
        raise DateError(f'"{text}" is no date; write {FORMS}')
    duration, sign = None, 1
    if found["duration"]:
        sign = 1 if found["sign"] == "+" else -1
        try:
            duration = parse_duration(found["duration"])
        except DurationError as error:
            raise DateError(f'in "{text}": {error}') from None
        if duration.by_clock:
            raise DateError(f'"{text}": count in days, weeks, months, years or working days')
    relative = Relative(found["other"], sign, duration)
    return DueDate(text, Precision.NONE, relative=relative)
