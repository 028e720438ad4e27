"""What is taken back, moved and wanted again, also between the claim and the sending."""

import pytest

from scheduler.outbox.trail_store import Act
from scheduler.outbox.values import Outcome, State
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import (
    DAY,
    HOUR,
    LEASE,
    MINUTE,
    START,
    keys,
    put_off,
    reminder,
    sent,
)

A, B = reminder("t/a"), reminder("t/b")
BY_HAND = Act(START, "", "withdraw")


def test_what_is_done_before_it_goes_is_left_out(stores: Stores) -> None:
    stores.planning.insert([A, B], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.planning.withdraw([A.key], "moved", START)
    wanted = stores.delivery.still_wanted(one, START)
    assert wanted == one.ids[1:]
    stores.delivery.record([sent(one, START, wanted)])
    assert stores.history.counts() == {"sent": 1, "withdrawn": 1}


def test_what_was_on_its_way_when_it_was_withdrawn_is_recorded_as_sent(stores: Stores) -> None:
    stores.planning.insert([A], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.planning.withdraw([A.key], "moved", START)
    assert stores.delivery.record([sent(one)]) == [True]
    assert stores.history.counts() == {"sent": 1}
    assert stores.planning.revive([A], START) == 0


@pytest.mark.parametrize("state", [State.SENT, State.FAILED])
def test_what_is_finished_cannot_be_withdrawn_moved_or_planned_again(
    stores: Stores, state: State
) -> None:
    stores.planning.insert([A], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.delivery.record([Outcome(one, state, "x", START, one.ids)])
    assert stores.planning.withdraw([A.key], "x", START) == 0
    assert stores.planning.reschedule([A._replace(at=START + DAY)], START) == 0
    assert stores.planning.revive([A], START) == 0
    assert stores.planning.insert([A], START) == 0
    assert stores.history.counts() == {state.value: 1}


def test_planning_twice_changes_nothing(stores: Stores) -> None:
    assert stores.planning.insert([A, B], START) == 2
    before = stores.planning.reminders_of(["t/a", "t/b"])
    assert stores.planning.insert([A, B._replace(at=START + DAY)], START + HOUR) == 0
    assert stores.planning.reminders_of(["t/a", "t/b"]) == before


def test_a_planned_one_can_be_moved_and_a_claimed_one_not(stores: Stores) -> None:
    stores.planning.insert([A], START)
    later = A._replace(at=START + DAY, message="later", behalf=("ben", "eve"), late=True)
    assert stores.planning.reschedule([later], START) == 1
    assert stores.delivery.claim("email", START + HOUR, "w", LEASE, 1) == []
    (one,) = stores.delivery.claim("email", START + DAY, "w", LEASE, 1)
    assert one.reminders == (later,)
    assert stores.planning.reschedule([A], START) == 0


def test_a_withdrawn_one_that_is_wanted_again_is_sent_once(stores: Stores) -> None:
    stores.planning.insert([A], START)
    assert stores.planning.withdraw([A.key], "gone", START) == 1
    assert stores.planning.withdraw([A.key], "gone", START) == 0
    assert stores.delivery.next_due() is None
    assert stores.planning.revive([A._replace(at=START + HOUR)], START) == 1
    assert stores.planning.revive([A], START) == 0
    assert stores.delivery.next_due() == START + HOUR
    assert len(stores.delivery.claim("email", START + HOUR, "w", LEASE, 1)) == 1


def test_a_superseded_one_can_be_wanted_again(stores: Stores) -> None:
    stores.planning.insert([A], START)
    assert stores.planning.supersede([A.key], "the shorter lead falls on the same day", START) == 1
    assert stores.history.counts() == {"superseded": 1}
    assert stores.planning.revive([A], START) == 1


def test_what_is_wanted_again_waits_for_the_worker_that_may_be_sending_it(stores: Stores) -> None:
    stores.planning.insert([A], START)
    (one,) = stores.delivery.claim("email", START, "w1", LEASE, 1)
    stores.planning.withdraw([A.key], "moved", START)
    stores.planning.revive([A], START)
    assert stores.delivery.claim("email", START, "w2", LEASE, 1) == []
    stores.delivery.renew([one.delivery], "w1", START + 2 * LEASE)
    assert stores.delivery.claim("email", START + LEASE, "w2", LEASE, 1) == []
    stores.delivery.record([sent(one)])
    assert stores.history.counts() == {"sent": 1}
    assert stores.delivery.claim("email", START + DAY, "w2", LEASE, 1) == []


def test_what_is_wanted_again_and_was_left_out_goes_in_a_message_of_its_own(
    stores: Stores,
) -> None:
    stores.planning.insert([A, B], START)
    (one,) = stores.delivery.claim("email", START, "w1", LEASE, 1)
    stores.planning.withdraw([A.key], "moved", START)
    wanted = stores.delivery.still_wanted(one, START)
    stores.planning.revive([A], START)
    stores.delivery.record([sent(one, START, wanted)])
    (other,) = stores.delivery.claim("email", START + LEASE, "w2", LEASE, 9)
    assert keys([other]) == [A.key]
    assert other.delivery != one.delivery


def test_a_message_of_which_nothing_is_left_is_nobodys(stores: Stores) -> None:
    stores.planning.insert([A], START)
    (one,) = stores.delivery.claim("email", START, "w1", LEASE, 1)
    stores.planning.withdraw([A.key], "moved", START)
    assert stores.delivery.still_wanted(one, START) == ()
    stores.delivery.release([one], START)
    stores.planning.revive([A], START)
    assert len(stores.delivery.claim("email", START, "w2", LEASE, 1)) == 1


def test_what_is_to_be_tried_again_can_be_withdrawn(stores: Stores) -> None:
    stores.planning.insert([A], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    stores.delivery.record([put_off(one, START, START + MINUTE)])
    assert stores.planning.withdraw([A.key], "done", START) == 1
    assert stores.delivery.claim("email", START + HOUR, "w", LEASE, 1) == []


def test_a_report_of_done_withdraws_at_once_all_but_what_is_settled(stores: Stores) -> None:
    notice, moved = reminder("t/a", stage="done"), reminder("t/a", stage="moved")
    later = reminder("t/a", stage="overdue:1", at=START + DAY)
    stores.planning.insert([A, B, notice, moved, later], START)
    (one,) = stores.delivery.claim("email", START, "w", LEASE, 1)
    withdrawn = stores.history.add_report(
        "t/a", "t/a", state="done", by="amina", at=START, said_at=START
    )
    assert withdrawn == 3
    left = {one.reminders[n].key for n, row in enumerate(one.ids)
            if row in stores.delivery.still_wanted(one, START)}  # fmt: skip
    assert left == {B.key, notice.key}
    assert stores.history.transitions_of(later.key)[-1][2] == "reported done by amina"


@pytest.mark.parametrize("state", ["on-track", "at-risk", "delayed"])
def test_other_reports_withdraw_nothing(stores: Stores, state: str) -> None:
    stores.planning.insert([A], START)
    count = stores.history.add_report(
        "t/a", "t/a", state=state, by="amina", at=START, said_at=START, percent=40, note="n"
    )
    assert count == 0
    assert stores.history.counts() == {"planned": 1}


def test_what_is_taken_back_by_hand(stores: Stores) -> None:
    slack = reminder("t/a", channel="slack")
    stores.planning.insert([A, B, slack], START)
    assert stores.acts.withdraw(BY_HAND, "t/a", "slack") == 1
    assert stores.acts.withdraw(BY_HAND, A.key) == 1
    assert stores.acts.withdraw(BY_HAND, "t/a") == 0
    assert stores.history.counts() == {"planned": 1, "withdrawn": 2}
