"""PURE. Private feed addresses: who holds the link sees the feed, without an account.

A token is an HMAC-SHA256 over the kind, the id and a number that `milestones links --renew`
counts up, so that the old link of one person ends without touching anybody else's.
"""

import hmac
import re
from base64 import urlsafe_b64encode

from calendars.feeds.registry import DEFAULT
from scheduler.feeds import Scope, feed_path
from scheduler.macs import mac

_OCTETS = 20
LONGEST_LOGGED = 200
_SECRET = re.compile(r"(/(?:private|answer|stop|request|login)/).*", re.DOTALL)


def feed_token(secret: bytes, scope: Scope, generation: int = 0) -> str:
    """The token of a person's or team's private feed: 27 letters, digits, `-` and `_`."""
    digest = mac(secret, _OCTETS, "feed", scope.kind, scope.id, str(generation))
    return urlsafe_b64encode(digest).decode().rstrip("=")


def is_token(given: str, secret: bytes, scope: Scope, generation: int = 0) -> bool:
    """Whether a token is the right one, compared in a time that does not depend on it."""
    return hmac.compare_digest(given.encode(), feed_token(secret, scope, generation).encode())


def private_path(secret: bytes, scope: Scope, generation: int = 0, form: str = DEFAULT) -> str:
    """The address of a private feed on the service; all formats have the same token."""
    return feed_path(scope, feed_token(secret, scope, generation), form)


def masked(path: str) -> str:
    """A path for the log: of a private one only so much that one knows what it was, and of a long
    one its beginning, since anybody may ask for it."""
    return _SECRET.sub(r"\1…", path)[:LONGEST_LOGGED]
