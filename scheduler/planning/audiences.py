"""PURE. Who gets which stages of a milestone, looked up once for all that have the same owners.

Who is away, and who stands in, depends on the day: `reminders` asks `recipients` for that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from config.plan import Milestone, Plan
from scheduler.planning.recipients import escalated_to, people_of, rooms_of
from scheduler.planning.slots import Staged, room_for_more
from scheduler.planning.timing import Reach, reach_of_person, reach_of_room


class Audience(NamedTuple):
    """Who gets which of some stages, by their places.

    plain: nobody is ever away and no way is met twice, so that each gets just her own stages.
    """

    reaches: list[tuple[Reach, tuple[int, ...]]]
    plain: bool


@dataclass(slots=True)
class Audiences:
    """Those of one plan, kept."""

    plan: Plan
    _people: dict[str, Reach] = field(default_factory=dict)
    _groups: dict[tuple[tuple[str, ...], ...], list[Reach]] = field(default_factory=dict)
    _known: dict[tuple[object, ...], Audience] = field(default_factory=dict)

    def of(self, milestone: Milestone, staged: Staged) -> Audience:
        """Each recipient with the places of the stages that are meant for her, once each."""
        part = self.plan.parts.get(milestone.id)
        key = (staged.shape, milestone.owner, milestone.watchers, part.teams if part else ())
        found = self._known.get(key)
        if found is None:
            room_for_more(self._known)
            found = self._known[key] = self._sorted(milestone, staged)
        return found

    def reaches(self, *groups: tuple[str, ...]) -> list[Reach]:
        """The people and rooms behind ids of people and teams."""
        found = self._groups.get(groups)
        if found is None:
            ids = [one for group in groups for one in group]
            people = [self.reach(one) for one in people_of(self.plan, ids)]
            rooms = [reach_of_room(self.plan, *room) for room in rooms_of(self.plan, ids)]
            room_for_more(self._groups)
            found = self._groups[groups] = people + rooms
        return found

    def reach(self, person: str) -> Reach:
        """How a person is reached."""
        found = self._people.get(person)
        if found is None:
            found = self._people[person] = reach_of_person(self.plan.people[person])
        return found

    def _sorted(self, milestone: Milestone, staged: Staged) -> Audience:
        mine: dict[tuple[str, tuple[str, ...]], tuple[Reach, list[int]]] = {}
        meant_for = {meant: self._meant(milestone, *meant) for meant in staged.shape}
        for place, meant in enumerate(staged.shape):
            for reach in meant_for[meant]:
                key = (reach.id, () if reach.is_person else reach.channels)
                mine.setdefault(key, (reach, []))[1].append(place)
        found = [(reach, tuple(places)) for reach, places in mine.values()]
        people = [self.plan.people[reach.id] for reach, _ in found if reach.is_person]
        at_work = not any(one.away for one in people)
        return Audience(found, at_work and _ways_differ(reach for reach, _ in found))

    def _meant(self, milestone: Milestone, kind: str, to: str) -> list[Reach]:
        if kind == "escalation":
            return self.reaches(escalated_to(self.plan, milestone, to))
        if kind == "on-the-day":
            return self.reaches(milestone.owner, milestone.watchers)
        return self.reaches(milestone.owner)


def _ways_differ(reaches: Iterable[Reach]) -> bool:
    """Whether no two lead to the same recipient on the same channel."""
    ways = [(reach.id, channel) for reach in reaches for channel in reach.channels]
    return len(ways) == len(set(ways))
