"""VTIMEZONEs over all zones, against two readers that do not share a line with the writer."""

import io
import re
from collections.abc import Callable
from datetime import timedelta, tzinfo

import icalendar
import pytest
from dateutil.tz import tzical

from calendars.timezones import vtimezone
from calendars.zones import ZoneError, known_zones
from tests.calendars.probes import FIRST, LAST, probes_of


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
        for probe in probes_of(name):
            if probe.offset == probe.after:  # dateutil knows of no time that comes twice
                for zone in zones:
                    found = probe.local.replace(tzinfo=zone).utcoffset()
                    assert found == timedelta(seconds=probe.offset), (name, probe)


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
