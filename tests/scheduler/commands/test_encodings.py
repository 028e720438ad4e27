"""What a terminal's encoding does not have is spelled out; JSON lines are in UTF-8 everywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = """
[plan]
timezone = "UTC"
[people.amina]
name = "أمينة"
email = "amina@example.org"
[tracks.t]
owner = "amina"
[[tracks.t.milestones]]
id = "m"
title = "M"
due = 2090-04-10
said = "été"
"""


def _next(folder: Path, encoding: str, *words: str) -> bytes:
    (folder / "plan.toml").write_text(PLAN.replace('"M"', '"Été"'), encoding="utf-8")
    plan = str(folder / "plan.toml")
    done = subprocess.run(
        [sys.executable, "-m", "scheduler", "next", plan, "--from", "2090-04-01", *words],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_letters_that_the_terminal_has_not_are_spelled_out(encoding: str, tmp_path: Path) -> None:
    said = _next(tmp_path, encoding)
    assert rb"\u0623\u0645" in said
    assert "Été".encode(encoding, errors="backslashreplace") in said


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_lines_are_in_utf_8(encoding: str, tmp_path: Path) -> None:
    (line,) = _next(tmp_path, encoding, "--json").decode("utf-8").splitlines()
    assert json.loads(line)["title"] == "Été"
