"""PURE. The values that planning passes on: occurrences, stages and reminders.

Instants are aware and in UTC; days are calendar days of the milestone's own zone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from calendars.dates import Precision


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a milestone, resolved to days.

    `due` is the due day, or None where there is no date yet. `starts` is the instant (UTC) of a
    timed one. `original` is the day in the id of a repeating one. `due_text` is English and as
    promised.
    """

    id: str
    milestone: str
    due: date | None
    first: date | None
    precision: Precision
    certain: bool
    due_text: str
    starts: datetime | None = None
    original: date | None = None

    @property
    def window(self) -> tuple[date, date] | None:
        """First and last day, both included; None where there is no date."""
        return (self.first, self.due) if self.first and self.due else None


class Reminder(NamedTuple):
    """One occurrence, its due day, one stage, one recipient, one channel; and when it is sent.

    The first five (with `asked`, the day of a `date-wanted`) are its identity, `key`. `at` is in
    UTC. `day` is the day it is for, before quiet hours or a digest moved it. `message` is equal
    for what goes out together. `nominal` is the day counted from the due day, before it moved to
    a working day. `behalf` names those who are away and for whom the recipient stands in.
    """

    occurrence: str
    due: date | None
    stage: str
    recipient: str
    channel: str
    asked: date | None
    milestone: str
    at: datetime
    day: date
    message: str
    nominal: date
    late: bool
    behalf: tuple[str, ...]

    @property
    def key(self) -> str:
        """The identity as text, for example `a/b|2024-04-30|on-the-day|amina|email`."""
        day = self.asked or self.due
        return f"{self.occurrence}|{day or ''}|{self.stage}|{self.recipient}|{self.channel}"
