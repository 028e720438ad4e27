"""`milestones database`: the version of the tables, copies of everything, and old rows."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from calendars.durations import Unit, parse_duration, shift
from calendars.workdays import Workdays
from scheduler.commands.history import required
from scheduler.commands.options import (
    database_of,
    database_option,
    database_url,
    load_plan,
    moment,
    now,
    plan_option,
    plan_path,
)
from scheduler.commands.output import counted
from scheduler.errors import WrongUsage
from scheduler.logs import configure
from scheduler.operation.copies import check_backup, copy, remove
from scheduler.operation.restoring import settle
from scheduler.outbox.database import Database, address_of
from scheduler.outbox.retention import KEPT, clean_up
from scheduler.outbox.schema import current, holds, prepare, upgrade

_BY_CALENDAR = frozenset({Unit.MONTHS, Unit.YEARS})


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
    opened = Database(database_of(database, plan))
    try:
        before = current(opened) if holds(opened) == "ours" else None
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
    opened = Database(required(database_of(database, plan)))
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
    url = address_of(database_url(database, path))
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
    check_backup(file)
    remove(target)
    copy(file, target, keep_private=True)
    try:
        _settle(path, url.render_as_string(hide_password=False), sent_until)
    except BaseException:
        remove(target)
        raise
    click.echo(f"restored {target} from {file}")


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
    kept = age_of(older_than, at)
    opened = Database(required(database_of(database, plan)))
    try:
        prepare(opened)
        gone = clean_up(opened, at, kept)
    finally:
        opened.close()
    click.echo(", ".join(f"{number:,} {table}" for table, number in gone.items()) + " deleted")


def age_of(text: str, at: datetime) -> timedelta:
    """`400 days`, `18 months`, `2 years`, reckoned back from `at`; `WrongUsage` for what is none,
    or too short."""
    try:
        duration = parse_duration(text)
        if duration.unit in _BY_CALENDAR:
            kept = at.date() - shift(at.date(), duration, -1, Workdays())
        else:
            kept = duration.as_timedelta()
    except ValueError:
        raise WrongUsage(
            f'"{text}" is no time; write for example "400 days" or "2 years"'
        ) from None
    if kept < KEPT:
        raise WrongUsage(f"nothing is deleted before {KEPT.days} days")
    return kept
