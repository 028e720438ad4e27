"""The version of the database: what it is, whether the code knows it, and how it is raised.

The steps are Alembic's and stand in `migrations/`, inside the package. A step only adds: tables,
and columns that may be empty. So nodes of the version before go on while the database is raised
under them, and may be started anew on it. A step that takes something away names as `serves` the
oldest revision whose program can live with it, a version after the last program that used it. The
oldest of all stands in the database, where a program finds it that does not know the revision.
"""

import sqlite3
from contextlib import suppress
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, inspect, select

from scheduler.errors import OutsideFailed
from scheduler.outbox.access_tables import metadata
from scheduler.outbox.database import Database
from scheduler.outbox.filling import make_missing, missing
from scheduler.outbox.ownership import make_private
from scheduler.outbox.presence import Holds, foreign, judged, tables_of_file
from scheduler.outbox.statements import upsert
from scheduler.outbox.tables import settings

SERVES = "database-serves"
"""The setting that names the oldest revision whose program this database serves."""
FIRST_SERVED = "0008"
"""The first program that looks at it; those before refuse every database that is newer."""


@cache
def newest() -> str:
    """The version that this code is written for; the steps are read once for it."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(database: Database) -> str | None:
    """The version of the database, None for an empty one."""
    return database.read(_current)


def upgrade(database: Database, version: str = "head") -> str | None:
    """Raise the database to a version, the newest one unless told; returns it.

    Of two processes that begin at once the second waits and finds it done. Raises OutsideFailed
    for a database that is newer than the code, and for one that holds another program's tables.
    """
    _make(database)
    holds(database)
    with database.planning_lock(patience=60) as got:
        if not got:
            raise OutsideFailed(
                "another process has held the database for a minute; stop it, or try again"
            )
        if _serves_older(database):
            return current(database)
        with database.engine.begin() as connection:
            command.upgrade(_config(connection), version)
            if version == "head":
                row = {"name": SERVES, "value": _oldest_served()}
                upsert(connection, settings, [row])
    return current(database)


def prepare(database: Database) -> None:
    """See that the database fits the code; an empty one gets its tables.

    One that a newer program has raised fits where it says so. Raises OutsideFailed for one that
    is newer and does not, or behind, and for one that holds another program's tables.
    """
    _make(database)
    if holds(database) == "nothing":
        upgrade(database)
        return
    found = current(database)
    if found == newest() or _serves_older(database):
        _mend(database)
        return
    raise OutsideFailed(
        f"the database has version {found} and the program needs {newest()}: "
        "make a backup (milestones database backup FILE), then run milestones database upgrade"
    )


def _make(database: Database) -> None:
    if database.is_sqlite:
        make_private(Path(str(database.url.database)))


def _mend(database: Database) -> None:
    """Make the indexes that a first planning has left out and died; not while one is going on."""
    if missing(database):
        with database.planning_lock() as got:
            if got:
                make_missing(database)


def differences(database: Database) -> list[str]:
    """What differs between the database's tables and the code's; empty when all is well."""

    def compare(connection: Connection) -> list[str]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [repr(one) for one in compare_metadata(context, metadata)]

    return database.read(compare)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _serves_older(database: Database) -> bool:
    """Whether the database is newer than the code and serves it; OutsideFailed where it does not.

    False where the code knows its revision.
    """
    found = current(database)
    if found is None or found in {script.revision for script in scripts()}:
        return False
    query = select(settings.c.value).where(settings.c.name == SERVES)
    served = database.read(lambda connection: connection.execute(query).scalar())
    if served is not None and served in {script.revision for script in scripts()}:
        return True
    raise OutsideFailed(
        f"the database has version {found}, which this program does not know: it was made by "
        "a newer one. Install that or a later version; nothing was changed"
    )


def _oldest_served() -> str:
    """The oldest revision whose program can use a database that is raised to the newest."""
    named = [getattr(script.module, "serves", FIRST_SERVED) for script in scripts()]
    return max(named, default=FIRST_SERVED)


def scripts() -> list[Script]:
    """The steps, the newest first."""
    return list(ScriptDirectory.from_config(_config()).walk_revisions())


def holds(database: Database) -> Holds:
    """Whether it is empty or ours; OutsideFailed for one that holds another program's tables.

    Nothing is changed: an SQLite file is not even brought into our mode, as by a connection.
    """
    names = _tables(database)
    found = judged(names)
    if found == "others":
        raise OutsideFailed(foreign(names))
    return found


def _tables(database: Database) -> list[str]:
    file = Path(str(database.url.database))
    if database.is_sqlite and file.exists():
        with suppress(sqlite3.Error):  # what is wrong with it is said by the connection
            return tables_of_file(file)
    return database.read(lambda connection: inspect(connection).get_table_names())
