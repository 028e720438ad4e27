"""What the pages and feeds ask of the service: the plan in force, and what has happened.

Every method may be called from several threads at once. `version`, `plan`, `now` and `rehearsal`
are called for each request and must answer from memory; the others are asked when something
changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from config.plan import Plan
from notifiers.mailbox import StoredMail
from scheduler.feeds import Gone
from scheduler.outbox.report_values import Attached
from scheduler.past import Past
from scheduler.planning.values import Reminder
from scheduler.reports.told import Version
from scheduler.stamps import Stamp
from scheduler.standing import Slip, State

__all__ = ["ReadableMailbox", "Rehearsal", "Site", "Slip"]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A run on a clock of its own, in UTC; `speed` is rehearsed time for each second."""

    start: datetime
    now: datetime
    end: datetime
    speed: timedelta


class ReadableMailbox(Protocol):
    """A mailbox in which a rehearsal's messages gather, such as `notifiers.MemoryMailbox`."""

    def messages(self, start: int = 0) -> list[StoredMail]:
        """In the order of sending, from the one with the index `start` on."""
        ...

    def __len__(self) -> int: ...


class Site(Protocol):
    """The service as the pages see it."""

    def plan(self) -> Plan:
        """The plan in force."""
        ...

    def now(self) -> datetime:
        """The present instant, UTC; in a rehearsal that of its clock."""
        ...

    def version(self) -> str:
        """A text that differs whenever plan, reports, moves, stamps, answers or gone ones do."""
        ...

    def changed(self) -> datetime:
        """When that last happened, UTC. It never goes back."""
        ...

    def states(self) -> Mapping[str, State]:
        """The last published report of each occurrence that has one, by its id."""
        ...

    def as_said(self) -> Mapping[str, State]:
        """The same with what nobody has reviewed yet: for whoever said it, not for the public."""
        ...

    def heard(self) -> Mapping[str, State]:
        """As `as_said`, also for what only notes were said of."""
        ...

    def versions(self, milestone: str) -> Sequence[Version]:
        """Every published report on a milestone's occurrences, the oldest first."""
        ...

    def in_review(self) -> Collection[str]:
        """The milestones of which something was said that is not public yet."""
        ...

    def file(self, number: int) -> Attached | None:
        """A file that came with a report, as it stands in the database now; None for none."""
        ...

    def moves(self, milestones: Collection[str]) -> Sequence[Slip]:
        """Every change of date of these milestones' occurrences, the oldest first."""
        ...

    def past(self) -> Past:
        """All that was reported, moved and dropped; asked only for a look back over a period."""
        ...

    def stamps(self) -> Mapping[str, Stamp]:
        """The history of each milestone's calendar entry."""
        ...

    def answered(self, milestone: str) -> Mapping[str, int]:
        """How many of those who are invited have said what, by PARTSTAT; of the date in force."""
        ...

    def gone(self) -> Sequence[Gone]:
        """The milestones that are no longer in the plan."""
        ...

    def upcoming(self, limit: int) -> Sequence[Reminder]:
        """The next reminders that will be sent, by time."""
        ...

    def mailbox(self) -> ReadableMailbox | None:
        """The mailbox of a rehearsal; None where messages go out."""
        ...

    def rehearsal(self) -> Rehearsal | None:
        """The clock of a rehearsal; None where the time is real."""
        ...

    def secret(self) -> bytes:
        """The key of private links."""
        ...

    def generation(self, owner: str) -> int:
        """How often the private links of a person or team were renewed."""
        ...
