"""`report` of what concerns one's own reminders, and how `why` and `status` show it."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore

TODAY = datetime.now(UTC).date()
PLAN = f"""
[plan]
name = "Wishes"
timezone = "UTC"
[people.amina]
name = "Amina"
email = "amina@example.org"
[people.ben]
name = "Ben"
email = "ben@example.org"
[reminders.default]
before = ["30 days", "7 days"]
on-the-day = true
only-working-days = false
acknowledged = "20 days"
escalate = [{{ after = "1 day", to = "ben" }}]
[tracks.t]
title = "Track"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = {TODAY + timedelta(days=40)}
owner = "amina"
"""
DAY = (TODAY + timedelta(days=36)).isoformat()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def run(plan: Path, *words: str, code: int = 0) -> str:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        ended = main([*words, "--plan", str(plan)])
    said = out.getvalue() + err.getvalue()
    assert ended == code, said
    return said


def why(plan: Path, person: str = "amina") -> dict[str, tuple[str, str]]:
    lines = map(json.loads, run(plan, "why", "t/m", person, "--json").splitlines())
    return {one["stage"]: (one["state"], one["because"]) for one in lines}


def test_an_acknowledgement_is_shown_where_it_holds(plan: Path) -> None:
    said = run(plan, "report", "t/m", "acknowledged", "--by", "amina")
    assert said.startswith("t/m is acknowledged by amina until ")
    found = why(plan)
    assert found["before:30 days"][0] == "not sent"
    said = "Amina has said “I know”, so no reminder goes out before "
    assert found["before:30 days"][1].startswith(said)
    assert found["before:7 days"][0] == "to come", "it holds for twenty days"
    assert found["report"][0] == "acknowledged"
    assert why(plan, "ben")["escalation:1"][0] == "to come"
    (line,) = json.loads(run(plan, "status", "--json"))["put_off"]
    assert (line["occurrence"], line["person"], line["state"]) == ("t/m", "amina", "acknowledged")
    assert "Put off" in run(plan, "status")


def test_a_snooze_moves_what_it_covers(plan: Path) -> None:
    run(plan, "report", "t/m", "snoozed", "--by", "amina", "--until", DAY)
    found = why(plan)
    assert found["before:7 days"][0] == "to come"
    assert found["before:7 days"][1].startswith("Amina has put it off until ")
    assert "the latest of what is put off comes then" in found["before:7 days"][1]
    assert "put off" not in found["on-the-day"][1]
    run(plan, "report", "t/m", "resumed", "--by", "amina")
    assert "put" not in why(plan)["before:7 days"][1]
    assert json.loads(run(plan, "status", "--json"))["put_off"] == []


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("all", "everything but escalations"),
        ("track:t", "the track “Track”"),
        ("milestone:t/m", "this milestone"),
    ],
)
def test_a_mute_is_shown(plan: Path, scope: str, words: str) -> None:
    run(plan, "report", "t/m", "note", "--note", "The first draft is out.")
    database = Database(f"sqlite:///{plan.parent / 'milestones.sqlite'}")
    HistoryStore(database).mute("amina", scope, datetime.now(UTC))
    database.close()
    found = why(plan)
    assert found["on-the-day"] == ("not sent", f"Amina has muted {words}")
    database = Database(f"sqlite:///{plan.parent / 'milestones.sqlite'}")
    HistoryStore(database).mute("ben", scope, datetime.now(UTC))
    database.close()
    assert why(plan, "ben")["escalation:1"][0] == "to come", "an escalation cannot be muted"
    assert found["report"] == ("note", "“The first draft is out.”")
    muted = json.loads(run(plan, "status", "--json"))["muted"]
    (line,) = [one for one in muted if one["person"] == "amina"]
    assert line["scope"] == scope


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("snoozed", "--by", "amina"), "say until when"),
        (("snoozed", "--by", "amina", "--until", "2020-01-01"), "lies in the past"),
        (("snoozed", "--by", "amina", "--until", "soon"), "is no day or time"),
        (("acknowledged",), "say whose with --by"),
        (("resumed",), "say whose with --by"),
        (("done", "--until", DAY), "goes with acknowledged and snoozed only"),
    ],
)
def test_what_makes_no_sense_is_refused(plan: Path, words: tuple[str, ...], said: str) -> None:
    assert said in run(plan, "report", "t/m", *words, code=2)
