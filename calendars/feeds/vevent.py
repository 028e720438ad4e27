"""PURE. One entry as VEVENT components (RFC 5545, section 3.6.1).

A deadline is whole days and makes nobody busy; a single meeting stands in UTC, a repeating one
in its own zone.
"""

from dataclasses import replace
from datetime import UTC, timedelta

from calendars.entry import AllDay, Entry, State, Timed
from calendars.feeds.component import Kind, component, repeating
from calendars.feeds.feed import EntryError, check
from calendars.feeds.repeats import synchronised
from calendars.grammar import day, duration, utc


def block(entry: Entry, *, language: str = "en", windows: bool = False) -> bytes:
    """The components of one entry, each line folded and ended; nothing for one without a date.

    windows: a second component over the days that a vague date may fall on, see `window_uid`.
    Raises `EntryError`, which names what cannot be written and why.
    """
    return written(VEVENT, entry, language=language, windows=windows)


def written(kind: Kind, entry: Entry, *, language: str, windows: bool = False) -> bytes:
    """As `block`, with the state said in the way of a `kind` made from `VEVENT`."""
    value = entry.when
    if value is None:
        return b""
    try:
        check(entry)
        if entry.rrule is not None:
            return repeating(kind, entry, synchronised(entry, value), language).encode()
        return _once(kind, entry, value, language, windows).encode()
    except (ValueError, OverflowError) as error:
        raise EntryError(str(error)) from None


def window_uid(uid: str) -> str:
    """The UID of the span beside a vague date: "track.id@plan" has "track.id.window@plan"."""
    name, at, plan = uid.rpartition("@")
    return f"{name}.window@{plan}" if at else f"{uid}.window"


def _once(kind: Kind, entry: Entry, value: AllDay | Timed, language: str, windows: bool) -> str:
    made = component(kind, entry, _span(value), language)
    if not (windows and entry.vague and entry.window and entry.window[0] < entry.window[1]):
        return made
    window = AllDay(entry.window[0], entry.window[1] + timedelta(days=1))
    beside = replace(entry, uid=window_uid(entry.uid), alarms=())
    return made + component(kind, beside, _span(window), language)


def _span(value: AllDay | Timed) -> str:
    """Start and end of what happens once; a mere instant has no end."""
    if isinstance(value, AllDay):
        first, end = day(value.first), day(value.end)
        return f"DTSTART;VALUE=DATE:{first}\r\nDTEND;VALUE=DATE:{end}\r\n"
    start = f"DTSTART:{utc(value.start)}\r\n"
    if not value.duration:
        return start
    return f"{start}DTEND:{utc(value.start.astimezone(UTC) + value.duration)}\r\n"


def _length(value: AllDay | Timed) -> str:
    """How long each occurrence is, in days or in exact time whatever the clock does."""
    if isinstance(value, AllDay):
        return f"DTEND;VALUE=DATE:{day(value.end)}\r\n"
    return f"DURATION:{duration(value.duration)}\r\n" if value.duration else ""


def _standing(entry: Entry, state: State) -> str:
    """STATUS, and whether it takes anybody's time: only a meeting with a time does."""
    open_date = entry.vague or not entry.certain
    if state == "cancelled":
        return _FREE["CANCELLED"]
    status = "TENTATIVE" if open_date and state != "done" else "CONFIRMED"
    taken = entry.busy and isinstance(entry.when, Timed)
    return (_BUSY if taken else _FREE)[status]


_FREE = {
    status: f"STATUS:{status}\r\nTRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n"
    for status in ("CONFIRMED", "TENTATIVE", "CANCELLED")
}
_BUSY = {
    status: f"STATUS:{status}\r\nTRANSP:OPAQUE\r\nX-MICROSOFT-CDO-BUSYSTATUS:{shown}\r\n"
    for status, shown in (("CONFIRMED", "BUSY"), ("TENTATIVE", "TENTATIVE"))
}
VEVENT = Kind("VEVENT", _length, _standing)
