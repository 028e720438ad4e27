"""What stands in the coordinators' digest: each milestone in the first list that fits."""

from datetime import UTC, datetime

import pytest

from config.load import load_texts
from config.plan import Plan
from scheduler.matters import Matters, late_for, matters
from scheduler.planning.occurrences import Dates
from scheduler.standing import State

HEAD = """
[plan]
name = "Matters"
coordinators = ["amina"]
[people.amina]
name = "Amina"
email = "amina@example.org"
away = ["2024-06-01/2024-06-30"]
deputy = "mei"
[people.mei]
name = "Mei"
email = "mei@example.org"
[reminders.default]
overdue = { every = "3 working days" }
[reminders.meeting]
before = ["1 day"]
[tracks.t]
title = "Track"
owner = "amina"
"""
SEEN = datetime(2024, 3, 21, 9, tzinfo=UTC)
NOW = datetime(2024, 6, 10, 9, tzinfo=UTC)
DONE, RISK = State("done"), State("at-risk")


def plan_of(*milestones: str) -> Plan:
    parts = [f'[[tracks.t.milestones]]\ntitle = "M"\n{one}\n' for one in milestones]
    return load_texts({"plan.toml": HEAD + "".join(parts)}).plan


def found(
    plan: Plan, states: dict[str, State] | None = None, since: datetime | None = None
) -> Matters:
    seen = dict.fromkeys(plan.milestones, SEEN)
    asked = dict.fromkeys(plan.milestones, SEEN)
    return matters(Dates(plan), states or {}, seen, asked, since, NOW)


def listed(of: Matters) -> dict[str, list[str]]:
    lists = {"late": of.late, "blocked": of.blocked, "past": of.past, "wanted": of.wanted}
    return {name: [one.occurrence.id for one in some] for name, some in lists.items() if some}


LATE, AHEAD = 'id = "a"\ndue = 2024-06-03', 'id = "b"\ndue = 2024-09-02'


@pytest.mark.parametrize(
    ("milestones", "states", "expected"),
    [
        ([LATE, AHEAD], {}, {"late": ["t/a"]}),
        ([LATE], {"t/a": RISK}, {"late": ["t/a"]}),
        ([LATE], {"t/a": DONE}, {}),
        ([LATE + '\nstatus = "cancelled"'], {}, {}),
        (['id = "a"\ndue = 2024-06-10'], {}, {}),
        ([LATE + '\nreminders = "meeting"'], {}, {}),
        ([LATE, AHEAD + '\nneeds = ["a"]'], {}, {"late": ["t/a"], "blocked": ["t/b"]}),
        ([LATE, AHEAD + '\nneeds = ["a"]'], {"t/a": DONE}, {}),
        ([LATE, AHEAD + '\nneeds = ["a"]\nstatus = "done"'], {}, {"late": ["t/a"]}),
        (['id = "a"\ndue = 2024-09-01', AHEAD + '\nneeds = ["a"]'], {}, {}),
        (['id = "a"\ndue = 2024-03-20'], {}, {"past": ["t/a"]}),
        (['id = "a"\ndue = 2024-03-20\nreminders = "meeting"'], {}, {"past": ["t/a"]}),
        (['id = "a"\ndue = 2024-03-20'], {"t/a": DONE}, {}),
        (['id = "a"\ndue = 2024-03-21'], {}, {"late": ["t/a"]}),
        (['id = "a"\ndue = "tbc"'], {}, {"wanted": ["t/a"]}),
        (['id = "a"\ndue = "tbc"'], {"t/a": DONE}, {}),
        (
            ['id = "a"\ndue = 2024-06-03', 'id = "c"\ndue = 2024-05-01'],
            {},
            {"late": ["t/c", "t/a"]},
        ),
    ],
)  # fmt: skip
def test_the_lists(
    milestones: list[str], states: dict[str, State], expected: dict[str, list[str]]
) -> None:
    assert listed(found(plan_of(*milestones), states)) == expected


def test_of_a_repeating_one_the_earliest_late_date_and_how_many_more() -> None:
    plan = plan_of('id = "a"\ndue = 2024-01-15\nrepeats = "monthly"')
    (one,) = found(plan, {"t/a@2024-04-15": DONE}).late
    assert (one.occurrence.id, one.further) == ("t/a@2024-05-15", 0)
    (one,) = found(plan).late
    assert (one.occurrence.id, one.further) == ("t/a@2024-04-15", 1), "not those before it was seen"


def test_what_blocks_is_named() -> None:
    (one,) = found(plan_of(LATE, AHEAD + '\nneeds = ["a"]')).blocked
    assert [need.id for need in one.needs] == ["t/a"]


def test_what_is_past_is_listed_once_and_counted_afterwards() -> None:
    plan = plan_of('id = "a"\ndue = 2024-03-20')
    first, again = found(plan), found(plan, since=datetime(2024, 6, 3, 9, tzinfo=UTC))
    assert (len(first.past), first.told, first.pressing) == (1, 0, True)
    assert (len(again.past), again.told, again.pressing) == (0, 1, False)


def test_a_date_that_is_wanted_is_no_message_by_itself() -> None:
    wanted = found(plan_of('id = "a"\ndue = "tbc"'))
    assert wanted.wanted[0].since == SEEN
    assert not wanted.pressing


def test_a_week_lists_what_is_late_to_whoever_answers_for_it() -> None:
    plan = plan_of(LATE, AHEAD, 'id = "c"\ndue = 2024-06-03\nneeds = ["b"]')
    dates, seen = Dates(plan), dict.fromkeys(plan.milestones, SEEN)
    assert [one.id for one in late_for(dates, {}, seen, "mei", NOW)] == ["t/a"]
    assert late_for(dates, {}, seen, "amina", NOW) == [], "she is away"
    assert late_for(dates, {"t/a": DONE}, seen, "mei", NOW) == []
