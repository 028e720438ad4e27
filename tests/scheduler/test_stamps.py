"""When an entry counts as changed, and when its sequence goes up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.remembered import look_again
from scheduler.stamps import Stamp, restamped
from scheduler.standing import State
from tests.scheduler.test_feeds import NOW, made, milestone

LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("due", "more", "modified", "sequence"),
    [
        ('"2024-04-30"', "", False, 0),
        ('"2024-04-30"', 'notes = "More of it."', True, 0),
        ('"2024-04-30"', 'said = "By the end of April"', True, 0),
        ('"2024-04-30"', 'tags = ["finance"]', True, 0),
        ('"2024-05-02"', "", True, 1),
        ('"2024-04"', "", True, 1),
        ('"2024-04-30?"', "", True, 1),
        ('"2024-04-30"', 'location = "Nairobi"', True, 1),
        ('"2024-04-30"', 'status = "on-track"', True, 1),
        ('"2024-04-30"', 'owner = "amina"', False, 0),
        ('"2024-04-30"', 'repeats = "weekly"', True, 1),
    ],
)
def test_what_changes_a_stamp(due: str, more: str, modified: bool, sequence: int) -> None:
    old = made(milestone("draft"))
    (first,) = look_again(old, old.milestones, {}, {}, NOW)
    new = made(milestone("draft", due, more))
    looked = list(look_again(new, new.milestones, {}, {"one/draft": first.stamp}, LATER))
    assert bool(looked) is modified
    for one in looked:
        assert one.stamp.created == NOW
        assert one.stamp.modified == LATER
        assert one.stamp.sequence == sequence


def test_a_report_changes_the_stamp_once() -> None:
    plan = made(milestone("draft"))
    (first,) = look_again(plan, plan.milestones, {}, {}, NOW)
    states = {"one/draft": State("done", at=LATER)}
    stamps = {"one/draft": first.stamp}
    (second,) = look_again(plan, plan.milestones, states, stamps, LATER)
    assert second.stamp.sequence == 1
    stamps = {"one/draft": second.stamp}
    assert not list(look_again(plan, plan.milestones, states, stamps, LATER + timedelta(days=9)))


looks = st.sampled_from(["a", "b", "c"])
times = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 31), timezones=st.just(UTC))


@given(st.lists(st.tuples(looks, looks, times), min_size=1))
def test_neither_time_nor_sequence_goes_back(seen: list[tuple[str, str, datetime]]) -> None:
    stamp: Stamp | None = None
    for look, placing, now in seen:
        after = restamped(stamp, look, placing, now)
        assert after.modified.microsecond == 0
        if stamp is not None:
            changed = (look, placing) != (stamp.look, stamp.placing)
            assert (after.modified > stamp.modified) is changed
            assert after.sequence - stamp.sequence == (placing != stamp.placing)
            assert after.created == stamp.created
        assert restamped(after, look, placing, now + timedelta(days=1)) is after
        stamp = after


def test_a_stamp_says_what_it_was_made_from() -> None:
    stamp = restamped(None, "look", "placing", NOW)
    assert replace(stamp, look="", placing="") == Stamp(NOW, NOW, 0)
