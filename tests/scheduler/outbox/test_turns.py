"""How a writer of SQLite waits for the one before it: shortly by itself, then as SQLite does."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from scheduler.outbox import database as module
from scheduler.outbox.database import BUSY_SECONDS, Database, _begun_soon


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "m.sqlite"
    with closing(Database(f"sqlite:///{path}")) as database:
        database.write(lambda one: one.execute(text("CREATE TABLE told (who TEXT)")))
    return path


@pytest.fixture
def other(file: Path) -> Iterator[sqlite3.Connection]:
    """One who may hold the lock."""
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as one:
        yield one


def test_a_free_lock_is_taken_and_one_that_is_held_is_not(
    file: Path, other: sqlite3.Connection
) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as mine:
        assert _begun_soon(mine)
        mine.execute("COMMIT")  # fails where nothing was begun
        other.execute("BEGIN IMMEDIATE")
        assert not _begun_soon(mine)
        assert not mine.in_transaction
        (patience,) = mine.execute("PRAGMA busy_timeout").fetchone()
        assert patience == BUSY_SECONDS * 1000


def test_who_finds_it_held_for_longer_waits_for_it(file: Path, other: sqlite3.Connection) -> None:
    other.execute("BEGIN IMMEDIATE")
    letting_go = threading.Timer(0.3, other.execute, ["COMMIT"])
    letting_go.start()
    with closing(Database(f"sqlite:///{file}")) as database:
        database.write(lambda one: one.execute(text("INSERT INTO told VALUES ('me')")))
        count = text("SELECT count(*) FROM told")
        assert database.read(lambda one: one.execute(count).scalar_one()) == 1
    letting_go.join()


def test_where_it_is_never_free_the_fault_is_said(
    file: Path, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(module, "TRIES", 1)
    other.execute("BEGIN IMMEDIATE")
    with (
        closing(Database(f"sqlite:///{file}")) as database,
        pytest.raises(OperationalError, match="locked"),
    ):
        database.write(lambda one: one.execute(text("INSERT INTO told VALUES ('me')")))
