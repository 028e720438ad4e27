"""New, empty databases for the measurements."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from scheduler.outbox.database import Database
from scheduler.outbox.schema import prepare


class Fresh:
    """Addresses of SQLite files that are not there yet."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._number = 0

    def url(self) -> str:
        """The next address."""
        self._number += 1
        return f"sqlite:///{self._place}/{self._number}.sqlite"


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Our database at an address, with its tables."""
    database = Database(url)
    try:
        prepare(database)
        yield database
    finally:
        database.close()


def emptied(url: str) -> str:
    """The address of a PostgreSQL database, after everything in it was thrown away."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url
