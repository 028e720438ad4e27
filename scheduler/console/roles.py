"""PURE. Who may do what at the console.

A coordinator of the plan sees all of it. The lead of a team sees what that team answers for, and
reviews it (`scheduler.reports.rules`). Everybody else has no console.
"""

from dataclasses import dataclass

from config.plan import Plan
from scheduler.reports.rules import coordinators, may_review


@dataclass(frozen=True, slots=True)
class Role:
    """What a person may see: all of the plan, or what her teams answer for."""

    person: str
    coordinates: bool

    def sees(self, plan: Plan, milestone: str) -> bool:
        """Whether a milestone, by its full id, is one of hers; of one that is gone, nobody's."""
        found = plan.milestones.get(milestone)
        return self.coordinates or (found is not None and may_review(plan, found, self.person))

    def milestones(self, plan: Plan) -> frozenset[str]:
        """The full ids of the milestones that she looks after."""
        return frozenset(key for key in plan.milestones if self.sees(plan, key))


def role_of(plan: Plan, person: str) -> Role | None:
    """The role of a person in the plan in force; None where she has none, or is gone from it."""
    if person not in plan.people:
        return None
    coordinates = person in coordinators(plan)
    leads = any(team.lead == person for team in plan.teams.values())
    return Role(person, coordinates) if coordinates or leads else None
