"""What waits for a review, as the coordinators hear of it: once a day, and never one by one."""

from datetime import datetime, timedelta

from calendars.zones import local_day
from config.plan import Plan
from scheduler.messages.clean import called, clean, shortened
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.notices import add_notice
from scheduler.outbox.report_values import SUBMITTED
from scheduler.outbox.values import StoredReport

REVIEW = "review"
"""The kind of the notice."""
LONGEST_TITLE = 90
_A_DAY = timedelta(days=1)


def note_waiting(history: HistoryStore, plan: Plan, now: datetime) -> None:
    """Note for the coordinators how many reports wait, where one came in the last day.

    A daily digest says so too, and then nothing is noted. The note has the day for its identity, so
    that two nodes note it once.
    """
    waiting = history.reports_in(SUBMITTED)
    if plan.coordinators_digest == "daily" or not any(one.at > now - _A_DAY for one in waiting):
        return
    key = f"{REVIEW}|{local_day(now, plan.timezone)}"
    text = "\n".join(line(plan, one) for one in waiting)
    history.database.write(
        lambda connection: add_notice(connection, key, REVIEW, text, now, len(waiting))
    )


def line(plan: Plan, report: StoredReport) -> str:
    """A report in a line that needs no language: what it is of, and whose."""
    milestone = plan.milestones.get(report.milestone)
    title = shortened(clean(milestone.title if milestone else report.milestone), LONGEST_TITLE)
    return f"{title} · {called(plan, report.by)}" if report.by else title
