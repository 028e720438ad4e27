"""Mail servers that refuse, stall, and drop the connection after DATA."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from scheduler.clock import ManualClock
from scheduler.outbox import schema
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from tests.faults.log import Log
from tests.faults.office import START, dispatcher, mail, planned
from tests.mailbox import SmtpServer, Taken

PATIENCE = 1.0
"""Seconds that a server which stalls is waited for."""
STALL = 4 * PATIENCE
"""Seconds that it stalls."""
LONG = 30.0
"""Seconds for one that answers, however busy the machine is."""


@dataclass
class Moody(SmtpServer):
    """A server that misbehaves `turns` times before it does its work.

    mood: what it does instead: a reply to RCPT ("450 ..."), "stall" before the answer to MAIL,
    "stall at the dot" or "drop at the dot", both after it has taken the mail.
    """

    mood: str = ""
    turns: int = 0
    tried: Counter[str] = field(default_factory=Counter)

    def _misbehaves(self, mood: str) -> bool:
        if not self.mood.startswith(mood) or self.turns <= 0:
            return False
        self.turns -= 1
        return True

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        """The sender."""
        if self.mood == "stall" and self._misbehaves("stall"):
            await asyncio.sleep(STALL)
        envelope.mail_from = address
        return "250 Ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        """The recipient."""
        self.tried[address] += 1
        if self.mood[:1] in "45" and self._misbehaves(self.mood[:1]):
            return self.mood
        envelope.rcpt_tos.append(address)
        return "250 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The mail: it is taken, whatever comes then."""
        content = envelope.original_content or b""
        self.taken.append(Taken(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        if self._misbehaves("drop at the dot"):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        elif self._misbehaves("stall at the dot"):
            await asyncio.sleep(STALL)
        return "250 Ok"


@contextmanager
def _serving(server: Moody) -> Iterator[None]:
    controller = Controller(server, server.host, server.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def moody() -> Moody:
    """A server on a free port, not running yet."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return Moody("127.0.0.1", free.getsockname()[1])


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with six messages that are due."""
    found = Database(f"sqlite:///{tmp_path}/milestones.sqlite")
    schema.prepare(found)
    PlanningStore(found).insert(planned(6), START)
    yield found
    found.close()


def _deliver(database: Database, server: Moody, connections: int = 2) -> ManualClock:
    """Send until nothing is left to send, in as many hours as it takes."""
    clock = ManualClock(START)
    patience = PATIENCE if "stall" in server.mood else LONG
    office = dispatcher(
        database, clock, lambda _: mail(server.port, clock, patience), "w", connections
    )
    while (due := office.next_due()) is not None:
        clock.set(max(due, clock.now()))
        office.run_due()
    return clock


def _counts(database: Database) -> dict[str, int]:
    return HistoryStore(database).counts()


@pytest.mark.parametrize("mood", ["450 4.2.0 later", "421 4.3.2 shutting down", "stall"])
@pytest.mark.parametrize(
    "turns", [1, *(pytest.param(one, marks=pytest.mark.slow) for one in (4, 9))]
)
def test_what_passes_is_tried_again_and_nothing_comes_twice(
    database: Database, moody: Moody, mood: str, turns: int
) -> None:
    moody.mood, moody.turns = mood, turns
    with _serving(moody):
        clock = _deliver(database, moody)
    log = Log.of(moody.taken)
    assert log.complaints(planned(6)) == []
    assert (log.copies, _counts(database)) == (0, {"sent": 12})
    assert clock.now() > START


@pytest.mark.parametrize("mood", ["drop at the dot", "stall at the dot"])
@pytest.mark.parametrize("turns", [1, 6])
def test_a_mail_whose_answer_is_lost_comes_again_with_the_same_identity(
    database: Database, moody: Moody, mood: str, turns: int
) -> None:
    moody.mood, moody.turns = mood, turns
    with _serving(moody):
        _deliver(database, moody)
    log = Log.of(moody.taken)
    assert log.complaints(planned(6)) == []
    assert (log.copies, _counts(database)) == (turns, {"sent": 12})


def test_one_whom_the_server_does_not_know_fails_alone(database: Database, moody: Moody) -> None:
    moody.mood, moody.turns = "550 5.1.1 no such user", 1
    with _serving(moody):
        _deliver(database, moody, connections=1)
    assert _counts(database) == {"sent": 10, "failed": 2}
    assert max(moody.tried.values()) == 1
    (notice,) = HistoryStore(database).untold()
    assert "was not reached by email" in notice.text
    assert "no such user" in notice.text


def test_a_server_that_is_not_there_is_waited_for(database: Database, moody: Moody) -> None:
    clock = ManualClock(START)
    office = dispatcher(database, clock, lambda _: mail(moody.port, clock, PATIENCE), "w", 2)
    for _ in range(8):
        due = office.next_due()
        assert due is not None
        clock.set(max(due, clock.now()))
        assert office.run_due() == 0
    assert sum(_counts(database).values()) == 12
    with _serving(moody):
        while (due := office.next_due()) is not None:
            clock.set(max(due, clock.now()))
            office.run_due()
    assert Log.of(moody.taken).complaints(planned(6)) == []
    assert _counts(database) == {"sent": 12}


def test_a_server_that_never_comes_back_is_given_up_after_a_day(
    database: Database, moody: Moody
) -> None:
    clock = _deliver(database, moody)
    assert _counts(database) == {"failed": 12}
    assert 24 <= (clock.now() - START).total_seconds() / 3600 <= 26
    kinds = Counter(one.kind for one in HistoryStore(database).untold())
    assert kinds == {"failed": 6, "paused": 1}
