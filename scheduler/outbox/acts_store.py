"""The statements of what people do to the outbox by hand, each with its line in the trail."""

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, exists, or_, select, update

from scheduler.outbox.database import Database
from scheduler.outbox.news import News, announce
from scheduler.outbox.said import SETTLES, counting, how_it_stands
from scheduler.outbox.statements import end_unsent, note, of_policy, put_in_order, upsert
from scheduler.outbox.tables import channel_states, milestones, occurrences, reminders, reports
from scheduler.outbox.trail_store import Act, note_act
from scheduler.outbox.values import BY_HAND, ChannelState, State, StoredReport
from scheduler.planning.reminders import DATE_WANTED

ASKED_FOR = "asked for"
"""The cause of what is tried again by hand."""


class ActsStore:
    """Retrying, taking back and lifting a pause; each is one transaction, at the act's time."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def retry(
        self,
        act: Act,
        *,
        channel: str | None = None,
        key: str | None = None,
        delivery: str | None = None,
    ) -> int:
        """Put failed reminders back among those to be tried; returns how many there were.

        By channel, by the key of a reminder, an occurrence or a milestone, and by the message that
        failed. What was sent in the meantime is not touched, nor are reminders of what is gone, or
        reported done or cancelled, or of a date that has moved. Where only a part of a message is
        tried again, it goes out under another identity: else it would be dropped as a copy of the
        rest.
        """
        which = (reminders.c.state == State.FAILED) & reminders.c.sent_at.is_(None)
        if channel:
            which &= reminders.c.channel == channel
        if key:
            which &= _named(key)
        if delivery:
            which &= reminders.c.delivery == delivery
        return self.database.write(lambda connection: _again(connection, which, act))

    def knows(self, key: str) -> bool:
        """Whether there ever was a milestone, an occurrence or a reminder of that name."""
        wheres = (milestones.c.id == key, occurrences.c.id == key, _named(key))
        return any(self._any(which) for which in wheres)

    def knows_channel(self, channel: str) -> bool:
        """Whether anything was ever planned by that channel."""
        return self._any(reminders.c.channel == channel)

    def _any(self, which: ColumnElement[bool]) -> bool:
        query = select(exists().where(which))
        return self.database.read(lambda connection: bool(connection.scalar(query)))

    def withdraw(self, act: Act, which: str, channel: str | None = None) -> int:
        """Take back what is not sent of an occurrence, a milestone or one reminder's key.

        It is not planned again for that date.
        """
        chosen = _named(which)
        if channel:
            chosen &= reminders.c.channel == channel

        def work(connection: Connection) -> int:
            count = end_unsent(connection, chosen, State.WITHDRAWN, BY_HAND, act.at)
            _note(connection, act, count)
            return count

        return self.database.write(work)

    def resume(self, act: Act, channel: str) -> None:
        """End the pause of a channel: what waits goes at once, and failures count anew."""
        state = ChannelState(channel)
        row = {name: getattr(state, name) for name in ChannelState.__slots__}

        def work(connection: Connection) -> None:
            upsert(connection, channel_states, [row])
            note_act(connection, act)
            announce(connection, News.DUE)

        self.database.write(work)


def _named(key: str) -> ColumnElement[bool]:
    """The reminders of a milestone, an occurrence, or the one with that key."""
    row = reminders.c
    return or_(row.key == key, row.occurrence == key, row.milestone == key)


def _over(connection: Connection, which: ColumnElement[bool]) -> list[str]:
    """The occurrences, of those that reminders are of, that are gone, or reported done or
    cancelled: nobody is reminded of them any more."""
    these = select(reminders.c.occurrence).where(which)
    lost = select(milestones.c.id).where(milestones.c.gone_at.is_not(None))
    gone = select(occurrences.c.id).where(
        occurrences.c.id.in_(these),
        occurrences.c.gone_at.is_not(None) | occurrences.c.milestone.in_(lost),
    )
    said = select(reports).where(reports.c.occurrence.in_(these))
    rows = connection.execute(said.order_by(reports.c.said_at, reports.c.id))
    stand = how_it_stands(counting([StoredReport(**row._mapping) for row in rows]))
    settled = [key for key, one in stand.items() if one.state in SETTLES]
    return [*connection.execute(gone).scalars(), *settled]


def _moved() -> ColumnElement[bool]:
    """Whether a reminder is of a date that is another now."""
    row, known = reminders.c, occurrences.c
    other = exists().where(known.id == row.occurrence, known.due.is_distinct_from(row.due))
    return other & (row.stage != DATE_WANTED)


def _note(connection: Connection, act: Act, count: int) -> None:
    """The line in the trail of what was done to reminders; none where there were none."""
    if count:
        counted = "1 reminder" if count == 1 else f"{count:,} reminders"
        note_act(connection, replace(act, words=act.words or counted))


def _again(connection: Connection, which: ColumnElement[bool], act: Act) -> int:
    over = _over(connection, which)
    which &= ~(of_policy(reminders.c.stage) & (reminders.c.occurrence.in_(over) | _moved()))
    ids = put_in_order(connection, which)
    statement = (
        update(reminders)
        .where(reminders.c.id.in_(ids), which)
        .values(
            state=State.RETRYING,
            cause=ASKED_FOR,
            changed_at=act.at,
            next_at=act.at,
            tried_since=None,
            attempts=0,
            delivery="",
        )
        .returning(reminders.c.id)
    )
    again = list(connection.execute(statement).scalars())
    if again:
        announce(connection, News.DUE)
    _note(connection, act, len(again))
    return note(connection, again, State.RETRYING, ASKED_FOR, act.at)
