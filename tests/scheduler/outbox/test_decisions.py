"""What was decided is told once it is committed, and only then; on both databases."""

import pytest

from scheduler.outbox.decisions import Decision, listen
from scheduler.outbox.statements import end_unsent
from scheduler.outbox.tables import reminders
from scheduler.outbox.values import State
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import DAY, LEASE, START, crowd, reminder, sent


@pytest.fixture
def told(stores: Stores) -> list[Decision]:
    """Every decision, as it is told."""
    found: list[Decision] = []
    listen(stores.database, found.append)
    return found


def test_a_withdrawal_is_told_with_its_cause(stores: Stores, told: list[Decision]) -> None:
    planned = crowd(2)
    stores.planning.insert(planned, START)
    assert told == []
    keys = [one.key for one in planned]
    stores.planning.withdraw(keys, "the date moved to 5 May 2024", START)
    assert told == [
        Decision(State.WITHDRAWN, "the date moved to 5 May 2024", 2, tuple(sorted(keys)))
    ]
    stores.planning.withdraw(keys, "again", START)
    assert len(told) == 1
    stores.planning.revive(planned, START)
    assert told[1][:3] == (State.PLANNED, "wanted again", 2)


def test_of_many_only_the_first_are_named(stores: Stores, told: list[Decision]) -> None:
    planned = crowd(25)
    stores.planning.insert(planned, START)
    stores.planning.supersede([one.key for one in planned], "another", START)
    (decided,) = told
    assert (decided.state, decided.number, len(decided.named)) == (State.SUPERSEDED, 25, 10)


def test_what_is_missed_and_muted_is_told_and_what_is_sent_is_not(
    stores: Stores, told: list[Decision]
) -> None:
    late, muted = reminder("t/late"), reminder("t/muted", at=START + 8 * DAY)
    stores.planning.insert([late, muted, reminder("t/good", at=START + 8 * DAY)], START)
    stores.history.mute("amina", "milestone:t/muted", START)
    for one in stores.delivery.claim("email", START + 8 * DAY, "w", LEASE, 9):
        stores.delivery.record([sent(one, START + 8 * DAY)])
    assert {(one.state, one.named) for one in told} == {
        (State.MUTED, (muted.key,)),
        (State.MISSED, (late.key,)),
    }


def test_a_connection_that_is_closed_for_good_does_no_harm(
    stores: Stores, told: list[Decision]
) -> None:
    with stores.database.planning_lock() as got:
        assert got
        planned = crowd(1)
        stores.planning.insert(planned, START)
        stores.planning.withdraw([planned[0].key], "gone", START)
    assert [one.cause for one in told] == ["gone"]


def test_what_is_rolled_back_is_not_told(stores: Stores, told: list[Decision]) -> None:
    stores.planning.insert(crowd(1), START)

    def work(connection: object) -> None:
        which = reminders.c.milestone == "t/m0"
        assert end_unsent(connection, which, State.WITHDRAWN, "no", START) == 1  # type: ignore[arg-type]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stores.database.write(work)
    assert stores.history.counts() == {"planned": 1}
    assert told == []
    stores.history.counts()
    assert told == []
