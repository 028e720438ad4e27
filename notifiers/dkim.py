"""DKIM signatures (RFC 6376), RSA or Ed25519 (RFC 8463), by the optional library `cryptography`.

Usually the mail server signs, and nothing of this is needed. What is signed here is the whole body
and every header that matters to a reader or to a mail program, List-Unsubscribe among them, which
RFC 8058 wants signed. Both are canonicalised "relaxed", so that a server may fold anew.
"""

import base64
import hashlib
import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notifiers.errors import DeliveryError

EXTRA = "the extra `dkim` (pip install cryptography dnspython, in the program's environment)"
"""What to install for it."""
SHORTEST_RSA = 1024
"""Bits; a shorter key counts as no signature (RFC 8301 3.2)."""
HEADERS = (
    "from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references",
    "mime-version", "content-type", "content-transfer-encoding", "content-language",
    "auto-submitted", "list-id", "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
ONCE_MORE = ("from", "to", "subject", "date")
"""Signed once more than they are there, so that nobody can add a second one (RFC 6376 8.15)."""
_LINE = 72
_FOLD = "\r\n\t"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The other half of a key, as it may be published: `kind` for `k=`, bytes for `p=`.

    forms: all that verifiers take; an RSA key is published with or without its algorithm
        (RFC 6376 3.6.1 and its erratum 3017).
    """

    kind: str
    published: bytes
    forms: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs mails of one domain with one key; `make` reads the key.

    domain, selector: in ASCII. sign: the bytes of a signature over bytes.
    """

    domain: str
    selector: str
    algorithm: str
    sign: Callable[[bytes], bytes]
    public_key: PublicKey

    @classmethod
    def make(cls, domain: str, selector: str, pem: str) -> "Signer":
        """A signer from a private key in PEM. Raises DeliveryError: the channel is at fault."""
        key = _private_key(pem)
        if _is(key, "rsa", "RSAPrivateKey"):
            return cls(domain, selector, "rsa-sha256", _rsa_signing(key), _rsa_public(key))
        if _is(key, "ed25519", "Ed25519PrivateKey"):
            signing = _ed25519_signing(key)
            return cls(domain, selector, "ed25519-sha256", signing, _ed25519_public(key))
        raise _fault("`dkim-key` is neither an RSA nor an Ed25519 key, which DKIM wants")

    def signed(self, mail: bytes, at: datetime) -> bytes:
        """The mail with a DKIM-Signature in front; it has CRLF line ends and no dot doubled."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = _fields(head)
        names = [name for name in HEADERS for found, _ in fields if found == name]
        names += ONCE_MORE
        digest = hashlib.sha256(relaxed_body(body)).digest()
        unsigned = self._header(names, digest, at)
        covered = "".join(_chosen(fields, names)) + relaxed_header(unsigned)
        signature = base64.b64encode(self.sign(covered.encode())).decode("ascii")
        pieces = (signature[at : at + _LINE] for at in range(0, len(signature), _LINE))
        return (unsigned + _FOLD.join(pieces) + "\r\n").encode("ascii") + mail

    def _header(self, names: list[str], digest: bytes, at: datetime) -> str:
        """The header with its signature left empty (RFC 6376 3.5)."""
        return (
            f"DKIM-Signature: v=1; a={self.algorithm}; c=relaxed/relaxed;{_FOLD}"
            f"d={self.domain}; s={self.selector}; t={int(at.timestamp())};{_FOLD}"
            f"h={_wrapped(names)};{_FOLD}"
            f"bh={base64.b64encode(digest).decode('ascii')};{_FOLD}b="
        )


def relaxed_header(line: str) -> str:
    """RFC 6376 3.4.2, without the line break at the end."""
    name, _, value = line.partition(":")
    flat = re.sub(r"[ \t]+", " ", value.replace("\r\n", ""))
    return f"{name.strip().lower()}:{flat.strip(' ')}"


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 3.4.4: white space made one, none at the end of lines, no empty lines at the end."""
    flat = re.sub(rb"[ \t]+", b" ", body).replace(b" \r\n", b"\r\n").rstrip(b" ")
    kept = re.sub(rb"(?:\r\n)+\Z", b"", flat)
    return kept + b"\r\n" if kept else b""


def _fields(head: bytes) -> list[tuple[str, str]]:
    """Lower-case names and whole lines, from the last to the first, as they are signed."""
    lines = re.split(r"\r\n(?![ \t])", head.decode())
    return [(line.partition(":")[0].lower(), line) for line in reversed(lines)]


def _chosen(fields: list[tuple[str, str]], names: list[str]) -> list[str]:
    """The lines that `names` mean, each name the next one from the end (RFC 6376 5.4.2)."""
    left = list(fields)
    chosen = []
    for name in names:
        found = next((field for field in left if field[0] == name), None)
        if found is not None:
            left.remove(found)
            chosen.append(relaxed_header(found[1]) + "\r\n")
    return chosen


def _wrapped(names: list[str]) -> str:
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > _LINE:
            lines.append("")
        lines[-1] += f"{name}:"
    return f"{_FOLD} ".join(lines).rstrip(":")


def _private_key(pem: str) -> Any:
    unsupported = _library("cryptography.exceptions").UnsupportedAlgorithm
    try:
        return _serialization().load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, unsupported):
        raise _fault("`dkim-key` is no private key in PEM without a pass phrase") from None


def _is(key: Any, module: str, name: str) -> bool:
    kind = getattr(_library(f"cryptography.hazmat.primitives.asymmetric.{module}"), name)
    return isinstance(key, kind)


def _rsa_signing(key: Any) -> Callable[[bytes], bytes]:
    if key.key_size < SHORTEST_RSA:
        raise _fault(f"`dkim-key` has {key.key_size} bits; fewer than {SHORTEST_RSA} do not count")
    padding = _library("cryptography.hazmat.primitives.asymmetric.padding").PKCS1v15()
    sha256 = _library("cryptography.hazmat.primitives.hashes").SHA256()
    return lambda data: bytes(key.sign(data, padding, sha256))


def _rsa_public(key: Any) -> PublicKey:
    der, formats = _serialization().Encoding.DER, _serialization().PublicFormat
    layouts = (formats.SubjectPublicKeyInfo, formats.PKCS1)
    forms = tuple(bytes(key.public_key().public_bytes(der, layout)) for layout in layouts)
    return PublicKey("rsa", forms[0], forms)


def _ed25519_signing(key: Any) -> Callable[[bytes], bytes]:
    """The signature is over the hash, not over the text (RFC 8463 3)."""
    return lambda data: bytes(key.sign(hashlib.sha256(data).digest()))


def _ed25519_public(key: Any) -> PublicKey:
    raw = bytes(key.public_key().public_bytes_raw())
    return PublicKey("ed25519", raw, (raw,))


def _serialization() -> Any:
    return _library("cryptography.hazmat.primitives.serialization")


def _library(name: str) -> Any:
    """A module of the optional library; raises DeliveryError where that is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise _fault(
            f"to sign with DKIM install {EXTRA}, or take the keys `dkim-…` out of the channel and "
            "let the mail server sign"
        ) from None


def _fault(text: str) -> DeliveryError:
    return DeliveryError(text, permanent=True, scope="channel")
