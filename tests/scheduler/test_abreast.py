"""What one node has planned another sends by the plan, the reports and the moves it was planned by,
whichever of them it had heard of when it claimed it."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler import abreast
from scheduler.abreast import Abreast
from scheduler.clock import SystemClock
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.values import Written
from scheduler.planning.occurrences import Dates
from scheduler.reporting import Report
from scheduler.service import Service
from tests.mailbox import SmtpServer

PATIENCE_SECONDS = 30.0
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
[people.wanda]
name = "Wanda"
email = "wanda@example.org"
[channels.email]
type = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Tracker <tracker@example.org>"
[reminders.now]
before = ["60 days"]
at = "00:00"
[tracks.t]
title = "A track"
owner = "amina"
reminders = "now"
"""
NEAR = '[[tracks.t.milestones]]\nid = "near"\ntitle = "Near"\ndue = {due}\nwatchers = ["wanda"]\n'


def _due(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _write(folder: Path, port: int, days: int | None) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "plan.toml"
    near = "" if days is None else NEAR.format(due=_due(days).date().isoformat())
    path.write_text(PLAN.format(port=port) + near, encoding="utf-8")
    return path


class _Rounds:
    """The rounds of a node that look what others have written, and that deliver, as called for."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._called: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run)

    def call(self, name: str) -> None:
        self._called.put(name)

    def start(self) -> None:
        self._thread.start()
        self.call("deliver")

    def stop(self) -> None:
        self.call("")
        self._thread.join()

    def _run(self) -> None:
        works = self._service.rounds()
        while name := self._called.get():
            if name in ("take-up", "deliver"):
                works[name](datetime.now(UTC))


@contextmanager
def _delivering(path: Path, url: str) -> Iterator[tuple[Service, _Rounds]]:
    """A node at work that does not see its own files change."""
    with _planning(path, url) as service:
        rounds = _Rounds(service)
        service.on_call(rounds.call)
        service._listener.start()
        rounds.start()
        try:
            yield service, rounds
        finally:
            rounds.stop()


@contextmanager
def _planning(path: Path, url: str) -> Iterator[Service]:
    """A node that does nothing by itself."""
    service = Service(path, Database(url), SystemClock(), role="no-web")
    service.start()
    try:
        yield service
    finally:
        service.stop()


def _wait_for(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def _in_words(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B} {at.year}"


def _text(server: SmtpServer) -> str:
    body = server.taken[-1].parsed.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/milestones.sqlite"
    return str(request.getfixturevalue("postgres_url"))


@pytest.mark.parametrize("before", [None, 40], ids=["new", "moved"])
def test_a_reminder_is_sent_by_the_plan_that_it_was_planned_by(
    tmp_path: Path, url: str, smtp_server: SmtpServer, before: int | None
) -> None:
    """The other node has claimed it before the plan is in force, and knows the old one alone."""
    first = _write(tmp_path / "one", smtp_server.port, before)
    second = _write(tmp_path / "two", smtp_server.port, before)
    with _delivering(first, url) as (sender, rounds), _planning(second, url) as planner:
        _wait_for(lambda: len(smtp_server.taken) == (before is not None))
        history, inner = planner.history, planner.history.save_plan

        def late(digest: str, state: str, *details: object) -> None:
            rounds.call("deliver")
            _wait_for(lambda: history.counts().get("claimed", 0) > 0)
            time.sleep(0.3)
            inner(digest, state, *details)  # type: ignore[arg-type]

        history.save_plan = late  # type: ignore[method-assign, assignment]
        _write(tmp_path / "two", smtp_server.port, 50)
        assert planner.reload(datetime.now(UTC)).verdict == "applied"
        _wait_for(lambda: len(smtp_server.taken) == 1 + (before is not None))
        text = _text(smtp_server)
        assert _in_words(_due(50)) in text
        assert "if the date is confirmed" not in text
        assert "t/near" in sender.plan.milestones


def test_what_was_reported_to_another_node_stands_in_what_is_sent_of_it(
    tmp_path: Path, url: str, smtp_server: SmtpServer
) -> None:
    path = _write(tmp_path / "one", smtp_server.port, 90)
    with _delivering(path, url) as (sender, rounds), _planning(path, url) as planner:
        _wait_for(lambda: not sender.dispatcher.busy)
        occurrence = Dates(planner.plan).find("t/near")
        assert occurrence is not None
        said = Report(state="done", by="amina", note="Sent to the Board", said_at=datetime.now(UTC))
        planner.reporting.record(occurrence, said, datetime.now(UTC))
        rounds.call("deliver")
        _wait_for(lambda: len(smtp_server.taken) > 0)
        assert "Sent to the Board" in _text(smtp_server)


class _Behind:
    """One that knows nothing of what is written."""

    def knows(self, written: Written) -> bool:
        return written == Written()


class _Counting(threading.Event):
    """One that counts how often it is waited for."""

    waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        return super().wait(timeout)


def _asked(history: HistoryStore, stopping: threading.Event, calls: list[str]) -> Abreast:
    return Abreast(
        history,
        _Behind(),  # type: ignore[arg-type]
        lambda: calls.append("take-up"),
        stopping,
    )


def test_who_said_so_and_died_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abreast, "PATIENCE", 0.2)
    with _planning(_write(tmp_path, 25, 90), f"sqlite:///{tmp_path}/milestones.sqlite") as node:
        calls, stopping = list[str](), _Counting()
        asked = _asked(node.history, stopping, calls)
        for plan, waits in (("dead", True), ("dead", False), ("dead too", True)):
            node.history.planned_by(plan)
            stopping.waits = 0
            assert asked()
            assert (stopping.waits > 0) is waits
        assert calls == ["take-up"] * 2


def test_a_node_that_stops_gives_back_what_it_cannot_render(tmp_path: Path) -> None:
    with _planning(_write(tmp_path, 25, 90), f"sqlite:///{tmp_path}/milestones.sqlite") as node:
        stopping = threading.Event()
        stopping.set()
        assert not _asked(node.history, stopping, [])()
