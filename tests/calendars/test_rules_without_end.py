"""Rules that end by a count, or that would never come to an end."""

from datetime import datetime

import pytest

from calendars.recurrence import RecurrenceError, first, parse_recurrence

START = datetime(2024, 1, 1)


def test_a_rule_with_a_count_has_a_first_time() -> None:
    assert first(parse_recurrence("FREQ=MONTHLY;BYDAY=3TU;COUNT=3"), START, "UTC") == datetime(
        2024, 1, 16
    )


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=3;UNTIL=20250101",
        "FREQ=MONTHLY;BYDAY=9TU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
    ],
)
def test_a_rule_that_cannot_run_is_refused(rule: str) -> None:
    with pytest.raises(RecurrenceError, match=";"):
        first(parse_recurrence(rule), START, "UTC")
