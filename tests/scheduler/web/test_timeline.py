"""The places of dates on the axis of time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.durations import add_months
from scheduler.standing import Slip
from scheduler.web.timeline import Timeline, timeline
from scheduler.web.views import picture
from tests.scheduler.test_feeds import NOW, made, milestone

TODAY = NOW.date()


def drawn(due: str, more: str = "", slips: list[Slip] | None = None) -> Timeline:
    """The timeline of one milestone as of 2 April 2024."""
    plan = made(milestone("draft", due, more))
    return timeline(picture(plan, {}, slips or [], NOW).rows.values(), TODAY)


def day_at(line: Timeline, at: float) -> date:
    """The day at a place of the axis."""
    return line.first + timedelta(days=round((line.last - line.first).days * at / 100))


@pytest.mark.parametrize(
    ("due", "first", "end", "point", "certain"),
    [
        ('"2024-04-30"', date(2024, 4, 30), date(2024, 5, 1), True, True),
        ('"2024-05"', date(2024, 5, 1), date(2024, 6, 1), False, True),
        ('"2024-Q3?"', date(2024, 7, 1), date(2024, 10, 1), False, False),
        ('"2024"', date(2024, 1, 1), date(2025, 1, 1), False, True),
        ('"2024-05-10/2024-05-20"', date(2024, 5, 10), date(2024, 5, 21), False, True),
    ],
)
def test_a_date_is_as_long_as_it_was_promised(
    due: str, first: date, end: date, point: bool, certain: bool
) -> None:
    line = drawn(due)
    (mark,) = line.lines[0].marks
    assert (day_at(line, mark.start), day_at(line, mark.end)) == (first, end)
    assert (mark.point, mark.certain) == (point, certain)
    assert not mark.beyond
    assert day_at(line, line.today) == TODAY


def test_what_has_no_date_has_no_mark() -> None:
    assert drawn('"tbc"').lines[0].marks == ()


def test_a_far_year_does_not_shrink_all_others() -> None:
    line = drawn('"2024/2040"')
    assert line.last == add_months(line.first, 36)
    (mark,) = line.lines[0].marks
    assert mark.beyond
    assert mark.end == 100
    assert drawn('"2040"').lines[0].marks == ()


def test_a_slip_leaves_its_old_day_to_be_seen() -> None:
    slip = Slip("one/draft", NOW, date(2024, 4, 30), "April 2024", date(2024, 6, 30), "June 2024")
    line = drawn('"2024-06"', slips=[slip])
    (place,) = line.lines[0].slipped
    assert day_at(line, place) == date(2024, 4, 30)


def test_a_repeat_is_marked_each_time() -> None:
    line = drawn("2024-04-03", 'repeats = "FREQ=MONTHLY;COUNT=5"')
    assert len(line.lines[0].marks) == 5
    assert len(drawn("2024-04-03", 'repeats = "weekly"').lines[0].marks) > 5


def test_what_lies_behind_the_end_of_the_axis_is_later() -> None:
    line = drawn("2034-04-03").lines[0]
    assert line.later
    assert line.marks == ()
    assert not drawn("2024-04-03").lines[0].later
    assert not drawn('"tbc"').lines[0].later


days = st.dates(date(2023, 1, 1), date(2029, 12, 31))


@given(days, days, days)
def test_every_place_is_on_the_axis(one: date, other: date, old: date) -> None:
    first, last = sorted((one, other))
    slip = Slip("one/draft", NOW, old, "then", last, "now")
    line = drawn(f'"{first}/{last}"', slips=[slip])
    places = [tick.at for tick in line.ticks] + [line.today, *line.lines[0].slipped]
    for mark in line.lines[0].marks:
        assert mark.start <= mark.due <= mark.end
        places += [mark.start, mark.due, mark.end]
    assert all(0 <= place <= 100 for place in places)
    assert line.first.day == line.last.day == 1
    assert line.first <= TODAY < line.last


def test_what_comes_after_a_late_date_is_not_drawn_as_late() -> None:
    marks = drawn('"2024-02"', 'repeats = "monthly"').lines[0].marks
    assert [one.state for one in marks[:3]] == ["late", "planned", "planned"]
