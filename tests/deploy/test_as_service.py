"""Commands as the service's user: the script that the guide installs, against the unit."""

import os
import pwd
import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import page

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy/milestones-as-service"
UNIT = ROOT / "deploy/systemd/milestones.service"
ENVIRONMENT = """\
# A comment, and an empty line:

SMTP_PASSWORD=a $HOME `id` "b" \\ c
QUOTED="two words"
SINGLE='it is'
MILESTONES_DATABASE=postgresql://milestones@/milestones?host=/run/postgresql
LAST=no line break"""
NEEDS_SERVICE = {"doctor", "test-send", "status", "database"}


@pytest.fixture
def called(tmp_path: Path) -> str:
    """What the program sees when the script calls it: its words, variables, folder and user."""
    tmp_path.chmod(0o755)
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nprintf "<%s>\\n" "$@"; pwd; id -un; umask; env\n')
    program.chmod(0o755)
    state = tmp_path / "state"
    state.mkdir()
    (tmp_path / "environment").write_text(ENVIRONMENT, encoding="utf-8")
    text = SCRIPT.read_text(encoding="utf-8")
    text = text.replace("/opt/milestones/.venv/bin/milestones", str(program))
    text = text.replace("=/etc/milestones/environment", f"={tmp_path}/environment")
    text = text.replace("cd /var/lib/milestones", f"cd {state}")
    if os.geteuid() == 0:
        text = text.replace("-u milestones", "-u root")
    else:
        text = text.replace("runuser -u milestones --", "exec")
    script = tmp_path / "script"
    script.write_text(text, encoding="utf-8")
    words = ["sh", str(script), "test-send", "two words", "*"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_the_program_is_called_as_the_unit_calls_it(called: str, tmp_path: Path) -> None:
    assert called.startswith("<test-send>\n<two words>\n<*>\n")
    who = pwd.getpwuid(os.geteuid()).pw_name
    assert f"{tmp_path}/state\n{who}\n0077\n" in called
    assert "MILESTONES_PLAN=/etc/milestones/plan\n" in called
    assert 'SMTP_PASSWORD=a $HOME `id` "b" \\ c\n' in called
    assert "QUOTED=two words\n" in called
    assert "SINGLE=it is\n" in called
    assert "LAST=no line break\n" in called
    assert "MILESTONES_DATABASE=postgresql://milestones@/milestones?host=/run/postgresql" in called


def test_the_script_has_the_values_of_the_unit() -> None:
    text, unit = SCRIPT.read_text(encoding="utf-8"), UNIT.read_text(encoding="utf-8")
    for name, value in re.findall(r"^Environment=(\w+)=(.*)$", unit, re.MULTILINE):
        assert f"export {name}={value}\n" in text
    for name in ("User", "EnvironmentFile", "WorkingDirectory", "UMask", "ExecStart"):
        (value,) = re.findall(rf"^{name}=-?(\S+)", unit, re.MULTILINE)
        assert value.lstrip("0") in text, name
    assert os.access(SCRIPT, os.X_OK)


def test_the_guide_calls_with_it_what_needs_the_services_values() -> None:
    """A bare `milestones` of root has no plan, no secrets, and makes files of root's."""
    calls = "\n".join(page("how-to/run-for-real.md").fences("sh"))
    assert f"/opt/milestones/{SCRIPT.relative_to(ROOT)} /usr/local/sbin" in calls
    bare = re.findall(r"^(?:\S+/)?milestones ([a-z-]+)", calls, re.MULTILINE)
    assert set(bare) & NEEDS_SERVICE == set()
    assert set(re.findall(r"^milestones-as-service ([a-z-]+)", calls, re.MULTILINE)) >= {
        "preview", "doctor", "test-send", "status", "database",
    }  # fmt: skip
