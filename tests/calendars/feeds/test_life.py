"""A milestone's life in the feed: each step a golden file, read by every judge."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import icalendar
import pytest

from calendars.entry import AllDay
from calendars.feeds.ical import write
from tests.calendars.feeds.judges import JUDGES, READERS, TODO_JUDGES
from tests.calendars.feeds.life import (
    CALL,
    GOLDEN,
    LIFE,
    QUARTER,
    SUFFIXES,
    calendar,
    golden_files,
)

FILES = golden_files()


def _events(name: str) -> list[Any]:
    return icalendar.Calendar.from_ical(FILES[name]).walk("VEVENT")


@pytest.mark.parametrize("name", FILES)
def test_the_feed_is_the_golden_file(name: str) -> None:
    assert FILES[name].decode() == (GOLDEN / f"{name}.ics").read_bytes().decode()


def test_every_golden_file_is_made_by_a_case() -> None:
    made = {path.name for path in GOLDEN.iterdir() if not path.name.startswith(".")}
    assert made == {f"{name}{suffix}" for name in FILES for suffix in SUFFIXES.values()}


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("name", FILES)
def test_each_judge_accepts_each_golden_file(name: str, judge: str) -> None:
    JUDGES[judge]((GOLDEN / f"{name}.ics").read_bytes())


@pytest.mark.parametrize("judge", TODO_JUDGES)
@pytest.mark.parametrize("name", FILES)
def test_each_judge_accepts_each_golden_file_of_todos(name: str, judge: str) -> None:
    TODO_JUDGES[judge]((GOLDEN / f"{name}.todo.ics").read_bytes())


@pytest.mark.parametrize("name", FILES)
def test_the_readers_agree_on_titles_and_occurrences(name: str) -> None:
    shown = {judge: read(FILES[name]) for judge, read in READERS.items()}
    assert shown == dict.fromkeys(READERS, shown["icalendar"])
    assert bool(shown["icalendar"]) == (name != "1-tbc")


@pytest.mark.parametrize(
    ("name", "first", "title", "status"),
    [
        ("2-quarter", "2024-06-30", "{} (Q2 2024, to be confirmed)", "TENTATIVE"),
        ("3-month", "2024-05-31", "{} (May 2024)", "TENTATIVE"),
        ("4-day", "2024-05-14", "{}", "CONFIRMED"),
        ("5-moved", "2024-05-28", "{}", "CONFIRMED"),
        ("6-done", "2024-05-28", "✓ {}", "CONFIRMED"),
        ("7-cancelled", "2024-05-28", "{}", "CANCELLED"),
    ],
)
def test_each_step_shows_the_date_as_promised(
    name: str, first: str, title: str, status: str
) -> None:
    (event,) = _events(name)
    assert event["DTSTART"].dt.isoformat() == first
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
    assert event["SUMMARY"] == title.format("Zero draft of the guidelines, for comment")
    assert event["STATUS"] == status
    assert (event["TRANSP"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) == ("TRANSPARENT", "FREE")


def test_one_uid_all_along_and_stamps_that_only_grow() -> None:
    steps = [event for name in LIFE for event in _events(name)]
    assert len({event["UID"] for event in steps}) == 1
    dated = steps[:-1]  # done and cancelled are two ends of one life
    for earlier, later in pairwise(dated):
        assert later["SEQUENCE"] == earlier["SEQUENCE"] + 1
        assert later["LAST-MODIFIED"].dt > earlier["LAST-MODIFIED"].dt
        assert later["CREATED"].dt == earlier["CREATED"].dt
    assert all(event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt for event in steps)


def test_what_has_no_date_is_counted_in_the_calendar() -> None:
    feed = write(replace(calendar(LIFE["1-tbc"], CALL), left_out=4))
    read: Any = icalendar.Calendar.from_ical(feed.body)
    assert feed.left_out == 5
    assert read["X-MILESTONES-WITHOUT-DATE"] == "5"
    assert read["DESCRIPTION"].endswith("Without a date, so not shown here: 5")
    assert len(read.walk("VEVENT")) == 1


def test_a_window_is_a_second_component_only_on_request() -> None:
    assert len(_events("2-quarter")) == 1
    day, window = [event for event in _events("windows") if "draft" in event["UID"]]
    assert day["UID"] == QUARTER.uid
    assert window["UID"] == "smart-cities.zero-draft.window@resolutions.example.org"
    assert QUARTER.window is not None
    assert window["DTSTART"].dt == QUARTER.window[0]
    assert window["DTEND"].dt == QUARTER.window[1] + timedelta(days=1)
    assert (window["STATUS"], window["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")
    assert "Any day from 1 April 2024 to 30 June 2024" in day["DESCRIPTION"]


def test_a_window_of_one_day_is_not_drawn_twice() -> None:
    assert isinstance(QUARTER.when, AllDay)
    entry = replace(QUARTER, window=(QUARTER.when.first, QUARTER.when.first))
    body = write(replace(calendar(entry), windows=True)).body
    assert body.count(b"BEGIN:VEVENT") == 1
