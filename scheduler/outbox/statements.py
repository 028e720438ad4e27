"""The statements that several stores share."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Row,
    Select,
    Table,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from scheduler.outbox.database import IN_LIMIT
from scheduler.outbox.decisions import decide
from scheduler.outbox.many_rows import ManyRows, Values
from scheduler.outbox.news import News, announce
from scheduler.outbox.tables import reminders, transitions
from scheduler.outbox.types import micros, to_micros
from scheduler.outbox.values import INVITATION, NOTICES, UNSENT, State
from scheduler.planning.values import Reminder, iso, turn_of

T = TypeVar("T")

_PLANNED = (
    "key", "occurrence", "milestone", "due", "stage", "recipient", "channel", "asked", "at", "day",
    "nominal", "late", "behalf", "digest", "message", "instead_of", "cause", "planned_at",
    "changed_at", "next_at",
)  # fmt: skip
"""The columns that planning fills, beside those that are alike in every row."""
_ALIKE = {"state": State.PLANNED.value, "delivery": "", "attempts": 0}
_MINUTE = 60_000_000


def chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in lists of at most `size`."""
    source = iter(things)
    while chunk := list(islice(source, size)):
        yield chunk


def by_ids(
    connection: Connection, query: Select[Any], column: Column[Any], ids: Iterable[Any] | None
) -> Iterator[Row[Any]]:
    """The rows of a query, all or those whose `column` is one of `ids`."""
    if ids is None:
        yield from connection.execute(query)
        return
    for chunk in chunks(dict.fromkeys(ids), IN_LIMIT):
        yield from connection.execute(query.where(_one_of(connection, column, chunk)))


def _one_of(connection: Connection, column: Column[Any], values: list[Any]) -> ColumnElement[bool]:
    """Whether a column is one of the values; to PostgreSQL they go as one, so that its statement
    is the same for any number."""
    if connection.dialect.name == "sqlite":
        return column.in_(values)
    return column == func.any(literal(values, ARRAY(column.type)))


def upserting(dialect: Dialect, table: Table) -> Any:
    """An INSERT that can say what to do where the row is there; alike in both databases."""
    return sqlite_insert(table) if dialect.name == "sqlite" else postgresql_insert(table)


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows, whether they are there or not; all rows name the same columns.

    Of two that write the same row at once the later one's words stand.
    """
    if rows:
        connection.execute(upsert_of(connection.dialect, table, rows[0]), list(rows))


def upsert_of(dialect: Dialect, table: Table, names: Iterable[str]) -> Any:
    """The statement of `upsert` for these columns."""
    key = [column.name for column in table.primary_key]
    statement = upserting(dialect, table)
    changed = {name: statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def of_policy(stage: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a stage is one of a policy's: no notice, and no calendar invitation."""
    return stage.not_in(NOTICES) & no_invitation(stage)


def no_invitation(stage: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a stage is anything but a calendar invitation."""
    return stage.not_like(f"{INVITATION}%")


def put_in_order(connection: Connection, which: ColumnElement[bool]) -> list[int]:
    """The ids of reminders, locked by ascending id, so that no two who do this wait in a ring.

    On SQLite a writing transaction is alone anyway.
    """
    query = select(reminders.c.id).where(which).order_by(reminders.c.id).with_for_update()
    return list(connection.execute(query).scalars())


def open_channels(connection: Connection) -> Iterator[tuple[str, datetime]]:
    """Each channel with something open, and when the first of it may be claimed.

    It steps from channel to channel in the index, and reads one row of each.
    """
    row, last = reminders.c, ""
    while True:
        query = (
            select(row.channel, row.next_at)
            .where(row.channel > last, row.next_at.is_not(None))
            .order_by(row.channel, row.next_at)
            .limit(1)
        )
        first = connection.execute(query).first()
        if first is None:
            return
        last = first.channel
        yield last, first.next_at


def note(
    connection: Connection, ids: Sequence[int], state: State, cause: str, now: datetime
) -> int:
    """Write a change of state into the reminders' history; returns how many."""
    rows = [{"reminder": one, "at": now, "state": state, "cause": cause} for one in ids]
    if rows:
        connection.execute(insert(transitions), rows)
        decide(connection, ids, state, cause)
    return len(rows)


def end_unsent(
    connection: Connection,
    which: ColumnElement[bool],
    state: State,
    cause: str,
    now: datetime,
) -> int:
    """Put what is not sent into a final state, with its record; returns how many.

    One that a worker has claimed is marked too: the worker looks once more before it sends, and
    if it had sent already, says so afterwards (`DeliveryStore.record`).
    """
    chosen = put_in_order(connection, which & reminders.c.state.in_(UNSENT))
    ended: list[int] = []
    for chunk in chunks(chosen, IN_LIMIT):
        statement = (
            update(reminders)
            .where(reminders.c.id.in_(chunk), reminders.c.state.in_(UNSENT))
            .values(state=state, cause=cause, changed_at=now, next_at=None)
            .returning(reminders.c.id)
        )
        ended += connection.execute(statement).scalars()
    return note(connection, ended, state, cause, now)


def plan_rows(
    connection: Connection,
    inserting: ManyRows,
    planned: Sequence[Reminder],
    now: datetime,
    cause: str = "",
    instead_of: str | None = None,
) -> int:
    """Insert reminders by the statement of `planning_insert`; returns how many were new.

    One that is there already, whoever planned it, stays as it is.
    """
    keyed = ((one.key, one) for one in planned)
    return insert_rows(connection, inserting, rows_of(keyed, now, cause, instead_of))


def insert_rows(
    connection: Connection, inserting: ManyRows, rows: Sequence[Values], *, new: bool = False
) -> int:
    """As `plan_rows`, of the values that `rows_of` has made; `new` as in `ManyRows.run`."""
    count = inserting.run(connection, rows, new=new)
    if count:
        announce(connection, News.DUE)
    return count


def planning_insert(dialect: Dialect) -> ManyRows:
    """The INSERT of planning in the database's own words."""
    statement = upserting(dialect, reminders).on_conflict_do_nothing(index_elements=["key"])
    return ManyRows(statement, _PLANNED, dialect, _ALIKE)


def rows_of(
    keyed: Iterable[tuple[str, Reminder]],
    now: datetime,
    cause: str = "",
    instead_of: str | None = None,
) -> list[Values]:
    """The values of new reminders, each with its key, for `insert_rows`."""
    stamp = to_micros(now)
    return [_row(key, one, stamp, cause, instead_of) for key, one in keyed]


def _row(key: str, one: Reminder, stamp: int, cause: str, instead_of: str | None) -> Values:
    (
        occurrence, due, stage, recipient, channel, asked, milestone, instant, day, message,
        nominal, late, behalf, digest, _,
    ) = one  # fmt: skip
    at = micros(instant)
    return (
        key, occurrence, milestone, iso(due) if due else None, stage, recipient, channel,
        iso(asked) if asked else None, at, iso(day), iso(nominal), late,
        ",".join(behalf) if behalf else "", digest, message, instead_of, cause, stamp, stamp,
        at - at % _MINUTE,
    )  # fmt: skip


def rescheduled(one: Reminder) -> dict[str, Any]:
    """What of a reminder may change while it is planned, by the column's name."""
    return {
        "at": one.at,
        "day": one.day,
        "nominal": one.nominal,
        "late": one.late,
        "behalf": ",".join(one.behalf),
        "digest": one.digest,
        "message": one.message,
        "next_at": one.at.replace(second=0, microsecond=0),
    }


def reminder_of(row: Row[Any]) -> Reminder:
    """The reminder that a row of the table holds."""
    return Reminder(
        occurrence=row.occurrence,
        due=row.due,
        stage=row.stage,
        recipient=row.recipient,
        channel=row.channel,
        asked=row.asked,
        milestone=row.milestone,
        at=row.at,
        day=row.day,
        message=row.message,
        nominal=row.nominal,
        late=row.late,
        behalf=tuple(filter(None, row.behalf.split(","))),
        digest=row.digest,
        turn=turn_of(row.key),
    )
