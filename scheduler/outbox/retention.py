"""Deleting what is older than it must be kept (semantics, Sending 1).

Reminders with their records, attempts, told notices, what mails brought, the trail of who did what
and the texts of past plans go, and drafts that nobody sent. Reports, moved dates, invitations and
answers are the history of the commitments and stay, and so does whatever is still to be sent,
however old.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from scheduler.outbox.access_tables import trail
from scheduler.outbox.database import CHUNK, Database
from scheduler.outbox.tables import (
    attempts,
    bounces,
    drafts,
    nodes,
    notices,
    plans,
    reminders,
    replies,
    transitions,
)
from scheduler.outbox.values import UNSENT

KEPT = timedelta(days=400)
"""Nothing of the history is deleted before (Sending 1). Planning rests on it: of what came due
longer ago nothing is planned anew, since it may have been sent and deleted (`difference`)."""
NODES_KEPT = timedelta(days=7)


def clean_up(database: Database, now: datetime, kept: timedelta = KEPT) -> dict[str, int]:
    """Delete what was finished longer ago than `kept`; how many rows of each table that were.

    In transactions of at most 2,000 rows, each of one table, so that delivery goes on meanwhile.
    Twice, or by two at once, does the same as once. Raises ValueError for less than 400 days.
    """
    if kept < KEPT:
        raise ValueError(f"nothing is deleted before {KEPT.days} days")
    before = now - kept
    row = reminders.c
    finished = (row.changed_at < before) & (row.at < before) & row.state.not_in(UNSENT)
    still_there = select(row.id).where(row.id == transitions.c.reminder).exists()
    gone = {
        "reminders": _portions(database, reminders, row.id, finished),
        "transitions": _portions(
            database, transitions, transitions.c.id, (transitions.c.at < before) & ~still_there
        ),
        "attempts": _portions(database, attempts, attempts.c.id, attempts.c.at < before),
        "notices": _portions(database, notices, notices.c.id, notices.c.told_at < before),
        "bounces": _portions(database, bounces, bounces.c.id, bounces.c.at < before),
        "replies": _portions(database, replies, replies.c.id, replies.c.at < before),
        "trail": _portions(database, trail, trail.c.id, trail.c.at < before),
        "drafts": _old_drafts(database, before),
        "plans": _portions(
            database, plans, plans.c.digest, (plans.c.state == "past") & (plans.c.at < before)
        ),
    }
    database.write(lambda connection: _forget_nodes(connection, now))
    return gone


def _old_drafts(database: Database, before: datetime) -> int:
    """Delete what was saved and never sent; there is one of each reader and form."""
    statement = delete(drafts).where(drafts.c.at < before)
    return database.write(lambda connection: connection.execute(statement).rowcount)


def _portions(database: Database, table: Table, key: Any, which: Any) -> int:
    """Delete the rows of a table in portions; how many there were."""
    portion = select(key).where(which).limit(CHUNK)
    statement = delete(table).where(key.in_(portion))

    def work(connection: Connection) -> int:
        return connection.execute(statement).rowcount

    gone = 0
    while count := database.write(work):
        gone += count
    return gone


def _forget_nodes(connection: Connection, now: datetime) -> None:
    connection.execute(delete(nodes).where(nodes.c.seen < now - NODES_KEPT))
