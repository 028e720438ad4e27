"""Processes of `bench.node`: one asked for its figures, or several that begin together."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import python, seconds


def told(what: str, file: Path, url: str) -> dict[str, Any]:
    """What one process says at its end. Raises RuntimeError where it fails."""
    return _said(python("-m", "bench.node", what, str(file), url))


def waited(file: Path, url: str, span: int) -> dict[str, Any]:
    """What a service has done that waited so many seconds."""
    return _said(python("-m", "bench.quiet", str(file), url, str(span)))


def _said(command: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def ready(count: int, *arguments: str) -> Iterator[list["subprocess.Popen[str]"]]:
    """So many processes that wait to be told to go on; they have ended afterwards."""
    command = python("-m", "bench.node", *arguments)
    running = [_begun(command) for _ in range(count)]
    try:
        for one in running:
            _line(one, "ready")
        yield running
    finally:
        for one in running:
            one.stdin and one.stdin.close()
        for one in running:
            one.wait()
            one.stdout and one.stdout.close()


def together(running: Sequence["subprocess.Popen[str]"]) -> float:
    """Seconds from the word to go on until the last has said what it found."""

    def work() -> None:
        for one in running:
            _go(one)
        for one in running:
            _line(one, "{")

    return seconds(work)


def _begun(command: Sequence[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _go(process: "subprocess.Popen[str]") -> None:
    if process.stdin is None:
        raise RuntimeError("nobody can be told")
    process.stdin.write("go\n")
    process.stdin.flush()


def _line(process: "subprocess.Popen[str]", beginning: str) -> None:
    """Wait for a line that begins so; what is logged before is passed over."""
    for line in process.stdout or ():
        if line.startswith(beginning):
            return
    raise RuntimeError(f"a process of bench.node ended with {process.wait()}")
