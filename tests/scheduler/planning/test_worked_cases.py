"""The worked cases of the rules, and those that a coordinator would ask about."""

from datetime import UTC, datetime

import pytest

from config.load import load_texts
from config.plan import Plan
from scheduler.planning.explain import because
from scheduler.planning.forecast import forecast
from scheduler.planning.occurrences import Dates
from scheduler.planning.values import Unsent

HEAD = """
[plan]
timezone = "Africa/Nairobi"
holidays = ["KE"]
coordinators = ["li"]
[people.amina]
name = "Amina"
email = "amina@example.org"
[people.paul]
name = "Paul"
email = "paul@example.org"
timezone = "Europe/Paris"
[people.nora]
name = "Nora"
email = "nora@example.org"
timezone = "America/New_York"
[people.li]
name = "Li"
email = "li@example.org"
[teams.core]
name = "Core team"
members = ["amina", "paul"]
lead = "paul"
[reminders.standard]
before = ["30 days", "7 days", "1 working day"]
on-the-day = true
overdue = { every = "3 working days" }
at = "09:00"
only-working-days = true
[tracks.t]
title = "Track"
reminders = "standard"
"""
START = datetime(2024, 1, 1, tzinfo=UTC)
END = datetime(2024, 12, 31, tzinfo=UTC)


def plan_with(milestone: str, more: str = "") -> Plan:
    """The plan of the worked cases with one milestone."""
    text = f'{HEAD}[[tracks.t.milestones]]\nid = "m"\ntitle = "M"\n{milestone}\n{more}'
    return load_texts({"plan.toml": text}).plan


def sent(plan: Plan, start: datetime = START, until: datetime = END) -> dict[str, str]:
    """Stage and recipient -> when, for the stages up to the first overdue one."""
    return {
        f"{one.stage} {one.recipient}": f"{one.at:%Y-%m-%d %H:%M}"
        for one in forecast(plan, start, until)
        if not one.stage.startswith("overdue:") or one.stage == "overdue:1"
    }


@pytest.mark.parametrize(
    ("due", "owner", "expected"),
    [
        (
            '"2024-04"',
            "amina",
            {
                "before:30 days": "2024-03-28 06:00",
                "before:7 days": "2024-04-23 06:00",
                "before:1 working day": "2024-04-29 06:00",
                "on-the-day": "2024-04-30 06:00",
                "overdue:1": "2024-05-06 06:00",
            },
        ),
        (
            "2024-03-31",
            "paul",
            {
                "before:30 days": "2024-03-01 08:00",
                "before:7 days": "2024-03-22 08:00",
                "on-the-day": "2024-03-28 08:00",
                "overdue:1": "2024-04-04 07:00",
            },
        ),
        (
            "2024-11-04",
            "nora",
            {
                "before:30 days": "2024-10-04 13:00",
                "before:7 days": "2024-10-28 13:00",
                "before:1 working day": "2024-10-31 13:00",
                "on-the-day": "2024-11-04 14:00",
                "overdue:1": "2024-11-07 14:00",
            },
        ),
    ],
)
def test_worked_cases(due: str, owner: str, expected: dict[str, str]) -> None:
    plan = plan_with(f'due = {due}\nowner = "{owner}"')
    assert sent(plan) == {f"{stage} {owner}": at for stage, at in expected.items()}


def test_because_of_the_first_worked_case() -> None:
    plan = plan_with('due = "2024-04"\nowner = "amina"')
    first = forecast(plan, START, END)[0]
    occurrence = Dates(plan).find(first.occurrence)
    assert occurrence is not None
    assert because(plan, occurrence, first) == (
        "30 days before 30 April 2024 is Sunday 31 March; sent on the working day before"
    )


def test_first_seen_late_only_the_latest_lead_goes_at_once() -> None:
    plan = plan_with('due = "2024-04"\nowner = "amina"')
    start = datetime(2024, 4, 25, 12, tzinfo=UTC)
    found = sent(plan, start)
    assert found == {
        "before:7 days amina": "2024-04-25 12:00",
        "before:1 working day amina": "2024-04-29 06:00",
        "on-the-day amina": "2024-04-30 06:00",
        "overdue:1 amina": "2024-05-06 06:00",
    }


def test_past_when_first_seen_is_never_reminded_of() -> None:
    plan = plan_with('due = "2024-04"\nowner = "amina"')
    unsent: list[Unsent] = []
    assert forecast(plan, datetime(2024, 5, 1, 12, tzinfo=UTC), END, unsent) == []
    assert {one.reason for one in unsent} == {"its due day had passed before it was first seen"}


def test_needs_hold_until_they_are_done() -> None:
    other = '[[tracks.t.milestones]]\nid = "n"\ntitle = "N"\ndue = "tbc"\nowner = "li"\n'
    held = plan_with('due = "2024-04"\nowner = "amina"\nneeds = ["n"]', other)
    assert not any("amina" in key for key in sent(held))
    free = plan_with('due = "2024-04"\nowner = "amina"\nneeds = ["n"]', other + 'status = "done"')
    assert any("amina" in key for key in sent(free))


def test_a_deputy_stands_in_and_the_reason_says_for_whom() -> None:
    text = HEAD.replace(
        'email = "amina@example.org"',
        'email = "amina@example.org"\naway = ["2024-04-20/2024-04-29"]\ndeputy = "paul"',
    )
    more = '[[tracks.t.milestones]]\nid = "m"\ntitle = "M"\ndue = "2024-04"\nowner = "amina"'
    plan = load_texts({"plan.toml": text + more}).plan
    found = forecast(plan, START, datetime(2024, 5, 1, tzinfo=UTC))
    assert [(one.recipient, one.stage) for one in found] == [
        ("amina", "before:30 days"),
        ("paul", "before:7 days"),
        ("paul", "before:1 working day"),
        ("amina", "on-the-day"),
    ]
    occurrence = Dates(plan).find("t/m")
    assert occurrence is not None
    assert because(plan, occurrence, found[1]).endswith("for Amina, who is away")


def test_escalation_goes_to_lead_and_coordinators_only() -> None:
    more = """
[reminders.strict]
escalate = [{ after = "5 working days", to = "lead" }, { after = "2 weeks", to = "coordinators" }]
"""
    plan = plan_with('due = "2024-04"\nowner = "core"\nreminders = "strict"', more)
    assert sent(plan) == {
        "escalation:1 paul": "2024-05-08 07:00",
        "escalation:2 li": "2024-05-14 06:00",
    }


def test_two_askings_for_a_date_in_one_digest_are_one() -> None:
    text = HEAD.replace('name = "Amina"', 'name = "Amina"\ndelivery = "weekly"')
    more = """
[reminders.often]
date-wanted = "3 days"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = "tbc"
owner = "amina"
reminders = "often"
"""
    plan = load_texts({"plan.toml": text + more}).plan
    until = datetime(2024, 1, 31, tzinfo=UTC)
    asked = [one for one in forecast(plan, START, until) if one.recipient == "amina"]
    assert [f"{one.at:%m-%d %H:%M}" for one in asked] == [
        "01-02 06:00",
        "01-08 06:00",
        "01-15 06:00",
        "01-22 06:00",
        "01-29 06:00",
    ]
