"""The right to plan on PostgreSQL: one has it, and the connection that held it serves on."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from scheduler.outbox.database import Database

HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
HOLDER = "SELECT pid FROM pg_locks WHERE locktype = 'advisory'"
END = "SELECT pg_terminate_backend(:pid, 5000)"


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """A node's way to PostgreSQL."""
    with closing(Database(postgres_url)) as found:
        yield found


def _made(database: Database) -> list[object]:
    """The connections that are made from now on."""
    made: list[object] = []
    event.listen(database.engine, "connect", lambda connection, _: made.append(connection))
    return made


def _ask(database: Database, words: str, **named: object) -> object:
    return database.read(lambda connection: connection.scalar(text(words), named))


def test_who_plans_again_and_again_connects_once(database: Database) -> None:
    _ask(database, "SELECT 1")
    made = _made(database)
    for _ in range(5):
        with database.planning():
            assert _ask(database, HELD) == 1
        assert _ask(database, HELD) == 0
    assert len(made) == 1


def test_who_was_refused_keeps_its_connection_and_has_the_right_later(
    database: Database, postgres_url: str
) -> None:
    made = _made(database)
    with closing(Database(postgres_url)) as other, other.planning_lock() as got:
        assert got
        for _ in range(3):
            with database.planning_lock() as refused:
                assert not refused
    with database.planning_lock() as got:
        assert got
    assert len(made) == 1


def test_a_connection_that_ended_meanwhile_is_not_given_back(database: Database) -> None:
    with database.planning():
        ended = _ask(database, HOLDER)
        assert _ask(database, END, pid=ended)
    with database.planning_lock() as got:
        assert got
        assert _ask(database, HOLDER) not in {None, ended}
    assert _ask(database, HELD) == 0


def test_a_connection_that_may_still_hold_it_is_closed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    made = _made(database)
    with monkeypatch.context() as patched:
        patched.setattr("scheduler.outbox.database._lock", interrupted)
        with pytest.raises(KeyboardInterrupt), database.planning_lock():
            pass
    with database.planning():
        pass
    assert len(made) == 2


def test_what_fails_while_planning_is_what_is_told(database: Database) -> None:
    with pytest.raises(DBAPIError, match="division by zero"), database.planning():
        _ask(database, "SELECT 1 / 0")
    with database.planning_lock() as got:
        assert got
