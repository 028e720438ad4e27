"""PURE. One entry as VEVENT components (RFC 5545, section 3.6.1).

A deadline is whole days and makes nobody busy; a single meeting stands in UTC, a repeating one
in its own zone. What an entry says in words comes from `description.py`.
"""

from datetime import UTC, datetime, timedelta

from calendars.entry import AllDay, Entry, Override, State, Timed
from calendars.feeds.description import description, title
from calendars.feeds.feed import EntryError
from calendars.feeds.repeats import (
    moment_property,
    moved,
    repeat_lines,
    start_property,
    synchronised,
)
from calendars.grammar import GrammarError, day, duration, line, text, uri, utc

_BEGIN = "BEGIN:VEVENT\r\n"


def block(entry: Entry, *, language: str = "en", windows: bool = False) -> bytes:
    """The components of one entry, each line folded and ended; nothing for one without a date.

    windows: a second component over the days that a vague date may fall on, see `window_uid`.
    Raises `EntryError`, which names what cannot be written and why.
    """
    value = entry.when
    if value is None:
        return b""
    try:
        _check(entry, value)
        if entry.rrule is not None:
            return _repeating(entry, synchronised(entry, value), language).encode()
        return _once(entry, value, language, windows).encode()
    except (ValueError, OverflowError) as error:
        raise EntryError(str(error)) from None


def window_uid(uid: str) -> str:
    """The UID of the span beside a vague date: "track.id@plan" has "track.id.window@plan"."""
    name, at, plan = uid.rpartition("@")
    return f"{name}.window@{plan}" if at else f"{uid}.window"


def _check(entry: Entry, value: AllDay | Timed) -> None:
    if isinstance(value, AllDay):
        if value.end <= value.first:
            raise EntryError(f"the end {value.end} is exclusive; give at least the day after")
    elif value.duration < timedelta(0):
        raise EntryError("it ends before it starts; give a duration that is not negative")
    if not entry.uid:
        raise EntryError("it has no UID; give one that never changes")
    if entry.sequence < 0:
        raise EntryError(f"the sequence is {entry.sequence}; count from 0")


def _once(entry: Entry, value: AllDay | Timed, language: str, windows: bool) -> str:
    stamps = _stamps(entry.created, entry.modified, entry.sequence)
    body = _body(entry, value, entry.state, language)
    made = f"{_BEGIN}{_uid(entry.uid)}{stamps}{_span(value)}{body}"
    if not (windows and entry.vague and entry.window and entry.window[0] < entry.window[1]):
        return made
    window = AllDay(entry.window[0], entry.window[1] + timedelta(days=1))
    return f"{made}{_BEGIN}{_uid(window_uid(entry.uid))}{stamps}{_span(window)}{body}"


def _repeating(entry: Entry, value: AllDay | Timed, language: str) -> str:
    """The rule's component, then one for each occurrence that differs from it."""
    stamps = _stamps(entry.created, entry.modified, entry.sequence)
    start = "".join(map(line, (start_property(value, own=True), *repeat_lines(entry, value))))
    body = _body(entry, value, entry.state, language)
    made = [f"{_BEGIN}{_uid(entry.uid)}{stamps}{start}{_length(value)}{body}"]
    ordered = sorted(entry.overrides, key=lambda override: str(override.original))
    made += [_override(entry, value, override, language) for override in ordered]
    return "".join(made)


def _override(entry: Entry, value: AllDay | Timed, override: Override, language: str) -> str:
    now = moved(value, override)
    original = moment_property("RECURRENCE-ID", value, override.original)
    modified = override.modified or entry.modified
    stamps = _stamps(entry.created, modified, override.sequence)
    start = line(original) + line(start_property(now, own=False))
    body = _body(entry, now, override.state or entry.state, language)
    return f"{_BEGIN}{_uid(entry.uid)}{stamps}{start}{_length(now)}{body}"


def _stamps(created: datetime, modified: datetime, sequence: int) -> str:
    """Without METHOD, DTSTAMP means the last revision (RFC 5545, section 3.8.7.2)."""
    changed = utc(modified)
    return (
        f"DTSTAMP:{changed}\r\nCREATED:{utc(created)}\r\nLAST-MODIFIED:{changed}\r\n"
        f"SEQUENCE:{sequence}\r\n"
    )


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


def _uid(uid: str) -> str:
    return line(f"UID:{_text('uid', uid)}")


def _text(field: str, value: str) -> str:
    try:
        return text(value)
    except GrammarError as error:
        raise EntryError(f"{field}: {error}") from None


def _body(entry: Entry, value: AllDay | Timed, state: State, language: str) -> str:
    """Everything but identity, stamps and time, to the end of the component."""
    words = _text("title", title(entry, state))
    about = _text("description", description(entry, state, language))
    made = line(f"SUMMARY:{words}") + line(f"DESCRIPTION:{about}")
    if entry.location:
        made += line(f"LOCATION:{_text('location', entry.location)}")
    made += _standing(entry, value, state)
    if entry.categories:
        made += line(f"CATEGORIES:{','.join(_text('category', tag) for tag in entry.categories)}")
    if entry.url:
        made += line(f"URL:{uri(entry.url)}")
    return f"{made}END:VEVENT\r\n"


def _standing(entry: Entry, value: AllDay | Timed, state: State) -> str:
    """STATUS, and whether it takes anybody's time: only a meeting with a time does."""
    open_date = entry.vague or not entry.certain
    if state == "cancelled":
        return _FREE["CANCELLED"]
    status = "TENTATIVE" if open_date and state != "done" else "CONFIRMED"
    taken = entry.busy and isinstance(value, Timed)
    return (_BUSY if taken else _FREE)[status]


_FREE = {
    status: f"STATUS:{status}\r\nTRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n"
    for status in ("CONFIRMED", "TENTATIVE", "CANCELLED")
}
_BUSY = {
    status: f"STATUS:{status}\r\nTRANSP:OPAQUE\r\nX-MICROSOFT-CDO-BUSYSTATUS:{shown}\r\n"
    for status, shown in (("CONFIRMED", "BUSY"), ("TENTATIVE", "TENTATIVE"))
}
