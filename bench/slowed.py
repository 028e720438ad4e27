"""Processes that may run a part of the time: a machine with as many cores as they are, but slow.

On two cores eight workers cannot show what they would do on eight: they, the database and the mail
server share the two. Slowed alike, one and eight leave the servers what they need.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

PERIOD = 0.1
"""Seconds in which each has its turn once; they begin one after another."""


@contextmanager
def slowed(pids: Sequence[int], share: float) -> Iterator[None]:
    """Let each run that share of the time, 0 to 1; afterwards they run as before."""
    ended = threading.Event()
    thread = threading.Thread(target=_turns, args=(pids, share, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _turns(pids: Sequence[int], share: float, ended: threading.Event) -> None:
    apart = PERIOD / len(pids)
    steps = sorted(
        step
        for number, pid in enumerate(pids)
        for step in (
            (number * apart, pid, signal.SIGCONT),
            ((number * apart + PERIOD * share) % PERIOD, pid, signal.SIGSTOP),
        )
    )
    begins = time.monotonic()
    for pid in pids:
        _tell(pid, signal.SIGSTOP)
    while not ended.is_set():
        for after, pid, number in steps:
            time.sleep(max(0.0, begins + after - time.monotonic()))
            _tell(pid, number)
        begins = max(begins + PERIOD, time.monotonic() - PERIOD)
    for pid in pids:
        _tell(pid, signal.SIGCONT)


def _tell(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):  # it has done its work
        os.kill(pid, number)
