"""What holds for every plan: quiet hours, days without work, what is done, nothing unexplained."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from calendars.dates import parse_due
from calendars.workdays import known_to
from calendars.zones import zone
from config.load import load_texts
from config.plan import Milestone, Plan, Quiet
from scheduler.planning.forecast import coming, forecast, settled
from scheduler.planning.occurrences import Dates
from scheduler.planning.recipients import escalated_to, people_of, rooms_of
from scheduler.planning.reminders import Planner
from scheduler.planning.stages import stages
from scheduler.planning.values import Reminder, Unsent
from tests.oracle.ingredients import FEATURES
from tests.oracle.plans import cases

Case = tuple[str, datetime, datetime]
ZONES_AND_QUIET_HOURS = timedelta(days=2)
"""How much later than its day, as UTC counts, a reminder can be sent."""
some = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Plan:
    """The plan in a text."""
    return load_texts({"plan.toml": text}).plan


def by_clock(one: Reminder) -> bool:
    """Whether the lead is in minutes or hours, which quiet hours and working days let pass."""
    return one.stage.endswith(("minute", "minutes", "hour", "hours"))


def inside(quiet: Quiet, at: datetime) -> bool:
    """Whether a local time lies in the quiet hours."""
    clock = at.time()
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


@some
@given(cases(FEATURES))
def test_nothing_is_sent_in_quiet_hours(case: Case) -> None:
    text, start, until = case
    plan = read(text)
    for one in forecast(plan, start, until):
        person = plan.people.get(one.recipient)
        if person and person.quiet and not by_clock(one):
            local = one.at.astimezone(zone(person.timezone))
            assert local.fold or not inside(person.quiet, local), one


def test_a_lead_by_the_clock_draws_no_digest_into_the_quiet_hours() -> None:
    plan = read("""
[people.dora]
email = "dora@example.org"
quiet = "19:00-07:00"
delivery = "daily"
[channels.email]
type = "console"
[reminders.default]
before = ["7 days", "30 minutes"]
[tracks.t]
owner = "dora"
[[tracks.t.milestones]]
id = "meeting"
title = "Meeting"
starts = 2024-09-20T06:00:00
[[tracks.t.milestones]]
id = "draft"
title = "Draft"
due = 2024-09-27
""")
    start, end = datetime(2024, 9, 12, tzinfo=UTC), datetime(2024, 9, 21, tzinfo=UTC)
    found = forecast(plan, start, end)
    assert [(f"{one.at:%H:%M}", one.stage) for one in found if one.at.day == 20] == [
        ("05:30", "before:30 minutes"),
        ("09:00", "before:7 days"),
    ]


def test_a_weekly_digest_brings_nothing_when_it_is_too_late() -> None:
    plan = read("""
[people.wim]
email = "wim@example.org"
delivery = "weekly"
[channels.email]
type = "console"
[reminders.default]
before = ["1 day", "30 minutes"]
[tracks.t]
owner = "wim"
[[tracks.t.milestones]]
id = "early"
title = "On Monday before the digest"
starts = 2024-09-23T08:00:00
[[tracks.t.milestones]]
id = "draft"
title = "Draft"
due = 2024-09-26
""")
    start, end = datetime(2024, 9, 17, tzinfo=UTC), datetime(2024, 9, 30, tzinfo=UTC)
    found = [(f"{one.at:%d %H:%M}", one.stage) for one in forecast(plan, start, end)]
    assert found[-2:] == [("23 07:30", "before:30 minutes"), ("23 09:00", "before:1 day")]


def test_what_goes_at_once_waits_for_no_digest_on_the_due_day_or_after() -> None:
    plan = read("""
[plan]
closed = ["2024-05-06/2024-05-07"]
[people.wim]
email = "wim@example.org"
delivery = "weekly"
[channels.email]
type = "console"
[reminders.default]
before = ["7 days"]
[tracks.t]
owner = "wim"
[[tracks.t.milestones]]
id = "a"
title = "A"
due = 2024-05-07
[[tracks.t.milestones]]
id = "b"
title = "B"
due = 2024-05-08
[[tracks.t.milestones]]
id = "c"
title = "C"
due = 2024-05-09
""")
    start, end = datetime(2024, 5, 6, 10, tzinfo=UTC), datetime(2024, 5, 30, tzinfo=UTC)
    found = [(f"{one.at:%d %H:%M}", one.milestone) for one in forecast(plan, start, end)]
    assert found == [("06 10:00", "t/a"), ("06 10:00", "t/b"), ("08 09:00", "t/c")]


def test_who_stands_in_is_reached_after_her_own_quiet_hours_also_at_once() -> None:
    plan = read("""
[people.amina]
name = "Amina"
email = "amina@example.org"
timezone = "America/New_York"
away = ["2024-06-21"]
deputy = "yuki"
[people.yuki]
name = "Yuki"
email = "yuki@example.org"
timezone = "Asia/Tokyo"
quiet = "19:00-07:00"
[channels.email]
type = "console"
[reminders.default]
before = ["7 days"]
[tracks.t]
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = 2024-06-28
""")
    start, end = datetime(2024, 6, 21, 11, tzinfo=UTC), datetime(2024, 6, 30, tzinfo=UTC)
    found = [(f"{one.at:%d %H:%M}", one.recipient) for one in forecast(plan, start, end)]
    assert found == [("21 22:00", "yuki")]


@some
@given(cases())
def test_a_day_without_work_has_no_reminder_where_the_policy_forbids_it(case: Case) -> None:
    text, start, until = case
    plan = read(text)
    for one in forecast(plan, start, until):
        policy = plan.policy(plan.milestones[one.milestone].policy)
        if policy.only_working_days and not by_clock(one) and not one.late:
            assert plan.workdays.is_working(one.day), one


@some
@given(cases())
def test_what_is_done_or_cancelled_is_never_reminded_of(case: Case) -> None:
    text, start, until = case
    plan = read(text)
    for one in forecast(plan, start, until):
        assert plan.milestones[one.milestone].status not in ("done", "cancelled")
        needs = plan.milestones[one.milestone].needs
        waiting = any(plan.milestones[need].status != "done" for need in needs)
        assert not waiting or one.stage == "date-wanted"


@some
@given(cases())
def test_one_stage_of_an_occurrence_a_day_for_each_recipient_and_channel(case: Case) -> None:
    text, start, until = case
    seen = set()
    for one in forecast(read(text), start, until):
        if one.stage != "date-wanted":
            place = (one.occurrence, one.recipient, one.channel, one.day)
            assert place not in seen, one
            seen.add(place)


@some
@given(cases())
def test_every_stage_is_sent_or_has_a_reason(case: Case) -> None:
    text, start, until = case
    plan = read(text)
    unsent: list[Unsent] = []
    sent = forecast(plan, start, until, unsent)
    explained = {(one.occurrence, one.stage) for one in unsent}
    explained |= {(one.occurrence, one.stage) for one in sent}
    whole = {one.occurrence for one in unsent if not one.stage}
    planner = Planner(plan, Dates(plan))
    for milestone in plan.milestones.values():
        for occurrence in coming(planner, milestone, start, until):
            if occurrence.id in whole or settled(plan, occurrence.id):
                continue
            policy = plan.policy(milestone.policy)
            for stage in stages(occurrence, policy, plan.workdays):
                told = (occurrence.id, stage.name) in explained
                later = stage.day >= (until - ZONES_AND_QUIET_HOURS).date()
                named = escalated_to(plan, milestone, stage.to)
                nobody = stage.kind == "escalation" and not (
                    people_of(plan, named) or rooms_of(plan, named)
                )
                assert told or later or nobody, (occurrence.id, stage)


@some
@given(cases())
def test_who_asks_for_no_reasons_gets_the_same_reminders(case: Case) -> None:
    text, start, until = case
    plan = read(text)
    assert forecast(plan, start, until) == forecast(plan, start, until, [])


@pytest.mark.parametrize(
    ("due", "roll", "day", "words"),
    [
        ("2024-06", "previous", "2024-06-28", "June 2024"),
        ("2024-06-01/2024-06-02", "previous", "2024-05-31", "1 to 2 June 2024"),
        ("2024-05/2024-06", "next", "2024-07-01", "May to June 2024"),
        ("2024-06-01", "next", "2024-06-03", "1 June 2024"),
    ],
)
def test_other_alone_keeps_the_window_of_what_is_rolled(
    due: str, roll: str, day: str, words: str
) -> None:
    plan = read(f"""
[[tracks.t.milestones]]
id = "other"
title = "Other"
due = "{due}"
roll = "{roll}"
[[tracks.t.milestones]]
id = "with"
title = "With it"
due = "other"
""")
    dates = Dates(plan)
    other, along = (dates.single(plan.milestones[f"t/{name}"]) for name in ("other", "with"))
    assert str(along.due) == str(other.due) == day
    assert along.window == other.window
    assert along.due_text() == other.due_text() == words


LAST = known_to("KE")


@pytest.mark.parametrize(
    ("due", "policy"),
    [
        (f"{LAST}-12-30", ""),
        ("2024-05-05", 'overdue = { every = "1000 working days", at-most = 1000 }'),
        ("2024-05-05", 'overdue = { every = "100 years", at-most = 1000 }'),
        ("1970-01-05", 'before = ["100 years"]'),
        ("tbc", 'date-wanted = "100 years"'),
    ],
)
def test_what_lies_beyond_all_known_years_stops_nothing(due: str, policy: str) -> None:
    plan = read(f"""
[plan]
holidays = ["KE"]
[people.dora]
email = "dora@example.org"
[channels.email]
type = "console"
{f"[reminders.default]{chr(10)}{policy}" if policy else ""}
[tracks.t]
owner = "dora"
[[tracks.t.milestones]]
id = "draft"
title = "Draft"
due = "{due}"
""")
    start = datetime(LAST if due.startswith(str(LAST)) else 2024, 1, 1, tzinfo=UTC)
    found = {one.stage for one in forecast(plan, start, start + timedelta(days=500))}
    if not policy:
        assert {"before:30 days", "on-the-day", "overdue:1", "overdue:10"} <= found
    assert bool(found) == (due != "1970-01-05" and "overdue" not in policy)


@pytest.mark.parametrize(
    ("away", "event", "due"),
    [
        ("", f"{LAST + 9}-01-01", f"{LAST + 9}-01-01"),
        (" + 3 days", f"{LAST + 9}-01-01", f"{LAST + 9}-01-04"),
        (" + 500 years", "2024-05-01", "None"),
        (" + 90000 years", "2024-05-01", "None"),
        (" - 100 years", "2024-05-01", "None"),
        (" + 100000 working days", "2024-05-01", "None"),
    ],
)
def test_a_watched_date_far_away_stops_nothing(away: str, event: str, due: str) -> None:
    plan = read(f"""
[plan]
holidays = ["KE"]
[people.dora]
email = "dora@example.org"
[channels.email]
type = "console"
[calendars.board]
file = "board.ics"
[tracks.t]
owner = "dora"
[[tracks.t.milestones]]
id = "draft"
title = "Draft"
due = "calendar:board/session{away}"
[requests.march]
closes = "calendar:board/session{away}"
opens = "90000 years"
""")
    name = "calendar:board/session"
    known = Milestone(id=name, track="calendar:board", title="Session", due=parse_due(event))
    plan = replace(plan, events={name: known})
    assert str(Dates(plan).single(plan.milestones["t/draft"]).due) == due
    start = datetime(2024, 1, 1, tzinfo=UTC)
    assert not forecast(plan, start, start + timedelta(days=500))
