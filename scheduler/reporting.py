"""What somebody says of an occurrence, and what follows: one way for the command, form and mail.

A report is recorded in one transaction with what it withdraws; then the watchers hear, what
waited for it is planned, and the calendars show it. A crash in between leaves only the latter:
the report's number stands in the database until it is done, and every node that looks makes up
for it (`make_up`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from config.plan import Plan
from scheduler.asked import parts_with
from scheduler.inforce import InForce
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.report_values import Upload
from scheduler.outbox.values import WISHES, Review, StoredReport
from scheduler.planner import Planning
from scheduler.planning.values import Occurrence
from scheduler.reports.rules import needs_review
from scheduler.standing import SETTLED

Word = Literal[
    "done",
    "on-track",
    "at-risk",
    "delayed",
    "cancelled",
    "note",
    "acknowledged",
    "snoozed",
    "resumed",
]
"""What can be said. "note" leaves the state as it was; the last three concern only the reminders
of the one who says it, with `until`."""

PATIENCE_SECONDS = 5.0
"""How long what follows from a report waits for its turn to plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is said. by: the id of a person, a team or "" for nobody named; percent: 0 to 100.

    said_at: when it was said (UTC), for instance when a mail was sent. until: the end of an
    acknowledgement or a snooze. source: what it came from (the form, the mail), so that the same
    thing that comes twice is recorded once. link: an address that goes with it. upload: a file
    that does. request: the update request's occurrence that it answers. reviewed: whether it comes
    from one who coordinates, so that nobody else need read it before it is public.
    """

    state: Word
    by: str
    said_at: datetime
    percent: int | None = None
    note: str = ""
    until: datetime | None = None
    source: str | None = None
    link: str = ""
    upload: Upload | None = None
    request: str | None = None
    reviewed: bool = False


class Reporting:
    """Records reports against the plan in force; several threads may use it at once."""

    def __init__(
        self, database: Database, history: HistoryStore, planning: Planning, force: InForce
    ) -> None:
        self._database = database
        self._history = history
        self._planning = planning
        self._force = force

    def record(self, occurrence: Occurrence, report: Report, now: datetime) -> int | None:
        """Record what is said at `now` of an occurrence; how many reminders were taken back.

        None where its source was recorded before, and nothing is done. The report is on the disk
        before this returns, and no worker begins to send what it withdrew.
        """
        withdrawn = self._history.add_report(
            occurrence.id,
            occurrence.milestone,
            state=report.state,
            by=report.by,
            at=now,
            said_at=report.said_at,
            percent=report.percent,
            note=report.note,
            until=report.until,
            source=report.source,
            review=self.review_of(occurrence, report),
            link=report.link,
            request=report.request,
            upload=report.upload,
        )
        if withdrawn is not None and report.state not in WISHES:
            self.make_up(now)
        return withdrawn

    def review_of(self, occurrence: Occurrence, report: Report) -> Review:
        """Whether a report waits for its review, or is published at once."""
        plan = self._force.plan
        milestone = plan.milestones.get(occurrence.milestone)
        if milestone is None or report.reviewed or report.state in WISHES:
            return "published"
        return "submitted" if needs_review(plan, milestone, report.by) else "published"

    def make_up(self, now: datetime) -> None:
        """Do what follows from reports and their review and was not done; twice does no harm.

        Where another process plans for longer than `PATIENCE_SECONDS` it is left to the next
        round: what was said is recorded, and who said it waits for the answer.
        """
        for one in self._history.unfollowed():
            if not self._in_turn(one, partial(self._follow, one, now)):
                return
            self._history.followed(one.id)
        for one, state in self._history.decided():
            if not self._in_turn(one, partial(self._follow_decision, one, state, now)):
                return
            self._history.decision_followed(one.id, state)

    def _in_turn(self, report: StoredReport, follow: Callable[[], None]) -> bool:
        """Do it with the right to plan, where the plan has its milestone; False without that, or
        where another plan is in force than this node knows."""
        with self._database.planning_lock(PATIENCE_SECONDS) as got:
            if not got or self._force.behind():
                return False
            if report.milestone in self._force.plan.milestones:
                follow()
            return True

    def catch_up(self, changed: Collection[str], now: datetime) -> None:
        """What follows from reports that came in elsewhere on these occurrences: release what
        waited for what is done, and stamp what the calendars show of it."""
        if not changed:
            return
        plan, ended = self._force.plan, self._force.ended(self._force.plan, now)
        known = {key.partition("@")[0] for key in changed}
        needs = {
            need
            for one in plan.milestones.values()
            for other in one.needs
            if (need := other.partition("@")[0]) in known
            and (other in ended.done or need in ended.done)
        }
        with self._database.planning():
            for need in sorted(needs):
                self._planning.release(plan, need, now, ended)
            self._force.stamp_reported(known, now)

    def _follow(self, report: StoredReport, now: datetime) -> None:
        """What follows: watchers hear, what waited is planned, calendars change.

        A mail that says "done" may come after what was said later than it: that counts.
        """
        plan = self._force.plan
        said = self._force.states().get(report.occurrence)
        settled = report.state in SETTLED and (said is None or said.state in SETTLED)
        if report.review != "returned" and settled:
            self._planning.telling.reported(plan, report)
        ended = self._force.ended(plan, now)
        self._planning.release(plan, report.occurrence, now, ended)
        if not settled:
            self._planning.reopen(plan, report.milestone, now, ended)
        if parts := parts_with(plan, report.milestone):
            self._planning.look_at(plan, parts, now, ended)
        self._force.stamp_reported({report.milestone}, now)

    def _follow_decision(self, report: StoredReport, state: Review, now: datetime) -> None:
        """What follows from a step: what is returned counts no longer, and calendars change."""
        plan = self._force.plan
        if state == "returned" and report.state in SETTLED:
            self._take_back(plan, report, now)
        if state == "returned":
            self._planning.telling.returned(plan, report, now)
        if parts := parts_with(plan, report.milestone):
            self._planning.look_at(plan, parts, now, self._force.ended(plan, now))
        self._force.stamp_reported({report.milestone}, now)

    def _take_back(self, plan: Plan, report: StoredReport, now: datetime) -> None:
        """Remind again of what was said to be settled, unless something else says that it is."""
        states, ended = self._force.states(), self._force.ended(plan, now)
        said = states.get(report.occurrence)
        if said is None or said.state not in SETTLED:
            self._planning.reopen(plan, report.milestone, now, ended)
        self._planning.release(plan, report.occurrence, now, ended)
