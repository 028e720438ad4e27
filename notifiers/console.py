"""Messages as text on the standard output or error: to try a plan, or for a log."""

import re
import sys
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TextIO

from notifiers.errors import DeliveryError
from notifiers.headers import one_line
from notifiers.message import Message
from notifiers.notifier import Clock
from notifiers.options import Problem

RULE = "─" * 72
_TERMINAL_CODES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """The keys of a channel of the kind `console`."""

    stream: Literal["stdout", "stderr"] = field(
        default="stdout", metadata={"doc": "Where to write: the standard output or error."}
    )

    def problems(self) -> list[Problem]:
        """Nothing can be wrong."""
        return []


class Console:
    """Writes messages to a stream of text."""

    Options: ClassVar[type[ConsoleOptions]] = ConsoleOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: ConsoleOptions, now: Clock, stream: TextIO | None = None) -> None:
        """`stream` takes the place of the standard ones."""
        self._options = options
        self._now = now
        self._given = stream

    def send(self, message: Message) -> str:
        """Write the message, and flush."""
        stream = self._stream()
        try:
            stream.write(_writable(readable(message), stream))
            stream.flush()
        except (OSError, ValueError):
            raise DeliveryError(
                f"{self._options.stream} cannot be written to: it was closed",
                permanent=False,
                scope="channel",
            ) from None
        return "written"

    def check(self) -> str:
        """Say whether somebody may be reading."""
        stream = self._stream()
        if stream.closed or not stream.writable():
            raise DeliveryError(
                f"{self._options.stream} is closed", permanent=False, scope="channel"
            )
        return f"{self._options.stream} is open"

    def close(self) -> None:
        """Nothing: the stream belongs to the process."""

    def _stream(self) -> TextIO:
        if self._given is not None:
            return self._given
        return sys.stdout if self._options.stream == "stdout" else sys.stderr


def readable(message: Message) -> str:
    """The message for the eye: no code in it reaches a terminal."""
    head = {
        "Date": message.date.strftime("%Y-%m-%d %H:%M %z"),
        "To": "the room" if message.to is None else str(message.to),
        "Subject": message.subject,
    }
    lines = [f"{name + ':':9}{one_line(value)}" for name, value in head.items()]
    lines += ["", message.text.strip()]
    if message.buttons:
        lines += ["", *(f"[{one_line(button.label)}] {button.url}" for button in message.buttons)]
    text = re.sub(r"\r\n?", "\n", "\n".join(lines))
    return f"{RULE}\n{_TERMINAL_CODES.sub('', text)}\n\n"


def _writable(text: str, stream: TextIO) -> str:
    """What the stream's encoding can hold; the rest becomes question marks."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
