"""The state in which a milestone and a track are shown, and which occurrence counts now."""

from datetime import date

import pytest

from config.load import load_texts
from config.plan import Plan
from scheduler.standing import State, States
from scheduler.web.months import first_of_week, month
from scheduler.web.views import Picture, picture
from tests.scheduler.test_feeds import NOW, PLAN, made, milestone

MEETING = """
[reminders.meeting]
before = ["7 days"]

[reminders.default]
overdue = { every = "3 working days" }
"""


def plan_of(*milestones: str, extra: str = "") -> Plan:
    """A plan with a policy that chases and one that does not."""
    return made(*milestones, extra=extra + MEETING)


def shown(plan: Plan, states: States | None = None) -> Picture:
    """The picture as of 2 April 2024."""
    return picture(plan, states or {}, [], NOW)


@pytest.mark.parametrize(
    ("due", "more", "reported", "state"),
    [
        ('"2024-04-02"', "", None, "planned"),
        ('"2024-04-01"', "", None, "late"),
        ('"2024-04-01"', "", State("on-track"), "late"),
        ('"2024-04-01"', "", State("done"), "done"),
        ('"2024-04-01"', "", State("cancelled"), "cancelled"),
        ('"2024-04-01"', 'reminders = "meeting"', None, "past"),
        ('"2024-04"', "", None, "planned"),
        ('"2024-03"', "", None, "late"),
        ('"tbc"', "", None, "planned"),
        ('"tbc"', 'status = "done"', State("at-risk"), "done"),
        ('"2024-05-01"', "", State("at-risk"), "at-risk"),
        ('"2024-05-01"', 'status = "delayed"', None, "delayed"),
    ],
)
def test_the_state_of_a_milestone(due: str, more: str, reported: State | None, state: str) -> None:
    states = {"one/draft": reported} if reported else {}
    row = shown(plan_of(milestone("draft", due, more)), states).rows["one/draft"]
    assert row.state == state


@pytest.mark.parametrize(
    ("need", "reported", "state"),
    [
        ('"2024-04-01"', None, "blocked"),
        ('"2024-04-01"', State("done"), "planned"),
        ('"2024-04-20"', None, "planned"),
        ('"tbc"', None, "planned"),
    ],
)
def test_a_late_need_blocks(need: str, reported: State | None, state: str) -> None:
    plan = plan_of(milestone("first", need), milestone("then", '"2024-05-01"', 'needs = ["first"]'))
    states = {"one/first": reported} if reported else {}
    assert shown(plan, states).rows["one/then"].state == state


@pytest.mark.parametrize(
    ("states", "track"),
    [
        ({}, "late"),
        ({"one/a": State("done")}, "planned"),
        ({"one/a": State("done"), "one/b": State("at-risk")}, "at-risk"),
        ({"one/a": State("done"), "one/b": State("done")}, "done"),
        ({"one/a": State("cancelled"), "one/b": State("done")}, "done"),
        ({"one/a": State("cancelled"), "one/b": State("cancelled")}, "planned"),
    ],
)
def test_the_state_of_a_track(states: States, track: str) -> None:
    plan = plan_of(milestone("a", '"2024-04-01"'), milestone("b", '"2024-05-01"'))
    assert shown(plan, states).tracks["one"].state == track


def test_a_track_sums_up() -> None:
    plan = plan_of(
        milestone("a", '"2024-04-01"'),
        milestone("b", '"2024-05-01"'),
        milestone("c", '"tbc"'),
        milestone("d", '"2024-04-20"'),
    )
    summary = shown(plan, {"one/d": State("cancelled")}).tracks["one"]
    assert (summary.done, summary.counted, summary.late, summary.undated) == (0, 3, 1, 1)
    assert summary.next is not None
    assert summary.next.milestone.id == "one/b"


@pytest.mark.parametrize(
    ("more", "states", "day"),
    [
        ("", {}, date(2024, 3, 20)),
        ("", {"one/talk@2024-03-20": State("done")}, date(2024, 3, 27)),
        ('reminders = "meeting"', {}, date(2024, 4, 3)),
        ('reminders = "meeting"', {"one/talk@2024-04-03": State("cancelled")}, date(2024, 4, 10)),
    ],
)
def test_which_occurrence_counts_now(more: str, states: States, day: date) -> None:
    plan = plan_of(milestone("talk", "2024-03-20", f'repeats = "weekly"\n{more}'))
    row = shown(plan, states).rows["one/talk"]
    assert row.occurrence.due == day
    assert all(one.due and one.due >= NOW.date() for one in row.coming)


def test_after_its_last_occurrence_a_meeting_is_past() -> None:
    rule = 'repeats = "FREQ=WEEKLY;COUNT=2"\nreminders = "meeting"'
    row = shown(plan_of(milestone("talk", "2024-03-13", rule))).rows["one/talk"]
    assert (row.state, row.occurrence.due, row.open) == ("past", date(2024, 3, 20), False)


def test_a_month_has_whole_weeks_from_the_day_after_the_weekend() -> None:
    made_up = shown(plan_of(milestone("a", '"2024-04-30"'), milestone("b", '"2024-04"')))
    april = month(made_up, date(2024, 4, 1))
    assert [len(week) for week in april.weeks] == [7] * 5
    assert april.weeks[0][0].day == date(2024, 4, 1)
    assert [one.row.milestone.short_id for one in april.within] == ["b"]
    on_a_day = {day.day: day.shown for week in april.weeks for day in week if day.shown}
    assert list(on_a_day) == [date(2024, 4, 30)]
    assert sum(day.today for week in april.weeks for day in week) == 1


@pytest.mark.parametrize(
    ("weekend", "first"),
    [("", 0), ('weekend = ["friday", "saturday"]', 6), ('weekend = ["friday"]', 5)],
)
def test_the_week_begins_after_the_weekend(weekend: str, first: int) -> None:
    text = PLAN.replace('id = "promises"\n', f'id = "promises"\n{weekend}\n', 1)
    text += "[[tracks.one.milestones]]\n" + milestone("draft")
    assert first_of_week(load_texts({"plan.toml": text}).plan) == first


def test_each_date_of_a_repeating_milestone_is_in_its_own_state() -> None:
    plan = plan_of(milestone("talk", '"2024-01"', 'repeats = "monthly"'))
    states = {"one/talk@2024-01-31": State("done"), "one/talk@2024-04-30": State("at-risk")}
    made_up = shown(plan, states)
    row = made_up.rows["one/talk"]
    assert (row.occurrence.due, row.state) == (date(2024, 2, 29), "late")
    assert row.after[:2] == ("at-risk", "planned")
    found = [month(made_up, date(2024, number, 1)).within[0].state for number in range(1, 6)]
    assert found == ["done", "late", "late", "at-risk", "planned"]
