"""PURE. A message as the bytes of a mail (RFC 5322, RFC 2045), the same bytes for the same message.

The body is text and HTML of the same content (multipart/alternative), inside multipart/mixed
where there are attachments. An invitation stands last in the alternative and once more as a file:
some mail programs look for the one, some for the other (RFC 6047). The bytes are put together by
hand: building an EmailMessage takes longer than all the rest of sending it.
"""

import binascii
import hashlib
import re
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote

from notifiers.errors import DeliveryError
from notifiers.headers import (
    AddressError,
    address_header,
    ascii_domain,
    group_header,
    one_line,
    text_header,
    token_header,
)
from notifiers.message import Address, Attachment, Invitation, Message, identifier

INVITE, INVITE_TYPE = "invite.ics", "application/ics"
"""The file that an invitation is sent as beside the body."""
_LONGEST_LINE = 998
_LONG_LINE = re.compile(rb"[^\n]{%d}" % _LONGEST_LINE)
_BASE64_LINE = 76
_BASE64_GROWTH = 0.37
"""By how much base64 makes a text longer; quoted-printable adds two characters to each of these:"""
_FOREIGN = bytes([*range(128, 256), ord("=")])
_CONTENT_TYPE = re.compile(
    r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*(?:; ?[a-z0-9-]+=[\w.+-]+)*",
    re.ASCII | re.IGNORECASE,
)
_METHOD = re.compile(r"[A-Z]{1,20}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,35}", re.ASCII)
_FIXED = b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom the mails come from; `room` is named in `To` where a message is to nobody."""

    address: Address
    reply_to: Address | None = None
    room: str = ""

    @property
    def domain(self) -> str:
        """The domain of the Message-IDs, in ASCII; raises AddressError."""
        return ascii_domain(self.address.email.rpartition("@")[2])


def build(message: Message, sender: Sender) -> bytes:
    """The mail, with CRLF line ends and no dot doubled.

    Raises AddressError for an address that cannot be written to, ValueError for an attachment
    with an impossible content type.
    """
    boundary = hashlib.sha256(message.key.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return b"".join(
        (
            _addressing(message, sender),
            _threading(message, sender.domain),
            _list_headers(message, sender.domain),
            _FIXED,
            _body(message, boundary),
        )
    )


def compose(message: Message, sender: Sender) -> bytes:
    """`build`, with what cannot be built as a DeliveryError."""
    try:
        return build(message, sender)
    except AddressError as error:
        raise DeliveryError(str(error), permanent=True, scope="recipient") from None
    except ValueError as error:
        raise DeliveryError(str(error), permanent=True) from None


def message_id(key: str, domain: str) -> str:
    """The Message-ID of a key, without its angle brackets."""
    return f"{identifier(key)}@{domain}"


def thread_id(thread: str, domain: str) -> str:
    """The Message-ID of a thread's root, which is never sent. No key has it: it has a full stop."""
    return f"thread.{identifier(thread)}@{domain}"


def _addressing(message: Message, sender: Sender) -> bytes:
    to = group_header("To", sender.room) if message.to is None else address_header("To", message.to)
    answers_to = message.reply_to or sender.reply_to
    reply_to = b"" if answers_to is None else address_header("Reply-To", answers_to)
    return b"".join(
        (
            token_header("Date", format_datetime(message.date)),
            address_header("From", sender.address),
            reply_to,
            to,
            text_header("Subject", message.subject),
        )
    )


def _threading(message: Message, domain: str) -> bytes:
    own = token_header("Message-ID", f"<{message_id(message.key, domain)}>")
    if message.thread is None:
        return own
    root = f"<{thread_id(message.thread, domain)}>"
    return own + token_header("In-Reply-To", root) + token_header("References", root)


def _list_headers(message: Message, domain: str) -> bytes:
    lines = []
    if _LANGUAGE.fullmatch(message.language):
        lines.append(token_header("Content-Language", message.language))
    if message.list_id is not None:
        label = identifier(message.list_id).replace("/", ".").strip("=+")
        lines.append(token_header("List-Id", f"<{label}.{domain}>"))
    if message.unsubscribe is not None:
        lines.append(token_header("List-Unsubscribe", f"<{message.unsubscribe}>"))
        lines.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    return b"".join(lines)


def _body(message: Message, boundary: str) -> bytes:
    forms = [_text_part("text/plain", message.text)]
    if message.html is not None:
        forms.append(_text_part("text/html", message.html))
    attachments = message.attachments
    if message.invitation is not None:
        forms.append(_calendar(message.invitation))
        attachments += (Attachment(INVITE, INVITE_TYPE, message.invitation.content),)
    content = forms[0]
    if len(forms) > 1:
        content = _multipart("alternative", f"=_a{boundary}", forms)
    if not attachments:
        return content
    parts = [content, *map(_attachment, attachments)]
    return _multipart("mixed", f"=_m{boundary}", parts)


def _multipart(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    """Parts between boundaries. Their `=_` cannot stand in a part: quoted-printable and base64
    never write it, and a text that has it is not sent as it is (see `_encode`)."""
    mark = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"


def _text_part(content_type: str, text: str) -> bytes:
    """A text with CRLF and one line break at its end, in the encoding that makes it shortest."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    data = unix.encode("utf-8", "replace")
    if not data.endswith(b"\n"):
        data += b"\n"
    return _encoded(f"{content_type}; charset=utf-8", data.replace(b"\n", b"\r\n"))


def _calendar(invitation: Invitation) -> bytes:
    """The invitation as a form of the body; its type must name the method.

    The line break before a boundary is not the part's, and a calendar's last line ends in one.
    """
    if not _METHOD.fullmatch(invitation.method):
        raise ValueError(f"“{one_line(invitation.method)}” is no method of an invitation")
    content_type = f"text/calendar; charset=UTF-8; method={invitation.method}"
    return _encoded(content_type, invitation.content) + b"\r\n"


def _encoded(content_type: str, data: bytes) -> bytes:
    encoding, encoded = _encode(data)
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}"
    return head.encode("ascii") + b"\r\n\r\n" + encoded


def _encode(data: bytes) -> tuple[str, bytes]:
    if data.isascii() and not (b"=_" in data or b"\0" in data or _LONG_LINE.search(data)):
        return "7bit", data
    foreign = len(data) - len(data.translate(None, delete=_FOREIGN))
    if foreign * 2 > len(data) * _BASE64_GROWTH:
        return "base64", _base64(data)
    return "quoted-printable", binascii.b2a_qp(data, istext=True)


def _base64(data: bytes) -> bytes:
    encoded = binascii.b2a_base64(data, newline=False)
    lines = [encoded[at : at + _BASE64_LINE] for at in range(0, len(encoded), _BASE64_LINE)]
    return b"\r\n".join([*lines, b""])


def _attachment(attachment: Attachment) -> bytes:
    if not _CONTENT_TYPE.fullmatch(attachment.content_type):
        raise ValueError(f"“{one_line(attachment.content_type)}” is no content type")
    head = (
        f"Content-Type: {attachment.content_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_filename(attachment.filename)}\r\n\r\n"
    )
    return head.encode("ascii") + _base64(attachment.content)


def _filename(name: str) -> str:
    """The parameter `filename`, extended (RFC 2231) where it is not plain."""
    clean = one_line(name).replace("/", "_") or "attachment"
    if re.fullmatch(r"[\w .+-]+", clean, re.ASCII):
        return f'filename="{clean}"'
    return f"filename*=utf-8''{quote(clean, safe='')}"
