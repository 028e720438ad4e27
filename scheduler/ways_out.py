"""Which way a message leaves: the channels of the plan in force, or a rehearsal's mailbox."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from config.plan import Plan
from notifiers.errors import DeliveryError
from notifiers.mailbox import MemoryMailbox
from notifiers.message import Message
from notifiers.notifier import Clock, Sending
from notifiers.registry import make_notifier
from scheduler.channels import connections
from scheduler.incoming.addressing import mailed_to, one_form
from scheduler.incoming.values import Mark
from scheduler.outbox.crew import Crew, Limits
from scheduler.outbox.values import Outcome
from scheduler.planning.recipients import rooms_of
from scheduler.planning.timing import held
from scheduler.planning.values import Reminder


class WaysOut:
    """What the dispatcher asks of the plan. `mailbox` takes all messages of a rehearsal.

    marked: the addresses to which no mail is sent any more, in one form.
    """

    def __init__(
        self,
        plan: Callable[[], Plan],
        now: Clock,
        mailbox: MemoryMailbox | None = None,
        marked: Callable[[], Mapping[str, Mark]] = dict,
    ) -> None:
        self._plan, self._now, self._mailbox, self._marked = plan, now, mailbox, marked

    def crew(
        self,
        render: Callable[[Sequence[Reminder], str, datetime], Message | None],
        draw: Callable[[], float],
        troubled: Callable[[Exception], None],
        recorded: Callable[[Outcome], None],
    ) -> Crew:
        """What deliveries need, these ways among it; see `Crew` for the rest."""
        return Crew(
            connect=self.connect,
            render=render,
            next_channel=self.next_channel,
            limits=self.limits,
            draw=draw,
            stopped=self.stopped,
            quiet=self.quiet,
            troubled=troubled,
            recorded=recorded,
        )

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

    def stopped(self, recipient: str, channel: str) -> str | None:
        """Why nothing is sent to a recipient by a channel: mail to that address came back."""
        marked = self._marked()
        address = mailed_to(self._plan(), recipient, channel) if marked else None
        mark = marked.get(one_form(address)) if address else None
        return mark.because if mark else None

    def quiet(self, recipient: str, now: datetime) -> datetime | None:
        """The end of the quiet hours that a person has at an instant; a room has none."""
        person = self._plan().people.get(recipient)
        end = held(now, person.quiet, person.timezone) if person else now
        return end if end > now else None

    def limits(self, channel: str) -> Limits:
        """How many connections a channel may have at once, and how fast it may go."""
        found = self._plan().channels.get(channel)
        return Limits(connections(found), found.rate if found else None)
