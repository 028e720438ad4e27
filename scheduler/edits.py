"""PURE. What an edit changes: milestones, dates, and the messages that come and go with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.plan import Plan
from scheduler.planning.changes import Edit, compare
from scheduler.planning.forecast import forecast
from scheduler.planning.values import Reminder

SPAN = timedelta(days=365)
"""So far ahead messages are looked at, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit, with the reminders that only the new plan sends and those that only the old does."""

    edit: Edit
    added: tuple[Reminder, ...]
    withdrawn: tuple[Reminder, ...]


def edited(before: Plan, after: Plan, start: datetime, until: datetime) -> Edited:
    """What differs between two plans, in dates and in messages from `start` to `until` (UTC)."""
    was, will = forecast(before, start, until), forecast(after, start, until)
    edit = compare(before, after, start, until)
    return Edited(edit, _only(will, was), _only(was, will))


def _only(these: Iterable[Reminder], those: Iterable[Reminder]) -> tuple[Reminder, ...]:
    """The reminders of one plan that the other does not send at that time."""
    known = {(one.key, one.at) for one in those}
    return tuple(one for one in these if (one.key, one.at) not in known)
