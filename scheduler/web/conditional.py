"""Bodies that clients keep: ETag, Last-Modified, 304, HEAD and gzip (RFC 9110, RFC 9111).

A body and its gzip are two representations with an ETag each; a client that names either has
what it needs.
"""

import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

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
    modified: datetime | None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def packed_etag(self) -> str:
        """The strong ETag of the gzip representation."""
        return f'{self.etag[:-1]}-gzip"'


class Asked(NamedTuple):
    """The headers of a request that decide how a body is answered; None for those not sent."""

    encoding: str = ""
    named: str | None = None
    since: str | None = None


class Chosen(NamedTuple):
    """How a body is answered: 200 or 304 (`known`), with which ETag, packed or not."""

    known: bool
    packed: bool
    etag: str


def body(content: bytes, modified: datetime | None, headers: Mapping[str, str]) -> Body:
    """A body with its ETag and its gzip, both made from the content alone.

    modified: aware; answered to the second, and never later than it was; None where it is not told.
    """
    digest = blake2b(content, digest_size=16).hexdigest()
    packed = gzip.compress(content, 6, mtime=0) if len(content) >= _SMALL else None
    return packed_body(content, packed, digest, modified, headers)


def packed_body(
    content: bytes,
    packed: bytes | None,
    digest: str,
    modified: datetime | None,
    headers: Mapping[str, str],
) -> Body:
    """As `body`, where the gzip and a hash of the content are known; a small one is not packed."""
    worth = packed if len(content) >= _SMALL else None
    told = modified.astimezone(UTC).replace(microsecond=0) if modified else None
    return Body(content, worth, f'"{digest}"', told, headers)


def octets(kept: Body) -> int:
    """How much room a body takes, with its gzip."""
    return len(kept.content) + len(kept.packed or b"")


def answer(request: Request, kept: Body) -> Response:
    """200 with the body, or 304 where the client has it already."""
    return respond(kept, choose(kept, asked_of(request.headers.raw)))


def respond(kept: Body, chosen: Chosen) -> Response:
    """The answer that was chosen."""
    headers = _headers(kept, chosen)
    if chosen.known:
        return Response(status_code=304, headers=headers)
    content = kept.packed if chosen.packed and kept.packed is not None else kept.content
    return Response(content, headers=headers)


def asked_of(headers: Iterable[tuple[bytes, bytes]]) -> Asked:
    """What a request's headers ask; their names are in small letters.

    A list that was sent in several lines is one list (RFC 9110, section 5.3).
    """
    encoding, named, since = "", None, None
    for name, value in headers:
        if name == b"accept-encoding":
            encoding += f"{value.decode('latin-1')},"
        elif name == b"if-none-match":
            text = value.decode("latin-1")
            named = text if named is None else f"{named}, {text}"
        elif name == b"if-modified-since":
            since = value.decode("latin-1")
    return Asked(encoding, named, since)


def choose(kept: Body, asked: Asked) -> Chosen:
    """How a body is answered to what was asked (RFC 9110, section 13.2.2)."""
    packed = kept.packed is not None and _takes_gzip(asked.encoding)
    etag = kept.packed_etag if packed else kept.etag
    if asked.named is not None:
        if asked.named.strip() == "*":
            return Chosen(True, packed, etag)
        tags = _TAG.findall(asked.named)
        same = next((tag for tag in (etag, kept.etag, kept.packed_etag) if tag in tags), None)
        return Chosen(same is not None, packed, same or etag)
    since = _date(asked.since)
    known = since is not None and kept.modified is not None and kept.modified <= since
    return Chosen(known, packed, etag)


def _headers(kept: Body, chosen: Chosen) -> dict[str, str]:
    headers = {
        **kept.headers,
        "ETag": chosen.etag,
        "Vary": "Accept-Encoding",
    }
    if kept.modified is not None:
        headers["Last-Modified"] = format_datetime(kept.modified, usegmt=True)
    if chosen.known:
        return _without_content(headers)
    return {**headers, "Content-Encoding": "gzip"} if chosen.packed else headers


def _date(text: str | None) -> datetime | None:
    """A date of HTTP; None for what is none, which is then as if it were not there."""
    if text is None:
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@lru_cache(maxsize=256)
def _takes_gzip(encodings: str) -> bool:
    """Whether the client accepts gzip, by name or by `*`, and not with a weight of nothing."""
    weights = {}
    for part in encodings.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = parameter.replace(" ", "").removeprefix("q=") or "1"
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != ""


def _without_content(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.startswith("Content-")}
