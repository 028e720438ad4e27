"""What was claimed is made into a message by what was written before it was planned, or later.

Several nodes plan, deliver and take reports, and each keeps plan, reports and moves in memory. One
may claim a reminder that another has planned by a plan it has not taken over yet, and would say the
old date, or that a milestone is gone. So whoever plans says first by which plan, and whoever has
claimed looks whether it knows that, and the newest report and change of date; else it takes up
what is new, and waits for that.
"""

import threading
import time
from collections.abc import Callable

import structlog

from scheduler.live import Live
from scheduler.outbox.history_store import HistoryStore

PATIENCE = 20.0
"""Seconds until it goes on with what it knows: who said so may have died before it planned."""
_LOOKS = 0.02
"""Seconds between two looks meanwhile."""
_ASKS_AGAIN = 0.5
"""Seconds until it asks again: the plan may not be in force yet."""
_LOG = structlog.get_logger("milestones")


class Abreast:
    """Asked after each claim; several lanes may ask at once."""

    def __init__(
        self,
        history: HistoryStore,
        live: Live,
        take_up: Callable[[], None],
        stopping: threading.Event,
    ) -> None:
        """`take_up` calls for the round that takes up what others have written."""
        self._history = history
        self._live = live
        self._take_up = take_up
        self._stopping = stopping
        self._given_up = ""

    def __call__(self) -> bool:
        """Return when all is known that was written before; False where the node stops before."""
        began = asked = 0.0
        while not self._live.knows(written := self._history.written()):
            now = time.monotonic()
            began = began or now
            if written.plan == self._given_up:
                return True
            if now - began > PATIENCE:
                self._given_up = written.plan
                _LOG.warning("delivery goes on by the plan that this node knows")
                return True
            if now - asked > _ASKS_AGAIN:
                asked = now
                self._take_up()
            if self._stopping.wait(_LOOKS):
                return False
        return True
