"""PURE. Milestones -> occurrences: relative dates counted, rolls and moves applied.

It does not say who is reminded, nor whether anything is done.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calendars.dates import DueDate, Precision, Relative
from calendars.durations import add_months, shift
from calendars.recurrence import expand
from calendars.windows import window_on
from calendars.workdays import FIRST_YEAR, LAST_YEAR, Workdays
from calendars.zones import local_instant, local_time
from config.plan import Milestone, Plan, Roll
from scheduler.planning.values import Occurrence

A_YEAR_AND_A_DAY = timedelta(days=366)


class Dates:
    """The occurrences of one plan; relative dates are counted once and kept."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._known: dict[str, Occurrence] = {}

    def single(self, milestone: Milestone) -> Occurrence:
        """The one occurrence of a milestone; of a repeating one its first."""
        found = self._known.get(milestone.id)
        if found is None:
            found = self._known[milestone.id] = self._single(milestone)
        return found

    def of(self, milestone: Milestone, until: date) -> Iterator[Occurrence]:
        """Every occurrence, up to those whose original day is `until`, in the rule's order."""
        if milestone.repeats is None:
            yield self.single(milestone)
            return
        yield from _repeated(milestone, until, self.plan.workdays)

    def up_to(self, milestone: Milestone, last: date) -> Iterator[Occurrence]:
        """Every occurrence that may be due up to `last`, wherever it was moved or rolled from.

        Some of them are due later.
        """
        yield from self.of(milestone, self._reach(milestone, last))

    def _reach(self, milestone: Milestone, last: date) -> date:
        """The last original day from which an occurrence comes to lie on or before `last`."""
        if milestone.repeats is not None and milestone.roll == "previous":
            last = self.plan.workdays.on_or_after(last + timedelta(days=1))
        return max([last, *milestone.moved])

    def find(self, occurrence_id: str) -> Occurrence | None:
        """The occurrence of that id; None where the plan has none."""
        milestone_id, _, day = occurrence_id.partition("@")
        milestone = self.plan.dated(milestone_id)
        if milestone is None or (milestone.repeats is None) != (day == ""):
            return None
        if not day:
            return self.single(milestone)
        until = date.fromisoformat(day)
        return next((one for one in self.of(milestone, until) if one.id == occurrence_id), None)

    def opening_after(self, part: Milestone, occurrence: Occurrence) -> date | None:
        """The day on which the next round of a repeating request opens; None without one."""
        if part.repeats is None or occurrence.original is None:
            return None
        after = occurrence.original
        found = self.of(part, after + A_YEAR_AND_A_DAY)
        following = next((one for one in found if one.original and one.original > after), None)
        return following.opens if following else None

    def _single(self, milestone: Milestone) -> Occurrence:
        if milestone.repeats is not None:
            return _first(milestone, self.plan.workdays)
        if milestone.due.relative is None:
            return _made(milestone, milestone.id, milestone.due, None, self.plan.workdays)
        return self._relative(milestone)

    def _relative(self, milestone: Milestone) -> Occurrence:
        """Counted from the other's due day; without a date while the other has none.

        Nor has it one where a watched calendar leads beyond all years.
        A circle (which the plan reader refuses) ends as a milestone without a date.
        """
        relative = milestone.due.relative
        open_date = replace(milestone.due, uncertain=True)
        nowhere = Occurrence(milestone.id, milestone.id, None, open_date)
        self._known[milestone.id] = nowhere
        other = self._other(milestone.hangs_on or "")
        if relative is None or other is None or other.due is None:
            return nowhere
        try:
            promise = self._counted(milestone.due, relative, other.due, other.promise)
        except (ValueError, OverflowError):
            return nowhere
        counted = other.due if relative.duration is None else promise.last
        return _made(milestone, milestone.id, promise, None, self.plan.workdays, counted)

    def _counted(self, due: DueDate, relative: Relative, day: date, promise: DueDate) -> DueDate:
        """So far from `day`; a bare "OTHER" keeps the other's window, since no day was said.

        That window does not move with the other's due day where this is rolled.
        """
        if relative.duration is None:
            timed = promise.precision is Precision.INSTANT
            precision = Precision.DAY if timed else promise.precision
            return replace(
                promise, text=due.text, precision=precision, instant=None, relative=relative
            )
        day = shift(day, relative.duration, relative.sign, self.plan.workdays)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise OverflowError
        return DueDate(
            due.text,
            Precision.DAY,
            day,
            day,
            uncertain=promise.uncertain,
            approximate=promise.approximate,
            relative=relative,
        )

    def _other(self, other_id: str) -> Occurrence | None:
        other = self.plan.dated(other_id)
        return self.single(other) if other else self.find(other_id)


def _rolled(day: date, roll: Roll | None, workdays: Workdays) -> date:
    if roll is None:
        return day
    return workdays.on_or_before(day) if roll == "previous" else workdays.on_or_after(day)


def _made(
    milestone: Milestone,
    occurrence_id: str,
    promise: DueDate,
    original: date | None,
    workdays: Workdays,
    counted: date | None = None,
) -> Occurrence:
    """As `_dated`; one of a part of an update request also has the day on which it opens."""
    found = _dated(milestone, occurrence_id, promise, original, workdays, counted)
    if milestone.opens is None or found.due is None:
        return found
    try:
        return replace(found, opens=opening_day(milestone, found.due, workdays))
    except (ValueError, OverflowError):
        return replace(found, opens=found.due)  # beyond all years


def opening_day(part: Milestone, due: date, workdays: Workdays) -> date:
    """The day on which a part of an update request opens that closes on `due`.

    A day in the plan is that of the first close; every round is open for as long.
    """
    if isinstance(part.opens, date):
        closes = part.due.instant.date() if part.due.instant else part.due.last
        return due - (max((closes or due) - part.opens, timedelta(0)))
    return due if part.opens is None else shift(due, part.opens, -1, workdays)


def _dated(
    milestone: Milestone,
    occurrence_id: str,
    promise: DueDate,
    original: date | None,
    workdays: Workdays,
    counted: date | None,
) -> Occurrence:
    """An occurrence from its promised date: the due day rolled, the instant in UTC.

    counted: the day that is rolled, where it is another than the window's last.
    """
    if promise.last is None:
        return Occurrence(occurrence_id, milestone.id, None, promise, None, original)
    if promise.instant is None:
        due = _rolled(counted or promise.last, milestone.roll, workdays)
        return Occurrence(occurrence_id, milestone.id, due, promise, None, original)
    local = _local(promise.instant, milestone.timezone)
    due = _rolled(local.date(), milestone.roll, workdays)
    if due == local.date() and promise.instant.tzinfo is not None:
        starts = promise.instant.astimezone(ZoneInfo("UTC"))
    else:
        local = datetime.combine(due, local.time())
        starts = local_instant(local, milestone.timezone)
    shown = replace(promise, first=due, last=due, instant=local)
    return Occurrence(occurrence_id, milestone.id, due, shown, starts, original)


def _local(moment: datetime, name: str) -> datetime:
    return moment if moment.tzinfo is None else local_time(moment, name)


def _start(milestone: Milestone) -> datetime:
    """The naive local date-time that the rule runs from: DTSTART."""
    due = milestone.due
    if due.instant is not None:
        return _local(due.instant, milestone.timezone)
    return datetime.combine(due.first or date.min, time())


def _first(milestone: Milestone, workdays: Workdays) -> Occurrence:
    start = _start(milestone).date()
    years = 0
    while True:
        found = next(_repeated(milestone, add_months(start, 12 * years), workdays), None)
        if found:
            return found
        if years > 32:
            return Occurrence(milestone.id, milestone.id, None, milestone.due)
        years = 2 * years + 1


def _repeated(milestone: Milestone, until: date, workdays: Workdays) -> Iterator[Occurrence]:
    if milestone.repeats is None:
        return
    start = _start(milestone)
    ceiling = datetime.combine(until, time.max)
    before: date | None = None
    for moment in expand(milestone.repeats, start, milestone.timezone, ceiling):
        promise = promise_of(milestone, moment)
        original = promise.last or moment.date()
        again, before = original == before, original
        if again or original in milestone.exceptions:  # twice in one window: one occurrence
            continue
        if original in milestone.moved:
            promise = _moved(promise, milestone.moved[original])
        occurrence_id = f"{milestone.id}@{original.isoformat()}"
        yield _made(milestone, occurrence_id, promise, original, workdays)


def promise_of(milestone: Milestone, moment: datetime) -> DueDate:
    """The date of one firing of the rule, of the same precision as the first."""
    due = milestone.due
    day = moment.date()
    if due.instant is not None:
        return replace(due, text=moment.isoformat(), first=day, last=day, instant=moment)
    first, last = window_on(due, day)
    return replace(due, text=day.isoformat(), first=first, last=last)


def _moved(promise: DueDate, to: date | datetime) -> DueDate:
    """The date an occurrence was moved to; a day alone keeps the time of a timed one."""
    text = to.isoformat()
    if isinstance(to, datetime):
        day = to.date()
        return replace(
            promise, text=text, precision=Precision.INSTANT, first=day, last=day, instant=to
        )
    if promise.instant is not None:
        instant = datetime.combine(to, promise.instant.time())
        return replace(promise, text=text, first=to, last=to, instant=instant)
    return replace(promise, text=text, precision=Precision.DAY, first=to, last=to)
