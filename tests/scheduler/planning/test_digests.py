"""When the coordinators get their digest, to whom it goes, and what is never sent twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from config.load import load_texts
from config.plan import Gathering, Plan
from scheduler.planning.digests import coordinators_digests

TEXT = """
[plan]
name = "Digests"
timezone = "Africa/Nairobi"
coordinators = ["amina", "jose"]
holidays = ["KE"]
closed = ["2024-12-23/2025-01-03"]
[people.amina]
name = "Amina"
email = "amina@example.org"
quiet = "19:00-10:00"
away = ["2024-08-01/2024-08-31"]
deputy = "mei"
[people.jose]
name = "José"
email = "jose@example.org"
timezone = "America/New_York"
[people.mei]
name = "Mei"
email = "mei@example.org"
timezone = "Asia/Shanghai"
[reminders.default]
on-the-day = true
at = "08:30"
"""
PLAN = load_texts({"plan.toml": TEXT}).plan
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def of(kind: Gathering) -> Plan:
    return replace(PLAN, coordinators_digest=kind)


def sent(plan: Plan, first: date, days: int) -> dict[str, list[str]]:
    """When each recipient gets a digest of those days, looked at each half hour."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    found: dict[str, list[str]] = {}
    since = start
    for number in range(1, 48 * days + 1):
        now = start + timedelta(minutes=30 * number)
        for one in coordinators_digests(plan, since, now).due:
            found.setdefault(one.recipient, []).append(f"{one.at:%m-%d %H:%M}")
        since = now
    return found


def test_weekly_it_is_the_first_working_day_in_each_zone() -> None:
    """1 April 2024 was Easter Monday, a holiday in Kenya."""
    assert sent(of("weekly"), date(2024, 3, 24), 21) == {
        "amina": ["03-25 07:00", "04-02 07:00", "04-08 07:00"],
        "jose": ["03-25 12:30", "04-02 12:30", "04-08 12:30"],
    }


def test_daily_it_is_each_working_day() -> None:
    found = sent(of("daily"), date(2024, 3, 27), 8)
    assert found["jose"] == ["03-27 12:30", "03-28 12:30", "04-02 12:30", "04-03 12:30"]


def test_off_it_never_comes() -> None:
    assert sent(of("off"), date(2024, 3, 24), 10) == {}
    assert coordinators_digests(of("off"), LONG_AGO, at("2024-03-25T12:00")).following is None


def test_whoever_stands_in_gets_it_in_her_own_zone_and_hours() -> None:
    (one,) = [
        one
        for one in coordinators_digests(PLAN, LONG_AGO, at("2024-08-12T00:30")).due
        if one.recipient == "mei"
    ]
    assert (one.at, one.behalf) == (at("2024-08-12T00:30"), ("amina",))


def test_a_closed_fortnight_has_one_digest_after_it() -> None:
    found = sent(of("weekly"), date(2024, 12, 15), 35)
    assert found["jose"] == ["12-16 13:30", "01-06 13:30", "01-13 13:30"]


@pytest.mark.parametrize(
    ("since", "now", "days"),
    [
        ("2024-03-25T12:30", "2024-03-31T23:00", []),
        ("2024-03-25T12:29", "2024-03-25T12:30", ["2024-03-25"]),
        ("2024-03-01T00:00", "2024-03-28T09:00", ["2024-03-25"]),
        ("2024-03-01T00:00", "2024-04-01T12:31", []),
    ],
    ids=["told", "on the minute", "the latest of three weeks", "a week late"],
)
def test_after_a_stop_the_latest_is_sent_if_it_is_not_old(
    since: str, now: str, days: list[str]
) -> None:
    found = coordinators_digests(PLAN, at(since), at(now)).due
    assert [f"{one.day}" for one in found if one.recipient == "jose"] == days


def test_its_identity_has_its_day_and_it_takes_the_place_of_earlier_ones() -> None:
    now = at("2024-03-25T13:00")
    found = coordinators_digests(PLAN, now - timedelta(hours=3), now)
    keys = [one.key for one in found.due if one.recipient == "jose"]
    assert keys == ["coordinators|2024-03-25|coordinators-digest|jose|email"]
    assert "coordinators|2024-03-18|coordinators-digest|jose|email" in found.overtaken
    assert not set(found.overtaken) & set(keys)
    assert found.following == at("2024-04-02T07:00")
