"""PURE. One entry as VTODO components (RFC 5545, section 3.6.2).

A to-do is due on a day, the same in every zone, also where the milestone has a time; what has no
date yet is a to-do without DUE. A repeating one has its DTSTART on the due day too, since a rule
counts from there, though RFC 5545 (section 3.8.2.3) wants DUE to be later: programs show DUE as it
stands, and know no other form of a day that is due on the day itself.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from calendars.entry import AllDay, Entry, State, Timed
from calendars.feeds.component import Kind, component, repeating
from calendars.feeds.feed import EntryError, check
from calendars.feeds.repeats import synchronised, until_day
from calendars.grammar import day, utc
from calendars.zones import local_time, zone

_WAITING = frozenset({"planned", "blocked"})


def block(entry: Entry, *, language: str = "en", windows: bool = False) -> bytes:
    """The components of one entry, each line folded and ended.

    windows: a vague date starts with its window. Raises `EntryError`, which names what cannot be
    written and why.
    """
    try:
        check(entry)
        shown = by_days(entry)
        value = shown.when
        if isinstance(value, AllDay) and shown.rrule is not None:
            return repeating(VTODO, shown, synchronised(shown, value), language).encode()
        return component(VTODO, shown, _due(shown, windows), language).encode()
    except (ValueError, OverflowError) as error:
        raise EntryError(str(error)) from None


def by_days(entry: Entry) -> Entry:
    """The entry with days in the place of times, each the day of its own zone."""
    value = entry.when
    if not isinstance(value, Timed):
        return entry

    def local(at: date | datetime) -> date:
        return at.astimezone(zone(value.timezone)).date() if isinstance(at, datetime) else at

    start = local_time(value.start, value.timezone)
    first = start.date()
    midnight = datetime.combine(first, datetime.min.time())
    return replace(
        entry,
        when=AllDay(first, first + timedelta(days=1)),
        rrule=None if entry.rrule is None else until_day(entry.rrule, value),
        exdates=tuple(map(local, entry.exdates)),
        overrides=tuple(
            replace(one, original=local(one.original), start=local(one.start))
            for one in entry.overrides
        ),
        alarms=tuple(away + (start - midnight) for away in entry.alarms),
    )


def _due(entry: Entry, windows: bool) -> str:
    if not isinstance(entry.when, AllDay):
        return ""
    due = _end(entry.when)
    if windows and entry.vague and entry.window and entry.window[0] < entry.when.first:
        return f"DTSTART;VALUE=DATE:{day(entry.window[0])}\r\n{due}"
    return due


def _end(value: AllDay | Timed) -> str:
    """DUE, the last of the days."""
    last = value.end - timedelta(days=1) if isinstance(value, AllDay) else value.start
    return f"DUE;VALUE=DATE:{day(last)}\r\n"


def _standing(entry: Entry, state: State) -> str:
    """STATUS, COMPLETED and PERCENT-COMPLETE; what is done is wholly done."""
    if state == "done":
        at = utc(entry.done or entry.modified)
        return f"STATUS:COMPLETED\r\nCOMPLETED:{at}\r\nPERCENT-COMPLETE:100\r\n"
    if state == "cancelled":
        return "STATUS:CANCELLED\r\n"
    begun = state not in _WAITING or bool(entry.percent)
    status = "STATUS:IN-PROCESS\r\n" if begun else "STATUS:NEEDS-ACTION\r\n"
    return status + ("" if entry.percent is None else f"PERCENT-COMPLETE:{entry.percent}\r\n")


VTODO = Kind("VTODO", _end, _standing, "TRIGGER;RELATED=END")
