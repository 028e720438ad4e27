"""The record of messages that went out as they were claimed: a few statements for all of them.

That is nearly every message, so it is worth a way of its own. Whatever is not as expected leaves
it, with nothing written, to the careful way (`DeliveryStore.record`).
"""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, null, update

from scheduler.outbox.tables import reminders, transitions
from scheduler.outbox.types import Instant
from scheduler.outbox.values import Outcome, State

_ROW = reminders.c
_SENT = (
    update(reminders)
    .where(
        _ROW.id == bindparam("b_id"),
        _ROW.delivery == bindparam("b_delivery"),
        _ROW.worker == bindparam("b_worker"),
        _ROW.state == State.CLAIMED,
    )
    .values(
        state=State.SENT,
        cause=bindparam("b_answer"),
        changed_at=bindparam("b_at", type_=Instant()),
        sent_at=bindparam("b_at", type_=Instant()),
        next_at=null(),
        worker=null(),
        lease_until=null(),
    )
)
_NOTE = insert(transitions)


class OtherwiseError(Exception):
    """Something was not as expected; the transaction is to be undone."""


def as_claimed(outcome: Outcome) -> bool:
    """Whether a message went out whole, and nothing else is to be done about it."""
    whole = outcome.state is State.SENT and outcome.ids == outcome.claimed.ids
    well = outcome.touch is None or outcome.touch.well
    return whole and well and not outcome.replacements and not outcome.notice


def record_sent(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Record such messages, each row still claimed by its worker; else OtherwiseError.

    Rows are locked by ascending id, so that no two who do this wait in a ring.
    """
    rows = sorted(
        ((one_id, outcome) for outcome in outcomes for one_id in outcome.ids),
        key=lambda row: row[0],
    )
    updated = [_updated(one_id, outcome) for one_id, outcome in rows]
    if connection.execute(_SENT, updated).rowcount != len(rows):
        raise OtherwiseError
    noted = [
        {"reminder": one_id, "at": one.at, "state": State.SENT, "cause": one.answer}
        for one_id, one in rows
    ]
    connection.execute(_NOTE, noted)


def _updated(one_id: int, outcome: Outcome) -> dict[str, object]:
    return {
        "b_id": one_id,
        "b_delivery": outcome.claimed.delivery,
        "b_worker": outcome.claimed.worker,
        "b_answer": outcome.answer,
        "b_at": outcome.at,
    }
