"""One node of the service on a clock that is set by hand, which can die between any two steps.

Everything runs in one thread and in one order, so that a run is the same each time and Hypothesis
can shrink it. What is not the product's own: the clock, the sink that takes messages, and threads,
which run here one after the other.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import structlog
from sqlalchemy import Connection, event

from notifiers.errors import DeliveryError
from notifiers.mailbox import MemoryMailbox
from notifiers.message import Message
from scheduler.clock import ManualClock
from scheduler.outbox import crew, dispatch, lane
from scheduler.outbox.database import Database
from scheduler.planning.values import Reminder
from scheduler.service import Rehearsed, Service
from scheduler.ticking import Rounds
from tests.faults.contents.forms import Content, of_html, of_text

FAULTS = ("refused", "stalled", "dropped at the dot")
"""What a sink may do instead of its work. After the last it has the message all the same."""


class DiedError(BaseException):
    """The process was killed; nothing may catch it."""


@dataclass
class Death:
    """When the node dies: at so many steps from now, None for not. A dead node does nothing."""

    left: int | None = None
    dead: bool = False

    def step(self) -> None:
        """One step of the node: a transaction begins, or a message goes out or is answered."""
        if self.dead:
            raise DiedError
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.dead = True
                raise DiedError


@dataclass(frozen=True)
class Taken:
    """A message that the sink took: its identity, the reminders in it, and when."""

    identity: str
    keys: tuple[str, ...]
    at: datetime
    content: Content


@dataclass
class Sink:
    """The far side of all channels.

    faults: what each next message of a channel meets. fatal: the node dies when the next message
    is taken, before it has the answer.
    """

    clock: ManualClock
    taken: list[Taken] = field(default_factory=list)
    faults: dict[str, deque[str]] = field(default_factory=dict)
    contents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    met: list[tuple[datetime, tuple[str, ...]]] = field(default_factory=list)
    death: Death = field(default_factory=Death)
    fatal: bool = False

    def take(self, channel: str, message: Message) -> str:
        """Take a message, or fail as it is told to."""
        self.death.step()
        waiting = self.faults.get(channel)
        fault = waiting.popleft() if waiting else ""
        keys = self.contents.get(message.key, ())
        if fault:
            self.met.append((self.clock.now(), keys))
        if fault == "refused":
            raise DeliveryError(f"the server said: {fault}", permanent=False)
        if fault == "stalled":
            self.clock.step(minutes=2)
            raise DeliveryError("no answer in time", permanent=False)
        self.taken.append(Taken(message.key, keys, self.clock.now(), _content(message)))
        if self.fatal:
            self.fatal, self.death.left = False, 0
        self.death.step()
        if fault:
            raise DeliveryError("the connection was lost", permanent=False)
        return "250 taken"


def _content(message: Message) -> Content:
    forms = of_text(message.text), of_html(message.html or "")
    return Content(message.subject, forms if message.html else forms[:1], message.facts)


@dataclass(frozen=True)
class Way:
    """One connection to the sink."""

    sink: Sink
    channel: str

    def send(self, message: Message) -> str:
        """Hand a message over."""
        return self.sink.take(self.channel, message)

    def close(self) -> None:
        """Nothing is open."""


class _Threads:
    """Threads that run one after the other, in the order in which they are started."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._busy = False

    def thread(self, target: Callable[[], None], name: str, daemon: bool) -> SimpleNamespace:
        """In the place of `threading.Thread`."""
        del daemon
        work = (lambda: None) if name == "leases" else target
        return SimpleNamespace(start=lambda: self._start(work))

    def _start(self, work: Callable[[], None]) -> None:
        self._waiting.append(work)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            self._busy = False
            self._waiting.clear()


@dataclass
class Node:
    """A node from its start to its death; `alive` starts it again when it is dead.

    open: its connections to the database, which end with it.
    """

    path: Path
    url: str
    clock: ManualClock
    sink: Sink
    death: Death = field(default_factory=Death)
    deaths: int = 0
    service: Service | None = None
    rounds: Rounds | None = None
    open: list[Any] = field(default_factory=list)

    def alive(self, work: Callable[[Service], None]) -> bool:
        """Do something with the node running; whether it survived."""
        try:
            with _in_order():
                work(self._started())
        except DiedError:
            self._bury()
            return False
        return True

    def run(self, until: datetime) -> bool:
        """Let the node work until the clock shows `until`; whether it survived."""

        def work(_: Service) -> None:
            assert self.rounds is not None
            for name in ("beat", "attention", "deliver"):
                self.rounds.call(name)
            self.rounds.run(until)

        return self.alive(work)

    def _started(self) -> Service:
        if self.service is None:
            self.death = self.sink.death = Death(self.death.left)
            database = Database(self.url)
            structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
            _watch(database, self.death, self.open)
            start = self.clock.now()
            rehearsed = Rehearsed(start, start, timedelta(1), MemoryMailbox())
            service = Service(self.path, database, self.clock, rehearsed=rehearsed)
            self.service = service
            with patch("scheduler.ways_out.Crew", self._crew):
                service.start()
            self.rounds = Rounds(self.clock, service.rounds(), start)
            service.on_call(self.rounds.call)
        return self.service

    def _crew(self, **parts: object) -> crew.Crew:
        render = parts["render"]

        def noting(reminders: Sequence[Reminder], key: str, now: datetime) -> Message | None:
            self.sink.contents[key] = tuple(sorted(one.key for one in reminders))
            return render(reminders, key, now)  # type: ignore[no-any-return,operator]

        own = {
            "render": noting,
            "connect": lambda channel: Way(self.sink, channel),
            "draw": lambda: 0.5,
        }
        return crew.Crew(**(parts | own))  # type: ignore[arg-type]

    def _bury(self) -> None:
        self.deaths += self.death.dead
        if self.service is not None:
            self.service.database.close()
        for connection in self.open:
            with suppress(Exception):
                connection.close()
        self.open.clear()
        self.service = self.rounds = None
        self.death = self.sink.death = Death()

    def stop(self) -> None:
        """End in order."""
        if self.service is not None:
            with suppress(DiedError):
                self.service.stop()
        self.service = None
        self.open.clear()


def _watch(database: Database, death: Death, opened: list[Any]) -> None:
    """Each transaction is a step: one that the node dies before is never begun."""
    event.listen(database.engine, "connect", lambda connection, _: opened.append(connection))

    def begins(_: Connection) -> None:
        death.step()

    event.listen(database.engine, "begin", begins, insert=True)


@contextmanager
def _in_order() -> Iterator[None]:
    threads = _Threads()
    instead = SimpleNamespace(**(vars(threading) | {"Thread": threads.thread}))
    with patch.object(lane, "threading", instead), patch.object(dispatch, "threading", instead):
        yield
