"""Databases of either kind for the measurements of sizes: new ones, and copies of full ones."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, make_url, text

from bench.databases import Fresh
from bench.measure import note
from bench.servers import postgresql, postgresql_server
from scheduler.outbox.database import Database


class Place(Protocol):
    """Where databases of one kind are."""

    name: str

    def new(self) -> str:
        """The address of a database that nothing is in yet."""

    def copy(self, url: str) -> str:
        """The address of a copy of a database that nobody is connected to."""


class OnSqlite:
    """Databases that are files in a folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._fresh = Fresh(folder)

    def new(self) -> str:
        """The address of a database that nothing is in yet."""
        return self._fresh.url()

    def copy(self, url: str) -> str:
        """The address of a copy; what stands in the log goes into the file first."""
        database, found = Database(url), self.new()
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        shutil.copyfile(make_url(url).database or "", make_url(found).database or "")
        return found


class OnPostgresql:
    """Databases of one server."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._number = 0

    def new(self) -> str:
        """The address of a database that nothing is in yet."""
        return self._create("")

    def copy(self, url: str) -> str:
        """The address of a copy."""
        return self._create(f"TEMPLATE {make_url(url).database}")

    def _create(self, words: str) -> str:
        self._number += 1
        name = f"sizes_{self._number}"
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {words}"))
        engine.dispose()
        return self._url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def place(kind: str, folder: Path) -> Iterator[Place | None]:
    """The place of a kind, "sqlite" or "postgresql"; None where its server is not installed."""
    if kind == "sqlite":
        yield OnSqlite(folder)
        return
    programs = postgresql()
    if programs is None:
        note("PostgreSQL is not installed: left out")
        yield None
        return
    with postgresql_server(programs) as url:
        yield OnPostgresql(url)


def without_reminders(place_: Place, url: str) -> str:
    """The address of a copy in which everything is as before, but nothing is planned."""
    found = place_.copy(url)
    database = Database(found)
    for table in ("reminders", "transitions"):
        with database.engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {table}"))
    with database.engine.connect() as connection:
        # Ends the transaction that was begun: neither database can do it within one.
        raw = connection.connection.driver_connection
        connection.exec_driver_sql("COMMIT")
        if raw is not None and not database.is_sqlite:
            raw.autocommit = True
        connection.exec_driver_sql("VACUUM")
    database.close()
    return found
