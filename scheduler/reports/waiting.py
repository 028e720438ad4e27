"""What waits for a review, as the coordinators hear of it: once a day, and never one by one."""

from datetime import datetime

from config.plan import Plan
from scheduler.messages.clean import called, clean, shortened
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.notices import add_notice
from scheduler.outbox.report_values import SUBMITTED
from scheduler.outbox.values import StoredReport

REVIEW = "review"
"""The kind of the notice."""
LONGEST_TITLE = 90
_TOLD = "reviews-told"
"""The setting that names the newest report of which the coordinators were told."""


def note_waiting(history: HistoryStore, plan: Plan, now: datetime) -> None:
    """Note for the coordinators how many reports wait, where one came in since they were told.

    A daily digest says so too, and then nothing is noted. The note has the newest report's number
    for its identity, so that two nodes note it once.
    """
    waiting = history.reports_in(SUBMITTED)
    if plan.coordinators_digest == "daily" or not waiting:
        return
    newest = max(one.id for one in waiting)
    if newest <= int(history.setting(_TOLD) or 0):
        return
    text = "\n".join(line(plan, one) for one in waiting)
    history.database.write(
        lambda connection: add_notice(
            connection, f"{REVIEW}|{newest}", REVIEW, text, now, len(waiting)
        )
    )
    history.put(_TOLD, str(newest))


def line(plan: Plan, report: StoredReport) -> str:
    """A report in a line that needs no language: what it is of, and whose."""
    milestone = plan.milestones.get(report.milestone)
    title = shortened(clean(milestone.title if milestone else report.milestone), LONGEST_TITLE)
    return f"{title} · {called(plan, report.by)}" if report.by else title
