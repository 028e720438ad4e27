"""PURE. A time zone as a VTIMEZONE component (RFC 5545, section 3.6.5).

The changes of the clock are read by asking zoneinfo for the offset, day by day, and written as
yearly rules where they are regular, as single observances where they are not. Lists of RDATE
are never written: several clients read only the first of them.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from calendars import grammar
from calendars.zones import zone

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STEP = timedelta(days=1)
_REGULAR = 3
"""So many years in a row make a rule; fewer are written one by one."""


@dataclass(frozen=True, slots=True)
class _Clock:
    """What a zone's clock shows between two changes."""

    offset: timedelta
    name: str
    summer: bool


@dataclass(frozen=True, slots=True)
class _Change:
    at: datetime
    before: _Clock
    after: _Clock

    @property
    def onset(self) -> datetime:
        """The naive local time of the change, by the clock before it."""
        return (self.at + self.before.offset).replace(tzinfo=None)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two changes must share to be of one rule."""
        onset = self.onset
        return (self.before.offset, self.after, onset.month, onset.weekday(), onset.time())


def _clock(moment: datetime, name: str) -> _Clock:
    here = moment.astimezone(zone(name))
    shift = here.dst() or timedelta(0)
    return _Clock(here.utcoffset() or timedelta(0), here.tzname() or name, shift > timedelta(0))


def _changes(name: str, first: int, last: int) -> Iterator[_Change]:
    early = datetime(first, 1, 1, tzinfo=UTC)
    end = datetime(last + 1, 1, 2, tzinfo=UTC)
    before = _clock(early, name)
    while early < end:
        late = early + _STEP
        after = _clock(late, name)
        if after != before:
            yield _Change(_halved(early, late, before, name), before, after)
        early, before = late, after


def _halved(early: datetime, late: datetime, before: _Clock, name: str) -> datetime:
    """The first second of the new clock, between `early` (old) and `late` (new)."""
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if _clock(middle, name) == before:
            early = middle
        else:
            late = middle
    return late


def _runs(changes: list[_Change]) -> Iterator[list[_Change]]:
    """The changes of one shape in consecutive years, each run as long as one rule fits it."""
    shapes: dict[tuple[object, ...], list[_Change]] = {}
    for change in changes:
        shapes.setdefault(change.shape, []).append(change)
    for same in shapes.values():
        run = same[:1]
        for earlier, later in pairwise(same):
            if later.onset.year != earlier.onset.year + 1 or not _weekday([*run, later]):
                yield run
                run = []
            run.append(later)
        yield run


def _weekday(run: list[_Change]) -> str | None:
    """The BYDAY (and BYMONTHDAY) part that names the day of every onset; None without one."""
    days = [change.onset.date() for change in run]
    code = _DAYS[days[0].weekday()]
    if all(_from_end(day) < 7 for day in days):
        return f"BYDAY=-1{code}"
    weeks = {(day.day - 1) // 7 for day in days}
    if len(weeks) == 1:
        return f"BYDAY={weeks.pop() + 1}{code}"
    high = max(day.day for day in days)
    if high - min(day.day for day in days) > 6:
        return None
    span = ",".join(str(number) for number in range(high - 6, high + 1))
    return f"BYDAY={code};BYMONTHDAY={span}"


def _from_end(day: date) -> int:
    return monthrange(day.year, day.month)[1] - day.day


def _observance(clock: _Clock, onset: datetime, before: timedelta, rule: str | None) -> list[str]:
    kind = "DAYLIGHT" if clock.summer else "STANDARD"
    lines = [f"BEGIN:{kind}", f"DTSTART:{grammar.local(onset)}"]
    lines += [f"RRULE:{rule}"] if rule else []
    lines += [
        f"TZOFFSETFROM:{grammar.offset(before)}",
        f"TZOFFSETTO:{grammar.offset(clock.offset)}",
        f"TZNAME:{grammar.text(clock.name)}",
        f"END:{kind}",
    ]
    return lines


def _written(run: list[_Change], last: int) -> Iterator[list[str]]:
    """One rule for a regular run (open where it reaches `last`), else one observance a change."""
    start = run[0]
    part = _weekday(run) if len(run) >= _REGULAR else None
    if part is None:
        for change in run:
            yield _observance(change.after, change.onset, change.before.offset, None)
        return
    until = "" if run[-1].onset.year >= last else f";UNTIL={grammar.utc(run[-1].at)}"
    rule = f"FREQ=YEARLY;BYMONTH={start.onset.month};{part}{until}"
    yield _observance(start.after, start.onset, start.before.offset, rule)


@lru_cache(maxsize=1024)
def vtimezone(name: str, first: int, last: int) -> str:
    """The VTIMEZONE of an IANA zone, right for every instant of the years `first` to `last`.

    Rules that still hold in `last` stay open. Raises `calendars.zones.ZoneError` for an unknown
    name.
    """
    start = _clock(datetime(first - 1, 1, 1, tzinfo=UTC), name)
    changes = list(_changes(name, first - 1, last))
    onset = datetime(first - 1, 1, 1) if changes else datetime(1970, 1, 1)
    parts = [["BEGIN:VTIMEZONE", f"TZID:{grammar.text(name)}"]]
    parts.append(_observance(start, onset, start.offset, None))
    for run in sorted(_runs(changes), key=lambda found: found[0].at):
        parts += _written(run, last)
    parts.append(["END:VTIMEZONE"])
    return "".join(grammar.line(content) for part in parts for content in part)
