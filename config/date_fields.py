"""PURE. How the dates, times and durations of the plan are read, as `config.fields` the rest."""

import re
from datetime import date, datetime, time
from functools import lru_cache

from calendars.dates import FORMS, DateError, DueDate, Precision, parse_due
from calendars.durations import Duration, DurationError, Unit, parse_duration
from calendars.recurrence import Recurrence, RecurrenceError, parse_recurrence
from config.fields import kind_of, read_line, read_words, wrong
from config.guesses import date_meant
from config.plan import DayRange, Quiet

LONGEST = Duration(100, Unit.YEARS)
"""The longest time before or after a date at which somebody is reminded."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def clock(text: str) -> time:
    """A time of day "09:00"; raises `PydanticCustomError`."""
    found = _CLOCK.fullmatch(text)
    if not found:
        raise wrong(f'"{text}" is no time of day', 'write hours and minutes, such as "09:00"')
    return time(int(found[1]), int(found[2]))


def read_clock(value: object) -> time:
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    return clock(read_words(value, "a time of day", '"09:00"'))


def read_quiet(value: object) -> Quiet:
    text = read_words(value, "the hours from and to", '"19:00-07:00"')
    start, dash, end = (part.strip() for part in text.partition("-"))
    if not dash:
        raise wrong(f'"{text}" names no hours', 'write from and to, such as "19:00-07:00"')
    hours = Quiet(clock(start), clock(end))
    if hours.start == hours.end:
        raise wrong(f'"{text}" is empty: it ends when it starts', 'write such as "19:00-07:00"')
    return hours


def read_duration(value: object) -> Duration:
    try:
        return parse_duration(read_words(value, "a length of time", '"30 days"'))
    except DurationError as error:
        raise wrong(*_split(str(error))) from None


def read_lead(value: object) -> Duration:
    duration = _bounded(read_duration(value))
    if duration.count == 0 and not duration.by_clock:
        raise wrong(f'"{duration}" before is the day itself', "write on-the-day = true instead")
    return duration


def _bounded(duration: Duration) -> Duration:
    """A time before or after a date; one that leads out of all years is refused."""
    if duration.rough_minutes > LONGEST.rough_minutes:
        raise wrong(f'"{duration}" is too long before or after a date', f"write at most {LONGEST}")
    return duration


def read_interval(value: object) -> Duration:
    duration = _bounded(read_duration(value))
    if duration.count == 0:
        raise wrong(f'"{duration}" is no time at all', "write at least 1")
    if duration.by_clock:
        raise wrong(
            f'"{duration}" counts by the clock', "count in days, working days, weeks, months"
        )
    return duration


def read_length(value: object) -> Duration:
    duration = read_duration(value)
    if duration.unit in (Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS) or duration.count == 0:
        hint = "count in minutes, hours, days or weeks"
        raise wrong(f'"{duration}" is no fixed length of time', hint)
    return duration


def _split(text: str) -> tuple[str, str]:
    """A parser's message as what is wrong and what to write."""
    message, mark, hint = text.partition("; ")
    return (message, hint) if mark else (text, "")


@lru_cache(maxsize=65_536)
def _known_due(value: object) -> DueDate:
    return parse_due(value)


def read_due(value: object, forms: str = FORMS) -> DueDate:
    """A date of the plan; `forms` is what is advised in place of something that is none."""
    if not isinstance(value, (str, date)):
        digits = isinstance(value, int) and not isinstance(value, bool)
        example = f'"{value}"' if digits else "2024-09-20"
        raise wrong(f"takes a date, not {kind_of(value)}", f"write KEY = {example}")
    try:
        return _known_due(read_line(value) if isinstance(value, str) else value)
    except DateError as error:
        message, _, hint = str(error).partition("; write ")
        meant = date_meant(value) if isinstance(value, str) else None
        if meant:
            raise wrong(f'"{value}" is no date', f'write "{meant}"') from None
        hint = forms if hint == FORMS else hint
        raise wrong(message, f"write {hint}" if hint else "") from None


def read_starts(value: object) -> DueDate:
    due = read_due(value, "such as 2024-01-16T15:00:00")
    if due.precision is not Precision.INSTANT:
        hint = f'write such as 2024-01-16T15:00:00, or due = "{due.text}" for a date without a time'
        raise wrong(f'"{due.text}" has no time of day', hint)
    return due


def read_moved(value: object) -> date | datetime:
    due = read_due(value, "a day, such as 2024-10-22, with or without a time")
    if due.instant is not None:
        return due.instant
    if due.precision is Precision.DAY and due.last is not None and due.certain:
        return due.last
    raise wrong(
        f'"{due.text}" is no day', "write a day, such as 2024-10-22, with or without a time"
    )


def read_day(value: object) -> date:
    """A day, as a TOML date or a text; raises `PydanticCustomError`."""
    due = read_due(value, 'a day, such as "2024-12-24"')
    if due.precision is Precision.DAY and due.last is not None and due.certain:
        return due.last
    raise wrong(f'"{due.text}" is no day', 'write a day, such as "2024-12-24"')


def read_days(value: object) -> DayRange:
    due = read_due(value, '"2024-12-24" or "2024-12-24/2024-12-31"')
    if due.precision in (Precision.DAY, Precision.RANGE) and due.first and due.last:
        return due.first, due.last
    raise wrong(
        f'"{due.text}" is no day and no range of days', 'write such as "2024-12-24/2024-12-31"'
    )


def read_rule(value: object) -> Recurrence:
    try:
        return parse_recurrence(read_line(value))
    except RecurrenceError as error:
        raise wrong(*_split(str(error))) from None
