"""PURE. The octets of a mail -> what can be read of it, whatever they are.

The parser is the standard library's; what it makes of damaged octets is taken with care: only so
many parts, so much text, and every fault of it is an `UnreadableError`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from typing import TypeVar

from notifiers.headers import one_line

MOST_OCTETS = 1024 * 1024
MOST_PARTS = 100
MOST_TEXT = 64 * 1024
"""Characters that are read of one part."""
LONGEST_HEADER = 2_000
LONGEST_KEPT = 8 * 1024
"""Characters of a header that the parser sees: it splits parameters in a time that grows with the
square of their length."""
LONGEST_HEAD = 64 * 1024
"""Octets of all headers, where only they are looked at."""
MOST_HEADERS = 50
"""So many headers of one name are looked at."""
_MEANT = {
    "us-ascii": "utf-8",
    "iso-8859-1": "windows-1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
"""What programs write in that name a smaller set, as browsers read it (WHATWG Encoding)."""
_DISPLAY = re.compile(r"[^\s<>@,;:\"()\x00-\x1f\x7f]+@[^\s<>@,;:\"()\x00-\x1f\x7f]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""What no text holds: a terminal would obey it, and PostgreSQL keeps no text with the first."""
_MESSAGE_ID = re.compile(r"<([\x21-\x3b\x3d\x3f-\x7e]{1,250})>")
T = TypeVar("T")


class UnreadableError(Exception):
    """It is no mail that can be read; the text says why."""


class _Shortened(Compat32):
    """As the parser's own policy, but for the ends of very long headers."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_KEPT]


POLICY = _Shortened()


def read(octets: bytes, work: Callable[[Message], T]) -> T:
    """Do something with a mail; of a long one only the beginning is looked at.

    Raises `UnreadableError` where it, or the work, comes to nothing.
    """
    try:
        return work(message_from_bytes(octets[:MOST_OCTETS], policy=POLICY))
    except Exception as error:  # noqa: BLE001  the parser raises many kinds for damaged octets
        raise UnreadableError(f"it cannot be read: {type(error).__name__}") from None


def message_id(octets: bytes) -> str:
    """The Message-ID of a mail without its brackets; "" where there is none that can be one."""
    head = re.split(rb"\r?\n\r?\n", octets[:LONGEST_HEAD], maxsplit=1)[0]
    try:
        found = _MESSAGE_ID.search(read(head, lambda mail: header(mail, "Message-ID")))
    except UnreadableError:
        return ""
    return found[1] if found else ""


def parts(mail: Message) -> Iterator[Message]:
    """The mail and its parts, the outer first; no more than `MOST_PARTS`."""
    return islice(mail.walk(), MOST_PARTS)


def text_of(part: Message) -> str:
    """The text of a part without parts, decoded, without control characters; octets that mean
    nothing become U+FFFD."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = content.decode(_MEANT.get(charset, charset), "replace")
    except (LookupError, UnicodeError):
        text = content.decode("utf-8", "replace")
    text = _CONTROLS.sub(" ", text[:MOST_TEXT])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def header(mail: Message, name: str) -> str:
    """The first header of that name, decoded (RFC 2047) and in one line; "" without one."""
    return next(iter(headers(mail, name)), "")


def headers(mail: Message, name: str) -> list[str]:
    """All headers of that name, the first in the mail first."""
    return [_decoded(value) for value in _raw(mail, name)]


def addresses(mail: Message, *names: str) -> list[str]:
    """The addresses in headers of these names, each once."""
    found: dict[str, None] = {}
    for name in names:
        for _, address in getaddresses(_raw(mail, name)):
            if _DISPLAY.fullmatch(address):
                found[address] = None
    return list(found)


def sent_at(mail: Message, now: datetime) -> datetime:
    """When the mail says it was sent (UTC), not later than now; now where it does not say."""
    try:
        said = parsedate_to_datetime(str(mail.get("Date", "")))
        said = said.replace(tzinfo=said.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return now
    return min(said, now)


def _raw(mail: Message, name: str) -> list[str]:
    """The values as they stand; octets that are not ASCII are taken for UTF-8 (RFC 6532)."""
    wanted = name.lower()
    found = (str(value) for key, value in mail.raw_items() if key.lower() == wanted)
    return [
        value[:LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        for value in islice(found, MOST_HEADERS)
    ]


def _decoded(text: str) -> str:
    try:
        return one_line(str(make_header(decode_header(text))))
    except Exception:  # noqa: BLE001  an encoded word of an unknown kind is shown as it is
        return one_line(text)
