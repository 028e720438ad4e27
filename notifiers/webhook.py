"""A signed webhook after Standard Webhooks 1.0: JSON by POST to an address of one's own.

The body, in UTF-8:

    {"type": "reminder",
     "timestamp": "2024-03-28T09:00:00+03:00",        when it is due, in the recipient's zone
     "data": {
       "id": "…",                                     the same as `webhook-id`
       "to": {"name": "…", "email": "…"} or null,
       "subject": "…", "lead": "…", "text": "…", "language": "en",
       "urgency": "info", "soon", "today" or "late",
       "facts": [{"label": "…", "value": "…"}],
       "buttons": [{"label": "…", "url": "…"}],
       "thread": "…" or null, "list": "…" or null}}

The headers: `webhook-id`, the message's identity, so that the receiver can drop a copy;
`webhook-timestamp`, when it was signed, in seconds of Unix time; `webhook-signature`, `v1,` and
the base64 of HMAC-SHA256 over `id.timestamp.body`, whose key is the base64 after `whsec_`.
Attachments and HTML are left out.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from notifiers.errors import DeliveryError
from notifiers.http import Http, HttpTimeouts, refusal
from notifiers.message import Message
from notifiers.notifier import Clock
from notifiers.options import Problem
from notifiers.secret import Secret
from notifiers.urls import host_of, timeout_problems, url_problems

PREFIX = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64
"""Bytes of a key, as Standard Webhooks wants them."""
_NOT_AN_ERROR_HERE = frozenset({400, 405, 415, 422, 501})
_SECRET_RULE = f"must be {PREFIX} and the base64 of {SHORTEST_KEY} to {LONGEST_KEY} random bytes"


@dataclass(frozen=True, slots=True)
class WebhookOptions:
    """The keys of a channel of the kind `webhook`."""

    url: Secret = field(
        metadata={
            "doc": "Where to post to.",
            "example": '"https://example.org/hooks/milestones"',
            "public": True,
        }
    )
    secret: Secret = field(
        metadata={
            "doc": f"What messages are signed with: `{PREFIX}` and base64.",
            "example": '{ env = "WEBHOOK_SECRET" }',
        }
    )
    allow_private: bool = field(
        default=False,
        metadata={"doc": "Whether the address may be in a private network, and then also http."},
    )
    connect_timeout: float = field(default=10.0, metadata={"doc": "Seconds to connect."})
    read_timeout: float = field(default=30.0, metadata={"doc": "Seconds for the answer."})

    def problems(self) -> list[Problem]:
        """Everything that is wrong with the values."""
        found = url_problems("url", self.url, http_allowed=self.allow_private)
        if self.secret.is_plain and signing_key(self.secret.reveal()) is None:
            found.append(("secret", _SECRET_RULE))
        return [*found, *timeout_problems(self.connect_timeout, self.read_timeout)]


class Webhook:
    """A signed POST; the receiver's 2xx is success."""

    Options: ClassVar[type[WebhookOptions]] = WebhookOptions
    needs_recipient: ClassVar[bool] = False

    def __init__(self, options: WebhookOptions, now: Clock) -> None:
        self._options = options
        self._now = now
        self._http = Http(
            now,
            HttpTimeouts(options.connect_timeout, options.read_timeout),
            public_only=not options.allow_private,
            http_allowed=options.allow_private,
        )

    def send(self, message: Message) -> str:
        """Sign with the present time, and post."""
        url, secret, key = self._revealed()
        body = json.dumps(payload(message), ensure_ascii=False).encode("utf-8", "replace")
        headers = signed_headers(message.identifier, self._now(), body, key)
        return self._http.post(url, body, headers, [secret]).line

    def check(self) -> str:
        """Ask for the address with HEAD, which posts nothing; any answer but an error will do."""
        url, secret, _key = self._revealed()
        answer = self._http.exchange("HEAD", url, b"", {}, [secret])
        if answer.status >= 300 and answer.status not in _NOT_AN_ERROR_HERE:
            raise refusal(answer, host_of(url), self._now())
        return f"{host_of(url)} can be reached (it answered {answer.status} to HEAD)"

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def _revealed(self) -> tuple[str, str, bytes]:
        secret = self._options.secret.reveal()
        key = signing_key(secret)
        if key is None:
            raise DeliveryError(
                f"the channel's `secret` {_SECRET_RULE}", permanent=True, scope="channel"
            )
        return self._options.url.reveal(), secret, key


def signing_key(secret: str) -> bytes | None:
    """The key out of a `whsec_` secret; None where it is none."""
    if not secret.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if SHORTEST_KEY <= len(key) <= LONGEST_KEY else None


def signed_headers(identifier: str, at: datetime, body: bytes, key: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks for one request."""
    timestamp = str(int(at.timestamp()))
    signed = f"{identifier}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }


def payload(message: Message) -> dict[str, Any]:
    """The body as the docstring of this file describes it."""
    to = message.to
    return {
        "type": "reminder",
        "timestamp": message.date.isoformat(),
        "data": {
            "id": message.identifier,
            "to": None if to is None else {"name": to.name, "email": to.email},
            "subject": message.subject,
            "lead": message.lead,
            "text": message.text,
            "language": message.language,
            "urgency": message.urgency,
            "facts": [{"label": label, "value": value} for label, value in message.facts],
            "buttons": [{"label": button.label, "url": button.url} for button in message.buttons],
            "thread": message.thread,
            "list": message.list_id,
        },
    }
