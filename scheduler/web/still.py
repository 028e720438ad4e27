"""PURE. A site that stands still: the plan at one moment, with what is known of the past."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from config.plan import Plan
from scheduler.feeds import Gone, History
from scheduler.outbox.report_values import Attached
from scheduler.past import Past
from scheduler.planning.values import Reminder
from scheduler.reports.told import Told, Version
from scheduler.stamps import Stamp
from scheduler.standing import Slip, State

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Still:
    """Implements `scheduler.web.site.Site` for pages that are written once.

    It sends nothing and has no private links.
    """

    the_plan: Plan
    at: datetime
    history: History
    slips: Sequence[Slip] = ()
    told: Told = field(default_factory=Told)
    files: Mapping[int, Attached] = field(default_factory=dict)

    def plan(self) -> Plan:
        """The plan."""
        return self.the_plan

    def now(self) -> datetime:
        """The moment, UTC."""
        return self.at

    def version(self) -> str:
        """Always the same."""
        return ""

    def changed(self) -> datetime:
        """When an entry last changed, UTC."""
        stamps = (one.modified for one in self.history.stamps.values())
        return max(stamps, default=_NEVER)

    def states(self) -> Mapping[str, State]:
        """The last report of each occurrence that has one."""
        return self.history.states

    def as_said(self) -> Mapping[str, State]:
        """The same with what nobody has reviewed yet."""
        return {**self.history.states, **self.told.states}

    def heard(self) -> Mapping[str, State]:
        """The last report of each occurrence, reviewed or not; also of what has only notes."""
        return self.told.heard

    def versions(self, milestone: str) -> Sequence[Version]:
        """Every published report on a milestone's occurrences, the oldest first."""
        return self.told.versions.get(milestone, ())

    def in_review(self) -> Collection[str]:
        """The milestones of which something was said that is not public yet."""
        return self.told.in_review

    def file(self, number: int) -> Attached | None:
        """A file that came with a published report."""
        return self.files.get(number)

    def moves(self, milestones: Collection[str]) -> Sequence[Slip]:
        """Every change of date of these milestones' occurrences, the oldest first."""
        return [one for one in self.slips if one.occurrence.partition("@")[0] in milestones]

    def past(self) -> Past:
        """All that was reported, moved and dropped."""
        return Past(self.told.reports, self.slips, self.history.gone)

    def stamps(self) -> Mapping[str, Stamp]:
        """The history of each milestone's calendar entry."""
        return self.history.stamps

    def answered(self, milestone: str) -> Mapping[str, int]:
        """None: how many have answered an invitation is old before a folder is read."""
        return {}

    def gone(self) -> Sequence[Gone]:
        """The milestones that are no longer in the plan."""
        return self.history.gone

    def upcoming(self, limit: int) -> Sequence[Reminder]:
        """None."""
        return ()

    def mailbox(self) -> None:
        """None."""
        return

    def rehearsal(self) -> None:
        """None."""
        return

    def secret(self) -> bytes:
        """No key: no private feed is made of it."""
        return b""

    def generation(self, owner: str) -> int:
        """No link was ever renewed."""
        return 0
