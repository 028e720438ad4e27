"""The service as a process that is listened to: its log, its pages, its end."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 60
ROOT = Path(__file__).parents[3]


@dataclass
class Node:
    """A service under way; `lines` is what it has logged so far, as JSON where it is."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where its pages are; waits until they are."""
        wait_for(lambda: bool(self._pages()), "the pages")
        return self._pages()

    def _pages(self) -> str:
        """Where it says that they are, in either form of its log; "" before."""
        for line in self.logged("pages and feeds"):
            return str(line["url"])
        found = re.search(r"^pages and feeds at (\S+)$", "".join(self.lines), re.MULTILINE)
        return found[1] if found else ""

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log that tell of something."""
        entries = [json.loads(line) for line in list(self.lines) if line.startswith("{")]
        return [entry for entry in entries if entry["event"] == event]

    def tell(self) -> None:
        """Tell it to end, as systemd does."""
        self.process.send_signal(signal.SIGTERM)

    def ended(self) -> int:
        """Wait until it has ended; its exit code."""
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def node(*words: str, as_json: bool = True, **variables: str) -> Iterator[Node]:
    """`milestones run`, usually with JSON in its log; it is killed at the end if it still runs."""
    form = ["--log-json"] if as_json else []
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "scheduler", "run", *form, *words],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
    )
    found = Node(process)
    stream = process.stderr
    assert stream is not None
    reading = threading.Thread(target=lambda: found.lines.extend(stream), daemon=True)
    reading.start()
    try:
        yield found
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        reading.join(PATIENCE_SECONDS)
        stream.close()


def wait_for(true: Callable[[], bool], what: str) -> None:
    """Wait, patiently but not for ever, until something is true."""
    for _ in range(PATIENCE_SECONDS * 10):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s for {what}")
