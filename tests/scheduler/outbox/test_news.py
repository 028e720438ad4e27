"""News: heard by other nodes once it is committed, and again after a lost connection."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from scheduler.outbox import schema
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.news import Listener, News, announce
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.values import State
from tests.scheduler.outbox.made import LEASE, MINUTE, START, put_off, reminder, sent

PATIENCE_SECONDS = 30


@dataclass
class Ear:
    """Keeps what it is told."""

    heard: list[News] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def told(self, news: News) -> None:
        with self.changed:
            self.heard.append(news)
            self.changed.notify_all()

    def wait_for(self, *news: News) -> None:
        """Until it has heard these, and nothing else, since it was last asked."""
        with self.changed:
            assert self.changed.wait_for(lambda: set(news) <= set(self.heard), PATIENCE_SECONDS)
            assert set(self.heard) == set(news)
            self.heard.clear()


@pytest.fixture
def other(postgres_url: str) -> Iterator[Database]:
    """The database as another node has it."""
    made = Database(postgres_url)
    schema.prepare(made)
    yield made
    made.close()


@pytest.fixture
def ear(postgres_url: str, other: Database) -> Iterator[Ear]:
    """What a node that listens has heard, after the greeting."""
    database, found = Database(postgres_url), Ear()
    listener = Listener(database, found.told, found.troubles.append)
    listener.start()
    found.wait_for(*News)
    yield found
    began = time.monotonic()
    listener.stop()
    assert time.monotonic() - began < PATIENCE_SECONDS
    database.close()


def test_what_others_write_is_heard_by_its_kind(ear: Ear, other: Database) -> None:
    history, planning = HistoryStore(other), PlanningStore(other)
    delivery = DeliveryStore(other)

    def claim_and_release() -> None:
        delivery.release(delivery.claim("email", START, "w", LEASE, 1), START)

    writes: list[tuple[Callable[[], object], News]] = [
        (lambda: planning.insert([reminder()], START), News.DUE),
        (lambda: planning.reschedule([reminder()._replace(late=True)], START), News.DUE),
        (claim_and_release, News.DUE),
        (lambda: planning.withdraw([reminder().key], "x", START), News.DUE),
        (lambda: planning.revive([reminder()], START), News.DUE),
        (lambda: history.put("watched:x", "1"), News.KNOWN),
        (lambda: history.save_plan("d", "in force", {}, "", START), News.KNOWN),
        (lambda: history.notice("k", "failed", "t", START), News.NOTICE),
        (
            lambda: history.add_report(
                "t/m", "t/m", state="note", by="a", at=START, said_at=START, source="s"
            ),
            News.KNOWN,
        ),
    ]
    for number, (write, news) in enumerate(writes):
        write()
        if number != 3:  # what is taken back wakes nobody
            ear.wait_for(news)
    assert ear.troubles == []


def test_claims_and_records_and_what_changes_nothing_wake_nobody(ear: Ear, other: Database) -> None:
    history, planning = HistoryStore(other), PlanningStore(other)
    delivery = DeliveryStore(other)
    planning.insert([reminder(), reminder("t/b", recipient="ben")], START)
    ear.wait_for(News.DUE)
    first, second = delivery.claim("email", START, "w", LEASE, 2)
    delivery.record([sent(first)])
    delivery.record([put_off(second, START, START + MINUTE)])
    planning.insert([reminder()], START)
    history.put("last", "x")  # the end mark: what was said before it has come by then
    ear.wait_for(News.KNOWN)
    assert history.counts() == {State.SENT: 1, State.RETRYING: 1}


def test_a_lost_connection_is_made_anew_and_everything_looked_at(ear: Ear, other: Database) -> None:
    ends = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    assert other.contact.kept_for(0)
    other.write(lambda connection: connection.execute(ends))
    ear.wait_for(*News)
    assert len(ear.troubles) == 1
    other.write(lambda connection: announce(connection, News.NOTICE))
    ear.wait_for(News.NOTICE)


def test_on_sqlite_there_is_nobody_to_tell(tmp_path: object) -> None:
    database, ear = Database(f"sqlite:///{tmp_path}/m.sqlite"), Ear()
    schema.prepare(database)
    listener = Listener(database, ear.told, ear.troubles.append)
    listener.start()
    database.write(lambda connection: announce(connection, News.DUE))
    listener.stop()
    database.close()
    assert (ear.heard, ear.troubles) == ([], [])
