"""PURE. One month as weeks of days, with what is due on each and what has no day named."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.durations import add_months
from calendars.workdays import FIRST_YEAR, LAST_YEAR
from config.plan import Plan
from scheduler.planning.values import Occurrence
from scheduler.shown import counted_to
from scheduler.web.views import Dated, Picture, Row


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the page; `inside` the month itself, `worked` by the plan's working days."""

    day: date
    inside: bool
    worked: bool
    today: bool
    shown: tuple[Dated, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its weeks from the plan's first day of the week, and what has no day.

    within: promised for just this month. through: longer periods that touch it.
    """

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    within: tuple[Dated, ...]
    through: tuple[Dated, ...]
    previous: date | None
    following: date | None


def first_of_week(plan: Plan) -> int:
    """The day the week begins with: the one after its weekend, Monday where that is unclear."""
    after = [day for day in range(7) if day not in plan.weekend and (day - 1) % 7 in plan.weekend]
    return after[0] if len(after) == 1 else 0


def month(picture: Picture, first: date) -> Month:
    """The month that begins on `first`."""
    last = add_months(first, 1) - timedelta(days=1)
    shown = [one for row in picture.rows.values() for one in _shown(picture, row, last)]
    exact: dict[date, list[Dated]] = {}
    for one in shown:
        if one.occurrence.due and not _vague(one.occurrence):
            exact.setdefault(one.occurrence.due, []).append(one)
    vague = [one for one in shown if _vague(one.occurrence) and _touches(one, first, last)]
    within = tuple(one for one in vague if _inside(one, first, last))
    return Month(
        first=first,
        weeks=tuple(_weeks(picture, first, exact)),
        within=within,
        through=tuple(one for one in vague if one not in within),
        previous=_beside(first, -1),
        following=_beside(first, 1),
    )


def _shown(picture: Picture, row: Row, last: date) -> Iterable[Dated]:
    """The occurrences up to a day; of what repeats none in a month that is too far ahead."""
    if row.milestone.repeats is not None and last > counted_to(picture.today):
        return
    for occurrence in picture.dates.up_to(row.milestone, last):
        yield picture.dated(row, occurrence)


def _vague(occurrence: Occurrence) -> bool:
    window = occurrence.window
    return window is not None and window[0] < window[1]


def _touches(one: Dated, first: date, last: date) -> bool:
    window = one.occurrence.window
    return window is not None and window[0] <= last and window[1] >= first


def _inside(one: Dated, first: date, last: date) -> bool:
    window = one.occurrence.window
    return window is not None and first <= window[0] and window[1] <= last


def _weeks(
    picture: Picture, first: date, exact: dict[date, list[Dated]]
) -> Iterable[tuple[Day, ...]]:
    begins = first_of_week(picture.plan)
    for week in Calendar(begins).monthdatescalendar(first.year, first.month):
        yield tuple(_day(picture, day, first, exact) for day in week)


def _day(picture: Picture, day: date, first: date, exact: dict[date, list[Dated]]) -> Day:
    inside = day.month == first.month
    worked = picture.plan.workdays.is_working(day)
    shown = tuple(exact.get(day, ())) if inside else ()
    return Day(day, inside, worked, day == picture.today, shown)


def _beside(first: date, months: int) -> date | None:
    found = add_months(first, months)
    return found if FIRST_YEAR < found.year < LAST_YEAR else None
