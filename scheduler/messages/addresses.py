"""PURE. An address of the plan as one that may stand in a message: in ASCII, or not at all."""

from functools import lru_cache
from urllib.parse import quote, urlsplit

from notifiers.headers import AddressError, ascii_domain
from notifiers.message import Button

_KEPT = "!#$%&'()*+,/:;=?@[]~"


@lru_cache(maxsize=4096)
def web_address(url: str) -> str | None:
    """The address with its host in IDNA (RFC 5891) and the rest percent-encoded (RFC 3986).

    None where that makes no address that a button can have, as one that is far too long.
    """
    try:
        parts = urlsplit(url)
        host = ascii_domain(parts.hostname or "")
        port = f":{parts.port}" if parts.port else ""
        tail = parts._replace(scheme="", netloc="").geturl()
        return Button("", f"{parts.scheme}://{host}{port}{quote(tail, safe=_KEPT)}").url
    except (AddressError, ValueError):
        return None
