"""PURE. What a form says, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime

from scheduler.choices import Choice
from scheduler.outbox.report_values import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a form says. day: until when a snooze lasts. link, upload: what goes with a report."""

    choice: Choice
    note: str = ""
    percent: int | None = None
    day: date | None = None
    link: str = ""
    upload: Upload | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer did: reminders taken back, and when those that wait go on (UTC).

    in_review: whether somebody reads it before it is shown to all.
    """

    taken_back: int = 0
    until: datetime | None = None
    in_review: bool = False
