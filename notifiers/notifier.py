"""PURE. What a channel kind is: the code that sends a message one way.

A kind is a class with three things of its own: `Options`, `needs_recipient`, and the methods
below. A new one is one file and one line in `notifiers.registry`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Protocol

from notifiers.message import Message

Clock = Callable[[], datetime]
"""The present time, aware; the rehearsal has one of its own."""


class Sending(Protocol):
    """A way out for messages, with its connection.

    One object is used by one thread at a time and keeps its connection between messages.
    """

    def send(self, message: Message) -> str:
        """Send one message; returns what the server answered, in one line without a secret.

        Raises DeliveryError and nothing else.
        """
        ...

    def check(self) -> str:
        """Connect and log in as far as can be done without sending; says what was found.

        Raises DeliveryError where it fails.
        """
        ...

    def close(self) -> None:
        """Let the connection go; the object can be used again. Never raises."""
        ...


class Notifier(Sending, Protocol):
    """The kind of a channel: a way out that is made from the plan.

    It is made with the kind's `Options` and a clock, reads secrets only when it uses them, and
    opens nothing before the first message.
    """

    Options: ClassVar[Any]
    """The frozen dataclass of the kind's TOML keys (see `notifiers.options`)."""
    needs_recipient: ClassVar[bool]
    """True where a message must be to a person; False where the channel may itself be a room."""

    def __init__(self, options: Any, now: Clock) -> None: ...
