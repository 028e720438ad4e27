"""A database brought back from a backup: nothing twice, and nothing of later is lost."""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.commands.database import age_of
from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.operation.copies import check_backup, copy
from scheduler.operation.restoring import settle, told
from scheduler.outbox.database import Database
from scheduler.outbox.restore_store import SetAside
from scheduler.outbox.values import Node
from tests import postgres
from tests.scheduler.rehearsing import Stage, at, rehearsal

PLAN = """
[plan]
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
email = "amina@example.org"
[people.ben]
email = "ben@example.org"
[people.cora]
email = "cora@example.org"
[channels.email]
type = "mailbox"
path = "mail"
[reminders.default]
before = ["14 days", "7 days", "1 day"]
on-the-day = true
overdue = { every = "2 days", at-most = 3 }
only-working-days = false
[tracks.t]
owner = ["amina", "ben"]
[[tracks.t.milestones]]
id = "first"
title = "First"
due = 2024-04-10
[[tracks.t.milestones]]
id = "second"
title = "Second"
due = 2024-04-20
invite = true
[[tracks.t.milestones]]
id = "open"
title = "Open"
due = "tbc"
"""
EDITED = PLAN.replace("due = 2024-04-20", "due = 2024-04-24") + (
    '[[tracks.t.milestones]]\nid = "third"\ntitle = "Third"\ndue = 2024-04-18\ninvite = true\n'
)
START = at("2024-03-01")
BACKUP, EDIT = at("2024-04-02T12:00"), at("2024-04-08T15:00")
LOST, BACK = at("2024-04-12T06:00"), at("2024-04-12T18:00")
END = at("2024-05-05")
Command = Callable[..., tuple[int, str]]


def sent(stage: Stage, since: datetime = START) -> set[str]:
    """The identities of everything that was sent since then."""
    found = stage.service.history.outbox(states=["sent"])
    return {one["key"] for one in found if one["sent_at"] > since and one["attempts"]}


def live(stage: Stage, until: datetime, backup: Callable[[], None]) -> set[str]:
    """A life in which a backup is made, the plan edited, and the database lost at `until`."""
    stage.until(BACKUP)
    backup()
    stage.until(EDIT)
    assert stage.write(EDITED).verdict == "applied"
    stage.until(until)
    return sent(stage)


def rows_after(stage: Stage, since: datetime) -> set[tuple[str, str, str]]:
    found = stage.service.history.outbox(states=["sent"])
    return {
        (one["key"], one["recipient"], f"{one['at']}")
        for one in found
        if one["at"] > since and one["attempts"]
    }


@pytest.fixture
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same life, in which nothing was lost."""
    with rehearsal(tmp_path_factory.mktemp("whole"), PLAN, START) as stage:
        live(stage, END, lambda: None)
        yield stage


def restored_from(tmp_path: Path, database: Database, first: set[str],
                  expected: Stage) -> None:  # fmt: skip
    """Settle, run on, and compare with the life in which nothing was lost."""
    folder = tmp_path / "again"
    folder.mkdir()
    plan = folder / "plan.toml"
    plan.write_text(EDITED, encoding="utf-8")
    aside = settle(plan, database, LOST, BACK)
    assert aside.reminders > 0
    assert settle(plan, database, LOST, BACK) == (0, 0)
    url = database.url.render_as_string(hide_password=False)
    database.close()
    with rehearsal(folder, EDITED, BACK, url) as again:
        again.until(END)
        later = sent(again, BACK)
        (told,) = [mail for mail in again.mails() if "brought back from a backup" in mail.text]
        assert told.recipient == "cora@example.org"
        assert str(sum(aside)) in told.text
        assert len(first) > 20
        assert first & later == set()
        assert rows_after(again, LOST) - {_notice(again)} == rows_after(expected, LOST)


def _notice(stage: Stage) -> tuple[str, str, str]:
    (row,) = [
        (one["key"], one["recipient"], f"{one['at']}")
        for one in stage.service.history.outbox(states=["sent"])
        if one["occurrence"].startswith("restored|")
    ]
    return row


def test_sqlite(tmp_path: Path, expected: Stage) -> None:
    backup = tmp_path / "backup.sqlite"
    source = tmp_path / "rehearsal.sqlite"
    with rehearsal(tmp_path, PLAN, START) as stage:
        first = live(stage, LOST, lambda: copy(source, backup))
    database = Database(f"sqlite:///{backup}")
    restored_from(tmp_path, database, first, expected)


@pytest.mark.postgres
def test_postgresql(tmp_path: Path, postgres_server: postgres.Server, expected: Stage) -> None:
    dump = tmp_path / "dump.sql"
    with postgres_server.database() as lost, postgres_server.database() as found:
        with rehearsal(tmp_path, PLAN, START, lost) as stage:
            first = live(stage, LOST, lambda: program("pg_dump", lost, "--file", dump))
        program("psql", found, "--quiet", "--set=ON_ERROR_STOP=1", "--file", dump)
        restored_from(tmp_path, Database(found), first, expected)


def program(name: str, url: str, *words: str | Path) -> None:
    """Run one of PostgreSQL's own programs on a database of the tests' server."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    subprocess.run(
        [postgres.programs() / name, plain, *words], check=True, stdout=subprocess.DEVNULL
    )


def test_a_service_that_runs_is_not_settled_under(tmp_path: Path) -> None:
    with rehearsal(tmp_path, PLAN, START) as stage:
        stage.until(BACKUP)
        stage.service.history.beat(Node("here-1", START, BACKUP, "all", "d"))
        database = stage.service.database
        with pytest.raises(WrongUsage, match="here-1"):
            settle(stage.path, database, BACKUP, BACKUP + timedelta(minutes=1))
        with pytest.raises(WrongUsage, match="in the future"):
            settle(stage.path, database, BACKUP + timedelta(days=1), BACKUP)
        with pytest.raises(WrongUsage, match="the backup itself knows"):
            settle(stage.path, database, START, BACKUP + timedelta(days=1))


# The commands


@pytest.fixture
def milestones(capfd: pytest.CaptureFixture[str]) -> Command:
    """A command's exit code, and what it says."""

    def run(*words: str) -> tuple[int, str]:
        code = main(list(words))
        said, complained = capfd.readouterr()
        return code, said + complained

    return run


def test_the_commands_make_bring_back_and_clean(tmp_path: Path, milestones: Command) -> None:
    plan, backup = tmp_path / "plan.toml", tmp_path / "backup.sqlite"
    with rehearsal(tmp_path, PLAN, START) as stage:
        stage.until(BACKUP)
    where = ["--plan", str(plan), "--database", str(tmp_path / "rehearsal.sqlite")]
    code, said = milestones("database", "backup", str(backup), *where)
    assert code == 0, said
    assert backup.stat().st_mode & 0o007 == 0
    code, said = milestones("database", "restore", str(backup), *where)
    assert code == 2
    assert "move it away" in said
    there = tmp_path / "new.sqlite"
    there.with_name("new.sqlite-wal").write_bytes(b"of another database")
    where[3] = str(there)
    code, said = milestones("database", "restore", str(backup), *where)
    assert code == 0, said
    assert "are taken as sent" in said
    assert there.stat().st_mode & 0o077 == 0
    code, said = milestones("database", "after-restore", *where)
    assert code == 0
    assert said.startswith("0 reminders and 0 calendar invitations are taken as sent")
    for long in ("500 days", "2 years", "14 months"):
        code, said = milestones("database", "clean", "--older-than", long, *where)
        assert code == 0
        assert "0 plans deleted" in said
    for short in ("399 days", "1 hour", "1 year"):
        code, said = milestones("database", "clean", "--older-than", short, *where)
        assert code == 2
        assert "400 days" in said
    for none in ("long", "3000 years", "500 working days"):
        code, said = milestones("database", "clean", "--older-than", none, *where)
        assert code == 2
        assert "no time" in said


def test_months_and_years_are_reckoned_back_by_the_calendar() -> None:
    assert age_of("2 years", at("2023-03-01")) == timedelta(days=730)
    assert age_of("2 years", at("2024-02-29")) == timedelta(days=731)
    assert age_of("14 months", at("2024-03-31")) == timedelta(days=425)


def test_what_is_no_whole_database_is_not_brought_back(tmp_path: Path, milestones: Command) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    there = tmp_path / "new.sqlite"
    where = ["--plan", str(plan), "--database", str(there)]
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"SQLite format 3\0" + b"\7" * 5000)
    code, said = milestones("database", "restore", str(broken), *where)
    assert code == 3
    assert "failed" in said
    code, said = milestones("database", "restore", str(tmp_path / "none"), *where)
    assert code == 2
    assert "there is no backup" in said
    empty, foreign = tmp_path / "empty.sqlite", tmp_path / "foreign.sqlite"
    empty.touch()
    with closing(sqlite3.connect(foreign)) as another:
        another.execute("CREATE TABLE guests (name TEXT)")
    for file in (empty, foreign):
        code, said = milestones("database", "restore", str(file), *where)
        assert code == 2
        assert f"{file} is no backup of milestones" in said
        assert not list(tmp_path.glob("new.sqlite*"))
    where[3] = "postgresql://localhost/none"
    code, said = milestones("database", "restore", str(broken), *where)
    assert code == 2
    assert "after-restore" in said
    where[3] = str(there)
    foreign = tmp_path / "foreign.sqlite"
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("CREATE TABLE readings (value INTEGER)")
    empty, text = tmp_path / "empty.sqlite", tmp_path / "text.sqlite"
    empty.touch()
    text.write_text("not a database at all", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    for none in (empty, text, foreign):
        code, said = milestones("database", "restore", str(none), *where)
        assert (code, f"{none} is no backup of milestones" in said) == (2, True), said
        assert sorted(tmp_path.iterdir()) == before
    with pytest.raises(OutsideFailed):
        copy(tmp_path / "none", there)
    assert not list(tmp_path.glob("*.part"))


def test_a_restore_that_fails_leaves_nothing_behind(tmp_path: Path, milestones: Command) -> None:
    backup, folder = tmp_path / "backup.sqlite", tmp_path / "lost"
    with rehearsal(tmp_path, PLAN, START) as stage:
        stage.until(BACKUP)
        copy(tmp_path / "rehearsal.sqlite", backup)
    folder.mkdir()
    words = ["--plan", str(stage.path), "--database", str(folder / "n.sqlite")]
    words += ["--sent-until", "2024-03-02"]
    code, said = milestones("database", "restore", str(backup), *words)
    assert code == 2
    assert "the backup itself knows" in said
    assert list(folder.iterdir()) == []


def test_what_root_brings_back_belongs_to_the_folders_owner(
    tmp_path: Path, milestones: Command
) -> None:
    plan, backup, folder = tmp_path / "plan.toml", tmp_path / "b.sqlite", tmp_path / "of-service"
    with rehearsal(tmp_path, PLAN, START):
        pass
    folder.mkdir()
    owner = 65_534 if os.geteuid() == 0 else os.geteuid()  # only root may give files away
    os.chown(folder, owner, -1)
    database = str(tmp_path / "rehearsal.sqlite")
    words = ["--plan", str(plan), "--database", database]
    code, said = milestones("database", "backup", str(backup), *words)
    assert code == 0, said
    where = ["--plan", str(plan), "--database", str(folder / "new.sqlite")]
    code, said = milestones("database", "restore", str(backup), *where)
    assert code == 0, said
    assert {one.name for one in folder.iterdir()} >= {"new.sqlite", "new.sqlite-planning"}
    assert {one.stat().st_uid for one in folder.iterdir()} == {owner}


def test_a_backup_in_a_folder_that_is_only_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup is in WAL mode, for which SQLite wants to write beside it, even to read."""
    with rehearsal(tmp_path, PLAN, START) as stage:
        stage.until(BACKUP)
        folder = tmp_path / "backups"
        folder.mkdir()
        copy(tmp_path / "rehearsal.sqlite", folder / "one.sqlite")
    (folder / "one.sqlite").chmod(0o444)
    folder.chmod(0o555)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # as for another than root
    check_backup(folder / "one.sqlite")
    copy(folder / "one.sqlite", tmp_path / "again.sqlite")
    folder.chmod(0o755)
    assert [one.name for one in folder.iterdir()] == ["one.sqlite"]


def test_the_coordinators_read_a_day_as_it_is_written_everywhere_else() -> None:
    assert "due until 4 May 2024, 09:05 UTC" in told(SetAside(1, 0), at("2024-05-04T09:05"))
