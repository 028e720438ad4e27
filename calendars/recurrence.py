"""PURE. Which days a repeating date falls on: an RFC 5545 RRULE without DTSTART, or a word.

Rules run on naive local dates and times, at most once a day; the zone is applied afterwards, so
that a meeting at 15:00 stays at 15:00 when the clock changes. It knows nothing of `except` and
`moved`: the plan applies these by the original day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rruleset, rrulestr

from calendars.rules import broken_by
from calendars.zones import zone

WORDS = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "yearly": "FREQ=YEARLY",
}
PATIENCE_YEARS = {"YEARLY": 30, "MONTHLY": 30, "WEEKLY": 9, "DAILY": 9}
"""A rule without an occurrence in so many years never fires (29 February can be 8 years away)."""

LONGEST_RULE, MOST_POSITIONS = 2_000, 31
"""So many characters a rule has, and so many numbers its BYSETPOS: each is counted day by day."""

_SIGNS = re.compile(r"[A-Z0-9;=,:+-]+", re.ASCII)
_UNTIL = re.compile(r"UNTIL=(\d{8})(T\d{6})?(Z)?", re.ASCII)
_NO_DISTANCE = re.compile(r"INTERVAL=[+-]?0*(?!\d)|INTERVAL=-")
_SIGNED = re.compile(r"(?:^|;)(?:COUNT|BYMONTH)=[0-9,]*\+")
_TOO_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)|BY(HOUR|MINUTE|SECOND)=")


class RecurrenceError(ValueError):
    """A rule that cannot be read or never fires; the text says what to write instead."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule as written (`text`) and as an RFC 5545 RRULE value (`rule`)."""

    text: str
    rule: str


def parse_recurrence(text: str) -> Recurrence:
    """Read `repeats`: one of the four words or an RRULE; raises `RecurrenceError`."""
    word = text.strip()
    if word.lower() in WORDS:
        return Recurrence(text, WORDS[word.lower()])
    value = word.upper().removeprefix("RRULE:")
    if complaint := _complaint(text, value):
        raise RecurrenceError(complaint)
    try:
        _parse(value, datetime(2024, 1, 1), "UTC")
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise RecurrenceError(f'"{text}" is no rule of RFC 5545: {error}') from None
    return Recurrence(text, value)


def _complaint(text: str, value: str) -> str | None:
    """What is wrong with a rule before it is read; None where nothing is."""
    if len(value) > LONGEST_RULE or _positions(value) > MOST_POSITIONS:
        return f'"{text[:60]}…" is too long for a rule; write a shorter one'
    no_rule = (
        f'"{text}" is no rule; write daily, weekly, monthly, yearly, '
        'or an RRULE such as "FREQ=MONTHLY;BYDAY=3TU"'
    )
    faults = (
        ("DTSTART" in value, "write the rule without DTSTART: that is `starts` or `due`"),
        (
            _TOO_OFTEN.search(value),
            f'"{text}" would repeat by the hour; a milestone repeats by days',
        ),
        (not value.startswith("FREQ=") and ";FREQ=" not in value, no_rule),
        (
            _NO_DISTANCE.search(value),
            f'"{text}" repeats at no distance; write an INTERVAL of 1 or more',
        ),
        (
            not _SIGNS.fullmatch(value),
            f'"{text}" is no rule of RFC 5545: write it without spaces and signs',
        ),
        (
            _SIGNED.search(value),
            f'"{text}" has a "+" where RFC 5545 has none; write COUNT and BYMONTH without it',
        ),
        (
            "COUNT=" in value and "UNTIL=" in value,
            f'"{text}" ends twice; write either COUNT or UNTIL',
        ),
    )
    found = next((told for wrong, told in faults if wrong), None)
    broken = broken_by(value) if found is None else None
    return f'"{text}" is no rule of RFC 5545: {broken}' if broken else found


def _positions(value: str) -> int:
    """How many numbers the BYSETPOS of a rule has."""
    return value.partition("BYSETPOS=")[2].partition(";")[0].count(",") + 1


def _local_until(found: re.Match[str], name: str) -> str:
    day, clock, universal = found[1], found[2], found[3]
    if clock is None:
        return f"UNTIL={day}T235959"
    if universal is None:
        return f"UNTIL={day}{clock}"
    moment = datetime.strptime(day + clock, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return "UNTIL=" + moment.astimezone(zone(name)).strftime("%Y%m%dT%H%M%S")


@lru_cache(maxsize=4096)
def _parse(rule: str, start: datetime, name: str) -> rrule:
    value = _UNTIL.sub(lambda found: _local_until(found, name), rule)
    made = rrulestr(value, dtstart=start, cache=False)
    if isinstance(made, rruleset):
        raise RecurrenceError("write one rule only")
    return made


def _patience(rule: str) -> int:
    """So many years a rule may take until it fires."""
    found = re.search(r"FREQ=(\w+)", rule)
    return PATIENCE_YEARS.get(found[1] if found else "DAILY", 9)


class _PatienceEnded(Exception):
    pass


class _Patient(rrule):
    """A rule that is given up after so many months without an occurrence.

    The library looks at an UNTIL only where the rule fires, and goes on to the year 9999 where it
    does not. At each new month or year it asks for the weekdays with a number, which are here in
    the place of the attribute. They are asked for once more at the start.
    """

    def __init__(self, rule: rrule, months: int) -> None:
        vars(self).update(vars(rule))
        self._left = months + 1

    @property
    def _bynweekday(self) -> object:
        self._left -= 1
        if self._left < 0:
            raise _PatienceEnded
        return vars(self)["_bynweekday"]


def _bounded(rule: rrule, ceiling: datetime) -> rrule:
    """The rule with an UNTIL no later than `ceiling`, so that one that never fires ends too."""
    own, count = _ends(rule)
    if own is not None and own <= ceiling:
        return rule
    return rule.replace(until=ceiling) if count is None else rule


def _ends(rule: rrule) -> tuple[datetime | None, int | None]:
    """UNTIL and COUNT of a rule; the library has no public name for them."""
    known = vars(rule)
    return known["_until"], known["_count"]


def expand(
    recurrence: Recurrence, start: datetime, name: str, until: datetime
) -> Iterator[datetime]:
    """The naive local date-times at which the rule fires from `start` on, up to `until`.

    `start`, `until` and the results are naive local times in the zone `name` (which matters only
    for an UNTIL in UTC).
    """
    for moment in _bounded(_parse(recurrence.rule, start, name), until):
        if moment > until:
            return
        yield moment


def first(recurrence: Recurrence, start: datetime, name: str) -> datetime:
    """The first time the rule fires; raises `RecurrenceError` where it never does."""
    made = _parse(recurrence.rule, start, name)
    years = _patience(recurrence.rule)
    until = start + timedelta(days=366 * years)
    own, count = _ends(made)
    try:
        if count is None or count > 0:
            soon = made.replace(count=None, until=min(until, own or until))
            for moment in _Patient(soon, 12 * (years + 1)):
                return moment
    except _PatienceEnded:
        pass
    except (IndexError, ValueError, OverflowError):
        raise RecurrenceError(
            f'"{recurrence.text}" names days that no month or year has; check its BY parts'
        ) from None
    raise RecurrenceError(
        f'"{recurrence.text}" never fires from {start:%Y-%m-%d} on; check its days and its UNTIL'
    )
