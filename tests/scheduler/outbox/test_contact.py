"""How long the database has answered well: what counts, and what does not."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from scheduler.outbox.contact import SLOW_SECONDS, WAITS_SECONDS, Contact
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.schema import prepare
from scheduler.outbox.values import Claimed
from tests.faults.office import START, planned


class Coded(Exception):
    """An error of PostgreSQL's driver."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def _kept() -> Contact:
    contact = Contact()
    contact._since -= 60
    assert contact.kept_for(59)
    return contact


def test_a_process_begins_without() -> None:
    assert not Contact().kept_for(5)


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (OperationalError("x", {}, sqlite3.OperationalError("database is locked")), False),
        (OperationalError("x", {}, sqlite3.OperationalError("disk is full")), False),
        (OperationalError("x", {}, Coded("57P01")), False),
        (OperationalError("x", {}, Coded("53300")), False),
        (DBAPIError("x", {}, Coded("08006"), connection_invalidated=True), False),
        (NoConnectionFree("no connection was free"), False),
        (OperationalError("x", {}, Coded("40P01")), True),
        (OperationalError("x", {}, Coded("40001")), True),
        (IntegrityError("x", {}, Coded("23505")), True),
        (ValueError("of the program"), True),
    ],
)
def test_what_ends_it(error: Exception, kept: bool) -> None:
    contact = _kept()
    contact.failed(error)
    assert contact.kept_for(5) is kept


@pytest.mark.parametrize(("seconds", "kept"), [(1.0, True), (SLOW_SECONDS + 5, False)])
def test_an_answer_that_came_late_counts_as_none(seconds: float, kept: bool) -> None:
    contact = _kept()
    contact.answered(time.monotonic() - seconds)
    assert contact.kept_for(5) is kept


def test_who_waits_to_write_is_not_in_contact_and_is_when_it_got_through() -> None:
    contact = _kept()
    with contact.writing():
        assert contact.kept_for(59)
        with contact.writing():
            contact._writing = dict.fromkeys(contact._writing, time.monotonic() - WAITS_SECONDS - 1)
            assert not contact.kept_for(59)
    assert contact.kept_for(59)


def test_what_is_locked_by_another_is_not_taken_over_when_the_lock_ends(tmp_path: Path) -> None:
    """The other waits for the same lock, to record what it has sent."""
    place = tmp_path / "m.sqlite"
    database = Database(f"sqlite:///{place}")
    prepare(database)
    database.contact = _kept()
    PlanningStore(database).insert(planned(1), START)
    store = DeliveryStore(database)
    assert store.claim("email", START, "other", timedelta(seconds=45), 9)
    later = START + timedelta(minutes=1)

    def claimed() -> list[Claimed]:
        lease, kept = timedelta(seconds=45), database.contact.kept_for
        return store.claim("email", later, "w", lease, 9, take_over=lambda: kept(15))

    with closing(sqlite3.connect(place, isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(claimed)
            time.sleep(WAITS_SECONDS + 0.5)
            assert not waiting.done()
            somebody.execute("ROLLBACK")
            assert waiting.result(60) == []
    assert len(claimed()) == 1
    database.close()


def test_transactions_report_to_it(database: Database) -> None:
    database.contact = _kept()
    database.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
    assert database.contact.kept_for(59)

    def fails(_: object) -> None:
        raise OperationalError("x", {}, Coded("53100"))

    with pytest.raises(OperationalError):
        database.write(fails)
    assert not database.contact.kept_for(5)
