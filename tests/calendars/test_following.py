"""The next date of an entry that repeats."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from calendars.entry import AllDay, Entry, Override, Timed
from calendars.following import following

NAIROBI = "Africa/Nairobi"
SECOND = datetime(2024, 2, 20, 12, tzinfo=UTC)
THIRD = datetime(2024, 3, 19, 12, tzinfo=UTC)
MEETING = Timed(datetime(2024, 1, 16, 12, tzinfo=UTC), timedelta(hours=1), NAIROBI)
MONTHLY = "FREQ=MONTHLY;BYDAY=3TU"


def entry(when: AllDay | Timed | None, rrule: str | None = MONTHLY, **more: Any) -> Entry:
    made = datetime(2024, 1, 1, tzinfo=UTC)
    return Entry("u", "Meeting", when, "", made, made, rrule=rrule, **more)


def meets(start: datetime) -> Timed:
    return Timed(start, MEETING.duration, NAIROBI)


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (datetime(2024, 1, 1, tzinfo=UTC), MEETING.start),
        (datetime(2024, 1, 16, 13, tzinfo=UTC), MEETING.start),
        (datetime(2024, 1, 16, 13, 1, tzinfo=UTC), SECOND),
        (datetime(2024, 2, 21, tzinfo=UTC), THIRD),
    ],
)
def test_a_meeting_that_is_not_over(now: datetime, start: datetime) -> None:
    assert following(entry(MEETING), now) == meets(start)


@pytest.mark.parametrize(
    ("more", "start"),
    [
        ({"exdates": (SECOND,)}, THIRD),
        ({"overrides": (Override(SECOND, SECOND, 0, state="cancelled"),)}, THIRD),
        ({"overrides": (Override(SECOND, THIRD + timedelta(1), 1),)}, THIRD),
        ({"overrides": (Override(THIRD, SECOND - timedelta(1), 1),)}, SECOND - timedelta(1)),
        ({"overrides": (Override(SECOND, SECOND, 0, state="at-risk"),)}, SECOND),
    ],
    ids=["left out", "cancelled", "moved back", "another moved before it", "as it was"],
)
def test_what_was_left_out_and_moved_counts(more: dict[str, Any], start: datetime) -> None:
    found = following(entry(MEETING, **more), datetime(2024, 2, 1, tzinfo=UTC))
    assert found == meets(start)


@pytest.mark.parametrize(
    ("day", "first"),
    [("2024-04-05", "2024-04-03"), ("2024-04-06", "2024-04-10"), ("2024-04-11", "2024-04-17")],
)
def test_days_are_over_with_the_last_of_them(day: str, first: str) -> None:
    days = entry(
        AllDay(date(2024, 4, 3), date(2024, 4, 6)),
        "FREQ=WEEKLY;COUNT=3",
        overrides=(Override(date(2024, 4, 10), date(2024, 4, 8), 1),),
    )
    found = following(days, datetime.fromisoformat(day).replace(tzinfo=UTC))
    begins = date(2024, 4, 8) if first == "2024-04-10" else date.fromisoformat(first)
    assert found == AllDay(begins, begins + timedelta(3))


def test_a_series_that_is_over_has_none() -> None:
    ended = entry(MEETING, f"{MONTHLY};COUNT=2")
    assert following(ended, SECOND) == meets(SECOND)
    assert following(ended, THIRD) is None


@pytest.mark.parametrize("when", [None, MEETING])
def test_what_does_not_repeat_has_its_date(when: Timed | None) -> None:
    assert following(entry(when, None), datetime(2030, 1, 1, tzinfo=UTC)) == when
