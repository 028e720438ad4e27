"""The transcript of a year: not one message more or less than the rules ask for."""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calendars.zones import local_day
from scheduler.outbox.values import is_of_policy
from tests.scheduler.golden_rehearsal.year import (
    DEAD,
    REPORTED,
    ROOM,
    TOLD,
    Sent,
    Year,
    lived,
    transcript,
)
from tests.scheduler.rehearsing import at

GOLDEN = Path(__file__).parent / "transcript.txt"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The year, lived once."""
    return lived(tmp_path_factory.mktemp("year"))


def of(year: Year, recipient: str) -> list[Sent]:
    """What somebody got, by time."""
    found = [one for one in year.arrived if year.recipient(one) == recipient]
    return sorted(found, key=lambda one: one.message.date)


def local(one: Sent, zone: str) -> date:
    """The recipient's day on which it came."""
    return local_day(one.message.date.astimezone(UTC), zone)


def test_the_transcript_is_as_it_was(year: Year) -> None:
    written = transcript(year)
    if os.environ.get("REWRITE_GOLDEN") == "1":
        GOLDEN.write_text(written, encoding="utf-8")
    assert written == GOLDEN.read_text(encoding="utf-8")


def test_no_message_came_twice_and_none_is_left(year: Year) -> None:
    assert len({one.message.key for one in year.arrived}) == len(year.arrived)
    assert {row["delivery"] for row in year.rows if row["state"] == "sent"} == {
        one.message.key for one in year.arrived
    }
    ended = datetime(2025, 1, 1, tzinfo=UTC)
    assert [
        row["key"] for row in year.rows if row["state"] == "planned" and row["at"] < ended
    ] == []


def test_what_is_due_in_one_minute_is_one_message(year: Year) -> None:
    asked = [one for one in year.arrived if not year.stages(one).keys() & TOLD]
    slots = Counter(
        (year.recipient(one), one.channel, f"{one.message.date:%Y-%m-%d %H:%M}") for one in asked
    )
    assert [slot for slot, number in slots.items() if number > 1] == []


def test_nobody_is_told_one_thing_twice_a_day(year: Year) -> None:
    """Of the stages of one milestone on one day the later one alone."""
    days = Counter(
        (row["occurrence"], row["recipient"], row["channel"], row["day"])
        for row in year.rows
        if row["state"] == "sent" and is_of_policy(row["stage"])
    )
    assert [one for one, number in days.items() if number > 1] == []


def test_who_is_away_gets_nothing_and_the_deputy_hears_for_whom(year: Year) -> None:
    august = [one for one in of(year, "claire") if local(one, "Europe/Paris").month == 8]
    assert august == []
    stood_in = [row for row in year.rows if row["behalf"] == "claire" and row["state"] == "sent"]
    assert {row["recipient"] for row in stood_in} == {"yusuf"}
    assert {row["day"].month for row in stood_in} == {8}


def test_a_weekly_digest_comes_on_the_first_working_day(year: Year) -> None:
    """But for what waits for none, and what was known too late for its digest."""
    waits = ("before", "opening", "date-wanted")
    for one in of(year, "yusuf"):
        day = local(one, "America/New_York")
        if any(stage.startswith(waits) for stage in year.stages(one)) and day > date(2024, 3, 21):
            assert day.weekday() == 0 or day == date(2024, 10, 22), "Monday the 21st was a holiday"


def test_the_dead_room_gets_nothing_and_delays_nobody(year: Year) -> None:
    room = [one for one in year.arrived if one.channel == ROOM]
    assert [one for one in room if DEAD[0] <= one.message.date < DEAD[1]] == []
    assert len(room) > 20
    for row in year.rows:
        if row["state"] == "sent" and row["channel"] != ROOM:
            assert row["sent_at"] - row["at"] < timedelta(minutes=1)
    failed = {(row["channel"], row["stage"]) for row in year.rows if row["state"] == "failed"}
    assert failed == {(ROOM, "date-wanted"), (ROOM, "before:7 days")}


def test_nothing_is_asked_of_what_is_done(year: Year) -> None:
    done = {what: at(when) for when, what, word in REPORTED if word == "done"}
    late = [
        row["key"]
        for row in year.rows
        if row["state"] == "sent" and row["sent_at"] > done.get(row["occurrence"], row["sent_at"])
    ]
    assert late == []


def test_coordinators_hear_once_a_week_and_only_of_something(year: Year) -> None:
    digests = [one for one in of(year, "amina") if "coordinators-digest" in year.stages(one)]
    weeks = [local(one, "Africa/Nairobi").isocalendar()[:2] for one in digests]
    assert len(set(weeks)) == len(weeks) == 10
    assert all(_pressing(one.message.lead) for one in digests)


def _pressing(lead: Any) -> bool:
    return any(word in lead for word in ("late", "paused", "not delivered", "blocked", "past"))
