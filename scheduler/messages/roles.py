"""PURE. Why somebody gets a reminder, and what comes next if nothing is reported.

The planning has decided both already; this says it over again from the plan.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from calendars.workdays import Workdays
from config.plan import COORDINATORS, LEAD, Milestone, Plan, Policy
from scheduler.messages.clean import called, clean
from scheduler.messages.values import Reached, Role, Standing, Step, Times
from scheduler.planning.recipients import escalated_to, people_of
from scheduler.planning.stages import Stage, stages
from scheduler.planning.values import Occurrence, Reminder

NOBODY = Role("none")


def role_of(plan: Plan, milestone: Milestone, stage: str, recipient: str) -> Role:
    """Why a person or room is a recipient of a stage; of several reasons the nearest."""
    kind, _, number = stage.partition(":")
    if kind == "escalation":
        return _escalated(plan, milestone, _target(plan, milestone, number), recipient)
    found = _among(plan, milestone.owner, recipient, "owner")
    if found is not None:
        return found
    if kind == "date-wanted" and recipient in people_of(plan, plan.coordinators):
        return Role("coordinator")
    return _among(plan, milestone.watchers, recipient, "watcher") or NOBODY


def standing_in(plan: Plan, milestone: Milestone, reminder: Reminder) -> tuple[Standing, ...]:
    """Those for whom the recipient stands in, each with her own reason."""
    return tuple(
        Standing(called(plan, one), role_of(plan, milestone, reminder.stage, one))
        for one in reminder.behalf
    )


def next_steps(
    plan: Plan, milestone: Milestone, occurrence: Occurrence, reminder: Reminder, today: date
) -> tuple[Step, ...]:
    """The next overdue reminder and the next escalation after this one, by day.

    An escalation that reaches nobody, as one to the lead where people own, is no step.
    """
    policy = plan.policy(milestone.policy)
    after = max(reminder.day, today)
    coming = [one for one in _late_stages(occurrence, policy, plan.workdays) if one.day > after]
    again = _first(coming, "overdue") if _is_owner(plan, milestone, reminder) else None
    told = _first((one for one in coming if escalated_to(plan, milestone, one.to)), "escalation")
    steps = []
    if told is not None:
        steps.append(_told(plan, milestone, told, reminder.recipient))
    if again is not None and not any(step.you and step.day == again.day for step in steps):
        steps.append(Step(again.day))
    return tuple(sorted(steps, key=lambda step: step.day))


def reached_before(
    plan: Plan, earlier: Iterable[Reached], days: Iterable[date], reader: str
) -> tuple[Times, ...]:
    """Whom the earlier reminders reached, one line for each of them and each channel.

    `days` are the days of `earlier`, in the same order.
    """
    found: dict[tuple[str, str], list[date]] = {}
    for one, day in zip(earlier, days, strict=True):
        found.setdefault((one.recipient, one.channel), []).append(day)
    return tuple(
        Times(
            called(plan, recipient) if recipient != reader else "",
            channel,
            tuple(sorted(set(listed))),
        )
        for (recipient, channel), listed in found.items()
    )


@lru_cache(maxsize=4096)
def _late_stages(occurrence: Occurrence, policy: Policy, workdays: Workdays) -> tuple[Stage, ...]:
    """The stages after the due day, which the messages to several recipients all look at."""
    found = stages(occurrence, policy, workdays)
    return tuple(one for one in found if one.kind in ("overdue", "escalation"))


def _target(plan: Plan, milestone: Milestone, number: str) -> str:
    """Whom an escalation names; empty where the policy has lost it."""
    escalate = plan.policy(milestone.policy).escalate
    at = int(number or 0) - 1
    return escalate[at].to if 0 <= at < len(escalate) else ""


def _escalated(plan: Plan, milestone: Milestone, to: str, recipient: str) -> Role:
    if to == LEAD:
        teams = (plan.teams.get(owner) for owner in milestone.owner)
        led = next((team.name for team in teams if team and team.lead == recipient), "")
        return Role("lead", clean(led)) if led else NOBODY
    if to == COORDINATORS:
        return Role("coordinator")
    found = _among(plan, (to,), recipient, "named") if to else None
    return found or NOBODY


def _among(plan: Plan, ids: Iterable[str], recipient: str, as_one: str) -> Role | None:
    """The role of one who is named herself, or by a team."""
    named = list(ids)
    kinds = {"owner": Role("owner"), "watcher": Role("watcher"), "named": Role("named")}
    if recipient in plan.teams and recipient in named:
        return Role("room", clean(plan.teams[recipient].name))
    if recipient in named:
        return kinds[as_one]
    for one in named:
        team = plan.teams.get(one)
        if team and recipient in team.members:
            return Role("member" if as_one == "owner" else kinds[as_one].kind, clean(team.name))
    return None


def _is_owner(plan: Plan, milestone: Milestone, reminder: Reminder) -> bool:
    for one in (reminder.recipient, *reminder.behalf):
        if _among(plan, milestone.owner, one, "owner") is not None:
            return True
    return False


def _first(found: Iterable[Stage], kind: str) -> Stage | None:
    of_kind: Iterator[Stage] = (one for one in found if one.kind == kind)
    return min(of_kind, key=lambda one: (one.day, one.rank), default=None)


def _told(plan: Plan, milestone: Milestone, stage: Stage, reader: str) -> Step:
    people = people_of(plan, escalated_to(plan, milestone, stage.to))
    named = [stage.to] if stage.to in plan.teams else [one for one in people if one != reader]
    return Step(
        stage.day,
        tuple(called(plan, one) for one in named),
        you=reader in people,
        coordinators=stage.to == COORDINATORS,
    )
