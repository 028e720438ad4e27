"""PURE. Who may read the metrics: this machine, private networks, and whoever has the token.

A proxy on this machine asks from a private address for anybody, so that what came through one,
as far as its headers tell, needs the token.
"""

import hmac
from collections.abc import Mapping
from ipaddress import ip_address

PASSED_ON = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)
"""Headers that a proxy adds."""


def may_read(peer: str, headers: Mapping[str, str], token: str | None) -> bool:
    """Whether a request may read; `headers` by lower-case names, `peer` is who is connected."""
    if token:
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        shown = shown.strip()
        if scheme.lower() == "bearer" and _same(shown, token):
            return True
    return _is_near(peer) and not any(name in headers for name in PASSED_ON)


def _is_near(peer: str) -> bool:
    """Whether an address is this machine's or of a private network."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address.is_private and not address.is_unspecified


def _same(shown: str, token: str) -> bool:
    """Compared in a time that does not tell how much of it is right."""
    return hmac.compare_digest(*(one.encode("utf-8", "surrogateescape") for one in (shown, token)))
