"""What delivery asks of PostgreSQL for each message, in one statement each.

A statement by itself is a transaction by itself (`Database.statement`): one wait for the server in
place of three for a look, and of six for a record. Lists go as arrays. The planner is not to
see them (`SELECT` around the first): else it would make a plan of its own for each, which costs
more than what the plan does. They are written here, as PostgreSQL reads them (its manual, 8.15.2):
psycopg would look at each value of a list by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from scheduler.outbox.types import from_micros, micros
from scheduler.outbox.values import Claimed, Outcome

_HELD = """
SELECT id, worker, delivery, attempts, lease_until
FROM unnest((SELECT %(ids)s::bigint[])) AS asked (id) JOIN reminders USING (id)
WHERE state = 'claimed'
"""
_RECORD = """
WITH asked AS (
    SELECT * FROM unnest(
        (SELECT %(ids)s::bigint[]), %(deliveries)s::text[], %(workers)s::text[],
        %(ats)s::bigint[], %(answers)s::text[]
    ) AS one (id, delivery, worker, at, answer)
), held AS (
    SELECT id FROM reminders JOIN asked USING (id)
    WHERE reminders.delivery = asked.delivery AND reminders.worker = asked.worker
    AND reminders.state = 'claimed' ORDER BY id FOR UPDATE OF reminders
), expected AS (
    SELECT WHERE (SELECT count(DISTINCT id) FROM held) = cardinality(%(ids)s::bigint[])
    AND NOT EXISTS (
        SELECT FROM channel_states WHERE channel = ANY (%(touched)s::text[])
        AND NOT (failures = 0 AND reason = '' AND paused_since IS NULL AND probe_at IS NULL
        AND tried_since IS NULL)
    )
), changed AS (
    UPDATE reminders SET state = 'sent', cause = asked.answer, changed_at = asked.at,
    sent_at = asked.at, next_at = NULL, worker = NULL, lease_until = NULL
    FROM asked, expected WHERE reminders.id = asked.id
    RETURNING reminders.id, asked.at, asked.answer
), noted AS (
    INSERT INTO transitions (reminder, at, state, cause)
    SELECT id, at, 'sent', answer FROM changed ORDER BY id
)
INSERT INTO attempts (delivery, channel, recipient, worker, at, outcome, answer)
SELECT delivery, channel, recipient, worker, at, 'sent', answer FROM expected, unnest(
    (SELECT %(tried)s::text[]), %(channels)s::text[], %(recipients)s::text[], %(by)s::text[],
    %(then)s::bigint[], %(said)s::text[]
) AS one (delivery, channel, recipient, worker, at, answer)
"""

_NAME = """
WITH asked AS (
    SELECT * FROM unnest(
        (SELECT %(ids)s::bigint[]), %(deliveries)s::text[], %(tries)s::integer[],
        %(causes)s::text[]
    ) AS one (id, delivery, tries, cause)
), named AS (
    UPDATE reminders SET delivery = asked.delivery, attempts = asked.tries
    FROM asked WHERE reminders.id = asked.id
)
INSERT INTO transitions (reminder, at, state, cause)
SELECT id, %(now)s::bigint, 'claimed', cause FROM asked ORDER BY id
"""


class Held(NamedTuple):
    """A reminder that somebody has claimed."""

    worker: str
    delivery: str
    attempts: int
    lease_until: datetime


def name_at_once(
    connection: Connection, claimed: Sequence[Claimed], causes: Mapping[int, str], now: datetime
) -> None:
    """Write into claimed rows which message each belongs to and which try it is, and note why."""
    rows = [(one_id, one) for one in claimed for one_id in one.ids]
    asked = {
        "ids": _numbers(one_id for one_id, _ in rows),
        "deliveries": _texts(one.delivery for _, one in rows),
        "tries": _numbers(one.attempt for _, one in rows),
        "causes": _texts(causes[one_id] for one_id, _ in rows),
        "now": micros(now),
    }
    connection.exec_driver_sql(_NAME, asked)


def held_at_once(connection: Connection, ids: Sequence[int]) -> dict[int, Held]:
    """By id: those of these reminders that are claimed."""
    found = {}
    for one_id, worker, delivery, attempts, until in connection.exec_driver_sql(
        _HELD, {"ids": _numbers(ids)}
    ):
        found[one_id] = Held(worker, delivery, attempts, from_micros(until))
    return found


def record_at_once(connection: Connection, outcomes: Sequence[Outcome]) -> bool:
    """Record messages that went out as they were claimed (`sent.as_claimed`), and their tries.

    All of it, True; or, where a row is another's by now or a channel was not well until now,
    nothing. Rows are locked by ascending id, so that no two who do this wait in a ring.
    """
    rows = [(one_id, outcome) for outcome in outcomes for one_id in outcome.ids]
    asked = {
        "ids": _numbers(one_id for one_id, _ in rows),
        "deliveries": _texts(one.claimed.delivery for _, one in rows),
        "workers": _texts(one.claimed.worker for _, one in rows),
        "ats": _numbers(micros(one.at) for _, one in rows),
        "answers": _texts(one.answer for _, one in rows),
        "touched": _texts({one.claimed.channel for one in outcomes if one.touch}),
        "tried": _texts(one.claimed.delivery for one in outcomes),
        "channels": _texts(one.claimed.channel for one in outcomes),
        "recipients": _texts(one.claimed.recipient for one in outcomes),
        "by": _texts(one.claimed.worker for one in outcomes),
        "then": _numbers(micros(one.at) for one in outcomes),
        "said": _texts(one.answer for one in outcomes),
    }
    return connection.exec_driver_sql(_RECORD, asked).rowcount == len(outcomes)


def _numbers(values: Iterable[int]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _texts(values: Iterable[str]) -> str:
    return f"{{{','.join(map(_quoted, values))}}}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
