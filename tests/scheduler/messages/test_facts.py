"""What is found out for a message: why somebody gets it, what came before, what comes next."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from notifiers.message import Urgency
from scheduler.messages.addresses import web_address
from scheduler.messages.facts import item, page_of
from scheduler.messages.roles import role_of
from scheduler.messages.values import Past, Role, Step
from tests.scheduler.messages.scenes import EARLIER, ZERO, made, occurrence, plan, reminder

TEAM = "People-centred smart cities"


@pytest.mark.parametrize(
    ("milestone", "stage", "recipient", "expected"),
    [
        (ZERO, "before:7 days", "jose", Role("member", TEAM)),
        (ZERO, "before:7 days", "cities", Role("room", TEAM)),
        (ZERO, "on-the-day", "yusuf", Role("watcher")),
        (ZERO, "escalation:1", "mei", Role("lead", TEAM)),
        (ZERO, "escalation:2", "amina", Role("coordinator")),
        (ZERO, "escalation:9", "amina", Role("none")),
        (ZERO, "escalation:1", "jose", Role("none")),
        ("cities/outlook", "date-wanted", "peter", Role("coordinator")),
        ("cities/outlook", "date-wanted", "mei", Role("member", TEAM)),
        ("housing/survey", "overdue:1", "claire", Role("owner")),
        ("internal/budget", "before:7 days", "jose", Role("none")),
    ],
)
def test_why_somebody_is_a_recipient(
    milestone: str, stage: str, recipient: str, expected: Role
) -> None:
    assert role_of(plan(), plan().milestones[milestone], stage, recipient) == expected


def test_an_escalation_to_a_named_team() -> None:
    policy = plan().policies["default"]
    named = replace(policy, escalate=(replace(policy.escalate[0], to="cities"),))
    changed = replace(plan(), policies={**plan().policies, "default": named})
    budget = changed.milestones["internal/budget"]
    assert role_of(changed, budget, "escalation:1", "jose") == Role("named", TEAM)
    assert role_of(changed, budget, "escalation:1", "cities") == Role("room", TEAM)


def test_who_stands_in_gets_it_with_the_others_reason() -> None:
    found = made("housing/survey", "before:30 days", "yusuf")
    (away,) = found.behalf
    assert (away.name, away.role) == ("Claire Lefèvre", Role("owner"))


@pytest.mark.parametrize(
    ("stage", "recipient", "expected"),
    [
        ("overdue:1", "jose", (Step(date(2024, 5, 8), ("Mei Lin",)), Step(date(2024, 5, 9)))),
        ("overdue:1", "mei", (Step(date(2024, 5, 8), (), you=True), Step(date(2024, 5, 9)))),
        (
            "overdue:2", "jose",
            (Step(date(2024, 5, 16), ("Amina Otieno", "Peter Lindqvist"), coordinators=True),),
        ),
        ("escalation:2", "amina", ()),
        ("before:7 days", "jose", ()),
    ],
)  # fmt: skip
def test_what_comes_next(stage: str, recipient: str, expected: tuple[Step, ...]) -> None:
    assert made(ZERO, stage, recipient).steps == expected


def test_an_escalation_to_a_lead_that_there_is_not_is_no_step() -> None:
    known = plan()
    owned = replace(known.milestones[ZERO], owner=("jose",))
    changed = replace(known, milestones={**known.milestones, ZERO: owned})
    one = reminder(ZERO, "overdue:1", "jose")
    steps = item(changed, occurrence(ZERO), one, one.at).steps
    assert [(step.day, step.coordinators) for step in steps] == [
        (date(2024, 5, 9), False), (date(2024, 5, 16), True),
    ]  # fmt: skip


def test_a_step_that_is_past_when_the_message_goes_late_is_not_announced() -> None:
    one = reminder(ZERO, "overdue:1", "jose")
    late = item(plan(), occurrence(ZERO), one, one.at + timedelta(days=3))
    assert [step.day for step in late.steps] == [date(2024, 5, 16)]


def test_an_escalation_knows_whom_the_earlier_ones_reached() -> None:
    found = made(ZERO, "escalation:1", "mei", Past(EARLIER)).earlier
    assert [(one.name, one.channel, len(one.days)) for one in found] == [
        ("", "email", 5), ("José Fernández", "email", 1),
    ]  # fmt: skip
    assert made(ZERO, "overdue:1", "mei", Past(EARLIER)).earlier == ()


@pytest.mark.parametrize(
    ("stage", "recipient", "expected"),
    [
        ("before:30 days", "jose", "info"),
        ("before:7 days", "jose", "soon"),
        ("before:1 working day", "jose", "soon"),
        ("on-the-day", "jose", "today"),
        ("overdue:1", "jose", "late"),
        ("escalation:1", "mei", "late"),
    ],
)
def test_urgency(stage: str, recipient: str, expected: Urgency) -> None:
    assert made(ZERO, stage, recipient).urgency == expected


def test_a_reminder_that_goes_late_says_how_it_is_then() -> None:
    one = reminder(ZERO, "before:1 working day", "jose")
    found = item(plan(), occurrence(ZERO), one, one.at + timedelta(days=7))
    assert (found.urgency, found.days, found.working) == ("late", -6, 3)


def test_what_is_not_public_has_no_page() -> None:
    assert page_of(plan(), plan().milestones["internal/budget"]) is None
    address = "https://tracker.example.org/tracks/cities/zero-draft"
    assert page_of(plan(), plan().milestones[ZERO]) == address
    assert page_of(replace(plan(), url=None), plan().milestones[ZERO]) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://tracker.example.org", "https://tracker.example.org"),
        ("https://tracker.example.org:8443/a?b=c&d=%20#e",
         "https://tracker.example.org:8443/a?b=c&d=%20#e"),
        ("http://localhost:8025", "http://localhost:8025"),
        ("http://127.0.0.1:8025/x", "http://127.0.0.1:8025/x"),
        ("https://münchen.example/straße/<b>", "https://xn--mnchen-3ya.example/stra%C3%9Fe/%3Cb%3E"),
        ("https://example.org/" + "a" * 1000, None),
        ("https://", None),
        ("https://example.org:99999999", None),
    ],
)  # fmt: skip
def test_an_address_of_the_plan_never_stops_a_message(url: str, expected: str | None) -> None:
    assert web_address(url) == expected


def test_what_nobody_knows_is_refused() -> None:
    one = reminder(ZERO, "on-the-day", "jose")
    gone = replace(plan(), milestones={})
    with pytest.raises(KeyError, match=ZERO):
        item(gone, occurrence(ZERO), one, datetime(2024, 5, 1, tzinfo=one.at.tzinfo))
