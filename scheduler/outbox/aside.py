"""A process beside the planner that writes what a large plan's first planning has found.

Python lets one thread at a time reckon, and to hand a row to a database takes as much of it as to
work the row out: of two threads one waits, of two processes none does. It only writes what it is
sent, one lot after another, each answered when it is committed; the right to plan, the order and
the errors stay with the planner. One lot is sent while another is written. Where the process cannot
be begun, or ends, or fails for whatever reason, the planner gets back what was not answered and
writes it itself: to write a lot twice does the same as once.

Lots and answers go through pipes, and so does the database's address: arguments can be read by
all. With the planner it ends too, at once on Linux and elsewhere when its lot is written.
"""

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from typing import IO, Generic, NamedTuple, TypeVar

from sqlalchemy.engine import URL

T = TypeVar("T")
WRITTEN = b"."
_COMMAND = (sys.executable, "-P", "-m", "scheduler.outbox.scribe")


class _Running(NamedTuple):
    process: "subprocess.Popen[bytes]"
    lots: IO[bytes]
    answers: IO[bytes]


class Aside(Generic[T]):
    """The planner's side of it; for one thread at a time. A lot is whatever can be pickled."""

    def __init__(self, url: URL) -> None:
        self._running = _begun()
        self._sent: list[T] = []
        self._send(url.render_as_string(hide_password=False))

    def write(self, lot: T) -> list[T]:
        """Have it written, when the one before is; what the caller is to write, in that order."""
        left = self.flush()
        self._sent = [*left, lot]
        if not left:
            self._send(lot)
        return [] if self._running is not None else self._taken_back()

    def flush(self) -> list[T]:
        """Wait until all is written, committed; what the caller is to write."""
        if self._sent and self._running is not None:
            if self._running.answers.read(1) == WRITTEN:
                self._sent = []
            else:
                self.close()
        return self._taken_back()

    def _taken_back(self) -> list[T]:
        left, self._sent = self._sent, []
        return left

    def close(self) -> None:
        """End the process, after the lot that it is writing."""
        running, self._running = self._running, None
        if running is not None:
            with suppress(OSError):
                running.lots.close()
            running.process.wait()
            running.answers.close()

    def _send(self, what: object) -> None:
        if self._running is None:
            return
        try:
            pickle.dump(what, self._running.lots, pickle.HIGHEST_PROTOCOL)
            self._running.lots.flush()
        except OSError:
            self.close()


def _begun() -> _Running | None:
    """It finds the modules where this process does; None where there is no process to be had."""
    places = os.pathsep.join(filter(None, sys.path))
    try:
        process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": places},
        )
    except OSError:
        return None
    if process.stdin is None or process.stdout is None:
        return None
    return _Running(process, process.stdin, process.stdout)
