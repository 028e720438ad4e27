"""What coordinators are told of the service itself: as messages through the same outbox."""

from datetime import datetime, timedelta

from calendars.zones import local_day
from config.plan import Plan
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.values import ATTENTION, FELL_BACK
from scheduler.planning.recipients import people_of, present
from scheduler.planning.timing import held, message_of
from scheduler.planning.values import Reminder

GATHERS = timedelta(minutes=1)
"""What comes within so long goes in one message."""


class Attention:
    """Hands notices to the outbox, addressed to each coordinator on each of her channels."""

    def __init__(self, history: HistoryStore, planning: PlanningStore) -> None:
        self._history = history
        self._planning = planning

    def tell(self, plan: Plan, now: datetime) -> int:
        """Plan messages for what nobody was told of yet; returns how many notices.

        The notice is the reminder's occurrence, so that it is told once to each, whatever
        happens between the two writes. What left a paused channel for another is for the digest
        to count, where there is one.
        """
        untold = self._history.untold()
        if not untold:
            return 0
        keys = [one.key for one in untold]
        gathered = plan.coordinators_digest != "off"
        at_once = [one.key for one in untold if not (gathered and one.kind == FELL_BACK)]
        reminders = [one for key in at_once for one in _addressed(plan, key, now + GATHERS)]
        self._planning.insert(reminders, now, "the coordinators must hear of it")
        self._history.told(keys, now)
        return len(at_once)


def _addressed(plan: Plan, notice: str, now: datetime) -> list[Reminder]:
    found: dict[tuple[str, str], Reminder] = {}
    for coordinator in people_of(plan, plan.coordinators):
        day = local_day(now, plan.people[coordinator].timezone)
        for person in present(plan, coordinator, day):
            reach = plan.people[person]
            at = held(now, reach.quiet, reach.timezone)
            for channel in reach.channels:
                found[person, channel] = Reminder(
                    occurrence=notice,
                    due=None,
                    stage=ATTENTION,
                    recipient=person,
                    channel=channel,
                    asked=None,
                    milestone="",
                    at=at,
                    day=day,
                    message=f"{message_of(person, channel, at)}|{ATTENTION}",
                    nominal=day,
                    late=False,
                    behalf=(),
                )
    return list(found.values())
