"""PURE. The plan as values: what the coordinators asked for, checked and with defaults filled in.

`config.parse` makes these from TOML; the planner, the feeds and the pages read them. Ids of
milestones are full ("smart-cities/zero-draft"). Nothing here knows what has happened.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Literal

from calendars.dates import TBC, DueDate
from calendars.durations import Duration, Unit
from calendars.recurrence import Recurrence
from calendars.workdays import Workdays
from config.request_values import Request
from notifiers.secret import Secret

Delivery = Literal["immediate", "daily", "weekly"]
Gathering = Literal["daily", "weekly", "off"]
"""How often the coordinators are told how the whole plan stands."""
Status = Literal["planned", "on-track", "at-risk", "delayed", "done", "cancelled"]
Roll = Literal["previous", "next"]
DayRange = tuple[date, date]
"""First and last day, both included."""

LEAD, COORDINATORS = "lead", "coordinators"
"""What an escalation may name beside people and teams."""
DEFAULT_POLICY = "default"
DEFAULT_CHANNEL = "email"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing is sent, local time; `start` later than `end` spans midnight.

    `start` is inside, `end` is not.
    """

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Person:
    """One who can be reminded."""

    id: str
    name: str
    email: str | None = None
    timezone: str = "UTC"
    language: str = "en"
    channels: tuple[str, ...] = (DEFAULT_CHANNEL,)
    delivery: Delivery = "immediate"
    quiet: Quiet | None = None
    away: tuple[DayRange, ...] = ()
    deputy: str | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Channel id -> her address there, where it is not her e-mail address."""


@dataclass(frozen=True, slots=True)
class Team:
    """People who own milestones together; `channels` are the team's own rooms."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    lead: str | None = None
    channels: tuple[str, ...] = ()
    timezone: str = "UTC"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Rate:
    """At the most `count` messages in `seconds`."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A configured way to reach somebody; `options` is the `Options` of its kind's notifier."""

    id: str
    kind: str
    options: object
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """Reminders after the due day: each `every`, at the most `at_most` of them."""

    every: Duration
    at_most: int = 10


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told when nothing was reported `after` the due day."""

    after: Duration
    to: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A reminder policy; its defaults are those of a policy that leaves a key out."""

    id: str
    before: tuple[Duration, ...] = ()
    on_the_day: bool = False
    overdue: Overdue | None = None
    escalate: tuple[Escalation, ...] = ()
    at: time = time(9)
    only_working_days: bool = True
    date_wanted: Duration = Duration(4, Unit.WEEKS)
    opening: bool = False
    acknowledged: Duration = Duration(1, Unit.WEEKS)
    """For how long an acknowledgement stops the reminders of the one who gave it."""


BUILT_IN_POLICY = Policy(
    id=DEFAULT_POLICY,
    before=(Duration(30, Unit.DAYS), Duration(7, Unit.DAYS), Duration(1, Unit.WORKING_DAYS)),
    on_the_day=True,
    overdue=Overdue(Duration(3, Unit.WORKING_DAYS), 10),
)
"""The policy of a plan that names none (semantics, When 9)."""


@dataclass(frozen=True, slots=True)
class Resources:
    """Money that a track or milestone needs and has, in whole units of `currency`."""

    required: Decimal
    mobilised: Decimal
    currency: str

    @property
    def gap(self) -> Decimal:
        """What is still wanting, never below zero."""
        return max(self.required - self.mobilised, Decimal(0))


@dataclass(frozen=True, slots=True)
class Source:
    """Where something stands in the plan's files; line and column count from 1."""

    file: str
    line: int
    column: int = 1


HOURLY = Duration(1, Unit.HOURS)
"""How often a calendar is looked at where the plan does not say."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A calendar of others whose dates milestones may hang on; it has a `url` or a `file`.

    timezone: of its times that name no zone. public: whether its titles may be shown to anybody.
    allow_private: whether it may lie in a private network.
    """

    id: str
    name: str
    url: Secret | None = None
    file: str | None = None
    every: Duration = HOURLY
    timezone: str = "UTC"
    public: bool = True
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Replies:
    """The mailbox in which answers and bounces arrive, read by IMAP.

    address: its own, which reminders name with a token as where to answer; None for no answers.
    authserv_id: of the server that checks who sent a mail (RFC 8601), as it writes it.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    username: str
    password: Secret
    folder: str = "INBOX"
    certificates: str | None = None
    address: str | None = None
    authserv_id: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """How the service is watched over.

    ping: an address that is asked every `ping_every` as long as all is well; allow_private: also
    inside a private network. metrics_token: whoever shows it may read the metrics from anywhere.
    """

    ping: Secret | None = None
    ping_every: Duration = Duration(5, Unit.MINUTES)
    allow_private: bool = False
    metrics_token: Secret | None = None


@dataclass(frozen=True, slots=True)
class Templates:
    """An organisation's own words and templates of messages, as texts.

    digest: SHA-256 over them, in hexadecimal. folder: where they were read, for people. texts: by
    their places in that folder, "fr/words.toml".
    """

    digest: str
    folder: str = field(default="", compare=False)
    texts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated commitment. Owner, policy, zone, tags and `invite` have the track's as default.

    `due` holds the date of `starts` too. `roll`, `repeats`, `exceptions` and `moved` work on it.
    `watchers` are the milestone's and the track's.
    """

    id: str
    track: str
    title: str
    due: DueDate = TBC
    roll: Roll | None = None
    duration: Duration | None = None
    repeats: Recurrence | None = None
    exceptions: frozenset[date] = frozenset()
    moved: Mapping[date, date | datetime] = field(default_factory=dict)
    timezone: str = "UTC"
    location: str | None = None
    owner: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()
    policy: str = DEFAULT_POLICY
    needs: tuple[str, ...] = ()
    status: Status = "planned"
    percent: int | None = None
    paragraphs: tuple[str, ...] = ()
    said: str | None = None
    source: str | None = None
    notes: str | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()
    public: bool = True
    resources: Resources | None = None
    review: bool = True
    invite: bool = False
    uid: str | None = None
    """The UID in the calendar that it was imported from; that of its own feeds is another."""
    hangs_on: str | None = None
    """Full id of the milestone (or occurrence) that a relative `due` is counted from; a date of a
    watched calendar is "calendar:CALENDAR/DATE"."""
    opens: date | Duration | None = None
    """Only of a part of an update request: see `Request.opens`."""
    place: Source | None = field(default=None, compare=False)

    @property
    def short_id(self) -> str:
        """The id inside its track."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Part:
    """What of an update request is for one who is asked: her part of it.

    milestone: its close as a deadline that is hers alone, with an id of `part_id`. asked: the
    milestones of hers that it asks for, those that the plan has open. teams: the teams among the
    owners through which she has them, whose leads an escalation reaches.
    """

    milestone: Milestone
    request: Request
    focal: str
    asked: tuple[str, ...]
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """One resolution, project or workstream."""

    id: str
    title: str
    reference: str | None = None
    url: str | None = None
    owner: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()
    policy: str = DEFAULT_POLICY
    timezone: str = "UTC"
    tags: tuple[str, ...] = ()
    public: bool = True
    summary: str | None = None
    resources: Resources | None = None
    milestones: tuple[str, ...] = ()
    """Full ids, in the order written."""


@dataclass(frozen=True)
class Plan:
    """Everything the coordinators asked for. Two equal plans ask for the same."""

    id: str = "plan"
    """A short name for identities that leave the product, as in feed UIDs."""
    name: str = "Milestones"
    timezone: str = "UTC"
    language: str = "en"
    url: str | None = None
    coordinators: tuple[str, ...] = ()
    coordinators_digest: Gathering = "weekly"
    holidays: tuple[str, ...] = ()
    weekend: frozenset[int] = frozenset({5, 6})
    """Days of the week without work; Monday is 0."""
    closed: tuple[DayRange, ...] = ()
    people: Mapping[str, Person] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    tracks: Mapping[str, Track] = field(default_factory=dict)
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    calendars: Mapping[str, Watched] = field(default_factory=dict)
    events: Mapping[str, Milestone] = field(default_factory=dict)
    """What is known of the watched calendars, by "calendar:CALENDAR/DATE": dates that nobody is
    reminded of. They come from the last fetched calendars, not from the plan's files."""
    requests: Mapping[str, Request] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    """The parts of all update requests by their ids: they follow from the rest of the plan."""
    replies: Replies | None = None
    operation: Operation = Operation()
    templates: Templates | None = None

    def dated(self, name: str) -> Milestone | None:
        """What a date may hang on: a milestone by its full id, or a watched date by its name."""
        return self.milestones.get(name) or self.events.get(name) or self._part(name)

    def reminded(self, name: str) -> Milestone | None:
        """What people are reminded of: a milestone, or their part of an update request."""
        return self.milestones.get(name) or self._part(name)

    def every_reminded(self) -> Iterator[Milestone]:
        """All that people are reminded of, the milestones first."""
        yield from self.milestones.values()
        yield from (part.milestone for part in self.parts.values())

    def _part(self, name: str) -> Milestone | None:
        part = self.parts.get(name)
        return part.milestone if part else None

    @cached_property
    def workdays(self) -> Workdays:
        """The plan's working days; a year of which no holidays are known has none."""
        return Workdays(self.weekend, self.holidays, self.closed, strict=False)

    def policy(self, name: str) -> Policy:
        """The policy of that name; the built-in one where the plan defines no `default`."""
        return self.policies.get(name, BUILT_IN_POLICY)
