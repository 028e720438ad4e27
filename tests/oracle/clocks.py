"""From a day and a time of the clock to an instant, and the hours in which nothing is sent."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Quiet = tuple[time, time]


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When 3: in a fold the first of the two; in a gap the first instant after it. In UTC."""
    local = datetime.combine(day, clock, tzinfo=zone)  # fold=0 is the first of two
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    before = local.replace(fold=1).astimezone(UTC)  # read with the new offset: before the gap
    while before.astimezone(zone).utcoffset() != found.astimezone(zone).utcoffset():
        before += timedelta(minutes=1)
    return before


def is_quiet(when: datetime, quiet: Quiet, zone: ZoneInfo) -> bool:
    """Say whether the clock stands in [start, end); an end before the start is tomorrow's."""
    start, end = quiet
    clock = when.astimezone(zone).time()
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def after_quiet(when: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime:
    """When 6: what would be sent in quiet hours waits for their end."""
    if quiet is None or not is_quiet(when, quiet, zone):
        return when
    today = when.astimezone(zone).date()
    ends = [instant(today + timedelta(days=days), quiet[1], zone) for days in (0, 1)]
    return min(end for end in ends if end >= when)
