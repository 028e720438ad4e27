"""PURE. A milestone's reminder policy -> the alarms of its calendar entry, for who asks for them.

Only what comes up to the day itself: a calendar cannot know whether something is late.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from calendars.zones import local_time
from config.plan import Milestone
from scheduler.planning.occurrences import Dates
from scheduler.planning.stages import Stage, stages


def alarms_of(dates: Dates, milestone: Milestone) -> tuple[timedelta, ...]:
    """How far from the start each alarm lies, see `calendars.entry.Entry.alarms`.

    They are distances and not instants: a calendar program counts them by its reader's clock, as
    the policy's hour is the recipient's own. For a repeating milestone they are those of its
    first occurrence, since one component has one set of alarms. Empty without a date.
    """
    occurrence = dates.single(milestone)
    if occurrence.due is None:
        return ()
    policy = dates.plan.policy(milestone.policy)
    ahead = replace(policy, opening=False, overdue=None, escalate=())
    start = datetime.combine(occurrence.due, time())
    if occurrence.starts is not None:
        start = local_time(occurrence.starts, milestone.timezone)

    def away(stage: Stage) -> timedelta:
        if stage.moment is not None and occurrence.starts is not None:
            return stage.moment - occurrence.starts
        return datetime.combine(stage.day, policy.at) - start

    found = stages(occurrence, ahead, dates.plan.workdays)
    return tuple(sorted({away(stage) for stage in found}))
