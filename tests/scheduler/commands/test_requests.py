"""`requests`, and how the other commands show what an update request asks."""

import io
import json
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.outbox.database import Database
from scheduler.outbox.request_store import RequestStore
from scheduler.outbox.schema import prepare
from scheduler.request_values import Sent
from tests.scheduler.commands.test_wishes import PLAN, run

NOW = datetime.now(UTC)
TODAY = NOW.date()
REQUEST = f"""
[requests.board]
title = "Progress for the Board"
opens = {TODAY - timedelta(days=2)}
closes = {TODAY + timedelta(days=20)}
questions = [{{ id = "funds", text = "Is it funded?", kind = "yes-no" }}]
"""
PART = "request:board/amina"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN + REQUEST, encoding="utf-8")
    return path


@pytest.fixture
def answered(plan: Path) -> Path:
    """The same plan, with an answer in its database."""
    database = Database(f"sqlite:///{plan.with_name('milestones.sqlite')}")
    prepare(database)
    fields = {"state:t/m": "on-track", "question:funds": "yes"}
    RequestStore(database).send(Sent(PART, "amina", NOW, False, fields, "form:1"))
    database.close()
    return plan


def lines(plan: Path, *words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(plan, *words, "--json").splitlines()]


def test_the_list_and_who_has_not_answered(plan: Path) -> None:
    assert "0 of 1" in run(plan, "requests")
    said = run(plan, "requests", "board")
    assert "Amina" in said
    assert "not answered" in said
    assert "0 of 1 person answered" in said
    (line,) = lines(plan, "requests")
    assert (line["person"], line["state"], line["closed"]) == ("amina", "open", False)
    assert "answers" not in line


def test_who_has_answered_and_what(answered: Path) -> None:
    said = run(answered, "requests", "board", "--answers")
    assert "1 of 1 person answered" in said
    assert "Is it funded?" in said
    (line,) = lines(answered, "requests", "board", "--answers")
    assert (line["state"], line["by"], line["answers"]) == ("answered", "amina", {"funds": "yes"})


def test_a_request_that_there_is_not(plan: Path) -> None:
    assert 'did you mean "board"?' in run(plan, "requests", "borad", code=2)
    plan.write_text(PLAN, encoding="utf-8")
    assert "no update request" in run(plan, "requests")


def test_why_tells_what_a_part_sends_and_that_it_is_answered(plan: Path, answered: Path) -> None:
    stages = {str(one["stage"]): one for one in lines(plan, "why", PART, "amina")}
    assert stages["opening"]["state"] == "not sent"
    assert stages["opening"]["because"] == "it is answered"
    assert "before the request opens" in str(stages["before:30 days"]["because"])


def test_a_request_is_not_reported_on(plan: Path) -> None:
    assert "answered by its form" in run(plan, "report", PART, "done", "--by", "amina", code=2)


@pytest.mark.parametrize("words", [("next",), ("preview",)])
def test_a_person_sees_what_she_is_to_answer(plan: Path, words: tuple[str, ...]) -> None:
    def of(*more: str) -> list[str]:
        out = run_on(plan, *words, *more, "--json")
        return [str(json.loads(line)["occurrence"]) for line in out.splitlines()]

    assert PART in of("--person", "amina")
    assert (PART in of()) == (words == ("preview",))


def run_on(plan: Path, command: str, *words: str) -> str:
    """A command that takes the plan as its argument."""
    out = io.StringIO()
    with redirect_stdout(out):
        assert main([command, str(plan), *words]) == 0
    return out.getvalue()


def test_next_leaves_out_what_is_answered(answered: Path) -> None:
    out = run_on(answered, "next", "--person", "amina", "--json")
    assert PART not in out
