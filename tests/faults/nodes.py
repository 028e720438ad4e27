"""Nodes that deliver side by side while their database fails, and what was to come of it."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from scheduler.outbox import schema
from scheduler.outbox.database import Database
from scheduler.outbox.dispatch import Dispatcher
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from tests.faults.log import Log
from tests.faults.office import START, dispatcher, mail, planned
from tests.mailbox import SmtpServer

CONNECTIONS = 3
LEASE = timedelta(seconds=4)
GRACE = 8.0
"""In the same proportion to the ledger's pauses as the product's, or nearly."""
PATIENCE_SECONDS = 120.0
TAKES = 0.05
"""Seconds that the mail server needs for a mail."""


class RunningClock:
    """Shows the start of the tests' plans when it is made, and runs as fast as any clock."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The present instant of the test."""
        return START + timedelta(seconds=time.monotonic() - self._began)

    def wait(self, until: datetime | None, wake: threading.Event, most_seconds: float) -> None:
        """See `Clock.wait`."""
        left = most_seconds if until is None else (until - self.now()).total_seconds()
        wake.wait(max(0.0, min(left, most_seconds)))


class Slow(SmtpServer):
    """A mail server that takes its time."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail, after a moment."""
        await asyncio.sleep(TAKES)
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def slow_mail(port: int) -> Iterator[Slow]:
    """Such a server on a port that is free."""
    found = Slow("127.0.0.1", port)
    controller = Controller(found, found.host, found.port)
    controller.start()
    try:
        yield found
    finally:
        controller.stop()


class Cluster:
    """Two nodes, each with a database connection of its own, that send until all is sent."""

    def __init__(self, urls: list[str], sink: SmtpServer, messages: int) -> None:
        """`urls` are what the nodes call the database; the last is the test's own."""
        self.sink = sink
        self.messages = messages
        self._own = Database(urls[-1])
        schema.prepare(self._own)
        PlanningStore(self._own).insert(planned(messages), START)
        self._clock = RunningClock()
        self._done = threading.Event()
        self._databases: list[Database] = []
        self._threads: list[threading.Thread] = []
        for url in urls[:2]:
            self.join(url)

    def join(self, url: str) -> None:
        """One node more, that knows nothing of what was before it."""
        database = Database(url)
        node = self._node(database, f"node{len(self._databases)}")
        self._databases.append(database)
        self._threads.append(threading.Thread(target=self._deliver, args=[node]))
        self._threads[-1].start()

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        """The nodes finish what they send, whatever came of the test."""
        self._done.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
        for database in (*self._databases, self._own):
            database.close()

    def _node(self, database: Database, name: str) -> Dispatcher:
        contact = database.contact
        return dispatcher(
            database,
            self._clock,
            lambda _: mail(self.sink.port, self._clock),
            name,
            CONNECTIONS,
            lease=LEASE,
            may_take_over=lambda: contact.kept_for(GRACE),
        )

    def _deliver(self, node: Dispatcher) -> None:
        """What the service's round does: look what is due; after a failure wait and go on."""
        while not self._done.wait(0.1):
            try:
                node.start_due()
            except SQLAlchemyError:
                continue
        node.stop(60)

    def wait_for_mails(self, count: int) -> None:
        """Until the mail server has taken so many."""
        _until(lambda: len(self.sink.taken) >= count)

    def wait_for_mails_or_claims(self, count: int) -> None:
        """Until the mail server has taken so many, or all that is left is claimed.

        A claim whose answer was lost is nobody's work until its lease has run out and a node has
        been in contact for a while, which it never is where connections are cut all the time.
        """
        begun = {"claimed", "sent"}
        _until(lambda: len(self.sink.taken) >= count or set() < self._counts().keys() <= begun)

    def end(self, *, copies: bool = False) -> int:
        """Wait until every message is recorded as sent; each must have been sent once.

        Or, with `copies`, once under one Message-ID. How many copies there were.
        """
        _until(lambda: self._counts() == {"sent": 2 * self.messages})
        log = Log.of(self.sink.taken)
        assert log.complaints(planned(self.messages)) == []
        assert copies or log.copies == 0
        return log.copies

    def _counts(self) -> dict[str, int]:
        try:
            return HistoryStore(self._own).counts()
        except SQLAlchemyError:
            return {}


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.05)
