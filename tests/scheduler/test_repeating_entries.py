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
    "quarter-every-four-months": ('"2024-Q1"', 'repeats = "FREQ=MONTHLY;INTERVAL=4"'),
    "whole-months": ('"2024-01/2024-03"', 'repeats = "yearly"'),
    "year": ('"2024"', 'repeats = "yearly"'),
    "year-crowded": ('"2024"', 'repeats = "monthly"'),
    "month-crowded": ('"2024-02"', 'repeats = "weekly"'),
    "quarter-crowded-counted": ('"2024-Q1"', 'repeats = "FREQ=MONTHLY;COUNT=5"'),
    "quarter-crowded-until": ('"2024-Q1"', 'repeats = "FREQ=MONTHLY;INTERVAL=2;UNTIL=20240831"'),
    "half-crowded-now-and-then": ('"2024-H1"', 'repeats = "FREQ=MONTHLY;INTERVAL=5;COUNT=4"'),
    "quarter-crowded-by-days": ('"2024-Q1"', 'repeats = "FREQ=MONTHLY;BYMONTHDAY=1,15"'),
    "quarter-crowded-except": (
        '"2024-Q1"',
        'repeats = "FREQ=MONTHLY;BYMONTHDAY=1,15"\nexcept = [2024-06-30]',
    ),
    "days": ('"2024-04-03/2024-04-05"', 'repeats = "weekly"'),
    "until": ("2024-04-03", 'repeats = "FREQ=WEEKLY;UNTIL=20240612"'),
    "until-in-utc": ("2024-04-03", 'repeats = "FREQ=DAILY;UNTIL=20240430T210000Z"'),
    "month-until": ('"2024-04"', 'repeats = "FREQ=MONTHLY;UNTIL=20240815"'),
    "quarter-until": ('"2024-Q2"', 'repeats = "FREQ=MONTHLY;INTERVAL=3;UNTIL=20241001"'),
    "month-by-month": ('"2024-04"', 'repeats = "FREQ=YEARLY;BYMONTH=4,10"'),
    "month-by-day": ('"2024-04"', 'repeats = "FREQ=MONTHLY;BYMONTHDAY=1"'),
    "days-by-day": ('"2024-04-01/2024-04-05"', 'repeats = "FREQ=WEEKLY;BYDAY=MO"'),
    "days-until": ('"2024-04-01/2024-04-05"', 'repeats = "FREQ=WEEKLY;UNTIL=20240603"'),
    "days-by-day-except": (
        '"2024-04-01/2024-04-05"',
        'repeats = "FREQ=WEEKLY;BYDAY=MO"\nexcept = [2024-04-19]',
    ),
    "days-over-the-month": ('"2024-05-30/2024-06-03"', 'repeats = "monthly"'),
    "rolled-into-the-span": ("2024-06-29", 'repeats = "weekly"\nroll = "previous"'),
    "hour-skipped": (
        "2024-03-30T02:30:00",
        'repeats = "FREQ=DAILY;COUNT=4"\ntimezone = "Europe/Paris"',
    ),
    "first-hour-skipped": (
        "2024-03-30T23:45:00",
        'repeats = "FREQ=DAILY;COUNT=4"\ntimezone = "America/Nuuk"',
    ),
    "first-hour-twice": (
        "2024-10-27T02:30:00",
        'repeats = "FREQ=DAILY;COUNT=4"\ntimezone = "Europe/Paris"',
    ),
    "hour-twice": (
        "2024-10-26T02:30:00",
        'repeats = "FREQ=DAILY;COUNT=4"\ntimezone = "Europe/Paris"',
    ),
}
ENDS = {"rolled-into-the-span": date(2025, 1, 3)}
"""The last day of the span, a Friday, where a Saturday behind it rolls into it."""


@pytest.mark.parametrize("name", CASES)
def test_a_reader_finds_the_planners_days(name: str) -> None:
    due, more = CASES[name]
    plan = made(milestone("meeting", due, more))
    span = SPAN._replace(last=ENDS.get(name, SPAN.last))
    found = calendar(plan, parse_scope("all", plan), stamped(plan), NOW, span=span)
    feed = write(found.calendar)
    assert not feed.broken
    assert len(found.calendar.entries) == 1
    read = recurring_ical_events.of(Read.from_ical(feed.body)).between(
        span.first, span.last + timedelta(days=1)
    )
    starts = sorted(_start(one["DTSTART"].dt) for one in read)
    dates = Dates(plan).of(plan.milestones["one/meeting"], span.last + timedelta(days=9))
    planned = [_start(one.starts or one.due) for one in dates if one.due and one.due <= span.last]
    assert starts == sorted(planned)
    assert starts
    assert len(planned) == len(set(planned))


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


def test_a_rule_goes_on_beyond_the_years_whose_holidays_are_known() -> None:
    """Whoever asks for all days to come gets a feed, not an error."""
    weekly = milestone("meeting", "2024-04-03", 'repeats = "weekly"\nroll = "next"')
    plan = made(weekly, holidays=["KE"])
    far = Span(date(2024, 1, 1), date(2150, 1, 1))
    found = calendar(plan, parse_scope("all", plan), stamped(plan), NOW, span=far)
    assert len(found.calendar.entries) == 1
    assert not write(found.calendar).broken
