"""PURE. A calendar as iCalendar (RFC 5545, with the properties of RFC 7986), of VEVENTs.

Each entry is a block of its own, so that blocks can be kept under their entry's version and
joined again. No METHOD, ORGANIZER or ATTENDEE: this is a published calendar. No VALARM unless
asked for: the mail does the reminding. Nothing comes from the clock: the same state gives the
same bytes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from calendars.entry import Calendar, Entry
from calendars.feeds.feed import Feed
from calendars.feeds.header import about, clean
from calendars.feeds.parts import Part, Style, Whole, joined, sound, style_of
from calendars.feeds.parts import part as part_of
from calendars.feeds.repeats import Span, zone_span
from calendars.feeds.vevent import block
from calendars.grammar import line, text, uri
from calendars.timezones import vtimezone

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODID = "-//Milestones//Resolution follow-up//EN"
REFRESH = "PT1H"
"""How often a client is asked to come back."""

END = b"END:VCALENDAR\r\n"
_COLOUR = re.compile(r"[a-z]+", re.ASCII)


def write(calendar: Calendar) -> Feed:
    """The whole calendar; an entry that cannot be written is left out and named in `broken`."""
    style = style_of(calendar)
    return joined(whole(calendar, [part(style, entry) for entry in calendar.entries]))


def part(style: Style, entry: Entry) -> Part:
    """The components of one entry; nothing for one without a date."""
    return part_of(_block, style, entry, zone_span)


def _block(style: Style, entry: Entry) -> bytes:
    return block(wanted(style, entry), language=style.language, windows=style.windows)


def whole(calendar: Calendar, parts: Sequence[Part]) -> Whole:
    """The calendar around its parts; its own `entries` are not read."""
    left_out = calendar.left_out + sum(not one.dated for one in parts)
    shown, broken = sound(parts)
    spans = [span for one in shown if one.spans for span in one.spans]
    return Whole(head(calendar, spans, left_out), shown, b"", END, left_out, broken)


def wanted(style: Style, entry: Entry) -> Entry:
    """The entry as it is wanted: without alarms, unless they were asked for."""
    return entry if style.alarms or not entry.alarms else replace(entry, alarms=())


def join(
    calendar: Calendar, blocks: Iterable[bytes], spans: Iterable[Span], left_out: int
) -> bytes:
    """A calendar out of blocks written before; its own `entries` are not read.

    spans: `zone_span` of the entries behind the blocks. left_out: how many have no date.
    """
    return b"".join((head(calendar, spans, left_out), *blocks, END))


def head(calendar: Calendar, spans: Iterable[Span], left_out: int) -> bytes:
    """What stands before the first component: the calendar's properties and its zones."""
    properties = "".join(map(line, _header(calendar, left_out)))
    zones = "".join(vtimezone(*span) for span in _widest(spans))
    return f"{properties}{zones}".encode()


def _header(calendar: Calendar, left_out: int) -> list[str]:
    """The calendar's properties; all stand before the first component."""
    name = text(clean(calendar.name))
    said = text("\n".join(about(calendar, left_out)))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", "CALSCALE:GREGORIAN"]
    lines += [f"NAME:{name}", f"X-WR-CALNAME:{name}"]
    lines += [f"DESCRIPTION:{said}", f"X-WR-CALDESC:{said}"] if said else []
    lines.append(f"X-WR-TIMEZONE:{text(clean(calendar.timezone))}")
    lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}"]
    lines += [f"COLOR:{calendar.colour}"] if _COLOUR.fullmatch(calendar.colour) else []
    lines += [f"SOURCE;VALUE=URI:{uri(clean(calendar.source))}"] if calendar.source else []
    lines += [f"URL:{uri(clean(calendar.url))}"] if calendar.url else []
    return [*lines, f"X-MILESTONES-WITHOUT-DATE:{left_out}"]


def _widest(spans: Iterable[Span]) -> list[Span]:
    """One span a zone, wide enough for all, in the order of their names."""
    wide: dict[str, Span] = {}
    for span in spans:
        known = wide.get(span.timezone, span)
        first, last = min(known.first, span.first), max(known.last, span.last)
        wide[span.timezone] = Span(span.timezone, first, last)
    return [wide[name] for name in sorted(wide)]
