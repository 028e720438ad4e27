"""The service as the pages see it: the plan in force and what has happened, kept in memory.

`refresh` reads the store; between two refreshes every page is answered from memory.
"""

import threading
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from operator import ge

from config.plan import Plan
from scheduler.answering import counts, last_said
from scheduler.clock import Clock
from scheduler.feeds import Gone
from scheduler.incoming.values import Mark
from scheduler.inforce import InForce, read_past, slips_of
from scheduler.invitations import Present
from scheduler.made_from import planned_by
from scheduler.moved import Moved
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.incoming_store import IncomingStore
from scheduler.outbox.invitation_store import InvitationStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.report_values import Attached
from scheduler.outbox.values import Written
from scheduler.past import Past
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Reminder
from scheduler.remembered import gone_of
from scheduler.rendering import Snapshot
from scheduler.reports.told import Told, Version
from scheduler.shown import KEPT
from scheduler.stamping import Stamps
from scheduler.stamps import Stamp
from scheduler.standing import State
from scheduler.web.site import ReadableMailbox, Rehearsal, Slip

UPCOMING = 200
"""How many of the next reminders are kept for the pages."""


class Live:
    """Implements `scheduler.web.site.Site`; every method may be called from several threads."""

    def __init__(
        self,
        force: InForce,
        planning: PlanningStore,
        history: HistoryStore,
        invitations: InvitationStore,
        clock: Clock,
        *,
        mailbox: ReadableMailbox | None = None,
        rehearsed: tuple[datetime, datetime, timedelta] | None = None,
    ) -> None:
        """`rehearsed` is a rehearsal's start, end and speed (rehearsed time a second)."""
        self._force = force
        self._planning = planning
        self._history = history
        self._invitations = invitations
        self._clock = clock
        self._mailbox = mailbox
        self._rehearsed = rehearsed
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._stamping = Stamps(history)
        self._moved = Moved(planning)
        self._secret = history.signing_key()
        self._incoming = IncomingStore(history.database)
        self._marked: Mapping[str, Mark] = {}
        self._snapshot = Snapshot(force.plan, Dates(force.plan))
        self._stamps: Mapping[str, Stamp] = {}
        self._told = Told()
        self._gone: Sequence[Gone] = ()
        self._upcoming: Sequence[Reminder] | None = None
        self._generations: Mapping[str, int] = {}
        self._answered: Mapping[str, Mapping[str, int]] = {}
        self._mark: object = None
        self._known = Written()
        self._changed = clock.now()
        self._count = 0

    def refresh(self, now: datetime) -> None:
        """Read what has happened; the version differs afterwards only where something did."""
        with self._reading:
            self._refresh(now)

    def _refresh(self, now: datetime) -> None:
        written, digest = self._history.written(), self._force.digest
        plan = self._force.plan
        told, moves = self._force.told(), self._moved.read()
        stamps, rows = self._stamping.read()
        left = gone_of((row for row in rows if row["gone_at"] > now - KEPT), stamps)
        generations = self._history.generations()
        answers = self._invitations.answers()
        answered = counts(last_said(answers, self._invitations.invited())) if answers else {}
        marked = self._incoming.marks()
        mark = (digest, id(plan), told, moves, stamps, generations, len(left), answered)
        known = written._replace(plan=planned_by(plan, digest))
        with self._lock:
            if mark != self._mark:
                self._mark, self._count = mark, self._count + 1
                self._changed = max(now, self._changed)
                self._snapshot = Snapshot(plan, Dates(plan), told.states, moves, told.heard)
                self._stamps, self._gone, self._generations = stamps, left, generations
                self._answered, self._told = answered, told
            self._marked, self._known = marked, known

    def knows(self, written: Written) -> bool:
        """Whether what messages are made from is at least what was written then."""
        known = self._known
        if written.plan not in ("", known.plan):
            return False
        return all(map(ge, known[1:], written[1:]))

    def look_ahead(self) -> None:
        """Forget which reminders come next; whoever asks for them first reads them."""
        with self._lock:
            self._upcoming = None

    def snapshot(self) -> Snapshot:
        """What messages need of the plan and the past."""
        return self._snapshot

    def marked(self) -> Mapping[str, Mark]:
        """The addresses to which no mail is sent any more."""
        return self._marked

    def present(self, now: datetime) -> Present:
        """What invitations are made from."""
        known = self._snapshot
        return Present(known.plan, known.dates, self._told.published, self._stamps, now)

    # scheduler.web.site.Site

    def plan(self) -> Plan:
        """The plan in force."""
        return self._snapshot.plan

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self._clock.now()

    def version(self) -> str:
        """Differs whenever plan, reports, moves, stamps or answers do."""
        return f"{self._force.digest[:16]}.{self._count}"

    def changed(self) -> datetime:
        """When that last happened."""
        return self._changed

    def states(self) -> Mapping[str, State]:
        """The last published report of each occurrence that has one."""
        return self._told.published

    def as_said(self) -> Mapping[str, State]:
        """The last report of each occurrence that has one, also what nobody has reviewed yet."""
        return self._snapshot.states

    def heard(self) -> Mapping[str, State]:
        """The same, also for what only notes were said of."""
        return self._snapshot.heard

    def versions(self, milestone: str) -> Sequence[Version]:
        """Every published report on a milestone's occurrences, the oldest first."""
        return self._told.versions.get(milestone, ())

    def in_review(self) -> Collection[str]:
        """The milestones of which something was said that is not public yet."""
        return self._told.in_review

    def file(self, number: int) -> Attached | None:
        """A file that came with a report, as it stands in the database now."""
        return self._history.attachment(number)

    def moves(self, milestones: Collection[str]) -> Sequence[Slip]:
        """Every change of date of these milestones' occurrences, the oldest first."""
        found = slips_of(one for key in milestones for one in self._snapshot.moves.get(key, ()))
        return sorted(found, key=lambda one: one.at)

    def past(self) -> Past:
        """All that was reported, moved and dropped, read from the store."""
        return read_past(self._history, self._planning)

    def stamps(self) -> Mapping[str, Stamp]:
        """The history of each milestone's calendar entry."""
        return self._stamps

    def answered(self, milestone: str) -> Mapping[str, int]:
        """How many of those who are invited have said what, by PARTSTAT; of the date in force."""
        return self._answered.get(milestone, {})

    def gone(self) -> Sequence[Gone]:
        """The milestones that went from the plan no more than 30 days ago."""
        return self._gone

    def upcoming(self, limit: int) -> Sequence[Reminder]:
        """The next reminders that will be sent."""
        with self._lock:
            if self._upcoming is None:
                self._upcoming = self._history.upcoming(UPCOMING)
            return self._upcoming[:limit]

    def mailbox(self) -> ReadableMailbox | None:
        """The mailbox of a rehearsal."""
        return self._mailbox

    def rehearsal(self) -> Rehearsal | None:
        """The clock of a rehearsal."""
        if self._rehearsed is None:
            return None
        start, end, speed = self._rehearsed
        return Rehearsal(start, self._clock.now(), end, speed)

    def secret(self) -> bytes:
        """The key of private links."""
        return self._secret

    def generation(self, owner: str) -> int:
        """How often the private links of a person or team were renewed."""
        return self._generations.get(owner, 0)
