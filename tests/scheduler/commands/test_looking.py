"""What only looks makes no tables, and wrong addresses are said in words."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from scheduler.cli import main
from tests import postgres

PLAN = """
[plan]
timezone = "UTC"
[people.amina]
email = "amina@example.org"
[tracks.t]
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = 2090-04-10
"""
LOOKING = ("status", "next", "preview", "check", "doctor", "reports", "addresses", "requests")


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """A plan of one milestone."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


def _look(name: str, plan: str, url: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("MILESTONES_PLAN", plan)
    monkeypatch.setenv("MILESTONES_DATABASE", url)
    return main([name])


@pytest.mark.parametrize("name", LOOKING)
def test_nothing_is_made_in_another_programs_file(
    name: str, plan: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in (tmp_path / "empty.sqlite", tmp_path / "other.sqlite"):
        with closing(sqlite3.connect(file)) as other:
            if file.name == "other.sqlite":
                other.execute("CREATE TABLE guests (name TEXT)")
        _look(name, plan, f"sqlite:///{file}", monkeypatch)
        with closing(sqlite3.connect(file)) as other:
            found = {row[0] for row in other.execute("SELECT name FROM sqlite_master")}
        assert found <= {"guests"}


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["status", "next", "addresses"])
def test_nothing_is_made_on_an_empty_server(
    name: str, plan: str, postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres_server.database() as url:
        _look(name, plan, url, monkeypatch)
        engine = create_engine(url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()


def test_status_says_that_there_is_none(
    plan: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "empty.sqlite").touch()
    assert _look("status", plan, f"sqlite:///{tmp_path}/empty.sqlite", monkeypatch) == 3
    assert "there is no database yet" in capsys.readouterr().err


def test_a_port_that_is_no_number_is_said_without_the_password(
    plan: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://user:SECRETPW@127.0.0.1:abc/x"
    assert _look("status", plan, url, monkeypatch) == 2
    said = capsys.readouterr().err
    assert "the database address cannot be read" in said
    assert "SECRETPW" not in said


@pytest.mark.parametrize("port", ["99999", "-1"])
@pytest.mark.parametrize("name", ["run", "demo"])
def test_a_port_that_there_is_not_is_refused_before_anything_is_done(
    name: str, port: str, plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [name, "--port", port, *([plan] if name == "run" else ["--no-open"])]
    assert main(words) == 2
    assert "is not in the range" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.sqlite"))


def test_a_host_that_there_is_not_is_said_so(
    plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "run",
        plan,
        "--host",
        "nosuch.invalid",
        "--database",
        f"sqlite:///{tmp_path}/d.sqlite",
    ]
    assert main(words) == 3
    said = capsys.readouterr().err
    assert "cannot listen on nosuch.invalid" in said
    assert "Unknown error" not in said


def test_doctor_says_why_the_database_does_not_answer(
    plan: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    _look("doctor", plan, f"sqlite:///{broken}", monkeypatch)
    assert "it does not answer: file is not a database" in capsys.readouterr().out


def test_a_channel_that_there_is_not_is_named_with_those_that_there_are(
    plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path(plan).read_text(encoding="utf-8")
    channel = '[channels.email]\ntype = "mailbox"\npath = "mail"\n'
    Path(plan).write_text(text + channel, encoding="utf-8")
    assert main(["test-send", "zzz", "--to", "amina", "--plan", plan]) == 2
    assert "it has email" in capsys.readouterr().err
