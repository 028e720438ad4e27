"""Many rows in few statements, and the first planning of a large plan."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, select

from bench.plans import EACH, NOW, plan_text, read
from scheduler.outbox import schema
from scheduler.outbox.database import Database
from scheduler.outbox.filling import filling, missing
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.many_rows import ManyRows
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.statements import planning_insert, rows_of, upsert_of
from scheduler.outbox.tables import milestones, reminders
from scheduler.planner import Planning
from scheduler.planning.values import NOTHING_ENDED
from tests import postgres
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import START, crowd, reminder

LATER = {"ix_reminders_due", "ix_reminders_message", "ix_reminders_milestone"}


@pytest.mark.parametrize("count", [1, 3, 4, 16, 341, 600])
def test_any_number_of_rows_is_written_once(stores: Stores, count: int) -> None:
    planned = crowd(count)
    assert stores.planning.insert(planned[: count // 2], START) == count // 2
    assert stores.planning.insert(planned, START) == count - count // 2
    assert stores.planning.insert(planned, START) == 0
    assert stores.history.counts() == {"planned": count}


def test_what_is_there_stays_as_it_is(stores: Stores) -> None:
    first = reminder(recipient="amina")
    others = [reminder(recipient=f"p{number}") for number in range(20)]
    stores.planning.insert([first], START, "for the first time")
    stores.planning.insert([*others, first], START, "later")
    causes = {one["recipient"]: one["cause"] for one in _rows(stores.database)}
    assert causes.pop("amina") == "for the first time"
    assert set(causes.values()) == {"later"}


@pytest.mark.parametrize("there", [0, 1, 40])
def test_rows_taken_for_new_are_written_once_too(stores: Stores, there: int) -> None:
    inserting = planning_insert(stores.database.engine.dialect)
    odd = reminder(occurrence="a/tab\there", recipient="back\\slash\nand \\N")
    planned = [*crowd(40), odd]
    stores.planning.insert(planned[:there], START, "before")
    rows = rows_of(((one.key, one) for one in planned), START)

    def write(connection: Connection) -> int:
        return inserting.run(connection, rows, new=True)

    assert stores.database.write(write) == 41 - there
    assert stores.database.write(write) == 0
    assert stores.history.counts() == {"planned": 41}
    (found,) = (one for one in _rows(stores.database) if one["key"] == odd.key)
    assert (found["recipient"], found["occurrence"]) == (odd.recipient, odd.occurrence)
    assert (found["at"], found["day"], found["due"]) == (odd.at, odd.day, odd.due)


def test_columns_in_another_order_than_the_tables_are_refused(database: Database) -> None:
    dialect = database.engine.dialect
    statement = upsert_of(dialect, milestones, ["id", "track"])
    with pytest.raises(ValueError, match="order"):
        ManyRows(statement, ["track", "id"], dialect)


def test_a_large_plan_is_planned_whole_and_the_indexes_are_there(stores: Stores) -> None:
    plan = read(plan_text(610, people=7))
    counts = Planning(stores.planning).apply(plan, NOW, None, NOTHING_ENDED)
    assert counts.planned == 610 * EACH
    assert stores.history.counts() == {"planned": 610 * EACH}
    assert stores.planning.fingerprints().keys() == plan.milestones.keys()
    assert not missing(stores.database)
    assert schema.differences(stores.database) == []
    assert Planning(stores.planning).apply(plan, NOW, None, NOTHING_ENDED).planned == 0


def test_a_fault_in_the_writing_ends_the_planning_and_leaves_the_rest_to_be_done(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, plan = read(plan_text(1, people=7)), read(plan_text(701, people=7))
    Planning(stores.planning).apply(before, NOW, None, NOTHING_ENDED)
    inner, written = stores.planning.save_seen, []

    def twice(*details: object) -> None:
        written.append(details)
        if len(written) > 2:
            raise OSError("the disk is full")
        inner(*details)  # type: ignore[arg-type]

    monkeypatch.setattr(stores.planning, "save_seen", twice)
    with pytest.raises(OSError, match="the disk is full"):
        Planning(stores.planning).apply(plan, NOW, None, NOTHING_ENDED)
    assert len(written) == 3
    assert len(stores.planning.fingerprints()) == 401
    assert stores.history.counts() == {"planned": 401 * EACH}
    monkeypatch.undo()
    counts = Planning(stores.planning).apply(plan, NOW, None, NOTHING_ENDED)
    assert counts.planned == 300 * EACH


def test_a_first_planning_that_fails_makes_the_indexes_all_the_same(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = read(plan_text(610, people=7))

    def full(*_: object) -> None:
        assert missing(stores.database) == LATER
        raise OSError("the disk is full")

    monkeypatch.setattr(stores.planning, "save_seen", full)
    with pytest.raises(OSError, match="the disk is full"):
        Planning(stores.planning).apply(plan, NOW, None, NOTHING_ENDED)
    assert not missing(stores.database)


def test_indexes_that_a_dead_planning_left_out_are_made_when_it_is_opened(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/milestones.sqlite")
    schema.prepare(database)
    dead = filling(database)
    dead.__enter__()
    PlanningStore(database).insert(crowd(30), START)
    assert missing(database) == LATER
    with database.planning_lock() as got:
        assert got
        schema.prepare(database)
        assert missing(database) == LATER  # another process is planning still
    schema.prepare(database)
    assert not missing(database)
    assert schema.differences(database) == []
    assert HistoryStore(database).counts() == {"planned": 30}
    database.close()


def test_indexes_that_a_dead_planning_left_out_are_made_by_the_next_planning(
    stores: Stores,
) -> None:
    dead = filling(stores.database)
    dead.__enter__()
    assert missing(stores.database) == LATER
    Planning(stores.planning).apply(read(plan_text(3)), NOW, None, NOTHING_ENDED)
    assert not missing(stores.database)


def test_a_table_that_another_looks_at_keeps_its_indexes_on_postgresql(
    postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.outbox.database.TRIES", 1)
    with postgres_server.database() as url, closing(Database(url)) as database:
        schema.prepare(database)
        with database.engine.connect() as other:
            other.execute(select(reminders.c.id))
            with filling(database):
                assert not missing(database)


def test_an_outbox_that_holds_something_keeps_its_indexes(stores: Stores) -> None:
    stores.planning.insert(crowd(1), START)
    with filling(stores.database):
        assert not missing(stores.database)
        names = stores.database.read(_indexes)
    assert names >= LATER


def _indexes(connection: Connection) -> set[str | None]:
    return {one["name"] for one in inspect(connection).get_indexes("reminders")}


def _rows(database: Database) -> list[dict[str, object]]:
    return HistoryStore(database).outbox(limit=100)
