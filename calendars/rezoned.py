"""PURE. An entry that was kept as text: its times in their own zone again."""

from dataclasses import replace
from datetime import datetime

from calendars.entry import Entry, Timed
from calendars.zones import zone


def rezoned(entry: Entry) -> Entry:
    """The entry with its start in its zone, where a text knows only how far that is from UTC.

    A rule repeats the local time of its start, and one that the clock skips on that day would be
    another, later one for ever.
    """
    value = entry.when
    if not isinstance(value, Timed):
        return entry
    return replace(entry, when=replace(value, start=_start(value)))


def _start(value: Timed) -> datetime:
    """The same local time in the zone, of two the one that is so far from UTC."""
    for fold in (0, 1):
        local = value.start.replace(tzinfo=zone(value.timezone), fold=fold)
        if local.utcoffset() == value.start.utcoffset():
            return local
    return value.start
