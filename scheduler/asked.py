"""PURE. What an update request asks of whom, who has answered, and what is still unanswered.

A part of a request is answered when somebody has sent its form, or, where no question of it must
be answered, when each of its milestones was reported on since the request opened. What is done or
cancelled is not asked for.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from calendars.zones import local_day
from config.plan import Milestone, Part, Plan
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.standing import SETTLED, State, States, standing

_BACK = timedelta(days=400)
_AHEAD = timedelta(days=400)
_TOMORROW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asking:
    """A round of a request for one who is asked: of what it asks the state.

    occurrence: of the part. targets: an occurrence for each milestone that is open; of a
    repeating one the last up to the close, or else the next.
    """

    part: Part
    occurrence: Occurrence
    targets: tuple[Occurrence, ...]


def asking(dates: Dates, occurrence: Occurrence, states: States) -> Asking | None:
    """What a round asks of one; None where the plan has no such part."""
    part = dates.plan.parts.get(occurrence.milestone)
    if part is None:
        return None
    found = (_target(dates, name, occurrence, states) for name in part.asked)
    return Asking(part, occurrence, tuple(one for one in found if one is not None))


def _target(dates: Dates, name: str, round_: Occurrence, states: States) -> Occurrence | None:
    milestone = dates.plan.milestones[name]
    if milestone.repeats is None:
        one = dates.single(milestone)
        return one if _is_open(milestone, one, states) else None
    close = round_.due or date.min
    still = [
        one
        for one in dates.of(milestone, max([close + _AHEAD, *milestone.moved]))
        if one.due is not None and one.due >= close - _BACK and _is_open(milestone, one, states)
    ]
    past = [one for one in still if one.due is not None and one.due <= close]
    return past[-1] if past else next(iter(still), None)


def _is_open(milestone: Milestone, one: Occurrence, states: States) -> bool:
    return standing(milestone, one.id, states) not in SETTLED


def is_confirmed(asked: Asking, target: Occurrence, states: States) -> bool:
    """Whether something was reported of a milestone since the request opened."""
    state = states.get(target.id) or states.get(target.milestone)
    opens = asked.occurrence.opens
    if state is None or state.at is None or opens is None:
        return False
    return local_day(state.at, asked.part.milestone.timezone) >= opens


def is_answered(asked: Asking, states: States, sent: Collection[str]) -> bool:
    """Whether nobody needs to be reminded of it any more."""
    if asked.occurrence.id in sent:
        return True
    if asked.targets and asked.part.request.must_answer:
        return False
    return all(is_confirmed(asked, one, states) for one in asked.targets)


def rounds(dates: Dates, part: Part, now: datetime) -> Iterator[Occurrence]:
    """The rounds of a part that have opened and closed no longer ago than is kept."""
    today = local_day(now, part.milestone.timezone)
    until = today + _TOMORROW
    for one in dates.of(part.milestone, until + _AHEAD):
        if one.due is None or one.opens is None or one.due < today - _BACK:
            continue
        if one.opens > until:
            return
        yield one


class Rounds:
    """The rounds of every part; those of one request are counted once for all who are asked."""

    def __init__(self, dates: Dates, now: datetime) -> None:
        self._dates, self._now = dates, now
        self._known: dict[str, list[Occurrence]] = {}

    def of(self, part: Part) -> Iterator[Occurrence]:
        """As `rounds`."""
        found = self._known.get(part.request.id)
        if found is None:
            found = self._known[part.request.id] = list(rounds(self._dates, part, self._now))
        name = part.milestone.id
        for one in found:
            at = one.id[len(one.milestone) :]
            yield one if one.milestone == name else replace(one, id=f"{name}{at}", milestone=name)


def answered_ids(
    plan: Plan, states: States, sent: Collection[str], now: datetime
) -> frozenset[str]:
    """The occurrences of parts that are answered: nobody is reminded of them any more."""
    if not plan.parts:
        return frozenset()
    dates = Dates(plan)
    every, reported = Rounds(dates, now), {key.partition("@")[0] for key in states}
    found = {
        one.id
        for part in plan.parts.values()
        if reported.issuperset(part.asked)
        for one in every.of(part)
        if (asked := asking(dates, one, states)) and is_answered(asked, states, sent)
    }
    return frozenset(found | {key for key in sent if key.partition("@")[0] in plan.parts})


def parts_with(plan: Plan, milestone: str) -> list[str]:
    """The parts that ask for a milestone."""
    return [key for key, part in plan.parts.items() if milestone in part.asked]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """That a milestone was asked for and nothing has come: asked on which day, until when."""

    request: str
    title: str
    asked: date
    closed: date


def unanswered(plan: Plan, states: Mapping[str, State], now: datetime) -> dict[str, Unanswered]:
    """Milestone -> what was asked of it last and not answered, once that request has closed.

    A milestone that is done, or of which anything was reported since the request opened, is not
    among them. Of several requests the one that closed last counts.
    """
    if not plan.parts:
        return {}
    dates, found = Dates(plan), dict[str, Unanswered]()
    for key, one in _closed(dates, now).items():
        asked = asking(dates, one, states)
        if asked is None or one.opens is None or one.due is None:
            continue
        request = plan.parts[key].request
        for target in asked.targets:
            known = found.get(target.milestone)
            late = known is None or known.closed < one.due
            if late and not is_confirmed(asked, target, states):
                said = Unanswered(request.id, request.title, one.opens, one.due)
                found[target.milestone] = said
    return found


def _closed(dates: Dates, now: datetime) -> dict[str, Occurrence]:
    """The last round of each part that has closed."""
    found: dict[str, Occurrence] = {}
    every = Rounds(dates, now)
    for key, part in dates.plan.parts.items():
        for one in every.of(part):
            if has_closed(one, part.milestone.timezone, now):
                found[key] = one
    return found


def has_closed(one: Occurrence, timezone: str, now: datetime) -> bool:
    """Whether a round has closed: after its instant, or when its last day is over."""
    if one.starts is not None:
        return now > one.starts
    return one.due is not None and local_day(now, timezone) > one.due
