"""PURE. What every feed format gives back, the bytes and what is not in them, and the checks
that an entry must pass in each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from calendars.entry import AllDay, Calendar, Entry
from calendars.grammar import GrammarError, plain


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
    """Writes a calendar in one format; the same calendar always gives the same bytes."""

    def __call__(self, calendar: Calendar) -> Feed: ...


def check(entry: Entry) -> None:
    """Raise `EntryError` for what no format can say: no UID, a negative sequence or length."""
    value = entry.when
    if isinstance(value, AllDay) and value.end <= value.first:
        raise EntryError(f"the end {value.end} is exclusive; give at least the day after")
    if value and not isinstance(value, AllDay) and value.duration < timedelta(0):
        raise EntryError("it ends before it starts; give a duration that is not negative")
    if not entry.uid:
        raise EntryError("it has no UID; give one that never changes")
    if entry.sequence < 0:
        raise EntryError(f"the sequence is {entry.sequence}; count from 0")


def check_texts(entry: Entry) -> None:
    """Raise `EntryError` for a control character in any text, which iCalendar refuses too."""
    for field, values in (
        ("uid", (entry.uid,)),
        ("title", (entry.title,)),
        ("description", (entry.due_text, entry.said, entry.source, entry.url, *entry.notes)),
        ("reference", (entry.reference, *entry.paragraphs)),
        ("category", entry.categories),
        ("location", (entry.location,)),
    ):
        for value in values:
            try:
                plain(value)
            except GrammarError as error:
                raise EntryError(f"{field}: {error}") from None
