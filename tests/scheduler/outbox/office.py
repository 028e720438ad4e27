"""A dispatcher with a post for each channel, for the tests of delivery."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifiers.message import Message
from scheduler.clock import ManualClock
from scheduler.outbox.claims import Quiet
from scheduler.outbox.crew import Crew, Limits, Step
from scheduler.outbox.dispatch import Dispatcher
from scheduler.planning.values import Reminder
from tests.scheduler.outbox.conftest import Stores
from tests.scheduler.outbox.made import (
    LEASE,
    START,
    Post,
    message,
)


@dataclass
class Office:
    """A dispatcher with a post for each channel and a clock set by hand."""

    stores: Stores
    clock: ManualClock = field(default_factory=lambda: ManualClock(START, jumps=True))
    posts: dict[str, Post] = field(default_factory=lambda: {"email": Post(), "slack": Post()})
    next_channel: dict[str, str] = field(default_factory=dict)
    limits: dict[str, Limits] = field(default_factory=dict)
    steps: Counter[Step] = field(default_factory=Counter)
    troubles: list[Exception] = field(default_factory=list)
    render: Callable[[Sequence[Reminder], str, datetime], Message | None] = message
    observed: Callable[[Step], None] = lambda _: None
    quiet: Quiet = lambda _recipient, _now: None

    def observe(self, step: Step, _: str) -> None:
        """Count a step."""
        self.steps[step] += 1
        self.observed(step)

    def dispatcher(
        self,
        worker: str = "w",
        lease: timedelta = LEASE,
        may_take_over: Callable[[], bool] = lambda: True,
    ) -> Dispatcher:
        """Ready to send."""
        crew = Crew(
            connect=lambda channel: self.posts[channel].connect(channel),
            render=self.render,
            next_channel=lambda _, channel: self.next_channel.get(channel),
            limits=lambda channel: self.limits.get(channel, Limits()),
            draw=lambda: 0.5,
            quiet=self.quiet,
            observe=self.observe,
            troubled=self.troubles.append,
        )
        return Dispatcher(
            self.stores.delivery,
            self.clock,
            crew,
            worker,
            lease=lease,
            may_take_over=may_take_over,
        )

    def counts(self) -> dict[str, int]:
        """Reminders by state."""
        return self.stores.history.counts()
