"""The one HTTP request of all chat kinds: time-outs, what a status means, secrets struck out.

A service's token is part of its URL, so no error, log or page may show one: the errors of
requests and urllib3 hold it, and are therefore never passed on. What urllib3 logs of a request
holds it too, at the level DEBUG always and as a warning where a header cannot be read; so it
logs nothing in this process.
"""

import logging
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from notifiers.errors import DeliveryError
from notifiers.headers import one_line
from notifiers.notifier import Clock
from notifiers.secret import redact
from notifiers.sessions import open_session
from notifiers.urls import host_of, url_problem

LONGEST_WAIT: Final = 86400.0
"""A `Retry-After` is obeyed up to a day, in seconds."""
for _name in ("connection", "connectionpool"):
    logging.getLogger(f"urllib3.{_name}").disabled = True
_BODY_LIMIT = 65536
_EXCERPT = 200
_PASSING = frozenset({408, 425, 429})
_CHANNEL_FAULTS = frozenset({401, 403, 404, 405, 407, 410})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `body` is its beginning, at the most 64 KB, as text."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def line(self) -> str:
        """Status and beginning of the body in one line; not redacted."""
        return one_line(f"{self.status} {one_line(self.body[:_EXCERPT])}")


@dataclass(frozen=True, slots=True)
class HttpTimeouts:
    """Seconds to connect, for the answer to begin after that, and again for its body."""

    connect: float = 10.0
    read: float = 30.0


class Http:
    """A session of requests, kept between messages; one thread at a time.

    public_only: refuses private addresses, and uses no proxy, which would look names up itself.
    http_allowed: takes URLs that are not https, as inside one's own network.
    """

    def __init__(
        self,
        now: Clock,
        timeouts: HttpTimeouts,
        *,
        public_only: bool = False,
        http_allowed: bool = False,
    ) -> None:
        self._now = now
        self._timeouts = timeouts
        self._public_only = public_only
        self._http_allowed = http_allowed
        self._session: requests.Session | None = None

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], secrets: Iterable[str] = ()
    ) -> Answer:
        """POST, and return a 2xx answer. No redirect is followed. Raises DeliveryError.

        The URL and `secrets` are struck out of the answer's body.
        """
        answer = self.exchange("POST", url, body, headers, secrets)
        if not 200 <= answer.status < 300:
            raise refusal(answer, host_of(url), self._now())
        return answer

    def exchange(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        secrets: Iterable[str] = (),
    ) -> Answer:
        """One request, whatever its status; raises DeliveryError where no answer came."""
        answer = self.unredacted(method, url, body, headers)
        clean = redact(answer.body, (url, *secrets))
        return Answer(answer.status, answer.headers, clean)

    def unredacted(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Like `exchange`, for an answer that is itself a secret, such as an access token."""
        problem = url_problem(url, http_allowed=self._http_allowed)
        if problem is not None:
            raise DeliveryError(f"the channel's `url` {problem}", permanent=True, scope="channel")
        try:
            return self._exchange(method, url, body, headers)
        except (requests.RequestException, OSError, ValueError) as error:
            self.close()
            raise _connection_error(error, host_of(url)) from None

    def close(self) -> None:
        """Let the connection go."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _exchange(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        with self._opened().request(
            method,
            url,
            data=body,
            headers=dict(headers),
            timeout=(self._timeouts.connect, self._timeouts.read),
            allow_redirects=False,
            stream=True,
        ) as response:
            content = _read(response, time.monotonic() + self._timeouts.read)
            return Answer(
                response.status_code, response.headers, content.decode("utf-8", "replace")
            )

    def _opened(self) -> requests.Session:
        if self._session is None:
            whole = 2 * self._timeouts.read
            self._session = open_session(whole, public_only=self._public_only)
        return self._session


def refusal(answer: Answer, host: str, now: datetime) -> DeliveryError:
    """What a status that is not 2xx means (RFC 9110 15).

    408, 425, 429 and 5xx are passing. 401, 403, 404, 405, 407, 410 and redirects say that the
    address or the login is wrong: the whole channel is at fault. Any other is about this message.
    """
    passing = answer.status in _PASSING or answer.status >= 500
    redirected = 300 <= answer.status < 400
    text = f"{host} answered: {answer.line}"
    if redirected:
        text += " (redirects are not followed: write the final address in the plan)"
    fault = passing or redirected or answer.status in _CHANNEL_FAULTS
    return DeliveryError(
        text,
        permanent=not passing,
        retry_after=retry_after(answer.headers, now) if passing else None,
        scope="channel" if fault else "unknown",
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """`Retry-After` in seconds from now, from 0 to a day; None where there is none or it is odd.

    It comes as seconds or as a date (RFC 9110 10.2.3). A date is measured against the server's
    own `Date`, so that the difference of two clocks does no harm, else against `now`.
    """
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,18}", value):
        return min(float(value), LONGEST_WAIT)
    until = _http_date(value)
    if until is None:
        return None
    since = _http_date(headers.get("Date", "")) or now
    return min(max((until - since).total_seconds(), 0.0), LONGEST_WAIT)


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.utcoffset() is not None else None


def _read(response: requests.Response, deadline: float) -> bytes:
    """The beginning of the body; gives up at the deadline (monotonic seconds), however it drips."""
    content = bytearray()
    for chunk in response.iter_content(chunk_size=4096):
        content += chunk
        if len(content) > _BODY_LIMIT:
            break
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(content[:_BODY_LIMIT])


def _connection_error(error: Exception, host: str) -> DeliveryError:
    """A fault of the connection: passing. The error's own text is dropped, it holds the URL."""
    text, unknown = _what_happened(error)
    return DeliveryError(f"{host} {text}", permanent=False, scope="channel", unknown=unknown)


def _what_happened(error: Exception) -> tuple[str, bool]:
    """In words, and whether the server may have had the whole request."""
    if isinstance(error, requests.exceptions.SSLError):
        return "has no certificate that is trusted, or speaks no TLS: check the address", False
    if isinstance(error, requests.exceptions.ProxyError):
        return "cannot be reached through the proxy: check HTTPS_PROXY", False
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "did not take the connection in time: check the address and the firewall", False
    if isinstance(error, requests.exceptions.Timeout | TimeoutError):
        return "had the message, but did not answer in time", True
    if isinstance(error, requests.exceptions.ConnectionError) and _was_refused(error):
        return "cannot be connected to: check the address, the name and the network", False
    return "was lost, or answered what cannot be read, after it had the message", True


def _was_refused(error: requests.exceptions.ConnectionError) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
