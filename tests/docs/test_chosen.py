"""What docs/reference/rules.md says was chosen where the rules were silent, case by case."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load_texts
from scheduler.planning.forecast import forecast

PLAN = """
[plan]
timezone = "UTC"
coordinators = ["cora"]
[people.cora]
email = "cora@example.org"
[people.anna]
email = "anna@example.org"
{anna}
[people.ben]
email = "ben@example.org"
[teams.crew]
members = ["ben"]
channels = ["room"]
[channels.room]
type = "console"
[reminders.default]
{policy}
[tracks.t]
owner = "anna"
[[tracks.t.milestones]]
id = "m"
title = "M"
{milestone}
{more}
"""
MORE = '[[tracks.t.milestones]]\nid = "o"\ntitle = "O"\n'
MONDAY, SATURDAY = "2024-06-03", "2024-06-01"


def previewed(
    start: str, milestone: str, policy: str = "", anna: str = "", more: str = "", plan: str = ""
) -> list[str]:
    """What goes out until the end of 2025: minute, recipient, channel, milestone, stage."""
    text = PLAN.format(anna=anna, policy=policy, milestone=milestone, more=more)
    text = text.replace('timezone = "UTC"', f'timezone = "UTC"\n{plan}', 1)
    loaded = load_texts({"plan.toml": text}, Path())
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return [
        f"{one.at:%Y-%m-%d %H:%M} {one.recipient} {one.channel} {one.milestone[2:]} {one.stage}"
        for one in forecast(loaded.plan, begin, datetime(2025, 12, 31, tzinfo=UTC))
    ]


def for_anna(*args: str, **more: str) -> list[str]:
    """As `previewed`, what Anna gets, without her name and channel."""
    mark = " anna email "
    found = previewed(*args, **more)
    return [one.replace(mark, " ") for one in found if mark in one]


def test_at_once_is_at_once_on_a_day_without_work_too() -> None:
    assert for_anna(SATURDAY, "due = 2024-06-10", 'before = ["30 days"]') == [
        "2024-06-01 00:00 m before:30 days"
    ]


def test_at_once_waits_for_the_end_of_quiet_hours() -> None:
    found = for_anna(SATURDAY, "due = 2024-06-10", 'before = ["30 days"]', 'quiet = "19:00-07:00"')
    assert found == ["2024-06-01 07:00 m before:30 days"]


def test_at_once_gives_way_to_a_later_stage_of_that_day() -> None:
    policy = 'before = ["30 days", "1 day"]'
    assert for_anna(MONDAY, "due = 2024-06-04", policy) == ["2024-06-03 09:00 m before:1 day"]


def test_nothing_passed_is_sent_on_the_due_day_itself() -> None:
    assert for_anna("2024-06-03T10:00", "due = 2024-06-03", 'before = ["1 day"]') == []


def test_quiet_hours_may_end_on_a_day_without_work() -> None:
    found = for_anna("2024-01-01", "due = 2024-05-31", "on-the-day = true", 'quiet = "08:00-07:00"')
    assert found == ["2024-06-01 07:00 m on-the-day"]


def test_leads_in_hours_know_neither_quiet_hours_nor_days_without_work() -> None:
    milestone, policy = "starts = 2024-06-02T07:00:00", 'before = ["2 hours"]'
    found = for_anna("2024-01-01", milestone, policy, 'quiet = "19:00-08:00"')
    assert found == ["2024-06-02 05:00 m before:2 hours"]


def test_leads_in_hours_are_never_sent_without_a_time_of_day() -> None:
    assert for_anna("2024-01-01", "due = 2024-06-03", 'before = ["2 hours"]') == []


def test_of_equal_leads_the_first_written_is_sent() -> None:
    policy = 'before = ["1 week", "7 days"]'
    assert for_anna("2024-01-01", "due = 2024-06-14", policy) == [
        "2024-06-07 09:00 m before:1 week"
    ]


def test_overdue_is_counted_in_one_go_and_comes_ten_times() -> None:
    policy = 'overdue = { every = "1 month" }\nonly-working-days = false'
    found = for_anna("2024-01-01", "due = 2024-01-31", policy)
    assert len(found) == 10
    assert found[:3] == [
        "2024-02-29 09:00 m overdue:1",
        "2024-03-31 09:00 m overdue:2",
        "2024-04-30 09:00 m overdue:3",
    ]


def test_a_policy_of_the_plan_has_off_what_it_leaves_out() -> None:
    assert for_anna("2024-01-01", "due = 2024-06-03", 'at = "08:00"') == []


@pytest.mark.parametrize(
    ("due", "days"),
    [("2024-06", ["2024-05-31"]), ("2024-06-03", []), ("o", []), ("2024-Q3", ["2024-07-01"])],
)
def test_opening_is_for_a_window_of_ones_own(due: str, days: list[str]) -> None:
    found = for_anna(
        "2024-01-01",
        f'due = "{due}"',
        "opening = true",
        more=f'{MORE}due = "2024-09"\nowner = "ben"',
    )
    assert found == [f"{day} 09:00 m opening" for day in days]


def test_what_hangs_on_an_open_date_is_not_asked_for_one() -> None:
    found = for_anna(MONDAY, 'due = "o + 3 days"', more=f'{MORE}due = "tbc"\nowner = "ben"')
    assert found == []


def test_a_date_is_asked_for_at_once_then_by_the_interval_of_owner_and_coordinators() -> None:
    found = previewed("2025-12-06", 'due = "tbc"', 'date-wanted = "2 weeks"')
    assert found == [
        "2025-12-06 00:00 anna email m date-wanted",
        "2025-12-06 00:00 cora email m date-wanted",
        "2025-12-19 09:00 anna email m date-wanted",
        "2025-12-19 09:00 cora email m date-wanted",
    ]


def test_a_date_after_a_repeating_one_counts_from_its_first_or_from_the_day_named() -> None:
    more = f'{MORE}due = 2024-06-03\nrepeats = "FREQ=WEEKLY;COUNT=3"\nowner = "ben"'
    for other, day in (("o", "04"), ("o@2024-06-10", "11")):
        found = for_anna("2024-01-01", f'due = "{other} + 1 day"', "on-the-day = true", more=more)
        assert found == [f"2024-06-{day} 09:00 m on-the-day"]


def test_a_need_that_is_cancelled_holds_for_ever() -> None:
    more = f'{MORE}due = "2024-01"\nstatus = "cancelled"'
    assert for_anna("2024-01-01", 'due = 2024-06-03\nneeds = ["o"]', more=more) == []


def test_monthly_on_the_31st_skips_short_months() -> None:
    found = for_anna(
        "2024-01-01",
        'due = 2024-01-31\nrepeats = "FREQ=MONTHLY;COUNT=3"',
        "on-the-day = true\nonly-working-days = false",
    )
    assert [one[:10] for one in found] == ["2024-01-31", "2024-03-31", "2024-05-31"]


def test_an_escalation_goes_to_those_it_names_and_a_person_has_no_lead() -> None:
    policy = 'escalate = [{ after = "1 day", to = "lead" }, { after = "2 days", to = "cora" }]'
    found = previewed("2024-01-01", "due = 2024-06-03", policy)
    assert found == ["2024-06-05 09:00 cora email m escalation:2"]


def test_members_and_rooms_of_a_team_that_watches_hear_on_the_day_alone() -> None:
    policy = 'before = ["1 day"]\non-the-day = true'
    found = previewed("2024-01-01", 'due = 2024-06-04\nwatchers = ["crew"]', policy)
    assert [one[17:] for one in found] == [
        "anna email m before:1 day",
        "anna email m on-the-day",
        "ben email m on-the-day",
        "crew room m on-the-day",
    ]


def test_a_team_and_its_member_on_one_channel_are_two_recipients() -> None:
    more = (
        '[people.dora]\nchannels = ["room"]\n[teams.duo]\nmembers = ["dora"]\nchannels = ["room"]'
    )
    found = previewed(
        "2024-01-01", 'due = 2024-06-04\nowner = "duo"', "on-the-day = true", more=more
    )
    assert [one[17:] for one in found] == ["dora room m on-the-day", "duo room m on-the-day"]


@pytest.mark.parametrize(
    ("weekend", "day"),
    [('["saturday", "sunday"]', "2024-06-03"), ('["friday", "saturday"]', "2024-06-02")],
)
def test_a_week_begins_after_the_weekend(weekend: str, day: str) -> None:
    found = for_anna(
        "2024-01-01",
        "due = 2024-06-06",
        'before = ["1 day"]',
        'delivery = "weekly"',
        plan=f"weekend = {weekend}",
    )
    assert found == [f"{day} 09:00 m before:1 day"]


def test_a_daily_digest_goes_with_the_first_of_the_day() -> None:
    found = for_anna(
        "2024-01-01",
        "starts = 2024-06-03T16:00:00",
        'before = ["1 hour"]',
        'delivery = "daily"',
        more=f"{MORE}starts = 2024-06-03T12:00:00",
    )
    assert found == ["2024-06-03 11:00 m before:1 hour", "2024-06-03 11:00 o before:1 hour"]


def test_coordinators_stand_in_even_when_away_where_deputies_lead_nowhere() -> None:
    more = f'{MORE}due = 2024-06-04\nowner = "eva"\n[people.eva]\naway = ["2024-06-04"]'
    found = previewed("2024-01-01", 'due = "2023"', "on-the-day = true", more=more)
    assert found == ["2024-06-04 09:00 cora email o on-the-day"]
