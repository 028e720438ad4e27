"""The statements of the mails that come in: bounces with the marks they set, and answers.

Each method is one transaction. A mail has one identity, whichever node reads it, so that what is
written of it is written once.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, select, update

from scheduler.incoming.marking import mark_of
from scheduler.incoming.values import Mark, StoredBounce, StoredReply
from scheduler.outbox.database import Database
from scheduler.outbox.notices import add_notice
from scheduler.outbox.statements import upserting
from scheduler.outbox.tables import attempts, bounces, marked_addresses, occurrences, replies
from scheduler.outbox.values import Attempt, State

_BOUNCE = tuple(bounces.c[name] for name in StoredBounce.__slots__)
_MARK = tuple(marked_addresses.c[name] for name in Mark.__slots__)
_REPLY = tuple(replies.c[name] for name in StoredReply.__slots__)
_ATTEMPT = tuple(attempts.c[name] for name in Attempt.__slots__)


class IncomingStore:
    """What came in by mail, as far as it is kept."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # Which mail came back

    def sent(self, deliveries: Sequence[str]) -> list[Attempt]:
        """The tries of these deliveries that a server accepted, the newest first."""
        query = select(*_ATTEMPT).where(attempts.c.delivery.in_(deliveries))
        query = query.where(attempts.c.outcome == State.SENT).order_by(attempts.c.id.desc())
        return [Attempt(*row) for row in self._rows(query)]

    def occurrences(self) -> list[str]:
        """The ids of all occurrences that were ever seen."""
        return [row.id for row in self._rows(select(occurrences.c.id))]

    # Bounces and marks

    def add_bounce(
        self, bounce: StoredBounce, note: Callable[[Mark], str], now: datetime
    ) -> Mark | None:
        """Write a bounce down; the mark that it sets, None where it sets none or was known before.

        With the mark goes what the coordinators are told of it, by `note`.
        """

        def work(connection: Connection) -> Mark | None:
            if not _insert(connection, bounces, bounce):
                return None
            query = select(*_BOUNCE).where(
                bounces.c.address == bounce.address, bounces.c.lifted_at.is_(None)
            )
            known = [StoredBounce(*row) for row in connection.execute(query.order_by(bounces.c.id))]
            mark = mark_of(known, now)
            if mark is None or not _insert(connection, marked_addresses, mark):
                return None
            key = f"bounced|{mark.address}|{now.isoformat()}"
            add_notice(connection, key, "bounced", note(mark), now)
            return mark

        return self.database.write(work)

    def marks(self) -> dict[str, Mark]:
        """The marked addresses."""
        query = select(*_MARK).order_by(marked_addresses.c.since, marked_addresses.c.address)
        return {row.address: Mark(*row) for row in self._rows(query)}

    def lift(self, addresses: Collection[str], now: datetime) -> int:
        """Send mail to these addresses again, and forget what came back; how many were marked."""

        def work(connection: Connection) -> int:
            ours = marked_addresses.c.address.in_(addresses)
            count = connection.execute(delete(marked_addresses).where(ours)).rowcount
            old = bounces.c.address.in_(addresses) & bounces.c.lifted_at.is_(None)
            connection.execute(update(bounces).where(old).values(lifted_at=now))
            return count

        return self.database.write(work)

    # Answers

    def reply(self, mail: str) -> StoredReply | None:
        """What became of a mail that was an answer; None for one that is not known."""
        found = self._rows(select(*_REPLY).where(replies.c.mail == mail))
        return StoredReply(*found[0]) if found else None

    def add_reply(self, reply: StoredReply) -> None:
        """Write an answer down, once."""
        self.database.write(lambda connection: _insert(connection, replies, reply))

    def unclear_since(self, person: str, since: datetime) -> int:
        """How many answers of a person could not be taken since then."""
        query = select(func.count()).select_from(replies)
        query = query.where(replies.c.person == person, replies.c.at >= since)
        which = replies.c.became.in_(("unclear", "several", "expired", "renewed", "not-asked"))
        return int(self._rows(query.where(which))[0][0])

    def replies_of(self, person: str, occurrence: str) -> list[StoredReply]:
        """What a person answered by mail to the reminders of an occurrence, the oldest first."""
        query = select(*_REPLY).where(replies.c.person == person)
        query = query.where(replies.c.occurrence == occurrence).order_by(replies.c.id)
        return [StoredReply(*row) for row in self._rows(query)]

    def latest_replies(self, limit: int) -> list[StoredReply]:
        """The last answers by mail, the newest first."""
        query = select(*_REPLY).order_by(replies.c.id.desc()).limit(limit)
        return [StoredReply(*row) for row in self._rows(query)]

    def _rows(self, query: Select[Any]) -> list[Any]:
        return self.database.read(lambda connection: list(connection.execute(query)))


def _insert(connection: Connection, table: Table, value: StoredBounce | Mark | StoredReply) -> bool:
    """Insert a row unless its key is there; whether it was new."""
    row = {name: getattr(value, name) for name in value.__slots__}
    statement = upserting(connection.dialect, table).values(row).on_conflict_do_nothing()
    # The row comes back only where it was inserted; the number of rows is not told by every driver.
    returned = connection.execute(statement.returning(*table.primary_key))
    return returned.first() is not None
