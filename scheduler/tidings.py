"""PURE. Whether a notice is news: to whom it says what nobody has told her yet (Change 2 and 3)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from calendars.zones import local_day
from scheduler.outbox.values import UNSENT, State, Stored
from scheduler.planning.notices import NOTICES, Notice, notices_for
from scheduler.planning.reminders import Planner
from scheduler.planning.values import Occurrence, Reminder


def was_reminded(stored: Iterable[Stored], occurrence: str) -> bool:
    """Whether anybody had anything of an occurrence."""
    return any(one.state == State.SENT and one.occurrence == occurrence for one in stored)


def still_matters(
    planner: Planner, occurrence: Occurrence, now: datetime, stored: Iterable[Stored]
) -> bool:
    """Whether it is worth a word that an occurrence is cancelled.

    Not of a date of a repeating milestone that is over, with nothing more to come.
    """
    milestone = planner.plan.milestones[occurrence.milestone]
    if milestone.repeats is None or occurrence.due is None:
        return True
    ahead = occurrence.due >= local_day(now, milestone.timezone)
    return ahead or any(one.occurrence == occurrence.id and one.state in UNSENT for one in stored)


def news(
    planner: Planner,
    occurrence: Occurrence,
    notice: Notice,
    now: datetime,
    stored: Collection[Stored],
) -> list[Reminder]:
    """A notice to all whom it concerns, but for those whose last word on it was the same one.

    What is reported done twice, or done by a report and then in the plan, is told once.
    """
    told = notices_for(planner, occurrence, notice, now)
    last: dict[tuple[str, str], Stored] = {}
    for one in sorted(stored, key=lambda one: one.at):
        if one.occurrence == occurrence.id and was_told(one):
            last[one.recipient, one.channel] = one
    known = {way for way, one in last.items() if one.stage == notice}
    return [one for one in told if (one.recipient, one.channel) not in known]


def parted(
    told: Collection[Reminder], stored: Mapping[str, Stored]
) -> tuple[list[Reminder], list[Reminder]]:
    """The notices that are new; and those to be revived, since they were taken back when they were
    not true for a while."""
    new = [one for one in told if one.key not in stored]
    there = [one for one in told if one.key in stored]
    return new, [one for one in there if stored[one.key].state == State.WITHDRAWN]


def was_told(one: Stored) -> bool:
    """Whether it went out, or is a notice that will."""
    notice = one.stage in NOTICES and one.state != State.WITHDRAWN
    return one.state == State.SENT or notice
