"""PURE. The cells of a row that say when -> its due date: a date, or a window of two columns."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from calendars.dates import DateError, DueDate, Precision, parse_due
from scheduler.foreign.tables.cell_dates import CellDate, CellError, Order, quoted, read_date
from scheduler.foreign.tables.cell_words import line_of
from scheduler.foreign.values import Cell

MOST_MINUTES = 100_000
_SINGLE = frozenset(
    {Precision.DAY, Precision.MONTH, Precision.QUARTER, Precision.HALF, Precision.YEAR}
)


@dataclass(frozen=True, slots=True)
class Due:
    """When a row is due; said: the date as it was written, where that is more than `due` tells."""

    due: str
    notes: tuple[str, ...] = ()
    duration: str | None = None
    said: str = ""


def due_of(cells: Mapping[str, Cell], order: Order, known: Collection[str] = ()) -> Due:
    """The due date of a row from its cells "due", "start", "end" and "time". Raises `CellError`.

    Where there is no due date, start and end are its window; one of them alone is the date.
    """
    due, start, end = (cells.get(it) for it in ("due", "start", "end"))
    if _says(due) or not (_says(start) or _says(end)):
        return _single(due, cells.get("time"), order, known)
    if not _says(end):
        found = _single(start, cells.get("time"), order, known)
        return replace(found, notes=(*found.notes, "it has no end; its start is taken"))
    if not _says(start):
        return _single(end, None, order, known)
    first, last = read_date(start, order), read_date(end, order)
    if "tbc" in (first.due, last.due):
        one = last if first.due == "tbc" else first
        return Due(one.due, one.notes, said=_said(f"{line_of(start)} – {line_of(end)}", one.due))
    first = _at(first, cells.get("time"))
    made = _window(first, last, f"{line_of(start)} – {line_of(end)}")
    return replace(made, notes=tuple(dict.fromkeys(first.notes + last.notes)))


def _says(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _single(cell: Cell, time: Cell, order: Order, known: Collection[str]) -> Due:
    found = _at(read_date(cell, order, known), time)
    said = line_of(cell) if isinstance(cell, str) else ""
    return Due(found.due, found.notes, said=_said(said, found.due))


def _said(written: str, due: str) -> str:
    """A date in words is told as it was promised; one in numbers says no more than `due`."""
    plain = written.lower() in (due.lower(), "tbc") or not re.search(r"[^\W\d_]", written)
    return "" if plain else written


def _at(found: CellDate, time: Cell) -> CellDate:
    """A day with the time of another column, where that has one."""
    clock, promise = line_of(time), parse_due(found.due)
    if not clock or promise.precision is not Precision.DAY or promise.first is None:
        return found
    try:
        timed = read_date(f"{promise.first} {clock}")
        if parse_due(timed.due).precision is Precision.INSTANT:
            mark = found.due[-1] if not promise.certain else ""
            return CellDate(timed.due + mark, found.notes)
    except CellError:
        pass
    note = f"the time {quoted(clock)} cannot be read and is left out"
    return CellDate(found.due, (*found.notes, note))


def _window(start: CellDate, end: CellDate, written: str) -> Due:
    """The window from one date to another; of two times on a day a time and a duration."""
    first, last = parse_due(start.due), parse_due(end.due)
    if first.first is None or last.last is None:
        raise CellError(f"{quoted(written)} is no window: both must be dates")
    if start.due == end.due:
        return Due(start.due)
    if first.precision is Precision.INSTANT and first.first == last.last:
        return Due(start.due, duration=_between(first.instant, last.instant))
    simple = {first.precision, last.precision} <= _SINGLE
    due = f"{start.due}/{end.due}" if simple else f"{first.first}/{last.last}{_mark(first, last)}"
    try:
        parse_due(due)
    except DateError:
        raise CellError(f"{quoted(written)} ends before it starts") from None
    return Due(due)


def _mark(*dates: DueDate) -> str:
    uncertain, approximate = (
        any(it.uncertain for it in dates), any(it.approximate for it in dates)
    )  # fmt: skip
    return {(True, True): "%", (True, False): "?", (False, True): "~"}.get(
        (uncertain, approximate), ""
    )


def _between(first: datetime | None, last: datetime | None) -> str | None:
    """How long it is from one time to another, if both count alike."""
    if not first or not last or (first.tzinfo is None) != (last.tzinfo is None):
        return None
    minutes = int((last - first).total_seconds() // 60)
    if not 0 < minutes <= MOST_MINUTES:
        return None
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
