"""PURE. What the pages show: each milestone with its state and history, each track summed up.

Only what is public comes in here, so that no page can show more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from calendars.dates import LOW
from calendars.zones import local_day
from config.plan import Milestone, Plan, Track
from scheduler.asked import Unanswered, unanswered
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Occurrence
from scheduler.standing import (
    SETTLED,
    Slip,
    State,
    States,
    is_chased,
    is_public,
    late_needs,
    percent,
    standing,
)

Shown = Literal[
    "planned", "on-track", "at-risk", "delayed", "blocked", "late", "past", "done", "cancelled"
]
ORDER: tuple[Shown, ...] = ("late", "blocked", "delayed", "at-risk", "on-track", "planned")
"""Of a track's open milestones the first of these that one is in is the track's state."""

_AHEAD = timedelta(days=800)
_MOST = 24


@dataclass(frozen=True, slots=True)
class Row:
    """One milestone as of a day: the occurrence that counts now, its state, how its date slipped.

    days: to the due day, negative when past; None without a date. coming: further occurrences.
    after: the states of those.
    """

    milestone: Milestone
    occurrence: Occurrence
    state: Shown
    days: int | None
    percent: int | None
    reported: State | None
    slips: tuple[Slip, ...] = ()
    coming: tuple[Occurrence, ...] = ()
    after: tuple[Shown, ...] = ()
    waits_for: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Neither done, nor cancelled, nor a meeting that is over."""
        return self.state not in SETTLED and self.state != "past"

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/tracks/{self.milestone.id}"

    @property
    def vague(self) -> bool:
        """Of lower precision than a day."""
        return self.occurrence.promise.precision in LOW


class Dated(NamedTuple):
    """One occurrence of a row, be it the one that counts now or another, in its own state."""

    row: Row
    occurrence: Occurrence
    state: Shown


@dataclass(frozen=True, slots=True)
class Summary:
    """A track with its milestones in the order of the plan."""

    track: Track
    rows: tuple[Row, ...]
    state: Shown
    next: Row | None

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(row.state == "done" for row in self.rows)

    @property
    def counted(self) -> int:
        """How many there are, without those cancelled."""
        return sum(row.state != "cancelled" for row in self.rows)

    @property
    def late(self) -> int:
        """How many are past their due day and not done."""
        return sum(row.state == "late" for row in self.rows)

    @property
    def undated(self) -> int:
        """How many open ones have no date."""
        return sum(row.open and row.days is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the public pages show, as of one day in the plan's zone.

    dependents: milestone -> the rows that need it, or whose date is counted from it.
    """

    plan: Plan
    dates: Dates
    today: date
    rows: Mapping[str, Row]
    tracks: Mapping[str, Summary]
    dependents: Mapping[str, Sequence[Row]]
    states: States
    now: datetime
    unanswered: Mapping[str, Unanswered] = field(default_factory=dict)
    """What was asked for by a request that has closed, and has not come, by milestone."""

    def dated(self, row: Row, occurrence: Occurrence) -> Dated:
        """An occurrence of a row with its state."""
        if occurrence.id == row.occurrence.id:
            return Dated(row, occurrence, row.state)
        today = local_day(self.now, row.milestone.timezone)
        state = _state(self.dates, row.milestone, occurrence, self.states, today)
        return Dated(row, occurrence, state)

    def found(self, key: str) -> Dated | None:
        """What a need or a date names, which may be one of several; None for what is not shown."""
        row = self.rows.get(key.partition("@")[0])
        if row is None:
            return None
        return self.dated(row, self.dates.find(key) or row.occurrence)

    def waiting(self) -> list[Row]:
        """What was asked for and has not come, the longest asked first."""
        found = [self.rows[key] for key in self.unanswered]
        return sorted(found, key=lambda row: (self.unanswered[row.milestone.id].asked, row.path))

    def late(self) -> list[Row]:
        """What is past its due day, the longest past first."""
        return _by_day(row for row in self.rows.values() if row.state == "late")

    def coming(self) -> list[Row]:
        """What is open and has a due day ahead, the nearest first."""
        return _by_day(row for row in self.rows.values() if _ahead(row))


def _ahead(row: Row) -> bool:
    return row.open and row.days is not None and row.days >= 0


def _by_day(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.days or 0, row.milestone.id))


def picture(
    plan: Plan,
    states: States,
    slips: Sequence[Slip],
    now: datetime,
    heard: States | None = None,
) -> Picture:
    """The public part of the plan with what has happened, as of `now` (UTC).

    heard: with what is not public yet, and with notes, of which only is told that they have come.
    """
    dates = Dates(plan)
    moved: dict[str, list[Slip]] = {}
    for slip in slips:
        moved.setdefault(slip.occurrence.partition("@")[0], []).append(slip)
    rows = {
        one.id: _row(dates, one, states, tuple(moved.get(one.id, ())), now)
        for one in plan.milestones.values()
        if is_public(plan, one)
    }
    tracks = {track.id: _summary(track, rows) for track in plan.tracks.values() if track.public}
    today = local_day(now, plan.timezone)
    asked = {key: one for key, one in unanswered(plan, heard or states, now).items() if key in rows}
    waited_for = _dependents(rows.values())
    return Picture(plan, dates, today, rows, tracks, waited_for, states, now, asked)


def _dependents(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        ids = (row.milestone.hangs_on or "", *row.milestone.needs)
        for other in dict.fromkeys(key.partition("@")[0] for key in ids if key):
            found.setdefault(other, []).append(row)
    return found


def _row(
    dates: Dates, milestone: Milestone, states: States, slips: tuple[Slip, ...], now: datetime
) -> Row:
    today = local_day(now, milestone.timezone)
    occurrence, coming = _current(dates, milestone, states, today)
    reported = states.get(occurrence.id) or states.get(milestone.id)
    return Row(
        milestone=milestone,
        occurrence=occurrence,
        state=_state(dates, milestone, occurrence, states, today),
        days=(occurrence.due - today).days if occurrence.due else None,
        percent=percent(milestone, occurrence.id, states),
        reported=reported,
        slips=slips,
        coming=coming,
        after=tuple(_state(dates, milestone, one, states, today) for one in coming),
        waits_for=tuple(_waiting(dates.plan, milestone, states)),
    )


def _waiting(plan: Plan, milestone: Milestone, states: States) -> Iterable[str]:
    for need in milestone.needs:
        other = plan.milestones.get(need.partition("@")[0])
        if other and is_public(plan, other) and standing(other, need, states) != "done":
            yield need


def _current(
    dates: Dates, milestone: Milestone, states: States, today: date
) -> tuple[Occurrence, tuple[Occurrence, ...]]:
    """The occurrence that counts now, and those after it.

    The earliest that is late, where one is; else the next; else the last.
    """
    if milestone.repeats is None:
        return dates.single(milestone), ()
    every = list(dates.of(milestone, today + _AHEAD)) or [dates.single(milestone)]
    still = [one for one in every if standing(milestone, one.id, states) not in SETTLED]
    late = [
        one for one in still if one.due and one.due < today and is_chased(dates.plan, milestone)
    ]
    ahead = [one for one in still if one.due and one.due >= today]
    chosen = (late or ahead or every[-1:])[0]
    return chosen, tuple(islice((one for one in ahead if one is not chosen), _MOST))


def _state(
    dates: Dates, milestone: Milestone, occurrence: Occurrence, states: States, today: date
) -> Shown:
    state = standing(milestone, occurrence.id, states)
    if state in SETTLED:
        return state
    if late_needs(dates.plan, dates, milestone, states, today):
        return "blocked"
    if occurrence.due and occurrence.due < today:
        return "late" if is_chased(dates.plan, milestone) else "past"
    return state


def _summary(track: Track, rows: Mapping[str, Row]) -> Summary:
    mine = tuple(rows[key] for key in track.milestones if key in rows)
    states = {row.state for row in mine if row.open}
    over: Shown = "done" if any(row.state == "done" for row in mine) else "planned"
    state = next((one for one in ORDER if one in states), over)
    ahead = _by_day(row for row in mine if _ahead(row))
    return Summary(track, mine, state, ahead[0] if ahead else None)


def owners(plan: Plan, ids: Iterable[str]) -> list[str]:
    """The names of the owning teams; people are not named in public."""
    return [plan.teams[one].name for one in ids if one in plan.teams]
