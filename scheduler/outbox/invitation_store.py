"""The statements of calendar invitations, and of the answers to them.

An invitation is planned in one transaction with the reminder that carries it, and with the end of
the unsent ones whose place it takes: after a crash all of it stands, or nothing. Its key is
unique, so that of two planners at once one plans it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from scheduler.outbox.database import Database
from scheduler.outbox.news import News, announce
from scheduler.outbox.statements import (
    by_ids,
    end_unsent,
    plan_rows,
    planning_insert,
    upserting,
)
from scheduler.outbox.tables import answers, invitations, reminders
from scheduler.outbox.values import Answer, Invited, State
from scheduler.planning.values import Reminder

_INVITED = tuple(invitations.c[name] for name in Invited.__slots__ if name != "state")
_ANSWER = tuple(answers.c[name] for name in Answer.__slots__)


class InvitationStore:
    """Who was invited to what, and what was answered."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._insert = planning_insert(database.engine.dialect)

    def invited(self, milestones: Sequence[str] | None = None) -> list[Invited]:
        """Every invitation to these milestones, or to all, the oldest first."""
        query = (
            select(*_INVITED, reminders.c.state)
            .outerjoin(reminders, reminders.c.key == invitations.c.key)
            .order_by(invitations.c.id)
        )
        column = invitations.c.milestone
        rows: list[Any] = self.database.read(
            lambda connection: list(by_ids(connection, query, column, milestones))
        )
        return [Invited(*row) for row in rows]

    def by_uid(self, uid: str) -> list[Invited]:
        """Every invitation under a UID, the oldest first."""
        query = select(*_INVITED).where(invitations.c.uid == uid).order_by(invitations.c.id)
        return [Invited(*row) for row in self._rows(query)]

    def find(self, milestone: str, recipient: str, sequence: int) -> Invited | None:
        """One invitation; None where there is none."""
        of_both = (invitations.c.milestone == milestone) & (invitations.c.recipient == recipient)
        query = select(*_INVITED).where(of_both, invitations.c.sequence == sequence)
        return next((Invited(*row) for row in self._rows(query)), None)

    def plan(
        self,
        planned: Sequence[tuple[Invited, Reminder]],
        superseded: Sequence[str],
        now: datetime,
    ) -> int:
        """Plan invitations, and put away the unsent ones with the keys `superseded`.

        Returns how many were new. One that a worker is sending is recorded as sent.
        """

        def work(connection: Connection) -> int:
            for key in superseded:
                end_unsent(connection, reminders.c.key == key, State.SUPERSEDED, "changed", now)
            if not planned:
                return 0
            rows = [_row(invited) for invited, _ in planned]
            statement = upserting(connection.dialect, invitations)
            connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]), rows)
            return plan_rows(connection, self._insert, [one for _, one in planned], now)

        return self.database.write(work)

    # Answers

    def add_answers(self, found: Sequence[Answer]) -> None:
        """Write answers down; one that was read before, from the same mail, stays as it is."""

        def work(connection: Connection) -> None:
            rows = [{name: getattr(one, name) for name in Answer.__slots__} for one in found]
            statement = upserting(connection.dialect, answers)
            keys = ["mail", "occurrence"]
            connection.execute(statement.on_conflict_do_nothing(index_elements=keys), rows)
            announce(connection, News.KNOWN)

        if found:
            self.database.write(work)

    def answers(self, milestone: str | None = None) -> list[Answer]:
        """Every answer, of one milestone or of all, in the order in which they were said."""
        query = select(*_ANSWER).order_by(answers.c.said_at, answers.c.id)
        if milestone is not None:
            query = query.where(answers.c.milestone == milestone)
        return [Answer(*row) for row in self._rows(query)]

    def _rows(self, query: Select[Any]) -> list[Any]:
        return self.database.read(lambda connection: list(connection.execute(query)))


def _row(invited: Invited) -> dict[str, Any]:
    return {name: getattr(invited, name) for name in Invited.__slots__ if name != "state"}
