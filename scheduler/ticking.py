"""A handful of things that the service does again and again, each saying when it is next due.

`Rounds` runs them on any clock, one after the other: a rehearsal, or a test. `ticker` runs the
same ones by APScheduler on the machine's clock. There is never one for each reminder.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.clock import Clock

Work = Callable[[datetime], datetime | None]
"""Does what is due at an instant; returns when it is next to be called, None for never."""
A_LONG_TIME = timedelta(days=1)


@dataclass(slots=True)
class Round:
    """One of the things, and when it is next due."""

    name: str
    work: Work
    due: datetime | None


class Rounds:
    """Runs what is due in the order given, then lets the clock run to what is due next."""

    def __init__(self, clock: Clock, works: Mapping[str, Work], start: datetime) -> None:
        self._clock = clock
        self._rounds = [Round(name, work, start) for name, work in works.items()]
        self._wake = threading.Event()
        self._stopped = threading.Event()

    def call(self, name: str) -> None:
        """Make one due now; may be called from any thread."""
        for one in self._rounds:
            if one.name == name:
                one.due = self._clock.now()
        self._wake.set()

    def step(self) -> datetime | None:
        """Run everything that is due, until nothing is; when the next is due."""
        while True:
            now = self._clock.now()
            due = [one for one in self._rounds if one.due is not None and one.due <= now]
            if not due:
                return min((one.due for one in self._rounds if one.due), default=None)
            for one in due:
                one.due = one.work(now)

    def run(self, until: datetime | None = None) -> None:
        """Run until stopped, or until the clock has come to `until`."""
        while True:
            self._wake.clear()  # before it is looked, so that no call meanwhile is lost
            if self._stopped.is_set():
                return
            following = self.step()
            if until is not None and self._clock.now() >= until:
                return
            limits = [one for one in (following, until) if one is not None]
            aim = min(limits, default=self._clock.now() + A_LONG_TIME)
            self._clock.wait(aim, self._wake, A_LONG_TIME.total_seconds())

    def stop(self) -> None:
        """End `run` when the work under way is done."""
        self._stopped.set()
        self._wake.set()
