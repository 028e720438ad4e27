"""PURE. Plan, past and period -> how each commitment stood at the period's end.

What was said, moved or dropped after that day does not count, so that a briefing over a past
period says the same whenever it is made, as long as the plan is the same. The state that the plan
itself gives, and its money, are those of today: of these nothing older is kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from calendars.dates import DueDate
from calendars.workdays import LAST_YEAR
from config.plan import Milestone, Plan, Track
from scheduler.briefing.period import Period, as_of, day_of
from scheduler.feeds import Gone
from scheduler.outbox.said import NOTE, how_it_stands
from scheduler.outbox.values import StoredReport
from scheduler.past import Past
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.standing import (
    SETTLED,
    Slip,
    State,
    States,
    is_chased,
    is_public,
    percent,
    standing,
)

Shown = Literal["planned", "on-track", "at-risk", "delayed", "late", "past", "done", "cancelled"]
_STILL = frozenset({"delayed", "at-risk"})
"""What is said of a meeting that was not held on its day, and is still to come."""
_AHEAD = timedelta(days=1600)
"""How far ahead the next date of a repeating milestone is looked for: over a leap year's."""


class When(NamedTuple):
    """A date as it stood at some moment.

    promise: where it is the plan's own. words: where only the words are kept, in English.
    """

    due: date | None
    promise: DueDate | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One date of a commitment, as of the day of the briefing.

    before: its date when the period began. moves: those in the period. said: the last report.
    late: by how many working days. settled: the day on which it was reported done or cancelled,
    None where only the plan says so. following: whether it is the only one, or the next of several.
    """

    milestone: Milestone
    occurrence: Occurrence
    state: Shown
    when: When
    before: When
    moves: tuple[Slip, ...]
    said: State | None
    percent: int | None
    late: int
    settled: date | None
    waits_for: tuple[Milestone, ...]
    following: bool

    @property
    def open(self) -> bool:
        """Neither done, nor cancelled, nor a meeting that is over."""
        return self.state not in SETTLED and self.state != "past"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A track with its items in the order of the plan, and what has left the plan."""

    track: Track
    items: tuple[Item, ...]
    gone: tuple[Gone, ...]

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """Each once, in the order of the plan."""
        return tuple({item.milestone.id: item.milestone for item in self.items}.values())


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything that a briefing tells, as of `day`.

    ahead: the first day that lies ahead; `day` itself, while it is not over. changed: when
    something of it last did.
    """

    plan: Plan
    period: Period
    day: date
    ahead: date
    internal: bool
    chapters: tuple[Chapter, ...]
    changed: datetime


def outlook(
    plan: Plan,
    past: Past,
    period: Period,
    now: datetime,
    *,
    tracks: Sequence[str] = (),
    internal: bool = False,
) -> Outlook:
    """How the commitments stood at the period's end, or stand now where it has not ended.

    tracks: only these; all where it is empty. internal: also what is not public.
    """
    until = as_of(period, now, plan.timezone)
    known = _Known(plan, past, period, until, internal, over=until < now)
    chosen = (one for one in plan.tracks.values() if not tracks or one.id in tracks)
    chapters = tuple(known.chapter(track) for track in chosen if internal or track.public)
    return Outlook(
        plan,
        period,
        known.day,
        known.ahead,
        internal,
        tuple(one for one in chapters if one.items or one.gone),
        _changed(past, period, until, plan.timezone),
    )


def _changed(past: Past, period: Period, until: datetime, zone: str) -> datetime:
    """The last that happened before the briefing's day; the period's begin where nothing did."""
    happened = [
        *(one.said_at for one in past.reports),
        *(one.at for one in past.slips),
        *(one.at for one in past.gone),
    ]
    begin = as_of(Period(period.first, period.first - timedelta(days=1)), until, zone)
    return max((at for at in happened if at <= until), default=begin)


class _Known:
    """What the items of all tracks are made from."""

    def __init__(
        self,
        plan: Plan,
        past: Past,
        period: Period,
        until: datetime,
        internal: bool,
        *,
        over: bool,
    ) -> None:
        """over: whether the period has ended, so that what was due on its last day is late."""
        self._plan, self._dates = plan, Dates(plan)
        self._period, self._internal = period, internal
        self.day = day_of(until, plan.timezone)
        self.ahead = self.day + timedelta(days=over)
        told = [one for one in past.reports if one.said_at <= until]
        self._states: States = {key: _state(one) for key, one in how_it_stands(told).items()}
        self._remarks: Mapping[str, StoredReport] = {
            one.occurrence: one for one in told if one.state == NOTE and one.note
        }
        self._slips: dict[str, list[Slip]] = {}
        for slip in past.slips:
            self._slips.setdefault(slip.occurrence, []).append(slip)
        self._gone = [one for one in past.gone if self._in_period(one.at)]

    def _in_period(self, instant: datetime) -> bool:
        day = day_of(instant, self._plan.timezone)
        return day in self._period and day <= self.day

    def _shows(self, milestone: Milestone) -> bool:
        return self._internal or is_public(self._plan, milestone)

    def chapter(self, track: Track) -> Chapter:
        milestones = (self._plan.milestones[key] for key in track.milestones)
        items = tuple(item for one in milestones if self._shows(one) for item in self._items(one))
        gone = tuple(
            one
            for one in self._gone
            if one.track == track.id
            and (self._internal or one.public)
            and one.milestone not in self._plan.milestones
        )
        return Chapter(track, items, gone)

    def _items(self, milestone: Milestone) -> Iterator[Item]:
        """Those of a repeating one that the period saw or that are still late, and the next."""
        if milestone.repeats is None:
            yield self._item(milestone, self._dates.single(milestone), following=True)
            return
        met = False
        for occurrence in self._dates.of(milestone, self._horizon(milestone)):
            item = self._item(milestone, occurrence, following=False)
            due = item.when.due
            if not met and item.open and due is not None and due >= self.ahead:
                met = True
                item = replace(item, following=True)
            if item.following or self._tells(item):
                yield item
            if met and not milestone.moved and self._is_after(item):
                return

    def _horizon(self, milestone: Milestone) -> date:
        far = max(self.day, self._period.last)
        far = min(far, date(LAST_YEAR, 1, 1) - _AHEAD) + _AHEAD
        return max([far, *milestone.moved])

    def _is_after(self, item: Item) -> bool:
        due = item.when.due
        return due is not None and due > max(self._period.last, self.day)

    def _tells(self, item: Item) -> bool:
        dues = {item.when.due, item.before.due}
        told = item.said is not None and item.said.at is not None and self._in_period(item.said.at)
        seen = any(due in self._period for due in dues if due)
        return seen or told or bool(item.moves) or item.state == "late"

    def _item(self, milestone: Milestone, occurrence: Occurrence, *, following: bool) -> Item:
        slips = self._slips.get(occurrence.id, [])
        now = When(occurrence.due, occurrence.promise)
        when = _as_it_was(now, (slip for slip in slips if self._later(slip)))
        before = _as_it_was(now, (slip for slip in slips if self._since_begin(slip)))
        state = self._shown(milestone, occurrence, when)
        said = self._said(milestone, occurrence)
        settled = said is not None and said.at is not None and said.state == state
        return Item(
            milestone=milestone,
            occurrence=occurrence,
            state=state,
            when=when,
            before=before,
            moves=tuple(slip for slip in slips if self._in_period(slip.at)),
            said=said,
            percent=percent(milestone, occurrence.id, self._states),
            late=self._late(when) if state == "late" else 0,
            settled=self._day(said) if settled and state in SETTLED else None,
            waits_for=tuple(self._waiting(milestone)),
            following=following,
        )

    def _later(self, slip: Slip) -> bool:
        return day_of(slip.at, self._plan.timezone) > self.day

    def _since_begin(self, slip: Slip) -> bool:
        return day_of(slip.at, self._plan.timezone) >= min(self._period.first, self.day)

    def _day(self, said: State | None) -> date | None:
        return day_of(said.at, self._plan.timezone) if said and said.at else None

    def _shown(self, milestone: Milestone, occurrence: Occurrence, when: When) -> Shown:
        state = standing(milestone, occurrence.id, self._states)
        if state in SETTLED or when.due is None or when.due >= self.ahead:
            return state
        if is_chased(self._plan, milestone):
            return "late"
        return state if state in _STILL else "past"

    def _said(self, milestone: Milestone, occurrence: Occurrence) -> State | None:
        """The last report; where nobody said how it stands, the last note."""
        found = self._states.get(occurrence.id) or self._states.get(milestone.id)
        remark = self._remarks.get(occurrence.id)
        if found is None and remark is not None:
            return State(milestone.status, remark.percent, remark.note, remark.said_at, remark.by)
        return found

    def _late(self, when: When) -> int:
        return self._plan.workdays.between(when.due, self.day) if when.due else 0

    def _waiting(self, milestone: Milestone) -> Iterable[Milestone]:
        for need in milestone.needs:
            other = self._plan.milestones.get(need.partition("@")[0])
            if other and standing(other, need, self._states) != "done":
                yield other


def _state(report: StoredReport) -> State:
    return State(report.state, report.percent, report.note, report.said_at, report.by)  # type: ignore[arg-type]


def _as_it_was(now: When, slips: Iterable[Slip]) -> When:
    """A date before these changes, given in the order of their time."""
    first = next(iter(slips), None)
    return now if first is None else When(first.old_due, None, first.old_text)
