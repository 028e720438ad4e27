"""PURE. The values that go into the store and come out of it.

Instants are aware and in UTC. Nothing here knows a database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b

from scheduler.planning.values import Reminder


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


OPEN = frozenset({State.PLANNED, State.CLAIMED, State.RETRYING})
"""The states of what may still be sent."""
NOTICES = ("moved", "cancelled", "done")
"""Stages that tell what changed: no report withdraws them, and no later reminder replaces them."""
ESCALATION = "escalation:"
"""How the stages begin that cannot be muted."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A reminder as the store has it.

    instead_of: the channel that failed and that this one stands in for; nothing in the plan asks
        for it, so planning leaves it alone.
    delivery: the identity of the message it went, or is to go, out with; "" before the first try.
    """

    reminder: Reminder
    id: int
    state: State
    cause: str
    planned_at: datetime
    changed_at: datetime
    delivery: str
    attempts: int
    next_at: datetime | None
    sent_at: datetime | None
    instead_of: str | None

    @property
    def key(self) -> str:
        """The reminder's identity."""
        return self.reminder.key

    @property
    def is_open(self) -> bool:
        """Whether it may still be sent."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class SeenMilestone:
    """A milestone as last seen in a plan; the fields up to `placing` belong to its feed entry.

    gone_at: since when no plan has had it, else None.
    """

    id: str
    track: str
    title: str
    fingerprint: str
    first_seen: datetime
    created: datetime
    modified: datetime
    sequence: int = 0
    look: str = ""
    placing: str = ""
    status: str = "planned"
    due: date | None = None
    due_text: str = ""
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeenOccurrence:
    """An occurrence as last seen; `since` is when this due day was first known or released."""

    id: str
    milestone: str
    due: date | None
    due_text: str
    first_seen: datetime
    since: datetime
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """A change of an occurrence's date, kept for ever.

    settled_at: when it was decided what to say of it, None while the edit settles; `outcome` says
    what was decided ("told", "moved back", ...). `id` is 0 before it is saved.
    """

    occurrence: str
    milestone: str
    at: datetime
    old_due: date | None
    old_text: str
    new_due: date | None
    new_text: str
    settled_at: datetime | None = None
    outcome: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody said of an occurrence.

    state: done, on-track, at-risk, delayed, cancelled, acknowledged, snoozed, or "" for a mere
    note. until: the end of a snooze. `id` is 0 before it is saved.
    """

    occurrence: str
    milestone: str
    at: datetime
    by: str
    state: str
    percent: int | None = None
    note: str = ""
    until: datetime | None = None
    id: int = 0


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
class Outcome:
    """What became of a claimed message.

    kind: SENT, RETRYING (at `next_at`), FAILED, or WITHDRAWN where there was nothing to say.
    ids: the rows it is true of; rows of the claim that were left out are not among them.
    replacements: reminders on the recipients' next channels, with the channel they stand in for.
    touched: how the channel took it; None leaves the channel's state alone.
    """

    claimed: Claimed
    kind: State
    answer: str
    at: datetime
    ids: tuple[int, ...]
    next_at: datetime | None = None
    replacements: tuple[Reminder, ...] = ()
    touched: "Touch | None" = None


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
class ChannelState:
    """How a channel does: faults in a row, since when it is paused, when it may be tried."""

    channel: str
    failures: int = 0
    paused_since: datetime | None = None
    not_before: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the coordinators must hear; `number` counts what it speaks of."""

    key: str
    kind: str
    text: str
    at: datetime
    number: int = 1
    told_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan as text: file name -> content. `state` is "in force", "waiting" or "rejected"."""

    digest: str
    at: datetime
    texts: Mapping[str, str]
    state: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A running service; `plan` is the digest of the plan it has."""

    id: str
    started: datetime
    seen: datetime
    role: str
    plan: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of a reminder's state."""

    reminder: int
    at: datetime
    state: State
    cause: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a delivery; `outcome` is the state that followed."""

    delivery: str
    channel: str
    recipient: str
    worker: str
    at: datetime
    outcome: str
    answer: str


def delivery_id(keys: "tuple[str, ...] | list[str]") -> str:
    """The identity of a message: a hash of its reminders' keys, whatever their order.

    A reminder is sent once, so that no two messages ever hold the same keys.
    """
    return blake2b("\n".join(sorted(keys)).encode(), digest_size=15).hexdigest()
