"""The calendar as a whole: header, times, repeats, and entries that cannot be written."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from calendars.dates import Precision
from calendars.entry import AllDay, Calendar, Entry, Override, State, Timed, stable_uid
from calendars.feeds.feed import EntryError
from calendars.feeds.ical import join, write
from calendars.feeds.labels import LABELS
from calendars.feeds.registry import FORMATS
from calendars.feeds.repeats import zone_span
from calendars.feeds.vevent import block
from calendars.wording import LANGUAGES
from tests.calendars.feeds.judges import JUDGES, by_ical, by_icalendar
from tests.calendars.feeds.life import (
    CALL,
    DAY,
    MEETING,
    MONTH,
    PARIS,
    QUARTER,
    REPORTING,
    TBC,
    calendar,
)


def _lines(body: bytes) -> list[str]:
    return re.sub("\r\n ", "", body.decode()).split("\r\n")


def _event(entry: Entry) -> Any:
    return icalendar.Calendar.from_ical(write(calendar(entry)).body).walk("VEVENT")[0]


def test_the_header_stands_before_the_first_component_in_its_order() -> None:
    lines = _lines(write(calendar(MEETING)).body)
    assert lines[: lines.index("BEGIN:VTIMEZONE")] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Milestones//Resolution follow-up//EN",
        "CALSCALE:GREGORIAN",
        "NAME:UN-Habitat Assembly resolutions",
        "X-WR-CALNAME:UN-Habitat Assembly resolutions",
        "DESCRIPTION:What was promised\\, and when",
        "X-WR-CALDESC:What was promised\\, and when",
        "X-WR-TIMEZONE:Africa/Nairobi",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "COLOR:steelblue",
        "SOURCE;VALUE=URI:https://resolutions.example.org/calendars/all.ics",
        "URL:https://resolutions.example.org/",
        "X-MILESTONES-WITHOUT-DATE:0",
    ]


def test_a_header_without_addresses_has_no_empty_lines() -> None:
    feed = write(Calendar("Name\x07\nof two lines", (), colour="no colour;x"))
    assert _lines(feed.body)[4] == "NAME:Name  of two lines"
    assert not re.search(r"^(URL|SOURCE|COLOR|DESCRIPTION)", feed.body.decode(), re.MULTILINE)
    for judge in JUDGES.values():
        assert judge(feed.body) == []


def test_the_same_state_gives_the_same_bytes() -> None:
    first, second = (write(calendar(MEETING, MONTH, CALL)) for _ in range(2))
    assert first == second


def test_the_order_of_exceptions_changes_nothing() -> None:
    entry = replace(MEETING, exdates=(date(2024, 8, 20), date(2024, 7, 16)))
    turned = replace(
        entry, exdates=tuple(reversed(entry.exdates)), overrides=tuple(reversed(entry.overrides))
    )
    assert block(entry) == block(turned)


def test_kept_blocks_join_to_the_same_calendar() -> None:
    whole = calendar(MEETING, MONTH, CALL, TBC)
    blocks = [block(entry) for entry in whole.entries]
    spans = [span for entry in whole.entries for span in zone_span(entry)]
    assert join(replace(whole, entries=()), blocks, spans, 1) == write(whole).body


def test_a_zone_is_written_once_and_wide_enough_for_all() -> None:
    when = Timed(datetime(1998, 1, 6, 9, tzinfo=PARIS), timedelta(0), "Europe/Paris")
    early = replace(CALL, uid="early@example.org", when=when, rrule="FREQ=MONTHLY;COUNT=2")
    body = write(calendar(MEETING, early)).body
    assert body.count(b"BEGIN:VTIMEZONE") == 1
    assert b"DTSTART:19960101T000000\r\n" in body


def test_a_broken_entry_is_left_out_and_the_others_stay() -> None:
    broken = replace(DAY, uid="broken@example.org", title="Zero\x07draft")
    feed = write(calendar(CALL, broken, REPORTING))
    assert [found.uid for found in feed.broken] == ["broken@example.org"]
    assert feed.broken[0].reason == (
        "title: character 5 is U+0007, which a calendar cannot hold; remove it"
    )
    assert feed.body == write(calendar(CALL, REPORTING)).body


LATE = datetime(2024, 10, 27, 2, 30, tzinfo=PARIS, fold=1)
WHEN = Timed(datetime(2024, 1, 16, 15, tzinfo=PARIS), timedelta(hours=1), "Europe/Paris")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (replace(DAY, uid=""), "it has no UID"),
        (replace(DAY, uid="a\x00b"), "uid: character 2 is U\\+0000"),
        (replace(DAY, said="a\ud800"), "description: .* U\\+D800"),
        (replace(DAY, location="a\x1b"), "location: character 2"),
        (replace(DAY, categories=("a", "\x7f")), "category: character 1"),
        (replace(DAY, url="https://example.org/\udfff"), "U\\+DFFF"),
        (replace(DAY, sequence=-1), "the sequence is -1"),
        (replace(DAY, when=AllDay(date(2024, 5, 2), date(2024, 5, 2))), "the end .* is exclusive"),
        (replace(DAY, modified=datetime(2024, 5, 2)), "no time zone"),
        (replace(CALL, when=replace(WHEN, duration=-timedelta(1))), "ends before it starts"),
        (replace(MEETING, when=replace(WHEN, timezone="Mars/Base")), "no time zone \"Mars/Base\""),
        (replace(MEETING, when=replace(WHEN, start=LATE), rrule="FREQ=YEARLY"), "shows twice"),
        (replace(MEETING, rrule="FREQ=OFTEN"), "no rule"),
        (replace(MEETING, rrule="FREQ=DAILY;COUNT=3\r\nATTENDEE:x"), "is no "),
        (replace(MEETING, rrule="FREQ=YEARLY;BYEASTER=0"), "is no RRULE of RFC 5545"),
        (replace(MEETING, rrule="FREQ=DAILY;COUNT=3;UNTIL=20241231"), "is no RRULE of RFC 5545"),
        (replace(MEETING, rrule="FREQ=DAILY;COUNT=3;COUNT=4"), "is no RRULE of RFC 5545"),
        (replace(REPORTING, rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "never fires"),
        (replace(MEETING, rrule="FREQ=MONTHLY", exdates=(date(2024, 8, 20),)), "no occurrence on"),
        (replace(REPORTING, exdates=(WHEN.start,)), "is a time, but the entry repeats by days"),
        (
            replace(MEETING, exdates=(datetime(2024, 8, 20, 15),)),
            "no time zone",
        ),
        (
            replace(REPORTING, overrides=(Override(date(2024, 5, 1), date(2024, 5, 2), 1),)),
            "makes no occurrence on 2024-05-01",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_written_says_why(entry: Entry, reason: str) -> None:
    with pytest.raises(EntryError, match=reason):
        block(entry)
    assert [found.uid for found in write(calendar(entry, CALL)).broken] == [entry.uid]


@pytest.mark.parametrize(
    ("state", "certain", "precision", "status"),
    [
        ("planned", True, Precision.DAY, "CONFIRMED"),
        ("planned", False, Precision.DAY, "TENTATIVE"),
        ("at-risk", True, Precision.YEAR, "TENTATIVE"),
        ("blocked", True, Precision.RANGE, "TENTATIVE"),
        ("done", False, Precision.MONTH, "CONFIRMED"),
        ("cancelled", False, Precision.MONTH, "CANCELLED"),
        ("delayed", True, Precision.DAY, "CONFIRMED"),
    ],
)
def test_status(state: State, certain: bool, precision: Precision, status: str) -> None:
    event = _event(replace(DAY, state=state, certain=certain, precision=precision))
    assert event["STATUS"] == status


@pytest.mark.parametrize(
    ("entry", "transparent", "shown"),
    [
        (CALL, "OPAQUE", "BUSY"),
        (replace(CALL, busy=False), "TRANSPARENT", "FREE"),
        (replace(CALL, certain=False), "OPAQUE", "TENTATIVE"),
        (replace(CALL, state="cancelled"), "TRANSPARENT", "FREE"),
        (replace(DAY, busy=True), "TRANSPARENT", "FREE"),
    ],
)
def test_only_a_meeting_with_a_time_makes_busy(entry: Entry, transparent: str, shown: str) -> None:
    event = _event(entry)
    assert (event["TRANSP"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) == (transparent, shown)


def test_a_single_meeting_stands_in_utc_and_needs_no_zone() -> None:
    body = write(calendar(CALL)).body
    assert b"VTIMEZONE" not in body
    assert b"DTSTART:20240709T120000Z\r\nDTEND:20240709T130000Z\r\n" in body


def test_an_instant_has_no_end() -> None:
    start = datetime(2024, 9, 20, 12, tzinfo=UTC)
    body = block(replace(CALL, when=Timed(start, timedelta(0), "UTC")))
    assert b"DTSTART:20240920T120000Z\r\nSUMMARY" in body


@pytest.mark.parametrize(
    ("until", "written"),
    [
        ("20241231", "20241231T225959Z"),
        ("20240716", "20240716T215959Z"),
        ("20241231T180000", "20241231T170000Z"),
        ("20241231T180000Z", "20241231T180000Z"),
    ],
)
def test_until_of_times_is_in_utc(until: str, written: str) -> None:
    entry = replace(
        MEETING, rrule=f"FREQ=MONTHLY;BYDAY=3TU;UNTIL={until}", exdates=(), overrides=()
    )
    assert f"RRULE:FREQ=MONTHLY;BYDAY=3TU;UNTIL={written}" in _lines(block(entry))


def test_the_start_is_the_first_occurrence_of_the_rule() -> None:
    entry = replace(MEETING, when=replace(WHEN, start=datetime(2024, 1, 1, 15, tzinfo=PARIS)))
    assert block(entry) == block(replace(MEETING, when=WHEN))
    days = replace(REPORTING, when=AllDay(date(2024, 1, 3), date(2024, 1, 5)))
    assert "DTSTART;VALUE=DATE:20240131" in _lines(block(days))
    assert "DTEND;VALUE=DATE:20240202" in _lines(block(days))


def test_an_occurrence_moved_into_the_doubled_hour_is_exact() -> None:
    moved = Override(date(2024, 10, 15), LATE, 4)
    body = write(calendar(replace(MEETING, overrides=(moved,)))).body
    for judge in (by_icalendar, by_ical):
        assert datetime(2024, 10, 27, 1, 30, tzinfo=UTC) in [one.start for one in judge(body)]


def test_an_original_may_be_named_by_its_day_or_its_instant() -> None:
    days = replace(MEETING, overrides=MEETING.overrides[1:])
    by_day = days.overrides[0]
    instant = datetime(2024, 10, 15, 13, tzinfo=UTC)
    by_instant = replace(days, overrides=(replace(by_day, original=instant),))
    by_instant = replace(by_instant, exdates=(datetime(2024, 8, 20, 13, tzinfo=UTC),))
    assert block(days) == block(by_instant)


def test_a_rule_that_never_ends_stays_open_and_its_zone_is_bounded() -> None:
    entry = replace(MEETING, rrule="FREQ=MONTHLY;BYDAY=3TU", exdates=(), overrides=())
    assert zone_span(entry)[0].last >= 2037
    far = replace(entry, rrule="FREQ=MONTHLY;BYDAY=3TU;UNTIL=99991231")
    assert zone_span(far)[0].last < 2100
    assert not write(calendar(far)).broken


def test_a_repeating_entry_does_not_call_its_first_date_its_date() -> None:
    assert "Date:" not in _event(MEETING)["DESCRIPTION"]
    assert _event(replace(REPORTING, certain=False))["SUMMARY"] == "Quarterly report"


def test_the_description_says_what_was_promised() -> None:
    assert _event(replace(QUARTER, percent=40, state="at-risk"))["DESCRIPTION"].split("\n") == [
        "Reference: HSP/HA.2/Res.1, OP1, OP4",
        "As promised: The zero draft will be circulated once the experts have met",
        "Source: Briefing to the Bureaux, 21 March 2024",
        "Date: Q2 2024, to be confirmed",
        "Status: at risk (40%)",
        "Any day from 1 April 2024 to 30 June 2024",
        "https://resolutions.example.org/tracks/smart-cities#zero-draft",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_words(language: str) -> None:
    feed = write(calendar(QUARTER, MEETING, TBC, language=language))
    assert not feed.broken
    assert LABELS[language].without_date in feed.body.decode().replace("\r\n ", "").replace(
        "\\,", ","
    )
    assert set(LABELS[language].states) == set(LABELS["en"].states)
    assert by_icalendar(feed.body) == by_ical(feed.body)


def test_an_unknown_language_is_english() -> None:
    assert block(QUARTER, language="eo") == block(QUARTER)


def test_a_uid_names_the_milestone_and_the_plan() -> None:
    assert stable_uid("smart-cities/zero-draft", "example.org") == (
        "smart-cities.zero-draft@example.org"
    )


def test_nobody_is_invited_and_nothing_rings() -> None:
    body = write(calendar(MEETING, MONTH, CALL)).body
    assert not re.search(rb"METHOD|ORGANIZER|ATTENDEE|VALARM", body)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_a_calendar(name: str) -> None:
    form = FORMATS[name]
    assert form.suffix.startswith(".")
    assert "/" in form.content_type
    feed = form.write(replace(calendar(MONTH, TBC), windows=True))
    assert feed.body
    assert (feed.left_out, feed.broken) == (int(name == "ical"), ())


def test_the_zone_of_a_meeting_is_right_in_winter_and_in_summer() -> None:
    zone = ZoneInfo("America/Nuuk")
    start = datetime(2024, 1, 9, 10, tzinfo=zone)
    entry = replace(
        CALL,
        when=Timed(start, timedelta(hours=1), "America/Nuuk"),
        rrule="FREQ=MONTHLY;BYDAY=2TU;COUNT=24",
    )
    body = write(calendar(entry)).body
    shown = [one.start for one in by_icalendar(body)]
    assert shown == [one.start for one in by_ical(body)]
    assert len(shown) == 24
    for moment in shown:
        assert isinstance(moment, datetime)
        assert moment.astimezone(zone).hour == 10
