"""Dates, stages and speeds in words."""

from datetime import timedelta

import pytest

from scheduler.planning.occurrences import Dates
from scheduler.web.catalogues import words
from scheduler.web.texts import (
    answers_text,
    derived,
    distance,
    promised,
    speed_text,
    stage_text,
)
from tests.scheduler.test_feeds import made, milestone

EN = words("en")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, ""),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (59, "in 59 days"),
        (61, "in 2 months"),
        (365, "in 12 months"),
        (2190, "in 6 years"),
        (-1, "1 day late"),
        (-1200, "1,200 days late"),
    ],
)
def test_distance(days: int | None, said: str) -> None:
    assert distance(days, EN) == said


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("before:30 days", "30 days before"),
        ("on-the-day", "on the day"),
        ("overdue:2", "overdue, reminder 2"),
        ("escalation:1", "escalation, step 1"),
        ("date-wanted", "date wanted"),
        ("opening", "the period begins"),
        ("moved", "the date moved"),
    ],
)
def test_stage(stage: str, said: str) -> None:
    assert stage_text(stage, EN) == said


@pytest.mark.parametrize(
    ("speed", "said"),
    [
        (timedelta(days=1), "a day a second"),
        (timedelta(days=7), "a week a second"),
        (timedelta(hours=1), "an hour a second"),
        (timedelta(days=3), "3 days a second"),
        (timedelta(hours=6), "6 hours a second"),
        (timedelta(minutes=30), "0.5 hours a second"),
    ],
)
def test_speed(speed: timedelta, said: str) -> None:
    assert speed_text(speed, EN) == said


@pytest.mark.parametrize(
    ("due", "more", "said"),
    [
        ('"2024-04-30"', "", ["It is due on Tuesday 30 April 2024."]),
        (
            '"2024-04"',
            "",
            ["The month was promised, so it is due on its last day, Tuesday 30 April 2024."],
        ),
        (
            '"2024-Q2?"',
            "",
            [
                "The quarter was promised, so it is due on its last day, Sunday 30 June 2024.",
                "The date is still to be confirmed.",
            ],
        ),
        (
            '"2024-06-30"',
            'roll = "next"',
            [
                "It is due on Monday 1 July 2024.",
                "Sunday 30 June 2024 is no working day, so it moved to the next one.",
            ],
        ),
        (
            '"2024-06"',
            'roll = "previous"',
            [
                "It is due on Friday 28 June 2024.",
                "Sunday 30 June 2024 is no working day, so it moved to the previous one.",
            ],
        ),
        ('"tbc"', "", ["No date has been given yet."]),
        (
            '"other + 10 working days"',
            "",
            [
                "Counted from “The other” (1 May 2024): 10 working days after it.",
                "It is due on Wednesday 15 May 2024.",
            ],
        ),
        (
            '"rolled"',
            "",
            [
                "Counted from “The rolled” (June 2024), together with it.",
                "It is due on Friday 28 June 2024.",
                "Sunday 30 June 2024 is no working day, so it moved to the previous one.",
            ],
        ),
        ('"open - 2 weeks"', "", ["2 weeks before “The open”, date to be confirmed."]),
        ('"open"', "", ["With “The open”, date to be confirmed."]),
    ],
)
def test_how_a_due_day_was_found(due: str, more: str, said: list[str]) -> None:
    others = (milestone("other", '"2024-05-01"'), milestone("open", '"tbc"'))
    rolled = milestone("rolled", '"2024-06"', 'roll = "previous"')
    plan = made(milestone("draft", due, more), *others, rolled)
    dates = Dates(plan)
    occurrence = dates.single(plan.milestones["one/draft"])
    assert derived(plan, dates, occurrence, EN) == said
    assert promised(plan, occurrence, EN)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Africa/Nairobi", "30 April 2024, 15:00"),
        ("Europe/Paris", "30 April 2024, 15:00 (Europe/Paris)"),
    ],
)
def test_a_time_of_another_zone_says_so(zone: str, said: str) -> None:
    plan = made(milestone("talk", "2024-04-30T15:00:00", f'timezone = "{zone}"'))
    occurrence = Dates(plan).single(plan.milestones["one/talk"])
    assert promised(plan, occurrence, EN) == said


def test_an_unknown_language_is_english() -> None:
    assert words("tlh").language == "en"
    assert words("en-GB").direction == "ltr"


def test_answers_to_an_invitation_are_counted_without_names() -> None:
    said = {"DECLINED": 1, "ACCEPTED": 2, "COMPLETED": 1}
    assert answers_text(said, words("en")) == "2 accepted, 1 declined"
    assert answers_text({}, words("en")) == ""
