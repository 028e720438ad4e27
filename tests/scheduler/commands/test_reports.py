"""`reports`: what waits for its review, every version of a report, and each decision."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.report_values import Upload
from scheduler.outbox.schema import prepare

NOW = datetime.now(UTC)
PLAN = f"""
[plan]
name = "Reports"
timezone = "UTC"
coordinators = "cora"
[people.amina]
name = "Amina"
[people.cora]
name = "Cora"
[tracks.t]
title = "Track"
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = {NOW.date() + timedelta(days=40)}
"""
FILE = Upload("draft.pdf", "application/pdf", b"%PDF-1.7")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan with two reports by Amina that nobody has reviewed."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path / 'milestones.sqlite'}")
    prepare(database)
    history = HistoryStore(database)
    for number, state in enumerate(("at-risk", "done")):
        said = NOW - timedelta(hours=2 - number)
        history.add_report(
            "t/m", "t/m", state=state, by="amina", at=said, said_at=said, review="submitted",
            note=f"note {number}", upload=FILE if number else None,
        )  # fmt: skip
    database.close()
    return path


def run(plan: Path, *words: str, code: int = 0) -> str:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        ended = main(["reports", *words, "--plan", str(plan)])
    said = out.getvalue() + err.getvalue()
    assert ended == code, said
    return said


def lines(plan: Path, *words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(plan, *words, "--json").splitlines()]


def test_what_waits_is_listed_and_decided_on(plan: Path) -> None:
    assert [(one["number"], one["state"]) for one in lines(plan, "list")] == [
        (1, "at-risk"), (2, "done"),
    ]  # fmt: skip
    assert "note 1 [1 file]" in run(plan, "list")
    assert run(plan, "approve", "1", "--by", "cora") == "1 report published: 1\n"
    assert run(plan, "approve", "2", "--hold", "--word", "fine") == "1 report approved: 2\n"
    assert run(plan, "list") == "no report waits for a decision\n"
    assert [one["number"] for one in lines(plan, "list", "--state", "approved")] == [2]
    assert run(plan, "publish") == "1 report published: 2\n"
    assert run(plan, "publish") == "no report is approved and held\n"
    assert [one["review"] for one in lines(plan, "list", "t/m")] == ["published"] * 2
    assert 'there is no milestone "t/other"' in run(plan, "list", "t/other", code=2)
    steps = [(step["state"], step["by"], step["word"]) for one in lines(plan, "show", "2")
             for step in one["steps"]]  # type: ignore[attr-defined]  # fmt: skip
    assert steps == [("approved", "", "fine"), ("published", "", "")]


def test_what_is_returned_says_why(plan: Path) -> None:
    assert "Missing option '--because'" in run(plan, "return", "2", code=2)
    said = run(plan, "return", "2", "--because", "Where is the annex?", "--by", "cora")
    assert said == "1 report returned: 2\n"
    assert "returned by cora: Where is the annex?" in run(plan, "show", "2")
    said = run(plan, "approve", "2", code=2)
    assert "report 2 was returned by cora on " in said


def test_its_files_can_be_saved(plan: Path, tmp_path: Path) -> None:
    run(plan, "show", "2", "--save", str(tmp_path / "files"))
    (saved,) = (tmp_path / "files").iterdir()
    assert (saved.name, saved.read_bytes()) == ("1-draft.pdf", FILE.octets)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("approve", "9"), "there is no report 9"),
        (("approve", "1", "--by", "nobody"), 'there is no person "nobody" in the plan'),
        (("approve", "1", "--by", "amina"), "only a coordinator, or the team's lead, decides"),
        (("publish", "1"), "report 1 is submitted"),
        (("return", "1", "--because", " "), "say why it is returned"),
        (("show", "9"), "there is no report 9"),
    ],
)
def test_what_cannot_be_done_is_said(plan: Path, words: tuple[str, ...], said: str) -> None:
    assert said in run(plan, *words, code=2)
    assert [one["review"] for one in lines(plan, "list", "t/m")] == ["submitted"] * 2
