"""The log: what the product and what libraries say, each in one line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.log_texts import on_one_line, without_secrets

ROOT = Path(__file__).parents[2]
SAYS = """
ADDRESS = "postgresql://milestones:{{}}@db.example.org/milestones"
import logging, structlog
from scheduler.logs import configure
configure(as_json={as_json})
structlog.get_logger("milestones").info("message sent", channel="email", answer="250 Ok\\nnext")
structlog.get_logger("milestones").debug("not shown")
logging.getLogger("library").info("not shown")
logging.getLogger("library").warning("of %s", "somebody")
def failing():
    password = "swordfish"
    raise ValueError("one\\ntwo " + ADDRESS.format(password))
for logger in (logging.getLogger("library"), structlog.get_logger("milestones")):
    try:
        failing()
    except ValueError:
        logger.exception("it failed")
"""


def said(as_json: bool) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SAYS.format(as_json=as_json)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_in_json_each_is_one_line() -> None:
    first, second, *failed = map(json.loads, said(as_json=True))
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "message sent",
        "level": "info",
        "channel": "email",
        "answer": "250 Ok\nnext",
    }
    assert (second["event"], second["level"]) == ("of somebody", "warning")
    assert len(failed) == 2
    for one in failed:
        assert (one["event"], one["level"]) == ("it failed", "error")
        address = "postgresql://milestones:…@db.example.org/milestones"
        assert one["error"] == f"ValueError: one\ntwo {address}"
        assert re.fullmatch(r"<string>:\d+ failing", one["place"])


def test_for_people_each_is_one_line_of_words() -> None:
    first, second, *failed = said(as_json=False)
    assert "message sent" in first
    assert r"answer='250 Ok\nnext'" in first
    assert "of somebody" in second
    assert len(failed) == 2
    for one in failed:
        assert "[error" in one
        assert "it failed" in one
        assert r"error='ValueError: one\ntwo postgresql://milestones:…@db" in one


@pytest.mark.parametrize("as_json", [False, True])
def test_no_value_of_a_variable_is_in_it(as_json: bool) -> None:
    lines = "".join(said(as_json))
    assert "swordfish" not in lines
    assert "not shown" not in lines


def said_into_the_journal(program: str, *, is_it: bool = True) -> list[str]:
    """What a program says on a pipe that JOURNAL_STREAM names, or names another."""
    reading, writing = os.pipe()
    try:
        found = os.fstat(writing)
        stream = f"{found.st_dev}:{found.st_ino + (not is_it)}"
        subprocess.run(
            [sys.executable, "-c", program],
            stderr=writing,
            cwd=ROOT,
            check=True,
            env={**os.environ, "JOURNAL_STREAM": stream},
        )
    finally:
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as file:
            lines = file.read().splitlines()
    return lines


def test_the_journal_is_told_the_level_of_each_line() -> None:
    lines = said_into_the_journal(SAYS.format(as_json=False))
    assert [line[:3] for line in lines] == ["<6>", "<4>", "<3>", "<3>"]
    assert "message sent" in lines[0]
    lines = said_into_the_journal(SAYS.format(as_json=True))
    assert [line[:3] for line in lines] == ["<6>", "<4>", "<3>", "<3>"]
    assert [json.loads(line[3:])["level"] for line in lines] == ["info", "warning"] + ["error"] * 2


def test_what_is_not_the_journal_gets_no_level() -> None:
    assert not [line for line in said_into_the_journal(SAYS.format(as_json=False), is_it=False)
                if line.startswith("<")]  # fmt: skip


def test_every_line_of_a_failed_start_has_its_level(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("[plan]\ntimezone = 1\nonwer = 2\n", encoding="utf-8")
    program = f"from scheduler.cli import main; main(['run', {str(plan)!r}])"
    lines = said_into_the_journal(program)
    assert len(lines) > 4
    assert {line[:3] for line in lines} == {"<3>"}


TOKEN = "q8Jt1bGmPq0yqC5m0vVd3l8rX2sW7nZk"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("postgresql://m:p@ss/w@db.example/m is away", "postgresql://m:…@db.example/m is away"),
        ("host=db password=s3cret user=m", "host=db password=… user=m"),
        ("host=db password='s3 cret' user=m", "host=db password=… user=m"),
        ("refused\n[SQL: SELECT x\nFROM y]\n[parameters: {'digest': 'abc'}]", "refused"),
        ("gone\n(Background on this error at: https://sqlalche.me/e/20/e3q8)", "gone"),
        (f"GET /login/{TOKEN}?lang=fr failed", "GET /login/… failed"),
        (f"/calendars/private/{TOKEN}/person/amina.ics", "/calendars/private/…"),
        ("/srv/private/plan.toml:12:1: `onwer` is no key", None),
        ("http://127.0.0.1:8025/login was asked", None),
        ("250 Ok: queued as 7A0B", None),
    ],
)
def test_what_is_struck_out_of_a_text(text: str, left: str | None) -> None:
    assert without_secrets(text) == (text if left is None else left)


def test_no_sign_of_control_reaches_a_terminal() -> None:
    assert on_one_line("a\r\nb\x1b[2J\x85\u2028c é\u202f;") == (
        r"a\r\nb\x1b[2J\x85\u2028c é" + "\u202f;"
    )


UNHEARD = """
import logging, structlog, sys
from scheduler.logs import configure, say
{before}
configure(as_json={as_json})
say("pages and feeds at …", "pages and feeds")
for number in range(2000):
    structlog.get_logger("milestones").error("round failed", round="beat", number=number)
    logging.getLogger("library").warning("of %s", "somebody")
print("went on")
"""


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("how", ["full", "gone", "closed", "none"])
def test_a_log_that_cannot_be_written_fails_nobody(how: str, as_json: bool) -> None:
    """A full disk, or a program that took the log and has ended."""
    reading, gone = os.pipe()
    os.close(reading)
    before = {"closed": "sys.stderr.close()", "none": "sys.stderr = None"}.get(how, "")
    try:
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = subprocess.run(
                [sys.executable, "-c", UNHEARD.format(before=before, as_json=as_json)],
                stdout=subprocess.PIPE,
                stderr=gone if how == "gone" else full,
                text=True,
                cwd=ROOT,
                check=False,
            )
    finally:
        os.close(gone)
    assert done.stdout == "went on\n"
