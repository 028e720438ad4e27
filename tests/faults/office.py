"""A whole delivery with real parts: the store, the dispatcher, and mail by SMTP."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from notifiers.email import Email
from notifiers.message import Address, Message
from scheduler.clock import Clock
from scheduler.outbox.crew import Crew, Limits, Step
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.dispatch import LEASE, Dispatcher
from scheduler.planning.timing import message_of
from scheduler.planning.values import Reminder

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
GENERATION = timedelta(minutes=2)
"""Longer than a lease: what one life held, the next may take over."""


def planned(messages: int, each: int = 2) -> list[Reminder]:
    """So many messages of `each` reminders, all due at the start."""
    return [_reminder(person, number) for person in range(messages) for number in range(each)]


def _reminder(person: int, number: int) -> Reminder:
    recipient, occurrence = f"p{person}", f"t/m{person}-{number}"
    return Reminder(
        occurrence=occurrence,
        due=date(2024, 4, 1),
        stage="before:30 days",
        recipient=recipient,
        channel="email",
        asked=None,
        milestone=occurrence,
        at=START,
        day=START.date(),
        message=message_of(recipient, "email", START),
        nominal=START.date(),
        late=False,
        behalf=(),
    )


def render(reminders: Sequence[Reminder], key: str, now: datetime) -> Message:
    """A mail that names its reminders, one a line."""
    return Message(
        key=key,
        to=Address(f"{reminders[0].recipient}@example.org"),
        subject="Reminder",
        lead="",
        text="\n".join(f"[{one.key}]" for one in reminders),
        date=now,
    )


def mail(port: int, clock: Clock, patience: float = 30.0) -> Email:
    """A connection to a mail server on this machine that waits `patience` seconds for answers."""
    options = Email.Options(
        host="127.0.0.1",
        port=port,
        from_="tracker@example.org",
        security="none",
        command_timeout=patience,
        data_timeout=patience,
    )
    return Email(options, clock.now)


def dispatcher(
    database: Database,
    clock: Clock,
    connect: Callable[[str], Email],
    worker: str,
    connections: int = 1,
    observe: Callable[[Step, str], None] = lambda *_: None,
    lease: timedelta = LEASE,
    may_take_over: Callable[[], bool] = lambda: True,
) -> Dispatcher:
    """Ready to send all mail of a database."""
    crew = Crew(
        connect=connect,
        render=render,
        next_channel=lambda *_: None,
        limits=lambda _: Limits(connections=connections),
        draw=lambda: 0.5,
        observe=observe,
    )
    store = DeliveryStore(database)
    return Dispatcher(store, clock, crew, worker, lease=lease, may_take_over=may_take_over)
