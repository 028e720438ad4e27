"""The service as a process: a real plan, a real mail server, commands beside it, SIGTERM."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.web.server import bind
from tests.mailbox import SmtpServer

PATIENCE_SECONDS = 45
ROOT = Path(__file__).parents[2]
PLAN = """
[plan]
name = "Running"
timezone = "UTC"
coordinators = ["cora"]
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
[people.cora]
name = "Cora"
email = "cora@example.org"
[channels.email]
type = "email"
host = "{host}"
port = {port}
security = "none"
from = "Tracker <tracker@example.org>"
[tracks.t]
title = "A track"
owner = "amina"
[[tracks.t.milestones]]
id = "near"
title = "Near"
due = "{due}"
[[tracks.t.milestones]]
id = "open"
title = "Open"
due = "tbc"
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def milestones(*words: str, code: int = 0) -> str:
    """What a command prints."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "scheduler", *words],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@contextmanager
def running(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """A service; it is told to end, and must end well."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "scheduler", "run", *words],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, said
        assert "Traceback" not in said
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def wait_for(true: Callable[[], bool], what: str) -> None:
    """Wait, patiently but not for ever, until something is true."""
    for _ in range(PATIENCE_SECONDS * 10):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s for {what}")


def is_up(plan: Path) -> bool:
    """Whether a node is running."""
    status = json.loads(milestones("status", "--json", "--plan", str(plan)))
    return bool(status["nodes"])


@pytest.fixture
def plan(tmp_path: Path, smtp_server: SmtpServer) -> Path:
    due = (datetime.now(UTC) + timedelta(days=5)).date()
    path = tmp_path / "plan.toml"
    path.write_text(
        PLAN.format(host=smtp_server.host, port=smtp_server.port, due=due), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_a_service_sends_takes_up_and_ends(
    plan: Path, smtp_server: SmtpServer, kind: str, request: pytest.FixtureRequest
) -> None:
    where = ["--plan", str(plan)]
    if kind == "postgresql":
        where += ["--database", request.getfixturevalue("postgres_url")]
    database = where[2:]
    with running(str(plan), "--no-web", *database):
        wait_for(lambda: len(smtp_server.taken) == 2, "the first mails")
        first = {(one.recipients, str(one.parsed["Subject"])) for one in smtp_server.taken}
        assert {who for (who,), _ in first} == {"amina@example.org", "cora@example.org"}
        status = json.loads(milestones("status", "--json", *where))
        assert len(status["nodes"]) == 1
        assert status["reminders"]["sent"] >= 3
        assert not status["failures"]
        said = milestones("report", "t/near", "done", "--by", "amina", *where)
        assert "t/near is done" in said
        stages = milestones("why", "t/near", "amina", *where)
        assert "withdrawn" in stages
        assert "reported done by amina" in stages
        text = plan.read_text(encoding="utf-8")
        more = '[[tracks.t.milestones]]\nid = "more"\ntitle = "More"\ndue = "tbc"\n'
        plan.write_text(text + more, encoding="utf-8")
        wait_for(lambda: len(smtp_server.taken) == 4, "the mails of the milestone that was added")
    assert json.loads(milestones("status", "--json", *where))["nodes"] == []
    keys = [str(one.parsed["Message-ID"]) for one in smtp_server.taken]
    assert len(set(keys)) == len(keys)


@pytest.mark.slow
def test_a_second_start_sends_nothing_again(plan: Path, smtp_server: SmtpServer) -> None:
    for _ in range(2):
        with running(str(plan), "--no-web"):
            wait_for(lambda: len(smtp_server.taken) >= 2, "the first mails")
            wait_for(lambda: is_up(plan), "the node to say that it lives")
            time.sleep(1)
    assert len(smtp_server.taken) == 2


def test_a_plan_with_mistakes_does_not_start_and_says_them(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('[tracks.t]\ntitel = "T"\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "scheduler", "run", str(path), "--no-web"],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 1
    assert "plan.toml:2:1: " in done.stderr
    assert "did you mean `title`" in done.stderr


def test_a_port_that_is_taken_is_said(plan: Path) -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "scheduler", "run", str(plan), "--port", str(port)],
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    assert done.returncode == 3
    assert "choose another with --port" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(plan.parent.glob("*.sqlite"))  # it is said before the plan is in force


@pytest.mark.parametrize(
    "words", [["next", "{plan}"], ["next", "{plan}", "--json"], ["schema"], ["--help"]]
)
def test_who_reads_no_further_is_no_failure(plan: Path, words: list[str]) -> None:
    """As `milestones next | head`; the other end of the pipe is closed already."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "scheduler", *(one.format(plan=plan) for one in words)],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["chekc"], 2, 'did you mean "check"'),
        (["check", "nowhere.toml"], 2, "there is no plan at nowhere.toml"),
        (["next", "{plan}", "--track", "x"], 2, 'there is no track "x"'),
        (["preview", "{plan}", "--from", "soon"], 2, '"soon" is no day'),
        (["why", "t/nera", "amina", "--plan", "{plan}"], 2, 'did you mean "t/near"'),
        (["report", "t/nera", "done", "--plan", "{plan}"], 2, 'did you mean "t/near"'),
        (["status", "--plan", "{plan}"], 3, "there is no database yet"),
        (["status", "--plan", "{plan}", "--database", "mysql://x/y"], 2, "sqlite:///FILE"),
        (["feed", "{plan}", "track:tt"], 2, 'did you mean "track:t"'),
        (["run", "{plan}", "--clock", "2024-03-21", "--speed", "fast"], 2, '"fast" is no speed'),
        (["test-send", "emial", "--to", "amina", "--plan", "{plan}"], 2, 'did you mean "email"'),
    ],
)
def test_wrong_words_are_answered_in_a_sentence(
    plan: Path, words: list[str], code: int, says: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "scheduler", *(one.format(plan=plan) for one in words)],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=plan.parent,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
