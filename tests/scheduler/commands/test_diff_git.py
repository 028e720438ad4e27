"""`diff --git` reads a revision as the plan is read, and says where its mistakes are."""

import subprocess
from pathlib import Path

import pytest

from scheduler.cli import main
from tests.scheduler.commands.test_wrong_words import PLAN


def _git(folder: Path, *words: str) -> None:
    known = ("-c", "user.name=Amina", "-c", "user.email=amina@example.org")
    subprocess.run(["git", *known, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A folder in a repository of its own."""
    _git(tmp_path, "init", "-q")
    folder = tmp_path / "plan"
    folder.mkdir()
    return folder


def _commit(plan: Path) -> None:
    _git(plan, "add", "-A")
    _git(plan, "commit", "-q", "-m", "the plan")


def _diff(plan: Path, *words: str) -> int:
    return main(["diff", "--git", "HEAD", str(plan), "--from", "2090-01-01", *words])


@pytest.mark.parametrize("name", ["plan.toml", "été.toml", "планы.toml", 'a "b".toml'])
def test_files_of_any_name_are_compared(
    name: str, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan / name).write_text(PLAN, encoding="utf-8")
    _commit(plan)
    (plan / name).write_text(PLAN.replace("04-10", "05-10"), encoding="utf-8")
    assert _diff(plan) == 0
    assert "0 milestones added, 0 removed, 1 date moved" in capsys.readouterr().out


def test_the_hidden_file_of_an_editor_is_no_part_of_the_plan(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan / "plan.toml").write_text(PLAN, encoding="utf-8")
    (plan / ".taplo.toml").write_text('include = ["*.toml"]\n', encoding="utf-8")
    _commit(plan)
    assert _diff(plan) == 0
    assert "0 dates moved" in capsys.readouterr().out


@pytest.mark.parametrize("whole", [True, False])
def test_what_was_no_utf_8_is_told_with_its_place_in_the_revision(
    whole: bool, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = plan / "plan.toml"
    file.write_bytes(PLAN.replace('"M"', '"caf\xe9"').encode("latin-1"))
    _commit(plan)
    file.write_text(PLAN, encoding="utf-8")
    assert _diff(plan if whole else file) == 1
    assert f"{file}@HEAD:10:13: the octet 0xE9 is no UTF-8" in capsys.readouterr().err


def test_a_span_that_ends_before_it_begins_is_refused(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan / "plan.toml").write_text(PLAN, encoding="utf-8")
    _commit(plan)
    assert _diff(plan, "--until", "2089-12-31") == 2
    assert "--until lies before --from" in capsys.readouterr().err
