"""Recording what was sent: each message is on the disk before its connection takes the next.

A commit costs a wait for the disk. Workers that have something to record at the same time share
one commit: each still waits for it, so that a crash leaves at the most one message of each
connection sent and not recorded.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.values import Outcome

LONGEST_PAUSE = 3.0
"""Seconds. Well under `dispatch.GRACE`: what was sent while the database was away is recorded
before its claim can be taken over."""


@dataclass(slots=True)
class _Entry:
    outcome: Outcome
    done: bool = False


class Recorder:
    """Takes outcomes from many threads and writes them in as few commits as it can."""

    def __init__(
        self,
        store: DeliveryStore,
        stopping: threading.Event,
        troubled: Callable[[Exception], None],
    ) -> None:
        self._store = store
        self._stopping = stopping
        self._troubled = troubled
        self._waiting: list[_Entry] = []
        self._list_lock = threading.Lock()
        self._commit_lock = threading.Lock()

    def record(self, outcome: Outcome) -> bool:
        """Return when the outcome is committed: True; or, when stopped before it was: False.

        Where the database is away it waits and tries again; what is not recorded in the end is
        sent once more, under the same identity, when its lease has run out.
        """
        entry = _Entry(outcome)
        with self._list_lock:
            self._waiting.append(entry)
        with self._commit_lock:
            if not entry.done:
                self._commit()
        return entry.done

    def _commit(self) -> None:
        with self._list_lock:
            batch, self._waiting = self._waiting, []
        pause = 0.5
        while True:
            try:
                self._store.record([one.outcome for one in batch])
            except SQLAlchemyError as error:
                self._troubled(error)
                if self._stopping.wait(pause):
                    return
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                for one in batch:
                    one.done = True
                return
