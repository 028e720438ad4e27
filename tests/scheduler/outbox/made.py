"""Reminders, outcomes and doubles that the outbox's tests share."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from notifiers.errors import DeliveryError
from notifiers.message import Message
from scheduler.outbox.values import Claimed, Outcome, State, Touch
from scheduler.planning.timing import message_of
from scheduler.planning.values import Reminder

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
LEASE = timedelta(minutes=1)
SECOND, MINUTE, HOUR, DAY = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days")
)


def reminder(
    occurrence: str = "t/m",
    stage: str = "on-the-day",
    recipient: str = "amina",
    channel: str = "email",
    at: datetime = START,
    due: date = date(2024, 4, 1),
    message: str | None = None,
) -> Reminder:
    """A reminder that is due at `at`."""
    return Reminder(
        occurrence=occurrence,
        due=due,
        stage=stage,
        recipient=recipient,
        channel=channel,
        asked=None,
        milestone=occurrence.partition("@")[0],
        at=at,
        day=at.date(),
        message=message or message_of(recipient, channel, at),
        nominal=at.date(),
        late=False,
        behalf=(),
    )


def crowd(count: int, at: datetime = START, channel: str = "email") -> list[Reminder]:
    """One message each for so many people."""
    return [reminder(f"t/m{n}", recipient=f"p{n}", at=at, channel=channel) for n in range(count)]


def keys(claimed: Sequence[Claimed]) -> list[str]:
    """The identities in some claims, sorted."""
    return sorted(one.key for message in claimed for one in message.reminders)


def sent(claimed: Claimed, now: datetime = START, ids: tuple[int, ...] | None = None) -> Outcome:
    """The server took it."""
    rows = claimed.ids if ids is None else ids
    return Outcome(claimed, State.SENT, "250 Ok", now, rows, touch=Touch(well=True))


def put_off(claimed: Claimed, now: datetime, until: datetime) -> Outcome:
    """To be tried again."""
    return Outcome(claimed, State.RETRYING, "450 later", now, claimed.ids, next_at=until)


def message(reminders: Sequence[Reminder], key: str, now: datetime) -> Message:
    """A message that names its reminders, one a line."""
    text = "\n".join(one.key for one in reminders)
    return Message(key=key, to=None, subject="s", lead="", text=text, date=now)


@dataclass
class Post:
    """A channel's far side: keeps what it takes; `answer` may raise what a notifier raises."""

    answer: Callable[[Message], str] = lambda _: "taken"
    taken: list[Message] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def connect(self, _: str) -> "Post":
        """One more connection."""
        with self._lock:
            self.opened += 1
        return self

    def send(self, message: Message) -> str:
        """Take a message, unless `answer` raises."""
        said = self.answer(message)
        with self._lock:
            self.taken.append(message)
        return said

    def check(self) -> str:
        """All is well."""
        return "well"

    def close(self) -> None:
        """One connection less."""
        with self._lock:
            self.closed += 1

    @property
    def keys(self) -> list[str]:
        """The identities of the reminders in all that was taken, sorted."""
        return sorted(line for one in self.taken for line in one.text.splitlines())


def refuse(permanent: bool = False, **details: object) -> Callable[[Message], str]:
    """An `answer` that refuses everything."""

    def answer(_: Message) -> str:
        raise DeliveryError("no", permanent=permanent, **details)  # type: ignore[arg-type]

    return answer
