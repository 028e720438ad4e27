"""Claims: whole messages, one worker each, for as long as the lease runs."""

from itertools import pairwise

from scheduler.outbox.values import delivery_id
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import (
    DAY,
    HOUR,
    LEASE,
    MINUTE,
    SECOND,
    START,
    crowd,
    keys,
    put_off,
    reminder,
    sent,
)


def test_a_message_is_claimed_whole_and_once(stores: Stores) -> None:
    two = [reminder("t/a"), reminder("t/b")]
    stores.planning.insert([*two, reminder("t/a", recipient="ben")], START)
    claimed = stores.delivery.claim("email", START, "w1", LEASE, 10)
    assert sorted(len(one.reminders) for one in claimed) == [1, 2]
    both = next(one for one in claimed if len(one.reminders) == 2)
    assert both.reminders == tuple(two)
    assert both.delivery == delivery_id(one.key for one in two)
    assert (both.recipient, both.channel, both.attempt) == ("amina", "email", 1)
    assert stores.delivery.claim("email", START, "w2", LEASE, 10) == []


def test_nothing_is_claimed_before_its_time_or_on_another_channel(stores: Stores) -> None:
    stores.planning.insert([reminder(at=START + HOUR), reminder(channel="slack")], START)
    assert stores.delivery.claim("email", START, "w", LEASE, 10) == []
    assert len(stores.delivery.claim("slack", START, "w", LEASE, 10)) == 1
    assert len(stores.delivery.claim("email", START + HOUR, "w", LEASE, 10)) == 1


def test_the_limit_counts_messages_and_the_earliest_go_first(stores: Stores) -> None:
    rows = [
        reminder(f"t/m{n}", recipient=f"p{n % 5}", at=START + n % 5 * MINUTE) for n in range(20)
    ]
    stores.planning.insert(rows, START)
    first = stores.delivery.claim("email", START + HOUR, "w", LEASE, 3)
    assert [one.recipient for one in first] == ["p0", "p1", "p2"]
    assert all(len(one.reminders) == 4 for one in first)
    rest = stores.delivery.claim("email", START + HOUR, "w", LEASE, 3)
    assert [one.recipient for one in rest] == ["p3", "p4"]


def test_a_message_goes_whole_once_any_of_it_is_due(stores: Stores) -> None:
    together = [
        reminder("t/a", at=START, message="one"),
        reminder("t/b", at=START + HOUR, message="one"),
    ]
    stores.planning.insert(together, START)
    assert keys(stores.delivery.claim("email", START, "w", LEASE, 1)) == sorted(
        one.key for one in together
    )


def test_a_reminder_is_due_from_the_beginning_of_its_minute(stores: Stores) -> None:
    stores.planning.insert([reminder(at=START + 42 * SECOND)], START)
    assert stores.delivery.next_due() == START
    assert len(stores.delivery.claim("email", START, "w", LEASE, 1)) == 1


def test_what_a_dead_worker_held_is_taken_over_under_its_old_identity(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a"), reminder("t/b")], START)
    (first,) = stores.delivery.claim("email", START, "w1", LEASE, 1)
    assert stores.delivery.next_due() == START + LEASE
    assert stores.delivery.claim("email", START + LEASE - SECOND, "w2", LEASE, 1) == []
    (again,) = stores.delivery.claim("email", START + LEASE, "w2", LEASE, 1)
    assert (again.delivery, again.ids, again.attempt) == (first.delivery, first.ids, 2)
    causes = [cause for _, _, cause in stores.history.transitions_of(reminder("t/a").key)]
    assert causes[-1] == "taken over: the lease of worker w1 ran out"


def test_what_is_taken_over_is_not_mixed_with_what_came_later(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a")], START)
    (first,) = stores.delivery.claim("email", START, "w1", LEASE, 1)
    stores.planning.insert([reminder("t/b")], START)
    claimed = stores.delivery.claim("email", START + LEASE, "w2", LEASE, 9)
    assert {one.delivery: keys([one]) for one in claimed} == {
        first.delivery: [reminder("t/a").key],
        delivery_id([reminder("t/b").key]): [reminder("t/b").key],
    }


def test_what_waits_to_be_tried_again_is_not_drawn_in_by_what_is_due(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a")], START)
    (first,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.delivery.record([put_off(first, START, START + HOUR)])
    stores.planning.insert([reminder("t/b")], START)
    assert keys(stores.delivery.claim("email", START, "w", LEASE, 9)) == [reminder("t/b").key]
    assert keys(stores.delivery.claim("email", START + HOUR, "w", LEASE, 9)) == sorted(
        [reminder("t/a").key, reminder("t/b").key]
    )


def test_a_renewed_lease_keeps_others_out(stores: Stores) -> None:
    stores.planning.insert(crowd(2), START)
    one, other = stores.delivery.claim("email", START, "w1", LEASE, 2)
    assert stores.delivery.renew([one.delivery], "w1", START + HOUR) == 1
    assert stores.delivery.renew([other.delivery], "w2", START + HOUR) == 0
    taken = stores.delivery.claim("email", START + LEASE, "w2", LEASE, 9)
    assert [two.delivery for two in taken] == [other.delivery]
    assert stores.delivery.still_wanted(one, START + LEASE) == one.ids
    assert stores.delivery.still_wanted(other, START + LEASE) == ()


def test_nothing_is_wanted_once_the_lease_has_run_out(stores: Stores) -> None:
    stores.planning.insert([reminder()], START)
    (one,) = stores.delivery.claim("email", START, "w1", LEASE, 1)
    assert stores.delivery.still_wanted(one, START + LEASE - SECOND) == one.ids
    assert stores.delivery.still_wanted(one, START + LEASE) == ()


def test_what_is_given_back_is_there_at_once_under_its_identity(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a"), reminder("t/b")], START)
    (one,) = stores.delivery.claim("email", START, "w1", LEASE, 1)
    stores.delivery.release([one], START)
    assert stores.history.counts() == {"planned": 2}
    (again,) = stores.delivery.claim("email", START, "w2", LEASE, 1)
    assert (again.delivery, again.attempt) == (one.delivery, 1)
    stores.delivery.release([one], START)
    assert stores.history.counts() == {"claimed": 2}


def test_what_is_tried_again_keeps_its_identity_and_counts(stores: Stores) -> None:
    stores.planning.insert([reminder("t/a"), reminder("t/b")], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.delivery.record([put_off(one, START + SECOND, START + MINUTE)])
    assert stores.delivery.next_due() == START + MINUTE
    (two,) = stores.delivery.claim("email", START + MINUTE, "w", LEASE, 1)
    assert (two.delivery, two.attempt, two.first_tried) == (one.delivery, 2, START + SECOND)
    stores.delivery.release([two], START + MINUTE)
    assert stores.history.counts() == {"retrying": 2}


def test_due_times_by_channel_step_over_what_is_finished(stores: Stores) -> None:
    rows = crowd(3) + crowd(2, START + DAY, "slack") + crowd(1, START + HOUR, "webhook")
    stores.planning.insert(rows, START)
    assert stores.delivery.due_by_channel() == {
        "email": START,
        "slack": START + DAY,
        "webhook": START + HOUR,
    }
    stores.delivery.record(
        [sent(one) for one in stores.delivery.claim("email", START, "w", LEASE, 9)]
    )
    assert stores.delivery.due_by_channel() == {"slack": START + DAY, "webhook": START + HOUR}
    assert stores.delivery.next_due(["webhook"]) == START + DAY
    assert stores.delivery.next_due(["webhook", "slack"]) is None


def test_every_step_is_in_the_record(stores: Stores) -> None:
    stores.planning.insert([reminder()], START)
    (one,) = stores.delivery.claim("email", START + SECOND, "w", LEASE, 1)
    stores.delivery.record([put_off(one, START + 2 * SECOND, START + MINUTE)])
    (one,) = stores.delivery.claim("email", START + MINUTE, "w", LEASE, 1)
    stores.delivery.record([sent(one, START + 2 * MINUTE)])
    record = stores.history.transitions_of(reminder().key)
    assert [state for _, state, _ in record] == [
        "planned", "claimed", "retrying", "claimed", "sent",
    ]  # fmt: skip
    assert all(before[0] <= after[0] for before, after in pairwise(record))
    assert [one.outcome for one in stores.history.attempts_of(9)] == ["sent", "retrying"]


def test_without_the_right_to_take_over_what_another_claimed_stays_with_it(stores: Stores) -> None:
    stores.planning.insert(crowd(2), START)
    (held,) = stores.delivery.claim("email", START, "gone", LEASE, 1)
    later = START + LEASE
    (free,) = stores.delivery.claim("email", later, "w", LEASE, 9, take_over=lambda: False)
    assert free.recipient != held.recipient
    assert stores.delivery.claim("email", later, "w", LEASE, 9, take_over=lambda: False) == []
    (taken,) = stores.delivery.claim("email", later, "w", LEASE, 9)
    assert (taken.delivery, taken.attempt) == (held.delivery, 2)
