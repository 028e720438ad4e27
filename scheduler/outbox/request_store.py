"""The statements of update requests: drafts, what was sent, and how often somebody was reminded.

Each method is one transaction. A draft has a version that a later one must name, so that of two
devices none overwrites what the other has saved without its reader being asked. What was sent is
never changed: a correction is a further row.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from config.request_values import round_of
from scheduler.outbox.database import Database
from scheduler.outbox.news import News, announce
from scheduler.outbox.statements import end_unsent, of_policy, upserting
from scheduler.outbox.tables import drafts, reminders, request_answers
from scheduler.outbox.values import State
from scheduler.request_values import Draft, Sent


class RequestStore:
    """What came of update requests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Drafts

    def draft(self, occurrence: str, person: str) -> Draft | None:
        """What a person has saved of a form and not sent."""
        row = drafts.c
        query = select(drafts).where(row.occurrence == occurrence, row.person == person)
        return next(map(_draft, self._rows(query)), None)

    def drafts(self) -> list[Draft]:
        """All that is saved and not sent, by part and person."""
        query = select(drafts).order_by(drafts.c.occurrence, drafts.c.person)
        return list(map(_draft, self._rows(query)))

    def save_draft(
        self, occurrence: str, person: str, fields: Mapping[str, str], known: int, now: datetime
    ) -> int | None:
        """Save a draft after that of version `known` (0 for none); its version.

        None, and nothing is written, where another was saved or sent meanwhile. Two that save at
        once after the same version write one after the other: the second finds its version gone.
        """
        text, row = json.dumps(dict(fields), ensure_ascii=False), drafts.c
        mine = (row.occurrence == occurrence) & (row.person == person)

        def work(connection: Connection) -> int | None:
            if known:
                statement = update(drafts).where(mine, row.version == known)
                statement = statement.values(version=known + 1, at=now, fields=text)
                done = connection.execute(statement.returning(row.version)).scalar()
                return int(done) if done is not None else None
            values = {"occurrence": occurrence, "person": person, "version": 1, "at": now}
            new = upserting(connection.dialect, drafts).values(**values, fields=text)
            new = new.on_conflict_do_nothing().returning(row.version)
            return connection.execute(new).scalar()

        return self._database.write(work)

    # What was sent

    def send(self, sent: Sent, relieved: Sequence[str] = ()) -> int | None:
        """Keep what was sent, forget the draft, and take back the reminders of what it answers.

        relieved: the occurrences of others that need no answer any more. Returns how many
        reminders were taken back; None where the same source was kept before. It is on the disk
        before this returns, so that no worker begins to remind one who has answered.
        """
        text = json.dumps(dict(sent.fields), ensure_ascii=False)

        def work(connection: Connection) -> int | None:
            new = upserting(connection.dialect, request_answers).values(
                round=round_of(sent.occurrence),
                occurrence=sent.occurrence,
                by=sent.by,
                at=sent.at,
                late=sent.late,
                fields=text,
                source=sent.source,
            )
            new = new.on_conflict_do_nothing(index_elements=["source"])
            if connection.execute(new.returning(request_answers.c.id)).scalar() is None:
                return None
            mine = (drafts.c.occurrence == sent.occurrence) & (drafts.c.person == sent.by)
            connection.execute(delete(drafts).where(mine))
            announce(connection, News.KNOWN)
            row = reminders.c
            which = row.occurrence.in_([sent.occurrence, *relieved]) & of_policy(row.stage)
            cause = f"answered by {sent.by}"
            return end_unsent(connection, which, State.WITHDRAWN, cause, sent.at)

        return self._database.write(work)

    def sent(self, occurrence: str | None = None) -> list[Sent]:
        """What was sent of a part, or of all, the oldest first."""
        query = select(request_answers).order_by(request_answers.c.id)
        if occurrence is not None:
            query = query.where(request_answers.c.occurrence == occurrence)
        return [
            Sent(row.occurrence, row.by, row.at, row.late, json.loads(row.fields), row.source)
            for row in self._rows(query)
        ]

    def answered(self) -> frozenset[str]:
        """The occurrences of parts of which something was sent."""
        return frozenset(
            row.occurrence for row in self._rows(select(request_answers.c.occurrence).distinct())
        )

    def reminded(self, milestones: Sequence[str]) -> dict[tuple[str, str], tuple[int, datetime]]:
        """By occurrence and recipient, how many messages reached somebody, and when the last."""
        row = reminders.c
        query = (
            select(row.occurrence, row.recipient,
                   func.count(func.distinct(row.delivery)).label("number"),
                   func.max(row.sent_at).label("last"))
            .where(row.milestone.in_(milestones), row.state == State.SENT)
            .group_by(row.occurrence, row.recipient)
        )  # fmt: skip
        return {
            (found.occurrence, found.recipient): (found.number, found.last)
            for found in self._rows(query)
        }

    def _rows(self, query: Select[Any]) -> list[Any]:
        return self._database.read(lambda connection: list(connection.execute(query)))


def _draft(row: Any) -> Draft:
    return Draft(row.occurrence, row.person, row.version, row.at, json.loads(row.fields))
