"""The statements of planning: what was seen of the plan, and what is planned from it.

Planning is done by one node at a time (`Database.planning_lock`), but delivery goes on meanwhile:
every statement here that changes a reminder names in its WHERE the states it may be in. Rows are
written in transactions of at most 2,000, but for a large plan's first planning (`filling`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Dialect,
    Select,
    Table,
    bindparam,
    case,
    insert,
    literal,
    select,
    update,
)

from scheduler.outbox.aside import Aside
from scheduler.outbox.database import CHUNK, Database
from scheduler.outbox.filling import filling, make_missing
from scheduler.outbox.growth import Extent, Grown, grown
from scheduler.outbox.many_rows import ManyRows, Values
from scheduler.outbox.news import News, announce
from scheduler.outbox.statements import (
    by_ids,
    chunks,
    end_unsent,
    insert_rows,
    no_invitation,
    note,
    plan_rows,
    planning_insert,
    reminder_of,
    rescheduled,
    upsert_of,
)
from scheduler.outbox.tables import milestones, moves, occurrences, reminders
from scheduler.outbox.types import Instant, micros
from scheduler.outbox.values import (
    BY_HAND,
    SeenMilestone,
    SeenOccurrence,
    State,
    Stored,
    StoredMove,
)
from scheduler.planning.changes import Move
from scheduler.planning.values import Reminder

FILLED = 20_000
"""The most rows a transaction writes while a large plan is planned for the first time."""
BY_TWO = 20_000
"""From so many milestones on a process of its own writes them on SQLite: it takes a second to
begin. PostgreSQL is a process of its own already."""
_SEEN = tuple(milestones.c[name] for name in SeenMilestone._fields)
_MOVE = tuple(moves.c[name] for name in StoredMove.__slots__)
_STORED = tuple(reminders.c[name] for name in Stored._fields)


class SeenRows(NamedTuple):
    """What a planning writes in one transaction, as the database takes it."""

    reminders: Sequence[Values]
    occurrences: Sequence[Values]
    milestones: Sequence[Values]


class PlanningStore:
    """What was last seen of the plan, and the reminders planned from it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._filling = False
        self._aside: Aside[SeenRows] | None = None
        dialect = database.engine.dialect
        self._insert = planning_insert(dialect)
        self._see = _seeing(dialect, milestones, SeenMilestone._fields)
        self._see_dates = _seeing(dialect, occurrences, SeenOccurrence._fields)

    @contextmanager
    def filling(self, count: int) -> Iterator[None]:
        """While a plan of so many milestones is planned for the first time: `filling`, `Aside`.

        Nothing is delivered meanwhile. Transactions are larger then: there is nothing that they
        would hold up.
        """
        self._filling = True
        try:
            with ExitStack() as stack:
                if count >= BY_TWO and self.database.is_sqlite:
                    self._aside = stack.enter_context(closing(Aside(self.database.url)))
                stack.enter_context(filling(self.database))
                yield
                self._flush()
        finally:
            self._filling, self._aside = False, None

    def mend(self) -> None:
        """Make the indexes that a first planning has left out and died, if any are missing."""
        make_missing(self.database)

    # What was seen

    def milestones_seen(self, ids: Sequence[str] | None = None) -> dict[str, SeenMilestone]:
        """The milestones as last seen, all or those of `ids`; one state of the table."""
        rows = self._rows(select(*_SEEN), milestones.c.id, ids)
        return {row.id: SeenMilestone(*row) for row in rows}

    def fingerprints(self) -> dict[str, str]:
        """Milestone -> its fingerprint when it was last planned, of those not gone."""
        query = select(milestones.c.id, milestones.c.fingerprint).where(
            milestones.c.gone_at.is_(None)
        )
        return {row.id: row.fingerprint for row in self._rows(query, milestones.c.id, None)}

    def occurrences_seen(self, ids: Sequence[str]) -> dict[str, list[SeenOccurrence]]:
        """The occurrences of these milestones as last seen, gone ones included."""
        found: dict[str, list[SeenOccurrence]] = {}
        for row in self._rows(select(occurrences), occurrences.c.milestone, ids):
            found.setdefault(row.milestone, []).append(SeenOccurrence(**row._mapping))
        return found

    def save_seen(
        self,
        seen: Sequence[SeenMilestone],
        dates: Sequence[SeenOccurrence],
        moved: Sequence[Move],
        now: datetime,
        new: Sequence[Values] = (),
    ) -> None:
        """Write down in one transaction how milestones were seen, and which dates moved.

        Either all of it stands or nothing: after a crash the same edit is seen, and each move
        noted, once. One planner at a time keeps each move single. The `new` reminders (by
        `rows_of`) are planned with it, as by `insert`; of more than 2,000 the rest before.
        """
        most = FILLED if self._filling else CHUNK
        for chunk in chunks(new[most:], CHUNK):
            self._write(insert_rows, self._insert, chunk)
        rows = SeenRows(new[:most], list(map(_date_row, dates)), list(map(_milestone_row, seen)))
        if moved or self._aside is None:
            self.save_rows(rows, moved, now, new=self._filling)
        else:
            self._save_all(self._aside.write(rows))

    def save_rows(
        self,
        rows: SeenRows,
        moved: Sequence[Move] = (),
        now: datetime | None = None,
        *,
        new: bool = False,
    ) -> None:
        """Write them in one transaction, with dates that moved `now`. `new`: as in `ManyRows`."""

        def work(connection: Connection) -> None:
            insert_rows(connection, self._insert, rows.reminders, new=new)
            if moved:
                names = [name for name in StoredMove.__slots__ if name not in {"id", "at"}]
                values = [{name: getattr(one, name) for name in names} for one in moved]
                connection.execute(insert(moves), [one | {"at": now} for one in values])
            self._see_dates.run(connection, rows.occurrences, new=new)
            self._see.run(connection, rows.milestones, new=new)

        self.database.write(work)

    # Dates that moved

    def moves_of(self, ids: Sequence[str] | None = None) -> list[StoredMove]:
        """Every change of date of these milestones (or of all), the oldest first."""
        rows = self._rows(select(*_MOVE), moves.c.milestone, ids)
        return sorted((StoredMove(*row) for row in rows), key=lambda one: (one.at, one.id))

    def fresh_moves(
        self, known: Extent, has: Callable[[int], bool]
    ) -> tuple[list[StoredMove], Grown]:
        """The changes of date that came since `known`, and what was read; see `growth`."""
        came = self.database.read(
            lambda connection: grown(connection, moves, known, has, changing=("settled_at",))
        )
        names = StoredMove.__slots__
        return [StoredMove(*(getattr(row, name) for name in names)) for row in came.rows], came

    def unsettled_moves(self) -> list[StoredMove]:
        """Changes of date that nobody was told of yet, the oldest first."""
        query = select(*_MOVE).where(moves.c.settled_at.is_(None)).order_by(moves.c.id)
        return [StoredMove(*row) for row in self._rows(query, moves.c.milestone, None)]

    def settle_moves(self, ids: Sequence[int], now: datetime) -> None:
        """Mark changes of date as told of, or as needing no word; twice does no harm."""
        for chunk in chunks(ids, CHUNK):
            which = moves.c.id.in_(chunk) & moves.c.settled_at.is_(None)
            self._write(Connection.execute, update(moves).where(which).values(settled_at=now))

    # Reminders

    def reminders_of(self, ids: Sequence[str]) -> dict[str, Stored]:
        """The reminders of these milestones, whatever their state, by key; no invitations."""
        query = select(*_STORED).where(no_invitation(reminders.c.stage))
        rows = self._rows(query, reminders.c.milestone, ids)
        return {row.key: Stored(*row) for row in rows}

    def gathered(self, digests: Sequence[str]) -> list[Reminder]:
        """The planned reminders that wait for these digests."""
        query = select(reminders).where(
            reminders.c.state == State.PLANNED, reminders.c.digest.is_not(None)
        )
        return [reminder_of(row) for row in self._rows(query, reminders.c.digest, digests)]

    def insert(self, planned: Iterable[Reminder], now: datetime, cause: str = "") -> int:
        """Plan reminders; one that is there already stays as it is, whoever planned it first.

        Returns how many were new. The identity is unique in the table, so that two planners at
        once still plan each reminder once.
        """
        return sum(
            self._write(plan_rows, self._insert, chunk, now, cause)
            for chunk in chunks(planned, CHUNK)
        )

    def reschedule(self, planned: Iterable[Reminder], now: datetime) -> int:
        """Give reminders another time, as long as they are planned and nobody has claimed them.

        Returns how many were; one that a worker claimed meanwhile goes out as it was.
        """
        return sum(self._write(_reschedule, chunk, now) for chunk in chunks(planned, CHUNK))

    def withdraw(self, keys: Iterable[str], cause: str, now: datetime) -> int:
        """Take back reminders that are not sent; returns how many were.

        One that a worker has claimed is marked too: the worker looks once more before it sends,
        and what was on its way already is recorded as sent.
        """
        return self._end(keys, State.WITHDRAWN, cause, now)

    def supersede(self, keys: Iterable[str], cause: str, now: datetime) -> int:
        """As `withdraw`, for those in whose place another is sent."""
        return self._end(keys, State.SUPERSEDED, cause, now)

    def revive(self, planned: Iterable[Reminder], now: datetime) -> int:
        """Plan again what was withdrawn or superseded unsent and is wanted once more.

        Never touches what was sent, nor what was taken back by hand. Where a worker may still be
        sending it (it was claimed when it was withdrawn) it stays out of reach until that claim
        has ended: if the worker sent it, it is recorded as sent, and else it is sent then. Returns
        how many were revived.
        """
        return sum(self._write(_revive, chunk, now) for chunk in chunks(planned, CHUNK))

    def _end(self, keys: Iterable[str], state: State, cause: str, now: datetime) -> int:
        return sum(
            self._write(end_unsent, reminders.c.key.in_(chunk), state, cause, now)
            for chunk in chunks(keys, CHUNK)
        )

    def _flush(self) -> None:
        """Wait until all that another process is to write is written."""
        if self._aside is not None:
            self._save_all(self._aside.flush())

    def _save_all(self, lots: Iterable[SeenRows]) -> None:
        for rows in lots:
            self.save_rows(rows, new=True)

    def _rows(self, query: Select[Any], column: Any, ids: Iterable[Any] | None) -> list[Any]:
        self._flush()
        return self.database.read(lambda connection: list(by_ids(connection, query, column, ids)))

    def _write(self, work: Any, *details: Any) -> Any:
        self._flush()
        return self.database.write(lambda connection: work(connection, *details))


def _seeing(dialect: Dialect, table: Table, names: Sequence[str]) -> ManyRows:
    ordered = [column.name for column in table.c if column.name in names]
    return ManyRows(upsert_of(dialect, table, ordered).inline(), ordered, dialect)


def _milestone_row(one: SeenMilestone) -> Values:
    """In the order of the table's columns."""
    gone = one.gone_at and micros(one.gone_at)
    first = micros(one.first_seen)
    return one.id, one.track, one.title, one.fingerprint, first, one.status, one.held, gone


def _date_row(one: SeenOccurrence) -> Values:
    """In the order of the table's columns."""
    due, gone = one.due and one.due.isoformat(), one.gone_at and micros(one.gone_at)
    first, since = micros(one.first_seen), micros(one.since)
    return one.id, one.milestone, due, one.due_text, first, since, gone


def _reschedule(connection: Connection, planned: Sequence[Reminder], now: datetime) -> int:
    rows = [{"b_key": one.key, "changed_at": now} | rescheduled(one) for one in planned]
    statement = (
        update(reminders)
        .where(reminders.c.key == bindparam("b_key"), reminders.c.state == State.PLANNED)
        .where(reminders.c.worker.is_(None))
        .values({name: bindparam(name) for name in rows[0] if name != "b_key"})
    )
    changed = connection.execute(statement, rows).rowcount
    if changed:
        announce(connection, News.DUE)
    return changed


def _revive(connection: Connection, planned: Sequence[Reminder], now: datetime) -> int:
    """An UPDATE each; what is revived is little."""
    revived: list[int] = []
    busy = (reminders.c.lease_until > now) & reminders.c.worker.is_not(None)
    lease = reminders.c.lease_until
    for one in sorted(planned, key=lambda reminder: reminder.key):
        values = rescheduled(one)
        next_at = values.pop("next_at")
        kept = literal(next_at, Instant())
        statement = (
            update(reminders)
            .where(reminders.c.key == one.key, reminders.c.sent_at.is_(None))
            .where(reminders.c.state.in_((State.WITHDRAWN, State.SUPERSEDED)))
            .where(reminders.c.cause != BY_HAND)
            .values(state=State.PLANNED, cause="wanted again", changed_at=now, **values)
            .values(
                next_at=case((busy & (lease > kept), lease), else_=kept),
                delivery=case((busy, reminders.c.delivery), else_=""),
                attempts=case((busy, reminders.c.attempts), else_=0),
                tried_since=None,
            )
            .returning(reminders.c.id)
        )
        revived += connection.execute(statement).scalars()
    if revived:
        announce(connection, News.DUE)
    return note(connection, revived, State.PLANNED, "wanted again", now)
