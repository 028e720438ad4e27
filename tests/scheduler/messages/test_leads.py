"""The first line, the date in words, and the subject, rule by rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from calendars.dates import parse_due
from calendars.zones import instant, zone
from scheduler.messages.facts import item
from scheduler.messages.languages import read_language
from scheduler.messages.leads import due_row, lead, subject
from scheduler.messages.values import Item, Past
from tests.scheduler.messages.scenes import (
    GROUP,
    MOVED,
    OPENED,
    ZERO,
    made,
    occurrence,
    plan,
    reminder,
)

WORDS = read_language("en").words


def seen(
    milestone: str, stage: str, recipient: str, now: datetime, past: Past | None = None
) -> Item:
    one = reminder(milestone, stage, recipient)
    return item(plan(), occurrence(milestone), one, now, past or Past())


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 1, 22), "Due in about 3 months"),
        (date(2024, 3, 28), "Due in 20 working days"),
        (date(2024, 4, 23), "Due in 5 working days"),
        (date(2024, 4, 28), "Due in 2 working days"),
        (date(2024, 4, 29), "Due tomorrow"),
        (date(2024, 4, 30), "Due today"),
        (date(2024, 5, 1), "Was due on Tuesday 30 April 2024"),  # a holiday: no working day passed
        (date(2024, 5, 2), "Late by 1 working day"),
        (date(2024, 5, 6), "Late by 3 working days"),
    ],
)
def test_a_lead_counts_working_days_from_the_readers_day(day: date, expected: str) -> None:
    at = instant(day, time(9), "America/New_York")
    assert lead(WORDS, seen(ZERO, "before:30 days", "jose", at)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 3, 27), "Due in 1 working day"),
        (date(2024, 3, 28), "Due on Sunday 31 March 2024: today is the last working day before it"),
        (date(2024, 3, 29), "Due on Sunday 31 March 2024: no working day is left before it"),
        (date(2024, 3, 31), "Due today"),
    ],
)
def test_a_day_without_work_is_named(day: date, expected: str) -> None:
    at = instant(day, time(9), "America/New_York")
    assert lead(WORDS, seen("housing/report", "on-the-day", "jose", at)) == expected


@pytest.mark.parametrize(
    ("stage", "before", "expected"),
    [
        ("before:1 day", timedelta(days=1), "Takes place tomorrow"),
        ("before:1 day", timedelta(hours=3), "Starts today at 19:00"),
        ("before:2 hours", timedelta(hours=2), "Starts in 2 hours"),
        ("before:2 hours", timedelta(hours=5, minutes=10), "Starts in 5 hours"),
        ("before:2 hours", timedelta(minutes=90), "Starts in 90 minutes"),
        ("before:2 hours", timedelta(minutes=1), "Starts in 1 minute"),
        ("before:2 hours", timedelta(0), "Starts now"),
        ("before:2 hours", -timedelta(minutes=5), "Started today at 19:00"),
    ],
)
def test_a_meeting_counts_to_its_hour_in_the_readers_zone(
    stage: str, before: timedelta, expected: str
) -> None:
    starts = occurrence(GROUP).starts
    assert starts is not None
    assert lead(WORDS, seen(GROUP, stage, "mei", starts - before)) == expected


def test_a_deadline_with_an_hour_is_due_and_does_not_start() -> None:
    timed = replace(made(GROUP, "before:1 day", "mei"), meeting=False)
    assert timed.starts is not None
    at = replace(timed, today=date(2024, 6, 11), now=timed.starts - timedelta(hours=4))
    assert lead(WORDS, at) == "Due today at 19:00"


@pytest.mark.parametrize(
    ("due", "day", "expected"),
    [
        ("2024-04", date(2024, 4, 30), "April 2024, so by Tuesday 30 April 2024"),
        ("2024-04?", date(2024, 4, 30),
         "April 2024, to be confirmed; until then Tuesday 30 April 2024 counts"),
        ("2024-Q2", date(2024, 6, 30), "Q2 2024, so by Sunday 30 June 2024"),
        ("2024-H1", date(2024, 6, 30), "first half of 2024, so by Sunday 30 June 2024"),
        ("2024", date(2024, 12, 31), "2024, so by Tuesday 31 December 2024"),
        ("2024/2025", date(2025, 12, 31), "2024 to 2025, so by Wednesday 31 December 2025"),
        ("2024-09-20", date(2024, 9, 20), "Friday 20 September 2024"),
        ("2024-09-20?", date(2024, 9, 20), "Friday 20 September 2024, to be confirmed"),
        ("2024-09-21", date(2024, 9, 20),
         "Saturday 21 September 2024, counted as Friday 20 September 2024"),
        ("tbc", None, "No date yet"),
    ],
)  # fmt: skip
def test_a_date_is_shown_as_promised(due: str, day: date | None, expected: str) -> None:
    shown = replace(made(ZERO, "before:30 days", "jose"), promise=parse_due(due), due=day, day=day)
    assert due_row(WORDS, shown) == expected


def test_an_hour_is_shown_in_both_zones() -> None:
    mine = due_row(WORDS, made(GROUP, "before:1 day", "jose"))
    assert mine == "Tuesday 11 June 2024, 14:00 (Africa/Nairobi), which is 07:00 for you"
    far = replace(
        made(GROUP, "before:1 day", "jose"),
        local_start=datetime(2024, 6, 11, 11, tzinfo=UTC).astimezone(zone("Pacific/Kiritimati")),
    )
    assert due_row(WORDS, far).endswith("which is Wednesday 12 June 2024, 01:00 for you")


@pytest.mark.parametrize(
    ("first_text", "expected"),
    [
        (None, "Zero draft, April 2024 · HSP/HA.2/Res.1"),
        ("April 2024", "Zero draft, April 2024 · HSP/HA.2/Res.1"),
        ("April 2024, to be confirmed", "Zero draft, April 2024 · HSP/HA.2/Res.1"),
        ("February 2024", "Zero draft, February 2024 · HSP/HA.2/Res.1"),
        ("date to be confirmed", "Zero draft · HSP/HA.2/Res.1"),
    ],
)
def test_the_subject_keeps_the_first_date(first_text: str | None, expected: str) -> None:
    assert (
        subject(WORDS, made(ZERO, "before:30 days", "jose", Past(first_text=first_text)))
        == expected
    )


def test_the_subject_is_the_same_in_every_stage() -> None:
    stages = ("before:30 days", "before:7 days", "on-the-day", "overdue:1", "overdue:2")
    assert len({subject(WORDS, made(ZERO, stage, "jose")) for stage in stages}) == 1


def test_a_confirmed_date_keeps_the_subject() -> None:
    doubtful = made("housing/survey", "before:30 days", "yusuf")
    settled = replace(doubtful, promise=replace(doubtful.promise, uncertain=False))
    assert subject(WORDS, doubtful) == subject(WORDS, settled)
    assert lead(WORDS, doubtful) != lead(WORDS, settled)


def test_where_the_subject_has_an_old_date_the_lead_has_the_new_one() -> None:
    moved = made(ZERO, "overdue:1", "jose", Past(first_text="February 2024"))
    assert lead(WORDS, moved) == "Late by 3 working days (now April 2024)"


def test_a_move_says_where_to() -> None:
    zero = replace(made(ZERO, "before:7 days", "jose"), kind="moved", stage="moved")
    assert lead(WORDS, replace(zero, move=MOVED)) == "Moved to April 2024"
    assert lead(WORDS, replace(zero, move=OPENED, due=None)) == "Its date is open again"
