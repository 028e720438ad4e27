"""Which way a message leaves: the channels of the plan in force, or a rehearsal's mailbox."""

from collections.abc import Callable

from config.plan import Plan
from notifiers.errors import DeliveryError
from notifiers.mailbox import MemoryMailbox
from notifiers.notifier import Clock, Sending
from notifiers.registry import make_notifier
from scheduler.outbox.crew import Limits
from scheduler.planning.recipients import rooms_of

CONNECTIONS, MAIL_CONNECTIONS = 4, 8
"""How many connections a channel has at once, by default."""


class WaysOut:
    """What the dispatcher asks of the plan. `mailbox` takes all messages of a rehearsal."""

    def __init__(
        self, plan: Callable[[], Plan], now: Clock, mailbox: MemoryMailbox | None = None
    ) -> None:
        self._plan, self._now, self._mailbox = plan, now, mailbox

    def connect(self, channel: str) -> Sending:
        """A way out through a channel of the plan; in a rehearsal it leads into the mailbox."""
        if self._mailbox is not None:
            return self._mailbox.room(channel)
        found = self._plan().channels.get(channel)
        if found is None or found.options is None:
            raise DeliveryError(
                f'the channel "{channel}" is not set up in the plan: see `milestones check`',
                permanent=True,
                scope="channel",
            )
        return make_notifier(found.kind, found.options, self._now)

    def next_channel(self, recipient: str, channel: str) -> str | None:
        """The channel that a recipient has after this one."""
        person = self._plan().people.get(recipient)
        if person is not None:
            channels = person.channels
        else:
            channels = tuple(room for _, room in rooms_of(self._plan(), (recipient,)))
        after = channels.index(channel) + 1 if channel in channels else 0
        return channels[after] if after < len(channels) and channels[after] != channel else None

    def limits(self, channel: str) -> Limits:
        """How many connections a channel may have at once, and how fast it may go."""
        found = self._plan().channels.get(channel)
        connections = MAIL_CONNECTIONS if found and found.kind == "email" else CONNECTIONS
        return Limits(connections, found.rate if found else None)
