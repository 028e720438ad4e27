"""The second reader against cases worked by hand, and its generator against itself."""

from collections import Counter
from datetime import UTC, date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.clocks import after_quiet, instant
from tests.oracle.dates import Window, read_window
from tests.oracle.ingredients import FEATURES, ZONES
from tests.oracle.oracle import Line, preview
from tests.oracle.plans import cases
from tests.oracle.reading import read_plan
from tests.oracle.written import into_files, reordered

slow_machines_too = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

WORKED = """
[plan]
name = "Worked cases"
timezone = "Africa/Nairobi"
coordinators = ["amina"]
holidays = ["KE"]

[channels.email]
type = "email"

[people.amina]
email = "amina@example.org"
{person}

[people.jonas]
email = "jonas@example.org"

[teams.core]
members = ["amina", "jonas"]
lead = "jonas"
channels = ["room"]
timezone = "Europe/Paris"

[reminders.default]
before = ["30 days", "7 days", "1 working day"]
on-the-day = true
overdue = {{ every = "3 working days" }}
{policy}

[tracks.a]
owner = "amina"

[[tracks.a.milestones]]
id = "m"
{milestone}
"""


def lines(
    milestone: str,
    frm: str = "2024-03-01T00:00",
    until: str = "2024-05-31T00:00",
    person: str = "",
    policy: str = "",
) -> list[Line]:
    """Preview the one milestone; `frm` and `until` in UTC."""
    text = WORKED.format(milestone=milestone, person=person, policy=policy)
    span = [datetime.fromisoformat(end).replace(tzinfo=UTC) for end in (frm, until)]
    return preview([text], span[0], span[1])


def sent(found: list[Line]) -> list[tuple[str, str]]:
    """Give when and for which stage."""
    return [(str(line["at"])[:16].replace("T", " "), str(line["stage"])) for line in found]


def whom(found: list[Line]) -> list[tuple[str | None, ...]]:
    """Give who, on which channel, for which stage."""
    return [(line["recipient"], line["channel"], line["stage"]) for line in found]


@pytest.mark.parametrize(
    ("due", "zone", "stage", "at"),
    [
        ('"2024-04"', "Africa/Nairobi", "before:30 days", "2024-03-28 06:00"),
        ('"2024-04"', "Africa/Nairobi", "before:7 days", "2024-04-23 06:00"),
        ('"2024-04"', "Africa/Nairobi", "before:1 working day", "2024-04-29 06:00"),
        ('"2024-04"', "Africa/Nairobi", "on-the-day", "2024-04-30 06:00"),
        ('"2024-04"', "Africa/Nairobi", "overdue:1", "2024-05-06 06:00"),
        ("2024-03-31", "Europe/Paris", "on-the-day", "2024-03-28 08:00"),
        ("2024-11-04", "America/New_York", "before:1 working day", "2024-10-31 13:00"),
        ("2024-11-04", "America/New_York", "on-the-day", "2024-11-04 14:00"),
    ],
)
def test_the_worked_cases(due: str, zone: str, stage: str, at: str) -> None:
    found = lines(f"due = {due}", until="2024-12-31T00:00", person=f'timezone = "{zone}"')
    assert [when for when, name in sent(found) if name == stage] == [at]


def test_the_contract_of_a_line() -> None:
    assert lines('due = "2024-04"')[0] == {
        "at": "2024-03-28T06:00:00Z",
        "recipient": "amina",
        "channel": "email",
        "milestone": "a/m",
        "occurrence": "a/m",
        "due": "2024-04-30",
        "stage": "before:30 days",
        "message": "amina email 2024-03-28T06:00Z",
    }


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-Q2", "2024-04-01", "2024-06-30"),
        ("2024-34?", "2024-04-01", "2024-06-30"),
        ("2024-H2", "2024-07-01", "2024-12-31"),
        ("2024-41%", "2024-07-01", "2024-12-31"),
        ("2024~", "2024-01-01", "2024-12-31"),
        ("2024/2025", "2024-01-01", "2025-12-31"),
        ("2024-04/2024-06", "2024-04-01", "2024-06-30"),
        ("2024-05-06/2024-05-08?", "2024-05-06", "2024-05-08"),
    ],
)
def test_windows(written: str, first: str, last: str) -> None:
    assert read_window(written) == Window(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("zone", "day", "clock", "utc"),
    [
        ("Europe/Paris", "2024-03-31", "02:30", "2024-03-31T01:00"),  # gap: 03:00 summer time
        ("Europe/Paris", "2024-10-27", "02:30", "2024-10-27T00:30"),  # fold: the first
        ("Australia/Lord_Howe", "2024-10-06", "02:10", "2024-10-05T15:30"),  # a gap of 30 minutes
        ("America/Santiago", "2024-09-08", "00:30", "2024-09-08T04:00"),  # a gap at midnight
        ("Asia/Kathmandu", "2024-01-01", "09:00", "2024-01-01T03:15"),
    ],
)
def test_gap_and_fold(zone: str, day: str, clock: str, utc: str) -> None:
    found = instant(date.fromisoformat(day), time.fromisoformat(clock), ZoneInfo(zone))
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_late_the_latest_lead_goes_at_once_and_passed_ones_do_not() -> None:
    found = lines("due = 2024-04-30", frm="2024-04-25T10:00", until="2024-04-30T10:00")
    assert sent(found) == [
        ("2024-04-25 10:00", "before:7 days"),
        ("2024-04-29 06:00", "before:1 working day"),
        ("2024-04-30 06:00", "on-the-day"),
    ]


def test_late_on_the_due_day_nothing_is_made_up_for() -> None:
    found = lines("due = 2024-04-30", frm="2024-04-30T07:00", until="2024-05-06T06:00")
    assert sent(found) == [("2024-05-06 06:00", "overdue:1")]


def test_past_at_first_sight_is_never_reminded_of() -> None:
    assert lines("due = 2024-04-30", frm="2024-05-01T00:00") == []


def test_quiet_holds_what_goes_at_once_until_its_end() -> None:
    found = lines(
        "due = 2024-05-20",
        frm="2024-05-14T18:00",
        until="2024-05-15T12:00",
        person='quiet = "19:00-07:00"',
    )
    assert sent(found) == [("2024-05-15 04:00", "before:7 days")]


@pytest.mark.parametrize(
    ("zone", "written", "clock", "expected"),
    [
        ("Africa/Nairobi", "19:00-07:00", "2024-01-01T16:00", "2024-01-02T04:00"),
        ("Africa/Nairobi", "19:00-07:00", "2024-01-02T04:00", "2024-01-02T04:00"),
        ("Africa/Nairobi", "12:00-14:00", "2024-01-02T10:30", "2024-01-02T11:00"),
        ("Europe/Paris", "22:00-02:30", "2024-03-31T00:30", "2024-03-31T01:00"),
    ],
)
def test_quiet_hours(zone: str, written: str, clock: str, expected: str) -> None:
    start, end = (time.fromisoformat(part) for part in written.split("-"))
    when, then = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (clock, expected))
    assert after_quiet(when, (start, end), ZoneInfo(zone)) == then


def test_hours_before_a_meeting_in_a_zone_of_its_own() -> None:
    found = lines(
        'starts = 2024-04-10T15:00:00\ntimezone = "Europe/Paris"\nreminders = "meeting"',
        policy='\n[reminders.meeting]\nbefore = ["1 day", "90 minutes"]\n',
    )
    assert sent(found) == [
        ("2024-04-09 06:00", "before:1 day"),
        ("2024-04-10 11:30", "before:90 minutes"),
    ]


def test_a_team_is_its_members_and_its_room_in_its_own_zone() -> None:
    found = lines(
        "due = 2024-05-14\nowner = 'core'", frm="2024-05-14T00:00", until="2024-05-15T00:00"
    )
    assert [(line["at"], line["recipient"], line["channel"]) for line in found] == [
        ("2024-05-14T06:00:00Z", "amina", "email"),
        ("2024-05-14T06:00:00Z", "jonas", "email"),
        ("2024-05-14T07:00:00Z", "core", "room"),
    ]


def test_watchers_hear_on_the_day_only() -> None:
    found = lines("due = 2024-05-14\nwatchers = ['jonas']")
    assert [stage for who, _, stage in whom(found) if who == "jonas"] == ["on-the-day"]


@pytest.mark.parametrize(
    ("person", "recipient"),
    [
        ('away = ["2024-05-10/2024-05-20"]\ndeputy = "jonas"', "jonas"),
        ('away = ["2024-05-14"]', "amina"),  # nobody stands in: the coordinators
        ('away = ["2024-05-15"]\ndeputy = "jonas"', "amina"),
    ],
)
def test_away(person: str, recipient: str) -> None:
    found = lines("due = 2024-05-14", person=person)
    assert [who for who, _, stage in whom(found) if stage == "on-the-day"] == [recipient]


def test_escalation_adds_the_lead_and_supersedes_overdue_on_the_same_day() -> None:
    found = lines(
        "due = 2024-05-14\nowner = 'core'",
        frm="2024-05-15T00:00",
        policy='escalate = [{ after = "3 working days", to = "lead" }]',
    )
    assert found == []  # the due day had passed at first sight
    found = lines(
        "due = 2024-05-14\nowner = 'core'",
        frm="2024-05-14T10:00",
        until="2024-05-17T23:00",
        policy='escalate = [{ after = "3 working days", to = "lead" }]',
    )
    assert whom(found) == [
        ("amina", "email", "overdue:1"),
        ("jonas", "email", "escalation:1"),
        ("core", "room", "overdue:1"),
    ]


def test_a_date_wanted_is_asked_for_at_once_and_every_four_weeks() -> None:
    found = lines('due = "tbc"', frm="2024-03-01T10:30", until="2024-04-30T00:00")
    assert sent(found) == [
        ("2024-03-01 10:30", "date-wanted"),
        ("2024-03-28 06:00", "date-wanted"),  # the 29th is Good Friday
        ("2024-04-26 06:00", "date-wanted"),
    ]


def test_closed_days_are_not_worked() -> None:
    closed = WORKED.replace('["KE"]', '["KE"]\nclosed = ["2024-05-13/2024-05-14"]')
    text = closed.format(milestone="due = 2024-05-15", person="", policy="")
    found = preview([text], datetime(2024, 5, 8, 12, tzinfo=UTC), datetime(2024, 5, 15, tzinfo=UTC))
    assert sent(found)[-1] == ("2024-05-09 06:00", "before:1 working day")  # the 10th is a holiday


def test_opening() -> None:
    found = lines('due = "2024-Q2"', policy="opening = true")
    assert sent(found)[0] == ("2024-03-28 06:00", "opening")  # 1 April is Easter Monday
    assert "opening" not in {stage for _, stage in sent(lines('due = "2024-Q2"'))}


def test_opening_gives_way_to_a_lead_on_the_same_day() -> None:
    found = lines('due = "2024-05"', policy="opening = true")
    assert sent(found)[0] == ("2024-04-30 06:00", "before:30 days")  # both name 1 May
    assert len(found) == 3


def test_relative_dates_hang_on_due_days_and_needs_hold() -> None:
    other = '\n[[tracks.a.milestones]]\nid = "o"\ndue = "2024-04"\nstatus = "done"\n'
    found = lines('due = "o + 5 working days"\nneeds = ["o"]' + other)
    assert {(line["milestone"], line["due"]) for line in found} == {("a/m", "2024-05-08")}
    held = lines('due = "a/o"\nneeds = ["o"]' + other.replace("done", "at-risk"))
    assert {line["milestone"] for line in held} == {"a/o"}


def test_repeats_except_moved() -> None:
    found = lines(
        "starts = 2024-01-16T15:00:00\n"
        'repeats = "FREQ=MONTHLY;BYDAY=3TU;UNTIL=20240716"\n'
        'except = ["2024-06-18"]\n'
        'moved = { "2024-04-16" = 2024-04-22T15:00:00 }\n',
        frm="2024-03-20T00:00",
        until="2024-12-31T00:00",
    )
    days = [(line["occurrence"], line["due"]) for line in found if line["stage"] == "on-the-day"]
    assert days == [
        ("a/m@2024-04-16", "2024-04-22"),
        ("a/m@2024-05-21", "2024-05-21"),
        ("a/m@2024-07-16", "2024-07-16"),
    ]


@pytest.mark.parametrize(
    ("roll", "due"), [("", "2024-03-31"), ("previous", "2024-03-28"), ("next", "2024-04-02")]
)
def test_roll(roll: str, due: str) -> None:
    found = lines(f'due = "2024-03"\nroll = "{roll}"')
    assert {line["due"] for line in found} == {due}


@pytest.mark.parametrize(
    ("delivery", "at"), [("daily", "2024-04-23 06:00"), ("weekly", "2024-04-22 06:00")]
)
def test_digests(delivery: str, at: str) -> None:
    found = sent(lines("due = 2024-04-30", person=f'delivery = "{delivery}"'))
    assert (at, "before:7 days") in found
    assert ("2024-04-30 06:00", "on-the-day") in found


def test_until_is_included() -> None:
    assert sent(lines("due = 2024-04-30", frm="2024-04-30T06:00", until="2024-04-30T06:00")) == [
        ("2024-04-30 06:00", "on-the-day")
    ]


@slow_machines_too
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_and_the_files_of_a_plan_do_not_matter(
    case: tuple[str, datetime, datetime], random: Random
) -> None:
    text, frm, until = case
    expected = preview([text], frm, until)
    assert preview([reordered(text, random)], frm, until) == expected
    assert preview(into_files(text, random), frm, until) == expected


@slow_machines_too
@given(cases())
def test_random_plans_are_reminded_of_once_and_in_their_span(
    case: tuple[str, datetime, datetime],
) -> None:
    text, frm, until = case
    found = preview([text], frm, until)
    identities = Counter(
        (line["occurrence"], line["stage"], line["recipient"], line["channel"], line["at"])
        for line in found
    )
    assert set(identities.values()) <= {1}
    first, last = (f"{end:%Y-%m-%dT%H:%M:%SZ}" for end in (frm, until))
    assert all(first <= str(line["at"]) <= last for line in found)


@slow_machines_too
@given(cases(FEATURES - {"quiet", "daily", "weekly"}))
def test_one_stage_a_day(case: tuple[str, datetime, datetime]) -> None:
    text, frm, until = case
    plan = read_plan([text])
    days: Counter[tuple[str | None, ...]] = Counter()
    for line in preview([text], frm, until):
        holder = (plan.people | plan.teams)[str(line["recipient"])]
        day = datetime.fromisoformat(str(line["at"])).astimezone(holder.zone).date()
        days[line["occurrence"], line["recipient"], line["channel"], str(day)] += 1
    assert set(days.values()) <= {1}


@slow_machines_too
@given(cases())
def test_random_plans_respect_quiet_hours(case: tuple[str, datetime, datetime]) -> None:
    text, frm, until = case
    people = read_plan([text]).people
    for line in preview([text], frm, until):
        person = people.get(str(line["recipient"]))
        if (
            person
            and person.quiet
            and not str(line["stage"]).endswith(("hour", "hours", "minutes"))
        ):
            at = datetime.fromisoformat(str(line["at"]))
            assert after_quiet(at, person.quiet, person.zone) == at


def test_thirty_zones_of_the_generator_are_thirty() -> None:
    assert len(set(ZONES)) == 30
