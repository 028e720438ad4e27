"""PURE. The notices: a date that moved, a milestone that was cancelled or is done (Change 1 to 3).

A notice goes at once, held only by quiet hours. Its identity has the day it is for, so that a
date that moves twice is told of twice.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from calendars.zones import local_day
from config.plan import Milestone
from scheduler.planning.recipients import people_of, present, reached_once, rooms_of
from scheduler.planning.reminders import Planner
from scheduler.planning.timing import (
    Reach,
    held,
    message_of,
    reach_of_person,
    reach_of_room,
)
from scheduler.planning.values import Occurrence, Reminder

Notice = Literal["moved", "cancelled", "done"]
NOTICES: tuple[Notice, ...] = ("moved", "cancelled", "done")
LAST_NOTICES: frozenset[str] = frozenset({"cancelled", "done"})
"""What is told of a milestone that may be gone from the plan by then."""


def notices_for(
    planner: Planner, occurrence: Occurrence, notice: Notice, now: datetime
) -> list[Reminder]:
    """A notice to everybody whom it concerns, once a channel.

    `moved` and `cancelled` go to the owners and watchers, `done` to the watchers alone. A meeting
    that has taken place is not cancelled.
    """
    milestone = planner.plan.milestones[occurrence.milestone]
    if notice == "cancelled" and took_place(milestone, occurrence, now):
        return []
    ids = milestone.watchers
    if notice != "done":
        ids = (*milestone.owner, *milestone.watchers)
    found: dict[tuple[str, str], Reminder] = {}
    for reach, behalf in _reaches(planner, ids, now):
        for channel in reach.channels:
            one = _notice(occurrence, notice, reach, channel, behalf, now)
            reached_once(found, (reach.id, channel), one)
    return list(found.values())


def took_place(milestone: Milestone, occurrence: Occurrence, now: datetime) -> bool:
    """Whether it is a meeting, and over."""
    if milestone.duration is None or occurrence.starts is None:
        return False
    return occurrence.starts + milestone.duration.as_timedelta() <= now


def _reaches(
    planner: Planner, ids: tuple[str, ...], now: datetime
) -> Iterator[tuple[Reach, tuple[str, ...]]]:
    plan = planner.plan
    for person in people_of(plan, ids):
        day = local_day(now, plan.people[person].timezone)
        for other in present(plan, person, day):
            yield reach_of_person(plan.people[other]), () if other == person else (person,)
    for room in rooms_of(plan, ids):
        yield reach_of_room(plan, *room), ()


def _notice(
    occurrence: Occurrence,
    notice: Notice,
    reach: Reach,
    channel: str,
    behalf: tuple[str, ...],
    now: datetime,
) -> Reminder:
    at = held(now, reach.quiet, reach.timezone)
    day = local_day(now, reach.timezone)
    return Reminder(
        occurrence=occurrence.id,
        due=occurrence.due,
        stage=notice,
        recipient=reach.id,
        channel=channel,
        asked=day,
        milestone=occurrence.milestone,
        at=at,
        day=day,
        message=message_of(reach.id, channel, at),
        nominal=day,
        late=False,
        behalf=behalf,
    )
