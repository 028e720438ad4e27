"""PURE. What the heads of all formats share: clean texts, and how much is left out."""

import re

from calendars.entry import Calendar
from calendars.feeds.labels import labels

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def about(calendar: Calendar, left_out: int) -> list[str]:
    """The description, and how many milestones are not shown for want of a date."""
    missing = f"{labels(calendar.language).without_date}: {left_out}" if left_out else ""
    return [part for part in (clean(calendar.description), missing) if part]


def clean(value: str) -> str:
    """A head's text; what no format can hold becomes a space, since no feed goes without it."""
    return _CONTROL.sub(" ", value)
