"""PURE. The values that planning passes on: occurrences, stages and reminders.

Instants are aware and in UTC; days are calendar days of the milestone's own zone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from calendars.dates import DueDate
from calendars.wording import due_text


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a milestone, resolved to days.

    `due` is the due day (after `roll`), or None where there is no date yet. `promise` is the date
    as promised, with its window; the time of a timed one is local to the milestone. `starts` is
    the instant (UTC) of a timed one. `original` is the day in the id of a repeating one. `opens`
    is the day on which a round of an update request opens; None for everything else.
    """

    id: str
    milestone: str
    due: date | None
    promise: DueDate
    starts: datetime | None = None
    original: date | None = None
    opens: date | None = None

    @property
    def window(self) -> tuple[date, date] | None:
        """First and last day as promised, both included; None where there is no date."""
        first, last = self.promise.first, self.promise.last
        return (first, last) if first and last else None

    def due_text(self, language: str = "en") -> str:
        """The date in words, as promised."""
        return due_text(self.promise, language)


iso = lru_cache(maxsize=16_384)(date.isoformat)
"""A day as text, "2024-04-30": the same days come again and again."""
TURN = "#"
"""Stands before the turn in an identity."""


class Reminder(NamedTuple):
    """One occurrence, its due day, one stage, one recipient, one channel; and when it is sent.

    The first five (with `asked`, the day of a `date-wanted`) are its identity, `key`. `at` is in
    UTC. `day` is the day it is for, before quiet hours or a digest moved it. `message` is equal
    for what goes out together: recipient, channel and minute. `nominal` is the day counted from
    the due day, before it moved to a working day. `behalf` names those who are away and for whom
    the recipient stands in. `digest` names the digest that it waits for, if it does. `turn` tells
    apart notices of one day, where a date moves twice: the number of the last move it tells of.
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
    digest: str | None = None
    turn: int = 0

    @property
    def key(self) -> str:
        """The identity as text, for example `a/b|2024-04-30|on-the-day|amina|email`."""
        day = self.asked or self.due
        written = iso(day) if day else ""
        if self.turn:
            written += f"{TURN}{self.turn}"
        return f"{self.occurrence}|{written}|{self.stage}|{self.recipient}|{self.channel}"


def turn_of(key: str) -> int:
    """The turn in an identity, which ends in day, stage, recipient and channel; 0 for none."""
    day = key.rsplit("|", 4)[-4]
    return int(day.partition(TURN)[2] or 0)


def is_by_clock(stage: str) -> bool:
    """Whether a stage, or its lead, is counted in minutes or hours from an instant (When 4)."""
    return stage.endswith(("minute", "minutes", "hour", "hours"))


class Ended(NamedTuple):
    """What nobody is reminded of any more: ids of occurrences and milestones, as reported.

    Only what is done meets the need of another; of what is cancelled nothing can come.
    """

    done: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()


NOTHING_ENDED = Ended()


class Unsent(NamedTuple):
    """A stage that sends nothing to somebody, and why: the other half of what planning says."""

    occurrence: str
    due: date | None
    stage: str
    recipient: str
    day: date | None
    reason: str
