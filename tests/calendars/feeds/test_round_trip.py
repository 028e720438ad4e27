"""Any calendar, read by programs that did not write it: the same texts, days and times."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from calendars.entry import AllDay, Entry, Override, Timed
from calendars.feeds.ical import write
from calendars.recurrence import expand, parse_recurrence
from calendars.zones import known_zones, local_instant
from tests.calendars.feeds.judges import by_octets
from tests.calendars.feeds.life import CALL, DAY, calendar, whole_day

FORBIDDEN = "".join(map(chr, [*range(9), *range(11, 32), 127]))
TEXTS = st.text(st.characters(exclude_characters=FORBIDDEN, exclude_categories=["Cs"]), min_size=1)
LINES = TEXTS.map(lambda text: text.replace("\n", " "))
DAYS = st.dates(date(1971, 1, 1), date(2198, 12, 31))
ZONES = st.sampled_from(sorted(known_zones()))
RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=MONTHLY;BYDAY=3TU",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28",
    ]
)


def _component(body: bytes) -> Any:
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert not event.errors
    return event


@given(TEXTS, TEXTS, TEXTS, st.lists(LINES, min_size=1, max_size=4), st.integers(1, 300))
def test_texts_of_any_length_come_back_exactly(
    title: str, said: str, place: str, tags: list[str], times: int
) -> None:
    entry = replace(DAY, title=title, said=said * times, location=place, categories=tuple(tags))
    body = write(calendar(entry)).body
    by_octets(body)
    event = _component(body)
    assert event["SUMMARY"] == title
    assert f"As promised: {said * times}\n" in event["DESCRIPTION"]
    assert event["LOCATION"] == place
    assert [str(tag) for tag in event["CATEGORIES"].cats] == tags


@given(TEXTS, TEXTS)
def test_a_strict_reader_finds_the_same_texts(title: str, said: str) -> None:
    body = write(calendar(replace(DAY, title=title, said=said))).body
    (event,) = IcsCalendarStream.calendar_from_ics(body.decode()).events
    assert event.summary == title
    assert f"As promised: {said}\n" in (event.description or "")


@given(DAYS, st.integers(1, 400))
def test_days_are_the_same_days(first: date, length: int) -> None:
    entry = replace(DAY, when=AllDay(first, first + timedelta(days=length)))
    event = _component(write(calendar(entry)).body)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (first, first + timedelta(days=length))


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2198, 12, 31)),
    st.integers(1, 5_000_000),
    ZONES,
)
def test_a_single_meeting_is_the_same_instants(moment: datetime, length: int, name: str) -> None:
    start = moment.replace(microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(name))
    duration = timedelta(seconds=length)
    event = _component(write(calendar(replace(CALL, when=Timed(start, duration, name)))).body)
    assert event["DTSTART"].dt == start
    assert event["DTEND"].dt == start.astimezone(UTC) + duration


def _shown(body: bytes, until: date) -> list[date | datetime]:
    """The starts by recurring-ical-events, instants in UTC."""
    parsed = icalendar.Calendar.from_ical(body)
    found: Any = recurring_ical_events.of(parsed).between(date(2020, 1, 1), until)
    starts = [event["DTSTART"].dt for event in found]
    return sorted(at.astimezone(UTC) if isinstance(at, datetime) else at for at in starts)


@settings(max_examples=60)
@given(
    RULES, ZONES, st.dates(date(2020, 1, 1), date(2034, 12, 31)), st.integers(4, 23),
    st.integers(2, 40), st.data(),
)  # fmt: skip
def test_a_repeating_meeting_is_the_same_instants(
    rule: str, name: str, day: date, hour: int, count: int, data: st.DataObject
) -> None:
    start = datetime(day.year, day.month, day.day, hour, 30)
    text = f"{rule};COUNT={count}"
    until = start + timedelta(days=366 * 60)
    made = list(expand(parse_recurrence(text), start, name, until))
    dropped, shifted = data.draw(st.sampled_from(made)), data.draw(st.sampled_from(made))
    now = local_instant(shifted + timedelta(days=1, hours=1), name)
    entry = replace(
        CALL,
        when=Timed(local_instant(start, name), timedelta(hours=1), name),
        rrule=text,
        exdates=() if dropped == shifted else (dropped.date(),),
        overrides=(Override(shifted.date(), now, 1),),
    )
    expected = [local_instant(at, name) for at in made if at not in (dropped, shifted)]
    body = write(calendar(entry)).body
    by_octets(body)
    assert _shown(body, date(2099, 1, 1)) == sorted([*expected, now])


@settings(max_examples=60)
@given(RULES, st.dates(date(2020, 1, 1), date(2034, 12, 31)), st.integers(30, 900))
def test_a_repeating_deadline_is_the_same_days(rule: str, first: date, span: int) -> None:
    last = first + timedelta(days=span)
    text = f"{rule};UNTIL={last:%Y%m%d}"
    start = datetime(first.year, first.month, first.day)
    ceiling = datetime(2099, 1, 1)
    made = [at.date() for at in expand(parse_recurrence(text), start, "UTC", ceiling)]
    feed = write(calendar(replace(DAY, when=whole_day(first), rrule=text)))
    if not made:
        assert [found.uid for found in feed.broken] == [DAY.uid]
        return
    assert _shown(feed.body, date(2099, 1, 1)) == made
    body = feed.body.decode()
    read = IcsCalendarStream.calendar_from_ics(body).timeline
    assert [event.dtstart for event in read.overlapping(first, last + timedelta(1))] == made


@given(st.lists(st.sampled_from(["good", "bad", "none"]), max_size=8))
def test_each_entry_is_shown_broken_or_counted(kinds: list[str]) -> None:
    forms: dict[str, Entry] = {
        "good": DAY,
        "bad": replace(DAY, title="\x00"),
        "none": replace(DAY, when=None),
    }
    entries = [
        replace(forms[kind], uid=f"{number}@example.org") for number, kind in enumerate(kinds)
    ]
    feed = write(calendar(*entries))
    by_octets(feed.body)
    assert feed.body.count(b"BEGIN:VEVENT") == kinds.count("good")
    assert len(feed.broken) == kinds.count("bad")
    assert feed.left_out == kinds.count("none")
