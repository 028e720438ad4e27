"""What people ask for their own reminders: to be left alone for a while, later, or for good.

A wish is a row of `reports` (acknowledged, snoozed, resumed: the last one of a person on an
occurrence counts) or of `mutes`. It changes nothing that is planned: a claim asks for the wishes
when a reminder comes due (`claims`), so that one who thinks better of it loses only what came due
meanwhile. What a worker has claimed already is taken out of its message here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, literal, select, update

from scheduler.outbox.statements import by_ids, end_unsent, note, of_policy, put_in_order
from scheduler.outbox.tables import mutes, reminders, reports
from scheduler.outbox.types import Instant
from scheduler.outbox.values import (
    ACKNOWLEDGED,
    ALWAYS,
    ESCALATION,
    SNOOZED,
    TOLD,
    UNSENT,
    WISHES,
    State,
    Wish,
    is_of_policy,
)
from scheduler.planning.timing import apart, message_of

QUIET = "held until the end of the quiet hours"
_NEAR = timedelta(hours=1)
"""What is due later than this is in no claim that is under way."""
Whose = tuple[str, str]
"""An occurrence and a recipient."""


def wishes_on(connection: Connection, milestones: Iterable[str] | None) -> dict[Whose, Wish]:
    """The last wish of each person on each occurrence of these milestones, or of all."""
    row = reports.c
    query = select(row.occurrence, row.milestone, row.by, row.state, row.at, row.until).where(
        row.state.in_(WISHES)
    )
    found = sorted(
        by_ids(connection, query.add_columns(row.id), row.milestone, milestones),
        key=lambda one: one.id,
    )
    return {
        (one.occurrence, one.by): Wish(
            one.occurrence, one.milestone, one.by, one.state, one.at, one.until
        )
        for one in found
    }


def muted(connection: Connection, rows: Sequence[Row[Any]]) -> list[int]:
    """Those whose recipient wants nothing of the milestone, the track, or at all (Who 5)."""
    people = {row.recipient for row in rows}
    query = select(mutes.c.person, mutes.c.scope)
    found = {(row.person, row.scope) for row in by_ids(connection, query, mutes.c.person, people)}
    return [
        row.id
        for row in rows
        if found
        and can_be_muted(row.stage)
        and any((row.recipient, scope) in found for scope in scopes(row.milestone))
    ]


def can_be_muted(stage: str) -> bool:
    """Whether a mute holds a stage up: no escalation, and nothing of the service itself."""
    return stage not in ALWAYS and not stage.startswith(ESCALATION)


def can_wait(stage: str) -> bool:
    """Whether an acknowledgement or a snooze holds a stage up: a reminder, but no escalation."""
    return is_of_policy(stage) and not stage.startswith(ESCALATION)


def scopes(milestone: str) -> tuple[str, str, str]:
    """The scopes of a mute that cover a milestone, by its full id."""
    return "all", f"track:{milestone.partition('/')[0]}", f"milestone:{milestone}"


def text_of(wish: Wish) -> str:
    """What `why` says of a reminder that a wish holds up."""
    until = f"{wish.until:%-d %B %Y, %H:%M} UTC"
    return f"{'snoozed' if wish.state == SNOOZED else 'acknowledged'} until {until}"


def grant(connection: Connection, wish: Wish, now: datetime) -> int:
    """Take what a wish holds up out of the messages that are being prepared; how many."""
    row = reminders.c
    which = and_(
        row.milestone == wish.milestone,
        row.occurrence == wish.occurrence,
        row.recipient == wish.person,
        _can_wait(row.stage),
    )
    _settle_claims(connection, which, now)
    _judge_anew(connection, wish, now)
    if wish.state == ACKNOWLEDGED:
        return end_unsent(connection, which & _in_hand(), State.MUTED, text_of(wish), now)
    if wish.state == SNOOZED:
        return _put_off(connection, which & _in_hand(), wish, now)
    return 0


def take_out(connection: Connection, person: str, scope: str, now: datetime) -> int:
    """Take what a mute covers out of the messages that are being prepared; how many."""
    row = reminders.c
    kind, _, name = scope.partition(":")
    which = (row.recipient == person) & row.stage.not_in(ALWAYS)
    which &= row.stage.not_like(f"{ESCALATION}%")
    if kind == "track":
        which &= row.milestone.startswith(f"{name}/", autoescape=True)
    elif kind == "milestone":
        which &= row.milestone == name
    _settle_claims(connection, which, now)
    return end_unsent(connection, which & _in_hand(), State.MUTED, "muted by the recipient", now)


def hold(
    connection: Connection, ids: Sequence[int], kept: Sequence[int], wish: Wish, now: datetime
) -> None:
    """Give back what was just claimed and is snoozed, until the snooze ends.

    It goes out then in a message of its own identity. Those of `kept`, which a dead worker may
    have sent, keep the identity they had.
    """
    connection.execute(
        update(reminders)
        .where(reminders.c.id.in_(ids))
        .values(
            state=State.PLANNED,
            cause=text_of(wish),
            changed_at=now,
            next_at=wish.until,
            worker=None,
            lease_until=None,
            attempts=0,
            tried_since=None,
            delivery=case((reminders.c.id.in_(kept), reminders.c.delivery), else_=""),
        )
    )
    note(connection, ids, State.PLANNED, text_of(wish), now)


def hold_quiet(
    connection: Connection, rows: Sequence[Row[Any]], until: datetime, now: datetime
) -> None:
    """Give back what was just claimed in the quiet hours of its recipient, until they end.

    What is then due for her in the same minute is one message. What was tried, or may have been
    sent by a dead worker, keeps the identity that it had.
    """
    messages: dict[str, list[int]] = {}
    for row in rows:
        name = row.message
        if not row.delivery and (is_of_policy(row.stage) or row.stage in TOLD):
            name = message_of(row.recipient, row.channel, until, apart(row.occurrence))
        messages.setdefault(name, []).append(row.id)
    tried = case((reminders.c.attempts > 0, State.RETRYING), else_=State.PLANNED)
    given_back = update(reminders).values(
        state=tried, cause=QUIET, changed_at=now, next_at=until, worker=None, lease_until=None
    )
    for name, ids in sorted(messages.items()):
        connection.execute(given_back.where(reminders.c.id.in_(ids)).values(message=name))
    for state, tries in ((State.PLANNED, False), (State.RETRYING, True)):
        ids = [row.id for row in rows if bool(row.attempts) is tries]
        note(connection, ids, state, QUIET, now)


def _judge_anew(connection: Connection, wish: Wish, now: datetime) -> None:
    """What an earlier snooze holds up is claimed at once, and the new wish decides."""
    row = reminders.c
    connection.execute(
        update(reminders)
        .where(row.milestone == wish.milestone, row.occurrence == wish.occurrence)
        .where(row.recipient == wish.person, row.state == State.PLANNED)
        .where(row.at <= now, row.next_at > now, row.worker.is_(None))
        .values(next_at=now, cause="wanted again", changed_at=now)
    )


def _put_off(connection: Connection, which: ColumnElement[bool], wish: Wish, now: datetime) -> int:
    """As `hold`, of what a worker holds: if it is out already, it is recorded as sent."""
    row, until = reminders.c, literal(wish.until, Instant())
    statement = (
        update(reminders)
        .where(row.id.in_(put_in_order(connection, which)), row.state == State.CLAIMED)
        .values(
            state=State.PLANNED,
            cause=text_of(wish),
            changed_at=now,
            next_at=case((row.lease_until > until, row.lease_until), else_=until),
        )
        .returning(row.id)
    )
    ids = list(connection.execute(statement).scalars())
    return note(connection, ids, State.PLANNED, text_of(wish), now)


def _settle_claims(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """Wait for claims under way, so that what they brought is seen; see `claims`."""
    row = reminders.c
    put_in_order(connection, which & row.state.in_(UNSENT) & (row.at <= now + _NEAR))


def _in_hand() -> ColumnElement[bool]:
    return reminders.c.state == State.CLAIMED


def _can_wait(stage: ColumnElement[str]) -> ColumnElement[bool]:
    """`can_wait` in the database."""
    return of_policy(stage) & stage.not_like(f"{ESCALATION}%")
