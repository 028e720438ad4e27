"""The review of reports: each is approved, or returned with a word, and what is approved published.

One way for the command line, the console and whoever else decides. Of two who decide at once the
first one's word stands, and the other is told so. What was returned counts no longer, for reminders
either; see `scheduler.reporting` for what follows.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from config.plan import Plan
from scheduler.errors import WrongUsage
from scheduler.inforce import InForce
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.report_values import SUBMITTED, ReviewStep
from scheduler.outbox.values import Review, StoredReport
from scheduler.reporting import Reporting
from scheduler.reports.rules import coordinators, may_review

LONGEST_WORD = 1000
Reason = Literal["unknown", "not-yours", "decided", "no-word", "long-word"]
_APPROVED: tuple[Review, ...] = ("approved",)
_NOT_RETURNED: tuple[Review, ...] = ("submitted", "approved", "published")
COMMAND_LINE = ""
"""Who decides by the command line without saying who she is: whoever has it coordinates."""


class NotDecided(WrongUsage):
    """A step that was not taken. `reason` says why, for those who say it in another language."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class Reviewing:
    """Decides on reports; several threads, and several nodes, may do so at once."""

    def __init__(self, history: HistoryStore, force: InForce, reporting: Reporting) -> None:
        self._history = history
        self._force = force
        self._reporting = reporting

    def waiting(self, person: str = COMMAND_LINE) -> list[StoredReport]:
        """The reports on which a person may decide and nobody has, the oldest first."""
        return [
            one
            for one in self._history.reports_in(SUBMITTED)
            if person == COMMAND_LINE or _may(self._force.plan, one, person)
        ]

    def approve(
        self, number: int, by: str, now: datetime, *, word: str = "", hold: bool = False
    ) -> None:
        """Approve a report and publish it, or `hold` it until the next `publish`.

        Raises NotDecided where that cannot be.
        """
        state: Review = "approved" if hold else "published"
        self._decide(ReviewStep(number, now, by, state, word.strip()), SUBMITTED)

    def return_(self, number: int, by: str, word: str, now: datetime) -> None:
        """Return a report with a word, also one that was approved or published by mistake.

        Whoever said it gets a mail with the word, and it counts no longer. Raises NotDecided.
        """
        if not word.strip():
            raise NotDecided("no-word", "say why it is returned, so that it can be mended")
        self._decide(ReviewStep(number, now, by, "returned", word.strip()), _NOT_RETURNED)

    def publish(
        self, by: str, now: datetime, numbers: Sequence[int] | None = None
    ) -> list[StoredReport]:
        """Publish the approved reports with these numbers, or all that one may; which they were.

        Raises NotDecided for a number on which that cannot be done.
        """
        if numbers is None:
            held = self._history.reports_in(_APPROVED)
            mine = [one for one in held if _may(self._force.plan, one, by)]
            return [one for one in mine if self._take(_publication(one.id, by, now), _APPROVED)]
        return [self._decide(_publication(one, by, now), _APPROVED) for one in numbers]

    def _decide(self, step: ReviewStep, before: Collection[Review]) -> StoredReport:
        report = self._history.report(step.report)
        if report is None:
            raise NotDecided("unknown", f"there is no report {step.report}")
        if not _may(self._force.plan, report, step.by):
            text = f"only a coordinator, or the team's lead, decides on report {step.report}"
            raise NotDecided("not-yours", text)
        if len(step.word) > LONGEST_WORD:
            text = f"the word is longer than {LONGEST_WORD} characters"
            raise NotDecided("long-word", text)
        if not self._take(step, before):
            raise NotDecided("decided", self._decided(step.report))
        return report

    def _take(self, step: ReviewStep, before: Collection[Review]) -> bool:
        taken = self._history.decide(step, before)
        if taken:
            self._reporting.make_up(step.at)
        return taken

    def _decided(self, number: int) -> str:
        """How far a report's review is, and who brought it there."""
        report = self._history.report(number)
        steps = self._history.steps_of([number])
        state = report.review if report else "gone"
        if not steps or steps[-1].state != state:
            return f"report {number} is {state}"
        who = f" by {steps[-1].by}" if steps[-1].by else ""
        return f"report {number} was {state}{who} on {steps[-1].at:%-d %B %Y, %H:%M} UTC"


def _may(plan: Plan, report: StoredReport, by: str) -> bool:
    if by == COMMAND_LINE:
        return True
    milestone = plan.milestones.get(report.milestone)
    if milestone is None:  # gone from the plan, and with it whose it was
        return by in coordinators(plan)
    return may_review(plan, milestone, by)


def _publication(number: int, by: str, now: datetime) -> ReviewStep:
    return ReviewStep(number, now, by, "published")
