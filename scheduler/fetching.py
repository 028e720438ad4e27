"""A watched calendar from its server or file: conditional, bounded, never into private networks.

It says what came; what is kept of it, and what follows from it, is not its business. No error
holds the address, which may be secret.
"""

import time
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from calendars.foreign.scanning import MOST_OCTETS
from config.plan import Watched
from notifiers.errors import DeliveryError
from notifiers.files import read_file
from notifiers.sessions import open_session
from notifiers.urls import host_of

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65_536


class FetchError(Exception):
    """A calendar that could not be fetched; the text says why, without its address."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, between two pieces of an answer, and for all of it."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: the calendar's octets, None where it has not changed; ETag and Last-Modified."""

    body: bytes | None
    tag: str = ""
    modified: str = ""


def source_of(calendar: Watched) -> str:
    """A digest of where a calendar is; it differs when its address does. May raise SecretError."""
    address = calendar.url.reveal() if calendar.url else f"file:{calendar.file}"
    return blake2b(address.encode(), digest_size=12).hexdigest()


def fetch(
    calendar: Watched, tag: str = "", modified: str = "", timeouts: Timeouts | None = None
) -> Fetched:
    """The calendar, unless it is as it was: `tag` and `modified` are those of the last answer.

    Raises `FetchError`.
    """
    if calendar.url is None:
        return _from_file(Path(calendar.file or ""), modified)
    address = calendar.url.reveal().strip()
    if address.lower().startswith(("webcal://", "webcals://")):
        address = "https://" + address.partition("://")[2]
    headers = {"Accept": "text/calendar, */*;q=0.1"}
    if tag:
        headers["If-None-Match"] = tag
    if modified:
        headers["If-Modified-Since"] = modified
    timeouts = timeouts or Timeouts()
    try:
        with open_session(timeouts.whole, public_only=not calendar.allow_private) as session:
            return _followed(session, address, headers, timeouts)
    except DeliveryError as error:  # from the guard
        raise FetchError(_guarded(error)) from None
    except (requests.RequestException, OSError, ValueError) as error:
        raise FetchError(f"{host_of(address)} {_what_happened(error)}") from None


def _guarded(error: DeliveryError) -> str:
    return str(error).replace("nothing is sent there", "nothing is fetched from there").replace(
        "on the channel", "on the calendar"
    )  # fmt: skip


def _from_file(path: Path, modified: str) -> Fetched:
    try:
        stamp = str(path.stat().st_mtime_ns)
        if stamp == modified:
            return Fetched(None, "", stamp)
        return Fetched(read_file(path, MOST_OCTETS + 1), "", stamp)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise FetchError(f"the file {path.name} cannot be read: {reason}") from None


def _followed(
    session: requests.Session, address: str, headers: dict[str, str], timeouts: Timeouts
) -> Fetched:
    """The answer at the end of a few redirects, none of which leaves TLS."""
    deadline = time.monotonic() + timeouts.whole
    for _ in range(MOST_REDIRECTS + 1):
        if time.monotonic() > deadline:
            raise TimeoutError
        with session.get(
            address,
            headers=headers,
            timeout=(timeouts.connect, timeouts.read),
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code not in _REDIRECTS:
                return _answered(answer, address, deadline)
            address = _next(address, answer.headers.get("Location", ""))
    raise FetchError(f"{host_of(address)} redirects round and round")


def _next(address: str, location: str) -> str:
    found = urljoin(address, location)
    old, new = urlsplit(address), urlsplit(found)
    if not location or new.scheme not in ("http", "https"):
        raise FetchError(f"{host_of(address)} redirects to no address of the web")
    if (old.scheme, new.scheme) == ("https", "http"):
        raise FetchError(f"{host_of(address)} redirects to an address without TLS")
    return found


def _answered(answer: requests.Response, address: str, deadline: float) -> Fetched:
    tag = answer.headers.get("ETag", "")[:500]
    modified = answer.headers.get("Last-Modified", "")[:100]
    if answer.status_code == 304:
        return Fetched(None, tag, modified)
    if answer.status_code != 200:
        raise FetchError(f"{host_of(address)} answered {answer.status_code}")
    return Fetched(_body(answer, address, deadline), tag, modified)


def _body(answer: requests.Response, address: str, deadline: float) -> bytes:
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > MOST_OCTETS:
            most = MOST_OCTETS // 1024 // 1024
            raise FetchError(f"{host_of(address)} sends more than {most} MB")
        if time.monotonic() > deadline:
            raise FetchError(f"{host_of(address)} sends too slowly")
    return bytes(content)


def _what_happened(error: Exception) -> str:
    """In words; the error's own text is dropped, since it holds the address."""
    if isinstance(error, requests.exceptions.SSLError):
        return "has no certificate that is trusted, or speaks no TLS"
    if isinstance(error, requests.exceptions.Timeout | TimeoutError):
        return "did not answer in time"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "cannot be connected to, or was lost"
    return "answered what cannot be read"
