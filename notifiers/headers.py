"""PURE. Header lines of a mail as bytes, put together by hand because it is done for every mail.

Encoded words (RFC 2047), folding (RFC 5322 2.2.3), addresses with internationalised domains
(RFC 5891) and local parts (RFC 6532). No value can carry a line break into a header, and a
token (an id, a URL) is never folded or encoded, unlike what `email.policy.SMTP` does with it.
"""

import binascii
import re
from collections.abc import Iterator
from functools import lru_cache

import idna

from notifiers.message import Address

LINE = 76
"""Columns of a folded line; RFC 5322 recommends at the most 78."""
_ENCODED_BYTES = 45
"""Bytes of UTF-8 in one encoded word in base64: 60 characters and 12 of wrapping, under 75."""
_NO_FIRST, _CONTINUES = 0xC0, 0x80
"""How octets of UTF-8 begin that are not the first of a character (RFC 3629, section 3)."""
_NAME_WITHOUT_FOLD = 60
_CONTROLS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LOCAL_PART = re.compile(r'[^\x00-\x20\x7f-\xa0"(),:;<>@\[\\\]\u2028\u2029\ud800-\udfff]{1,64}')
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII | re.IGNORECASE)
_LONGEST_DOMAIN = 253


class AddressError(ValueError):
    """An address that no mail can be sent to; the text says which and why."""


def one_line(text: str) -> str:
    """A text without control characters and line breaks; each run of them becomes one space."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub(" ", clean).strip(" ")


@lru_cache(maxsize=4096)
def text_header(name: str, value: str) -> bytes:
    """A header of free text, such as the subject, folded, as encoded words where it must be."""
    value = one_line(value)
    if _is_plain(value) and max(map(len, value.split(" "))) < LINE:
        return _fold(name, value.split(" "))
    return _fold(name, list(_encoded_words(value, LINE - len(name) - 2)))


def token_header(name: str, value: str) -> bytes:
    """A header whose value is one ASCII token: never encoded and never folded, up to 998 octets."""
    return f"{name}: {value}\r\n".encode("ascii")


@lru_cache(maxsize=4096)
def address_header(name: str, address: Address) -> bytes:
    """A header with one address (RFC 5322 3.4); raises AddressError."""
    spec = addr_spec(address.email)
    display = one_line(address.name)
    if not display:
        return f"{name}: {spec}\r\n".encode()
    words = _phrase(display, LINE - len(name) - 2)
    return _fold(name, [*words, f"<{spec}>"])


@lru_cache(maxsize=1024)
def group_header(name: str, label: str) -> bytes:
    """A header that names a room in place of a person: an empty group (RFC 5322 3.4)."""
    words = _phrase(one_line(label) or "undisclosed-recipients", LINE - len(name) - 2)
    return _fold(name, [*words[:-1], f"{words[-1]}:;"])


@lru_cache(maxsize=4096)
def addr_spec(email: str) -> str:
    """An address as it stands in SMTP: its domain in ASCII, its local part as it is.

    Raises AddressError. Quoted local parts and address literals are not taken.
    """
    local, _, domain = email.rpartition("@")
    if not _LOCAL_PART.fullmatch(local):
        raise AddressError(f"“{one_line(email)}” is no mail address: write it as name@domain")
    return f"{local}@{ascii_domain(domain)}"


@lru_cache(maxsize=1024)
def ascii_domain(domain: str) -> str:
    """A domain in its ASCII form (A-labels, RFC 5891), lower case; raises AddressError."""
    try:
        name = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        name = ""
    if not _DOMAIN.fullmatch(name) or len(name) > _LONGEST_DOMAIN:
        raise AddressError(f"“{one_line(domain)}” is no domain of a mail address")
    return name.lower()


def needs_utf8(email: str) -> bool:
    """True where only a server with SMTPUTF8 (RFC 6531) takes the address."""
    return not email.rpartition("@")[0].isascii()


def _is_plain(value: str) -> bool:
    return value.isascii() and "=?" not in value


def _phrase(display: str, room: int) -> list[str]:
    """A display name as atoms, as a quoted string, or as encoded words."""
    if _is_plain(display) and len(display) <= _NAME_WITHOUT_FOLD:
        if _ATOMS.fullmatch(display):
            return display.split(" ")
        return ['"' + re.sub(r'(["\\])', r"\\\1", display) + '"']
    return list(_encoded_words(display, room))


def _encoded_words(text: str, room: int) -> Iterator[str]:
    """Encoded words of at the most 75 characters; the first fits into `room`, no character is cut.

    Adjacent ones are read without the space between them (RFC 2047 6.2).
    """
    limit = min(_ENCODED_BYTES, max((room - 12) // 4 * 3, 12))
    octets, start = text.encode("utf-8"), 0
    while len(octets) - start > limit:
        end = start + limit
        while octets[end] & _NO_FIRST == _CONTINUES:
            end -= 1
        yield _encoded_word(octets[start:end])
        start, limit = end, _ENCODED_BYTES
    yield _encoded_word(octets[start:])


def _encoded_word(content: bytes) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(content, newline=False).decode('ascii')}?="


def _fold(name: str, words: list[str]) -> bytes:
    line, lines = f"{name}: {words[0]}", []
    for word in words[1:]:
        if len(line) + 1 + len(word) > LINE:
            lines.append(line)
            line = ""
        line += f" {word}"
    return ("\r\n".join([*lines, line]) + "\r\n").encode()
