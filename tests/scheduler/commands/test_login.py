"""`milestones login`: the operator makes a link, for one who has a console."""

from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.console.doorkeeper import digest_of
from scheduler.outbox.access_store import AccessStore
from scheduler.outbox.database import Database
from scheduler.outbox.schema import prepare
from scheduler.outbox.trail_store import TrailStore
from tests.scheduler.console.office import CONSOLE_PLAN


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan with a database."""
    path = tmp_path / "plan.toml"
    path.write_text(CONSOLE_PLAN, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/db.sqlite"
    monkeypatch.setenv("MILESTONES_DATABASE", url)
    monkeypatch.setenv("MILESTONES_PLAN", str(path))
    database = Database(url)
    prepare(database)
    database.close()
    return path


@pytest.mark.parametrize("person", ["cora", "omar"])
def test_a_link_is_printed_and_kept(
    plan: Path, capsys: pytest.CaptureFixture[str], person: str
) -> None:
    assert main(["login", person]) == 0
    out, said = capsys.readouterr()
    assert out.startswith("https://tracker.example.org/login/")
    assert "good once, for 15 minutes" in said
    database = Database(f"sqlite:///{plan.parent}/db.sqlite")
    link = AccessStore(database).link(digest_of(out.strip().rpartition("/")[2]))
    database.close()
    assert link is not None
    assert (link.person, link.asked_from, link.used_at) == (person, "", None)


@pytest.mark.parametrize(
    ("person", "said"),
    [("amina", '"amina" has no console'), ("crew", "no console"), ("x", 'no person or team "x"')],
)
def test_others_get_none(
    plan: Path, capsys: pytest.CaptureFixture[str], person: str, said: str
) -> None:
    assert plan.exists()
    assert main(["login", person]) == 2
    assert said in capsys.readouterr().err


def test_there_must_be_a_database(
    tmp_path: Path, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan.exists()
    assert main(["login", "cora", "--database", f"sqlite:///{tmp_path}/none.sqlite"]) == 3
    assert "there is no database yet" in capsys.readouterr().err


def test_what_commands_do_is_in_the_trail(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = "".join(
        f'[[tracks.t.milestones]]\nid = "x{number}"\ntitle = "X"\ndue = "2090-09"\n'
        for number in range(8)
    )
    plan.write_text(CONSOLE_PLAN + many, encoding="utf-8")
    assert main(["apply", str(plan)]) == 0
    assert main(["withdraw", "t/x1"]) == 0
    assert "taken back" in capsys.readouterr().out
    assert main(["withdraw", "t/x1"]) == 0
    for wrong in (["withdraw", "t/nothing"], ["retry", "t/nothing"], ["retry", "--channel", "no"]):
        assert main(wrong) == 2
        assert f'"{wrong[-1]}"' in capsys.readouterr().err
    assert main(["retry"]) == 0
    assert main(["retry", "--channel", "email"]) == 0
    plan.write_text(CONSOLE_PLAN, encoding="utf-8")
    assert main(["apply", str(plan)]) == 1
    assert main(["apply", str(plan), "--accept-removals"]) == 0
    database = Database(f"sqlite:///{plan.parent}/db.sqlite")
    found = [act for _, act in TrailStore(database).newest(9)]
    database.close()
    assert [(act.who, act.did) for act in found] == [("", "consent"), ("", "withdraw")]
    assert found[1].of == "t/x1"
