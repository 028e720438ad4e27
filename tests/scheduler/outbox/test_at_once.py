"""A look, a record and a claim on PostgreSQL: one statement each, and what they leave alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from bench.delivery import AT
from bench.plans import NOW, plan_text, read
from scheduler.outbox import database as module
from scheduler.outbox import schema
from scheduler.outbox.claims import _claiming
from scheduler.outbox.database import KEPT, Database
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.types import to_micros
from scheduler.outbox.values import Claimed, Outcome, State, Touch
from scheduler.outbox.verdict import accepted
from scheduler.planner import Planning
from scheduler.planning.values import NOTHING_ENDED
from tests import postgres
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import HOUR, LEASE, MINUTE, START, crowd, sent

_PID = "SELECT pg_backend_pid()"


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def _claimed(stores: Stores, count: int) -> list[Claimed]:
    stores.planning.insert(crowd(count), START)
    return stores.delivery.claim("email", START, "w", LEASE, count)


def _out(one: Claimed) -> Outcome:
    return accepted(one, one.ids, "250 ok", START + MINUTE)


def _paused(stores: Stores, one: Claimed) -> None:
    fault = Touch(well=False, lasting=True)
    outcome = Outcome(
        one, State.RETRYING, "535 no", START, one.ids, next_at=START + HOUR, touch=fault
    )
    stores.delivery.record([outcome])


def test_a_look_and_a_record_of_several_are_one_statement_each_on_postgresql(
    stores: Stores,
) -> None:
    claimed = _claimed(stores, 5)
    with _counted(stores.database) as said:
        looked = stores.delivery.all_still_wanted([(one, START) for one in claimed])
        assert all(stores.delivery.record([_out(one) for one in claimed]))
    assert looked == [one.ids for one in claimed]
    assert stores.database.is_sqlite or len(said) == 2
    assert stores.history.counts() == {"sent": 5}
    tries = [(one.delivery, one.outcome, one.answer) for one in stores.history.attempts_of(9)]
    assert sorted(tries) == sorted((one.delivery, "sent", "250 ok") for one in claimed)
    for one in claimed:
        assert [state for _, state, _ in stores.history.transitions_of(one.reminders[0].key)] == [
            "planned",
            "claimed",
            "sent",
        ]


def test_an_answer_is_recorded_as_the_server_gave_it(stores: Stores) -> None:
    answers = ['250 "ok", {queued}', "250 C:\\spool\\", "NULL", "", "250 %s принято, ok"]
    claimed = _claimed(stores, len(answers))
    outcomes = [
        accepted(one, one.ids, said, START) for one, said in zip(claimed, answers, strict=True)
    ]
    with _counted(stores.database) as said:
        assert all(stores.delivery.record(outcomes))
    assert stores.database.is_sqlite or len(said) == 1
    tries = {one.delivery: one.answer for one in stores.history.attempts_of(9)}
    for one, answer in zip(claimed, answers, strict=True):
        assert tries[one.delivery] == answer
        *_, last = stores.history.transitions_of(one.reminders[0].key)
        assert last[1:] == ("sent", answer)


def test_one_that_another_has_taken_over_holds_up_none_of_those_recorded_with_it(
    stores: Stores,
) -> None:
    mine, lost, *others = _claimed(stores, 4)
    stores.delivery.release([lost], START)
    (theirs,) = stores.delivery.claim("email", START, "other", LEASE, 1)
    assert theirs.ids == lost.ids
    late = [_out(one) for one in (mine, lost, *others)]
    assert stores.delivery.record(late) == [True] * 4
    assert stores.delivery.still_wanted(theirs, START) == ()
    assert stores.delivery.record([sent(theirs)]) == [False]
    assert stores.history.counts() == {"sent": 4}
    tries = sorted(one.worker for one in stores.history.attempts_of(9))
    assert tries == ["other", "w", "w", "w", "w"]


def test_the_first_that_passes_ends_a_pause_also_where_several_are_recorded(
    stores: Stores,
) -> None:
    broken, *others = _claimed(stores, 3)
    _paused(stores, broken)
    assert stores.delivery.channel_state("email").paused_since == START
    assert stores.delivery.record([_out(one) for one in others]) == [True, True]
    assert stores.delivery.channel_state("email").paused_since is None
    assert stores.history.counts() == {"retrying": 1, "sent": 2}


def test_an_outcome_without_a_touch_leaves_a_pause_alone(stores: Stores) -> None:
    broken, other = _claimed(stores, 2)
    _paused(stores, broken)
    assert stores.delivery.record([Outcome(other, State.SENT, "ok", START, other.ids)]) == [True]
    assert stores.delivery.channel_state("email").paused_since == START


def test_two_who_record_the_same_at_once_do_it_once(stores: Stores) -> None:
    """Both find their rows claimed; one waits for the other's lock, and looks again."""
    claimed = _claimed(stores, 20)
    met = Barrier(2)

    def record(order: int) -> list[bool]:
        met.wait(10)
        return stores.delivery.record([_out(one) for one in claimed[::order]])

    with ThreadPoolExecutor(2) as pool:
        found = [one.result(30) for one in [pool.submit(record, order) for order in (1, -1)]]
    assert sorted(map(sum, found)) == [0, 20]
    assert stores.history.counts() == {"sent": 20}
    for one in claimed:
        states = [state for _, state, _ in stores.history.transitions_of(one.reminders[0].key)]
        assert states == ["planned", "claimed", "sent"]


def _pid(database: Database) -> int:
    found: int = database.statement(lambda one: one.exec_driver_sql(_PID).scalar_one())
    return found


@pytest.mark.parametrize("moment", [0.0, 60.0])
def test_a_connection_at_hand_is_kept_and_replaced_when_its_server_has_ended(
    postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch, moment: float
) -> None:
    """Tried first where it was idle; else the statement fails and is run again."""
    monkeypatch.setattr(module, "_A_MOMENT", moment)
    monkeypatch.setattr(module, "TRIES", 1 if moment == 0.0 else 2)
    with postgres_server.database() as url, closing(Database(url)) as database:
        first = _pid(database)
        assert _pid(database) == first
        postgres_server.say(f"SELECT pg_terminate_backend({first}, 10000)")
        assert _pid(database) != first


def test_what_goes_wrong_in_a_statement_leaves_a_connection_that_works(
    postgres_server: postgres.Server,
) -> None:
    with postgres_server.database() as url, closing(Database(url)) as database:
        with pytest.raises(DBAPIError):
            database.statement(lambda one: one.exec_driver_sql("SELECT 1 / 0"))
        assert _pid(database)
        assert database.engine.pool.checkedout() <= KEPT  # type: ignore[attr-defined]


def test_only_a_few_connections_are_kept_at_hand(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as url, closing(Database(url)) as database:
        met = Barrier(KEPT + 2)

        def work(connection: Connection) -> int:
            met.wait(10)
            found: int = connection.exec_driver_sql(_PID).scalar_one()
            return found

        with ThreadPoolExecutor(KEPT + 2) as pool:
            pids = set(pool.map(lambda _: database.statement(work), range(KEPT + 2)))
        assert len(pids) == KEPT + 2
        assert database.engine.pool.checkedout() == KEPT  # type: ignore[attr-defined]


def test_after_a_first_planning_a_claim_reads_no_more_than_it_takes(
    postgres_server: postgres.Server,
) -> None:
    """Of 2,500 that are due it goes along the index; it does not sort all of them."""
    with postgres_server.database() as url, closing(Database(url)) as database:
        schema.prepare(database)
        plan = read(plan_text(2_500, people=2_500, policy="once", days=1))
        Planning(PlanningStore(database)).apply(plan, NOW, None, NOTHING_ENDED)
        due = text("SELECT count(*) FROM reminders WHERE next_at <= :now")
        now = {"now": to_micros(AT)}
        assert database.read(lambda one: one.execute(due, now).scalar_one()) == 2_500
        lines = database.read(_claim_explained)
    assert any("ix_reminders_due" in line for line in lines)
    assert not [line for line in lines if "Sort" in line]


def _claim_explained(connection: Connection) -> list[str]:
    statement = _claiming(over=True, hopeless=False).compile(dialect=connection.dialect)
    until = AT + timedelta(minutes=5)
    asked = {
        "b_channel": "email", "b_now": AT, "b_until": until, "b_worker": "w", "b_most": 64,
    }  # fmt: skip
    values = {
        name: to_micros(value) if name in {"b_now", "b_until"} else value
        for name, value in statement.construct_params(asked).items()
    }
    return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]
