"""What was decided about reminders without sending them, told once it is on the disk.

A transaction gathers its decisions on its connection; when the connection is given back they are
told, and where the transaction was rolled back they are forgotten. What became of a message that
was tried is told elsewhere (`Crew.recorded`).
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, event, select

from scheduler.outbox.database import Database
from scheduler.outbox.tables import reminders
from scheduler.outbox.values import State

MOST_NAMED = 10
"""So many reminders of one decision are named; a change of the plan may withdraw thousands."""
_TOLD = frozenset({
    State.PLANNED, State.WITHDRAWN, State.SUPERSEDED, State.MISSED, State.MUTED
})  # fmt: skip
_KEY = "decided"


class Decision(NamedTuple):
    """What was decided, why, of how many reminders, and the identities of the first of them."""

    state: State
    cause: str
    number: int
    named: tuple[str, ...]


def decide(connection: Connection, ids: Sequence[int], state: State, cause: str) -> None:
    """Note a decision about these reminders with the transaction under way."""
    if state in _TOLD and ids:
        query = select(reminders.c.key).where(reminders.c.id.in_(ids[:MOST_NAMED]))
        named = tuple(sorted(connection.execute(query).scalars()))
        decided = Decision(state, cause, len(ids), named)
        connection.info.setdefault(_KEY, []).append(decided)


def listen(database: Database, told: Callable[[Decision], None]) -> None:
    """Have every decision that is committed by this process told, from now on."""

    def forget(connection: Connection) -> None:
        if not connection.invalidated:  # else there is nothing left to forget
            connection.info.pop(_KEY, None)

    def tell(_: Any, record: Any) -> None:
        for decided in record.info.pop(_KEY, ()):
            told(decided)

    event.listen(database.engine, "rollback", forget)
    event.listen(database.engine, "checkin", tell)
