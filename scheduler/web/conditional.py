"""Bodies that clients keep: ETag, Last-Modified, 304, HEAD and gzip (RFC 9110, RFC 9111).

A body and its gzip are two representations with an ETag each; a client that names either has
what it needs.
"""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_SMALL = 500
"""Below so many octets gzip gains nothing."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is answered under one address until something changes."""

    content: bytes
    packed: bytes | None
    etag: str
    modified: datetime
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def packed_etag(self) -> str:
        """The strong ETag of the gzip representation."""
        return f'{self.etag[:-1]}-gzip"'


def body(content: bytes, modified: datetime, headers: Mapping[str, str]) -> Body:
    """A body with its ETag and its gzip, both made from the content alone.

    modified: aware; answered to the second, and never later than it was.
    """
    etag = f'"{blake2b(content, digest_size=16).hexdigest()}"'
    packed = gzip.compress(content, 6, mtime=0) if len(content) >= _SMALL else None
    return Body(content, packed, etag, modified.astimezone(UTC).replace(microsecond=0), headers)


def answer(request: Request, kept: Body) -> Response:
    """200 with the body, or 304 where the client has it already."""
    packed = kept.packed if _takes_gzip(request) else None
    etag = kept.packed_etag if packed is not None else kept.etag
    known = _known(request, kept, etag)
    headers = {
        **kept.headers,
        "ETag": known or etag,
        "Last-Modified": format_datetime(kept.modified, usegmt=True),
        "Vary": "Accept-Encoding",
    }
    if known:
        return Response(status_code=304, headers=_without_content(headers))
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    return Response(packed or kept.content, headers=headers)


def _known(request: Request, kept: Body, etag: str) -> str | None:
    """The ETag of what the client has, where that is still right (RFC 9110, section 13.2.2)."""
    named = request.headers.get("if-none-match")
    if named is not None:
        if named.strip() == "*":
            return etag
        tags = _TAG.findall(named)
        return next((tag for tag in (etag, kept.etag, kept.packed_etag) if tag in tags), None)
    since = _date(request.headers.get("if-modified-since"))
    return etag if since is not None and kept.modified <= since else None


def _date(text: str | None) -> datetime | None:
    """A date of HTTP; None for what is none, which is then as if it were not there."""
    if text is None:
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _takes_gzip(request: Request) -> bool:
    """Whether the client accepts gzip, by name or by `*`, and not with a weight of nothing."""
    weights = {}
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = parameter.replace(" ", "").removeprefix("q=") or "1"
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != ""


def _without_content(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.startswith("Content-")}
