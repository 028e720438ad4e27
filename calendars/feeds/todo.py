"""PURE. A calendar as iCalendar of VTODOs: what is to be done, also while it has no date."""

from calendars.entry import Calendar
from calendars.feeds.feed import Feed, each
from calendars.feeds.ical import join, wanted
from calendars.feeds.vtodo import block


def write(calendar: Calendar) -> Feed:
    """The whole calendar; an entry that cannot be written is left out and named in `broken`."""
    blocks, broken = each(
        calendar,
        lambda entry: block(
            wanted(calendar, entry), language=calendar.language, windows=calendar.windows
        ),
    )
    return Feed(join(calendar, blocks, (), calendar.left_out), calendar.left_out, broken)
