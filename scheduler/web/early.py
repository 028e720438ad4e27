"""Answers that are at hand, given before anything is routed; and the headers of every answer.

Feeds are fetched again and again by programs that mostly have them already. What is answered here
is octet for octet what the routes answer.
"""

from collections.abc import Callable, Iterable
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.web.conditional import Body, Chosen, asked_of, choose, respond
from scheduler.web.render import SECURITY

Address = tuple[str, bytes]
"""A path as it was routed, and what stands after its question mark."""
Headers = list[tuple[bytes, bytes]]
LONGEST = 200
"""Longer questions are not kept: no calendar program asks them."""

_SECURITY: Headers = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]


def guarded(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of an answer, with those of `render.SECURITY` that it does not have."""
    own = list(headers)
    known = {name.lower() for name, _ in own}
    return [*own, *(one for one in _SECURITY if one[0] not in known)]


def address(scope: Scope) -> Address:
    """Where a request goes to."""
    return scope["path"], scope["query_string"]


class Ready:
    """A body whose answers, there are few, are made once."""

    def __init__(self, kept: Body) -> None:
        self.kept = kept
        self._made: dict[Chosen, tuple[Message, Message]] = {}

    def messages(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[Message, Message]:
        """The two messages that answer a request with these headers."""
        chosen = choose(self.kept, asked_of(headers))
        found = self._made.get(chosen)
        if found is None:
            found = self._made[chosen] = _messages(self.kept, chosen)
        return found


def _messages(kept: Body, chosen: Chosen) -> tuple[Message, Message]:
    made = respond(kept, chosen)
    headers = guarded(made.raw_headers)
    return (
        {"type": "http.response.start", "status": made.status_code, "headers": headers},
        {"type": "http.response.body", "body": cast("bytes", made.body)},
    )


class Early:
    """Answers what is ready, and passes everything else on."""

    def __init__(self, inner: ASGIApp, ready: Callable[[Address], Ready | None]) -> None:
        self._inner = inner
        self.ready = ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        found = self.ready(address(scope)) if reads else None
        if found is None:
            await self._inner(scope, receive, send)
            return
        for message in found.messages(scope["headers"]):
            await send(message)
