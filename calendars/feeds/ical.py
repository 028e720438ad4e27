"""PURE. A calendar as iCalendar (RFC 5545, with the properties of RFC 7986), of VEVENTs.

Each entry is a block of its own, so that blocks can be kept under their entry's version and
joined again. No METHOD, ORGANIZER, ATTENDEE or VALARM: this is a published calendar, and the
mail does the reminding. Nothing comes from the clock: the same state gives the same bytes.
"""

import re
from collections.abc import Iterable

from calendars.entry import Calendar
from calendars.feeds.feed import Broken, EntryError, Feed
from calendars.feeds.labels import labels
from calendars.feeds.repeats import Span, zone_span
from calendars.feeds.vevent import block
from calendars.grammar import line, text, uri
from calendars.timezones import vtimezone

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODID = "-//Milestones//Resolution follow-up//EN"
REFRESH = "PT1H"
"""How often a client is asked to come back."""

_COLOUR = re.compile(r"[a-z]+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def write(calendar: Calendar, *, windows: bool = False) -> Feed:
    """The whole calendar; an entry that cannot be written is left out and named in `broken`.

    windows: a second, all-day component for each vague date, over the days it may fall on.
    """
    blocks: list[bytes] = []
    broken: list[Broken] = []
    spans: list[Span] = []
    for entry in calendar.entries:
        try:
            made = block(entry, language=calendar.language, windows=windows)
            spans += zone_span(entry)
            blocks.append(made)
        except EntryError as error:
            broken.append(Broken(entry.uid, str(error)))
    left_out = calendar.left_out + sum(entry.when is None for entry in calendar.entries)
    return Feed(join(calendar, blocks, spans, left_out), left_out, tuple(broken))


def join(
    calendar: Calendar, blocks: Iterable[bytes], spans: Iterable[Span], left_out: int
) -> bytes:
    """A calendar out of blocks written before; its own `entries` are not read.

    spans: `zone_span` of the entries behind the blocks. left_out: how many have no date.
    """
    head = "".join(map(line, _header(calendar, left_out)))
    zones = "".join(vtimezone(*span) for span in _widest(spans))
    return b"".join((head.encode(), zones.encode(), *blocks, b"END:VCALENDAR\r\n"))


def _header(calendar: Calendar, left_out: int) -> list[str]:
    """The calendar's properties; all stand before the first component."""
    name = text(_clean(calendar.name))
    about = text("\n".join(_about(calendar, left_out)))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", "CALSCALE:GREGORIAN"]
    lines += [f"NAME:{name}", f"X-WR-CALNAME:{name}"]
    lines += [f"DESCRIPTION:{about}", f"X-WR-CALDESC:{about}"] if about else []
    lines.append(f"X-WR-TIMEZONE:{text(_clean(calendar.timezone))}")
    lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}"]
    lines += [f"COLOR:{calendar.colour}"] if _COLOUR.fullmatch(calendar.colour) else []
    lines += [f"SOURCE;VALUE=URI:{uri(_clean(calendar.source))}"] if calendar.source else []
    lines += [f"URL:{uri(_clean(calendar.url))}"] if calendar.url else []
    return [*lines, f"X-MILESTONES-WITHOUT-DATE:{left_out}"]


def _about(calendar: Calendar, left_out: int) -> list[str]:
    """The description, and how many milestones are not shown."""
    missing = f"{labels(calendar.language).without_date}: {left_out}" if left_out else ""
    return [part for part in (_clean(calendar.description), missing) if part]


def _clean(value: str) -> str:
    """A header's text; what no line can hold becomes a space, since no feed goes without it."""
    return _CONTROL.sub(" ", value)


def _widest(spans: Iterable[Span]) -> list[Span]:
    """One span a zone, wide enough for all, in the order of their names."""
    wide: dict[str, Span] = {}
    for span in spans:
        known = wide.get(span.timezone, span)
        first, last = min(known.first, span.first), max(known.last, span.last)
        wide[span.timezone] = Span(span.timezone, first, last)
    return [wide[name] for name in sorted(wide)]
