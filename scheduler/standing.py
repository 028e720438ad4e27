"""PURE. How an occurrence stands: what the plan says of it, overruled by what was reported.

Being late is no state: it follows from the due day and the day on which one looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from config.plan import Milestone, Plan, Status
from scheduler.planning.forecast import waits_for
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Ended


@dataclass(frozen=True, slots=True)
class State:
    """What was last reported of an occurrence; `at` in UTC, `by` the id of who said it."""

    state: Status
    percent: int | None = None
    note: str = ""
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """A date that moved: at which instant (UTC), and the due day and its words on both sides."""

    occurrence: str
    at: datetime
    old_due: date | None
    old_text: str
    new_due: date | None
    new_text: str


States = Mapping[str, State]
"""Id of an occurrence (or of a milestone, for all of its occurrences) -> the last report."""

SETTLED = frozenset({"done", "cancelled"})


def is_public(plan: Plan, milestone: Milestone) -> bool:
    """Whether the public pages and feeds show a milestone."""
    track = plan.tracks.get(milestone.track)
    return milestone.public and (track is None or track.public)


def is_chased(plan: Plan, milestone: Milestone) -> bool:
    """Whether somebody is to say that it is done; a mere meeting is over when its day is."""
    policy = plan.policy(milestone.policy)
    return policy.overdue is not None or bool(policy.escalate)


def standing(milestone: Milestone, occurrence: str, states: States) -> Status:
    """The state of an occurrence: `done` and `cancelled` in the plan are final."""
    if milestone.status in SETTLED:
        return milestone.status
    reported = states.get(occurrence) or states.get(milestone.id)
    return reported.state if reported else milestone.status


def percent(milestone: Milestone, occurrence: str, states: States) -> int | None:
    """How much is done, 0 to 100, as last reported, else as the plan says."""
    reported = states.get(occurrence) or states.get(milestone.id)
    said = reported.percent if reported else None
    return milestone.percent if said is None else said


class Stated(Protocol):
    """Whatever was last said of something."""

    @property
    def state(self) -> str:
        """One of the words of a report."""


def done_ids(states: Mapping[str, Stated]) -> frozenset[str]:
    """The occurrences and milestones that are reported done."""
    return frozenset(key for key, one in states.items() if one.state == "done")


def ended_ids(states: Mapping[str, Stated]) -> Ended:
    """What is reported done, and what cancelled."""
    cancelled = frozenset(key for key, one in states.items() if one.state == "cancelled")
    return Ended(done_ids(states), cancelled)


def late_needs(
    plan: Plan, dates: Dates, milestone: Milestone, states: States, today: date
) -> list[str]:
    """The needs that are neither done nor in time: they block the milestone (Change 4)."""
    found = []
    for need in waits_for(plan, milestone, done_ids(states)):
        other = plan.milestones.get(need)
        occurrence = dates.single(other) if other else dates.find(need)
        if occurrence and occurrence.due and occurrence.due < today:
            found.append(need)
    return found
