"""VTIMEZONEs over all zones, against two readers that do not share a line with the writer."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.tz import tzical

from calendars.timezones import vtimezone
from calendars.zones import ZoneError, known_zones

FIRST, LAST = 2020, 2037
BEGIN = datetime(FIRST, 1, 1, tzinfo=UTC)
END = datetime(LAST + 1, 1, 1, tzinfo=UTC)
AROUND = (-86_400, -7_200, -3_601, -1, 0, 1, 3_600, 7_200, 86_400)


def _first_after(early: datetime, late: datetime, info: ZoneInfo) -> datetime:
    old = early.astimezone(info).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        if middle.astimezone(info).utcoffset() == old:
            early = middle
        else:
            late = middle
    return late


def _changes(info: ZoneInfo) -> list[datetime]:
    """The instants at which the offset changes, looked for day by day."""
    days = [BEGIN + timedelta(days=number) for number in range((END - BEGIN).days)]
    offsets = [day.astimezone(info).utcoffset() for day in days]
    return [
        _first_after(early, late, info)
        for (early, late), (old, new) in zip(pairwise(days), pairwise(offsets), strict=True)
        if old != new
    ]


def _probes(name: str) -> list[datetime]:
    """Local times around every change and at random, without those that come twice."""
    info, random = ZoneInfo(name), Random(name)
    span = int((END - BEGIN).total_seconds())
    moments = [BEGIN + timedelta(seconds=random.randrange(span)) for _ in range(20)]
    moments += [
        change + timedelta(seconds=seconds) for change in _changes(info) for seconds in AROUND
    ]
    local = [moment.astimezone(info) for moment in moments if BEGIN <= moment < END]
    return [at for at in local if at.utcoffset() == at.replace(fold=1 - at.fold).utcoffset()]


def _by_dateutil(component: str) -> tzinfo:
    read = tzical(io.StringIO(f"BEGIN:VCALENDAR\r\n{component}END:VCALENDAR\r\n")).get()
    assert read is not None
    return read


def _by_icalendar(component: str) -> tzinfo:
    read = icalendar.Timezone.from_ical(component)
    assert isinstance(read, icalendar.Timezone)
    made = read.to_tz(lookup_tzid=False)
    assert isinstance(made, tzinfo)
    return made


READERS: tuple[Callable[[str], tzinfo], ...] = (_by_dateutil, _by_icalendar)


@pytest.mark.parametrize("area", sorted({name.split("/")[0] for name in known_zones()}))
def test_every_zone_is_read_as_it_is(area: str) -> None:
    names = [name for name in known_zones() if name.split("/")[0] == area]
    for name in names:
        zones = [read(vtimezone(name, FIRST, LAST)) for read in READERS]
        for at in _probes(name):
            for zone in zones:
                assert at.replace(tzinfo=zone, fold=0).utcoffset() == at.utcoffset(), (name, at)


def _rules(name: str) -> list[str]:
    return re.findall(r"RRULE:(.*)\r", vtimezone(name, FIRST, LAST).replace("\r\n ", ""))


def test_a_regular_zone_is_two_open_rules() -> None:
    assert _rules("Europe/Paris") == [
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ]
    assert _rules("America/New_York") == [
        "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
    ]


def test_a_rule_that_is_no_weekday_of_the_month_counts_days() -> None:
    assert _rules("Asia/Jerusalem")[0] == (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=FR;BYMONTHDAY=23,24,25,26,27,28,29"
    )


def test_a_zone_without_summer_time_is_the_same_for_every_span() -> None:
    written = vtimezone("Africa/Nairobi", 2024, 2024)
    assert written == vtimezone("Africa/Nairobi", 1990, 2050)
    assert written.count("BEGIN:") == 2
    assert "DTSTART:19700101T000000\r\n" in written
    assert "TZOFFSETTO:+0300\r\n" in written


@pytest.mark.parametrize("name", ["Europe/Dublin", "Africa/Casablanca", "Pacific/Auckland"])
def test_summer_is_daylight_also_where_the_law_says_otherwise(name: str) -> None:
    parts = re.findall(r"BEGIN:DAYLIGHT\r\n(.*?)END", vtimezone(name, FIRST, LAST), re.DOTALL)
    assert parts
    for part in parts:
        before, after = re.findall(r"TZOFFSET(?:FROM|TO):([+-]\d{4})", part)
        assert int(after) > int(before)


def test_no_list_of_dates_is_written_and_no_line_is_too_long() -> None:
    for name in ("Africa/Casablanca", "Asia/Gaza", "America/Nuuk", "Africa/Cairo"):
        written = vtimezone(name, FIRST, LAST)
        assert "RDATE" not in written
        assert max(map(len, written.split("\r\n"))) <= 75


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ZoneError, match="Mars/Base"):
        vtimezone("Mars/Base", FIRST, LAST)
