"""PURE. What every feed format gives back: the bytes, and what is not in them."""

from dataclasses import dataclass
from typing import Protocol

from calendars.entry import Calendar


class EntryError(ValueError):
    """An entry that a format cannot hold; the text says which field and what to do."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that was left out of a feed, and why."""

    uid: str
    reason: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A written feed.

    left_out: how many milestones are not shown because they have no date.
    broken: the entries that could not be written; all others are there.
    """

    body: bytes
    left_out: int
    broken: tuple[Broken, ...]


class Writer(Protocol):
    """Writes a calendar in one format; the same calendar always gives the same bytes.

    windows: also show, as a span of its own, the days that a vague date may fall on.
    """

    def __call__(self, calendar: Calendar, *, windows: bool = False) -> Feed: ...
