"""Whose a database is: looking makes no tables, and what is another program's stays as it is."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from scheduler.cli import main
from scheduler.outbox.database import Database
from scheduler.outbox.schema import upgrade

PLAN = """
[plan]
timezone = "UTC"
coordinators = ["amina"]
url = "https://tracker.example.org"
[people.amina]
email = "amina@example.org"
[channels.email]
type = "mailbox"
path = "mail"
[tracks.t]
title = "T"
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = "2099-04"
"""
SHOWN_WITHOUT = {
    "next": ("next", "{plan}"),
    "why": ("why", "t/m", "amina", "--plan", "{plan}"),
    "requests": ("requests", "--plan", "{plan}"),
    "calendars": ("calendars", "{plan}"),
    "feed": ("feed", "{plan}", "all"),
    "doctor": ("doctor", "{plan}", "--offline"),
    "briefing": ("briefing", "{plan}"),
    "publish": ("publish", "{plan}", "{folder}/site"),
}
"""Commands that tell what the plan says, also where there is no database."""
WRITE = {
    "report": ("report", "t/m", "done", "--plan", "{plan}"),
    "upgrade": ("database", "upgrade", "--plan", "{plan}"),
    "links": ("links", "--plan", "{plan}"),
    "run": ("run", "{plan}", "--no-web"),
}
"""Commands that make a database where there is none."""
NEED_ONE = {
    "status": ("status", "--plan", "{plan}"),
    "addresses": ("addresses", "--plan", "{plan}"),
    "reports": ("reports", "list", "--plan", "{plan}"),
    "retry": ("retry", "--plan", "{plan}"),
    "withdraw": ("withdraw", "t/m", "--plan", "{plan}"),
    "login": ("login", "amina", "--plan", "{plan}"),
    "clean": ("database", "clean", "--plan", "{plan}"),
    "backup": ("database", "backup", "{folder}/backup", "--plan", "{plan}"),
    "after-restore": ("database", "after-restore", "--plan", "{plan}"),
}
Look = Callable[[tuple[str, ...], str], tuple[int, str]]


@pytest.fixture
def look(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Look:
    """Call a command on a database; its exit code and what it said."""
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")

    def run(words: tuple[str, ...], url: str) -> tuple[int, str]:
        named = [one.format(plan=plan, folder=tmp_path) for one in words]
        code = main([*named, "--database", url])
        return code, "".join(capfd.readouterr())

    return run


def tables(url: str) -> list[tuple[str, ...]]:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return found.fetchall()


@pytest.mark.parametrize("name", SHOWN_WITHOUT)
def test_an_empty_file_stays_empty(name: str, look: Look, tmp_path: Path) -> None:
    file = tmp_path / "empty.sqlite"
    file.touch()
    code, said = look(SHOWN_WITHOUT[name], str(file))
    assert code == 0, said
    assert file.stat().st_size == 0
    assert sorted(one.name for one in tmp_path.glob("empty*")) == ["empty.sqlite"]


@pytest.mark.parametrize("name", NEED_ONE)
def test_what_needs_a_database_makes_none_of_an_empty_file(
    name: str, look: Look, tmp_path: Path
) -> None:
    file = tmp_path / "empty.sqlite"
    file.touch()
    code, said = look(NEED_ONE[name], str(file))
    assert (code, "there is no database yet, or nothing in it" in said) == (3, True), said
    assert file.stat().st_size == 0


@pytest.mark.parametrize("name", [*NEED_ONE, *WRITE, "next", "why", "feed", "publish", "doctor"])
def test_a_file_of_another_program_is_refused_and_not_touched(
    name: str, look: Look, tmp_path: Path
) -> None:
    file = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE readings (value INTEGER)")
    before = file.read_bytes()
    words = (NEED_ONE | SHOWN_WITHOUT | WRITE)[name]
    code, said = look(words, str(file))
    assert (code, "tables of another program (readings)" in said) == (3, True), said
    assert file.read_bytes() == before
    assert sorted(one.name for one in tmp_path.glob("other*")) == ["other.sqlite"]


def test_an_empty_database_of_postgresql_stays_empty(look: Look, postgres_url: str) -> None:
    for words in SHOWN_WITHOUT.values():
        code, said = look(words, postgres_url)
        assert code == 0, said
    for words in NEED_ONE.values():
        if words[:2] != ("database", "backup"):
            code, said = look(words, postgres_url)
            assert (code, "nothing in it" in said) == (3, True), said
    assert tables(postgres_url) == []
    code, said = look(WRITE["links"], postgres_url)
    assert code == 0, said
    assert len(tables(postgres_url)) > 20


def test_an_older_database_is_shown_how_it_is_raised(look: Look, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    database = Database(url)
    upgrade(database, "0001")
    database.close()
    for name in ("status", "next"):
        code, said = look((NEED_ONE | SHOWN_WITHOUT)[name], url)
        assert (code, "run milestones database upgrade" in said) == (3, True), said


def test_an_address_whose_port_is_no_number(look: Look) -> None:
    for words in (
        *NEED_ONE.values(),
        SHOWN_WITHOUT["next"],
        ("database", "upgrade", "--plan", "{plan}"),
    ):
        code, said = look(words, "postgresql://me:hush@127.0.0.1:abc/name")
        assert (code, "address cannot be read" in said, "hush" in said) == (2, True, False), said
