"""Waking the other nodes: what was written, said by PostgreSQL's NOTIFY and heard by LISTEN.

News is a hint and carries no data. It is sent with the commit of what it tells of, so that whoever
hears it finds that written; it is lost where nobody listens, and every node looks by itself twice a
minute. The hot path of delivery, claim and record, sends none: a commit with a NOTIFY waits
for the others of its kind. On SQLite there is none to tell: one machine, one service.
"""

import os
import selectors
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from scheduler.outbox.database import Database

ADDRESS = "milestones"
"""The name that nodes listen to; a database is one tracker's."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before the next try to connect."""


class News(StrEnum):
    """What was written."""

    DUE = "due"
    """Reminders were planned, or given another time."""
    KNOWN = "known"
    """A report, a plan, an answer, or what calendars show."""
    NOTICE = "notice"
    """Something that the coordinators must hear."""


def announce(connection: Connection, news: News) -> None:
    """Tell the other nodes when this transaction commits; the same twice in it is told once."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(ADDRESS, news.value)))


class Listener:
    """Hears news of a PostgreSQL database on a connection of its own, in a thread of its own.

    told: called with each kind of news that has come; with all of them after each new connection,
    since news may have been missed before. troubled: told once when the connection is lost.
    """

    def __init__(
        self,
        database: Database,
        told: Callable[[News], None],
        troubled: Callable[[Exception], None],
    ) -> None:
        self._database = database
        self._told = told
        self._troubled = troubled
        self._stopping = threading.Event()
        self._inner, self._outer = os.pipe()
        self._error = _errors_of(database)
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)
        self.hearing = threading.Event()
        """Set while the connection stands."""

    def start(self) -> None:
        """Begin; does nothing where there is no news to hear."""
        if not self._database.is_sqlite:
            self._thread.start()

    def stop(self) -> None:
        """End, and let the connection go."""
        self._stopping.set()
        os.write(self._outer, b".")
        if self._thread.ident is not None:
            self._thread.join()
        os.close(self._outer)
        os.close(self._inner)

    def _run(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._stopping.is_set():
            try:
                with closing(self._database.lone_connection()) as connection:
                    connection.execute(f"LISTEN {ADDRESS}")
                    self.hearing.set()
                    pause = SHORTEST_PAUSE
                    self._tell(list(News))
                    self._hear(connection)
            except (SQLAlchemyError, self._error, OSError) as error:
                if self.hearing.is_set() or pause == SHORTEST_PAUSE:
                    self._troubled(error)
                self._database.contact.lost()
            finally:
                self.hearing.clear()
            if self._stopping.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)

    def _hear(self, connection: Any) -> None:
        """Pass on what comes until stopped; raises what ends the connection."""
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            selector.register(self._inner, selectors.EVENT_READ)
            while not self._stopping.is_set():
                selector.select()
                said = {one.payload for one in connection.notifies(timeout=0)}
                if connection.closed:
                    raise self._error("the connection for news was closed")
                self._tell([one for one in News if one.value in said])

    def _tell(self, news: list[News]) -> None:
        for one in news:
            with suppress(RuntimeError):  # the service is ending
                self._told(one)


def _errors_of(database: Database) -> type[Exception]:
    """What the database's driver raises."""
    driver: Any = database.engine.dialect.loaded_dbapi
    found: type[Exception] = driver.Error
    return found
