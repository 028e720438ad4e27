"""A mail server that takes in whatever comes and keeps it."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail as it came in."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def parsed(self) -> EmailMessage:
        """The mail as the standard library reads it."""
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class SmtpServer:
    """Where the server listens, and what it has taken in so far."""

    host: str
    port: int
    taken: list[Taken] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail; aiosmtpd calls this by its name."""
        content = envelope.original_content or b""
        self.taken.append(Taken(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return f"250 2.0.0 Ok: queued as {len(self.taken)}"


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """A recording mail server on a free port of this machine, without TLS and without login."""
    recorder = SmtpServer("127.0.0.1", 0)
    with listening(recorder):
        yield recorder


@contextmanager
def listening(recorder: SmtpServer) -> Iterator[None]:
    """Let a server listen on a free port, which it is told."""
    controller = started(recorder, recorder.host)
    recorder.port = controller.port
    try:
        yield
    finally:
        controller.stop()


def started(recorder: object, host: str, **options: Any) -> Controller:
    """A server that listens on a free port; where another program takes that in the meantime, on
    another."""
    while True:
        with socket.create_server((host, 0)) as free:
            port: int = free.getsockname()[1]
        controller = Controller(recorder, host, port, **options)
        try:
            controller.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            controller.loop.close()
        else:
            return controller
