"""PURE. A calendar as iCalendar of VTODOs: what is to be done, also while it has no date."""

from collections.abc import Sequence

from calendars.entry import Calendar, Entry
from calendars.feeds.feed import Feed
from calendars.feeds.ical import END, head, wanted
from calendars.feeds.parts import Part, Style, Whole, joined, sound, style_of
from calendars.feeds.parts import part as part_of
from calendars.feeds.vtodo import block


def write(calendar: Calendar) -> Feed:
    """The whole calendar; an entry that cannot be written is left out and named in `broken`."""
    style = style_of(calendar)
    return joined(whole(calendar, [part(style, entry) for entry in calendar.entries]))


def part(style: Style, entry: Entry) -> Part:
    """The components of one entry."""
    return part_of(_block, style, entry)


def _block(style: Style, entry: Entry) -> bytes:
    return block(wanted(style, entry), language=style.language, windows=style.windows)


def whole(calendar: Calendar, parts: Sequence[Part]) -> Whole:
    """The calendar around its parts; its own `entries` are not read."""
    shown, broken = sound(parts)
    before = head(calendar, (), calendar.left_out)
    return Whole(before, shown, b"", END, calendar.left_out, broken)
