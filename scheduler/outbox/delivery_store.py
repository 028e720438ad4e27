"""The statements of delivery: claim, look once more, record; and how the channels do.

How a claim keeps two workers apart is written in `claims.py`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, insert, literal, select, update

from scheduler.outbox.at_once import Held, held_at_once, record_at_once
from scheduler.outbox.claims import Claims, Quiet, claim_in
from scheduler.outbox.database import IN_LIMIT, Database
from scheduler.outbox.news import News, announce
from scheduler.outbox.notices import add_notice
from scheduler.outbox.retry import KEEP_TRYING, probing, touched, tried_a_day
from scheduler.outbox.sent import OtherwiseError, as_claimed, record_sent
from scheduler.outbox.statements import (
    chunks,
    note,
    open_channels,
    plan_rows,
    planning_insert,
    upsert,
)
from scheduler.outbox.tables import attempts, channel_states, reminders
from scheduler.outbox.types import Instant
from scheduler.outbox.values import FELL_BACK, UNSENT, ChannelState, Claimed, Outcome, State


class DeliveryStore:
    """The outbox as a worker sees it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._insert = planning_insert(database.engine.dialect)

    def due_by_channel(self) -> dict[str, datetime]:
        """For each channel with something open, when the next of it may be claimed.

        A lease counts as due at its end. The answer costs two look-ups in an index a channel,
        however much is planned. It may be old when it is read: a claim decides.
        """
        return self.database.read(_due_by_channel)

    def next_due(self, not_on: Collection[str] = ()) -> datetime | None:
        """When the next thing is to be done, on channels that are not left out; None for never."""
        due = self.due_by_channel()
        return min((at for channel, at in due.items() if channel not in not_on), default=None)

    def claim(
        self,
        channel: str,
        now: datetime,
        worker: str,
        lease: timedelta,
        limit: int,
        *,
        take_over: Callable[[], bool] = lambda: True,
        quiet: Quiet = lambda _recipient, _now: None,
    ) -> list[Claimed]:
        """Claim up to `limit` whole messages of a channel that are due, for the time of the lease.

        No two workers get the same reminder while the lease runs. What another claimed whose
        lease has run out is taken over under its old delivery id. Muted, overtaken (Late 3) and
        more than 7 days late reminders are put away here, and in quiet hours held. While the
        channel is paused or held, one message is handed out at its time, to one worker.
        What another claimed stays with it, whatever its lease says, unless `take_over` says so.
        """
        claims = Claims(channel, now, worker, lease, take_over=take_over, quiet=quiet)
        return self.database.write(lambda connection: _claim(connection, claims, limit))

    def claim_hopeless(
        self,
        channel: str,
        now: datetime,
        worker: str,
        lease: timedelta,
        limit: int,
        *,
        take_over: Callable[[], bool] = lambda: True,
    ) -> list[Claimed]:
        """Claim what a channel that was paused and tried for a day has held as long, to be failed.
        In spite of the pause; none where the channel is well or a probe is due. `take_over`
        decides on what another holds, as in `claim`: its worker may have sent it."""
        state = self.channel_state(channel)
        if not tried_a_day(state, now) or (state.probe_at or now) <= now:
            return []
        day_ago = now - KEEP_TRYING
        claims = Claims(channel, now, worker, lease, due_before=day_ago, take_over=take_over)
        return self.database.write(lambda connection: claim_in(connection, claims, limit))

    def still_wanted(self, claimed: Claimed, now: datetime) -> tuple[int, ...]:
        """The rows of a claim that are still this worker's to send, asked right before it.

        What was withdrawn meanwhile is not among them, nor is anything once the lease has run
        out, since another may have claimed it.
        """
        return self.all_still_wanted([(claimed, now)])[0]

    def all_still_wanted(self, asked: Sequence[tuple[Claimed, datetime]]) -> list[tuple[int, ...]]:
        """As `still_wanted`, for several claims, each at its instant; one state of the table."""
        held = self._held(sorted({one_id for claimed, _ in asked for one_id in claimed.ids}))
        return [
            tuple(one for one in claimed.ids if _is_held(held.get(one), claimed, now))
            for claimed, now in asked
        ]

    def _held(self, ids: Sequence[int]) -> Mapping[int, Held]:
        if not self.database.is_sqlite:
            return self.database.statement(lambda connection: held_at_once(connection, ids))

        def work(connection: Connection) -> dict[int, Held]:
            found = (connection.execute(_HELD, {"ids": some}) for some in chunks(ids, IN_LIMIT))
            return {row.id: Held(*row[1:]) for rows in found for row in rows}

        return self.database.read(work)

    def renew(self, deliveries: Sequence[str], worker: str, until: datetime) -> int:
        """Hold deliveries that a worker has claimed until then; returns how many rows.

        What was taken over by another is not touched. Rows that were withdrawn while they were
        being sent are held too, so that they are not revived under the worker's hands.
        """
        lease, row = literal(until, Instant()), reminders.c
        statement = (
            update(reminders)
            .where(row.worker == worker, row.delivery.in_(deliveries))
            .values(
                lease_until=until,
                next_at=case(
                    (row.next_at.is_(None), None),
                    ((row.state == State.CLAIMED) | (row.next_at < lease), lease),
                    else_=row.next_at,
                ),
            )
        )
        return self.database.write(lambda connection: connection.execute(statement).rowcount)

    def release(self, claimed: Iterable[Claimed], now: datetime) -> None:
        """Give back what was claimed and not tried, so that another takes it at once.

        Only what the worker still holds; the deliveries keep their ids.
        """
        given_back = list(claimed)
        if given_back:
            self.database.write(lambda connection: _release(connection, given_back, now))

    def record(self, outcomes: Sequence[Outcome]) -> list[bool]:
        """Write down what became of messages, in one transaction, after their tries.

        Whether each was still the worker's. The worker, the delivery and the attempt stand in
        the WHERE: one whose claim was taken over changes nothing but the list of attempts. With
        one exception: that a server accepted a message is a fact, whoever holds the claim now.
        It is recorded as sent, and a worker that took it over finds nothing left to send. What
        is sent stays sent.
        """
        if all(map(as_claimed, outcomes)) and self._recorded_at_once(outcomes):
            return [True] * len(outcomes)
        return self.database.write(lambda connection: self._record(connection, outcomes))

    def _recorded_at_once(self, outcomes: Sequence[Outcome]) -> bool:
        if not self.database.is_sqlite:
            return self.database.statement(lambda one: record_at_once(one, outcomes))
        try:
            self.database.write(lambda connection: _record_sent(connection, outcomes))
        except OtherwiseError:
            return False
        return True

    def _record(self, connection: Connection, outcomes: Sequence[Outcome]) -> list[bool]:
        held = [self._settle(connection, one) for one in outcomes]
        connection.execute(_TRIED, [_attempt(one) for one in outcomes])
        _touch(connection, outcomes)
        for one in outcomes:
            if one.notice:
                _notice(connection, one)
        return held

    def _settle(self, connection: Connection, outcome: Outcome) -> bool:
        changed = _change(connection, outcome)
        note(connection, changed, outcome.state, outcome.answer, outcome.at)
        if len(outcome.ids) < len(outcome.claimed.ids) or len(changed) < len(outcome.ids):
            _let_go(connection, outcome.claimed)
        if changed and outcome.replacements:
            cause = f"in place of {outcome.claimed.channel}: {outcome.answer}"
            wanted = zip(outcome.ids, outcome.replacements, strict=True)
            plan_rows(
                connection,
                self._insert,
                [one for one_id, one in wanted if one_id in changed],
                outcome.at,
                cause,
                outcome.claimed.channel,
            )
        return bool(changed)

    def hold(self, channel: str, until: datetime) -> None:
        """Hand nothing out of a channel before `until`; a pause that lasts longer stands."""

        def work(connection: Connection) -> None:
            state = _channel(connection, channel, lock=True)
            if state.probe_at is None or state.probe_at < until:
                upsert(connection, channel_states, [_as_row(state) | {"probe_at": until}])

        self.database.write(work)

    def channel_state(self, channel: str) -> ChannelState:
        """How a channel is doing."""
        return self.database.read(lambda connection: _channel(connection, channel))


_TRIED = insert(attempts)
_HELD = select(
    reminders.c.id,
    reminders.c.worker,
    reminders.c.delivery,
    reminders.c.attempts,
    reminders.c.lease_until,
).where(reminders.c.id.in_(bindparam("ids", expanding=True)), reminders.c.state == State.CLAIMED)
_CHANNEL = select(channel_states).where(channel_states.c.channel == bindparam("channel"))
_CHANNEL_LOCKED = _CHANNEL.with_for_update()


def _claim(connection: Connection, claims: Claims, limit: int) -> list[Claimed]:
    channel, now = claims.channel, claims.now
    state = _channel(connection, channel)
    if state.probe_at is not None and state.probe_at > now:
        return []
    if state.paused_since is None:
        return claim_in(connection, claims, limit)
    state = _channel(connection, channel, lock=True)
    if state.probe_at is not None and state.probe_at > now:
        return []
    claimed = claim_in(connection, claims, 1)
    if claimed:
        # The ticket to probe: whoever asks next waits until this one has answered.
        upsert(connection, channel_states, [_as_row(probing(state, now, claims.until))])
    return claimed


def _record_sent(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    record_sent(connection, outcomes)
    connection.execute(_TRIED, [_attempt(one) for one in outcomes])
    _touch(connection, outcomes)


def _is_held(row: Held | None, claimed: Claimed, now: datetime) -> bool:
    if row is None or row.lease_until <= now:
        return False
    mine = claimed.worker, claimed.delivery, claimed.attempt
    return (row.worker, row.delivery, row.attempts) == mine


def _held_by(claimed: Claimed) -> Any:
    return and_(
        reminders.c.worker == claimed.worker,
        reminders.c.delivery == claimed.delivery,
        reminders.c.attempts == claimed.attempt,
    )


def _change(connection: Connection, outcome: Outcome) -> list[int]:
    """Change the rows an outcome is true of; their ids."""
    row = reminders.c
    statement = update(reminders).where(row.id.in_(outcome.ids))
    if outcome.state is State.SENT:
        statement = statement.where(row.sent_at.is_(None)).values(sent_at=outcome.at)
        statement = statement.where(row.delivery == outcome.claimed.delivery)
    else:
        statement = statement.where(_held_by(outcome.claimed), row.state.in_(UNSENT))
    if outcome.state is State.RETRYING:
        statement = statement.values(
            tried_since=func.coalesce(row.tried_since, literal(outcome.at, Instant()))
        )
    values = statement.values(
        state=outcome.state,
        cause=outcome.answer,
        changed_at=outcome.at,
        next_at=outcome.next_at,
        worker=None,
        lease_until=None,
    )
    return list(connection.execute(values.returning(row.id)).scalars())


def _let_go(connection: Connection, claimed: Claimed) -> None:
    """Rows that were left out of a message are nobody's, and belong to that message no more.

    Else one of them that is wanted again would go out under an identity that the receiving side
    has seen, and be dropped as a copy.
    """
    connection.execute(
        update(reminders)
        .where(reminders.c.id.in_(claimed.ids), _held_by(claimed))
        .where(reminders.c.sent_at.is_(None), reminders.c.state != State.CLAIMED)
        .values(worker=None, lease_until=None, delivery="")
    )


def _release(connection: Connection, given_back: Sequence[Claimed], now: datetime) -> None:
    row = reminders.c
    announce(connection, News.DUE)
    for one in given_back:
        tried = one.first_tried is not None
        statement = (
            update(reminders)
            .where(row.id.in_(one.ids), _held_by(one), row.state == State.CLAIMED)
            .values(
                state=State.RETRYING if tried else State.PLANNED,
                cause="given back untried",
                changed_at=now,
                next_at=now,
                attempts=one.attempt - 1,
                worker=None,
                lease_until=None,
            )
            .returning(row.id)
        )
        ids = list(connection.execute(statement).scalars())
        state = State.RETRYING if tried else State.PLANNED
        note(connection, ids, state, "given back untried", now)
        _let_go(connection, one)


def _attempt(outcome: Outcome) -> dict[str, Any]:
    return {
        "delivery": outcome.claimed.delivery,
        "channel": outcome.claimed.channel,
        "recipient": outcome.claimed.recipient,
        "worker": outcome.claimed.worker,
        "at": outcome.at,
        "outcome": outcome.state,
        "answer": outcome.answer,
    }


def _notice(connection: Connection, outcome: Outcome) -> None:
    """Note a failure; apart where its channel is paused, which the coordinators have heard."""
    claimed = outcome.claimed
    paused = _channel(connection, claimed.channel).paused_since is not None
    kind = FELL_BACK if paused and outcome.replacements else outcome.state
    key = f"{outcome.state}|{claimed.delivery}|{claimed.attempt}"
    add_notice(connection, key, kind, outcome.notice, outcome.at)


def _touch(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Carry what the messages met over to their channels.

    A channel's row is locked only where something changes: else every record on a channel that is
    well would wait for the commit of the one before. What another writes meanwhile is then later.
    """
    for channel in sorted({one.claimed.channel for one in outcomes if one.touch}):
        before = _channel(connection, channel)
        if _after(before, outcomes) == before:
            continue
        before = _channel(connection, channel, lock=True)
        state = _after(before, outcomes)
        if state != before:
            upsert(connection, channel_states, [_as_row(state)])
        if before.paused_since and not state.paused_since:
            announce(connection, News.DUE)
        if state.paused_since and not before.paused_since:
            key = f"paused|{channel}|{state.paused_since.isoformat()}"
            text = f"the channel {channel} is paused, and tried from time to time: {state.reason}"
            add_notice(connection, key, "paused", text, state.paused_since)
        if before.paused_since and not state.paused_since:
            key = f"recovered|{channel}|{before.paused_since.isoformat()}"
            since = f"{before.paused_since:%-d %B %Y, %H:%M} UTC"
            text = f"the channel {channel} works again; it was paused since {since}"
            add_notice(connection, key, "recovered", text, max(one.at for one in outcomes))


def _after(state: ChannelState, outcomes: Sequence[Outcome]) -> ChannelState:
    """How a channel is doing after these messages."""
    for one in outcomes:
        if one.touch and one.claimed.channel == state.channel:
            state = touched(state, one.touch, one.at, one.answer)
    return state


def _channel(connection: Connection, channel: str, *, lock: bool = False) -> ChannelState:
    query = _CHANNEL_LOCKED if lock else _CHANNEL
    row = connection.execute(query, {"channel": channel}).first()
    return ChannelState(**row._mapping) if row else ChannelState(channel)


def _as_row(state: ChannelState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in ChannelState.__slots__}


def _due_by_channel(connection: Connection) -> dict[str, datetime]:
    held = {
        one.channel: one.probe_at
        for one in connection.execute(select(channel_states))
        if one.probe_at is not None
    }
    return {channel: max(at, held.get(channel, at)) for channel, at in open_channels(connection)}
