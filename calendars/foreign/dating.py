"""PURE. The dates of one component -> the forms of a plan: day, span, time, length, rule."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from calendars.durations import Duration, Unit
from calendars.foreign.parts import Moment, Part, PartError
from calendars.recurrence import Recurrence, RecurrenceError, first, parse_recurrence

ONE_DAY = timedelta(days=1)
_UNTIL_TIME = re.compile(r"(UNTIL=\d{8})T\d{6}Z?", re.ASCII)
_CLOCK_PARTS = re.compile(r";BY(HOUR|MINUTE|SECOND)=\d+(?=;|$)")
_LENGTHS = (
    (timedelta(days=1), Unit.DAYS),
    (timedelta(hours=1), Unit.HOURS),
    (timedelta(minutes=1), Unit.MINUTES),
)


@dataclass(slots=True)
class Dated:
    """When a component is: whole days `first` to `last`, or a time with a length.

    Where it has no date at all (a to-do without DUE), `start` is None.
    """

    start: Moment | None
    last: date = date.min
    length: timedelta = timedelta(0)
    rule: Recurrence | None = None
    extra: list[Moment] = field(default_factory=list)
    """Dates beside those of the rule: of RDATE, and a DTSTART that the rule does not make."""

    @property
    def timed(self) -> bool:
        """Whether it has a time of day."""
        return self.start is not None and self.start.clock is not None

    @property
    def zone(self) -> str | None:
        """The zone in which its days are counted; None for days, and for local times."""
        return self.start.zone if self.start else None

    @property
    def span(self) -> timedelta:
        """From the first day to the last; nothing for a time."""
        return self.last - self.start.day if self.start and not self.timed else timedelta(0)

    def due(self, *, tentative: bool) -> str:
        """The date as the plan writes it."""
        mark = "?" if tentative else ""
        if self.start is None:
            return "tbc"
        if self.start.clock is not None:
            universal = self.start.zone == "UTC" and self.rule is None
            return self.start.clock.isoformat() + ("Z" if universal else "") + mark
        if self.last > self.start.day:
            return f"{self.start.day.isoformat()}/{self.last.isoformat()}{mark}"
        return self.start.day.isoformat() + mark

    def duration(self) -> str | None:
        """The length of a time as the plan writes it; None where it takes no time."""
        if not self.timed or self.length <= timedelta(0):
            return None
        minutes = -(-self.length // timedelta(minutes=1))
        whole = timedelta(minutes=minutes)
        for size, unit in _LENGTHS:
            if whole % size == timedelta(0) and (whole // size > 1 or unit is not Unit.DAYS):
                return str(Duration(whole // size, unit))
        return str(Duration(minutes, Unit.MINUTES))


def dated(part: Part) -> Dated:
    """When a component is; raises `PartError` where that cannot be read."""
    found = _todo(part) if part.what == "VTODO" else _event(part)
    if found.start is not None:
        _repeat(part, found)
    return found


def _event(part: Part) -> Dated:
    start = part.moment("DTSTART")
    if start is None:
        raise PartError("it has no DTSTART, so nobody knows when it is")
    return _spanned(part, start, part.moment("DTEND"), inclusive=False)


def _todo(part: Part) -> Dated:
    start, due = part.moment("DTSTART"), part.moment("DUE")
    if due is None and start is not None and part.span() is None:
        return _spanned(part, start, None, inclusive=True)
    if due is None:
        return Dated(None) if start is None else _spanned(part, start, None, inclusive=False)
    if start is None or (due.clock is not None and not part.has("RRULE")):
        return _spanned(part, due, None, inclusive=True)
    return _spanned(part, start, due, inclusive=True)


def _spanned(part: Part, start: Moment, end: Moment | None, *, inclusive: bool) -> Dated:
    if part.word("X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE" and not inclusive:
        start, end = Moment(start.day), Moment(end.day) if end else None
    if start.clock is None:
        return _days(part, start, end, inclusive=inclusive)
    length = part.span() or timedelta(0)
    if end is not None and end.clock is not None:
        length = _between(start, end)
    if length < timedelta(0):
        part.notes.append("it ends before it starts; its end is left out")
        length = timedelta(0)
    return Dated(start, start.day, length)


def _days(part: Part, start: Moment, end: Moment | None, *, inclusive: bool) -> Dated:
    span = part.span()
    last = start.day
    try:
        if end is not None:
            last = end.day if inclusive else end.day - ONE_DAY
        elif span is not None and not inclusive:
            last = start.day + span - ONE_DAY
    except OverflowError:
        raise PartError("its end lies outside of any calendar") from None
    if end is not None and end.day < start.day:
        part.notes.append("it ends before it starts; its end is left out")
    return Dated(Moment(start.day), max(last, start.day))


def _between(start: Moment, end: Moment) -> timedelta:
    """From one local time to another, each in its own zone."""
    try:
        begins, ends = (
            it.within("UTC") if start.zone and end.zone else it.at for it in (start, end)
        )
        return datetime.combine(ends, _clock(ends)) - datetime.combine(begins, _clock(begins))
    except (OverflowError, ValueError):
        raise PartError("its end lies outside of any calendar") from None


def _clock(at: date) -> time:
    return at.time() if isinstance(at, datetime) else time()


def _repeat(part: Part, found: Dated) -> None:
    rules = part.rules()
    if len(rules) > 1:
        part.notes.append("it has several rules; only the first is kept")
    if part.has("EXRULE"):
        part.notes.append("its EXRULE is left out")
    found.extra = part.moments("RDATE")
    if not rules or found.start is None:
        return
    try:
        found.rule = parse_recurrence(_rule(rules[0].upper(), timed=found.timed))
        start = datetime.combine(found.start.day, _clock(found.start.at))
        begins = first(found.rule, start, found.zone or "UTC")
    except RecurrenceError as error:
        raise PartError(f"its rule cannot be kept: {error}") from None
    except (ValueError, OverflowError, IndexError, TypeError):
        raise PartError("its rule cannot be counted") from None
    if begins != start:
        found.extra.insert(0, found.start)


def _rule(text: str, *, timed: bool) -> str:
    """A rule without what its start says already; of days, with a day as its end."""
    plain = _CLOCK_PARTS.sub("", text)
    return plain if timed else _UNTIL_TIME.sub(r"\1", plain)
