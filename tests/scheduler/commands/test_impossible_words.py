"""Days that nobody can ask for or have spoken on, and names that nothing has, are said in words."""

import json
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


def test_days_whose_holidays_nobody_knows_count_none(
    plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """10 April 2150 is a Friday; a day before it is Thursday, and the Friday is the day itself."""
    for words in (["preview", plan], ["diff", plan, plan]):
        assert main([*words, "--from", "2150-04-01", "--until", "2150-04-11"]) == 0
        assert "should not have happened" not in capsys.readouterr().err
    assert main(["preview", plan, "--from", "2150-04-01", "--until", "2150-04-11", "--json"]) == 0
    days = {json.loads(line)["at"][:10] for line in capsys.readouterr().out.splitlines()}
    assert {"2150-04-09", "2150-04-10"} <= days


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


def test_a_plan_that_would_have_a_mistake_is_not_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--name", "N", "--timezone", "UTC", "--person", "Amina", "--email"]
    assert main(["init", str(tmp_path / "new"), *words, "nobody"]) == 1
    assert '"nobody" is no e-mail address' in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    assert main(["init", str(tmp_path / "new"), *words, "amina@example.org"]) == 0


@pytest.mark.parametrize("day", ["20900410", "2090-W15", "2090-W15-1"])
def test_a_day_in_another_form_is_not_taken_for_its_first_second(
    day: str, plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preview", plan, "--from", "2090-04-01", "--until", day]) == 2
    assert f'"{day}" is no day or time' in capsys.readouterr().err


def test_pages_of_a_preview_leave_its_lines_to_programs(
    plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    span = ["--from", "2090-04-01", "--until", "2090-04-12", "--json"]
    assert main(["preview", plan, *span]) == 0
    alone = capsys.readouterr().out
    assert main(["preview", plan, *span, "--html", str(tmp_path / "pages")]) == 0
    assert capsys.readouterr().out == alone
    assert alone
    assert (tmp_path / "pages" / "index.html").exists()


def test_what_is_not_sent_to_others_is_not_listed_for_one_person(
    plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(plan)
    joined = file.read_text(encoding="utf-8").replace('owner = "amina"', 'owner = ["amina", "li"]')
    twice = '[reminders.default]\nbefore = ["7 days", "1 week"]\n'
    file.write_text(f'{joined}\n[people.li]\nemail = "li@example.org"\n{twice}', encoding="utf-8")
    span = ["--from", "2090-04-01", "--until", "2090-05-12", "--silent"]
    for person, other in (("amina", " li "), ("li", " amina ")):
        assert main(["preview", plan, *span, "--person", person]) == 0
        silent = capsys.readouterr().out.partition("Not sent")[2]
        assert f" {person} " in silent
        assert other not in silent
