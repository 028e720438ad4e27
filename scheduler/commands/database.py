"""`milestones database`: the version of the tables, and a copy of everything."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click

from scheduler.commands.history import required
from scheduler.commands.options import (
    database_option,
    database_url,
    plan_option,
    plan_path,
)
from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.outbox.database import Database
from scheduler.outbox.schema import current, upgrade


@click.group
def command() -> None:
    """Upgrade or back up the database."""


@command.command("upgrade")
@plan_option
@database_option
def upgrade_command(plan: Path | None, database: str | None) -> None:
    """Bring the tables to the version of this program; makes them where there are none."""
    opened = Database(database_url(database, plan_path(plan)))
    try:
        before = current(opened)
        after = upgrade(opened)
    finally:
        opened.close()
    if before == after:
        click.echo(f"the database has version {after} already")
    else:
        click.echo(f"the database has version {after} now (it was {before or 'empty'})")


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@plan_option
@database_option
def backup_command(file: Path, plan: Path | None, database: str | None) -> None:
    """Write a consistent copy to FILE, also while the service runs (SQLite)."""
    opened = Database(required(database_url(database, plan_path(plan))))
    try:
        if not opened.is_sqlite:
            raise WrongUsage("back up a PostgreSQL database with its own program, pg_dump")
        if file.exists():
            raise WrongUsage(f"{file} is there already; name another file")
        _copy(str(opened.url.database), file)
    finally:
        opened.close()
    click.echo(f"copied to {file} ({file.stat().st_size:,} bytes)")


def _copy(source: str, file: Path) -> None:
    part = file.with_name(file.name + ".part")
    try:
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(part)) as writing:
            reading.backup(writing)
        part.replace(file)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise OutsideFailed(f"the copy failed: {error}") from None
