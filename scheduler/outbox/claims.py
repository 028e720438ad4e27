"""How a worker gets whole messages to send, and no two workers the same one.

A message is the open rows that share `message` and `delivery`. `delivery` is empty until a claim
names it; what was claimed before, and perhaps sent by a worker that died, keeps its name and goes
out by itself, so that a copy holds what the first one held and carries the same Message-ID.

One statement claims. Its first half picks of each message the due row with the smallest id, the
lead, and locks it; its second half claims every open row of those messages, due or not. On
SQLite one writing transaction is alone. On PostgreSQL (READ COMMITTED) two can run at once:

- Both see the same lead. One locks it, the other passes it over (SKIP LOCKED). If the first has
  committed already, the other's lock finds a newer row, looks at the WHERE again, and finds a
  lease in the future: it passes over too.
- They see different leads of one message, because a row came, went or came due between their
  snapshots. Each locks its own lead; the one that updates the message's rows second waits, looks
  again, and finds rows that are claimed (their `delivery`, state or lease differ): it gets those
  that are left, as a message of their own. If each holds what the other waits for, PostgreSQL
  ends one of them and `Database.write` runs it again.
- A row is withdrawn meanwhile: the withdrawal waits for the claim and then marks the claimed row
  (the worker asks `still_wanted` before it sends), or the claim waits and then leaves it out.

In each case a row is claimed by one, and by that one for as long as its lease runs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    Update,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from scheduler.outbox.at_once import name_at_once
from scheduler.outbox.notices import note_missed
from scheduler.outbox.statements import by_ids, note, of_policy, reminder_of
from scheduler.outbox.tables import reminders
from scheduler.outbox.types import Instant
from scheduler.outbox.values import (
    SNOOZED,
    Claimed,
    State,
    Wish,
    can_be_quiet,
    delivery_id,
    is_of_policy,
)
from scheduler.outbox.wishes import can_wait, hold, hold_quiet, muted, text_of, wishes_on

TOO_LATE = timedelta(days=7)
"""What is later than this is not sent any more (Late 3)."""

_lead, _earlier = reminders.alias("lead"), reminders.alias("earlier")
_WHOSE = (reminders.c.occurrence, reminders.c.recipient, reminders.c.channel)
_LATEST = (
    select(*_WHOSE, func.max(reminders.c.at).label("latest"))
    .where(
        of_policy(reminders.c.stage),
        reminders.c.state.in_((State.PLANNED, State.CLAIMED, State.RETRYING, State.SENT)),
    )
    .group_by(*_WHOSE)
)
_NAMED = (
    update(reminders)
    .where(reminders.c.id == bindparam("b_id"))
    .values(delivery=bindparam("delivery"), attempts=bindparam("attempts"))
)
_NOW = bindparam("b_now", type_=Instant())
_TAKEN_OVER = "taken over: the lease of worker "


Quiet = Callable[[str, datetime], datetime | None]
"""Recipient and instant -> the end of the quiet hours that she has then; None where it is none."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a worker asks for: messages of a channel that are due now, for the time of the lease.

    due_before: only those that were planned for then or earlier. take_over: whether to take also
    what another holds whose lease has run out; asked when the transaction has begun, since it may
    have waited for a lock for which that other waits too.
    """

    channel: str
    now: datetime
    worker: str
    lease: timedelta
    due_before: datetime | None = None
    take_over: Callable[[], bool] = lambda: True
    quiet: Quiet = lambda _recipient, _now: None

    @property
    def until(self) -> datetime:
        """The end of the lease."""
        return self.now + self.lease


def claim_in(connection: Connection, claims: Claims, limit: int) -> list[Claimed]:
    """Claim up to `limit` messages of a channel; see `DeliveryStore.claim`."""
    now, worker = claims.now, claims.worker
    asked: dict[str, object] = {
        "b_channel": claims.channel,
        "b_now": now,
        "b_until": claims.until,
        "b_worker": worker,
        "b_most": limit,
    }
    hopeless = claims.due_before is not None
    if hopeless:
        asked["b_due_before"] = claims.due_before
    statement = _claiming(over=claims.take_over(), hopeless=hopeless)
    rows = sorted(connection.execute(statement, asked), key=lambda row: (row.at, row.id))
    wanted = _sifted(connection, rows, claims)
    claimed = [
        _message(list(group), worker)
        for _, group in groupby(sorted(wanted, key=_belongs), key=_belongs)
    ]
    if claimed:
        plain = f"due; claimed by {worker}"
        causes = {
            row.id: row.cause if row.cause.startswith(_TAKEN_OVER) else plain for row in wanted
        }
        naming = _name if connection.dialect.name == "sqlite" else name_at_once
        naming(connection, claimed, causes, now)
    return sorted(claimed, key=lambda one: (one.reminders[0].at, one.ids[0]))


def _leads(*, over: bool, hopeless: bool) -> Select[Any]:
    """The messages of which a row is due, each by its due row with the smallest id, locked."""
    has_earlier = exists().where(
        _earlier.c.message == _lead.c.message,
        _earlier.c.delivery == _lead.c.delivery,
        _earlier.c.next_at <= _NOW,
        _earlier.c.id < _lead.c.id,
    )
    query = select(_lead.c.message, _lead.c.delivery).where(
        _lead.c.channel == bindparam("b_channel"), _lead.c.next_at <= _NOW, ~has_earlier
    )
    if hopeless:
        query = query.where(_lead.c.at <= bindparam("b_due_before", type_=Instant()))
    if not over:
        query = query.where(_lead.c.state != State.CLAIMED)
    query = query.order_by(_lead.c.next_at).limit(bindparam("b_most", type_=Integer()))
    return query.with_for_update(skip_locked=True, of=_lead)


@cache
def _claiming(*, over: bool, hopeless: bool) -> Update:
    """The whole statement: every open row of the messages due becomes the worker's.

    over: also what another holds whose lease has run out. hopeless: only what was planned for
    `due_before` or earlier.
    """
    due = _leads(over=over, hopeless=hopeless).cte("due")
    until, row = bindparam("b_until", type_=Instant()), reminders.c
    free = row.state != State.CLAIMED
    return (
        update(reminders)
        .where(row.message == due.c.message, row.delivery == due.c.delivery)
        .where(row.next_at.is_not(None))
        .where(or_(free, row.next_at <= _NOW) if over else free)
        .values(
            state=State.CLAIMED,
            cause=case(
                (row.state == State.CLAIMED, literal(_TAKEN_OVER) + row.worker + " ran out"),
                else_=case((row.delivery == "", "due"), else_="tried again"),
            ),
            changed_at=_NOW,
            worker=bindparam("b_worker"),
            next_at=until,
            lease_until=until,
        )
        .returning(*reminders.c)
    )


def _belongs(row: Row[Any]) -> tuple[str, str, str, str]:
    """What the rows of one message share; sorted rows keep their order inside it."""
    return row.recipient, row.channel, row.message, row.delivery


def _message(rows: Sequence[Row[Any]], worker: str) -> Claimed:
    first = rows[0]
    planned = tuple(map(reminder_of, rows))
    return Claimed(
        delivery=first.delivery or delivery_id(one.key for one in planned),
        worker=worker,
        recipient=first.recipient,
        channel=first.channel,
        reminders=planned,
        ids=tuple(row.id for row in rows),
        attempt=max(row.attempts for row in rows) + 1,
        first_tried=min((row.tried_since for row in rows if row.tried_since), default=None),
    )


def _name(
    connection: Connection, claimed: Sequence[Claimed], causes: Mapping[int, str], now: datetime
) -> None:
    """As `name_at_once`, on SQLite."""
    rows = [
        {"b_id": one_id, "delivery": one.delivery, "attempts": one.attempt}
        for one in claimed
        for one_id in one.ids
    ]
    connection.execute(_NAMED, rows)
    for cause in sorted(set(causes.values())):
        ids = [one for one, why in causes.items() if why == cause]
        note(connection, ids, State.CLAIMED, cause, now)


def _sifted(connection: Connection, rows: list[Row[Any]], claims: Claims) -> list[Row[Any]]:
    """The rows that are to be sent; what is too late, overtaken, muted or put off is put away."""
    now = claims.now
    wishes = _wishes(connection, rows)
    away = dict.fromkeys(muted(connection, rows), (State.MUTED, "muted by the recipient"))
    held: dict[Wish, list[Row[Any]]] = {}
    for row in rows:
        wish = wishes.get(row.id)
        since = row.at
        if wish and wish.state == SNOOZED and wish.holds(row.at):
            since = max(row.at, wish.until)
            if row.id not in away and now < wish.until:
                held.setdefault(wish, []).append(row)
        elif wish and wish.holds(row.at):
            away.setdefault(row.id, (State.MUTED, text_of(wish)))
        if now - since > TOO_LATE:
            away[row.id] = State.MISSED, _MISSED
    away |= dict.fromkeys(_overtaken(connection, rows, now), (State.SUPERSEDED, _SUPERSEDED))
    for state, cause in sorted(set(away.values())):
        ids = [one for one, found in away.items() if found == (state, cause)]
        _put_away(connection, ids, state, cause, now)
    note_missed(connection, sum(state is State.MISSED for state, _ in away.values()), now)
    gone = set(away)
    for wish, some in held.items():
        waiting = [row.id for row in some if row.id not in away]
        kept = [row.id for row in some if row.cause.startswith(_TAKEN_OVER)]
        hold(connection, waiting, kept, wish, now)
        gone.update(waiting)
    return _awake(connection, [row for row in rows if row.id not in gone], claims)


def _awake(connection: Connection, rows: list[Row[Any]], claims: Claims) -> list[Row[Any]]:
    """Those that may go now. What comes late, after a stop, a fault or a snooze, may come in quiet
    hours, which planning has kept it out of: it waits for their end (When 6)."""
    ends = {one: claims.quiet(one, claims.now) for one in {row.recipient for row in rows}}
    asleep: dict[datetime, list[Row[Any]]] = {}
    for row in rows:
        until = ends[row.recipient]
        if until is not None and can_be_quiet(row.stage):
            asleep.setdefault(until, []).append(row)
    for until, some in asleep.items():
        hold_quiet(connection, some, until, claims.now)
    waiting = {row.id for some in asleep.values() for row in some}
    return [row for row in rows if row.id not in waiting]


_MISSED = "more than 7 days late when it could have been sent"
_SUPERSEDED = "a later reminder of the same was due as well"


def _wishes(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, Wish]:
    """By row: what its recipient last asked for reminders of that occurrence."""
    mine = [row for row in rows if can_wait(row.stage)]
    found = wishes_on(connection, {row.milestone for row in mine})
    asked = ((row.id, found.get((row.occurrence, row.recipient))) for row in mine)
    return {one: wish for one, wish in asked if wish is not None}


def _put_away(
    connection: Connection, ids: list[int], state: State, cause: str, now: datetime
) -> None:
    if ids:
        connection.execute(
            update(reminders)
            .where(reminders.c.id.in_(ids))
            .values(state=state, cause=cause, changed_at=now, next_at=None)
            .values(worker=None, lease_until=None)
        )
        note(connection, ids, state, cause, now)


def _overtaken(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[int]:
    """Those for which a later reminder of the same occurrence, recipient and channel is due.

    Not what is taken over from a worker that died: it may be out already, and then its record is
    to say so.
    """
    mine = [
        row for row in rows if is_of_policy(row.stage) and not row.cause.startswith(_TAKEN_OVER)
    ]
    oldest = min((row.at for row in mine), default=now)
    query = _LATEST.where(reminders.c.at > oldest, reminders.c.at <= now)
    found = by_ids(connection, query, reminders.c.milestone, (row.milestone for row in mine))
    latest = {(one.occurrence, one.recipient, one.channel): one.latest for one in found}
    return [
        row.id
        for row in mine
        if latest.get((row.occurrence, row.recipient, row.channel), row.at) > row.at
    ]
