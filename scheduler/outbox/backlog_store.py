"""The statements by which the service is watched over: what is due and waits, by channel.

They read only, and cost the same however much is planned.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, or_, select, text

from scheduler.outbox.database import Database
from scheduler.outbox.statements import open_channels
from scheduler.outbox.tables import attempts, channel_states, plans, reminders
from scheduler.outbox.values import Backlog, State

_LONGEST_REST = timedelta(days=1, hours=1)
"""What is tried again waits no longer: a server's `Retry-After` is obeyed up to a day."""


class BacklogStore:
    """How the outbox stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def backlog(self, now: datetime, lately: timedelta) -> list[Backlog]:
        """Each channel with something open or a failure; see `Backlog`."""
        return self._database.read(lambda connection: _backlog(connection, now, lately))

    def server_clock(self) -> datetime | None:
        """What time it is at the database's server; None for a file, which has no clock."""
        if self._database.is_sqlite:
            return None
        found = self._database.read(
            lambda connection: connection.scalar(text("SELECT clock_timestamp()"))
        )
        return found.astimezone(UTC) if isinstance(found, datetime) else None

    def plan_dates(self) -> dict[str, datetime]:
        """Since when a plan is in force, waits, or was last rejected."""
        query = select(plans.c.state, func.max(plans.c.at, type_=plans.c.at.type).label("at"))
        query = query.group_by(plans.c.state)
        return {
            row.state: row.at
            for row in self._database.read(lambda connection: list(connection.execute(query)))
        }


def _backlog(connection: Connection, now: datetime, lately: timedelta) -> list[Backlog]:
    names = [channel for channel, _ in open_channels(connection)]
    states = {row.channel: row for row in connection.execute(select(channel_states))}
    found = []
    for name in sorted({*names, *states}):
        state = states.get(name)
        due, oldest = _due(connection, name, now)
        found.append(
            Backlog(
                channel=name,
                due=due,
                oldest=oldest,
                waiting_since=_untried(connection, name, now),
                moves=_moves(connection, name, now - lately),
                failures=state.failures if state else 0,
                paused_since=state.paused_since if state else None,
            )
        )
    return found


def _due(connection: Connection, channel: str, now: datetime) -> tuple[int, datetime | None]:
    """How many reminders of a channel are due and not sent, and when the first of them was due."""
    row = reminders.c
    query = select(func.count(), func.min(row.at, type_=row.at.type)).where(
        row.channel == channel,
        row.next_at <= now + _LONGEST_REST,
        row.at <= now,
        or_(row.next_at <= now, row.state != State.PLANNED),  # else its recipient put it off
    )
    count, oldest = connection.execute(query).one()
    return count, oldest


def _untried(connection: Connection, channel: str, now: datetime) -> datetime | None:
    """Since when the first waits that may be claimed and was never refused; None for none."""
    row = reminders.c
    query = select(func.min(row.next_at, type_=row.next_at.type)).where(
        row.channel == channel, row.next_at <= now, row.state != State.RETRYING
    )
    found: datetime | None = connection.scalar(query)
    return found


def _moves(connection: Connection, channel: str, since: datetime) -> bool:
    """Whether something was sent by a channel since then."""
    row = attempts.c
    query = select(row.id).where(row.at >= since, row.channel == channel, row.outcome == State.SENT)
    return connection.execute(query.limit(1)).first() is not None
