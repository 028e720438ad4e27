"""PURE. How fast a channel may go: at the most so many messages in so many seconds."""

from collections import deque
from datetime import datetime, timedelta

from config.plan import Rate


class Pace:
    """Keeps to a `Rate` over a sliding window; without one everything goes at once.

    Not for several threads at once: its lane holds a lock. It counts one process's messages.
    """

    def __init__(self, rate: Rate | None) -> None:
        self.rate = rate
        self._window = timedelta(seconds=rate.seconds if rate else 0)
        self._last: deque[datetime] = deque(maxlen=rate.count if rate else 0)

    def slot(self, now: datetime) -> datetime:
        """When the next message may go, `now` or later; taken by `take`."""
        if self.rate is None or len(self._last) < self.rate.count:
            return now
        return max(now, self._last[0] + self._window)

    def take(self, slot: datetime) -> None:
        """Use a slot."""
        self._last.append(slot)

    def portion(self, most: int) -> int:
        """How many messages it makes sense to claim at once, of at the most `most`."""
        return min(most, self.rate.count) if self.rate else most
