"""Several nodes on one PostgreSQL: who wakes whom, who plans, who shows, and who takes over."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load
from scheduler.clock import ManualClock
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report
from scheduler.service import Service
from scheduler.web.server import bind
from tests.mailbox import SmtpServer

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
A_MINUTE = 60.0
PLAN = """
[plan]
name = "Nodes"
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
name = "Amina"
email = "amina@example.org"
[people.cora]
name = "Cora"
email = "cora@example.org"
[channels.email]
type = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Tracker <tracker@example.org>"
[tracks.t]
title = "A track"
owner = "amina"
[[tracks.t.milestones]]
id = "near"
title = "Near"
due = "{due}"
"""
MORE = '[[tracks.t.milestones]]\nid = "more"\ntitle = "More"\ndue = 2027-01-01\n'


def _write(folder: Path, port: int = 25, due: str = "2026-04-01") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "plan.toml"
    path.write_text(PLAN.format(port=port, due=due), encoding="utf-8")
    return path


class Calls:
    """The rounds that a node was asked for."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._changed = threading.Condition()

    def call(self, name: str) -> None:
        with self._changed:
            self._names.append(name)
            self._changed.notify_all()

    def wait_for(self, *names: str) -> None:
        """Until these were called; forgets all calls."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: set(names) <= set(self._names), PATIENCE_SECONDS
            ), self._names
            self._names.clear()


@contextmanager
def _node(path: Path, url: str, role: str = "all") -> Iterator[tuple[Service, Calls]]:
    """A node whose rounds the test runs itself."""
    service, calls = Service(path, Database(url), ManualClock(NOW), role=role), Calls()
    service.start()
    service.attend(calls.call)
    calls.wait_for("deliver", "attention", "take-up")  # the listener's greeting
    try:
        yield service, calls
    finally:
        service.stop()


def test_a_node_is_woken_by_what_another_plans_and_records(
    tmp_path: Path, postgres_url: str
) -> None:
    path = _write(tmp_path / "one")
    with (
        _node(path, postgres_url) as (first, _),
        _node(_write(tmp_path / "two"), postgres_url) as (second, calls),
    ):
        path.write_text(path.read_text(encoding="utf-8") + MORE, encoding="utf-8")
        assert first.reload(NOW).verdict == "applied"
        calls.wait_for("deliver", "take-up")
        second.take_up(NOW)
        assert "t/more" in second.plan.milestones
        calls.wait_for("settle", "invite", "watch", "answers", "attention", "deliver")
        occurrence = Dates(first.plan).find("t/near")
        assert occurrence is not None
        first.reporting.record(occurrence, Report(state="done", by="amina", said_at=NOW), NOW)
        calls.wait_for("take-up")
        second.take_up(NOW)
        assert second.live.as_said()["t/near"].state == "done"
        first.history.notice("k", "failed", "It failed", NOW)
        calls.wait_for("attention")


def test_a_node_of_pages_alone_plans_nothing_and_shows_the_plan_in_force(
    tmp_path: Path, postgres_url: str
) -> None:
    path, own = _write(tmp_path / "one"), _write(tmp_path / "two")
    with _node(path, postgres_url) as (first, _):
        own.write_text(own.read_text(encoding="utf-8") + MORE, encoding="utf-8")
        with _node(own, postgres_url, "web") as (pages, calls):
            assert set(pages.rounds()) == {"beat", "take-up"}
            assert list(pages.plan.milestones) == ["t/near"]
            planned = first.history.counts()
            path.write_text(path.read_text(encoding="utf-8") + MORE, encoding="utf-8")
            first.reload(NOW)
            calls.wait_for("take-up")
            pages.take_up(NOW)
            assert pages.live.plan().milestones.keys() == {"t/near", "t/more"}
            assert sum(first.history.counts().values()) > sum(planned.values())


def test_a_plan_that_another_version_put_in_force_is_read_once_and_left(
    tmp_path: Path, postgres_url: str
) -> None:
    with _node(_write(tmp_path / "one"), postgres_url) as (service, _):
        service.history.save_plan("new", "in force", {"plan.toml": "[unheard]\n"}, "", NOW)
        reads: list[str] = []
        read = service.history.plan

        def counted(state: str) -> object:
            reads.append(state)
            return read(state)

        service.history.plan = counted  # type: ignore[method-assign, assignment]
        assert [service.force.adopt() for _ in range(3)] == [False] * 3
        assert reads == ["in force"]
        assert list(service.plan.milestones) == ["t/near"]


def test_one_plans_at_a_time_and_who_waits_in_vain_says_so(
    tmp_path: Path, postgres_url: str
) -> None:
    path = _write(tmp_path / "one")
    with _node(path, postgres_url) as (service, _), service.database.planning_lock() as got:
        assert got
        loaded = load(path)
        with pytest.raises(Exception, match="another process is planning"):
            service.force.consider(loaded, NOW, patience=0.1)


@contextmanager
def _deaf() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


@contextmanager
def _process(path: Path, url: str, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-P", "-m", "scheduler", "run", str(path), "--database", url]
    with subprocess.Popen([*command, *words], env=_environment()) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_SECONDS)
            process.kill()


def _wait_for(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.mark.slow
def test_a_node_that_dies_is_taken_over_within_a_minute(
    tmp_path: Path, postgres_url: str, smtp_server: SmtpServer
) -> None:
    """It dies while it holds messages, its server not answering; the next node sends them. Both
    are shown while both run, each with its role, and one that only shows beside them."""
    due = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    with _deaf() as deaf:
        dying = _write(tmp_path / "one", deaf, due)
        heir = _write(tmp_path / "two", smtp_server.port, due)
        database = Database(postgres_url)
        history = HistoryStore(database)
        with _process(dying, postgres_url, "--no-web") as first:
            _wait_for(lambda: _has_tables(history) and history.counts().get("claimed", 0) > 0)
            with (
                _process(heir, postgres_url, "--no-web"),
                _process(heir, postgres_url, "--web-only", "--port", str(port)),
            ):
                _wait_for(lambda: len(history.nodes()) == 3)
                assert sorted(one.role for one in history.nodes()) == ["no-web", "no-web", "web"]
                first.kill()
                died = time.monotonic()
                _wait_for(lambda: history.counts().get("claimed", 0) == 0, 2 * A_MINUTE)
                assert time.monotonic() - died < A_MINUTE
                _wait_for(lambda: len(smtp_server.taken) > 0)
                keys = [str(one.parsed["Message-ID"]) for one in smtp_server.taken]
                assert len(set(keys)) == len(keys)
                shown = json.loads(_status(heir, postgres_url))
                assert {one["lives"] for one in shown["nodes"]} == {True}
        database.close()


def _has_tables(history: HistoryStore) -> bool:
    try:
        history.counts()
    except Exception:  # noqa: BLE001  the first node is making them
        return False
    return True


def _status(path: Path, url: str) -> str:
    command = [sys.executable, "-P", "-m", "scheduler", "status", "--json"]
    where = ["--plan", str(path), "--database", url]
    return subprocess.run(
        [*command, *where], env=_environment(), check=True, capture_output=True, text=True
    ).stdout
