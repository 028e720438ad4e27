"""Who gets it: teams, deputies, and those whom an escalation adds (Who)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.oracle.clocks import Quiet
from tests.oracle.reading import Milestone, Plan
from tests.oracle.stages import ESCALATION, ON_THE_DAY, Stage


class Recipient(NamedTuple):
    """A person, or (`room`) a team on its own channels."""

    id: str
    room: bool = False


def expand(plan: Plan, wanted: Iterable[str]) -> list[Recipient]:
    """Who 1: a person; for a team each member, and the team's own channels. Who 3: each once."""
    found: list[Recipient] = []
    for name in wanted:
        if name in plan.people:
            found.append(Recipient(name))
            continue
        team = plan.teams[name]
        found += [Recipient(member) for member in team.members]
        if team.channels:
            found.append(Recipient(name, room=True))
    return list(dict.fromkeys(found))


def meant(plan: Plan, milestone: Milestone, stage: Stage) -> list[Recipient]:
    """Who 1 and When 8: whom a stage is meant for, away or not."""
    if stage.kind == ESCALATION:
        return expand(plan, added(plan, milestone, stage.to or ""))
    if stage.kind == ON_THE_DAY:
        return expand(plan, [*milestone.owners, *milestone.watchers])
    return expand(plan, milestone.owners)


def added(plan: Plan, milestone: Milestone, to: str) -> list[str]:
    """When 8: the leads of the owning teams, the coordinators, or the one that is named."""
    if to == "coordinators":
        return list(plan.coordinators)
    if to == "lead":
        teams = [plan.teams[name] for name in milestone.owners if name in plan.teams]
        return [team.lead for team in teams if team.lead]
    return [to]


def standing_in(plan: Plan, recipient: Recipient, day: date) -> list[Recipient]:
    """Who 2: the recipient, or who gets it in the place of one who is away on the day."""
    name: str | None = recipient.id
    asked: set[str] = set()
    while not recipient.room:
        if name is None or name in asked:  # nowhere, or round in a circle
            return expand(plan, plan.coordinators)
        if not any(window.holds(day) for window in plan.people[name].away):
            return [Recipient(name)]
        asked.add(name)
        name = plan.people[name].deputy
    return [recipient]


def zone_of(plan: Plan, recipient: Recipient) -> ZoneInfo:
    """When 3: the person's zone; the team's for a team's channel."""
    return plan.teams[recipient.id].zone if recipient.room else plan.people[recipient.id].zone


def quiet_of(plan: Plan, recipient: Recipient) -> Quiet | None:
    """Only people have quiet hours."""
    return None if recipient.room else plan.people[recipient.id].quiet


def channels_of(plan: Plan, recipient: Recipient) -> tuple[str, ...]:
    """Give the recipient's channels, each once."""
    holder = plan.teams[recipient.id] if recipient.room else plan.people[recipient.id]
    return tuple(dict.fromkeys(holder.channels))


def delivery_of(plan: Plan, recipient: Recipient) -> str:
    """Only people have digests."""
    return "immediate" if recipient.room else plan.people[recipient.id].delivery
