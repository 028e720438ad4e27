"""Local times in gaps and folds: every change of the clock of 30 zones from 2020 to 2035."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from calendars.zones import ZoneError, instant, local_day, zone

ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Asuncion",
    "America/Chicago",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Scoresbysund",
    "America/St_Johns",
    "America/Mexico_City",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Dublin",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Paris",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
]
HOUR = timedelta(hours=1)


def transitions(name: str) -> list[datetime]:
    """The instants at which the offset changes, found by looking at every hour."""
    info = zone(name)
    found = []
    at = datetime(2020, 1, 1, tzinfo=UTC)
    offset = at.astimezone(info).utcoffset()
    while at.year < 2036:
        later = at + timedelta(hours=6)
        if (new := later.astimezone(info).utcoffset()) != offset:
            low, high = at, later
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                middle = middle.replace(microsecond=0)
                if middle in (low, high):
                    break
                if middle.astimezone(info).utcoffset() == offset:
                    low = middle
                else:
                    high = middle
            found.append(high)
            offset = new
        at = later
    return found


@pytest.mark.parametrize("name", ZONES)
def test_gaps_and_folds(name: str) -> None:
    info = zone(name)
    for change in transitions(name):
        before = (change - timedelta(seconds=1)).astimezone(info).replace(tzinfo=None)
        after = change.astimezone(info).replace(tzinfo=None)
        before += timedelta(seconds=1)
        size = after - before
        middle = min(before, after) + abs(size) / 2
        found = instant(middle.date(), middle.time(), name)
        if size > timedelta(0):
            assert found == change, f"{name}: {middle} is in a gap that ends at {change}"
        else:
            assert found < change, f"{name}: {middle} comes twice, the first is before {change}"
            assert found.astimezone(info).replace(tzinfo=None) == middle


@pytest.mark.parametrize(
    ("day", "at", "name", "expected"),
    [
        (date(2024, 3, 31), time(2, 30), "Europe/Paris", "2024-03-31T01:00:00+00:00"),
        (date(2024, 10, 27), time(2, 30), "Europe/Paris", "2024-10-27T00:30:00+00:00"),
        (date(2024, 10, 6), time(2, 10), "Australia/Lord_Howe", "2024-10-05T15:30:00+00:00"),
        (date(2024, 3, 21), time(9), "Africa/Nairobi", "2024-03-21T06:00:00+00:00"),
    ],
)
def test_named_cases(day: date, at: time, name: str, expected: str) -> None:
    assert instant(day, at, name) == datetime.fromisoformat(expected)


def test_unknown_zone() -> None:
    with pytest.raises(ZoneError, match="Africa/Nairob"):
        instant(date(2024, 1, 1), time(9), "Africa/Nairob")


def test_local_day() -> None:
    late = datetime(2024, 3, 20, 22, tzinfo=UTC)
    assert local_day(late, "Africa/Nairobi") == date(2024, 3, 21)
    assert local_day(late, "America/New_York") == date(2024, 3, 20)
