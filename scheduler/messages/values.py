"""PURE. What a message says of reminders, before it is in any language.

Instants are aware and in UTC; `today` and the days counted from it are those of the reader's zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from calendars.dates import DueDate
from calendars.durations import Duration
from notifiers.message import Button, Urgency
from scheduler.planning.changes import Move
from scheduler.planning.values import is_by_clock
from scheduler.standing import State

Kind = Literal[
    "opening",
    "before",
    "on-the-day",
    "overdue",
    "escalation",
    "date-wanted",
    "moved",
    "cancelled",
    "done",
    "fresh-link",
]
NOTICES: frozenset[Kind] = frozenset({"moved", "cancelled", "done", "fresh-link"})
LISTED = "overdue:0"
"""The stage as which a week's digest lists what is overdue: it is no reminder of its own."""
RoleKind = Literal["owner", "member", "room", "watcher", "lead", "coordinator", "named", "none"]


class Reached(NamedTuple):
    """Somebody whom an earlier reminder of the same occurrence reached, on which channel, when."""

    recipient: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LastKnown:
    """What was last known of a milestone that is gone from the plan."""

    title: str
    track: str
    due: date | None
    due_text: str


@dataclass(frozen=True, slots=True)
class Past:
    """What has happened to an occurrence, as far as a message needs it.

    `earlier` are the reminders that went out, for an escalation. `move` is the change of date that
    a `moved` notice tells of. `first_text` is the date when the occurrence was first known, where
    it has moved since: it keeps the subject, and so the thread. `known` is for an occurrence that
    the plan has no longer. Dates of the past are kept in English words (see `dated`).
    """

    earlier: tuple[Reached, ...] = ()
    report: State | None = None
    move: Move | None = None
    first_text: str | None = None
    known: LastKnown | None = None


NOTHING = Past()


@dataclass(frozen=True, slots=True)
class Links:
    """Signed links that a message carries: answers by the occurrence's id, and the address that
    ends these messages, with one POST where it is an https one (RFC 8058). by_mail: whether the
    message can be answered by mail too."""

    actions: Mapping[str, tuple[Button, ...]] = field(default_factory=dict)
    unsubscribe: str | None = None
    by_mail: bool = False


NO_LINKS = Links()


class Role(NamedTuple):
    """Why somebody is a recipient; `team` is the name of the team by which she is."""

    kind: RoleKind
    team: str = ""


class Standing(NamedTuple):
    """One who is away and for whom the recipient stands in, and why that one is a recipient."""

    name: str
    role: Role


class Step(NamedTuple):
    """What happens next if nothing is reported; `told` is empty for a reminder to the reader.

    `you` is true where the reader herself is among those who will be told.
    """

    day: date
    told: tuple[str, ...] = ()
    you: bool = False
    coordinators: bool = False


class Times(NamedTuple):
    """How often and on which days (of the plan's zone) somebody was reached on a channel.

    `name` is empty for the reader herself.
    """

    name: str
    channel: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Everything that a message says of one reminder, in no language; texts hold no line break.

    `due` is the due day; `day` the one in the reader's zone, which differs for a timed occurrence
    across midnight. `counted_from` is the title of the milestone that a relative date hangs on.
    `further` counts the later dates of a series that changed with it and are not shown.
    `working` counts the working days left after `today`, or those passed since
    the due day. `starts` is the instant of a timed occurrence, `local_start` the same in the
    reader's zone. `early` is true where the reminder of the day comes before it.
    """

    kind: Kind
    stage: str
    urgency: Urgency
    occurrence: str
    track: str
    title: str
    track_title: str
    reference: str
    promise: DueDate
    due: date | None
    due_words: str | None
    first_text: str | None
    day: date | None
    today: date
    now: datetime
    working: int
    today_works: bool
    starts: datetime | None
    local_start: datetime | None
    timezone: str
    meeting: bool
    counted_from: str
    location: str
    said: str
    source: str
    paragraphs: tuple[str, ...]
    notes: str
    document: str
    owners: tuple[str, ...]
    role: Role
    behalf: tuple[Standing, ...]
    coordinators: tuple[str, ...]
    is_coordinator: bool
    steps: tuple[Step, ...]
    earlier: tuple[Times, ...]
    report: State | None
    reporter: str
    reported_on: date | None
    move: Move | None
    asked_every: Duration | None
    page: str | None
    further: int = 0

    @property
    def days(self) -> int | None:
        """Calendar days until the due day, below zero when it has passed; None without a date."""
        return None if self.day is None else (self.day - self.today).days

    @property
    def by_clock(self) -> bool:
        """Whether the lead of the reminder is counted in hours or minutes."""
        return is_by_clock(self.stage)
