"""PURE. Milestones on an axis of time: places in per cent, from which the pages draw SVG.

A month is drawn as a month and a year as a year; what is doubtful is drawn as doubtful; where a
date slipped, its old day stays to be seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from calendars.durations import add_months
from calendars.wording import short_month_text, year_text
from scheduler.planning.values import Occurrence
from scheduler.web.views import Row, Shown

_MOST_MONTHS = 36
_LEAST_MONTHS = 6
_DAY = timedelta(days=1)


class Tick(NamedTuple):
    """The begin of a month on the axis; `label` is "" where there is no room for one."""

    at: float
    label: str
    year: bool


class Mark(NamedTuple):
    """One date: a bar from `start` to `end` with the due day at `due`; all in per cent.

    point: a single day, drawn as a sign and not as a bar. beyond: it ends after the axis does.
    state: that of this date, which is not always that of its row.
    """

    start: float
    end: float
    due: float
    point: bool
    certain: bool
    beyond: bool
    state: Shown


@dataclass(frozen=True, slots=True)
class Line:
    """The marks of one milestone, and the old due days that it slipped from.

    later: it has a date, and the axis ends before its window begins.
    """

    row: Row
    marks: tuple[Mark, ...]
    slipped: tuple[float, ...]
    later: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The axis with its ticks and today, and a line for each milestone."""

    first: date
    last: date
    ticks: tuple[Tick, ...]
    today: float
    lines: tuple[Line, ...]


def timeline(rows: Iterable[Row], today: date, language: str = "en") -> Timeline:
    """The axis over all dates and today, at most three years long, by whole months."""
    chosen = list(rows)
    first, last = _axis(chosen, today)
    axis = _Axis(first, last)
    lines = tuple(_line(row, axis) for row in chosen)
    ticks = tuple(_ticks(axis, language))
    return Timeline(first, last, ticks, axis.at(today), lines)


class _Axis(NamedTuple):
    first: date
    last: date

    def at(self, day: date) -> float:
        """The place of a day's begin, kept on the axis."""
        total = (self.last - self.first).days
        return round(100 * min(max((day - self.first).days / total, 0), 1), 2)


def _axis(rows: list[Row], today: date) -> tuple[date, date]:
    """The first day and the day after the last, both the first of a month."""
    days = [today]
    for row in rows:
        for one in (row.occurrence, *row.coming[:1]):
            days += [day for day in (*(one.window or ()), one.due) if day]
        days += [slip.old_due for slip in row.slips if slip.old_due]
    oldest = add_months(today.replace(day=1), -12)
    first = max(min(days).replace(day=1), oldest)
    last = add_months(max(days).replace(day=1), 1)
    last = min(max(last, add_months(first, _LEAST_MONTHS)), add_months(first, _MOST_MONTHS))
    return first, last


def _line(row: Row, axis: _Axis) -> Line:
    window = row.occurrence.window
    later = window is not None and window[0] >= axis.last
    return Line(row, tuple(_marks(row, axis)), tuple(_slipped(row, axis)), later)


def _marks(row: Row, axis: _Axis) -> Iterable[Mark]:
    dates = zip((row.occurrence, *row.coming), (row.state, *row.after), strict=True)
    for one, state in dates:
        mark = _mark(one, state, axis)
        if mark is not None:
            yield mark


def _mark(occurrence: Occurrence, state: Shown, axis: _Axis) -> Mark | None:
    window, due = occurrence.window, occurrence.due
    if window is None or due is None or window[0] >= axis.last or due < axis.first:
        return None
    start, end = axis.at(window[0]), axis.at(window[1] + _DAY)
    point = window[0] == window[1]
    certain = occurrence.promise.certain
    beyond = window[1] >= axis.last
    return Mark(start, end, axis.at(due), point, certain, beyond, state)


def _slipped(row: Row, axis: _Axis) -> Iterable[float]:
    for slip in row.slips:
        if slip.old_due and slip.old_due != slip.new_due and axis.first <= slip.old_due < axis.last:
            yield axis.at(slip.old_due)


def _ticks(axis: _Axis, language: str) -> Iterable[Tick]:
    """A tick a month; the year's name at its begin, a month's name where there is room."""
    months = (axis.last.year - axis.first.year) * 12 + axis.last.month - axis.first.month
    every = 1 if months <= 8 else 3 if months <= 24 else 6
    for number in range(months):
        day = add_months(axis.first, number)
        year = day.month == 1
        named = (day.month - 1) % every == 0
        label = year_text(day.year, language) if year else short_month_text(day, language)
        yield Tick(axis.at(day), label if named else "", year)
