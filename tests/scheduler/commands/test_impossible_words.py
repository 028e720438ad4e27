"""Days that nobody can ask for or have spoken on, and names that nothing has, are said in words."""

from pathlib import Path

import pytest

from scheduler.cli import main

PLAN = """
[plan]
timezone = "UTC"
holidays = ["KE"]
[people.amina]
email = "amina@example.org"
[tracks.t]
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = 2090-04-10

[[tracks.t.milestones]]
id = "yearly"
title = "Y"
due = 2090-04-10
repeats = "yearly"
"""


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A plan of one milestone, which commands find by themselves."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    monkeypatch.setenv("MILESTONES_PLAN", str(path))
    monkeypatch.setenv("MILESTONES_DATABASE", str(tmp_path / "m.sqlite"))
    return str(path)


def test_days_whose_holidays_nobody_knows_are_wrong_usage(
    plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["preview", plan], ["diff", plan, plan]):
        assert main([*words, "--from", "2150-01-01"]) == 2
        said = capsys.readouterr().err
        assert 'the holidays of "KE" are known from' in said
        assert "should not have happened" not in said


def test_nothing_is_said_before_its_time(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "t/m", "done", "--at", "2199-01-01"]) == 2
    assert '"2199-01-01" lies ahead' in capsys.readouterr().err
    assert main(["report", "t/m", "done", "--at", "2020-01-01"]) == 0


def test_a_note_that_is_no_utf_8_is_said_so(plan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "t/m", "note", "--note", "caf\udce9"]) == 2
    assert "not in UTF-8" in capsys.readouterr().err


def test_reports_on_a_milestone_that_there_is_not_are_wrong_usage(
    plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "t/m", "done"]) == 0
    assert main(["reports", "list", "t/n"]) == 2
    assert 'there is no milestone "t/n" in the plan; did you mean "t/m"?' in capsys.readouterr().err
    assert main(["reports", "list", "t/m", "--state", "returned"]) == 0
