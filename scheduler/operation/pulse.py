"""What one process has done since it began, kept in memory: its rounds and its messages.

It answers without the database, so that it can be asked when there is none. Instants are UTC.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from scheduler.operation.wellness import Beat
from scheduler.outbox.values import Outcome
from scheduler.ticking import Work


class Pulse:
    """The counts of one process. Every method may be called from several threads."""

    def __init__(self, started: datetime) -> None:
        self.started = started
        self._lock = threading.Lock()
        self._beats: dict[str, Beat] = {}
        self._messages: Counter[tuple[str, str]] = Counter()
        self._reminders: Counter[tuple[str, str]] = Counter()
        self._stopping = False

    def watched(self, works: Mapping[str, Work]) -> dict[str, Work]:
        """The same works, each of which leaves a trace here when it has been run."""
        with self._lock:
            self._beats = {name: Beat() for name in works}
        return {name: self._traced(name, work) for name, work in works.items()}

    def _traced(self, name: str, work: Work) -> Work:
        def run(now: datetime) -> datetime | None:
            try:
                following = work(now)
            except BaseException:
                self._beat(name, None)
                raise
            self._beat(name, now)
            return following

        return run

    def _beat(self, name: str, succeeded: datetime | None) -> None:
        with self._lock:
            old = self._beats.get(name, Beat())
            failed = succeeded is None
            self._beats[name] = Beat(succeeded or old.succeeded, old.failures + failed, failed)

    def recorded(self, outcome: Outcome) -> None:
        """Count a message whose outcome is on the disk."""
        key = (outcome.claimed.channel, outcome.state.value)
        with self._lock:
            self._messages[key] += 1
            self._reminders[key] += len(outcome.ids)

    def stop(self) -> None:
        """The process has been told to end."""
        with self._lock:
            self._stopping = True

    @property
    def stopping(self) -> bool:
        """Whether the process has been told to end."""
        with self._lock:
            return self._stopping

    def beats(self) -> dict[str, Beat]:
        """How each round has gone."""
        with self._lock:
            return dict(self._beats)

    def messages(self) -> dict[tuple[str, str], int]:
        """Messages tried, by channel and what came of it."""
        with self._lock:
            return dict(self._messages)

    def reminders(self) -> dict[tuple[str, str], int]:
        """The reminders in those messages, by channel and what came of it."""
        with self._lock:
            return dict(self._reminders)
