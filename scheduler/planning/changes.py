"""PURE. What an edit of the plan changes: which milestones are planned anew, which dates moved.

Everything that decides a milestone's reminders has a fingerprint; where it is as before, nothing
about the milestone needs to be looked at. What was sent already is the store's to know.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from calendars.dates import DueDate
from calendars.zones import rules
from config.plan import COORDINATORS, LEAD, Milestone, Plan
from scheduler.planning.forecast import coming
from scheduler.planning.occurrences import Dates
from scheduler.planning.recipients import people_of
from scheduler.planning.reminders import Planner
from scheduler.planning.values import Occurrence

MOST_REMOVALS = 5
"""So many open milestones may go from the plan at once without being asked (Change 5)."""
REMOVED_SHARE = 5
"""And no more than one in so many."""


@dataclass(frozen=True, slots=True)
class Move:
    """A date that changed: words and due day before and after; None where there is no date."""

    occurrence: str
    milestone: str
    old_due: date | None
    old_text: str
    new_due: date | None
    new_text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What one plan changes against another, by full ids."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moves: tuple[Move, ...]
    changed: tuple[str, ...]
    """Milestones that stay and are to be planned anew."""


def affected(old: Plan, new: Plan) -> set[str]:
    """The milestones of `new` whose reminders an edit, or a watched calendar, may change.

    The work grows with the edit: beside one comparison of each milestone, only what hangs on a
    changed one, or reaches a changed person, team or policy, is looked at.
    """
    if _shared(old) != _shared(new):
        return {*new.milestones, *new.parts}
    before = old.milestones
    other = [key for key, one in new.milestones.items() if before.get(key) is not one]
    found = {key for key in other if before.get(key) != new.milestones[key]}
    found |= _by_policy(old, new)
    found |= _by_people(old, new)
    gone = before.keys() - new.milestones.keys() | _changed_events(old, new)
    return _with_dependents(new, found, gone) | _changed_parts(old, new)


def _changed_parts(old: Plan, new: Plan) -> set[str]:
    """The parts of update requests whose reminders an edit may change."""
    if not new.parts:
        return set()
    before, after = Fingerprints(old), Fingerprints(new)
    return {
        key
        for key, part in new.parts.items()
        if (was := old.parts.get(key)) is None
        or before.of(was.milestone) != after.of(part.milestone)
    }


def _changed_events(old: Plan, new: Plan) -> set[str]:
    """The watched dates that came, went or changed."""
    if old.events == new.events:
        return set()
    names = old.events.keys() | new.events.keys()
    return {name for name in names if old.events.get(name) != new.events.get(name)}


def _shared(plan: Plan) -> tuple[object, ...]:
    return plan.timezone, plan.weekend, plan.holidays, plan.closed, plan.coordinators


def _by_policy(old: Plan, new: Plan) -> set[str]:
    names = old.policies.keys() | new.policies.keys()
    changed = {name for name in names if old.policies.get(name) != new.policies.get(name)}
    if not changed:
        return set()
    return {one.id for one in new.milestones.values() if one.policy in changed}


def _by_people(old: Plan, new: Plan) -> set[str]:
    people = {
        name
        for name in old.people.keys() | new.people.keys()
        if old.people.get(name) != new.people.get(name)
    }
    teams = {
        name
        for name in old.teams.keys() | new.teams.keys()
        if old.teams.get(name) != new.teams.get(name)
    }
    if not people and not teams:
        return set()
    changed = people | teams
    return {one.id for one in new.milestones.values() if changed & reached(new, one)}


def reached(plan: Plan, milestone: Milestone) -> set[str]:
    """Every person and team that a milestone's reminders may reach, deputies included."""
    named = {*milestone.owner, *milestone.watchers, *plan.coordinators}
    for escalation in plan.policy(milestone.policy).escalate:
        if escalation.to == LEAD:
            named |= {
                team.lead
                for one in _owners(plan, milestone)
                if (team := plan.teams.get(one)) and team.lead
            }
        elif escalation.to != COORDINATORS:
            named.add(escalation.to)
    found = named | set(people_of(plan, sorted(named)))
    waiting = list(found)
    while waiting:
        person = plan.people.get(waiting.pop())
        if person and person.deputy and person.deputy not in found:
            found.add(person.deputy)
            waiting.append(person.deputy)
    return found


def _owners(plan: Plan, milestone: Milestone) -> tuple[str, ...]:
    """Whose leads an escalation reaches."""
    part = plan.parts.get(milestone.id)
    return part.teams if part else milestone.owner


def _with_dependents(plan: Plan, found: set[str], gone: Iterable[str]) -> set[str]:
    sources = found | set(gone)
    if not sources:
        return found
    hanging: dict[str, list[str]] = {}
    for one in plan.milestones.values():
        if one.hangs_on:
            hanging.setdefault(one.hangs_on.partition("@")[0], []).append(one.id)
        for need in one.needs:
            hanging.setdefault(need.partition("@")[0], []).append(one.id)
    waiting = list(sources)
    while waiting:
        for one_id in hanging.get(waiting.pop(), ()):
            if one_id not in found:
                found.add(one_id)
                waiting.append(one_id)
    return found


class Fingerprints:
    """For each milestone a text that changes whenever its reminders might.

    Each is made when it is asked for, and what milestones share once.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        shared = (*map(_sorted, _shared(plan)), rules(plan.timezone))
        self.shared = _digest(repr(shared))
        self.known: dict[str, str] = {}
        self.dues: dict[DueDate, str] = {}
        self.rests: dict[tuple[object, ...], str] = {}
        self.beside: dict[tuple[object, ...], list[str]] = {}

    def of(self, milestone: Milestone) -> str:
        """A milestone's; also of one that needs itself."""
        found = self.known.get(milestone.id)
        if found is None:
            self.known[milestone.id] = ""
            found = self.known[milestone.id] = self._made(milestone)
        return found

    def _made(self, milestone: Milestone) -> str:
        plan = self.plan
        pieces = [
            self.shared,
            self._own(milestone),
            *_owners_beside(plan, milestone),
            rules(milestone.timezone),
            *self._reached(milestone),
        ]
        for other in (milestone.hangs_on, *milestone.needs):
            known = plan.dated((other or "").partition("@")[0])
            if known is not None:
                pieces.append(self.of(known))
        return _digest("\0".join(pieces))

    def _own(self, milestone: Milestone) -> str:
        """`_deciding`; of what neither repeats nor needs anything many have the same end."""
        one, due = milestone, self._due(milestone.due)
        if one.repeats or one.exceptions or one.moved or one.needs or one.opens:
            return _deciding(one, due)
        key = (one.roll, one.timezone, one.owner, one.watchers, one.policy, one.status)
        beginning = f"({one.id!r}, {due}, "
        rest = self.rests.get(key)
        if rest is None:
            rest = self.rests[key] = _deciding(one, due)[len(beginning) :]
        return beginning + rest

    def _due(self, due: DueDate) -> str:
        """What `repr` says of it; many have the same."""
        found = self.dues.get(due)
        if found is None:
            found = self.dues[due] = repr(due)
        return found

    def _reached(self, milestone: Milestone) -> list[str]:
        """Of its policy and of all whom it reaches; many have the same."""
        plan = self.plan
        owners = _owners(plan, milestone)
        key = (milestone.policy, milestone.owner, milestone.watchers, owners)
        found = self.beside.get(key)
        if found is None:
            found = self.beside[key] = [
                self._part("policy", plan.policy(milestone.policy)),
                *(
                    self._part("one", plan.people.get(name) or plan.teams.get(name))
                    for name in sorted(reached(plan, milestone))
                ),
            ]
        return found

    def _part(self, kind: str, value: object) -> str:
        key = f"{kind}:{getattr(value, 'id', '')}"
        found = self.known.get(key)
        if found is None:
            timezone = getattr(value, "timezone", None)
            of_zone = rules(timezone) if timezone else ""
            found = self.known[key] = _digest(f"{value!r} {of_zone}")
        return found


def _owners_beside(plan: Plan, milestone: Milestone) -> tuple[str, ...]:
    """Of a part of a request the teams that an escalation goes by."""
    part = plan.parts.get(milestone.id)
    return part.teams if part else ()


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


class _Said(str):
    """Text that stands in a `repr` as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _deciding(milestone: Milestone, due: str) -> str:
    """What of a milestone itself decides its reminders, as text."""
    part = (milestone.opens,) if milestone.opens else ()
    return repr(
        (
            milestone.id,
            _Said(due),
            milestone.roll,
            milestone.repeats,
            sorted(milestone.exceptions),
            sorted(milestone.moved.items()),
            milestone.timezone,
            milestone.owner,
            milestone.watchers,
            milestone.policy,
            milestone.needs,
            milestone.status,
            *part,
        )
    )


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


def compare(old: Plan, new: Plan, start: datetime, until: datetime) -> Edit:
    """What `diff` shows: milestones that come and go, and dates that moved."""
    added = tuple(key for key in new.milestones if key not in old.milestones)
    removed = tuple(key for key in old.milestones if key not in new.milestones)
    changed = tuple(sorted((affected(old, new) - set(added)) & new.milestones.keys()))
    moves = []
    before, after = Planner(old, Dates(old)), Planner(new, Dates(new))
    for key in changed:
        was = _by_id(coming(before, old.milestones[key], start, until))
        will = _by_id(coming(after, new.milestones[key], start, until))
        moves += list(moved(was, will))
    return Edit(added, removed, tuple(moves), changed)


def _by_id(occurrences: Iterable[Occurrence]) -> dict[str, Occurrence]:
    return {one.id: one for one in occurrences}


def moved(was: Mapping[str, Occurrence], will: Mapping[str, Occurrence]) -> Iterable[Move]:
    """The occurrences of both whose date or words of the date differ."""
    for key, new in will.items():
        old = was.get(key)
        if old and (old.due, old.due_text()) != (new.due, new.due_text()):
            yield Move(key, new.milestone, old.due, old.due_text(), new.due, new.due_text())


def too_many_removed(open_before: Iterable[str], plan: Plan) -> list[str]:
    """The open milestones that a plan drops, where they are too many to go unasked (Change 5)."""
    before = list(open_before)
    gone = [key for key in before if key not in plan.milestones]
    too_many = len(gone) > MOST_REMOVALS and len(gone) * REMOVED_SHARE > len(before)
    return gone if too_many else []
