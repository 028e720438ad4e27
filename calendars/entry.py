"""PURE. What a feed shows of one milestone, and the calendar that holds it.

A feed is written from these values alone: no clock, no plan, no database. What is not decided
here: which milestones belong in a feed, and when their `sequence` and `modified` change.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from calendars.dates import LOW, Precision

State = Literal["planned", "on-track", "at-risk", "delayed", "done", "cancelled", "blocked"]


@dataclass(frozen=True, slots=True)
class AllDay:
    """Whole days, the same in every zone: from `first` to the day before `end`."""

    first: date
    end: date


@dataclass(frozen=True, slots=True)
class Timed:
    """A time with a duration (zero for a mere instant) in an IANA time zone; `start` is aware."""

    start: datetime
    duration: timedelta
    timezone: str


@dataclass(frozen=True, slots=True)
class Override:
    """One occurrence of a repeating entry that differs from the rule.

    `original` names it: the day by the rule (also for timed entries), or the aware instant.
    `start` is where it is now, of the same kind as the entry's own start; equal to `original`
    where only the state differs, and where it was moved and came back. `sequence` and `modified`
    are the occurrence's own; without `modified` the entry's stands, and without `state` the
    entry's. `done` is when it was reported done.
    """

    original: date | datetime
    start: date | datetime
    sequence: int
    modified: datetime | None = None
    state: State | None = None
    done: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One milestone as a calendar shows it.

    uid: the same for ever, see `stable_uid`.
    when: the due day (with the exclusive day after), or a time; None without a date.
    due_text: the date as promised, in the reader's language ("April 2024").
    window: the first and the last day it may fall on, both included.
    created, modified: from the history, aware; `modified` is the last change of anything shown.
    sequence: counts the changes of date, rule, status and place (RFC 5545, section 3.8.7.4).
    said, source: the words as promised, and where they were said.
    notes: further paragraphs of plain text, in the reader's language.
    busy: true for a meeting with a time; a deadline never makes anyone busy.
    rrule: an RRULE value without DTSTART; `exdates` are its left-out days or instants.
    percent: how much is done, 0 to 100. done: when it was reported done.
    alarms: how far from the start each reminder of its policy lies, before it when negative;
    whole days count from midnight, so that "30 days before, at 9:00" is -30 days + 9 hours.
    """

    uid: str
    title: str
    when: AllDay | Timed | None
    due_text: str
    created: datetime
    modified: datetime
    precision: Precision = Precision.DAY
    certain: bool = True
    state: State = "planned"
    sequence: int = 0
    window: tuple[date, date] | None = None
    reference: str = ""
    paragraphs: tuple[str, ...] = ()
    said: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()
    url: str = ""
    categories: tuple[str, ...] = ()
    location: str = ""
    busy: bool = False
    rrule: str | None = None
    exdates: tuple[date | datetime, ...] = ()
    overrides: tuple[Override, ...] = ()
    percent: int | None = None
    done: datetime | None = None
    alarms: tuple[timedelta, ...] = ()

    @property
    def vague(self) -> bool:
        """True for a date of lower precision than a day."""
        return self.precision in LOW


@dataclass(frozen=True, slots=True)
class Calendar:
    """A published calendar: what its header says, and its entries in the order they appear.

    id: the same for ever, as an entry's `uid`. author: who publishes it.
    url: the page about it; source: its own address; both "" where there is none.
    colour: a CSS3 colour name. timezone: the IANA zone that clients may show it in.
    left_out: how many milestones without a date were not even made entries.
    windows: a second component for each vague date, over the days it may fall on.
    alarms: the entries' alarms are written. Both count only where a format knows such things.
    """

    name: str
    entries: tuple[Entry, ...]
    description: str = ""
    url: str = ""
    source: str = ""
    colour: str = "steelblue"
    timezone: str = "UTC"
    language: str = "en"
    left_out: int = 0
    id: str = ""
    author: str = ""
    windows: bool = False
    alarms: bool = False


def stable_uid(milestone: str, plan: str) -> str:
    """The UID of a milestone: "smart-cities/zero-draft" in the plan "example.org" becomes
    "smart-cities.zero-draft@example.org", which every client takes, also as a file name.

    Ids hold no dot, so that two milestones never share one.
    """
    return f"{milestone.replace('/', '.')}@{plan}"
