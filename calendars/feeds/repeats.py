"""PURE. The rule of a repeating entry in the forms that RFC 5545 wants beside its DTSTART.

UNTIL is a day for days and in UTC for times; EXDATE and RECURRENCE-ID are of DTSTART's type and
name an occurrence that the rule really makes. DTSTART is itself the first occurrence.

Readers differ on a local time that the clock skips, and on one that it shows twice: what lies
there should be an override.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from calendars import grammar
from calendars.entry import AllDay, Entry, Override, Timed
from calendars.feeds.feed import EntryError
from calendars.recurrence import Recurrence, expand, parse_recurrence
from calendars.workdays import FIRST_YEAR
from calendars.zones import local_instant, local_time, zone

OPEN_YEARS = 20
"""A zone is written for at most so many years from the start on, or to `OPEN_UNTIL`."""
OPEN_UNTIL = 2037

_PATIENCE = timedelta(days=366 * 30)
_UNTIL = re.compile(r"UNTIL=(\d{8})(T\d{6})?(Z)?", re.ASCII)
_PART = re.compile(
    r"(FREQ|UNTIL|COUNT|INTERVAL|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS|WKST)"
    r"=[A-Z0-9,+-]+",
    re.ASCII,
)


class Span(NamedTuple):
    """The years, both included, in which a feed needs a zone."""

    timezone: str
    first: int
    last: int


def moment_property(name: str, value: AllDay | Timed, at: date | datetime) -> str:
    """A property such as EXDATE or RECURRENCE-ID in the type of a repeating entry's start.

    `at` is a day, which means the occurrence of that day, or an aware instant.
    """
    if isinstance(value, AllDay):
        return f"{name};VALUE=DATE:{grammar.day(at)}"
    return f"{name};TZID={value.timezone}:{grammar.local(_local(value, at))}"


def start_property(value: AllDay | Timed, *, own: bool) -> str:
    """The DTSTART of a repeating entry (`own`) or of one occurrence that was moved.

    A local time that the clock shows twice means the first (RFC 5545, section 3.3.5), but ical.js
    and libical take the second: an occurrence that was moved there is written in UTC. No local
    form says the second: an entry that starts there raises `EntryError`.
    """
    if isinstance(value, AllDay):
        return moment_property("DTSTART", value, value.first)
    local = _local(value, value.start)
    if own and local.fold:
        raise EntryError("it starts in the hour that the clock shows twice; start an hour earlier")
    if own or local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset():
        return moment_property("DTSTART", value, value.start)
    return f"DTSTART:{grammar.utc(value.start)}"


def moved(value: AllDay | Timed, override: Override) -> AllDay | Timed:
    """Where one occurrence is now; it is as long as all others."""
    if isinstance(value, Timed):
        return replace(value, start=_local(value, override.start))
    start = _naive(value, override.start).date()
    return AllDay(start, start + (value.end - value.first))


def synchronised(entry: Entry, value: AllDay | Timed) -> AllDay | Timed:
    """`value` moved to the first occurrence that the entry's rule makes from it on."""
    start = _start(value)
    found = next(expand(_recurrence(entry), start, _zone_of(value), start + _PATIENCE), None)
    if found is None:
        raise EntryError(f'"{entry.rrule}" never fires from {start:%Y-%m-%d} on; check its days')
    if found == start:
        return value
    if isinstance(value, Timed):
        return replace(value, start=local_instant(found, value.timezone))
    return AllDay(found.date(), found.date() + (value.end - value.first))


def repeat_lines(entry: Entry, value: AllDay | Timed) -> list[str]:
    """RRULE and EXDATEs; raises `EntryError` where an EXDATE or override names no occurrence."""
    recurrence = _recurrence(entry)
    _check_named(recurrence, value, [*entry.exdates, *(at.original for at in entry.overrides)])
    rule = _UNTIL.sub(lambda found: f"UNTIL={_until(found, value)}", recurrence.rule)
    return [f"RRULE:{rule}"] + [
        moment_property("EXDATE", value, at) for at in sorted(entry.exdates, key=str)
    ]


def until_day(rule: str, value: Timed) -> str:
    """A rule for days out of one for times: its UNTIL is the last day on which it fires."""

    def shown(found: re.Match[str]) -> str:
        if not found[2]:
            return f"UNTIL={found[1]}"
        last = datetime.fromisoformat(found[1] + found[2])
        if found[3]:
            last = local_time(last.replace(tzinfo=UTC), value.timezone)
        early = last.time() < _start(value).time()
        return f"UNTIL={grammar.day(last - timedelta(days=early))}"

    return _UNTIL.sub(shown, rule)


def zone_span(entry: Entry) -> list[Span]:
    """The years in which a repeating timed entry needs its zone; empty for all other entries."""
    if entry.rrule is None or not isinstance(entry.when, Timed):
        return []
    start = max(entry.when.start.year, FIRST_YEAR)
    limit = max(start + OPEN_YEARS, OPEN_UNTIL)
    found = _UNTIL.search(entry.rrule.upper())
    until = int(found[1][:4]) if found else limit
    last = max([start, until, *(override.start.year for override in entry.overrides)])
    return [Span(entry.when.timezone, start - 1, min(last + 1, limit))]


def _zone_of(value: AllDay | Timed) -> str:
    return value.timezone if isinstance(value, Timed) else "UTC"


def _local(value: Timed, at: date | datetime) -> datetime:
    """An instant, or the occurrence of a day, in the entry's zone."""
    info = zone(value.timezone)
    if not isinstance(at, datetime):
        return datetime.combine(at, value.start.astimezone(info).time(), info)
    if at.utcoffset() is None:
        raise EntryError(f"{at.isoformat()} has no time zone; give an instant")
    return at.astimezone(info)


def _naive(value: AllDay | Timed, at: date | datetime) -> datetime:
    if isinstance(value, Timed):
        return _local(value, at).replace(tzinfo=None, fold=0)
    if isinstance(at, datetime):
        raise EntryError(f"{at.isoformat()} is a time, but the entry repeats by days; give a day")
    return datetime.combine(at, time.min)


def _start(value: AllDay | Timed) -> datetime:
    """The start as a naive local time, as `calendars.recurrence` counts."""
    return _naive(value, value.start if isinstance(value, Timed) else value.first)


def _recurrence(entry: Entry) -> Recurrence:
    """The entry's rule, which must be one that every reader knows, not only ours."""
    text = (entry.rrule or "").strip()
    if "=" in text and not _is_rule(text.upper().removeprefix("RRULE:")):
        raise EntryError(f'"{entry.rrule}" is no RRULE of RFC 5545, section 3.3.10')
    return parse_recurrence(text)


def _is_rule(text: str) -> bool:
    """Whether its parts are RFC 5545's, each at most once, and only one of them ends it."""
    parts = [_PART.fullmatch(part) for part in text.split(";")]
    names = {part[1] for part in parts if part}
    return len(names) == len(parts) and not {"UNTIL", "COUNT"} <= names


def _until(found: re.Match[str], value: AllDay | Timed) -> str:
    last, clock, universal = found[1], found[2], found[3]
    if isinstance(value, AllDay):
        return last
    if clock and universal:
        return f"{last}{clock}Z"
    local = datetime.fromisoformat(last + (clock or "T235959"))
    return grammar.utc(local_instant(local, value.timezone))


def _check_named(
    recurrence: Recurrence, value: AllDay | Timed, named: list[date | datetime]
) -> None:
    if not named:
        return
    wanted = [_naive(value, at) for at in named]
    made = set(expand(recurrence, _start(value), _zone_of(value), max(wanted)))
    for at in wanted:
        if at not in made:
            raise EntryError(
                f'"{recurrence.text}" makes no occurrence on {at:%Y-%m-%d}; '
                "leave out or move only what the rule makes"
            )
