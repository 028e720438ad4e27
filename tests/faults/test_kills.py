"""A worker killed (SIGKILL) at every step of a delivery and at any instant, hundreds of times.

Nothing may be lost; and twice may come only what the server had accepted when its worker died
before the commit, then with the same Message-ID (semantics, Sending 2).
"""

import contextlib
import os
import random
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.outbox import schema
from scheduler.outbox.crew import Step
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from tests.faults.lives import KILLED, Life, Ward, ward
from tests.faults.log import Log
from tests.faults.office import GENERATION, START, planned
from tests.mailbox import SmtpServer

LIVES = 20
"""How many are killed at each step, on each database."""


ON_POSTGRESQL = pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.slow])


@pytest.fixture(params=["sqlite", ON_POSTGRESQL])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with its tables."""
    if request.param == "sqlite":
        found = f"sqlite:///{tmp_path}/milestones.sqlite"
    else:
        found = request.getfixturevalue("postgres_url")
    database = Database(found)
    schema.prepare(database)
    database.close()
    return found


@pytest.fixture(scope="module")
def births() -> Iterator[Ward]:
    """A ward for the lives of a module."""
    with ward() as found:
        yield found


@pytest.fixture(scope="module")
def other_births() -> Iterator[Ward]:
    """A second one, for lives at the same time."""
    with ward() as found:
        yield found


def _plan(url: str, messages: int) -> None:
    database = Database(url)
    PlanningStore(database).insert(planned(messages), START)
    database.close()


def _counts(url: str) -> dict[str, int]:
    database = Database(url)
    counts = HistoryStore(database).counts()
    database.close()
    return counts


def _at(generation: int) -> str:
    return (START + generation * GENERATION).isoformat()


@pytest.mark.parametrize("step", list(Step))
def test_killed_at_a_step(step: Step, url: str, births: Ward, smtp_server: SmtpServer) -> None:
    messages = LIVES * 3
    _plan(url, messages)
    chance, killed = random.Random(f"{step} {url[:6]}"), 0
    for generation in range(LIVES):
        count = chance.randint(1, 3)
        life = Life(
            url, smtp_server.port, _at(generation), f"w{generation}", step=step, count=count
        )
        killed += births.live(life) == KILLED
    assert killed == LIVES
    assert births.live(Life(url, smtp_server.port, _at(LIVES), "last")) == 0
    log = Log.of(smtp_server.taken)
    assert log.complaints(planned(messages)) == []
    assert log.copies == (LIVES if step is Step.ANSWERED else 0)
    assert _counts(url) == {"sent": 2 * messages}


def test_killed_while_the_server_has_the_mail_and_has_not_answered(
    url: str, births: Ward, smtp_server: SmtpServer
) -> None:
    """The server takes the mail, the worker is gone before the answer comes."""
    messages = LIVES * 2
    _plan(url, messages)
    for generation in range(LIVES):
        executioner = Executioner(smtp_server)
        life = Life(url, smtp_server.port, _at(generation), f"w{generation}")
        executioner.follow(births.begin(life))
        assert births.end() == KILLED
        executioner.retire()
    assert births.live(Life(url, smtp_server.port, _at(LIVES), "last")) == 0
    log = Log.of(smtp_server.taken)
    assert log.complaints(planned(messages)) == []
    assert 0 < log.copies <= LIVES
    assert _counts(url) == {"sent": 2 * messages}


class Executioner:
    """Kills a process when the server has taken so many mails of it, before the last answer.

    With a `pause` (seconds) it strikes so long after that mail, whatever the process does by then.
    """

    def __init__(self, server: SmtpServer, mails: int = 1, pause: float = 0) -> None:
        self._server = server
        self._left, self._pause = mails, pause
        self._victim: int | None = None
        server.taken = _Telling(server.taken, self._strike)

    def follow(self, pid: int) -> None:
        """Whom to kill; the mails before count, and the next one is the earliest to bring it."""
        self._victim = os.pidfd_open(pid)

    def _strike(self) -> None:
        self._left -= 1
        if self._victim is None or self._left > 0:
            return
        victim, self._victim = self._victim, None
        if self._pause:
            threading.Timer(self._pause, _kill, (victim,)).start()
        else:
            _kill(victim)

    def retire(self) -> None:
        """Let the server be as it was."""
        self._server.taken = list(self._server.taken)


def _kill(victim: int) -> None:
    """End the process that this descriptor stands for, unless it has ended."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(victim, signal.SIGKILL)
    os.close(victim)


class _Telling(list):  # type: ignore[type-arg]
    """A list that tells of each thing that is put into it."""

    def __init__(self, kept: list, tell: object) -> None:  # type: ignore[type-arg]
        super().__init__(kept)
        self._tell = tell

    def append(self, one: object) -> None:
        """Put it in, and tell."""
        super().append(one)
        self._tell()  # type: ignore[operator]


def test_killed_at_any_instant(url: str, births: Ward, smtp_server: SmtpServer) -> None:
    """Some soon after their birth, the others at a random time after a random mail.

    Counted in mails and not in time, so that no machine is too fast or too slow for it.
    """
    connections, messages = 3, 800
    _plan(url, messages)
    chance = random.Random(url[:6])
    for generation in range(2 * LIVES):
        name = f"w{generation}"
        if generation % 4 == 0:
            life = Life(url, smtp_server.port, _at(generation), name, connections,
                        delay=chance.uniform(0.001, 0.02))  # fmt: skip
            assert births.live(life) == KILLED
        else:
            life = Life(url, smtp_server.port, _at(generation), name, connections)
            executioner = Executioner(
                smtp_server, chance.randint(1, 10), pause=chance.uniform(0, 0.006)
            )
            executioner.follow(births.begin(life))
            assert births.end() == KILLED
            executioner.retire()
    last = _at(2 * LIVES)
    assert births.live(Life(url, smtp_server.port, last, "last", connections)) == 0
    log = Log.of(smtp_server.taken)
    assert log.complaints(planned(messages)) == []
    assert log.copies <= 2 * LIVES * connections
    assert _counts(url) == {"sent": 2 * messages}


def test_two_workers_never_send_the_same(
    url: str, births: Ward, other_births: Ward, smtp_server: SmtpServer
) -> None:
    messages = 300
    _plan(url, messages)
    for name, place in (("one", births), ("two", other_births)):
        place.begin(Life(url, smtp_server.port, _at(0), name, connections=4))
    assert (births.end(), other_births.end()) == (0, 0)
    log = Log.of(smtp_server.taken)
    assert log.complaints(planned(messages)) == []
    assert (log.copies, len(log.mails)) == (0, messages)
    assert _counts(url) == {"sent": 2 * messages}


def test_two_workers_of_which_one_is_killed_again_and_again(
    url: str, births: Ward, other_births: Ward, smtp_server: SmtpServer
) -> None:
    lives, messages = LIVES // 2, 400
    _plan(url, messages)
    chance, killed = random.Random(7), 0
    for generation in range(lives):
        steady = Life(url, smtp_server.port, _at(generation), f"s{generation}", step=Step.RECORDED,
                      count=5)  # fmt: skip
        dying = Life(url, smtp_server.port, _at(generation), f"d{generation}", 2,
                     delay=chance.uniform(0.02, 0.1))  # fmt: skip
        births.begin(steady)
        other_births.begin(dying)
        killed += (births.end() == KILLED) + (other_births.end() == KILLED)
    assert births.live(Life(url, smtp_server.port, _at(lives), "last")) == 0
    log = Log.of(smtp_server.taken)
    assert log.complaints(planned(messages)) == []
    assert log.copies <= 2 * killed
    assert _counts(url) == {"sent": 2 * messages}
