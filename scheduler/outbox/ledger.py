"""What a process's threads ask of the outbox for each message: is it still wanted; it was sent.

A commit costs a wait for the disk, and every transaction more than what is done in it. Threads
that have something to ask or to record at the same time share one transaction: each still waits
for it, and each message is on the disk before its connection takes the next, so that a crash
leaves at the most one message of each connection sent and not recorded.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.gathering import Gathering
from scheduler.outbox.values import Claimed, Outcome

LONGEST_PAUSE = 3.0
"""Seconds. Well under `dispatch.GRACE`: what was sent while the database was away is recorded
before its claim can be taken over."""
WAITS = 0.005
"""Seconds that who has something to ask or to record waits for those who soon will."""


class Ledger:
    """Safe to use from many threads. `troubled` is told of each try to record that failed."""

    def __init__(
        self,
        store: DeliveryStore,
        stopping: threading.Event,
        troubled: Callable[[Exception], None],
    ) -> None:
        self._store = store
        self._stopping = stopping
        self._troubled = troubled
        self._looks: Gathering[tuple[Claimed, datetime], tuple[int, ...]]
        self._looks = Gathering(store.all_still_wanted, WAITS)
        self._records: Gathering[Outcome, bool] = Gathering(self._commit, WAITS)
        self._looks.followed_by = self._records
        self._records.followed_by = self._looks

    def still_wanted(self, claimed: Claimed, now: datetime) -> tuple[int, ...]:
        """See `DeliveryStore.still_wanted`."""
        return self._looks.ask((claimed, now))

    def record(self, outcome: Outcome) -> bool:
        """Return when the outcome is committed: True; or, when stopped before it was: False.

        Where the database is away it waits and tries again; what is not recorded in the end is
        sent once more, under the same identity, when its lease has run out.
        """
        return self._records.ask(outcome)

    def leave(self) -> None:
        """This thread comes no more; the others need not wait for it."""
        self._looks.leave()
        self._records.leave()

    def _commit(self, outcomes: Sequence[Outcome]) -> list[bool]:
        pause = 0.5
        while True:
            try:
                self._store.record(outcomes)
            except SQLAlchemyError as error:
                self._troubled(error)
                if self._stopping.wait(pause):
                    return [False] * len(outcomes)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return [True] * len(outcomes)
