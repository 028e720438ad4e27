"""The log: what the product and what libraries say, each in one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAYS = """
import logging, structlog
from scheduler.logs import configure
configure(as_json={as_json})
structlog.get_logger("milestones").info("message sent", channel="email", answer="250 Ok\\nnext")
structlog.get_logger("milestones").debug("not shown")
logging.getLogger("library").info("not shown")
logging.getLogger("library").warning("of %s", "somebody")
try:
    raise ValueError("one\\ntwo")
except ValueError:
    logging.getLogger("scheduler.web.app").exception("/tracks failed")
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
    first, second, third = map(json.loads, said(as_json=True))
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "message sent",
        "level": "info",
        "channel": "email",
        "answer": "250 Ok\nnext",
    }
    assert (second["event"], second["level"]) == ("of somebody", "warning")
    assert (third["event"], third["level"]) == ("/tracks failed", "error")
    assert "ValueError: one\ntwo" in third["exception"]


@pytest.mark.parametrize("word", ["message sent", "of somebody", "/tracks failed", "ValueError"])
def test_for_people_it_is_words(word: str) -> None:
    lines = said(as_json=False)
    assert any(word in line for line in lines)
    assert not any("not shown" in line or line.startswith("{") for line in lines)
