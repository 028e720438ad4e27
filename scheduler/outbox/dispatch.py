"""Sending what is due: a lane for each channel that has something, and the claims kept alive.

What is not done here: deciding what is due, and when to look; the service asks `next_due` and
calls `start_due`.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from scheduler.clock import Clock
from scheduler.outbox.crew import Crew, Means
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.lane import Lane
from scheduler.outbox.ledger import Ledger
from scheduler.outbox.pace import Pace

LEASE = timedelta(seconds=45)
"""How long a claim lasts. It is renewed while its worker lives, so that a node that dies is
taken over within a minute, and a server that takes ten minutes to answer is waited for."""
GRACE = 15.0
"""Seconds for which a node must have been in contact with the database before it takes over what
others have claimed: when the database was away, it was away for the one who claimed too."""
_RENEW_AGAIN = 2.0
"""Seconds until claims that could not be renewed are tried again."""


class Dispatcher:
    """Delivers for one process. `worker` is a name that no other process ever has.

    `wake` is set whenever a lane ends, for whoever sleeps until `next_due`. `may_take_over` says
    whether a claim whose lease has run out may be taken over now.
    """

    def __init__(
        self,
        store: DeliveryStore,
        clock: Clock,
        crew: Crew,
        worker: str,
        *,
        lease: timedelta = LEASE,
        wake: threading.Event | None = None,
        may_take_over: Callable[[], bool] = lambda: True,
    ) -> None:
        self.wake = wake or threading.Event()
        stopping = threading.Event()
        ledger = Ledger(store, stopping, crew.troubled)
        self._means = Means(store, ledger, clock, crew, worker, lease, stopping, may_take_over)
        self._lanes: dict[str, Lane] = {}
        self._changed = threading.Condition()
        self._keeper: threading.Thread | None = None
        self._sent = self._recorded = 0

    def start_due(self) -> int:
        """Open a lane for each channel that has something due and none yet; returns how many.

        Returns at once. What comes due on a channel at work is seen by its lane.
        """
        means, now = self._means, self._means.clock.now()
        if means.stopping.is_set():
            return 0
        due = [name for name, at in means.store.due_by_channel().items() if at <= now]
        with self._changed:
            opened = [self._lane(name) for name in due if name not in self._lanes]
            self._lanes |= {lane.channel: lane for lane in opened}
            if opened and self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="leases", daemon=True)
                self._keeper.start()
        for lane in opened:
            lane.start()
        return len(opened)

    def run_due(self) -> int:
        """Send all that is due, also what comes due meanwhile; returns how many messages."""
        sent, recorded = self._sent, -1
        while recorded != self._recorded and (self.start_due() or self.busy):
            recorded = self._recorded
            self.wait_idle()
        return self._sent - sent

    @property
    def busy(self) -> bool:
        """Whether a lane is open."""
        with self._changed:
            return bool(self._lanes)

    def wait_idle(self, most_seconds: float | None = None) -> bool:
        """Wait until no lane is open, at the most so many seconds; whether none is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._lanes, most_seconds)

    def next_due(self) -> datetime | None:
        """When something comes due on a channel that is not at work; None for never."""
        with self._changed:
            at_work = set(self._lanes)
        return self._means.store.next_due(at_work)

    def stop(self, most_seconds: float = 30.0) -> bool:
        """Finish what is being sent, give the rest back; whether that was done in time.

        A message whose server has not answered by then is left; it is sent again, with the same
        identity, when its lease has run out.
        """
        self._means.stopping.set()
        return self.wait_idle(most_seconds)

    def _lane(self, channel: str) -> Lane:
        limits = self._means.crew.limits(channel)
        pace = Pace(self._means.store.database, channel, limits.rate)
        return Lane(self._means, channel, pace, limits, lambda: self._close(channel))

    def _close(self, channel: str) -> None:
        with self._changed:
            lane = self._lanes.pop(channel)
            self._sent += lane.sent
            self._recorded += lane.recorded
            self._changed.notify_all()
        self.wake.set()

    def _keep(self) -> None:
        """Renew the claims while there is work; ends with the last lane."""
        means = self._means
        pause = third = means.lease.total_seconds() / 3
        while True:
            with self._changed:
                if self._changed.wait_for(lambda: not self._lanes, pause):
                    self._keeper = None
                    return
                lanes = list(self._lanes.values())
            in_hand = [one for lane in lanes for one in lane.in_hand()]
            try:
                means.store.renew(in_hand, means.worker, means.clock.now() + means.lease)
                pause = third
            except SQLAlchemyError as error:
                means.crew.troubled(error)
                pause = min(third, _RENEW_AGAIN)
