"""What the console shows of the outbox: what is to be sent, and what failed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, text

from scheduler.outbox.database import Database
from scheduler.outbox.statements import open_channels
from scheduler.outbox.tables import reminders
from scheduler.outbox.values import State


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reminder in the outbox: planned, under way, or failed.

    at: when it may be claimed, of one that failed when that was. said: what was answered last.
    """

    key: str
    occurrence: str
    milestone: str
    stage: str
    recipient: str
    channel: str
    state: str
    at: datetime
    said: str
    delivery: str


class ConsoleStore:
    """Looks into the outbox; it changes nothing."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def coming(
        self,
        limit: int,
        *,
        recipient: str | None = None,
        channel: str | None = None,
        milestones: Collection[str] | None = None,
        states: Collection[State] = (),
    ) -> list[Outgoing]:
        """The next to be sent, by time, of one recipient, channel or these milestones, if named.

        By the index of what is due, a channel at a time: unnarrowed it costs the same however
        much is planned.
        """
        row = reminders.c
        query = select(reminders).where(row.next_at.is_not(None)).order_by(row.next_at, row.id)
        if recipient is not None:
            query = query.where(row.recipient == recipient)
        if states:
            query = query.where(row.state.in_(list(states)))

        def work(connection: Connection) -> list[Row[Any]]:
            found: list[Row[Any]] = []
            for name, _ in list(open_channels(connection)):
                if channel in (None, name):
                    of_one = query.where(row.channel == name)
                    found += _first(connection, of_one, limit, milestones)
            return found

        every = sorted(self.database.read(work), key=lambda one: (one.next_at, one.key))
        return [_outgoing(one, one.next_at) for one in every[:limit]]

    def failed(self, limit: int) -> list[Outgoing]:
        """The last that failed for good and were not sent otherwise, the newest first."""
        row = reminders.c
        which = text("state = 'failed'")  # in the very words of the index
        query = select(reminders).where(which, row.sent_at.is_(None))
        query = query.order_by(row.changed_at.desc(), row.id.desc()).limit(limit)
        found = self.database.read(lambda connection: list(connection.execute(query)))
        return [_outgoing(one, one.changed_at) for one in found]

    def one(self, key: str) -> Outgoing | None:
        """The reminder with that key."""
        query = select(reminders).where(reminders.c.key == key)
        found = self.database.read(lambda connection: connection.execute(query).first())
        return _outgoing(found, found.next_at or found.changed_at) if found else None


def _first(
    connection: Connection, query: Select[Any], limit: int, milestones: Collection[str] | None
) -> Sequence[Row[Any]]:
    """The first rows; of these milestones, if any are named, of which there may be thousands."""
    if milestones is None:
        return connection.execute(query.limit(limit)).all()
    found: list[Row[Any]] = []
    for one in connection.execute(query):
        if one.milestone in milestones:
            found.append(one)
            if len(found) == limit:
                break
    return found


def _outgoing(row: Row[Any], at: datetime) -> Outgoing:
    return Outgoing(
        row.key,
        row.occurrence,
        row.milestone,
        row.stage,
        row.recipient,
        row.channel,
        row.state,
        at,
        row.cause,
        row.delivery,
    )
