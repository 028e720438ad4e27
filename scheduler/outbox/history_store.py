"""The statements of what happened to milestones and reminders: mutes, the record, the stamps.

Each method is one transaction on one state of the tables; two that write the same row leave the
later one's words.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from scheduler.outbox.database import CHUNK
from scheduler.outbox.news import News, announce
from scheduler.outbox.report_store import ReportStore
from scheduler.outbox.statements import (
    no_invitation,
    open_channels,
    reminder_of,
    upsert,
)
from scheduler.outbox.tables import (
    attempts,
    milestones,
    mutes,
    reminders,
    transitions,
)
from scheduler.outbox.values import Attempt, State, Undelivered, Wish
from scheduler.outbox.wishes import take_out, wishes_on
from scheduler.planning.values import Reminder

_ATTEMPT = tuple(attempts.c[name] for name in Attempt.__slots__)


class HistoryStore(ReportStore):
    """What happened, and the little that the service must remember of itself."""

    # The outbox, looked at

    def counts(self) -> dict[str, int]:
        """How many reminders there are in each state."""
        query = select(reminders.c.state, func.count().label("number")).group_by(reminders.c.state)
        return {row.state: row.number for row in self._rows(query)}

    def outbox(
        self,
        *,
        milestone: str | None = None,
        recipient: str | None = None,
        states: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Reminders as rows, by when they are or were due."""
        query = select(reminders).order_by(reminders.c.at, reminders.c.key)
        if milestone:
            query = query.where(
                or_(reminders.c.milestone == milestone, reminders.c.occurrence == milestone)
            )
        if recipient:
            query = query.where(reminders.c.recipient == recipient)
        if states:
            query = query.where(reminders.c.state.in_(states))
        if limit is not None:
            query = query.limit(limit)
        return [dict(row._mapping) for row in self._rows(query)]

    def upcoming(self, limit: int) -> list[Reminder]:
        """The next reminders to be sent, by time; it costs the same however much is planned."""
        row = reminders.c
        query = select(reminders).where(row.next_at.is_not(None)).order_by(row.next_at)

        def work(connection: Connection) -> list[Row[Any]]:
            return [
                found
                for channel, _ in list(open_channels(connection))
                for found in connection.execute(query.where(row.channel == channel).limit(limit))
            ]

        first = sorted(self.database.read(work), key=lambda found: (found.next_at, found.key))
        return [reminder_of(found) for found in first[:limit]]

    def reminded(self, occurrence: str, due: date | None) -> list[dict[str, Any]]:
        """What was sent for an occurrence and its due day: stage, recipient, channel, when.

        The instant of the sending is `sent_at`, that of the plan `at`.
        """
        row = reminders.c
        query = (
            select(row.stage, row.recipient, row.channel, row.at, row.changed_at, row.sent_at)
            .where(row.milestone == occurrence.partition("@")[0], row.occurrence == occurrence)
            .where(row.state == State.SENT, no_invitation(row.stage))
            .order_by(row.sent_at, row.key)
        )
        if due is not None:
            query = query.where(row.due == due)
        return [dict(row._mapping) for row in self._rows(query)]

    def undelivered(self, since: datetime) -> list[Undelivered]:
        """What failed since, by recipient and channel, and how it reached her after all.

        It reads the whole outbox: for a digest, not for a page.
        """
        failed, other = reminders.alias("failed"), reminders.alias("other")
        same = (other.c.milestone == failed.c.milestone, other.c.stage == failed.c.stage,
                other.c.occurrence == failed.c.occurrence, other.c.recipient == failed.c.recipient,
                other.c.due.is_not_distinct_from(failed.c.due),
                other.c.asked.is_not_distinct_from(failed.c.asked),
                other.c.channel != failed.c.channel, other.c.state == State.SENT)  # fmt: skip
        query = (
            select(failed.c.recipient, failed.c.channel, other.c.channel.label("instead"),
                   func.count(func.distinct(failed.c.delivery)).label("number"))
            .select_from(failed.outerjoin(other, and_(*same)))
            .where(failed.c.state == State.FAILED, failed.c.changed_at > since)
            .group_by(failed.c.recipient, failed.c.channel, other.c.channel)
            .order_by(failed.c.recipient, failed.c.channel, other.c.channel)
        )  # fmt: skip
        return [
            Undelivered(row.recipient, row.channel, row.instead, row.number)
            for row in self._rows(query)
        ]

    def fell_back(self, limit: int) -> list[dict[str, Any]]:
        """The last reminders that stand in for one that failed on another channel, newest first.

        `instead_of` is that channel.
        """
        row = reminders.c
        query = select(row.planned_at, row.recipient, row.instead_of, row.channel, row.state,
                       row.occurrence, row.stage)  # fmt: skip
        query = query.where(row.instead_of.is_not(None)).order_by(row.planned_at.desc(), row.key)
        return [dict(found._mapping) for found in self._rows(query.limit(limit))]

    def last_sent(self, stage: str, recipient: str, before: datetime) -> datetime | None:
        """For when the last reminder of a stage was planned that reached somebody, before then."""
        row = reminders.c
        query = select(func.max(row.at).label("last")).where(
            row.milestone == "", row.stage == stage, row.recipient == recipient
        )
        found = self._rows(query.where(row.state == State.SENT, row.at < before))
        return found[0].last if found else None

    def attempts_of(self, limit: int, outcome: str | None = None) -> list[Attempt]:
        """The last tries, the newest first."""
        query = select(*_ATTEMPT).order_by(attempts.c.id.desc()).limit(limit)
        if outcome:
            query = query.where(attempts.c.outcome == outcome)
        return [Attempt(**row._mapping) for row in self._rows(query)]

    def transitions_of(self, key: str) -> list[tuple[datetime, str, str]]:
        """The changes of a reminder's state as (at, state, cause), the oldest first.

        It begins with its planning, which stands in the reminder itself.
        """
        planned = select(reminders.c.id, reminders.c.planned_at).where(reminders.c.key == key)
        query = (
            select(transitions.c.at, transitions.c.state, transitions.c.cause)
            .join(reminders, reminders.c.id == transitions.c.reminder)
            .where(reminders.c.key == key)
            .order_by(transitions.c.id)
        )
        first = [(row.planned_at, State.PLANNED.value, "") for row in self._rows(planned)]
        return first + [(row.at, row.state, row.cause) for row in self._rows(query)]

    # Mutes

    def mute(self, person: str, scope: str, now: datetime) -> None:
        """Note that a person wants nothing of `milestone:ID`, `track:ID`, or `all`.

        It holds at once, also for a message that is being prepared.
        """
        row = {"person": person, "scope": scope, "at": now}

        def work(connection: Connection) -> None:
            upsert(connection, mutes, [row])
            take_out(connection, person, scope, now)

        self.database.write(work)

    def unmute(self, person: str, scope: str) -> None:
        """Take a mute back."""
        which = (mutes.c.person == person) & (mutes.c.scope == scope)
        self._execute(delete(mutes).where(which))

    def mutes_of(self, person: str) -> list[str]:
        """The scopes that a person has muted."""
        query = select(mutes.c.scope).where(mutes.c.person == person).order_by(mutes.c.scope)
        return [row.scope for row in self._rows(query)]

    def mutes(self) -> list[tuple[str, str, datetime]]:
        """Every mute as (person, scope, since), by person."""
        query = select(mutes).order_by(mutes.c.person, mutes.c.scope)
        return [(row.person, row.scope, row.at) for row in self._rows(query)]

    def wishes(self, milestones: Sequence[str] | None = None) -> list[Wish]:
        """The last wish of each person on each occurrence of these milestones, or of all."""
        found = self.database.read(lambda connection: wishes_on(connection, milestones))
        return list(found.values())

    # Calendar stamps

    def stamp_rows(self, which: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Each milestone's history as a feed needs it, gone ones included; or of those named."""
        query = select(milestones).where(milestones.c.created.is_not(None))
        if which is None or len(which) > CHUNK:
            wanted = None if which is None else set(which)
            found = (dict(row._mapping) for row in self._rows(query))
            return [row for row in found if wanted is None or row["id"] in wanted]
        return [dict(row._mapping) for row in self._rows(query.where(milestones.c.id.in_(which)))]

    def stamp_marks(self) -> dict[str, tuple[int, int | None]]:
        """Of each row of `stamp_rows` by milestone: when its entry changed and when it left the
        plan, in microseconds. Two rows with the same marks are the same."""
        modified = type_coerce(milestones.c.modified, BigInteger)
        query = select(milestones.c.id, modified, type_coerce(milestones.c.gone_at, BigInteger))
        found = self._rows(query.where(milestones.c.created.is_not(None)))
        return {row.id: (row.modified, row.gone_at) for row in found}

    def save_stamps(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write created, modified, sequence and what was shown, by milestone; at most 2,000.

        All rows name the same columns. One statement for all of them.
        """
        if not rows:
            return
        named = [{"b_id" if name == "id" else name: value for name, value in row.items()}
                 for row in rows]  # fmt: skip
        statement = (
            update(milestones)
            .where(milestones.c.id == bindparam("b_id"))
            .values({name: bindparam(name) for name in rows[0] if name != "id"})
        )

        def work(connection: Connection) -> None:
            connection.execute(statement, named)
            announce(connection, News.KNOWN)

        self.database.write(work)
