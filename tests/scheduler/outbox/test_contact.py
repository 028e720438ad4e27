"""How long the database has answered well: what counts, and what does not."""

import sqlite3
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from scheduler.outbox.contact import SLOW_SECONDS, Contact
from scheduler.outbox.database import Database


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


def test_transactions_report_to_it(database: Database) -> None:
    database.contact = _kept()
    database.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
    assert database.contact.kept_for(59)

    def fails(_: object) -> None:
        raise OperationalError("x", {}, Coded("53100"))

    with pytest.raises(OperationalError):
        database.write(fails)
    assert not database.contact.kept_for(5)
