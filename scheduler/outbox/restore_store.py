"""The statements after a restore: what the lost service may have sent is not sent again."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from scheduler.outbox.database import CHUNK, Database
from scheduler.outbox.statements import end_unsent, no_invitation, note, put_in_order
from scheduler.outbox.tables import attempts, moves, nodes, notices, reminders
from scheduler.outbox.values import UNSENT, State

RESTORED = "restored"
"""The kind of the notice that tells of it."""
CAUSE = "taken as sent before the database was restored"


class SetAside(NamedTuple):
    """How many reminders and calendar invitations are taken as sent."""

    reminders: int
    invitations: int


class RestoreStore:
    """Brings a restored database up to an instant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last_attempt(self) -> datetime | None:
        """When the last message was tried that the database knows of."""
        query = select(func.max(attempts.c.at, type_=attempts.c.at.type))
        found: datetime | None = self._database.read(lambda connection: connection.scalar(query))
        return found

    def forget_what_is_told(self, now: datetime) -> None:
        """Take moved dates and notices as told, and the lost service's nodes as gone."""

        def work(connection: Connection) -> None:
            connection.execute(
                update(moves).where(moves.c.settled_at.is_(None)).values(settled_at=now)
            )
            untold = notices.c.told_at.is_(None) & (notices.c.kind != RESTORED)
            connection.execute(update(notices).where(untold).values(told_at=now))
            connection.execute(delete(nodes))

        self._database.write(work)

    def set_aside(self, until: datetime, invited_until: datetime, now: datetime) -> SetAside:
        """Take as sent whatever was due until then: reminders are `missed`, invitations `sent`.

        A person who is taken as invited is not invited anew; she gets the next change of the date.
        Doing it twice does the same as once.
        """
        row = reminders.c
        told = no_invitation(row.stage)
        missed = self._portions(told & (row.at <= until), State.MISSED, now)
        invited = self._portions(~told & (row.at <= invited_until), State.SENT, now)
        return SetAside(missed, invited)

    def _portions(self, which: object, state: State, now: datetime) -> int:
        count = 0
        while done := self._database.write(
            lambda connection: _set_aside(connection, which, state, now)
        ):
            count += done
        return count


def _set_aside(connection: Connection, which: object, state: State, now: datetime) -> int:
    row = reminders.c
    wanted = which & row.state.in_(UNSENT)  # type: ignore[operator]
    ids = list(connection.execute(select(row.id).where(wanted).limit(CHUNK)).scalars())
    if not ids:
        return 0
    ours = row.id.in_(ids)
    if state is State.MISSED:
        count = end_unsent(connection, ours, state, CAUSE, now)
    else:
        values = {"state": state, "cause": CAUSE, "changed_at": now, "sent_at": now}
        chosen = put_in_order(connection, ours)
        connection.execute(update(reminders).where(ours).values(next_at=None, **values))
        count = note(connection, chosen, state, CAUSE, now)
    connection.execute(update(reminders).where(ours).values(worker=None, lease_until=None))
    return count
