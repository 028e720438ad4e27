"""PURE. The values that go into the store and come out of it.

Instants are aware and in UTC. Nothing here knows a database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Literal, NamedTuple

from scheduler.planning.values import Reminder, is_by_clock


class State(StrEnum):
    """Where a reminder stands (semantics, Sending 1)."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    RETRYING = "retrying"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    MISSED = "missed"
    MUTED = "muted"


UNSENT = (State.PLANNED, State.RETRYING, State.CLAIMED)
"""The states of what may still be sent."""
ATTENTION, FRESH_LINK, UNCLEAR = "attention", "fresh-link", "unclear"
RETURNED = "returned"
"""The stage that tells somebody of the return of her report; its occurrence is that's number."""
NOTICES = (
    "moved", "cancelled", "done", ATTENTION, FRESH_LINK, UNCLEAR, RETURNED, "coordinators-digest",
)  # fmt: skip
"""Stages that tell of what happened: a report withdraws "moved" alone, and no reminder any."""
BY_HAND = "taken back by hand"
"""The cause of what somebody withdrew: no edit of the plan brings it back."""
MOVED = "moved"
EMPTY = "there was nothing to say"
"""The cause of what was not sent since the message would have been empty."""
TOLD = (MOVED, "cancelled", "done")
"""Those of them that tell of a milestone."""
FELL_BACK = "fell-back"
"""The kind of notice that a message left a paused channel for another: the digest counts them."""
INVITATION = "invitation:"
"""How the stages of calendar invitations begin; the SEQUENCE follows. They are notices too."""
ESCALATION = "escalation:"
"""How the stages begin that cannot be muted."""
ALWAYS = (ATTENTION, FRESH_LINK, UNCLEAR, RETURNED, "coordinators-digest")
"""Stages that no mute holds up: of the service itself, and what the recipient has asked for."""
ACKNOWLEDGED, SNOOZED, RESUMED = "acknowledged", "snoozed", "resumed"
WISHES = (ACKNOWLEDGED, SNOOZED, RESUMED)
"""The words of a report that concern only the reminders of the one who says it."""

Review = Literal["submitted", "approved", "returned", "published"]
"""How far the review of a report is. What is returned counts for nothing; what is published is
public; what is approved will be."""


class Stored(NamedTuple):
    """A reminder as it stands in the outbox, as far as planning asks.

    instead_of: the channel that failed and that this one stands in for; no plan asks for it, so
        planning leaves it alone. late: its time had passed when it was planned, to go at once.
    cause: why it is in its state.
    """

    key: str
    occurrence: str
    due: date | None
    stage: str
    recipient: str
    channel: str
    at: datetime
    state: str
    message: str
    attempts: int
    instead_of: str | None
    late: bool = False
    cause: str = ""


class SeenMilestone(NamedTuple):
    """A milestone as last seen. `held` while its needs are not done.

    gone_at: since when no plan has had it, else None.
    """

    id: str
    track: str
    title: str
    fingerprint: str
    status: str
    held: bool
    first_seen: datetime
    gone_at: datetime | None


class SeenOccurrence(NamedTuple):
    """An occurrence as last seen; `since` is when its due date was first known or released."""

    id: str
    milestone: str
    due: date | None
    due_text: str
    first_seen: datetime
    since: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredMove:
    """A date that moved, seen `at`; `id` numbers it."""

    id: int
    occurrence: str
    milestone: str
    at: datetime
    old_due: date | None
    old_text: str
    new_due: date | None
    new_text: str


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What somebody said of an occurrence. `said_at` is when she said it, `at` when it came.

    until: the end of a snooze or of an acknowledgement, else None. source: what it came from, if
    that may come twice. review: how far its review is; what needs none is "published" at once.
    link: an address that goes with it, "" for none. request: the update request's occurrence that
    it answers, if it does.
    """

    id: int
    occurrence: str
    milestone: str
    at: datetime
    by: str
    state: str
    percent: int | None
    note: str
    said_at: datetime
    until: datetime | None
    source: str | None = None
    review: Review = "published"
    link: str = ""
    request: str | None = None


class Wish(NamedTuple):
    """What somebody asks for her own reminders of an occurrence: one of `WISHES`, up to when."""

    occurrence: str
    milestone: str
    person: str
    state: str
    at: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        """Whether a reminder that is due at an instant is held up."""
        return self.state != RESUMED and at < self.until


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one worker may send now: reminders of one recipient on one channel.

    delivery: the identity of what is sent; a copy after a crash has the same.
    attempt: counts the claims of this delivery, from 1. first_tried: the first try that failed.
    """

    delivery: str
    worker: str
    recipient: str
    channel: str
    reminders: tuple[Reminder, ...]
    ids: tuple[int, ...]
    attempt: int
    first_tried: datetime | None


@dataclass(frozen=True, slots=True)
class Touch:
    """How a channel took a message: well, or with a fault of its own.

    lasting: nothing will pass before somebody mends it. retry_after: seconds the service asked
    for. draw: a random number from 0 to 1 for the jitter.
    """

    well: bool
    lasting: bool = False
    retry_after: float | None = None
    draw: float = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed message.

    state: SENT, RETRYING (at `next_at`), FAILED, or WITHDRAWN where there was nothing to say.
    ids: the rows it is true of; the rows of the claim that were left out are not among them.
    replacements: a reminder on the recipient's next channel for each of `ids`, or none.
    notice: what the coordinators must hear of it.
    touch: how the channel took it; None leaves the channel's state alone.
    """

    claimed: Claimed
    state: State
    answer: str
    at: datetime
    ids: tuple[int, ...]
    next_at: datetime | None = None
    replacements: tuple[Reminder, ...] = ()
    notice: str = ""
    touch: Touch | None = None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel is doing: failures in a row, and since when it is paused.

    probe_at: nothing is claimed for it before; None for at once.
    tried_since: while it is paused, since when it was tried again after nobody had for long;
    None or before `paused_since` where it was tried all the time.
    """

    channel: str
    failures: int = 0
    paused_since: datetime | None = None
    probe_at: datetime | None = None
    reason: str = ""
    tried_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery. `outcome` is the state that followed."""

    delivery: str
    recipient: str
    channel: str
    worker: str
    at: datetime
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """How many messages to a recipient failed on a channel; `instead` is the one they went by."""

    recipient: str
    channel: str
    instead: str | None
    count: int


InvitationKind = Literal["new", "changed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Invited:
    """A calendar invitation to one person, an update of one, or its withdrawal.

    key: of the reminder that carries it. mark: a hash of what calls for an update. entry: what
    the calendar shows, as text. at: when it was planned, which is its DTSTAMP. state: of the
    reminder; None where that was deleted after its time.
    """

    key: str
    milestone: str
    uid: str
    recipient: str
    channel: str
    address: str
    name: str
    language: str
    timezone: str
    kind: InvitationKind
    sequence: int
    mark: str
    entry: str
    at: datetime
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invited person's calendar program answered, from a mail.

    mail: the identity of that mail. occurrence: the original day or time of one occurrence of a
    repeating milestone, "" for all. sequence: of the invitation that it answers. answer: the
    PARTSTAT, for example "ACCEPTED". said_at: when it was said; at: when it was read.
    """

    mail: str
    milestone: str
    recipient: str
    occurrence: str
    sequence: int
    answer: str
    comment: str
    said_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the coordinators must hear, once; `number` counts what it speaks of."""

    key: str
    kind: str
    text: str
    at: datetime
    told_at: datetime | None
    number: int = 1


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits on a channel.

    due, oldest: the reminders that should have been sent, and when the first should. waiting_since:
    since when the first could have been tried and was not; what was refused and is tried again is
    not meant. moves: whether something was sent lately. failures: in a row.
    """

    channel: str
    due: int
    oldest: datetime | None
    waiting_since: datetime | None
    moves: bool
    failures: int
    paused_since: datetime | None


class Written(NamedTuple):
    """How far others have written what messages are made from.

    plan: by which plan it was last planned (`made_from.planned_by`), "" where nobody said. report,
    step, move: the number of the newest report, step of a review, change of a date; 0 for none.
    """

    plan: str = ""
    report: int = 0
    step: int = 0
    move: int = 0


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan that was read: its texts by file name; "in force", "past", "waiting", "rejected"."""

    digest: str
    at: datetime
    state: str
    texts: Mapping[str, str]
    problem: str


@dataclass(frozen=True, slots=True)
class Node:
    """A running service; `plan` is the digest of the plan it has, `version` the program's.

    role: "all", "no-web" or "web" (pages alone). A node of an older program names no version.
    """

    id: str
    started: datetime
    seen: datetime
    role: str
    plan: str
    version: str | None = None


def is_of_policy(stage: str) -> bool:
    """Whether a stage is one of a policy's: no notice, and no calendar invitation."""
    return stage not in NOTICES and not stage.startswith(INVITATION)


def can_be_quiet(stage: str) -> bool:
    """Whether quiet hours hold a stage up: not a lead in minutes or hours (When 6), nor a link that
    the recipient has just asked for."""
    return stage != FRESH_LINK and not is_by_clock(stage)


def delivery_id(keys: Iterable[str]) -> str:
    """The identity of a message: a hash of its reminders' keys, whatever their order.

    A reminder is sent once, so that no two messages ever hold the same keys.
    """
    return blake2b("\n".join(sorted(keys)).encode(), digest_size=15).hexdigest()
