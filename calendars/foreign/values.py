"""PURE. What became of a component of somebody else's calendar."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from calendars.dates import DueDate, parse_due

Standing = Literal["planned", "done", "cancelled"]


class ImportingError(ValueError):
    """A calendar that is not read at all; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One component as a plan would write it; every date has the form of the plan's own.

    uid: the calendar's own, or one made from title and date where it has none.
    line: where it begins in the file, from 1.
    due: as `calendars.dates.parse_due` reads it: a day, "FIRST/LAST", a time, "tbc".
    timezone: the IANA zone of the time, and of the days that a repeating one falls on; None for
    days, for an instant with an offset, and for a time in whatever zone the reader is in.
    exceptions, moved: by the original due day, as in a plan.
    notes: what of it could not be kept as it was.
    said, source, owners, tags, key: the sentence it was promised in, where that stands, who answers
    for it, words, and the id it has there; of calendars none has them.
    title_of: "words" where its title is made of what it says; None where it is its own.
    """

    uid: str
    title: str
    line: int
    due: str
    timezone: str | None = None
    duration: str | None = None
    repeats: str | None = None
    exceptions: tuple[date, ...] = ()
    moved: tuple[tuple[date, date | datetime], ...] = ()
    location: str | None = None
    url: str | None = None
    description: str | None = None
    status: Standing = "planned"
    percent: int | None = None
    notes: tuple[str, ...] = ()
    said: str | None = None
    source: str | None = None
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    key: str | None = None
    title_of: Literal["words"] | None = None

    @property
    def promise(self) -> DueDate:
        """What `due` means."""
        return parse_due(self.due)


@dataclass(frozen=True, slots=True)
class Skipped:
    """One component that is no date by itself, and why. `what` is its kind, such as "VJOURNAL".

    kept: whether what it says went into another component, as an occurrence that was moved.
    """

    what: str
    line: int
    reason: str
    uid: str = ""
    title: str = ""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A calendar that was read: what became of each component, in the order of the file.

    name: what the calendar calls itself, or "". notes: what holds for the whole file. cut: whether
    the file ends before the calendar does, so that dates may be missing.
    """

    items: tuple[Imported | Skipped, ...]
    name: str = ""
    notes: tuple[str, ...] = ()
    cut: bool = False

    @property
    def imported(self) -> list[Imported]:
        """What a plan can take up."""
        return [one for one in self.items if isinstance(one, Imported)]
