"""A repeating milestone is one component, and readers find the planner's own days in it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar as Read

from calendars.feeds.ical import write
from scheduler.feeds import Span, calendar, parse_scope
from scheduler.planning.occurrences import Dates
from scheduler.standing import State
from tests.scheduler.test_feeds import NOW, made, milestone, stamped

SPAN = Span(date(2024, 1, 1), date(2025, 6, 30))
CASES = {
    "weekly": ("2024-04-03", 'repeats = "weekly"'),
    "except": ("2024-04-03", 'repeats = "weekly"\nexcept = [2024-04-10, 2024-05-01]'),
    "moved": ("2024-04-03", 'repeats = "weekly"\nmoved = {2024-04-17 = 2024-04-19}'),
    "third-tuesday": (
        "2024-04-16T15:00:00",
        'repeats = "FREQ=MONTHLY;BYDAY=3TU"\nduration = "90 minutes"\ntimezone = "Europe/Paris"',
    ),
    "moved-time": (
        "2024-04-16T15:00:00",
        'repeats = "FREQ=MONTHLY;BYDAY=3TU"\nmoved = {2024-06-18 = 2024-06-20T10:00:00}',
    ),
    "rolled": ("2024-04-15", 'repeats = "monthly"\nroll = "next"'),
    "month": ('"2024-04"', 'repeats = "monthly"'),
    "month-counted": ('"2024-04"', 'repeats = "FREQ=MONTHLY;COUNT=3"'),
    "quarter": ('"2024-Q2"', 'repeats = "FREQ=MONTHLY;INTERVAL=3"'),
    "year": ('"2024"', 'repeats = "yearly"'),
    "days": ('"2024-04-03/2024-04-05"', 'repeats = "weekly"'),
    "until": ("2024-04-03", 'repeats = "FREQ=WEEKLY;UNTIL=20240612"'),
}


@pytest.mark.parametrize("name", CASES)
def test_a_reader_finds_the_planners_days(name: str) -> None:
    due, more = CASES[name]
    plan = made(milestone("meeting", due, more))
    found = calendar(plan, parse_scope("all", plan), stamped(plan), NOW, span=SPAN)
    feed = write(found.calendar)
    assert not feed.broken
    assert len(found.calendar.entries) == 1
    read = recurring_ical_events.of(Read.from_ical(feed.body)).between(
        SPAN.first, SPAN.last + timedelta(days=1)
    )
    starts = sorted(_start(one["DTSTART"].dt) for one in read)
    dates = Dates(plan).of(plan.milestones["one/meeting"], SPAN.last)
    planned = [_start(one.starts or one.due) for one in dates if one.due and one.due <= SPAN.last]
    assert starts == sorted(planned)
    assert starts


def _start(at: date | datetime) -> str:
    return (at.astimezone(UTC) if isinstance(at, datetime) else at).isoformat()


def test_one_occurrence_that_is_done_is_an_override() -> None:
    plan = made(milestone("meeting", "2024-04-03", 'repeats = "weekly"'))
    history = stamped(plan)
    states = {"one/meeting@2024-04-10": State("done", at=NOW)}
    history = type(history)(states, history.stamps)
    feed = write(calendar(plan, parse_scope("all", plan), history, NOW, span=SPAN).calendar)
    text = feed.body.decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert "RECURRENCE-ID;VALUE=DATE:20240410" in text
    assert text.count("SUMMARY:✓ The meeting") == 1
