"""The tables: made, raised, compared, refused."""

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select, text

from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.outbox import schema
from scheduler.outbox.database import Database


def _say(database: Database, statement: str) -> None:
    database.write(lambda connection: connection.execute(text(statement)))


def _revisions() -> list[str]:
    """All revisions, the first one first."""
    return [one.revision for one in reversed(schema.scripts())]


def _before_the_newest() -> list[str]:
    return _revisions()[:-1]


def _after(revision: str) -> str:
    found = _revisions()
    return found[found.index(revision) + 1]


def test_an_empty_database_gets_its_tables_and_they_are_those_of_the_code(url: str) -> None:
    database = Database(url)
    assert schema.current(database) is None
    schema.prepare(database)
    assert schema.current(database) == schema.newest()
    assert schema.differences(database) == []
    schema.prepare(database)
    database.close()


def test_not_everybody_on_the_machine_reads_a_new_database(tmp_path: Path) -> None:
    """In it stands the key that signs links."""
    before = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{tmp_path}/m.sqlite")
        schema.prepare(database)
        with database.engine.connect():
            modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert modes.pop("m.sqlite-planning", 0) in (0, 0o644)
    assert modes
    assert set(modes.values()) == {0o640}


def test_a_table_that_differs_is_seen(database: Database) -> None:
    _say(database, "ALTER TABLE settings ADD COLUMN other TEXT")
    _say(database, "DROP INDEX ix_reminders_due")
    assert len(schema.differences(database)) == 2


def test_a_version_that_nobody_knows_is_refused(database: Database) -> None:
    _say(database, "DELETE FROM settings")
    _say(database, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(OutsideFailed, match="which this program does not know"):
        schema.prepare(database)


def test_a_newer_database_is_refused_and_not_touched(database: Database) -> None:
    _newer(database, serves="9998")
    with pytest.raises(OutsideFailed, match="version 9999, which this program does not know"):
        schema.prepare(database)
    with pytest.raises(OutsideFailed, match="nothing was changed"):
        schema.upgrade(database)
    assert schema.current(database) == "9999"


def _newer(database: Database, serves: str) -> None:
    """As a later program leaves the database when it has raised it."""
    _say(database, "UPDATE alembic_version SET version_num = '9999'")
    _say(database, f"UPDATE settings SET value = '{serves}' WHERE name = '{schema.SERVES}'")


def test_a_newer_database_that_serves_this_program_is_used_and_not_touched(
    database: Database,
) -> None:
    _newer(database, serves=schema.newest())
    schema.prepare(database)
    assert schema.upgrade(database) == "9999"
    assert schema.current(database) == "9999"


@pytest.mark.parametrize("before", _before_the_newest())
def test_a_step_takes_nothing_from_the_program_before_it(url: str, before: str) -> None:
    """Its tables and columns are there as they were, and a row that names only its columns goes
    in: so the statements of that program go on while the database is raised under it."""
    database = Database(url)
    schema.upgrade(database, before)
    known = _tables(database)
    schema.upgrade(database, _after(before))
    now = _tables(database)
    for name, columns in known.items():
        assert {key: now[name][key] for key in columns} == columns
        values = {key: _value(kind) for key, kind in columns.items()}
        table = Table(name, MetaData(), *(Column(key) for key in columns))
        if name != "alembic_version":
            database.write(lambda connection, to=table, row=values: connection.execute(  # type: ignore[misc]
                insert(to).values(row)))  # fmt: skip
            assert len(database.read(lambda connection, of=table: list(  # type: ignore[misc]
                connection.execute(select(of))))) >= 1  # fmt: skip
    database.close()


def _tables(database: Database) -> dict[str, dict[str, str]]:
    """Table -> column -> its type."""

    def look(connection: Connection) -> dict[str, dict[str, str]]:
        seen = inspect(connection)
        return {
            name: {str(one["name"]): str(one["type"]) for one in seen.get_columns(name)}
            for name in seen.get_table_names()
        }

    return database.read(look)


def _value(kind: str) -> object:
    if kind == "BOOLEAN":
        return True
    return 7 if "INT" in kind else "7"


def test_an_older_database_says_how_to_raise_it_and_is_raised_when_asked(url: str) -> None:
    database = Database(url)
    assert schema.upgrade(database, "0001") == "0001"
    with pytest.raises(OutsideFailed, match="run milestones database upgrade"):
        schema.prepare(database)
    assert schema.current(database) == "0001"
    assert schema.upgrade(database) == schema.newest()
    assert schema.differences(database) == []
    schema.prepare(database)
    database.close()


def test_the_tables_of_another_program_are_left_alone(url: str) -> None:
    database = Database(url)
    _say(database, "CREATE TABLE plans (id INTEGER)")
    with pytest.raises(OutsideFailed, match=r"tables of another program \(plans\)"):
        schema.prepare(database)
    with pytest.raises(OutsideFailed, match=r"tables of another program \(plans\)"):
        schema.upgrade(database)
    database.close()


@pytest.mark.parametrize("version", [None, "ae1027a6acf8"])
def test_another_program_has_other_tables_and_a_version_of_its_own(
    url: str, version: str | None
) -> None:
    database = Database(url)
    _say(database, "CREATE TABLE readings (value INTEGER)")
    if version:
        _say(database, "CREATE TABLE alembic_version (version_num VARCHAR(32))")
        _say(database, f"INSERT INTO alembic_version VALUES ('{version}')")
    before = _tables(database)
    for work in (schema.prepare, schema.upgrade, schema.holds):
        with pytest.raises(OutsideFailed, match=r"tables of another program \(readings\)"):
            work(database)
    assert _tables(database) == before
    database.close()


def test_two_that_begin_at_once_make_one_set_of_tables(url: str) -> None:
    troubles: list[Exception] = []

    def begin() -> None:
        database = Database(url)
        try:
            schema.prepare(database)
        except Exception as error:  # noqa: BLE001  told below
            troubles.append(error)
        database.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    database = Database(url)
    assert schema.differences(database) == []
    database.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://host/name", "'mysql' are not known"),
        ("postgresql+asyncpg://host/name", "are not known"),
        ("nonsense", "cannot be read"),
        ("postgresql://me:hush@127.0.0.1:abc/name", "cannot be read"),
        ("sqlite://", "in memory is lost"),
        ("sqlite:///:memory:", "in memory is lost"),
    ],
)
def test_an_address_of_another_kind_is_refused(url: str, words: str) -> None:
    with pytest.raises(WrongUsage, match=words):
        Database(url)


def test_a_password_is_in_no_message() -> None:
    for url in ("mysql://me:hush@host/name", "postgresql://me:hush@127.0.0.1:abc/name"):
        with pytest.raises(WrongUsage) as caught:
            Database(url)
        assert "hush" not in str(caught.value)
    assert "hush" not in repr(Database("postgresql://me:hush@host/name").url)


def test_the_right_to_plan_is_held_by_one(database: Database, url: str) -> None:
    other = Database(url)
    with database.planning_lock() as got:
        assert got
        with other.planning_lock() as second:
            assert not second
    with other.planning_lock() as third:
        assert third
    other.close()


def test_who_waits_for_the_right_to_plan_gets_it(database: Database, url: str) -> None:
    other, order = Database(url), list[str]()
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database.planning_lock() as got:
            assert got
            holding.set()
            done.wait(5)
            order.append("first")

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(5)
    threading.Timer(0.2, done.set).start()
    with other.planning_lock(patience=10) as got:
        order.append("second" if got else "none")
    thread.join()
    assert order == ["first", "second"]
    other.close()
