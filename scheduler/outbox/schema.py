"""The version of the database: what it is, whether the code knows it, and how it is raised.

The steps are Alembic's and stand in `migrations/`, inside the package.
"""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from scheduler.errors import OutsideFailed
from scheduler.outbox.database import Database
from scheduler.outbox.tables import metadata


def newest() -> str:
    """The version that this code is written for."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(database: Database) -> str | None:
    """The version of the database, None for an empty one."""
    return database.read(_current)


def upgrade(database: Database, version: str = "head") -> str | None:
    """Raise the database to a version, the newest one unless told; returns it.

    Of two processes that begin at once the second waits and finds it done. Raises OutsideFailed
    for a database that is newer than the code.
    """
    with database.planning_lock(patience=60) as got:
        if not got:
            raise OutsideFailed(
                "another process has held the database for a minute; stop it, or try again"
            )
        _refuse_newer(current(database))
        with database.engine.begin() as connection:
            command.upgrade(_config(connection), version)
    return current(database)


def prepare(database: Database) -> None:
    """See that the database fits the code; an empty one gets its tables.

    Raises OutsideFailed for one that is newer than the code, or behind it.
    """
    found = current(database)
    if found == newest():
        return
    _refuse_newer(found)
    if found is None:
        _refuse_foreign(database)
        upgrade(database)
        return
    raise OutsideFailed(
        f"the database has version {found} and the program needs {newest()}: "
        "make a backup (milestones database backup FILE), then run milestones database upgrade"
    )


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


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise OutsideFailed(
            f"the database has version {found}, which this program does not know: it was made by "
            "a newer one. Install that or a later version; nothing was changed"
        )


def _refuse_foreign(database: Database) -> None:
    """A database without a version but with our tables' names is somebody else's."""
    there = database.read(lambda connection: inspect(connection).get_table_names())
    taken = sorted(set(there) & set(metadata.tables))
    if taken:
        raise OutsideFailed(
            f"the database has tables of another program ({', '.join(taken)}); "
            "name a database of its own"
        )
