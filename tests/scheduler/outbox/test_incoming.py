"""Bounces, marks and answers are written once, on both databases, and kept for 400 days."""

import threading
from dataclasses import replace
from datetime import timedelta

from scheduler.incoming.notes import marked
from scheduler.incoming.values import Mark, StoredBounce, StoredReply
from scheduler.outbox.database import Database
from scheduler.outbox.incoming_store import IncomingStore
from scheduler.outbox.retention import clean_up
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import DAY, LEASE, START, crowd, sent


def note(mark: Mark) -> str:
    return marked(mark, "Amina", ["slack"])


BOUNCE = StoredBounce(
    mail="imap/INBOX/7/1",
    recipient="amina",
    address="amina@example.org",
    channel="email",
    kind="lasting",
    code="5.1.1",
    words="550 5.1.1 no such user",
    said_at=START,
    at=START,
)
REPLY = StoredReply("imap/INBOX/7/2", "amina", "t/m", "email", "unclear", "hm", START)


def test_a_mark_is_set_once_and_lifted_with_what_set_it(stores: Stores) -> None:
    store = IncomingStore(stores.database)
    mark = store.add_bounce(BOUNCE, note, START)
    assert mark == Mark("amina@example.org", "amina", START, "5.1.1", "550 5.1.1 no such user")
    assert store.add_bounce(BOUNCE, note, START) is None
    assert store.add_bounce(replace(BOUNCE, mail="other"), note, START) is None
    assert store.marks() == {"amina@example.org": mark}
    (notice,) = stores.history.untold()
    assert notice.kind == "bounced"
    assert notice.text.endswith("550 5.1.1 no such user. Amina is still reached by slack")
    assert store.lift(["amina@example.org", "x@example.org"], START + DAY) == 1
    assert store.marks() == {}
    passing = replace(BOUNCE, mail="third", kind="passing", code="4.4.1")
    assert store.add_bounce(passing, note, START + DAY) is None
    assert store.marks() == {}
    assert store.add_bounce(replace(BOUNCE, mail="fourth"), note, START + DAY) is not None


def test_passing_bounces_of_three_days_set_a_mark(stores: Stores) -> None:
    store = IncomingStore(stores.database)
    marks = []
    for number, day in enumerate((0, 0, 1, 8, 9, 13, 14)):
        one = replace(
            BOUNCE, mail=str(number), kind="passing", code="", said_at=START + timedelta(days=day)
        )
        marks.append(store.add_bounce(one, note, START) is not None)
    assert marks == [False] * 5 + [True, False]
    ours = replace(BOUNCE, mail="ours", address="o@example.org", kind="ours")
    assert store.add_bounce(ours, note, START) is None


def test_two_nodes_that_read_one_mail_write_it_once(stores: Stores) -> None:
    store, marks, begin = IncomingStore(stores.database), [], threading.Barrier(4)

    def work() -> None:
        begin.wait()
        marks.append(store.add_bounce(BOUNCE, note, START))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(mark is not None for mark in marks) == 1
    assert len(stores.history.untold()) == 1


def test_answers_are_found_by_mail_person_and_day(database: Database) -> None:
    store = IncomingStore(database)
    later = replace(REPLY, mail="later", became="recorded", line="done", at=START + DAY)
    for one in (REPLY, replace(REPLY, line="again"), later):
        store.add_reply(one)
    assert store.reply(REPLY.mail) == REPLY
    assert store.reply("unknown") is None
    assert store.replies_of("amina", "t/m") == [REPLY, later]
    assert store.latest_replies(1) == [later]
    assert store.unclear_since("amina", START) == 1
    assert store.unclear_since("amina", START + DAY) == 0
    assert store.unclear_since("wim", START) == 0


def test_what_was_sent_is_found_by_its_delivery(stores: Stores) -> None:
    stores.planning.insert(crowd(2), START)
    taken = stores.delivery.claim("email", START, "w", LEASE, 10)
    stores.delivery.record([sent(taken[0])])
    store = IncomingStore(stores.database)
    found = store.sent([one.delivery for one in taken])
    assert [(one.delivery, one.recipient) for one in found] == [
        (taken[0].delivery, taken[0].recipient)
    ]
    assert store.sent(["unknown"]) == []
    assert store.sent([]) == []


def test_they_are_kept_for_400_days_and_the_mark_for_longer(stores: Stores) -> None:
    store = IncomingStore(stores.database)
    store.add_bounce(BOUNCE, note, START)
    store.add_reply(REPLY)
    clean_up(stores.database, START + timedelta(days=400))
    assert store.reply(REPLY.mail) == REPLY
    clean_up(stores.database, START + timedelta(days=401))
    assert store.reply(REPLY.mail) is None
    assert list(store.marks()) == ["amina@example.org"]
    assert store.add_bounce(BOUNCE, note, START) is None
