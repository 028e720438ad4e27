"""A process beside the planner writes a large plan's first reminders, or else the planner does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select, text
from sqlalchemy.exc import OperationalError

from bench.plans import EACH, NOW, plan_text, read
from config.plan import Plan
from scheduler.outbox import aside as asides
from scheduler.outbox import planning_store, schema
from scheduler.outbox.aside import Aside
from scheduler.outbox.database import Database
from scheduler.outbox.filling import missing
from scheduler.outbox.planning_store import PlanningStore, SeenRows
from scheduler.outbox.tables import milestones, occurrences, reminders
from scheduler.planner import Planning
from scheduler.planning.values import NOTHING_ENDED

MANY = 1_000
ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 60.0
_TABLES = (milestones, occurrences, reminders)


def _plan(delivery: str = "immediate") -> Plan:
    head = f'email = "p0@example.org"\ndelivery = "{delivery}"\n'
    return read(plan_text(MANY, people=7).replace('email = "p0@example.org"\n', head))


@contextmanager
def _database(path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{path}")
    schema.prepare(database)
    try:
        yield database
    finally:
        database.close()


def _planned(database: Database, plan: Plan) -> int:
    return Planning(PlanningStore(database)).apply(plan, NOW, None, NOTHING_ENDED).planned


def _rows(database: Database) -> list[list[str]]:
    """All that a planning writes, but for the numbers of the rows."""

    def work(connection: Connection) -> list[list[str]]:
        return [sorted(map(_said, connection.execute(select(table)))) for table in _TABLES]

    return database.read(work)


def _said(row: Row[Any]) -> str:
    return repr([value for value in row if not isinstance(value, int) or isinstance(value, bool)])


@pytest.fixture
def by_two(monkeypatch: pytest.MonkeyPatch) -> list[Aside[SeenRows]]:
    """Those that were begun; a plan of the tests is large enough."""
    begun: list[Aside[SeenRows]] = []
    inner = Aside.__init__

    def noted(self: Aside[SeenRows], *details: object) -> None:
        inner(self, *details)  # type: ignore[arg-type]
        begun.append(self)

    monkeypatch.setattr(planning_store, "BY_TWO", MANY)
    monkeypatch.setattr(Aside, "__init__", noted)
    return begun


@pytest.mark.parametrize("delivery", ["immediate", "weekly"])
def test_it_writes_what_the_planner_alone_would_write(
    tmp_path: Path, by_two: list[Aside[SeenRows]], monkeypatch: pytest.MonkeyPatch, delivery: str
) -> None:
    plan = _plan(delivery)
    with _database(tmp_path / "two.sqlite") as two, _database(tmp_path / "one.sqlite") as one:
        assert _planned(two, plan) == MANY * EACH
        assert len(by_two) == 1
        assert not missing(two)
        monkeypatch.setattr(planning_store, "BY_TWO", MANY + 1)
        assert _planned(one, plan) == MANY * EACH
        assert len(by_two) == 1
        assert _rows(two) == _rows(one)


def _dies(one: Aside[SeenRows], number: int) -> None:
    running = one._running
    if running is not None:
        running.process.send_signal(number)
        if number == signal.SIGKILL:
            running.process.wait()


@pytest.mark.parametrize("turn", [0, 1])
def test_where_it_is_killed_the_planner_writes_the_rest(
    tmp_path: Path,
    by_two: list[Aside[SeenRows]],
    monkeypatch: pytest.MonkeyPatch,
    turn: int,
) -> None:
    lots: list[SeenRows] = []
    inner = Aside.write

    def write(self: Aside[SeenRows], lot: SeenRows) -> list[SeenRows]:
        if len(lots) == turn:
            _dies(self, signal.SIGKILL)
        lots.append(lot)
        return inner(self, lot)

    monkeypatch.setattr(Aside, "write", write)
    with _database(tmp_path / "m.sqlite") as database:
        assert _planned(database, _plan()) == MANY * EACH
        assert len(lots) > turn + 1
        assert sum(len(one) for one in _rows(database)) == MANY * (EACH + 2)
        assert by_two[0]._running is None


def test_a_signal_to_all_does_not_end_it(
    tmp_path: Path, by_two: list[Aside[SeenRows]], monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[list[SeenRows]] = []
    inner = Aside.write

    def write(self: Aside[SeenRows], lot: SeenRows) -> list[SeenRows]:
        found = inner(self, lot)
        left.append(found)
        if len(left) == 2:  # it has answered, so it is at work
            _dies(self, signal.SIGTERM)
            _dies(self, signal.SIGINT)
        return found

    monkeypatch.setattr(Aside, "write", write)
    with _database(tmp_path / "m.sqlite") as database:
        assert _planned(database, _plan()) == MANY * EACH
    assert len(left) > 2
    assert left == [[]] * len(left)


def test_where_it_cannot_be_begun_the_planner_writes_all(
    tmp_path: Path, by_two: list[Aside[SeenRows]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asides, "_COMMAND", (str(tmp_path / "no such program"),))
    with _database(tmp_path / "m.sqlite") as database:
        assert _planned(database, _plan()) == MANY * EACH
        assert len(by_two) == 1


def test_what_it_cannot_write_is_the_planners_error(
    tmp_path: Path, by_two: list[Aside[SeenRows]]
) -> None:
    full = (
        "CREATE TRIGGER full BEFORE INSERT ON milestones WHEN NEW.id LIKE 't9/%' "
        "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    )
    with _database(tmp_path / "m.sqlite") as database:
        database.write(lambda connection: connection.execute(text(full)))
        with pytest.raises(Exception, match="the disk is full") as found:
            _planned(database, _plan())
        assert not isinstance(found.value, OperationalError)
        assert not missing(database)
        database.write(lambda connection: connection.execute(text("DROP TRIGGER full")))
        _planned(database, _plan())
        assert sum(len(one) for one in _rows(database)) == MANY * (EACH + 2)


_PLANNER = """
import sys, time
from sqlalchemy.engine import make_url
from scheduler.outbox.aside import Aside
found = Aside(make_url(sys.argv[1]))
print(found._running.process.pid, flush=True)
time.sleep(600)
"""


def test_with_the_planner_it_ends_too_and_its_arguments_name_no_database(tmp_path: Path) -> None:
    with _database(tmp_path / "secret.sqlite") as database:
        command = [sys.executable, "-c", _PLANNER, str(database.url)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        ) as planner:
            assert planner.stdout is not None
            pid = int(planner.stdout.readline())
            words = Path(f"/proc/{pid}/cmdline")
            if words.exists():
                assert b"secret" not in words.read_bytes()
            planner.kill()
        _wait_for(lambda: not _lives(pid))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and ") Z " in state.read_text(encoding="ascii"))


def _wait_for(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)
