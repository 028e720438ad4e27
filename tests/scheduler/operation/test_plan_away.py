"""A plan that is away, or may not be read, when the service starts: the last good one goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.inforce import InForce
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.planner import Planning
from tests.mailbox import SmtpServer
from tests.scheduler.operation.process import node, wait_for
from tests.scheduler.operation.test_process import written

Command = Callable[..., tuple[int, str]]
MORE = '[[tracks.t.milestones]]\nid = "more"\ntitle = "More"\ndue = "{due}"\n'


@pytest.fixture
def milestones(capfd: pytest.CaptureFixture[str]) -> Command:
    """A command line: its exit code, and what it says."""

    def run(*words: str) -> tuple[int, str]:
        code = main(list(words))
        return code, "".join(capfd.readouterr())

    return run


def test_a_service_starts_while_its_plan_is_away(
    tmp_path: Path, smtp_server: SmtpServer, milestones: Command
) -> None:
    """As a folder that is not mounted yet. systemd does not start again what ended with 2."""
    folder = tmp_path / "plan"
    folder.mkdir()
    path = written(folder, smtp_server.port)
    database = f"sqlite:///{tmp_path}/milestones.sqlite"
    with node("--no-web", MILESTONES_PLAN=str(folder), MILESTONES_DATABASE=database) as found:
        wait_for(lambda: bool(found.logged("message sent")), "the mail")
        found.tell()
        assert found.ended() == 0
    away = folder.rename(tmp_path / "away")
    named = ["--plan", str(folder), "--database", database]
    with node("--no-web", MILESTONES_PLAN=str(folder), MILESTONES_DATABASE=database) as found:
        wait_for(lambda: bool(found.logged("started")), "the node")
        assert "cannot be read" in str(found.logged("plan refused")[0]["mistakes"])
        code, said = milestones("status", *named)
        assert code == 0
        assert "A plan is rejected" in said
        code, said = milestones("database", "backup", str(tmp_path / "copy"), *named)
        assert (code, said[:9]) == (0, "copied to")
        text = (away / path.name).read_text(encoding="utf-8")
        due = text.rsplit('due = "', 1)[1].split('"')[0]
        (away / path.name).write_text(text + MORE.format(due=due), encoding="utf-8")
        away.rename(folder)
        wait_for(lambda: bool(found.logged("message sent")), "the mail of what was added")
        found.tell()
        assert found.ended() == 0
    assert len(smtp_server.taken) == 2


def test_without_a_last_good_plan_it_is_said(tmp_path: Path, milestones: Command) -> None:
    database = ("--database", f"sqlite:///{tmp_path}/milestones.sqlite")
    code, said = milestones("run", str(tmp_path / "nowhere.toml"), *database)
    assert (code, "there is no plan at" in said) == (2, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "inside"), [("plan", "plan"), ("plan.toml", "")])
def test_files_of_secrets_are_looked_for_where_the_plan_was(
    tmp_path: Path, name: str, inside: str
) -> None:
    database = Database(f"sqlite:///{tmp_path}/milestones.sqlite")
    force = InForce(tmp_path / name, Planning(PlanningStore(database)), HistoryStore(database))
    assert force.files.folder() == tmp_path / inside
