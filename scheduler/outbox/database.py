"""The connection to the database: one code path for SQLite and PostgreSQL.

What differs between the two stands here, in `claims.py`, and in `at_once.py` and `many_rows.py` for
what is worth an own statement: SQLite runs in WAL mode, waits for its lock, and takes it at the
beginning of each write; PostgreSQL locks rows.

SQLite commits with `synchronous=FULL`. The faster NORMAL may lose the last commits when the power
fails; a mail that is out would then be taken as not sent, and go out a second time.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Dialect,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.outbox.contact import Contact
from scheduler.outbox.ownership import make_beside

T = TypeVar("T")
_Opened = Callable[[], AbstractContextManager[Connection]]
"""How a transaction's connection is had."""

CHUNK = 2_000
"""The most rows a transaction writes: a longer one would hold up delivery on SQLite."""
IN_LIMIT = 500
"""The most values in one IN list."""
BUSY_SECONDS = 30.0
TRIES = 5
KEPT = 2
"""So many connections a process keeps at hand for single statements: one to look, one to record."""
_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-16000",
    "wal_autocheckpoint=4000",
)
"""SQLite's. The log is written back at 16 MB, not at 4: busy pages are written less often."""
_SOON = (0.0002,) * 10 + (0.0005,) * 16
"""Seconds between the first looks at SQLite's lock: ten milliseconds in all."""
_PLANNING = 0x6D696C6573  # an advisory lock is a number
_PASSING_CODES = frozenset(
    {
        "40001", "40P01", "55P03",  # two transactions met
        "57P01", "57P02", "57P03", "57P05",  # the server ends, or begins
        "53100", "53200", "53300",  # its disk or memory is full, or too many are connected
        "25006",  # it is a copy that only reads: the one that writes has changed
    }
)  # fmt: skip
_NEEDS_ANOTHER = frozenset({"25006"})
"""Where a connection is of no more use, though it stands."""
_READING: Mapping[bool, dict[str, Any]] = {
    True: {"reading": True},
    False: {"isolation_level": "REPEATABLE READ"},
}
"""Whether on SQLite -> how all statements of a transaction that only reads see one state."""
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "milestones",
}
"""A server that is gone without a word is noticed within half a minute; a URL may say otherwise."""
_IDLE_SINCE = "idle since"
_A_MOMENT = 1.0
"""Seconds for which an idle connection is taken to stand."""


class Database:
    """Engine and transactions. Safe to use from many threads."""

    def __init__(self, url: str) -> None:
        """`url` is `sqlite:///FILE` or `postgresql://...`; raises WrongUsage for anything else."""
        self.url = address_of(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self.contact = Contact()
        self._reading = self.engine.execution_options(**_READING[self.is_sqlite])
        self._kept = _Kept(self.engine)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent state; it may be run again after a lost connection."""
        return _patiently(lambda: self._run(self._reading.begin, work))

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction that is committed at its end.

        It is run again, at the most five times, where the database was busy, took it for a
        deadlock, or was lost. Even a lost answer to the commit is covered: every write of the
        store is such that doing it twice does the same as doing it once.
        """
        with self.contact.writing():
            return _patiently(lambda: self._run(self.engine.begin, work))

    def statement(self, work: Callable[[Connection], T]) -> T:
        """As `write`, for PostgreSQL and where `work` is one statement: a transaction by itself.

        A transaction around it would cost two more waits for the server; and its connection is
        kept at hand, since to take one from the pool and to give it back costs half as much again.
        """
        with self.contact.writing():
            return _patiently(lambda: self._run(self._kept.connection, work))

    def _run(self, opened: _Opened, work: Callable[[Connection], T]) -> T:
        began = time.monotonic()
        try:
            with opened() as connection:
                found = work(connection)
        except Exception as error:
            self.contact.failed(error)
            raise
        self.contact.answered(began)
        return found

    def lone_connection(self) -> Any:
        """psycopg's own connection to PostgreSQL, out of the pool for good; to be closed.

        Each statement is a transaction by itself. Raises SQLAlchemyError where there is none to
        be had.
        """
        pooled = self.engine.raw_connection()
        found: Any = pooled.driver_connection
        pooled.detach()
        found.autocommit = True
        return found

    @contextmanager
    def planning(self, patience: float = 60.0) -> Iterator[None]:
        """Hold the right to plan, as `planning_lock`; OutsideFailed where it is not to be had."""
        with self.planning_lock(patience) as got:
            if not got:
                raise OutsideFailed("another process is planning; this one waits for its turn")
            yield

    @contextmanager
    def planning_lock(self, patience: float = 0.0) -> Iterator[bool]:
        """Hold the right to plan; yields whether it was got within `patience` seconds.

        When two ask, one gets it. A process that dies lets go at once: PostgreSQL's advisory
        lock ends with its connection, and for SQLite the lock is one on a small file beside the
        database, which the operating system takes away.
        """
        with self._file_lock(patience) if self.is_sqlite else self._row_lock(patience) as got:
            yield got

    @contextmanager
    def _file_lock(self, patience: float) -> Iterator[bool]:
        path = f"{self.url.database}-planning"
        make_beside(Path(path), Path(str(self.url.database)))
        with closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise OutsideFailed(f"{path}: {error}") from error
                yield False
                return
            yield True

    @contextmanager
    def _row_lock(self, patience: float) -> Iterator[bool]:
        options = {"isolation_level": "AUTOCOMMIT"}
        with self.engine.connect().execution_options(**options) as connection:
            got: bool | None = None
            try:
                got = _lock(connection, patience)
                yield got
            finally:
                if got is None or (got and not _unlocked(connection)):
                    # Closed for good, not given back: were the lock still held, it would end here.
                    connection.invalidate()

    def close(self) -> None:
        """Let all connections go."""
        self._kept.close()
        self.engine.dispose()


class _Kept:
    """A few connections out of the pool on which each statement is a transaction by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._free: list[tuple[Connection, float]] = []
        self._lock = threading.Lock()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """One that stands; it is kept only where nothing went wrong on it."""
        connection = self._taken()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if len(self._free) < KEPT:
                self._free.append((connection, time.monotonic()))
                return
        connection.close()

    def _taken(self) -> Connection:
        """As in the pool, one that was idle for a moment is tried first."""
        while True:
            with self._lock:
                connection, since = self._free.pop() if self._free else (None, 0.0)
            if connection is None:
                return self._engine.connect()
            if time.monotonic() - since < _A_MOMENT or _stands(connection):
                return connection

    def close(self) -> None:
        """Give them back to the pool."""
        with self._lock:
            free, self._free = self._free, []
        for connection, _ in free:
            connection.close()


def _stands(connection: Connection) -> bool:
    """Whether the server answers on it; else it is let go."""
    try:
        connection.exec_driver_sql("SELECT 1")
    except DBAPIError:
        connection.close()
        return False
    return True


def _lock(connection: Connection, patience: float) -> bool:
    """Whether the planning lock was got within so many seconds."""
    ends = time.monotonic() + patience
    ask = text("SELECT pg_try_advisory_lock(:number)").bindparams(number=_PLANNING)
    while not (got := bool(connection.scalar(ask))) and time.monotonic() < ends:
        time.sleep(0.05)
    return got


def _unlocked(connection: Connection) -> bool:
    """Let the planning lock go at once; whether the server says that it was held, and is free.

    A server that is gone has let it go itself.
    """
    with suppress(DBAPIError):
        ask = text("SELECT pg_advisory_unlock(:number)").bindparams(number=_PLANNING)
        return bool(connection.scalar(ask))
    return False


def address_of(url: str) -> URL:
    """The parts of a database's address; WrongUsage, without its password, where it is none."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):  # the latter of a port that is no number
        raise WrongUsage(
            "the database address cannot be read; write sqlite:///FILE "
            "or postgresql://USER@HOST/NAME"
        ) from None
    if found.drivername in {"postgres", "postgresql"}:
        found = found.set(drivername="postgresql+psycopg")
    if found.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise WrongUsage(
            f"databases of the kind {found.drivername!r} are not known; "
            "write sqlite:///FILE or postgresql://USER@HOST/NAME"
        )
    if found.get_backend_name() == "sqlite" and found.database in {None, "", ":memory:"}:
        raise WrongUsage("a database in memory is lost at the end; write sqlite:///FILE")
    return found


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=64,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Python's driver begins transactions by itself, and late; from here on we do."""
    connection.isolation_level = None
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN")
    elif not _begun_soon(connection.connection.driver_connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begun_soon(driver: Any) -> bool:
    """Begin to write where the lock comes free within some milliseconds; whether it did.

    Most writers hold it for about one. SQLite's own waiting sleeps for as long, and then longer.
    """
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        for pause in _SOON:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                time.sleep(pause)
            else:
                return True
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
    return False


def _postgresql(url: URL) -> Engine:
    """A node takes at the most 16 connections, and one to hear news; idle ones are kept.

    One that was not used for a moment is tried before it is: its server may have ended. (The
    pool's own `pool_pre_ping` tries it each time, which costs as much as a statement.)
    """
    patience = {key: value for key, value in _PATIENCE.items() if key not in url.query}
    engine = create_engine(
        url, pool_size=10, max_overflow=6, hide_parameters=True, connect_args=patience
    )
    event.listen(engine, "handle_error", _change_servers)
    event.listen(engine, "checkin", _put_by)
    event.listen(engine, "checkout", partial(_try_again, engine.dialect))
    return engine


def _put_by(_: object, entry: ConnectionPoolEntry) -> None:
    entry.info[_IDLE_SINCE] = time.monotonic()


def _try_again(dialect: Dialect, connection: Any, entry: ConnectionPoolEntry, _: object) -> None:
    since = entry.info.pop(_IDLE_SINCE, None)
    if since is None or time.monotonic() - since < _A_MOMENT:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError(str(error)) from error


def _change_servers(context: ExceptionContext) -> None:
    """Connect anew, with all connections, where the server is one that no longer writes."""
    if getattr(context.original_exception, "sqlstate", None) in _NEEDS_ANOTHER:
        context.is_disconnect = True


def _patiently(run: Callable[[], T]) -> T:
    for turn in range(1, TRIES):
        try:
            return run()
        except DBAPIError as error:
            if not _passes(error):
                raise
            time.sleep(0.02 * 3**turn)
    return run()


def _passes(error: DBAPIError) -> bool:
    """Whether the same may well succeed a little later."""
    if error.connection_invalidated:
        return True
    original = error.orig
    if isinstance(original, sqlite3.OperationalError):
        return original.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    code = getattr(original, "sqlstate", None)
    return code in _PASSING_CODES or (code is None and isinstance(error, OperationalError))
