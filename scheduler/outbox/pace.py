"""How fast a channel may go: at the most so many messages in so many seconds, of all nodes.

Each message that a rate lets through takes the channel's next number in the table `slots`. The
next one may go when as many numbers back lie as many seconds back as the rate says: an exact
sliding window, at the price of two rows read and one written however large the rate is.

Two nodes that want the same number: the table's key gives it to one, on PostgreSQL after the
other has waited for that one's commit, and the other looks anew. A node whose clock is behind or
ahead waits so much longer or shorter; a time that lies further ahead than the window is a clock
that was set back since, and holds up nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, select

from config.plan import Rate
from scheduler.outbox.database import Database
from scheduler.outbox.statements import upserting
from scheduler.outbox.tables import slots

_TURNS = 20
"""Of nodes that want a number at once one gets it each time; so often one node looks anew."""
_A_MOMENT = timedelta(milliseconds=20)


@dataclass(frozen=True, slots=True)
class Pace:
    """Keeps a channel to its rate together with all other nodes; without a rate all goes at once.

    Safe to use from many threads.
    """

    database: Database
    channel: str
    rate: Rate | None

    def take(self, now: datetime) -> datetime:
        """Let one message through: `now`. Or when to ask again, later, and nothing was taken."""
        rate = self.rate
        if rate is None:
            return now
        for _ in range(_TURNS):
            found = self.database.write(lambda connection: _take(connection, self, rate, now))
            if found is not None:
                return found
        return now + _A_MOMENT

    def portion(self, most: int) -> int:
        """How many messages it makes sense to claim at once, of at the most `most`."""
        return min(most, self.rate.count) if self.rate else most


def _take(connection: Connection, pace: Pace, rate: Rate, now: datetime) -> datetime | None:
    """As `Pace.take`; None where another took the number that was free a moment ago."""
    window = timedelta(seconds=rate.seconds)
    state = connection.execute(_state(pace.channel, rate.count)).one()
    last, before = state.last, state.before
    if before is not None and now - window < before <= now + window:
        told: datetime = before + window
        return told
    number = (last or 0) + 1
    statement = upserting(connection.dialect, slots).values(
        channel=pace.channel, number=number, at=now
    )
    taken = statement.on_conflict_do_nothing(index_elements=["channel", "number"])
    if connection.execute(taken.returning(slots.c.number)).first() is None:
        return None
    gone = and_(slots.c.channel == pace.channel, slots.c.number <= number - rate.count)
    connection.execute(delete(slots).where(gone))
    return now


def _state(channel: str, count: int) -> Select[Any]:
    """The last number that was taken, and when the one `count` back from the next was."""
    last = select(func.max(slots.c.number)).where(slots.c.channel == channel).scalar_subquery()
    before = (
        select(slots.c.at)
        .where(slots.c.channel == channel, slots.c.number == last + 1 - count)
        .scalar_subquery()
    )
    return select(last.label("last"), before.label("before"))
