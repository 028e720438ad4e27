"""Mailboxes for rehearsals and tests: in memory, and a Maildir on disk.

They hold exactly the bytes that `notifiers.email` would send, and read them back. Every copy that
is sent is kept: two with one `key` are a message that went out twice.
"""

import os
import re
import threading
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage, MIMEPart
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from notifiers.errors import DeliveryError
from notifiers.headers import AddressError, addr_spec
from notifiers.message import Address, Message
from notifiers.mime import Sender, compose
from notifiers.notifier import Clock
from notifiers.options import Problem

DEFAULT_SENDER = "Milestones <milestones@example.org>"
_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLDERS = ("tmp", "new", "cur")


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail read back.

    key: the message's identity as a token (`Message.identifier`). recipient: the address, or the
    room's name. date: aware, in the recipient's zone. number: 1, or 2 for a second copy, and so on.
    """

    key: str
    number: int
    recipient: str
    date: datetime
    subject: str
    text: str
    html: str | None
    content: bytes = field(repr=False)


def read_mail(content: bytes, number: int = 1) -> StoredMail:
    """Read the bytes of a mail that this product made."""
    mail = message_from_bytes(content, policy=policy.default)
    head = _head(content)
    html = mail.get_body(("html",))
    text = mail.get_body(("plain",))
    return StoredMail(
        key=str(head["Message-ID"]).strip("<>").rpartition("@")[0],
        number=number,
        recipient=_recipient(head),
        date=head["Date"].datetime,
        subject=str(head["Subject"]),
        text="" if text is None else _text(text),
        html=None if html is None else _text(html),
        content=content,
    )


def _head(content: bytes) -> EmailMessage:
    """The header, which holds UTF-8 (RFC 6532) where an address has letters beyond ASCII."""
    octets = _BLANK.split(content, maxsplit=1)[0]
    return message_from_string(octets.decode("utf-8", "replace"), policy=policy.default)


def _text(part: MIMEPart) -> str:
    content: str = part.get_content()
    return content.replace("\r\n", "\n").rstrip("\n")


def _recipient(mail: EmailMessage) -> str:
    to = mail["To"]
    return to.addresses[0].addr_spec if to.addresses else to.groups[0].display_name or ""


@dataclass(frozen=True, slots=True)
class MailboxOptions:
    """The keys of a channel of the kind `mailbox`: a Maildir on this machine's disk."""

    path: str = field(
        metadata={"doc": "The folder of the Maildir.", "example": '"mailbox"', "path": True}
    )
    from_: str = field(default=DEFAULT_SENDER, metadata={"doc": "Whom the mails come from."})
    room: str = field(
        default="", metadata={"doc": "The name a mail is addressed to that goes to no person."}
    )

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        found = [] if self.path.strip() else [("path", "takes the name of a folder")]
        try:
            addr_spec(Address.parse(self.from_).email)
        except AddressError:
            found.append(("from", "takes a mail address, as in name@example.org"))
        return found


class MemoryMailbox:
    """A mailbox in memory, which several threads may fill and read at once."""

    def __init__(self, sender: Sender | None = None) -> None:
        self._sender = sender or Sender(Address.parse(DEFAULT_SENDER))
        self._contents: list[tuple[str, int, bytes]] = []
        self._copies: dict[str, int] = {}
        self._lock = threading.Lock()

    def send(self, message: Message) -> str:
        """Keep the message."""
        return self.keep(message, self._sender)

    def room(self, name: str) -> "MemoryRoom":
        """A way into this mailbox on which what goes to no person is addressed to `name`."""
        return MemoryRoom(self, Sender(self._sender.address, room=name))

    def keep(self, message: Message, sender: Sender) -> str:
        """Keep the message as `sender` would have sent it."""
        content = compose(message, sender)
        with self._lock:
            number = self._copies.get(message.key, 0) + 1
            self._copies[message.key] = number
            self._contents.append((message.identifier, number, content))
        return f"kept as {message.identifier}.{number}"

    def check(self) -> str:
        """It is always there."""
        return "a mailbox in memory is ready"

    def close(self) -> None:
        """Nothing: what was kept stays."""

    def __len__(self) -> int:
        return len(self._contents)

    def messages(self, start: int = 0) -> list[StoredMail]:
        """What was sent, in the order of sending, from the one with the index `start` on."""
        with self._lock:
            found = self._contents[start:]
        return [read_mail(content, number) for _key, number, content in found]


class MemoryRoom:
    """A channel's way into a mailbox in memory; the contract of a notifier but its making."""

    def __init__(self, mailbox: MemoryMailbox, sender: Sender) -> None:
        self._mailbox = mailbox
        self._sender = sender

    def send(self, message: Message) -> str:
        """Keep the message in the mailbox."""
        return self._mailbox.keep(message, self._sender)

    def check(self) -> str:
        """It is always there."""
        return self._mailbox.check()

    def close(self) -> None:
        """Nothing: what was kept stays."""


class Mailbox:
    """A Maildir (new mails in `new/`) that any mail program opens.

    A mail is on disk when `send` returns: written to `tmp/`, synced, and given its name in one
    step. A name is made from the date, the key and the number of the copy.
    """

    Options: ClassVar[type[MailboxOptions]] = MailboxOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: MailboxOptions, now: Clock) -> None:
        self._folder = Path(options.path)
        self._sender = Sender(Address.parse(options.from_), room=options.room)
        self._now = now

    def send(self, message: Message) -> str:
        """Store the message."""
        content = compose(message, self._sender)
        try:
            self._make_folders()
            return f"stored as {self._store(message, content)}"
        except OSError as error:
            raise self._unusable(error) from None

    def check(self) -> str:
        """Make the folders where they are wanting, and see that they can be written to."""
        try:
            self._make_folders()
        except OSError as error:
            raise self._unusable(error) from None
        if not os.access(self._folder / "new", os.W_OK):
            raise self._unusable(PermissionError(13, "permission denied"))
        return f"{self._folder} is ready"

    def close(self) -> None:
        """Nothing is kept open."""

    def messages(self) -> list[StoredMail]:
        """What was stored, read or not, by date; copies of one message by their number."""
        paths = [
            path
            for folder in ("new", "cur")
            for path in (self._folder / folder).glob("*")
            if not path.name.startswith(".")
        ]
        paths.sort(key=lambda path: path.name)
        return [read_mail(path.read_bytes(), _copy_number(path.name)) for path in paths]

    def _make_folders(self) -> None:
        for name in _FOLDERS:
            (self._folder / name).mkdir(parents=True, exist_ok=True)

    def _store(self, message: Message, content: bytes) -> str:
        stem = _stem(message)
        draft = self._folder / "tmp" / f"{stem}.{os.getpid()}.{threading.get_ident()}"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            name = self._name(draft, stem)
        finally:
            draft.unlink()
        _sync_folder(self._folder / "new")
        return name

    def _name(self, draft: Path, stem: str) -> str:
        """Link the draft under the first free name; two processes never get the same."""
        number = 1
        while True:
            name = f"{stem}.{number}"
            try:
                os.link(draft, self._folder / "new" / name)
            except FileExistsError:
                number += 1
            else:
                return name

    def _unusable(self, error: OSError) -> DeliveryError:
        return DeliveryError(
            f"the mailbox {self._folder} cannot be written to ({error.strerror}): "
            "make room, or give the service's user the right to write there",
            permanent=False,
            scope="channel",
        )


def _stem(message: Message) -> str:
    digest = sha256(message.identifier.encode("ascii")).hexdigest()[:16]
    return f"{int(message.date.timestamp()):010d}.{digest}"


def _copy_number(name: str) -> int:
    return int(name.partition(":")[0].rpartition(".")[2])


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
