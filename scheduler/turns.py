"""Two threads at work of which one waits for the database again and again."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

SHORT = 0.0005
"""Seconds. Python's own interval is 5 ms, several times as long as a statement takes."""


@contextmanager
def short_turns() -> Iterator[None]:
    """A thread that comes back from the database meanwhile soon has Python's lock again.

    Else it would wait out the interval after each statement, beside one that reckons.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SHORT)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
