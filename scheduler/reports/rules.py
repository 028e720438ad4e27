"""PURE. Which reports somebody reads before they are public, and who may."""

from config.plan import LEAD, Milestone, Plan
from scheduler.planning.recipients import escalated_to, people_of


def needs_review(plan: Plan, milestone: Milestone, by: str) -> bool:
    """Whether a report of a person or team waits until somebody has read it.

    Not where the plan says `review = false`, or names no coordinators, so that nobody could read
    it; nor one by a coordinator, or by the lead of a team that answers for the milestone.
    """
    return milestone.review and bool(coordinators(plan)) and not may_review(plan, milestone, by)


def may_review(plan: Plan, milestone: Milestone, person: str) -> bool:
    """Whether a person decides on reports: a coordinator on all, a lead on her own team's."""
    return person in coordinators(plan) or person in leads(plan, milestone)


def coordinators(plan: Plan) -> frozenset[str]:
    """The people who coordinate; of a team its members."""
    return frozenset(people_of(plan, plan.coordinators))


def leads(plan: Plan, milestone: Milestone) -> frozenset[str]:
    """The leads of the teams that answer for a milestone, or for its track."""
    track = plan.tracks.get(milestone.track)
    teams = (plan.teams.get(one) for one in (track.owner if track else ()))
    of_track = (team.lead for team in teams if team and team.lead)
    return frozenset((*escalated_to(plan, milestone, LEAD), *of_track))
