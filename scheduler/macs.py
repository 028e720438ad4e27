"""PURE. What signs links, private feeds and mail addresses: HMAC-SHA256 (RFC 2104), cut short.

What is signed is the parts with a zero octet between them; the first says what for, so that no
signature is good for anything else, and only the last may hold a zero octet of its own.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256

FORMER = 20
"""So many renewals back a link is still told from a forged one."""


def mac(key: bytes, octets: int, *parts: str | bytes) -> bytes:
    """The first `octets` of the signature of the parts."""
    signed = b"\0".join(
        part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass") for part in parts
    )
    return hmac.digest(key, signed, sha256)[:octets]


def generation_of(current: int, signed_in: Callable[[int], bytes], given: bytes) -> int | None:
    """In which generation of somebody's links a signature was made; None where it was in none.

    current: how often the links were renewed. signed_in: what the signature is in a generation.
    """
    generations = range(current, max(-1, current - FORMER - 1), -1)
    matches = [one for one in generations if hmac.compare_digest(given, signed_in(one))]
    return matches[0] if matches else None
