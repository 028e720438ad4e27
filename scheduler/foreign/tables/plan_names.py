"""PURE. The names that a table may use for what the plan knows: its people, teams, milestones."""

from collections import Counter
from collections.abc import Iterator, Mapping

from config.plan import Plan
from scheduler.foreign.tables.column_names import folded


def owners_in(plan: Plan) -> Mapping[str, str]:
    """Folded ids, mail addresses and names -> the id of a person or a team.

    An id wins over a name; a name or an address that two of them share means neither.
    """
    ids = {folded(it): it for it in (*plan.teams, *plan.people)}
    named = dict.fromkeys((name, it) for name, it in _names(plan) if name)
    shared = Counter(name for name, _ in named)
    return {name: it for name, it in named if shared[name] == 1} | ids


def _names(plan: Plan) -> Iterator[tuple[str, str]]:
    for person in plan.people.values():
        yield folded(person.name), person.id
        yield folded(person.email or ""), person.id
    for team in plan.teams.values():
        yield folded(team.name), team.id


def milestones_in(plan: Plan, track: str) -> frozenset[str]:
    """The ids that a date in a track may be counted from: full, and short for its own."""
    own = (one.short_id for one in plan.milestones.values() if one.track == track)
    return frozenset(plan.milestones) | frozenset(own)
