"""The way of one channel's messages: a few threads, each with a connection of its own.

A lane works until nothing is due on its channel. It never waits for another lane, so that a slow
or dead channel holds up no other. Its threads share what a claim brought; as many run as there is
work for, at the most as many as the channel has connections.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from scheduler.outbox.crew import Limits, Means, Step
from scheduler.outbox.pace import Pace
from scheduler.outbox.sender import Sender
from scheduler.outbox.values import Claimed, Outcome, State
from scheduler.outbox.verdict import failed

BATCH = 64
"""The most messages one claim brings."""
PATIENCE = timedelta(seconds=5)
"""A lane waits so long for its rate; for longer the channel is held and the lane ends."""


class Lane:
    """One channel at work. `ended` is called once, when its last thread is done."""

    def __init__(
        self, means: Means, channel: str, pace: Pace, limits: Limits, ended: Callable[[], None]
    ) -> None:
        self.channel = channel
        self.sent = 0
        self.recorded = 0
        self._means = means
        self._pace = pace
        self._limits = limits
        self._ended = ended
        self._queue: deque[Claimed] = deque()
        self._in_hand: set[str] = set()
        self._turn = threading.Lock()  # held while the next message is looked for
        self._lock = threading.Lock()  # held to change the fields, never for long
        self._threads = 0

    def start(self) -> None:
        """Begin with one thread; it calls for others when there is work for them."""
        self._hire()

    def in_hand(self) -> list[str]:
        """The deliveries that are claimed and not done with."""
        with self._lock:
            return list(self._in_hand)

    def _hire(self) -> None:
        with self._lock:
            self._threads += 1
            name = f"{self.channel}-{self._threads}"
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        sender = Sender(self._means, self.channel)
        try:
            while (claimed := self._take()) is not None:
                self._send(sender, claimed)
        except Exception as error:  # noqa: BLE001  the end of this thread, not of the others
            self._means.crew.troubled(error)
        finally:
            self._means.ledger.leave()
            sender.close()
            self._leave()

    def _send(self, sender: Sender, claimed: Claimed) -> None:
        """Deliver and record; whatever happens, the claim is renewed no more."""
        try:
            outcome = sender.deliver(claimed)
            if outcome is not None:
                self._record(outcome)
        finally:
            self._drop([claimed])

    def _record(self, outcome: Outcome) -> None:
        if not self._means.ledger.record(outcome):
            return
        self._means.crew.observe(Step.RECORDED, outcome.claimed.delivery)
        self._means.crew.recorded(outcome)
        with self._lock:
            self.recorded += 1
            self.sent += outcome.state is State.SENT
        if outcome.touch is not None and not outcome.touch.well:
            self._look_at_channel()

    def _drop(self, done: Sequence[Claimed]) -> None:
        with self._lock:
            self._in_hand.difference_update(one.delivery for one in done)

    def _look_at_channel(self) -> None:
        """After a fault: what is claimed and not begun is given back where the channel pauses."""
        state = self._means.store.channel_state(self.channel)
        if state.probe_at is not None and state.probe_at > self._means.clock.now():
            self._give_back()

    def _take(self) -> Claimed | None:
        """The next message, at its time; None when nothing is due or the lane is to stop."""
        with self._turn:
            if not self._queue:
                self._claim()
            if not self._queue or not self._wait_for_turn():
                return None
            with self._lock:
                claimed = self._queue.popleft() if self._queue else None
                hire = bool(self._queue) and self._threads < self._limits.connections
            if hire:
                self._hire()
            return claimed

    def _claim(self) -> None:
        means = self._means
        if means.stopping.is_set():
            return
        now, most = means.clock.now(), self._pace.portion(BATCH)
        self._give_up(now)
        found = means.store.claim(
            self.channel,
            now,
            means.worker,
            means.lease,
            most,
            take_over=means.may_take_over,
            quiet=means.crew.quiet,
        )
        with self._lock:
            # One that is in hand has come back where the clock was set forward beyond its lease.
            found = [one for one in found if one.delivery not in self._in_hand]
        for one in found:
            means.crew.observe(Step.CLAIMED, one.delivery)
        with self._lock:
            self._queue.extend(found)
            self._in_hand.update(one.delivery for one in found)
        if found and not means.crew.abreast():
            self._give_back()

    def _give_up(self, now: datetime) -> None:
        """Fail what a channel that has been paused for a day has held up for a day."""
        means, paused = self._means, "the channel has been paused for a day"
        while not means.stopping.is_set():
            hopeless = means.store.claim_hopeless(
                self.channel, now, means.worker, means.lease, BATCH, take_over=means.may_take_over
            )
            for one in hopeless:
                instead = means.crew.next_channel(one.recipient, one.channel)
                means.ledger.record(failed(one, one.ids, paused, now, instead=instead))
            if not hopeless:
                return

    def _wait_for_turn(self) -> bool:
        """Keep to the channel's rate; whether the next message may go."""
        means = self._means
        while not means.stopping.is_set():
            now = means.clock.now()
            slot = self._pace.take(now)
            if slot <= now:
                return True
            if slot - now > PATIENCE:
                means.store.hold(self.channel, slot)
                return False
            means.clock.wait(slot, means.stopping, PATIENCE.total_seconds())
        return False

    def _leave(self) -> None:
        with self._lock:
            self._threads -= 1
            last = self._threads == 0
        if last:
            self._give_back()
            self._ended()

    def _give_back(self) -> None:
        with self._lock:
            rest = list(self._queue)
            self._queue.clear()
        try:
            self._means.store.release(rest, self._means.clock.now())
        except SQLAlchemyError as error:
            self._means.crew.troubled(error)
        self._drop(rest)
