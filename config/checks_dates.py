"""PURE. What is wrong with the dates of a plan, and with what hangs on what.

It counts relative dates only to see that they can be counted; when things are due is the
planner's business.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from datetime import date, datetime, time, timedelta

from calendars.dates import DueDate, Precision
from calendars.durations import DurationError, shift
from calendars.recurrence import RecurrenceError, expand, first
from calendars.windows import window_on
from calendars.workdays import (
    FIRST_YEAR,
    LAST_YEAR,
    HolidayError,
    NoWorkingDayError,
    Workdays,
    public_holidays,
)
from calendars.zones import local_time
from config.building import original_day
from config.circles import circles
from config.crowding import crowded
from config.documents import Fault
from config.parse import Tables, Written
from config.plan import Milestone, Plan
from config.positions import Path

_AHEAD = 62
"""So many days after a day that is no occurrence the nearest one is looked for."""


def date_faults(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """Every fault and warning about dates, repeats, `needs` and leads."""
    for written in tables.milestones.values():
        yield from _dated(written, tables.doubtful)
        yield from _repeats(written, plan.milestones[written.id])
    yield from _circles(plan, tables)
    yield from _needs(plan, tables)
    yield from _occurrences(plan, tables)
    yield from _leads(plan, tables)
    yield from _counted(plan, tables)


def _dated(written: Written, doubtful: Container[Path]) -> Iterator[Fault]:
    shape, path, given = written.shape, written.path, written.keys
    if "due" in given and "starts" in given:
        message = "`due` and `starts` cannot stand together"
        hint = "keep `starts` for a time of day, else `due`"
        yield Fault((*path, "starts"), message, hint, "key")
    elif not given & {"due", "starts"} and not _in_doubt(path, doubtful):
        hint = 'write due = "2024-04", or due = "tbc" where there is no date yet'
        message = f'the milestone "{shape.id}" has no date'
        yield Fault(path, message, hint, "key", rests_on="table")
    timed = shape.starts or (shape.due and shape.due.precision is Precision.INSTANT)
    if shape.duration and not timed and not _in_doubt(path, doubtful):
        message = "`duration` goes with a time of day, and this milestone has none"
        yield Fault((*path, "duration"), message, "write starts = 2024-01-16T15:00:00", "key")


def _in_doubt(path: Path, doubtful: Container[Path]) -> bool:
    return (*path, "due") in doubtful or (*path, "starts") in doubtful


def _repeats(written: Written, milestone: Milestone) -> Iterator[Fault]:
    path, repeats = written.path, milestone.repeats
    yield from _moved_days(written)
    if repeats is None:
        for key in ("except", "moved"):
            if (milestone.exceptions and key == "except") or (milestone.moved and key == "moved"):
                message = f"`{key}` has no effect: the milestone does not repeat"
                yield Fault((*path, key), message, 'write repeats = "…"', "key", "warning")
        return
    if milestone.due.first is None:
        if written.shape.model_fields_set & {"due", "starts"}:
            what = "a relative date" if milestone.due.relative else '"tbc"'
            message = f"`repeats` needs a date to repeat from, not {what}"
            hint = "write the day of the first occurrence in `due`"
            yield Fault((*path, "repeats"), message, hint, "key")
        return
    try:
        first(repeats, _start(milestone), milestone.timezone)
    except RecurrenceError as error:
        message, _, hint = str(error).partition("; ")
        yield Fault((*path, "repeats"), message, hint)
        return
    found = crowded(repeats, milestone.due, _start(milestone), milestone.timezone)
    if found:
        yield Fault((*path, "repeats"), *found, severity="warning")
    yield from _occurring(written, milestone)


def _moved_days(written: Written) -> Iterator[Fault]:
    for key in written.shape.moved:
        if original_day(key) is None:
            hint = 'write the original day of the occurrence, such as "2024-10-15"'
            yield Fault((*written.path, "moved", key), f'"{key}" is no day', hint, "key")


def _start(milestone: Milestone) -> datetime:
    """The naive local time that a rule runs from."""
    due = milestone.due
    if due.instant is None:
        return datetime.combine(due.first or date.min, time())
    if due.instant.tzinfo is None:
        return due.instant
    return local_time(due.instant, milestone.timezone)


def _occurring(written: Written, milestone: Milestone) -> Iterator[Fault]:
    """A warning for each day in `except` and `moved` on which nothing occurs."""
    named = milestone.exceptions | set(milestone.moved)
    if not named or milestone.repeats is None:
        return
    days = _days_until(milestone, max(named) + timedelta(days=_AHEAD))
    for day, path, at in _named(written):
        if day not in days:
            message = f"nothing occurs on {day.isoformat()} by the rule"
            yield Fault(path, message, _near(day, days), at, "warning")


def _days_until(milestone: Milestone, last: date) -> set[date]:
    """The original days of a repeating milestone's occurrences, up to a day."""
    due = milestone.due
    if milestone.repeats is None or due.first is None or due.last is None:
        return set()
    until = datetime.combine(last, time.max)
    moments = expand(milestone.repeats, _start(milestone), milestone.timezone, until)
    return {_original(milestone, moment.date()) for moment in moments}


def _original(milestone: Milestone, day: date) -> date:
    """The due day of the occurrence for which the rule fires on `day`."""
    due = milestone.due
    return day if due.instant else window_on(due, day)[1]


def _named(written: Written) -> Iterator[tuple[date, Path, str]]:
    for index, day in enumerate(written.shape.except_):
        yield day, (*written.path, "except", index), "value"
    for key in written.shape.moved:
        if original := original_day(key):
            yield original, (*written.path, "moved", key), "key"


def _near(day: date, days: set[date]) -> str:
    nearest = min(days, key=lambda it: abs(it - day), default=None)
    return f"the nearest occurrence is on {nearest.isoformat()}" if nearest else ""


def _circles(plan: Plan, tables: Tables) -> Iterator[Fault]:
    dates = {
        it.id: [it.hangs_on.partition("@")[0]] if it.hangs_on else []
        for it in plan.milestones.values()
    }
    needs = {
        it.id: [need.partition("@")[0] for need in it.needs] for it in plan.milestones.values()
    }
    for graph, key, what in ((dates, "due", "the dates"), (needs, "needs", "the needs")):
        for circle in circles(graph):
            way = " → ".join([*circle, circle[0]])
            message = f"{what} go round in a circle: {way}"
            hint = "give one of them a date of its own" if key == "due" else "leave one of them out"
            yield Fault((*tables.milestones[circle[0]].path, key), message, hint)


def _needs(plan: Plan, tables: Tables) -> Iterator[Fault]:
    for written in tables.milestones.values():
        milestone = plan.milestones[written.id]
        if milestone.status in ("done", "cancelled"):
            continue
        for need in milestone.needs:
            other = plan.milestones.get(need.partition("@")[0])
            if other and other.status == "cancelled":
                message = f'"{other.id}" is cancelled, so nothing is ever sent of "{milestone.id}"'
                hint = "take it out of `needs`"
                yield Fault((*written.path, "needs"), message, hint, "key", "warning")


def _occurrences(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """A fault for each reference to an occurrence (`ID@DAY`) that there is not."""
    for written in tables.milestones.values():
        milestone = plan.milestones[written.id]
        if milestone.hangs_on:
            yield from occurrence_faults(plan, milestone.hangs_on, (*written.path, "due"))
        for index, need in enumerate(milestone.needs):
            yield from occurrence_faults(plan, need, (*written.path, "needs", index))


def occurrence_faults(plan: Plan, name: str, path: Path) -> Iterator[Fault]:
    """A fault where a name is that of an occurrence (`ID@DAY`) that there is not."""
    other_id, at, written_day = name.partition("@")
    other = plan.milestones.get(other_id)
    if not at or other is None:
        return
    if other.repeats is None:
        message = f'"{other_id}" does not repeat and has no occurrence "@{written_day}"'
        yield Fault(path, message, f'write "{other_id}" alone')
        return
    day = original_day(written_day)
    days = _days_until(other, day) if day else set()
    if day not in days or day in other.exceptions:
        message = f'"{other_id}" has no occurrence on {written_day}'
        hint = _near(day, days - other.exceptions) if day else "write its day after the @"
        yield Fault(path, message, hint)


def _leads(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """A warning for a lead in hours that milestones without a time of day never get."""
    untimed: dict[str, list[str]] = defaultdict(list)
    for milestone in plan.milestones.values():
        dated = milestone.due.precision is not Precision.INSTANT
        if dated and milestone.status not in ("done", "cancelled"):
            untimed[milestone.policy].append(milestone.id)
    for name, shape in tables.policies.items():
        for index, lead in enumerate(shape.before):
            if lead.by_clock and untimed[name]:
                message = (
                    f'"{lead}" before is never sent for what has no time of day, '
                    f'such as "{untimed[name][0]}"'
                )
                hint = "count in days, or give these milestones another policy"
                path = ("reminders", name, "before", index)
                yield Fault(path, message, hint, "value", "warning")


def _counted(plan: Plan, tables: Tables) -> Iterator[Fault]:
    """A fault for each date that cannot be counted, and for years without known holidays."""
    counter = Counter(plan)
    judged: set[int] = set()
    for written in tables.milestones.values():
        milestone = plan.milestones[written.id]
        path = (*written.path, "starts" if written.shape.starts else "due")
        try:
            last = counter.due(milestone.id)
        except (HolidayError, NoWorkingDayError, DurationError) as error:
            yield Fault(path, f"the date cannot be counted: {error}", "")
            continue
        except (OverflowError, ValueError):
            message = f"the date lies outside the years {FIRST_YEAR} to {LAST_YEAR}"
            yield Fault(path, message, "write a shorter time")
            continue
        for year in sorted(_years(milestone, last) - judged):
            judged.add(year)
            try:
                public_holidays(plan.holidays, year)
            except HolidayError as error:
                yield Fault(path, str(error), "leave the code out, or write a nearer date")


def _years(milestone: Milestone, last: date | None) -> set[int]:
    return {day.year for day in (milestone.due.first, last) if day}


class Counter:
    """The due days of a plan, as far as they can be counted; each once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.workdays = Workdays(plan.weekend, plan.holidays, plan.closed)
        self.known: dict[str, date | None] = {}

    def due(self, name: str) -> date | None:
        """The due day of a milestone, before it is rolled; None where it has none."""
        chain = []
        other: str | None = name
        while other and other not in self.known and other in self.plan.milestones:
            chain.append(other)
            self.known[other] = self.plan.milestones[other].due.last
            hangs_on = self.plan.milestones[other].hangs_on
            other = hangs_on.partition("@")[0] if hangs_on else None
        for link in reversed(chain):
            self._count(self.plan.milestones[link])
        return self.known.get(name)

    def _count(self, milestone: Milestone) -> None:
        if milestone.due.relative is not None:
            self.known[milestone.id] = None
            self.known[milestone.id] = self.counted(milestone.due, milestone.hangs_on)

    def counted(self, due: DueDate, hangs_on: str | None) -> date | None:
        """The due day of a relative date, whose base has been counted; None without one."""
        relative = due.relative
        other, _, day_ = (hangs_on or "").partition("@")
        base = original_day(day_) if day_ else self.known.get(other)
        if relative is None or base is None or relative.duration is None:
            return base
        day = shift(base, relative.duration, relative.sign, self.workdays)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise OverflowError
        return day
