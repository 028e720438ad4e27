"""How a commitment stood at the period's end, and under which heading it belongs."""

from dataclasses import replace
from datetime import date

import pytest

from calendars.entry import AllDay, Entry
from scheduler.briefing.items import outlook
from scheduler.briefing.period import Period
from scheduler.briefing.sections import PARTS, is_promised, items
from scheduler.feeds import Gone
from scheduler.outbox.values import StoredReport
from scheduler.past import Past
from scheduler.standing import Slip
from tests.scheduler.briefing.office import (
    LATER,
    SPRING,
    at,
    chapter,
    milestone,
    only,
    plan,
    report,
    shown,
    slip,
)

APRIL, SEPTEMBER = ("2024-04-30", "April 2024"), ("2024-09-30", "September 2024")


def parts(
    lines: str, reports: list[StoredReport], slips: list[Slip], *, now: str = "2024-08-01"
) -> set[str]:
    """The headings under which the only milestone of a plan stands."""
    found = shown(plan(lines), reports, slips, now=at(now))
    names = {part.key for part in PARTS if items(found, chapter(found), part.holds)}
    return names | ({"promised"} if items(found, chapter(found), is_promised) else set())


@pytest.mark.parametrize(
    ("lines", "reports", "slips", "headings"),
    [
        (milestone("a", '"2024-05"'), [], [], {"promised", "late"}),
        (milestone("a", '"2024-05"'), [report("a", "2024-05-06", "done")], [],
            {"promised", "done"}),
        (milestone("a", '"2024-05"'), [report("a", "2024-03-06", "done")], [], {"promised"}),
        (milestone("a", '"2024-05"'), [report("a", "2024-07-06", "done")], [],
            {"promised", "late"}),
        (milestone("a", '"2024-02"'), [], [], {"late"}),
        (milestone("a", '"2024-02"'), [report("a", "2024-05-06", "done")], [], {"done"}),
        (milestone("a", '"2024-02"'), [report("a", "2024-03-06", "done")], [], set()),
        (milestone("a", '"2024-09"'), [], [], {"next"}),
        (milestone("a", '"2024-09"'), [report("a", "2024-05-06", "done")], [], {"done"}),
        (
            milestone("a", '"2024-09"'), [report("a", "2024-05-06", "at-risk")], [],
            {"underway", "next"},
        ),
        (milestone("a", '"2024-09"'), [report("a", "2024-02-06", "at-risk")], [], {"next"}),
        (milestone("a", '"2024-09"'), [report("a", "2024-05-06", "note", "soon")], [],
            {"underway", "next"}),
        (milestone("a", '"tbc"'), [], [], {"undated"}),
        (milestone("a", '"tbc"'), [report("a", "2024-05-06", "on-track")], [],
            {"underway", "undated"}),
        (milestone("a", '"2024-05"', 'status = "done"'), [], [], {"promised", "done"}),
        (milestone("a", '"2024-02"', 'status = "done"'), [], [], set()),
        (milestone("a", '"2024-05"', 'status = "cancelled"'), [], [], {"promised", "dropped"}),
        (milestone("a", '"2024-09"'), [report("a", "2024-05-06", "cancelled")], [], {"dropped"}),
        (milestone("a", '"2024-09"'), [report("a", "2024-02-06", "cancelled")], [], set()),
        (milestone("a", '"2024-09"'), [], [slip("a", "2024-05-06", APRIL, SEPTEMBER)],
            {"promised", "moved", "next"}),
        (milestone("a", '"2024-09"'), [], [slip("a", "2024-03-06", APRIL, SEPTEMBER)], {"next"}),
        (milestone("a", '"2024-09"'), [], [slip("a", "2024-07-06", APRIL, SEPTEMBER)],
            {"promised", "late"}),
        (milestone("a", '"2024-09"'), [], [slip("a", "2024-05-06", None, SEPTEMBER)],
            {"moved", "next"}),
        (milestone("a", '"tbc"'), [], [slip("a", "2024-05-06", APRIL, None)],
            {"promised", "moved", "undated"}),
        (milestone("a", '"2024-05"', 'reminders = "meeting"'), [], [], {"promised"}),
        (milestone("a", '"2024-05"', 'reminders = "meeting"'),
            [report("a", "2024-05-06", "delayed")], [], {"promised", "underway"}),
    ],
)  # fmt: skip
def test_headings(
    lines: str, reports: list[StoredReport], slips: list[Slip], headings: set[str]
) -> None:
    assert parts(lines, reports, slips) == headings


@pytest.mark.parametrize(
    ("now", "headings"),
    [
        ("2024-06-28", {"promised", "next"}),
        ("2024-06-30", {"promised", "next"}),
        ("2024-07-01", {"promised", "late"}),
        ("2025-01-01", {"promised", "late"}),
    ],
)
def test_what_is_due_on_the_last_day_is_late_once_that_is_over(
    now: str, headings: set[str]
) -> None:
    assert parts(milestone("a", "2024-06-30"), [], [], now=now) == headings


@pytest.mark.parametrize(
    ("due", "now", "days"),
    [
        ('"2024-05"', "2024-08-01", 20),
        ('"2024-05"', "2024-06-05", 3),
        ('"2024-04"', "2024-05-03", 2),  # 1 May is a holiday
        ("2024-06-28", "2024-08-01", 0),
    ],
)
def test_lateness_is_counted_in_working_days_to_the_end_of_the_period(
    due: str, now: str, days: int
) -> None:
    item = only(shown(plan(milestone("a", due)), now=at(now)))
    assert (item.state, item.late) == ("late", days)


def test_a_past_period_tells_the_same_whatever_happened_since() -> None:
    whole = plan(milestone("a", '"2024-09"'), milestone("b", '"2024-05"'))
    then = [report("b", "2024-06-03", "at-risk", "Two are open.", 40)]
    since = [report("b", "2024-07-01", "done"), report("a", "2024-07-02", "cancelled")]
    moved = [slip("a", "2024-05-06", APRIL, SEPTEMBER)]
    moved_since = [slip("a", "2024-07-06", SEPTEMBER, SEPTEMBER)]
    first = shown(whole, then, moved, now=at("2024-07-01"))
    second = shown(whole, [*then, *since], [*moved, *moved_since], now=at("2026-01-01"))
    dates = [(item.when.due, item.before.due, item.state) for item in chapter(first).items]
    assert dates == [(item.when.due, item.before.due, item.state) for item in chapter(second).items]
    assert dates[0] == (date(2024, 9, 30), date(2024, 4, 30), "planned")
    assert first.changed == second.changed == at("2024-06-03")


def test_the_last_note_is_told_beside_the_last_state() -> None:
    said = [
        report("a", "2024-05-06", "at-risk", "Early."),
        report("a", "2024-05-09", "note", "Now."),
    ]
    found = only(shown(plan(milestone("a", '"2024-09"')), said)).said
    assert found is not None
    assert (found.state, found.note, found.at) == ("at-risk", "Now.", at("2024-05-09"))


def test_what_is_not_public_stays_inside() -> None:
    whole = plan(milestone("a", '"2024-05"', "public = false"), milestone("b", '"2024-05"'))
    assert [one.milestone.id for one in chapter(shown(whole)).items] == ["one/b"]
    inside = chapter(shown(whole, internal=True)).items
    assert [one.milestone.id for one in inside] == ["one/a", "one/b"]


def test_of_one_that_repeats_the_period_and_the_next() -> None:
    weekly = milestone("a", "2024-01-02", 'repeats = "monthly"', 'reminders = "meeting"')
    found = shown(plan(weekly))
    dues = [(str(item.when.due), item.following) for item in chapter(found).items]
    assert dues == [
        ("2024-04-02", False),
        ("2024-05-02", False),
        ("2024-06-02", False),
        ("2024-07-02", True),
    ]
    (coming,) = items(found, chapter(found), PARTS[5].holds)
    assert coming.when.due == date(2024, 7, 2)


def test_every_occurrence_that_is_late_is_told_however_old() -> None:
    chased = milestone("a", "2023-11-02", 'repeats = "monthly"')
    done = [report(f"a@2024-0{month}-02", f"2024-0{month}-03", "done") for month in (1, 2, 3, 4)]
    found = shown(plan(chased), done)
    late = items(found, chapter(found), PARTS[1].holds)
    days = ["2023-11-02", "2023-12-02", "2024-05-02", "2024-06-02"]
    assert [str(item.when.due) for item in late] == days
    assert items(found, chapter(found), PARTS[0].holds)[0].settled == date(2024, 4, 3)


def test_what_left_the_plan_in_the_period_is_told() -> None:
    entry = Entry(
        "x@y", "Gone one", AllDay(date(2024, 5, 1), date(2024, 5, 2)), "May 2024", at("2024-01-01"),
        at("2024-01-01"),
    )  # fmt: skip
    left = Gone("one/gone", "one", (), (), True, entry, at("2024-05-09"))
    whole = plan(milestone("a", '"tbc"'))
    past = Past(
        (),
        (),
        (
            left,
            replace(left, milestone="one/old", at=at("2024-03-09")),
            replace(left, milestone="one/new", at=at("2024-07-09")),
            replace(left, milestone="one/secret", public=False),
            replace(left, milestone="one/a"),
        ),
    )
    found = chapter(outlook(whole, past, SPRING, LATER))
    assert [one.milestone for one in found.gone] == ["one/gone"]
    inside = chapter(outlook(whole, past, SPRING, LATER, internal=True))
    assert [one.milestone for one in inside.gone] == ["one/gone", "one/secret"]


def test_a_period_to_come_tells_what_is_promised_for_it() -> None:
    autumn = Period(date(2024, 9, 1), date(2024, 11, 30))
    found = shown(plan(milestone("a", '"2024-10"')), period=autumn)
    assert found.day == LATER.date()
    assert [item.state for item in items(found, chapter(found), is_promised)] == ["planned"]


def test_only_the_tracks_that_are_asked_for() -> None:
    head = '\n[tracks.two]\ntitle = "Two"\nowner = "housing"\n'
    more = head + 'milestones = [{ id = "b", title = "B", due = "tbc" }]'
    whole = plan(milestone("a", '"tbc"'), more=more)
    found = outlook(whole, Past(), SPRING, LATER, tracks=["two"])
    assert [one.track.id for one in found.chapters] == ["two"]
    both = outlook(whole, Past(), SPRING, LATER)
    assert [one.track.id for one in both.chapters] == ["one", "two"]


def test_what_comes_next_is_told_in_the_order_of_its_dates() -> None:
    moved = slip("a", "2024-05-03", ("2024-06-30", "June 2024"), ("2024-12-31", "December 2024"))
    found = shown(plan(milestone("a", '"2024-12"'), milestone("b", '"2024-08"')), slips=[moved])
    ahead = next(part for part in PARTS if part.key == "next")
    ids = [item.milestone.short_id for item in items(found, chapter(found), ahead.holds)]
    assert ids == ["b", "a"]
