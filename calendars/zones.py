"""PURE. A local time in a zone as an instant, with the clock's gaps and folds decided by name.

In a gap (summer time begins) it is the first instant after the gap, in a fold (it ends) the
first of the two. `zoneinfo` alone would move a time in a gap on by the gap's length.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo, available_timezones


class ZoneError(ValueError):
    """A time zone name that the zone data does not know."""


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Every zone name of the installed zone data, without the leap-second and posix copies."""
    return frozenset(
        name for name in available_timezones() if not name.startswith(("right/", "posix/"))
    )


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that name; raises `ZoneError` where there is none."""
    if name not in known_zones():
        raise ZoneError(f'there is no time zone "{name}"; write for example "Africa/Nairobi"')
    return ZoneInfo(name)


@lru_cache(maxsize=200_000)
def instant(day: date, at: time, name: str) -> datetime:
    """The instant (UTC) at which it is `at` on `day` in the zone: see the module for gaps."""
    local = datetime.combine(day, at)
    return local_instant(local, name)


def local_instant(local: datetime, name: str) -> datetime:
    """The instant (UTC) of a naive local time in the zone, by the same rule as `instant`."""
    info = zone(name)
    found = local.replace(tzinfo=info, fold=0).astimezone(UTC)
    if found.astimezone(info).replace(tzinfo=None) == local:
        return found
    return _end_of_gap(local, info)


def local_time(moment: datetime, name: str) -> datetime:
    """The naive local time of an instant (aware) in the zone: back from `local_instant`."""
    return moment.astimezone(zone(name)).replace(tzinfo=None)


def _end_of_gap(local: datetime, info: ZoneInfo) -> datetime:
    """The transition inside which `local` is skipped, found by halving, to the second."""
    late = local.replace(tzinfo=info, fold=0).astimezone(UTC)
    early = local.replace(tzinfo=info, fold=1).astimezone(UTC) - timedelta(seconds=1)
    after = late.astimezone(info).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0) if late - early > timedelta(seconds=2) else middle
        if middle.astimezone(info).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)


@lru_cache(maxsize=1024)
def rules(name: str) -> str:
    """A digest of how the zone's clock goes from 2020 to 2049; it differs where the rules do.

    What came before no reminder can reach. The zone data in use are those of when the process
    began.
    """
    info = zone(name)
    found = blake2b(digest_size=9)
    for change in _changes(
        info, datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
    ):
        found.update(repr(change).encode())
    return found.hexdigest()


def _changes(
    info: ZoneInfo, first: datetime, end: datetime
) -> Iterator[tuple[datetime, timedelta | None]]:
    """The offset at `first`, and each change of it with its first second."""
    early = first
    yield early, early.astimezone(info).utcoffset()
    while early < end:
        late = early + timedelta(days=7)
        before = early.astimezone(info).utcoffset()
        after = late.astimezone(info).utcoffset()
        if after != before:
            yield _halved(early, late, info), after
        early = late


def _halved(early: datetime, late: datetime, info: ZoneInfo) -> datetime:
    """The first second of the clock at `late`, between an instant that differs and it."""
    after = late.astimezone(info).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(info).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late


def local_day(moment: datetime, name: str) -> date:
    """The calendar day of an instant in the zone."""
    return moment.astimezone(zone(name)).date()
