"""The coordinators' digest on its way: planned when its day has come, put together when it goes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from config.plan import Plan
from notifiers.message import Message
from scheduler.matters import matters
from scheduler.messages.digest import Standing, compose_digest
from scheduler.messages.values import Past
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.report_values import SUBMITTED
from scheduler.planning.digests import DIGEST, coordinators_digests
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Reminder
from scheduler.standing import States

_LOOKED = "coordinators-digest"
"""The setting that says up to when digests were planned."""
_A_DAY = timedelta(days=1)
_LONGEST = timedelta(days=31)
"""What failed longer ago is told no more: it was told when it happened."""


class Known(Protocol):
    """The plan in force, its dates, and what was reported."""

    @property
    def plan(self) -> Plan:
        """The plan."""

    @property
    def dates(self) -> Dates:
        """Its occurrences."""

    @property
    def states(self) -> States:
        """The last reports."""


class Digesting:
    """Plans digests; `deliver` is called where some were planned."""

    def __init__(
        self, planning: PlanningStore, history: HistoryStore, deliver: Callable[[], None]
    ) -> None:
        self._planning = planning
        self._history = history
        self._deliver = deliver
        self._contents = Contents(planning, history)

    def round(self, known: Known, now: datetime) -> datetime:
        """Plan what has come due since it was last looked; when to look again.

        Their identity has the day, so that each is planned once however many nodes look, and
        after a crash between the two writes. One with nothing in it is not planned, and one that
        could not be sent until the next is due is given up for it.
        """
        since = datetime.fromisoformat(self._history.once(_LOOKED, now.isoformat()))
        found = coordinators_digests(known.plan, since, now)
        due = [one for one in found.due if self._contents.standing(known, one, now).pressing]
        if due:
            cause = "the next digest takes its place"
            self._planning.supersede(found.overtaken, cause, now)
            self._planning.insert(due, now, "the coordinators' digest")
            self._deliver()
        if now > since:
            self._history.put(_LOOKED, now.isoformat())
        return found.following or now + _A_DAY


class Contents:
    """What stands in digests; several threads may ask at once."""

    def __init__(self, planning: PlanningStore, history: HistoryStore) -> None:
        self._planning = planning
        self._history = history

    def standing(self, known: Known, reminder: Reminder, now: datetime) -> Standing:
        """How the plan stands, with what is new to the recipient since her last digest."""
        last = self._history.last_sent(DIGEST, reminder.recipient, reminder.at)
        seen = {one.id: one.first_seen for one in self._planning.milestones_seen().values()}
        undated = [one.id for one in known.plan.milestones.values() if one.due.to_be_confirmed]
        dates = self._planning.occurrences_seen(undated) if undated else {}
        asked = {one.id: one.since for found in dates.values() for one in found}
        paused = [one for one in self._history.channel_states().values() if one.paused_since]
        return Standing(
            matters(known.dates, known.states, seen, asked, last, now),
            tuple(self._history.undelivered(max(last or now - _LONGEST, now - _LONGEST))),
            tuple(sorted(paused, key=lambda one: one.channel)),
            tuple(self._history.reports_in(SUBMITTED)),
        )

    def message(
        self,
        known: Known,
        reminder: Reminder,
        past: Callable[[str], Past],
        now: datetime,
        key: str,
    ) -> Message | None:
        """The digest as it goes; None where nothing is to say any more."""
        standing = self.standing(known, reminder, now)
        if not standing.pressing:
            return None
        return compose_digest(known.plan, reminder, standing, past, now, key=key)
