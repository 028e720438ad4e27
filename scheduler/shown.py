"""PURE. Each milestone as feeds show it, made anew only where something it was made from differs.

`renewed` gives what making all of them anew would give, whatever it is handed from before; so who
keeps the last ones pays for an edit by its size, not by the plan's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import eq
from typing import NamedTuple, TypeVar

from calendars.durations import add_months
from calendars.entry import Entry
from calendars.zones import local_day
from config.plan import Milestone, Plan
from scheduler.alarms import alarms_of
from scheduler.entries import entry_of
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.stamps import UNSTAMPED, Stamp
from scheduler.standing import States, is_public

DAYS_BACK = 90
MONTHS_AHEAD = 24
YEARS_AHEAD = 25
"""So far ahead the occurrences of repeating milestones count, whatever last day is asked for: to
count those of centuries would take minutes, and anybody may ask."""
KEPT = timedelta(days=30)
"""How long what is cancelled, or gone from the plan, stays in a feed (Change 2)."""

Value = TypeVar("Value")


class Basis(NamedTuple):
    """All that entries are made from.

    today: the present day in the plan's zone. last: the last day for which the occurrences of
    repeating milestones count. alarms: whether the entries have any.
    """

    plan: Plan
    states: States
    stamps: Mapping[str, Stamp]
    today: date
    last: date
    alarms: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A milestone and its entry; two of them are never equal, each is only itself.

    only: its due day, where it has exactly one. dues: all, of a repeating one those up to the
    last day that counts. turns: the days on which an occurrence comes into the usual days of a
    feed or leaves them, of a repeating one only for those up to the present, and its `expiry`.
    reads: what beside itself it was made from, see `reads`.
    """

    milestone: Milestone
    stamp: Stamp
    entry: Entry
    public: bool
    only: date | None
    dues: tuple[date, ...]
    turns: tuple[date, ...]
    reads: frozenset[str]


Known = Mapping[str, Shown]
"""By the milestones' ids, in the plan's order."""


def renewed(basis: Basis, known: Known, before: Basis | None) -> Known:
    """Every milestone of the plan; of `known`, which was made from `before`, what still holds."""
    if before is None or _everywhere(before) != _everywhere(basis):
        known, stale = {}, set[str]()
    else:
        stale = _stale(basis, known, before)
    dates, milestones = Dates(basis.plan), basis.plan.milestones
    wanted = stale & milestones.keys() if known else milestones
    fresh = {key: _made(basis, dates, milestones[key]) for key in wanted}
    if list(known) == list(milestones):
        return {**known, **fresh}
    return {key: fresh[key] if key in fresh else known[key] for key in milestones}


def _made(basis: Basis, dates: Dates, milestone: Milestone) -> Shown:
    plan, stamp = basis.plan, basis.stamps.get(milestone.id, UNSTAMPED)
    last = _last(basis, dates, milestone)
    entry = entry_of(plan, dates, milestone, basis.states, stamp=stamp, horizon=last)
    if basis.alarms:
        entry = replace(entry, alarms=alarms_of(dates, milestone))
    dues = _dues(dates.up_to(milestone, last))
    past = dues if milestone.repeats is None else _dues(dates.of(milestone, basis.today))
    turns = (*(day for due in past for day in _turns(due)), *_expiry(basis, milestone))
    public, about = is_public(plan, milestone), reads(plan, milestone)
    only = dues[0] if len(dues) == 1 else None
    return Shown(milestone, stamp, entry, public, only, dues, turns, about)


def _last(basis: Basis, dates: Dates, milestone: Milestone) -> date:
    """The last day for which its occurrences count; that of its first one at the least."""
    if milestone.repeats is None:
        return basis.last
    most = counted_to(basis.today)
    if basis.last <= most:
        return basis.last
    return min(basis.last, max(most, dates.single(milestone).due or most))


def counted_to(today: date) -> date:
    """The last day up to which occurrences of what repeats are counted, whatever is asked for."""
    return add_months(today, 12 * YEARS_AHEAD)


def _dues(occurrences: Iterable[Occurrence]) -> tuple[date, ...]:
    return tuple(one.due for one in occurrences if one.due is not None)


def _expiry(basis: Basis, milestone: Milestone) -> Iterator[date]:
    """The day from which on one that the plan cancels is shown no longer."""
    stamp = basis.stamps.get(milestone.id)
    if milestone.status == "cancelled" and stamp is not None:
        yield expiry(basis.plan, stamp.modified)


def expiry(plan: Plan, since: datetime) -> date:
    """The first day, in the plan's zone, on which what was cancelled `since` is not shown."""
    return local_day(since, plan.timezone) + KEPT + timedelta(days=1)


def _turns(due: date) -> tuple[date, date]:
    return add_months(due, -MONTHS_AHEAD), due + timedelta(days=DAYS_BACK + 1)


def reads(plan: Plan, milestone: Milestone) -> frozenset[str]:
    """The milestones and watched dates that an entry tells of, or whose dates it is counted from.

    What one needs is told of by its title and state; what one hangs on may itself hang on more.
    """
    found = {need.partition("@")[0] for need in milestone.needs}
    found.update(_chain(plan, milestone))
    return frozenset(found)


def _chain(plan: Plan, milestone: Milestone) -> Iterator[str]:
    met: set[str] = set()
    name = milestone.hangs_on
    while name and name not in met:
        met.add(name)
        whole = name.partition("@")[0]
        yield from {name, whole}
        other = plan.dated(name) or plan.dated(whole)
        name = other.hangs_on if other else None


def _everywhere(basis: Basis) -> tuple[object, ...]:
    """What every entry depends on."""
    plan = basis.plan
    head = (plan.id, plan.url, plan.language, plan.timezone, basis.alarms)
    return *head, plan.weekend, plan.holidays, plan.closed, plan.policies


def _stale(basis: Basis, known: Known, before: Basis) -> set[str]:
    """The ids of those that may differ: as rare as what they were made from."""
    touched = _touched(before.plan, basis.plan) | _reported(before.states, basis.states)
    stale = touched | _differing(before.stamps, basis.stamps, eq)
    if touched:
        reading = ((key, one.reads) for key, one in known.items() if one.reads)
        stale.update(key for key, names in reading if not touched.isdisjoint(names))
    if (before.today, before.last) != (basis.today, basis.last):
        stale.update(key for key, one in known.items() if one.milestone.repeats is not None)
    return stale


def _touched(old: Plan, new: Plan) -> set[str]:
    """The names of the milestones and watched dates that came, went, or are not as they were."""
    found = _differing(old.milestones, new.milestones, same)
    found |= _differing(old.events, new.events, same)
    tracks = {
        key
        for key in old.tracks.keys() | new.tracks.keys()
        if _of_track(old, key) != _of_track(new, key)
    }
    if tracks:
        found |= {one.id for one in new.milestones.values() if one.track in tracks}
    return found


def _differing(
    old: Mapping[str, Value], new: Mapping[str, Value], alike: Callable[[Value, Value], bool]
) -> set[str]:
    """The keys whose values came, went or are not alike; the very same value is not looked into."""
    if old is new:
        return set()
    if list(old) == list(new):
        pairs = zip(new, old.values(), new.values(), strict=True)
        return {key for key, was, one in pairs if was is not one and not alike(was, one)}
    changed = {key for key, one in new.items() if old.get(key) is not one}
    found = {key for key in changed if key not in old or not alike(old[key], new[key])}
    return found | (old.keys() - new.keys())


def _of_track(plan: Plan, key: str) -> tuple[object, ...]:
    """What the entries of a track's milestones say of it."""
    track = plan.tracks.get(key)
    return () if track is None else (track.title, track.reference, track.public)


def _reported(old: States, new: States) -> set[str]:
    """The milestones of which something else is reported, of any of their occurrences."""
    return {key.partition("@")[0] for key in _differing(old, new, eq)}


def same(one: Milestone, other: Milestone) -> bool:
    """Whether two milestones say the same, times in the same words: an instant equals another
    that is written in another zone."""
    if one is other:
        return True
    if one != other:
        return False
    timed = one.moved or one.due.instant is not None
    return not timed or repr((one.due, one.moved)) == repr((other.due, other.moved))


def sharing(old: Plan, new: Plan) -> Plan:
    """The new plan, with the old one's milestones where they are the same, so that who compares
    the two later need not look into them."""
    before, names = old.milestones, {key: key for key in old.milestones}
    shared = {
        names.get(key, key): before[key] if key in before and same(before[key], one) else one
        for key, one in new.milestones.items()
    }
    return replace(new, milestones=shared)
