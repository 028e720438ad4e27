"""`milestones database`: the version of the tables, copies of everything, and old rows."""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url

from calendars.durations import DurationError, Unit, parse_duration, shift
from calendars.workdays import Workdays
from scheduler.commands.history import required
from scheduler.commands.options import (
    database_option,
    database_url,
    load_plan,
    moment,
    now,
    plan_option,
    plan_path,
)
from scheduler.commands.output import counted
from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.logs import configure
from scheduler.operation.restoring import settle
from scheduler.outbox.database import Database
from scheduler.outbox.retention import KEPT, clean_up
from scheduler.outbox.schema import current, prepare, upgrade


def _sent_until(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--sent-until",
        metavar="TIME",
        help="When the lost service was last at work; default now.",
    )(function)


@click.group
def command() -> None:
    """Upgrade, back up, restore or clean the database."""


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
        copy(Path(str(opened.url.database)), file)
    finally:
        opened.close()
    click.echo(f"copied to {file} ({file.stat().st_size:,} bytes)")


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@plan_option
@database_option
@_sent_until
def restore_command(
    file: Path, plan: Path | None, database: str | None, sent_until: str | None
) -> None:
    """Bring back a backup from FILE in place of a lost database (SQLite), sending nothing twice.

    What was due until the lost service was last at work is taken as sent; see `after-restore`.
    """
    path = plan_path(plan)
    url = make_url(database_url(database, path))
    if url.get_backend_name() != "sqlite":
        raise WrongUsage(
            "bring a PostgreSQL database back with pg_restore or psql, "
            "then run milestones database after-restore"
        )
    target = Path(str(url.database))
    if not file.is_file():
        raise WrongUsage(f"there is no backup at {file}")
    if target.exists():
        raise WrongUsage(f"{target} is there; stop the service and move it away first")
    _remove(target)
    copy(file, target, keep_private=True)
    try:
        _must_be_ours(file, str(url))
        _settle(path, str(url), sent_until)
        _give_to_owner(target)
    except BaseException:
        _remove(target)
        raise
    click.echo(f"restored {target} from {file}")


def _files(target: Path) -> Iterator[Path]:
    """A database of SQLite, and what is beside it."""
    return (target.with_name(target.name + rest) for rest in ("", "-wal", "-shm", "-planning"))


def _remove(target: Path) -> None:
    for file in _files(target):
        file.unlink(missing_ok=True)


def _must_be_ours(file: Path, url: str) -> None:
    """Raises `WrongUsage` where what was copied from a file has none of our tables."""
    opened = Database(url)
    try:
        if current(opened) is None:
            raise WrongUsage(f"{file} is no backup of milestones: nothing of it is in there")
    finally:
        opened.close()


def _give_to_owner(target: Path) -> None:
    """What root has brought back belongs to whom the folder does, as what the service makes."""
    if os.geteuid() != 0:
        return
    owner = target.absolute().parent.stat()
    for file in _files(target):
        if file.exists():
            os.chown(file, owner.st_uid, owner.st_gid)


@command.command("after-restore")
@plan_option
@database_option
@_sent_until
def after_restore_command(plan: Path | None, database: str | None, sent_until: str | None) -> None:
    """Take as sent what a lost service may have sent: once, after a restore, before the start.

    What was due until it was last at work, and is not recorded as sent, is recorded as missed and
    never sent. The coordinators are told how much that was.
    """
    path = plan_path(plan)
    _settle(path, required(database_url(database, path)), sent_until)


def _settle(path: Path, url: str, sent_until: str | None) -> None:
    configure(level=logging.WARNING)
    opened = Database(url)
    try:
        upgrade(opened)
        at = now()
        until = moment(sent_until, load_plan(path).plan, end=True) if sent_until else at
        aside = settle(path, opened, until or at, at)
    finally:
        opened.close()
    click.echo(
        f"{counted(aside.reminders, 'reminder')} and "
        f"{counted(aside.invitations, 'calendar invitation')} are taken as sent"
    )


@command.command("clean")
@plan_option
@database_option
@click.option(
    "--older-than",
    default=f"{KEPT.days} days",
    show_default=True,
    metavar="TIME",
    help="What was finished longer ago goes; no less than the default.",
)
def clean_command(plan: Path | None, database: str | None, older_than: str) -> None:
    """Delete what was finished long ago, as the service does each day by itself.

    Reports, moved dates and invitations stay: they are the history of the commitments.
    """
    at = now()
    kept = _age(older_than, at.date())
    opened = Database(required(database_url(database, plan_path(plan))))
    try:
        prepare(opened)
        gone = clean_up(opened, at, kept)
    finally:
        opened.close()
    click.echo(", ".join(f"{number:,} {table}" for table, number in gone.items()) + " deleted")


def _age(text: str, today: date) -> timedelta:
    """`400 days`, `2 years`, back from today; `WrongUsage` for what is none, or too short."""
    try:
        found = parse_duration(text)
        if found.by_clock or found.unit is Unit.WORKING_DAYS:
            raise DurationError(text)
        kept = today - shift(today, found, -1, Workdays())
    except (ValueError, OverflowError):
        raise WrongUsage(f'"{text}" is no time; write for example "400 days"') from None
    if kept < KEPT:
        raise WrongUsage(f"nothing is deleted before {KEPT.days} days")
    return kept


def copy(source: Path, file: Path, *, keep_private: bool = False) -> None:
    """Write a consistent copy of an SQLite database, whole or not at all; it is looked through.

    keep_private: whether the copy is only for its owner to read. Raises `OutsideFailed`.
    """
    part = file.with_name(file.name + ".part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600 if keep_private else 0o640)
        with closing(_readable(source)) as reading, closing(sqlite3.connect(part)) as writing:
            reading.backup(writing)
            found = writing.execute("PRAGMA integrity_check(1)").fetchone()
            if found != ("ok",):
                raise sqlite3.DatabaseError(str(found[0]))
        _to_disk(part)
        part.replace(file)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise OutsideFailed(f"the copy of {source} failed: {error}") from None


def _readable(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True)


def _to_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
