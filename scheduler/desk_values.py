"""PURE. What a form says, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime

from scheduler.choices import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a form says. day: until when a snooze lasts."""

    choice: Choice
    note: str = ""
    percent: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer did: reminders taken back, and when those that wait go on (UTC)."""

    taken_back: int = 0
    until: datetime | None = None
