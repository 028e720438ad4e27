"""The only place that asks what time it is: the system's clock, a rehearsal's and one for tests.

Everything else gets the time passed in. Instants are aware and in UTC.
"""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A clock to read and to wait by."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        ...

    def wait(self, until: datetime | None, wake: threading.Event, most_seconds: float) -> None:
        """Return when the clock shows `until`, when `wake` is set, or after `most_seconds`.

        `until` is in this clock's own time; None waits for the other two alone. `most_seconds`
        are seconds of the real world. `wake` is not cleared.
        """
        ...


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def wait(self, until: datetime | None, wake: threading.Event, most_seconds: float) -> None:
        """See `Clock.wait`. Looks again each minute, so that a clock that is set is noticed."""
        ends = time.monotonic() + most_seconds
        while not wake.is_set():
            left = ends - time.monotonic()
            if until is not None:
                left = min(left, (until - self.now()).total_seconds())
            if left <= 0 or wake.wait(min(left, 60)):
                return


class RehearsalClock:
    """A clock that starts where it is told and runs `speed` seconds in each real second.

    It runs only while somebody waits by it, and never past the earliest instant that is waited
    for: work takes no time of its own, so that a rehearsal sends at exactly the instants of a
    preview however fast it runs and however slow the machine is.
    """

    def __init__(self, start: datetime, speed: float) -> None:
        if start.utcoffset() is None:
            raise ValueError("the start of a rehearsal needs a time zone")
        if speed <= 0:
            raise ValueError("the speed of a rehearsal must be above zero")
        self._base = start.astimezone(UTC)
        self._speed = speed
        self._since = 0.0
        self._waiting: list[datetime | None] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present instant of the rehearsal, in UTC."""
        with self._lock:
            return self._shown()

    def wait(self, until: datetime | None, wake: threading.Event, most_seconds: float) -> None:
        """See `Clock.wait`."""
        ends = time.monotonic() + most_seconds
        self._begin(until)
        try:
            while not wake.is_set():
                left = ends - time.monotonic()
                if until is not None:
                    left = min(left, (until - self.now()).total_seconds() / self._speed)
                if left <= 0 or wake.wait(min(left, 1)):
                    return
        finally:
            self._end(until)

    def _begin(self, until: datetime | None) -> None:
        with self._lock:
            self._settle()
            self._waiting.append(until)

    def _end(self, until: datetime | None) -> None:
        with self._lock:
            self._settle()
            self._waiting.remove(until)

    def _settle(self) -> None:
        """Make what the clock shows its new base."""
        self._base = self._shown()
        self._since = time.monotonic()

    def _shown(self) -> datetime:
        if not self._waiting:
            return self._base
        passed = timedelta(seconds=(time.monotonic() - self._since) * self._speed)
        limits = [one for one in self._waiting if one is not None]
        return max(self._base, min([self._base + passed, *limits]))


class ManualClock:
    """A clock for tests: it shows what it is set to, and is set by hand.

    With `jumps` a wait sets it to the instant waited for and returns at once; without, a wait
    lasts until somebody sets the clock.
    """

    def __init__(self, start: datetime, *, jumps: bool = False) -> None:
        if start.utcoffset() is None:
            raise ValueError("the start of a clock needs a time zone")
        self._shows = start.astimezone(UTC)
        self._jumps = jumps
        self._changed = threading.Condition()

    def now(self) -> datetime:
        """What the clock is set to, in UTC."""
        with self._changed:
            return self._shows

    def set(self, now: datetime) -> None:
        """Show `now`, which may be earlier than before."""
        with self._changed:
            self._shows = now.astimezone(UTC)
            self._changed.notify_all()

    def step(self, **units: float) -> None:
        """Go on by so many `hours`, `minutes`, ... (the words of `timedelta`)."""
        self.set(self.now() + timedelta(**units))

    def wait(self, until: datetime | None, wake: threading.Event, most_seconds: float) -> None:
        """See `Clock.wait`."""
        if self._jumps and until is not None and not wake.is_set():
            self.set(max(until, self.now()))
            return
        ends = time.monotonic() + most_seconds
        while not wake.is_set() and time.monotonic() < ends:
            if until is not None and self.now() >= until:
                return
            with self._changed:
                self._changed.wait(0.01)
