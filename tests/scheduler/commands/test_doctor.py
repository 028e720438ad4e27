"""`doctor` on a service that runs: what is well, and each thing that is not."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.operation.findings import of_service
from scheduler.outbox.backlog_store import BacklogStore
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.schema import prepare
from scheduler.outbox.values import ChannelState, Node
from tests.scheduler.outbox.made import reminder

PLAN = """
[plan]
timezone = "UTC"
url = "https://tracker.example.org"
[people.amina]
email = "amina@example.org"
[channels.email]
type = "mailbox"
path = "mail"
[tracks.t]
title = "T"
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = "2099-04"
"""
SERVICE = """
[service]
ping = { env = "PING_URL" }
metrics-token = { env = "METRICS_TOKEN" }
"""
Doctor = Callable[..., tuple[int, dict[str, tuple[str, str]]]]


@pytest.fixture
def doctor(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Doctor:
    """The exit code, and what was found: its state and its words, by what was looked at."""

    def run(text: str = PLAN, *words: str) -> tuple[int, dict[str, tuple[str, str]]]:
        path = tmp_path / "plan.toml"
        path.write_text(text, encoding="utf-8")
        code = main(["doctor", str(path), "--offline", "--json", *words])
        said, complained = capfd.readouterr()
        assert complained == ""
        found = [json.loads(line) for line in said.splitlines()]
        return code, {one["what"]: (one["state"], f"{one['text']} {one['hint']}") for one in found}

    return run


@pytest.fixture
def history(tmp_path: Path) -> HistoryStore:
    """The history of a service beside the plan, in which a node lives."""
    database = Database(f"sqlite:///{tmp_path / 'milestones.sqlite'}")
    prepare(database)
    (tmp_path / "milestones.sqlite").chmod(0o600)
    found = HistoryStore(database)
    found.beat(node("one"))
    return found


def node(name: str, plan: str = "d", role: str = "all") -> Node:
    now = datetime.now(UTC)
    return Node(name, now, now, role, plan)


def test_all_is_well(
    doctor: Doctor, history: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PING_URL", "https://ping.example.org/7f3a-51c2")
    monkeypatch.setenv("METRICS_TOKEN", "0123456789abcdef")
    code, found = doctor(PLAN + SERVICE)
    assert code == 0
    assert found["nodes"] == ("good", "1 alive ")
    assert found["ping"] == ("good", "ping.example.org, every 5 minutes ")
    assert found["metrics token"] == ("good", "16 characters ")
    assert found["database"][0] == "good"
    assert found["time zones"][0] in ("good", "look")
    assert "7f3a" not in str(found)
    assert "0123456789" not in str(found)


def test_nobody_watches_over_it(doctor: Doctor) -> None:
    code, found = doctor()
    assert code == 0
    assert found["ping"][0] == "look"
    assert "[service]" in found["ping"][1]
    assert found["database"] == ("look", "there is none yet `milestones run` makes it")


@pytest.mark.parametrize(
    ("variables", "what", "says"),
    [
        ({}, "ping", "PING_URL"),
        ({"PING_URL": "http://ping.example.org/7f3a"}, "ping", "https://"),
        ({"METRICS_TOKEN": "short"}, "metrics token", "openssl rand"),
    ],
)
def test_a_secret_that_is_wrong(
    doctor: Doctor,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    what: str,
    says: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code, found = doctor(PLAN + SERVICE)
    assert code == 3
    state, text = found[what]
    assert state == "bad"
    assert says in text
    assert "7f3a" not in text


def test_what_the_service_has_met(doctor: Doctor, history: HistoryStore, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    early = now - timedelta(hours=2)
    (tmp_path / "milestones.sqlite").chmod(0o644)
    history.beat(node("two", plan="other"))
    history.save_plan("r", "rejected", {}, "plan.toml:2:1: no\nplan.toml:3:1: no", now)
    history.save_channel(ChannelState("chat", 5, early, None, "403 no"))
    PlanningStore(history.database).insert([reminder(at=early)], early)
    code, found = doctor()
    assert code == 3
    bad = {what: text for what, (state, text) in found.items() if state == "bad"}
    assert bad.keys() == {"nodes", "plan in force", "queue of chat", "queue of email"}
    assert "2 nodes have 2 different plans" in bad["nodes"]
    assert "403 no" in bad["queue of chat"]
    assert "1 due" in bad["queue of email"]
    assert "chmod o=" in found["database file"][1]
    findings = [one.text for one in of_service(history.database, now) if one.state == "bad"]
    assert "a newer one is rejected: plan.toml:2:1: no" in findings


def test_a_plan_that_waits_takes_the_place_of_one_with_mistakes(history: HistoryStore) -> None:
    now = datetime.now(UTC)
    history.save_plan("r", "rejected", {}, "plan.toml:2:1: no", now)
    history.save_plan("w", "waiting", {}, "7 open milestones would go: a", now)
    findings = [one.text for one in of_service(history.database, now) if one.state == "bad"]
    assert "a newer one is waiting: 7 open milestones would go: a" in findings
    assert not [one for one in findings if "rejected" in one]


@pytest.mark.parametrize("role", [None, "web"])
def test_nobody_delivers(doctor: Doctor, history: HistoryStore, role: str | None) -> None:
    history.remove_node("one")
    if role:
        history.beat(node("pages", role=role))
    code, found = doctor()
    assert code == 0
    assert found["nodes"] == ("look", "none delivers start one: milestones run")


def test_a_server_that_does_not_answer(doctor: Doctor) -> None:
    url = "postgresql://milestones:hunter2hunter2@127.0.0.1:1/milestones"
    code, found = doctor(PLAN, "--database", url)
    assert code == 3
    assert found["database"][0] == "bad"
    assert "it does not answer: " in found["database"][1]
    assert "refused" in found["database"][1]
    assert "hunter2" not in str(found)


def test_a_file_that_is_no_database_or_another_programs(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite"
    file.write_text("no database " * 100, encoding="utf-8")
    code, found = doctor(PLAN, "--database", str(file))
    assert (code, found["database"][0]) == (3, "bad")
    assert "file is not a database" in found["database"][1]
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE readings (value INTEGER)")
    code, found = doctor(PLAN, "--database", str(file))
    assert (code, found["database"][0]) == (3, "bad")
    assert "tables of another program (readings)" in found["database"][1]


def test_clocks_that_are_apart(postgres_url: str) -> None:
    database = Database(postgres_url)
    try:
        prepare(database)
        now = datetime.now(UTC)
        theirs = BacklogStore(database).server_clock()
        assert theirs is not None
        assert abs(theirs - now) < timedelta(minutes=1)
        assert not [one for one in of_service(database, theirs) if one.what == "clocks"]
        (found,) = [
            one for one in of_service(database, now + timedelta(minutes=10)) if one.what == "clocks"
        ]
        assert found.state == "bad"
    finally:
        database.close()


@pytest.mark.postgres
def test_no_password_in_the_address_of_the_database_is_shown(
    doctor: Doctor, postgres_url: str
) -> None:
    """One may stand among the options of the address too, where the driver takes it as well."""
    prepare(database := Database(postgres_url))
    database.close()
    with_secrets = f"{postgres_url}&password=hunter2&sslpassword=hunter3"
    state, text = doctor(PLAN, "--database", with_secrets)[1]["database"]
    assert state == "good"
    assert "sslpassword=…, version" in text
    assert "hunter" not in text
