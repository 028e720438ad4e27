"""How long the database has answered without a fault, as this process sees it.

It decides whether a claim whose lease has run out may be taken over. While nobody could reach the
database no lease could be renewed and nothing recorded; when it is back its workers first get
the time to do so. Else what they have sent meanwhile would go out a second time. The same holds
while somebody keeps the database locked: who waits to write is not in contact, though it may read.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

SLOW_SECONDS = 5.0
"""What takes longer than this has waited for a database that was away, or locked."""
WAITS_SECONDS = 1.0
"""Whoever has something to write for so long waits for a lock."""
_OF_OTHERS = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL's codes where two transactions met: the database itself is well."""


class Contact:
    """Safe to use from many threads. A process begins as if its contact had just been lost."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._writing: dict[object, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While a transaction waits to write, and writes."""
        mine = object()
        with self._lock:
            self._writing[mine] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._writing[mine]

    def kept_for(self, seconds: float) -> bool:
        """Whether the database has answered well and in time for so long, and does so now."""
        now = time.monotonic()
        with self._lock:
            oldest = min(self._writing.values(), default=now)
        return now - self._since >= seconds and now - oldest <= WAITS_SECONDS

    def answered(self, began: float) -> None:
        """A transaction that began then (by `time.monotonic`) has ended well."""
        if time.monotonic() - began > SLOW_SECONDS:
            self.lost()

    def failed(self, error: Exception) -> None:
        """A transaction has failed; only what tells of the database itself counts."""
        code = getattr(getattr(error, "orig", None), "sqlstate", None)
        if is_away(error) and code not in _OF_OTHERS:
            self.lost()

    def lost(self) -> None:
        """The database was away until now."""
        self._since = time.monotonic()


def is_away(error: Exception) -> bool:
    """Whether an error tells that the database cannot be reached, or is locked, full or ending."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | NoConnectionFree)
