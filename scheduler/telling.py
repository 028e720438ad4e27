"""Who hears of what has changed: dates that moved, what is cancelled, done or gone (Change 1 to 4).

What the notices are is `planning.notices`'; here it is decided whether there is news at all, and
they are put into the outbox.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from config.plan import Plan
from config.request_values import is_request
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.values import State, Stored, StoredMove, StoredReport
from scheduler.planning.forecast import settled, waits_for
from scheduler.planning.notices import notices_for, took_place
from scheduler.planning.occurrences import Dates
from scheduler.planning.reminders import Planner
from scheduler.planning.values import Ended, Reminder
from scheduler.reports.returning import told_of_return
from scheduler.tidings import news, parted, still_matters, was_reminded

SETTLES = timedelta(minutes=10)
"""An edit settles for so long before anybody is told of a moved date (Change 1)."""


class Telling:
    """Puts notices into the outbox, each once."""

    def __init__(self, store: PlanningStore) -> None:
        self._store = store

    def settle(self, plan: Plan, now: datetime, ended: Ended) -> datetime | None:
        """Tell of moved dates that have settled; when the next ones will have, None if none.

        One notice covers all moves since the last, and none is sent where the date is back where
        it was, or the milestone is gone. One of a milestone that waits for its needs is held with
        its reminders, and one of what is done or cancelled until it is open again.
        """
        waiting: dict[str, list[StoredMove]] = {}
        latest: dict[str, datetime] = {}
        for one in self._store.unsettled_moves():
            if not _held(plan, one, ended):
                waiting.setdefault(one.occurrence, []).append(one)
                latest[one.occurrence] = one.at
        ready = [key for key, at in latest.items() if at + SETTLES <= now]
        planner = Planner(plan, Dates(plan))
        for key in ready:
            self._tell_move(planner, key, waiting[key], now, ended)
            self._store.settle_moves([one.id for one in waiting[key]], now)
        pending = [at + SETTLES for key, at in latest.items() if key not in ready]
        return min(pending, default=None)

    def _tell_move(
        self,
        planner: Planner,
        key: str,
        moves: Sequence[StoredMove],
        now: datetime,
        ended: Ended,
    ) -> None:
        first, last = moves[0], moves[-1]
        if (first.old_due, first.old_text) == (last.new_due, last.new_text):
            return
        occurrence = planner.dates.find(key)
        if occurrence is None or settled(planner.plan, key, ended):
            return
        milestone = planner.plan.milestones[occurrence.milestone]
        passed = first.old_due is not None and first.old_due < now.date()
        if passed and took_place(milestone, occurrence, now):
            return
        told = notices_for(planner, occurrence, "moved", now)
        told = [one._replace(turn=last.id) for one in told]
        self._store.insert(told, now, f"{first.old_text} became {last.new_text}")

    def reported(self, plan: Plan, report: StoredReport) -> None:
        """Tell that an occurrence was reported done, or cancelled where anybody was reminded."""
        planner = Planner(plan, Dates(plan))
        occurrence = planner.dates.find(report.occurrence)
        if occurrence is None:
            return
        stored = self._store.reminders_of([occurrence.milestone])
        known = stored.values()
        if report.state == "done":
            told = news(planner, occurrence, "done", report.at, known)
        elif report.state == "cancelled" and was_reminded(known, occurrence.id):
            told = news(planner, occurrence, "cancelled", report.at, known)
        else:
            return
        self._tell(told, stored, report.at, f"reported {report.state}")

    def gone(
        self,
        previous: Plan,
        ids: Collection[str],
        stored: Mapping[str, Stored],
        now: datetime,
        ended: Ended,
    ) -> None:
        """Tell of open milestones that went from the plan after somebody had been reminded."""
        sent = {
            one.occurrence
            for one in stored.values()
            if one.state == State.SENT and not is_request(one.occurrence)
        }
        planner = Planner(previous, Dates(previous))
        found: list[Reminder] = []
        for key in sent:
            occurrence = planner.dates.find(key)
            if not occurrence or occurrence.milestone not in ids:
                continue
            if settled(previous, key, ended):
                continue
            if still_matters(planner, occurrence, now, stored.values()):
                found += news(planner, occurrence, "cancelled", now, stored.values())
        self._tell(found, stored, now, "gone from the plan")

    def _tell(
        self,
        notices: Collection[Reminder],
        stored: Mapping[str, Stored],
        now: datetime,
        cause: str,
    ) -> None:
        new, again = parted(notices, stored)
        self._store.insert(new, now, cause)
        self._store.revive(again, now)

    def returned(self, plan: Plan, report: StoredReport, now: datetime) -> None:
        """Tell whoever made a report that it was returned; twice does the same as once."""
        told = told_of_return(plan, report, now)
        if told is not None:
            self._store.insert([told], now, "the report was returned")


def _held(plan: Plan, move: StoredMove, ended: Ended) -> bool:
    milestone = plan.milestones.get(move.milestone)
    if milestone is None:
        return False
    return settled(plan, move.occurrence, ended) or bool(waits_for(plan, milestone, ended.done))
