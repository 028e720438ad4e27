"""PURE. Signed links in messages, and the tokens of the forms behind them.

A link says for whom it is and what it is about; who holds it needs no account. Its token is 16
octets of an HMAC-SHA256 and what they sign, in base64url: the version, the kind, the last day on
which it is good, the recipient and the occurrence. The number that `milestones links --renew`
counts up is signed with it and not said, so that all of one recipient's links end at once.

A form has a token of its own, made when the page is shown: whoever only has the link, as a mail
scanner that follows it, can read the page and do nothing.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

from scheduler.macs import generation_of, mac

VERSION = 1
GOOD_FOR = timedelta(days=90)
LONGEST_TOKEN = 700
"""Characters: with the address before it a link fits into a header line (RFC 5322, 2.1.1)."""
FORM_GOOD_FOR = timedelta(hours=2)
_AHEAD = timedelta(minutes=5)
"""So much may the clock of the node that made a form be ahead."""
_MAC, _FORM_MAC, _NONCE = 16, 12, 6
_EPOCH = date(1970, 1, 1)

Kind = Literal["answer", "stop", "request"]
_KINDS: dict[int, Kind] = {ord("a"): "answer", ord("s"): "stop", ord("r"): "request"}
_OCTETS = {kind: octet for octet, kind in _KINDS.items()}
Found = Literal["good", "expired", "renewed", "unknown"]


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is for: answers of one recipient on one occurrence, the form of her part of an
    update request, or the end of her messages.

    recipient: a person's or team's id. occurrence: "" for the end of messages. until: the last
    day (UTC) on which it is good.
    """

    kind: Kind
    recipient: str
    occurrence: str
    until: date


class Reading(NamedTuple):
    """What a token turned out to be; there is no link in what was not signed here."""

    found: Found
    link: Link | None = None


class Form(NamedTuple):
    """A form that was shown: when (UTC), and what tells it from any other."""

    shown: datetime
    source: str


def last_day(now: datetime) -> date:
    """The last day on which a link that is made now is good."""
    return (now.astimezone(UTC) + GOOD_FOR).date()


def link_token(secret: bytes, link: Link, generation: int) -> str | None:
    """The token of a link; None where the ids are so long that no address could hold it."""
    days = (link.until - _EPOCH).days
    said = bytes([VERSION, _OCTETS[link.kind], *divmod(days, 256)])
    said += f"{link.recipient}\0{link.occurrence}".encode()
    token = _text(_link_mac(secret, said, generation) + said)
    return token if len(token) <= LONGEST_TOKEN else None


def link_path(secret: bytes, link: Link, generation: int) -> str | None:
    """The path of the page that a link leads to; None as for its token."""
    token = link_token(secret, link, generation)
    return f"/{link.kind}/{token}" if token else None


def read_link(
    secret: bytes, token: str, generation: Callable[[str], int], now: datetime
) -> Reading:
    """Read a token that somebody came with; whatever it is, this ends in a `Reading`.

    generation: how often a recipient's links were renewed.
    """
    octets = _octets(token) if len(token) <= LONGEST_TOKEN else b""
    signature, said = octets[:_MAC], octets[_MAC:]
    link = _said(said)
    if link is None:
        return Reading("unknown")
    current = generation(link.recipient)
    made = generation_of(current, lambda one: _link_mac(secret, said, one), signature)
    if made is None:
        return Reading("unknown")
    if made != current:
        return Reading("renewed", link)
    good = now.astimezone(UTC).date() <= link.until
    return Reading("good" if good else "expired", link)


def form_token(secret: bytes, token: str, now: datetime, nonce: bytes) -> str:
    """The token of a form that is shown now behind the link with that token.

    nonce: six octets of chance.
    """
    said = int(now.timestamp()).to_bytes(5) + nonce[:_NONCE].ljust(_NONCE, b"\0")
    return _text(_form_mac(secret, token, said) + said)


def read_form(
    secret: bytes, token: str, given: str, now: datetime, good_for: timedelta = FORM_GOOD_FOR
) -> Form | None:
    """The form that a token is of; None where it is not of this link, or was shown long ago."""
    octets = _octets(given) if len(given) <= LONGEST_TOKEN else b""
    signature, said = octets[:_FORM_MAC], octets[_FORM_MAC:]
    if not hmac.compare_digest(signature, _form_mac(secret, token, said)):
        return None
    shown = datetime.fromtimestamp(int.from_bytes(said[:5]), UTC)
    if not -_AHEAD <= now - shown <= good_for:
        return None
    return Form(shown, f"form:{said.hex()}")


def _said(said: bytes) -> Link | None:
    """What is signed, if it has the form of it."""
    if len(said) < 4 or said[0] != VERSION or said[1] not in _KINDS:
        return None
    try:
        recipient, zero, occurrence = said[4:].decode().partition("\0")
    except UnicodeDecodeError:
        return None
    until = _EPOCH + timedelta(days=int.from_bytes(said[2:4]))
    return Link(_KINDS[said[1]], recipient, occurrence, until) if zero and recipient else None


def _link_mac(secret: bytes, said: bytes, generation: int) -> bytes:
    return mac(secret, _MAC, "link", str(generation), said)


def _form_mac(secret: bytes, token: str, said: bytes) -> bytes:
    return mac(secret, _FORM_MAC, "form", token, said)


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


def _octets(token: str) -> bytes:
    """The octets of a token; none of one that is not written as `_text` writes it."""
    try:
        found = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return b""
    return found if _text(found) == token else b""
