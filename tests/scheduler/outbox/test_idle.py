"""Connections to PostgreSQL: an idle one is tried before use, and SQLite needs nothing of them."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from scheduler.outbox import database as module
from scheduler.outbox.database import Database
from tests import postgres

_PID = text("SELECT pg_backend_pid()")


def _pid(database: Database) -> int:
    found: int = database.read(lambda connection: connection.execute(_PID).scalar_one())
    return found


def _end(server: postgres.Server, pid: int) -> None:
    server.say(f"SELECT pg_terminate_backend({pid}, 10000)")


def test_an_idle_connection_is_tried_and_replaced(
    postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_A_MOMENT", 0.0)
    monkeypatch.setattr(module, "TRIES", 1)
    with postgres_server.database() as url:
        database = Database(url)
        first = _pid(database)
        assert _pid(database) == first
        _end(postgres_server, first)
        assert _pid(database) != first
        database.close()


def test_one_that_was_used_a_moment_ago_is_not_tried_and_the_work_is_done_again(
    postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_A_MOMENT", 60.0)
    with postgres_server.database() as url:
        database = Database(url)
        first = _pid(database)
        _end(postgres_server, first)
        assert _pid(database) != first
        database.close()


def test_a_start_on_sqlite_loads_no_driver_of_postgresql() -> None:
    asks = "import sys, scheduler.service; sys.exit('psycopg' in sys.modules)"
    subprocess.run([sys.executable, "-c", asks], check=True)
