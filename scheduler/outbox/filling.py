"""A large plan's first planning: some indexes are made once, at its end.

An index in another order than the rows come in gets a row here and a row there: with a million
reminders every transaction would write nearly as many pages as rows. Made at once from all rows it
is sorted first. Until then nobody looks for a row by it: the outbox was empty, and its service
delivers only when its plan is in force. A process that dies meanwhile leaves a database in which
they are missing; the next that opens it, or that plans, makes them (`make_missing`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex, DropIndex

from scheduler.outbox.database import Database
from scheduler.outbox.tables import reminders

_NAMES = ("ix_reminders_due", "ix_reminders_message", "ix_reminders_milestone")
_LATER = {str(index.name): index for index in reminders.indexes if index.name in _NAMES}
_ON_SQLITE = text("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'reminders'")
_ON_POSTGRESQL = text(
    "SELECT indexname FROM pg_indexes "
    "WHERE schemaname = current_schema() AND tablename = 'reminders'"
)
_LOOK = text("ANALYZE reminders")
_AT_ONCE = text("SET LOCAL lock_timeout = '500ms'")


@contextmanager
def filling(database: Database) -> Iterator[None]:
    """While very many reminders are planned; nothing special where there are some already.

    To be called with the right to plan.
    """
    begun = _begun(database)
    try:
        yield
    finally:
        if begun:
            make_missing(database)


def _begun(database: Database) -> bool:
    """Whether the indexes were dropped; not where another is at the table for long."""
    try:
        return database.write(lambda connection: _drop(connection, database.is_sqlite))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != "55P03":  # the lock was not to be had
            raise
        return False


def make_missing(database: Database) -> None:
    """Make what indexes a first planning has left out, in one transaction; else only look.

    PostgreSQL then looks at the table at once: before it knows how many reminders are due, it
    takes them for few, and reads and sorts all of them for each claim.
    """
    names = missing(database)
    if names:
        database.write(lambda connection: _make(connection, names, database.is_sqlite))


def missing(database: Database) -> set[str]:
    """The indexes that a first planning leaves out and that are not there now."""
    query = _ON_SQLITE if database.is_sqlite else _ON_POSTGRESQL
    return database.read(lambda connection: _LATER.keys() - connection.scalars(query))


def _drop(connection: Connection, on_sqlite: bool) -> bool:
    if connection.execute(select(reminders.c.id).limit(1)).first() is not None:
        return False
    if not on_sqlite:
        connection.execute(_AT_ONCE)
    for index in _LATER.values():
        connection.execute(DropIndex(index, if_exists=True))
    return True


def _make(connection: Connection, names: set[str], on_sqlite: bool) -> None:
    for name in sorted(names):
        connection.execute(CreateIndex(_LATER[name], if_not_exists=True))
    if not on_sqlite:
        connection.execute(_LOOK)
