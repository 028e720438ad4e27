"""PURE. Who gets a stage, on which channels, and who stands in for those who are away.

It does not say when; quiet hours and digests are `timing`'s.
"""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from config.plan import COORDINATORS, LEAD, Milestone, Person, Plan
from scheduler.planning.values import Reminder

K = TypeVar("K")


def people_of(plan: Plan, ids: Iterable[str]) -> list[str]:
    """The people behind ids of people and teams, each once, in the order met."""
    found: dict[str, None] = {}
    for one in ids:
        team = plan.teams.get(one)
        for person in team.members if team else (one,):
            if person in plan.people:
                found[person] = None
    return list(found)


def rooms_of(plan: Plan, ids: Iterable[str]) -> list[tuple[str, str]]:
    """The teams' own channels as (team, channel), each once."""
    found = {
        (team.id, channel): None
        for one in ids
        if (team := plan.teams.get(one))
        for channel in team.channels
    }
    return list(found)


def escalated_to(plan: Plan, milestone: Milestone, to: str) -> tuple[str, ...]:
    """The people and teams that an escalation adds: the owning teams' leads, or those named."""
    if to == COORDINATORS:
        return plan.coordinators
    if to == LEAD:
        part = plan.parts.get(milestone.id)
        teams = map(plan.teams.get, part.teams if part else milestone.owner)
        return tuple(dict.fromkeys(team.lead for team in teams if team and team.lead))
    return (to,)


def both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """For whom somebody gets what reaches her on two ways: her own counts before a stand-in's."""
    return tuple(dict.fromkeys(one + other)) if one and other else ()


def reached_once(found: dict[K, Reminder], way: K, one: Reminder) -> None:
    """Note what reaches somebody; on two ways it is one, with all for whom she gets it."""
    known = found.get(way, one)
    found[way] = known._replace(behalf=both(known.behalf, one.behalf))


def is_away(person: Person, day: date) -> bool:
    """Whether the person is away on that day."""
    return any(first <= day <= last for first, last in person.away)


def present(plan: Plan, person_id: str, day: date) -> tuple[str, ...]:
    """Who gets what is meant for a person on a day: she, her deputy, or the coordinators.

    Deputies of deputies are followed. Where they lead nowhere or round in a circle it is every
    coordinator, also one who is away, so that it reaches somebody; and where the plan has no
    coordinators, the person herself after all.
    """
    person = plan.people[person_id]
    if not person.away or not is_away(person, day):
        return (person_id,)
    passed = {person_id}
    deputy = person.deputy
    while deputy and deputy not in passed and deputy in plan.people:
        if not is_away(plan.people[deputy], day):
            return (deputy,)
        passed.add(deputy)
        deputy = plan.people[deputy].deputy
    return tuple(people_of(plan, plan.coordinators)) or (person_id,)
