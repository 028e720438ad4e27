"""PURE. Of an entry that repeats the next date."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from calendars.entry import AllDay, Entry, Timed
from calendars.recurrence import expand, parse_recurrence
from calendars.zones import local_instant, local_time

_PATIENCE = timedelta(days=366 * 30)
"""A rule that makes no date in so long makes none."""


def following(entry: Entry, now: datetime) -> AllDay | Timed | None:
    """The first date that is not over `now` (aware), with what was left out, moved and cancelled
    taken into account; None where there is none. Of what does not repeat its date.

    A day is over with its end in the zone of `now`.
    """
    value = entry.when
    if value is None or not entry.rrule:
        return value
    moved = [one.start for one in entry.overrides if one.state != "cancelled"]
    if isinstance(value, AllDay):
        length, today = value.end - value.first, now.date()
        days = [day for day in moved if type(day) is date and day + length > today]
        by_rule = (one.date() for one in _firings(entry, value, now))
        ahead = (day for day in by_rule if day + length > today and _by_rule(entry, day))
        days += islice(ahead, 1)
        return AllDay(min(days), min(days) + length) if days else None
    starts = [one for one in moved if isinstance(one, datetime) and one + value.duration >= now]
    firing = (local_instant(one, value.timezone) for one in _firings(entry, value, now))
    coming = (one for one in firing if one + value.duration >= now and _by_rule(entry, one))
    starts += islice(coming, 1)
    return Timed(min(starts), value.duration, value.timezone) if starts else None


def _firings(entry: Entry, value: AllDay | Timed, now: datetime) -> Iterator[datetime]:
    """The naive local times at which the rule fires."""
    if isinstance(value, AllDay):
        name, start = "UTC", datetime.combine(value.first, time.min)
    else:
        name = value.timezone
        start = local_time(value.start, name)
    until = max(start, now.replace(tzinfo=None)) + _PATIENCE
    return expand(parse_recurrence(entry.rrule or ""), start, name, until)


def _by_rule(entry: Entry, one: date | datetime) -> bool:
    return one not in entry.exdates and all(one != other.original for other in entry.overrides)
