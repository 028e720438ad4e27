"""The mailbox of answers, read by IMAP (RFC 3501): what has come since it was last looked at.

Nothing in it is changed, not even what counts as read. How far it was read is known by the
folder's UIDVALIDITY and the UIDs, which a server never gives to another mail. A mail itself is
known by its Message-ID, so that a second copy is the same mail, and a folder that was made anew has
none that are new; without one by its UID.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from config.plan import Replies
from notifiers.errors import DeliveryError
from notifiers.secret import redact
from scheduler.answering import MOST_OCTETS
from scheduler.incoming.received import message_id

SECONDS = 30.0
"""So long each answer of the server is waited for."""
MOST_MAILS = 200
"""The most mails that are read at once; the others are read the next time."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER = re.compile(rb"\d{1,10}")
T = TypeVar("T")
_TROUBLES = (imaplib.IMAP4.error, OSError, ValueError, IndexError, TypeError)


class MailboxError(Exception):
    """The mailbox cannot be read; the text says why and what to do, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder was read: up to the mail `uid` of `validity`; 0 before the first."""

    validity: int = 0
    uid: int = 0


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, or the beginning of one that is too long. identity: the same for a second copy."""

    identity: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What is new, and how far the folder is read now."""

    mails: tuple[Mail, ...]
    place: Place


def fetch(replies: Replies, place: Place, since: date) -> Found:
    """The mails that came after `place`; of a folder that was never read those since a day.

    Raises `MailboxError`.
    """
    return _asked(replies, lambda client: _new(client, replies, place, since))


def check(replies: Replies) -> str:
    """Log in and look at the folder, without reading a mail; what is there, in words.

    Raises `MailboxError`.
    """

    def look(client: imaplib.IMAP4) -> str:
        found = _NUMBER.search(_text(_selected(client, replies.folder)))
        _validity(client)
        count = int(found[0]) if found else 0
        mails = "1 mail" if count == 1 else f"{count} mails"
        return f"{replies.host}:{replies.port} opened {replies.folder}, with {mails}"

    return _asked(replies, look)


def _asked(replies: Replies, work: Callable[[imaplib.IMAP4], T]) -> T:
    """Do something in the mailbox; whatever goes wrong is a `MailboxError`."""
    try:
        password = replies.password.reveal()
    except DeliveryError as error:
        raise MailboxError(error.message) from None
    try:
        with _connected(replies, password) as client:
            return work(client)
    except _TROUBLES as error:
        said = redact(_words(error), (password,))
        raise MailboxError(f"{replies.host}:{replies.port}: {said}") from None


def _words(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    return text.strip() or type(error).__name__


@contextmanager
def _connected(replies: Replies, password: str) -> Iterator[imaplib.IMAP4]:
    client = _opened(replies)
    try:
        _log_in(client, replies.username, password)
        yield client
    finally:
        with suppress(*_TROUBLES):
            client.logout()


def _opened(replies: Replies) -> imaplib.IMAP4:
    if replies.security == "none":
        return imaplib.IMAP4(replies.host, replies.port, timeout=SECONDS)
    context = ssl.create_default_context(cafile=replies.certificates)
    if replies.security == "tls":
        return imaplib.IMAP4_SSL(replies.host, replies.port, ssl_context=context, timeout=SECONDS)
    client = imaplib.IMAP4(replies.host, replies.port, timeout=SECONDS)
    try:
        client.starttls(context)
    except BaseException:
        client.shutdown()
        raise
    return client


def _log_in(client: imaplib.IMAP4, username: str, password: str) -> None:
    """By AUTHENTICATE PLAIN (RFC 4616), which takes any text, where the server offers it."""
    if "AUTH=PLAIN" in client.capabilities:
        client.authenticate("PLAIN", lambda _: f"\0{username}\0{password}".encode())
    else:
        client.login(_quoted(username), _plain(password))


def _plain(text: str) -> str:
    if _CONTROL.search(text) or not text.isascii():
        raise ValueError("the server takes names and passwords in plain ASCII only")
    return text


def _quoted(text: str) -> str:
    escaped = _plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _new(client: imaplib.IMAP4, replies: Replies, place: Place, since: date) -> Found:
    _selected(client, replies.folder)
    validity = _validity(client)
    last = place.uid if place.validity == validity else 0
    uids = _uids(client, last, since)
    mails = tuple(
        Mail(
            f"{replies.host}/{replies.folder}/{message_id(content) or f'{validity}/{uid}'}", content
        )
        for uid in uids
        if (content := _content(client, uid)) is not None
    )
    return Found(mails, Place(validity, uids[-1] if uids else last))


def _uids(client: imaplib.IMAP4, last: int, since: date) -> list[int]:
    """The oldest of the new ones; a range ends in the newest mail even where that is older."""
    day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
    asked = ("UID", f"{last + 1}:*") if last else ("SINCE", day)
    answer = _checked(client.uid("SEARCH", *asked))
    found = {int(one) for line in answer if isinstance(line, bytes)
             for one in _NUMBER.findall(line)}  # fmt: skip
    return sorted(uid for uid in found if uid > last)[:MOST_MAILS]


def _content(client: imaplib.IMAP4, uid: int) -> bytes | None:
    """The octets of a mail, no more than one too many; None where it has gone meanwhile."""
    answer = _checked(client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_OCTETS + 1}>)"))
    return next((part[1] for part in answer if isinstance(part, tuple) and len(part) > 1), None)


def _selected(client: imaplib.IMAP4, folder: str) -> Sequence[object]:
    """Open a folder to read it only; what the server says: how many mails there are."""
    return _checked(client.select(_quoted(folder), readonly=True))


def _checked(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, data = answer
    if status != "OK":
        first = data[0] if data else b""
        raise ValueError(first.decode("utf-8", "replace") if isinstance(first, bytes) else status)
    return data


def _validity(client: imaplib.IMAP4) -> int:
    found = _NUMBER.search(_text(client.response("UIDVALIDITY")[1]))
    if found is None:
        raise ValueError("the server does not say the UIDVALIDITY of the folder")
    return int(found[0])


def _text(data: Sequence[object]) -> bytes:
    """The first of what a server says, where it is text."""
    first = data[0] if data else None
    return first if isinstance(first, bytes) else b""
