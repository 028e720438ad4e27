"""PURE. A time zone as a VTIMEZONE component (RFC 5545, section 3.6.5).

The changes of the clock are read by asking zoneinfo for the offset, and written as yearly rules
where they are regular, as single observances where they are not. Lists of RDATE are never
written: several clients read only the first of them.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendars import grammar
from calendars.zones import zone

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STEP = timedelta(days=4)
"""No clock is changed twice in so short a time; the shortest summer pauses last four weeks."""
_EVER = 1970
"""The year from which a clock that never changes is written."""
_MARGIN = timedelta(days=1)
"""UNTIL lies so long after the last onset, since some readers take it for a local time."""
_REGULAR = 3
"""So many years in a row make a rule; fewer are written one by one."""


class _Clock(NamedTuple):
    """What a zone's clock shows between two changes; `shift` is its summer time, if any."""

    offset: timedelta
    shift: timedelta
    name: str


class _Change(NamedTuple):
    at: datetime
    before: _Clock
    after: _Clock

    @property
    def onset(self) -> datetime:
        """The naive local time of the change, by the clock before it."""
        return (self.at + self.before.offset).replace(tzinfo=None)

    @property
    def summer(self) -> bool:
        """Whether it begins summer time, also where the law calls winter the exception."""
        later = self.after.offset > self.before.offset
        return later and self.after.shift != self.before.shift

    @property
    def shape(self) -> tuple[object, ...]:
        """What two changes must share to be of one rule."""
        onset = self.onset
        day = (onset.month, onset.weekday(), onset.time())
        return (self.before.offset, self.after, self.summer, *day)


def _clock(moment: datetime, info: ZoneInfo) -> _Clock:
    here = moment.astimezone(info)
    nothing = timedelta(0)
    return _Clock(here.utcoffset() or nothing, here.dst() or nothing, here.tzname() or info.key)


def _changes(info: ZoneInfo, first: int, last: int) -> Iterator[_Change]:
    early = datetime(first, 1, 1, tzinfo=UTC)
    end = datetime(last + 1, 1, 1, tzinfo=UTC) + _STEP
    before = _clock(early, info)
    while early < end:
        late = early + _STEP
        after = _clock(late, info)
        if after != before:
            yield _Change(_halved(early, late, before, info), before, after)
        early, before = late, after


def _halved(early: datetime, late: datetime, before: _Clock, info: ZoneInfo) -> datetime:
    """The first second of the new clock, between `early` (old) and `late` (new)."""
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if _clock(middle, info) == before:
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


def _observance(change: _Change, rule: str = "") -> list[str]:
    kind = "DAYLIGHT" if change.summer else "STANDARD"
    lines = [f"BEGIN:{kind}", f"DTSTART:{grammar.local(change.onset)}"]
    lines += [f"RRULE:{rule}"] if rule else []
    lines += [
        f"TZOFFSETFROM:{grammar.offset(change.before.offset)}",
        f"TZOFFSETTO:{grammar.offset(change.after.offset)}",
        f"TZNAME:{grammar.text(change.after.name)}",
        f"END:{kind}",
    ]
    return lines


def _written(run: list[_Change], last: int) -> Iterator[list[str]]:
    """One rule for a regular run (open where it reaches `last`), else one observance a change."""
    part = _weekday(run) if len(run) >= _REGULAR else None
    if part is None:
        yield from map(_observance, run)
        return
    until = "" if run[-1].onset.year >= last else f";UNTIL={grammar.utc(run[-1].at + _MARGIN)}"
    yield _observance(run[0], f"FREQ=YEARLY;BYMONTH={run[0].onset.month};{part}{until}")


@lru_cache(maxsize=1024)
def vtimezone(name: str, first: int, last: int) -> str:
    """The VTIMEZONE of an IANA zone, right for every instant of the years `first` to `last`.

    Rules that still hold in `last` stay open. Raises `calendars.zones.ZoneError` for an unknown
    name.
    """
    info = zone(name)
    changes = list(_changes(info, first - 1, last))
    parts = [["BEGIN:VTIMEZONE", f"TZID:{info.key}"], _observance(_beginning(info, first, changes))]
    for run in sorted(_runs(changes), key=lambda found: found[0].at):
        parts += _written(run, last)
    parts.append(["END:VTIMEZONE"])
    return "".join(grammar.line(content) for part in parts for content in part)


def _beginning(info: ZoneInfo, first: int, changes: list[_Change]) -> _Change:
    """The clock before the first change, as a change from itself at a new year."""
    clock = _clock(datetime(first - 1, 1, 1, tzinfo=UTC), info)
    year = first - 1 if changes else _EVER
    return _Change(datetime(year, 1, 1, tzinfo=UTC) - clock.offset, clock, clock)
