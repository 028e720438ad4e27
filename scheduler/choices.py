"""PURE. Who may say what of a milestone by a link, and until when a wish holds."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from calendars.durations import shift
from calendars.zones import instant, local_day
from config.plan import Milestone, Plan
from scheduler.messages.facts import zone_of
from scheduler.planning.recipients import escalated_to, people_of, present

Choice = Literal[
    "done",
    "on-track",
    "at-risk",
    "delayed",
    "note",
    "acknowledged",
    "snoozed",
    "mute-milestone",
    "mute-track",
]
REPORTS: tuple[Choice, ...] = ("done", "on-track", "at-risk", "delayed", "note")
WAITS: tuple[Choice, ...] = ("acknowledged", "snoozed")
MUTES: tuple[Choice, ...] = ("mute-milestone", "mute-track")


def choices(plan: Plan, milestone: Milestone, recipient: str, today: date) -> tuple[Choice, ...]:
    """What a recipient may say; nothing where she is not in the plan.

    Those who only follow report nothing. A room mutes nothing, since nobody can mute for another.
    What the plan itself says is done or cancelled stays so.
    """
    if recipient not in plan.people and recipient not in plan.teams:
        return ()
    mutes = MUTES if recipient in plan.people else ()
    if milestone.status in ("done", "cancelled"):
        return mutes
    answers = is_asked(plan, milestone, recipient, today)
    return (*REPORTS, *WAITS, *mutes) if answers else mutes


def is_asked(plan: Plan, milestone: Milestone, recipient: str, today: date) -> bool:
    """Whether a milestone is a person's or team's matter: she owns it, leads or coordinates, is
    named for what is late, or stands in for an owner."""
    return recipient in set(_asked(plan, milestone, today))


def _asked(plan: Plan, milestone: Milestone, today: date) -> Iterator[str]:
    yield from milestone.owner
    owners = people_of(plan, milestone.owner)
    yield from owners
    yield from people_of(plan, plan.coordinators)
    for one in plan.policy(milestone.policy).escalate:
        named = escalated_to(plan, milestone, one.to)
        yield from named
        yield from people_of(plan, named)
    for owner in owners:
        yield from present(plan, owner, today)
        deputy = plan.people[owner].deputy
        if deputy:
            yield deputy


def end_of_acknowledgement(
    plan: Plan, milestone: Milestone, recipient: str, now: datetime
) -> datetime:
    """When reminders go on after an acknowledgement: the policy's time later, at its hour (UTC)."""
    policy, timezone = plan.policy(milestone.policy), zone_of(plan, recipient)
    today = local_day(now, timezone)
    day = shift(today, policy.acknowledged, 1, plan.workdays)
    return instant(day, policy.at, timezone)


def end_of_snooze(plan: Plan, milestone: Milestone, recipient: str, day: date) -> datetime:
    """When what is put off until a day comes: at the policy's hour in the recipient's zone."""
    return instant(day, plan.policy(milestone.policy).at, zone_of(plan, recipient))
