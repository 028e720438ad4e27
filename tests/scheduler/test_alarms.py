"""The alarms that a milestone's policy gives its calendar entry."""

from datetime import timedelta

import pytest

from scheduler.alarms import alarms_of
from scheduler.planning.occurrences import Dates
from tests.scheduler.test_feeds import made, milestone

NINE = timedelta(hours=9)
POLICY = """
[reminders.{name}]
before = [{before}]
on-the-day = {day}
at = "{at}"
only-working-days = {working}
overdue = {{every = "1 day"}}
"""


def policy(
    before: str, *, day: bool = False, at: str = "09:00", working: bool = False, name: str = "some"
) -> str:
    """The TOML of a policy, overdue reminders and all."""
    return POLICY.format(
        before=before, day=str(day).lower(), at=at, working=str(working).lower(), name=name
    )


def alarms(due: str, rules: str, more: str = "") -> list[timedelta]:
    """The alarms of one milestone with that policy."""
    text = milestone("draft", due, f'reminders = "some"\n{more}')
    head = "[[tracks.one.milestones]]\n"
    plan = made(extra=head + text + rules)
    return list(alarms_of(Dates(plan), plan.milestones["one/draft"]))


@pytest.mark.parametrize(
    ("due", "before", "expected"),
    [
        ('"2024-04-30"', '"30 days", "1 day"', [-30, -1]),
        ('"2024-04-30"', '"2 weeks"', [-14]),
        ('"2024-04-30"', '"1 month"', [-31]),
        ('"2024-04-30"', '"3 working days"', [-5]),
        ('"2024-04"', '"7 days"', [-7]),
        ('"2024-04-30"', '"2 hours"', []),
    ],
)
def test_days_count_from_the_due_day_at_the_policys_hour(
    due: str, before: str, expected: list[int]
) -> None:
    assert alarms(due, policy(before)) == [timedelta(days=days) + NINE for days in expected]


def test_only_working_days_moves_an_alarm_to_the_one_before() -> None:
    assert alarms('"2024-04-30"', policy('"2 days"', working=True)) == [timedelta(days=-4) + NINE]


def test_one_rings_on_the_day_and_none_after_it() -> None:
    found = alarms('"2024-04-30"', policy('"1 day"', day=True, at="16:30"))
    assert found == [timedelta(days=-1, hours=16, minutes=30), timedelta(hours=16, minutes=30)]


def test_a_time_has_alarms_before_its_own_start() -> None:
    found = alarms("2024-04-30T15:00:00", policy('"1 day", "2 hours"'))
    assert found == [timedelta(days=-1, hours=-6), timedelta(hours=-2)]


def test_without_a_date_nothing_rings() -> None:
    assert alarms('"tbc"', policy('"1 day"')) == []


def test_a_repeating_one_has_those_of_its_first_occurrence() -> None:
    assert alarms("2024-04-03", policy('"1 day"'), 'repeats = "weekly"') == [
        timedelta(days=-1) + NINE
    ]
