"""When the clocks of a zone change, and at which local times one must look to see it."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

FIRST, LAST = 2020, 2037
BEGIN, END = datetime(FIRST, 1, 1, tzinfo=UTC), datetime(LAST + 1, 1, 1, tzinfo=UTC)
AROUND = tuple(timedelta(seconds=seconds) for seconds in (-86_400, -3_600, -1, 0, 1, 3_600, 86_400))


class Probe(NamedTuple):
    """A naive local time, and its offset from UTC in seconds, before and after a change.

    The two are equal for a time that comes once. For one that the clock shows twice or skips,
    RFC 5545 (section 3.3.5) means the one before.
    """

    local: datetime
    offset: int
    after: int


def offset(at: datetime) -> timedelta:
    """The offset of an aware time."""
    found = at.utcoffset()
    assert found is not None
    return found


@cache
def changes_of(name: str) -> tuple[datetime, ...]:
    """The instants from 2020 to 2037 at which the offset of a zone changes, in their order."""
    info = ZoneInfo(name)
    days = [BEGIN + timedelta(days=number) for number in range((END - BEGIN).days)]
    offsets = [offset(day.astimezone(info)) for day in days]
    return tuple(
        _first_after(early, late, info)
        for (early, late), (old, new) in zip(pairwise(days), pairwise(offsets), strict=True)
        if old != new
    )


def _first_after(early: datetime, late: datetime, info: ZoneInfo) -> datetime:
    old = offset(early.astimezone(info))
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        if offset(middle.astimezone(info)) == old:
            early = middle
        else:
            late = middle
    return late


def probes_of(name: str) -> list[Probe]:
    """Around each change on both sides of the clock, within its gap or fold, and amid seasons."""
    info = ZoneInfo(name)
    changes = changes_of(name)
    moments = [BEGIN + timedelta(days=45 + 91 * number) for number in range(4 * (LAST - FIRST + 1))]
    moments += [change + away for change in changes for away in AROUND]
    moments += [early + (late - early) / 2 for early, late in pairwise([BEGIN, *changes, END])]
    local = [_naive(at.astimezone(info)) for at in moments if BEGIN <= at < END]
    for change in changes:
        before = change + offset((change - timedelta(seconds=1)).astimezone(info))
        after = change + offset(change.astimezone(info))
        local.append(_naive(before + (after - before) / 2))
    return [_probe(at, info) for at in sorted(set(local))]


def _naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None, fold=0, microsecond=0)


def _probe(local: datetime, info: ZoneInfo) -> Probe:
    first, second = (local.replace(tzinfo=info, fold=fold) for fold in (0, 1))
    return Probe(local, *(int(offset(at).total_seconds()) for at in (first, second)))
