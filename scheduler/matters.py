"""PURE. How the whole plan stands on a day, as far as the coordinators must act on it.

Late, blocked, past before anybody was asked, and without a date. Each milestone stands in one of
these lists, in the first that fits; what is in time stands in none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendars.zones import local_day
from config.plan import Milestone, Plan
from scheduler.planning.forecast import waits_for
from scheduler.planning.occurrences import Dates
from scheduler.planning.recipients import people_of, present
from scheduler.planning.values import Occurrence
from scheduler.standing import SETTLED, States, done_ids, is_chased, late_needs, standing

_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Matter:
    """One occurrence that asks for something.

    needs: what holds it and is late itself. further: later dates of a repeating milestone that
    are late too. since: when its date was first asked for (UTC).
    """

    milestone: Milestone
    occurrence: Occurrence
    needs: tuple[Occurrence, ...] = ()
    further: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Matters:
    """The lists, each by due day; `told` counts what is past and was listed before."""

    late: tuple[Matter, ...] = ()
    blocked: tuple[Matter, ...] = ()
    past: tuple[Matter, ...] = ()
    wanted: tuple[Matter, ...] = ()
    told: int = 0

    @property
    def pressing(self) -> bool:
        """Whether they are worth a message of their own.

        A date that is wanted is not: it is asked for at its own intervals. Nor is what is past
        and was listed when it was new.
        """
        return bool(self.late or self.blocked or self.past)


def matters(
    dates: Dates,
    states: States,
    seen: Mapping[str, datetime],
    asked: Mapping[str, datetime],
    since: datetime | None,
    now: datetime,
) -> Matters:
    """The matters as of `now`.

    `seen` is when each milestone was first seen, `asked` since when each open date is asked for,
    `since` when the last digest was (None for never).
    """
    look = _Look(dates, states, now)
    late: list[Matter] = []
    blocked: list[Matter] = []
    past: list[Matter] = []
    wanted: list[Matter] = []
    told = 0
    for milestone in dates.plan.milestones.values():
        first = seen.get(milestone.id, now)
        if needs := look.needs(milestone):
            blocked += look.blocked(milestone, needs)
        elif look.was_past(milestone, first):
            is_new = since is None or first > since
            past += [Matter(milestone, dates.single(milestone))] if is_new else []
            told += not is_new
        elif found := look.late(milestone, first):
            late.append(found)
        elif look.has_no_date(milestone):
            wanted.append(Matter(milestone, dates.single(milestone), since=asked.get(milestone.id)))
    return Matters(_sorted(late), _sorted(blocked), _sorted(past), tuple(wanted), told)


def late_for(
    dates: Dates, states: States, seen: Mapping[str, datetime], recipient: str, now: datetime
) -> list[Occurrence]:
    """What is late of all that a person is responsible for, herself or for one who is away."""
    look = _Look(dates, states, now)
    found = []
    for milestone in dates.plan.milestones.values():
        if recipient not in _responsible(dates.plan, milestone, now):
            continue
        if look.waits(milestone) or look.was_past(milestone, seen.get(milestone.id, now)):
            continue
        late = look.late(milestone, seen.get(milestone.id, now))
        found += [late.occurrence] if late else []
    return found


def _responsible(plan: Plan, milestone: Milestone, now: datetime) -> set[str]:
    """The owners who are there, and those who stand in."""
    return {
        one
        for person in people_of(plan, milestone.owner)
        for one in present(plan, person, local_day(now, plan.people[person].timezone))
    }


@dataclass(frozen=True, slots=True)
class _Look:
    """The plan and what was reported, as of an instant."""

    dates: Dates
    states: States
    now: datetime

    @property
    def plan(self) -> Plan:
        return self.dates.plan

    def needs(self, milestone: Milestone) -> tuple[Occurrence, ...]:
        """The late needs of a milestone that is open."""
        if not milestone.needs or milestone.status in SETTLED:
            return ()
        today = local_day(self.now, milestone.timezone)
        ids = late_needs(self.plan, self.dates, milestone, self.states, today)
        return tuple(one for key in ids if (one := self._need(key)))

    def waits(self, milestone: Milestone) -> bool:
        """Whether needs hold it, so that nobody is reminded of it."""
        return bool(waits_for(self.plan, milestone, done_ids(self.states)))

    def _need(self, key: str) -> Occurrence | None:
        milestone = self.plan.milestones.get(key)
        return self.dates.single(milestone) if milestone else self.dates.find(key)

    def blocked(self, milestone: Milestone, needs: tuple[Occurrence, ...]) -> Iterator[Matter]:
        """The next open date of what is blocked; none where all are settled."""
        today = local_day(self.now, milestone.timezone)
        until = today + _AHEAD
        still = [one for one in self.dates.of(milestone, until) if self._open(milestone, one)]
        ahead = [one for one in still if one.due is None or one.due >= today]
        for one in (ahead or still)[:1]:
            yield Matter(milestone, one, needs)

    def was_past(self, milestone: Milestone, first: datetime) -> bool:
        """Whether the day had passed when it was first seen, with nothing reported (Late 2)."""
        if milestone.repeats is not None:
            return False
        one = self.dates.single(milestone)
        past = one.due is not None and one.due < local_day(first, milestone.timezone)
        return past and self._open(milestone, one)

    def late(self, milestone: Milestone, first: datetime) -> Matter | None:
        """The earliest date that is late, where somebody is to say that it is done."""
        if not is_chased(self.plan, milestone):
            return None
        today = local_day(self.now, milestone.timezone)
        begun = local_day(first, milestone.timezone)
        found = [
            one
            for one in self._until(milestone)
            if one.due is not None and begun <= one.due < today and self._open(milestone, one)
        ]
        return Matter(milestone, found[0], further=len(found) - 1) if found else None

    def has_no_date(self, milestone: Milestone) -> bool:
        """Whether a date is asked for."""
        one = self.dates.single(milestone)
        return one.promise.to_be_confirmed and self._open(milestone, one)

    def _until(self, milestone: Milestone) -> Iterator[Occurrence]:
        yield from self.dates.of(milestone, local_day(self.now, milestone.timezone))

    def _open(self, milestone: Milestone, one: Occurrence) -> bool:
        return standing(milestone, one.id, self.states) not in SETTLED


def _sorted(found: list[Matter]) -> tuple[Matter, ...]:
    return tuple(sorted(found, key=_order))


def _order(one: Matter) -> tuple[str, str]:
    due = one.occurrence.due
    return due.isoformat() if due else "9999", one.occurrence.id
