"""One thread's connection to a channel, and what it does with a message."""

from collections.abc import Sequence
from dataclasses import replace

from notifiers.errors import DeliveryError
from notifiers.message import Message
from notifiers.notifier import Sending
from scheduler.outbox.crew import Means, Step
from scheduler.outbox.values import Claimed, Outcome
from scheduler.outbox.verdict import accepted, failed, nothing_to_say, refused
from scheduler.planning.values import Reminder


class Sender:
    """Prepares, sends, and says what came of it. For one thread."""

    def __init__(self, means: Means, channel: str) -> None:
        self._means = means
        self._channel = channel
        self._notifier: Sending | None = None

    def close(self) -> None:
        """Let the connection go."""
        if self._notifier is not None:
            self._notifier.close()

    def deliver(self, claimed: Claimed) -> Outcome | None:
        """Send a message; None where nothing of it is wanted any more."""
        means = self._means
        stopped = means.crew.stopped(claimed.recipient, claimed.channel)
        if stopped is not None:
            return self._given_up(claimed, stopped)
        try:
            ids, message = self._prepared(claimed)
        except DeliveryError as error:
            return self._refused(claimed, claimed.ids, error)
        if not ids:
            means.store.release([claimed], means.clock.now())
            return None
        if message is None:
            return nothing_to_say(claimed, ids, means.clock.now())
        means.crew.observe(Step.CHECKED, claimed.delivery)
        try:
            answer = self._open().send(message)
        except DeliveryError as error:
            return self._refused(claimed, ids, error)
        except Exception as error:  # noqa: BLE001  else it would be sent for ever
            reason = f"the notifier broke down: {type(error).__name__}"
            return self._refused(claimed, ids, DeliveryError(reason, permanent=False))
        means.crew.observe(Step.ANSWERED, claimed.delivery)
        return accepted(claimed, ids, answer, means.clock.now())

    def _prepared(self, claimed: Claimed) -> tuple[tuple[int, ...], Message | None]:
        """The message without what was withdrawn until now, and the rows that are in it."""
        means, ids = self._means, claimed.ids
        planned = dict(zip(claimed.ids, claimed.reminders, strict=True))
        while ids:
            message = self._rendered([planned[one] for one in ids], claimed)
            means.crew.observe(Step.RENDERED, claimed.delivery)
            wanted = means.ledger.still_wanted(claimed, means.clock.now())
            kept = tuple(one for one in ids if one in wanted)
            if kept == ids:
                return ids, message
            ids = kept
        return (), None

    def _rendered(self, reminders: Sequence[Reminder], claimed: Claimed) -> Message | None:
        means = self._means
        try:
            message = means.crew.render(reminders, claimed.delivery, means.clock.now())
        except Exception as error:  # one message that cannot be made must not stop the others
            reason = f"the message could not be made: {type(error).__name__}: {error}"
            raise DeliveryError(reason, permanent=True, scope="recipient") from error
        if message is None or message.key == claimed.delivery:
            return message
        return replace(message, key=claimed.delivery)

    def _open(self) -> Sending:
        if self._notifier is None:
            try:
                self._notifier = self._means.crew.connect(self._channel)
            except DeliveryError:
                raise
            except Exception as error:  # a channel that cannot be opened is like one that is down
                reason = f"the channel cannot be opened: {type(error).__name__}"
                raise DeliveryError(reason, permanent=False, scope="channel") from error
        return self._notifier

    def _given_up(self, claimed: Claimed, why: str) -> Outcome:
        """Not even tried: on to the next channel. Coordinators heard when it was stopped."""
        means = self._means
        instead = means.crew.next_channel(claimed.recipient, claimed.channel)
        outcome = failed(claimed, claimed.ids, why, means.clock.now(), instead=instead)
        return replace(outcome, notice="")

    def _refused(self, claimed: Claimed, ids: tuple[int, ...], error: DeliveryError) -> Outcome:
        means = self._means
        instead = means.crew.next_channel(claimed.recipient, claimed.channel)
        now, draw = means.clock.now(), means.crew.draw()
        return refused(claimed, ids, error, now, draw, instead=instead)
