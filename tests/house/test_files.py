"""Rules that hold for every file: its length, its words, and what it must not give away."""

import re
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, texts

LONGEST = 400
"""Lines; a longer file is two things."""

UNFINISHED = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X|raise NotImplemented" + r"Error)\b")
HOSTS = re.compile(
    r"py" + r"pi\.org|pythonhos" + r"ted\.org|npm" + r"js\.(?:org|com)|deb\.debi" + r"an\.org"
    + r"|--index" + r"-url|https?://[^ ]+/sim" + r"ple\b"
)  # fmt: skip
MACHINE = re.compile(r"(?<![\w.~-])/(?:wo" + r"rk|ro" + r"ot|opt/ve" + r"nv)/[a-z.]", re.IGNORECASE)


def complaints(path: str, text: str) -> Iterator[str]:
    """What is wrong with a file of the project, given its place and its text."""
    lines = text.splitlines()
    if path.endswith(".py") and len(lines) > LONGEST:
        yield f"{path}: {len(lines)} lines, more than {LONGEST}"
    if path.startswith("tests/") and path.endswith("/__init__.py"):
        yield f"{path}: no __init__.py under tests/"
    patterns = [(HOSTS, "names a package index"), (MACHINE, "names a place of one machine")]
    if path.endswith((".py", ".md", "milestones", "run")):
        patterns.append((UNFINISHED, "is not finished"))
    for number, line in enumerate(lines, 1):
        yield from (f"{path}:{number}: {what}" for sign, what in patterns if sign.search(line))


def test_no_file_breaks_a_rule() -> None:
    assert [line for path, text in texts() for line in complaints(path, text)] == []


def test_the_files_are_found() -> None:
    found = {path for path, _ in texts()}
    assert {"pyproject.toml", "milestones", "tests/house/test_files.py", ".ci/run"} <= found
    assert not any(path.startswith((".venv", ".git/")) for path in found)


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("config/long.py", "x\n" * 401, "401 lines"),
        ("tests/config/__init__.py", "", "no __init__.py"),
        ("docs/a.md", "Later: TO" + "DO", "docs/a.md:1: is not finished"),
        ("config/a.py", "\n\nraise NotImplemented" + "Error", "config/a.py:3"),
        ("requirements.lock", "--index" + "-url https://mirror", "names a package index"),
        ("README.md", "see https://py" + "pi.org/project/x", "names a package index"),
        ("docs/a.md", "cd /wo" + "rk/main", "names a place of one machine"),
        ("docs/a.md", "/ro" + "ot/.config", "names a place of one machine"),
    ],
)
def test_a_bad_file_is_seen(path: str, text: str, complaint: str) -> None:
    (found,) = complaints(path, text)
    assert complaint in found


@pytest.mark.parametrize("text", ["x\n" * 400, "of the network", "docs/work/plan", "a root/b"])
def test_a_good_file_passes(text: str) -> None:
    assert list(complaints("docs/a.py", text)) == []


def test_the_test_lock_holds_the_run_lock() -> None:
    """So that adding the test tools never changes what the product runs on."""
    run, test = (pinned(f"requirements{end}.lock") for end in ("", "-test"))
    assert run.items() <= test.items()


def test_every_locked_package_has_a_hash() -> None:
    text = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]
    assert len(entries) > 40
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def pinned(name: str) -> dict[str, str]:
    """Package -> version, as a lock file has them."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==([^ ]+)", text, re.MULTILINE))
