"""PURE. A mail -> the bounce that it is, or none.

The form is that of RFC 3464 and 6522 (RFC 6533 for addresses in Unicode): a report with a part for
machines. Older servers write to people alone (qmail, Exim, old Exchange); their text is read only
where the mail says by its sender that it is a server's. Codes are those of RFC 3463.

A bounce says who was not reached. Whether it is believed is not decided here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from itertools import islice, takewhile
from typing import Literal

from notifiers.headers import one_line
from scheduler.incoming.received import POLICY, addresses, header, headers, parts, text_of

Kind = Literal["lasting", "passing", "ours"]
"""lasting: the address is wrong; passing: it may take mail later; ours: the fault is the sender's
set-up or the mail's, and the recipient's address may be good."""
LONGEST_WORDS = 200
MOST_FAILURES = 20
MOST_NAMES = 20
MOST_LINES, LONGEST_LINE = 300, 400
_STATUS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_SENT_TO = (
    "To",
    "Cc",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Forwarded-To",
)
_SERVERS = re.compile(r"(?:mailer[-_.]?daemon|postmaster|mail[-_.]?delivery|microsoftexchange)")
_ENHANCED = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)", re.ASCII)
_PLAIN = re.compile(r"(?<![\w.])([45]\d\d)(?=[ \-#(])", re.ASCII)
_MESSAGE_ID = re.compile(r"<([^\s<>@]{1,200}@[^\s<>@]{1,255})>")
_IDS = re.compile(
    r"^(?:x-original-)?message-id:\s*<([^\s<>]{3,400})>", re.IGNORECASE | re.MULTILINE
)
_ADDRESS = re.compile(r"[^\s<>@,;:\"'()\[\]]{1,64}@[^\s<>@,;:\"'()\[\]]{1,253}")
_COPY = re.compile(
    r"[ \t>]*--.*(?:copy of|original|returned|message header|undelivered)"
    r"|original message headers:|received: from ",
    re.IGNORECASE,
)
"""How the line begins below which servers give back the mail."""
_WAITS = re.compile(
    r"delayed|will be retried|will (?:keep|continue)|still (?:being )?tr(?:ied|ying)"
    r"|not yet been delivered|no action is required|temporar(?:y|ily) deferred",
    re.IGNORECASE,
)
_PASSING = ("5.2.2", "5.4.7", "5.4.300", "5.4.316")
"""A full mailbox, and what was tried for days in vain (RFC 3463, 3.5, and as Exchange says it)."""
_TOO_BIG = ("5.2.3", "5.3.4")
_SENDERS_FAULT = ("5.1.7", "5.1.8")


@dataclass(frozen=True, slots=True)
class Failed:
    """One address that was not reached. code: as "5.1.1", "" where none is given.

    addresses: what the server calls it, and what it was called before it was forwarded.
    """

    addresses: tuple[str, ...]
    kind: Kind
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a server says of a mail. No failure where it says that it still tries, or has delivered.

    messages: the Message-IDs that it names, without brackets. sent_to: where it was sent itself.
    """

    failures: tuple[Failed, ...]
    messages: tuple[str, ...]
    sent_to: tuple[str, ...]


def bounce_in(mail: Message) -> Bounce | None:
    """The bounce that a mail is; None for any other mail."""
    reported = [found for part in parts(mail) if (found := _blocks(part)) is not None]
    if reported:
        blocks = islice((block for found in reported for block in found), MOST_FAILURES)
        return _bounce(mail, [made for block in blocks if (made := _failed(block))])
    if not _from_a_server(mail):
        return None
    return _bounce(mail, list(_failed_in_text(mail)))


def _bounce(mail: Message, failures: Iterable[Failed]) -> Bounce:
    return Bounce(tuple(failures), _messages(mail), sent_to(mail))


def sent_to(mail: Message) -> tuple[str, ...]:
    """The addresses that a mail was sent to, as far as servers and programs write them down."""
    return tuple(addresses(mail, *_SENT_TO))


# The part for machines


def _blocks(part: Message) -> list[Message] | None:
    """The blocks of fields in a part of status; None for another part.

    Servers break the form in two ways that are known: the fields stand in a part of text inside,
    or they are in base64.
    """
    if part.get_content_type() not in _STATUS:
        return None
    inside = part.get_payload()
    found = [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []
    if any("action" in one or "status" in one for one in found):
        return found
    texts = [str(one.get_payload()) for one in found] if found else [str(inside)]
    if part.get("Content-Transfer-Encoding", "").strip().lower() == "base64":
        again = Message()
        again["Content-Transfer-Encoding"] = "base64"
        again.set_payload("".join(_whole(one) for one in found) or str(inside))
        texts = [text_of(again)]
    elif len(found) == 1 and found[0].get_content_maintype() == "text":
        texts = [text_of(found[0])]
    split = (block for text in texts for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return [
        message_from_string(f"{block}\n", policy=POLICY) for block in islice(split, MOST_FAILURES)
    ]


def _whole(one: Message) -> str:
    return str(one.get_payload())


def _failed(fields: Message) -> Failed | None:
    """What one block says; None where nothing failed for good."""
    if header(fields, "Action").partition(";")[0].strip().lower() not in ("failed", ""):
        return None
    diagnosis = header(fields, "Diagnostic-Code").partition(";")
    said = (diagnosis[2] or diagnosis[0]).strip()
    named = (*headers(fields, "Final-Recipient"), *headers(fields, "Original-Recipient"))
    who = tuple(dict.fromkeys(found for one in named for found in _ADDRESS.findall(_bare(one))))
    status = header(fields, "Status")
    if not who or not (status or said or "action" in fields):
        return None
    code = _better(_code(status), _code(said))
    return Failed(who[:MOST_NAMES], _kind(code, said), code, said[:LONGEST_WORDS])


def _bare(field: str) -> str:
    """An address without its type ("rfc822;")."""
    return field.partition(";")[2].strip() or field


def _better(status: str, said: str) -> str:
    """The more exact of two codes of one class: servers write 5.0.0 where they mean 5.1.1."""
    vague = not status or status.endswith(".0.0")
    return said if said and vague and status[:1] in ("", said[:1]) else status


def _code(text: str) -> str:
    found = _ENHANCED.search(text)
    return ".".join(found.groups()) if found else ""


def _kind(code: str, said: str) -> Kind:
    """RFC 3463: class 4 passes, and what is `_PASSING`; x.7 and what is too big is the sender's."""
    plain = _PLAIN.search(f"{said} ")
    number = plain[1] if plain else ""
    if not code and number == "552":
        return "passing"
    sort = code[:1] or number[:1]
    if sort != "5" or code in _PASSING:
        return "passing"
    if code.startswith(("5.7.", "5.6.")) or code in (*_TOO_BIG, *_SENDERS_FAULT):
        return "ours"
    return "lasting"


# The text for people


def _from_a_server(mail: Message) -> bool:
    """Whether a server wrote it: it says so, or has the empty sender that servers have."""
    if mail.get("X-Failed-Recipients"):
        return True
    senders = addresses(mail, "From")
    empty = str(mail.get("Return-Path", "")).strip() == "<>"
    return (empty and not senders) or any(_SERVERS.match(one.casefold()) for one in senders)


def _failed_in_text(mail: Message) -> Iterator[Failed]:
    told = _above_the_copy(mail)
    named = addresses(mail, "X-Failed-Recipients") or _named_in(told)
    line = _telling(told)
    code = _code(line)
    if not named or (
        not code.startswith("5") and _WAITS.search(f"{header(mail, 'Subject')} {told}")
    ):
        return
    who = tuple(dict.fromkeys(named))[:MOST_NAMES]
    yield Failed(who, _kind(code, line), code, one_line(line)[:LONGEST_WORDS])


def _above_the_copy(mail: Message) -> str:
    """What the server says itself, in lines that are not too long, up to the mail it gives back."""
    plain = (part for part in parts(mail) if part.get_content_type() == "text/plain")
    lines = islice((line for part in plain for line in text_of(part).split("\n")), MOST_LINES)
    short = (line[:LONGEST_LINE] for line in lines)
    return "\n".join(takewhile(lambda line: not _COPY.match(line), short))


def _named_in(told: str) -> list[str]:
    """The addresses that lines begin with, as qmail writes them; else all there are."""
    found = [one.strip("<>:. \t") for one in told.splitlines() if re.match(r"\s*<[^<>\s]+@", one)]
    listed = [one for text in found for one in _ADDRESS.findall(text.rstrip(".:>"))]
    return listed or [one.rstrip(".:") for one in islice(_ADDRESS.findall(told), MOST_NAMES)]


def _telling(told: str) -> str:
    """The line that says why: the first with a code, else the last that says anything."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    for find in (_ENHANCED.search, _PLAIN.search):
        for line in lines:
            if find(f"{line} ") and not line.lower().startswith("received:"):
                return line
    return lines[-1] if lines else ""


# Which mail came back


def _messages(mail: Message) -> tuple[str, ...]:
    """The Message-IDs of the mail that came back, wherever servers put them."""
    found: dict[str, None] = {}
    for part in parts(mail):
        own = part is not mail
        if own:
            found.update(dict.fromkeys(_ids(part, "Message-ID")))
        if part.get_content_type() in ("text/plain", "text/rfc822-headers", *_STATUS):
            found.update(dict.fromkeys(_IDS.findall(_flat(part))))
        if own and part.get_content_type() in _ORIGINAL and not part.is_multipart():
            found.update(dict.fromkeys(_IDS.findall(_flat(part))))
    for name in (
        "In-Reply-To",
        "References",
        "X-Original-Message-ID",
        "X-MS-Exchange-Parent-Message-Id",
    ):
        found.update(dict.fromkeys(_ids(mail, name)))
    return tuple(islice(found, MOST_NAMES))


def _ids(part: Message, name: str) -> list[str]:
    return [one for value in headers(part, name) for one in _MESSAGE_ID.findall(value)]


def _flat(part: Message) -> str:
    """The text of a part; of one that has parts, as status has, its fields as text."""
    if not part.is_multipart():
        return text_of(part)
    inside = part.get_payload()
    return "\n".join(_fields(one) for one in inside if isinstance(one, Message)) if inside else ""


def _fields(one: Message) -> str:
    lines = [f"{name}: {value}" for name, value in one.items()]
    return "\n".join([*lines, "", str(one.get_payload())[:2_000]])
