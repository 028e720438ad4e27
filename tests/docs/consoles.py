"""The `console` blocks of a page: what was typed and what came of it, run again.

All blocks of a page run one after the other in one empty folder. `milestones` is called in this
process, anything else by the shell. What stands after a line with `…` alone is not shown.
"""

import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from scheduler.cli import main

UNWANTED = ("MILESTONES_PLAN", "MILESTONES_DATABASE", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE")
_CONSOLE = re.compile(r"^```console\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
CUT = "…"
"""Alone on a line: what follows is not shown."""


def run_again(text: str, folder: Path) -> str:
    """A page's text with the output of every `console` block as it is now."""
    kept = {name: os.environ.pop(name) for name in UNWANTED if name in os.environ}
    try:
        with chdir(folder):
            return _CONSOLE.sub(lambda found: f"```console\n{_block(found['body'])}```", text)
    finally:
        os.environ.update(kept)


def _block(body: str) -> str:
    return "".join(f"$ {typed}\n{_shown(_output(typed), old)}" for typed, old in _typed(body))


def _typed(body: str) -> Iterator[tuple[str, str]]:
    """Each typed line, with the output that the page shows after it."""
    for piece in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        typed, _, old = piece.partition("\n")
        while typed.endswith("\\"):
            more, _, old = old.partition("\n")
            typed += "\n" + more
        yield typed, old


def _shown(output: str, old: str) -> str:
    """The output, cut where the page cuts it."""
    lines = [line.rstrip() + "\n" for line in output.splitlines()]
    old_lines = old.splitlines()
    if CUT in old_lines:
        lines = [*lines[: old_lines.index(CUT)], CUT + "\n"]
    return "".join(lines)


def _output(typed: str) -> str:
    words = shlex.split(typed.replace("\\\n", " "))
    if words[0] == "milestones" and "|" not in words and ">" not in words:
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            main(words[1:])
        return said.getvalue()
    done = subprocess.run(
        ["bash", "-c", typed],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
