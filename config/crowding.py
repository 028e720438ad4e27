"""PURE. A rule that fires several times in one window of the calendar: that is one occurrence."""

from datetime import datetime, timedelta
from itertools import islice, pairwise

from calendars.dates import DueDate
from calendars.recurrence import Recurrence, expand
from calendars.windows import UNITS, window_on

_YEARS, _FIRINGS = 12, 400
"""So far a rule is looked at."""
_EVERY = {
    1: "month",
    3: "third month (FREQ=MONTHLY;INTERVAL=3)",
    6: "sixth month (FREQ=MONTHLY;INTERVAL=6)",
    12: "year",
}


def crowded(
    repeats: Recurrence, due: DueDate, start: datetime, timezone: str
) -> tuple[str, str] | None:
    """What is wrong, and what to write, where it fires twice in a month, quarter, half or year."""
    months = UNITS.get(due.precision)
    if months is None:
        return None
    until = start + timedelta(days=366 * _YEARS)
    moments = islice(expand(repeats, start, timezone, until), _FIRINGS)
    windows = [window_on(due, moment.date()) for moment in moments]
    if not any(one == other for one, other in pairwise(windows)):
        return None
    message = f'"{repeats.text}" fires more than once in a {due.precision}'
    return message, f"write a rule for every {_EVERY[months]}, or a day for its first date"
