"""What waits on each channel, on both databases: due, put off, refused, paused, moving."""

from datetime import timedelta

from scheduler.outbox.backlog_store import BacklogStore
from scheduler.outbox.database import Database
from scheduler.outbox.values import Backlog, ChannelState
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import DAY, HOUR, LEASE, MINUTE, START, crowd, put_off, sent

LATELY = timedelta(minutes=30)


def test_nothing_planned_is_nothing(database: Database) -> None:
    store = BacklogStore(database)
    assert store.backlog(START, LATELY) == []
    assert store.plan_dates() == {}


def test_what_is_due_counts_and_what_comes_does_not(stores: Stores) -> None:
    store = BacklogStore(stores.database)
    stores.planning.insert(crowd(3, at=START), START)
    stores.planning.insert(crowd(5, at=START + DAY, channel="chat"), START)
    now = START + HOUR
    chat, email = store.backlog(now, LATELY)
    assert chat == Backlog("chat", 0, None, None, False, 0, None)
    assert email == Backlog("email", 3, START, START, False, 0, None)


def test_claimed_sent_and_refused(stores: Stores) -> None:
    store = BacklogStore(stores.database)
    stores.planning.insert(crowd(3, at=START), START)
    claimed = stores.delivery.claim("email", START, "one", LEASE, 3)
    assert [one.due for one in store.backlog(START, LATELY)] == [3]
    stores.delivery.record([sent(claimed[0])])
    stores.delivery.record([put_off(claimed[1], START, START + HOUR)])
    (email,) = store.backlog(START + MINUTE, LATELY)
    # The third is claimed by a worker that has said no more since: it waits from the lease's end.
    assert (email.due, email.oldest, email.moves) == (2, START, True)
    assert email.waiting_since == START + LEASE
    stores.delivery.record([put_off(claimed[2], START, START + HOUR)])
    (email,) = store.backlog(START + 40 * MINUTE, LATELY)
    assert (email.due, email.oldest, email.moves) == (2, START, False)
    assert email.waiting_since is None


def test_what_a_recipient_put_off_is_not_due(stores: Stores) -> None:
    store = BacklogStore(stores.database)
    stores.planning.insert(crowd(1, at=START), START)
    stores.history.add_report(
        "t/m0", "t/m0", state="snoozed", by="p0", at=START, said_at=START, until=START + 5 * HOUR
    )
    assert stores.delivery.claim("email", START + MINUTE, "one", LEASE, 5) == []
    (email,) = store.backlog(START + 2 * HOUR, LATELY)
    assert (email.due, email.waiting_since) == (0, None)
    (email,) = store.backlog(START + 6 * HOUR, LATELY)
    assert (email.due, email.waiting_since) == (1, START + 5 * HOUR)


def test_a_paused_channel_is_listed_without_anything_to_send(stores: Stores) -> None:
    store = BacklogStore(stores.database)
    stores.history.save_channel(ChannelState("chat", 5, START, START + HOUR, "refused"))
    assert store.backlog(START + HOUR, LATELY) == [Backlog("chat", 0, None, None, False, 5, START)]


def test_since_when_plans_are_in_force_or_wait(stores: Stores) -> None:
    store = BacklogStore(stores.database)
    stores.history.save_plan("one", "in force", {}, "", START)
    stores.history.save_plan("two", "in force", {}, "", START + HOUR)
    stores.history.save_plan("three", "waiting", {}, "7 would go", START + DAY)
    assert store.plan_dates() == {
        "past": START,
        "in force": START + HOUR,
        "waiting": START + DAY,
    }
