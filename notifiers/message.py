"""PURE. The message a notifier sends: a value that says everything and knows no service.

`scheduler/` makes it; nothing in here knows of milestones or reminders.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Literal

Urgency = Literal["info", "soon", "today", "late"]

LONGEST_URL = 900
"""The longest address in characters: a header line holds 998 octets (RFC 5322 2.1.1)."""

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_/+=-]{1,120}", re.ASCII)
_WEB_ADDRESS = re.compile(r"https?://[!-;=?-~]+", re.ASCII)


def identifier(key: str) -> str:
    """A key as a token that is safe in a Message-ID, in a header and in a signature.

    Letters, digits and `_/+=-` stay as they are; any other key becomes its SHA-256, so that
    two keys never get the same token. It holds no full stop, because Standard Webhooks joins
    the parts of what is signed with it.
    """
    if _PLAIN_KEY.fullmatch(key):
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody who can be written to; `name` may be empty, and may hold any Unicode text."""

    email: str
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `Name <address>` or a bare address; what it cannot read comes back empty."""
        name, email = parseaddr(text)
        return cls(email, name)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Button:
    """Something the reader can open; `url` is an ASCII http or https address."""

    label: str
    url: str

    def __post_init__(self) -> None:
        _require_web_address(self.url, "the URL of a button")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a mail; `content_type` may carry parameters ("text/calendar;
    method=REQUEST"). Chat forms leave it out."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar that a mail program offers to answer (iMIP, RFC 6047).

    method: "REQUEST" or "CANCEL", as in `content`, which is iCalendar in UTF-8 with CRLF.
    """

    method: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one person or one room. Raises ValueError where it contradicts itself.

    key: the identity. A second copy of the same thing has the same key; it becomes the local
        part of the Message-ID, the `webhook-id`, a transaction id.
    to: the person, or None where the channel is itself the room.
    subject: one line, the same for all messages of a `thread`.
    lead: the urgency in one line. `text` and `html` begin with it already (in HTML it is also
        the hidden preheader); the chat forms show it by itself.
    text, html: the whole body. `html` is complete, with its style sheet inlined.
    date: when it is sent, aware, in the recipient's zone.
    thread: an id that is constant for all that belongs together (a milestone's id).
    list_id: what a filter may sort by (a track's id).
    unsubscribe: an https address that ends these messages with one POST (RFC 8058).
    facts: (label, value) pairs. A chat form shows subject, lead, facts and buttons; where there
        are no facts it shows `text` in their place.
    invitation: what a mail carries as a further form of its body, and as the file `invite.ics`;
        the other kinds of channels leave it out.
    reply_to: where answers to a mail go, if not where the channel says.
    return_path: where the bounce of a mail goes (the envelope's sender), if not where the channel
        says.
    """

    key: str
    to: Address | None
    subject: str
    lead: str
    text: str
    date: datetime
    html: str | None = None
    language: str = "en"
    thread: str | None = None
    list_id: str | None = None
    unsubscribe: str | None = None
    buttons: tuple[Button, ...] = ()
    urgency: Urgency = "info"
    facts: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    invitation: Invitation | None = None
    reply_to: Address | None = None
    return_path: str | None = None

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("a message needs a key, else a copy of it cannot be recognised")
        if self.date.utcoffset() is None:
            raise ValueError("the date of a message needs a time zone")
        if self.unsubscribe is not None:
            _require_web_address(self.unsubscribe, "the unsubscribe URL")
            if not self.unsubscribe.startswith("https://"):
                raise ValueError("the unsubscribe URL must begin with https:// (RFC 8058)")

    @property
    def identifier(self) -> str:
        """The key as a token (see `identifier`)."""
        return identifier(self.key)

    @property
    def body_without_lead(self) -> str:
        """`text` without its first line where that is the lead."""
        text = self.text.strip()
        return text.removeprefix(self.lead.strip()).strip() if self.lead else text


def _require_web_address(url: str, what: str) -> None:
    if not _WEB_ADDRESS.fullmatch(url) or len(url) > LONGEST_URL:
        raise ValueError(
            f"{what} must be an ASCII http or https address of at the most "
            f"{LONGEST_URL} characters, without spaces, < or >"
        )
