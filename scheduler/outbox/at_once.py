"""What delivery asks of PostgreSQL for each message, in one statement each.

A statement by itself is a transaction by itself (`Database.statement`): one wait for the server in
place of three for a look, and of six for a record. Lists go as arrays. The planner is not to
see them (`SELECT` around the first): else it would make a plan of its own for each, which costs
more than what the plan does.
"""

from collections.abc import Mapping, Sequence
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
    SELECT WHERE (SELECT count(DISTINCT id) FROM held) = cardinality(%(ids)s) AND NOT EXISTS (
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
        "ids": [one_id for one_id, _ in rows],
        "deliveries": [one.delivery for _, one in rows],
        "tries": [one.attempt for _, one in rows],
        "causes": [causes[one_id] for one_id, _ in rows],
        "now": micros(now),
    }
    connection.exec_driver_sql(_NAME, asked)


def held_at_once(connection: Connection, ids: Sequence[int]) -> dict[int, Held]:
    """By id: those of these reminders that are claimed."""
    found = {}
    for one_id, worker, delivery, attempts, until in connection.exec_driver_sql(
        _HELD, {"ids": list(ids)}
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
        "ids": [one_id for one_id, _ in rows],
        "deliveries": [one.claimed.delivery for _, one in rows],
        "workers": [one.claimed.worker for _, one in rows],
        "ats": [micros(one.at) for _, one in rows],
        "answers": [one.answer for _, one in rows],
        "touched": list({one.claimed.channel for one in outcomes if one.touch}),
        "tried": [one.claimed.delivery for one in outcomes],
        "channels": [one.claimed.channel for one in outcomes],
        "recipients": [one.claimed.recipient for one in outcomes],
        "by": [one.claimed.worker for one in outcomes],
        "then": [micros(one.at) for one in outcomes],
        "said": [one.answer for one in outcomes],
    }
    return connection.exec_driver_sql(_RECORD, asked).rowcount == len(outcomes)
