"""What a delivery needs of the rest of the program, and what the lanes of a process share."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from config.plan import Rate
from notifiers.message import Message
from notifiers.notifier import Sending
from scheduler.clock import Clock
from scheduler.outbox.claims import Quiet
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.ledger import Ledger
from scheduler.outbox.values import Outcome
from scheduler.planning.values import Reminder


class Step(StrEnum):
    """The steps of a delivery, in their order; told to `Crew.observe` as they are reached."""

    CLAIMED = "claimed"
    RENDERED = "rendered"
    CHECKED = "checked"
    ANSWERED = "answered"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Limits:
    """How a channel may be used: connections at once, and messages in a time."""

    connections: int = 4
    rate: Rate | None = None


def _nothing(*_: object) -> None:
    """What is told is not listened to, and what is asked has no answer."""


@dataclass(frozen=True, slots=True)
class Crew:
    """What a delivery needs of the rest of the program. All of it is called from many threads.

    connect: channel -> a notifier for one thread, which closes it.
    render: reminders of one message, its identity and the time -> the message; None where there
        is nothing to say.
    next_channel: recipient and channel -> the channel to try where that one failed, or None.
    limits: channel -> its limits.
    draw: a random number from 0 to 1.
    stopped: recipient and channel -> why nothing is sent there any more, or None.
    quiet: recipient and instant -> the end of the quiet hours that it lies in, or None.
    observe: told each step and the identity of the message.
    troubled: told of what went wrong outside a delivery, above all with the database.
    recorded: told what came of each message, once that is on the disk.
    abreast: asked after each claim; returns when all that was written before is known to whoever
        renders, or False: then what was claimed is given back.
    """

    connect: Callable[[str], Sending]
    render: Callable[[Sequence[Reminder], str, datetime], Message | None]
    next_channel: Callable[[str, str], str | None]
    limits: Callable[[str], Limits]
    draw: Callable[[], float]
    stopped: Callable[[str, str], str | None] = _nothing
    quiet: Quiet = _nothing
    observe: Callable[[Step, str], None] = _nothing
    troubled: Callable[[Exception], None] = _nothing
    recorded: Callable[[Outcome], None] = _nothing
    abreast: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True)
class Means:
    """What all lanes of a process share."""

    store: DeliveryStore
    ledger: Ledger
    clock: Clock
    crew: Crew
    worker: str
    lease: timedelta
    stopping: threading.Event
    may_take_over: Callable[[], bool]
