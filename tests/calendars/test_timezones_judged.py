"""VTIMEZONEs over all zones of zoneinfo from 2020 to 2037, by ical.js and by libical.

Each probe is a local time whose offset zoneinfo knows: on both sides of each change of the clock,
within its gap or fold, and amid the seasons. Both judges err in the same two places, and only
there: a time that the clock shows twice is the second for them, and one that it skips has the new
offset, where RFC 5545 (section 3.3.5) means the first, and the old. So the feeds leave neither to
them: see `scheduler.entry_rules`.
"""

from collections.abc import Callable
from datetime import datetime

import pytest

from calendars.timezones import vtimezone
from calendars.zones import known_zones
from tests.calendars.probes import FIRST, LAST, Probe, probes_of
from tests.judges.programs import Program, ical_js, libical

JUDGES: dict[str, Callable[[], Program]] = {"ical.js": ical_js, "libical": libical}
AREAS = sorted({name.split("/")[0] for name in known_zones()})


def offsets(judge: str, name: str, probes: list[Probe], old: str = "", new: str = "") -> list[int]:
    """The offsets that a judge reads out of the zone as we write it, in seconds.

    old, new: a part of what is written, and a fault in its place.
    """
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tests//Zones//EN\r\n"
    written = vtimezone(name, FIRST, LAST)
    body = f"{head}{written.replace(old, new) if old else written}END:VCALENDAR\r\n"
    times = [probe.local.isoformat() for probe in probes]
    answer = JUDGES[judge]().ask("offsets", body=body, name=name, times=times)
    assert "refused" not in answer, answer
    found: list[int] = answer["offsets"]
    return found


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("area", AREAS)
def test_every_zone_is_read_as_zoneinfo_has_it(area: str, judge: str) -> None:
    wrong = []
    for name in sorted(known_zones()):
        if name.split("/")[0] == area:
            probes = probes_of(name)
            for probe, found in zip(probes, offsets(judge, name, probes), strict=True):
                if found != probe.after:
                    wrong.append(f"{name} {probe}: {found}")
    assert not wrong, "\n".join(wrong[:20])


def test_the_probes_meet_gaps_folds_and_every_season() -> None:
    probes = probes_of("Europe/Paris")
    assert {probe.offset for probe in probes} == {3_600, 7_200}
    for before, after, moment in (
        (3_600, 7_200, datetime(2024, 3, 31, 2, 30)),
        (7_200, 3_600, datetime(2024, 10, 27, 2, 30)),
        (3_600, 3_600, datetime(2024, 3, 31, 1, 59, 59)),
        (7_200, 7_200, datetime(2024, 3, 31, 3, 0)),
    ):
        assert Probe(moment, before, after) in probes
    assert {probe.local.year for probe in probes} >= set(range(FIRST, LAST + 1))


@pytest.mark.parametrize("judge", JUDGES)
def test_a_judge_tells_a_zone_that_is_wrong(judge: str) -> None:
    """Rules that begin a week late, and an offset of another zone."""
    probes = [probe for probe in probes_of("Europe/Paris") if probe.local.year == 2024]
    right = [probe.after for probe in probes]
    assert offsets(judge, "Europe/Paris", probes) == right
    for old, new in (("BYDAY=-1SU", "BYDAY=3SU"), ("TZOFFSETTO:+0200", "TZOFFSETTO:+0300")):
        assert offsets(judge, "Europe/Paris", probes, old, new) != right
