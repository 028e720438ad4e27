"""What a kind of channel says of itself to the contract suite.

One file a kind, `cases/KIND.py` (with `_` for `-`), which holds its `CASE`: usually an `HttpCase`.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

from notifiers.errors import Scope
from notifiers.options import describe
from notifiers.registry import KINDS
from tests.notifiers.served import HttpServer, Request, http_serving

NOW = datetime(2024, 3, 28, 6, 0, 5, tzinfo=UTC)
"""What the clock of all these tests says."""
TOKEN = "tOpSecretToken"
NOBODY = "nobody there"
Given = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What must be told of a fault."""

    permanent: bool
    scope: Scope
    retry_after: float | None = None
    unknown: bool = False


@dataclass(frozen=True)
class Opened:
    """A channel's options toward a server that runs, and what that server was given."""

    options: Given
    taken: Callable[[], Sequence[Any]]


class Case(Protocol):
    """A kind of channel and the other end that the suite gives it."""

    @property
    def secrets(self) -> Sequence[str]:
        """What may be in no error, log or repr."""
        ...

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """Each fault that this kind can meet, and what must be told of it.

        One of them is NOBODY, where `check` must fail as `send` does.
        """
        ...

    def opened(self, folder: Path, fault: str | None = None) -> AbstractContextManager[Opened]:
        """The other end, which takes messages, or has that fault; `folder` is empty."""
        ...

    def check_limits(self, taken: Any) -> None:
        """Assert that what the server was given for one message keeps the service's limits."""
        ...


@dataclass(frozen=True)
class Reply:
    """What an HTTP server answers; `raw` in place of it, or nothing at all where it hangs."""

    status: int = 200
    body: bytes = b"ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    hangs: bool = False


_UNTIL = format_datetime(NOW + timedelta(minutes=2), usegmt=True)
_SAID = f"sorry: /services/T0/B0/{TOKEN}".encode()
_LOST = Outcome(permanent=False, scope="channel", unknown=True)
_LATER = Outcome(permanent=False, scope="channel")
_WAIT = Outcome(permanent=False, scope="channel", retry_after=120.0)
_WRONG = Outcome(permanent=True, scope="channel")
_REFUSED = Outcome(permanent=True, scope="unknown")
_HTTP: Mapping[str, tuple[Reply, Outcome]] = {
    "400": (Reply(400, _SAID), _REFUSED),
    "401": (Reply(401, _SAID), _WRONG),
    "403": (Reply(403, _SAID), _WRONG),
    "404": (Reply(404, _SAID), _WRONG),
    "410": (Reply(410, _SAID), _WRONG),
    "413": (Reply(413, _SAID), _REFUSED),
    "429": (Reply(429, _SAID), _LATER),
    "429 for seconds": (Reply(429, _SAID, {"Retry-After": "120"}), _WAIT),
    "429 until a time": (Reply(429, _SAID, {"Retry-After": _UNTIL}), _WAIT),
    "500": (Reply(500, _SAID), _LATER),
    "503": (Reply(503, _SAID), _LATER),
    "503 for seconds": (Reply(503, _SAID, {"Retry-After": "120"}), _WAIT),
    "a redirect": (Reply(307, _SAID, {"Location": f"/elsewhere/{TOKEN}"}), _WRONG),
    "a hang": (Reply(hangs=True), _LOST),
    "a cut": (Reply(raw=b""), _LOST),
    "odd bytes": (Reply(raw=b"\xff\xfe\x00 " + _SAID + b"\r\n\r\n"), _LOST),
    "a torn answer": (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + _SAID), _LOST),
    "odd headers": (
        Reply(raw=b"HTTP/1.1 400 Bad\r\n\xff odd\r\nContent-Length: 0\r\n\r\n"),
        _REFUSED,
    ),
}


@dataclass(frozen=True)
class HttpCase:
    """A kind that speaks HTTP.

    kind: its key in the registry.
    options: its options toward a server, from the beginning of an address (http://host:port)
        that ends without a slash. Time-outs are added.
    limits: asserts the service's limits over the request of one message.
    success: what the service answers when it has taken a message.
    replies, expected: where the service says a fault in another way than plain HTTP does (by
        name), and where another outcome is right for this kind.
    brief: the option, and its value, that makes a hanging server be given up soon.
    """

    kind: str
    options: Callable[[str], Given]
    limits: Callable[[Request], None]
    success: Reply = Reply()
    replies: Mapping[str, Reply] = field(default_factory=dict)
    expected: Mapping[str, Outcome] = field(default_factory=dict)
    secrets: Sequence[str] = (TOKEN,)
    brief: Given = field(default_factory=lambda: {"read_timeout": 0.3})

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        plain = {name: found for name, (_, found) in _HTTP.items()}
        return {**plain, NOBODY: _LATER, **self.expected}

    @contextmanager
    def opened(self, folder: Path, fault: str | None = None) -> Iterator[Opened]:
        if fault == NOBODY:
            with unused_port() as port:
                yield Opened(self._patient(f"http://127.0.0.1:{port}"), list)
            return
        reply = self.success if fault is None else self.replies.get(fault) or _HTTP[fault][0]
        with http_serving() as server:
            _prepare(server, reply)
            options = self._patient(f"http://127.0.0.1:{server.port}")
            brief = self.brief if reply.hangs else {}
            yield Opened({**options, **brief}, lambda: server.requests)

    def check_limits(self, taken: Any) -> None:
        self.limits(taken)

    def _patient(self, address: str) -> dict[str, Any]:
        """The options, with time-outs that a slow machine keeps."""
        known = {one.name for one in describe(KINDS[self.kind].Options)}
        patient = {"connect_timeout": 20.0, "read_timeout": 20.0}
        return {
            **{key: value for key, value in patient.items() if key in known},
            **self.options(address),
        }


def _prepare(server: HttpServer, reply: Reply) -> None:
    server.status, server.body = reply.status, reply.body
    server.headers, server.raw = dict(reply.headers), reply.raw
    if reply.hangs:
        server.stall = threading.Event()


@contextmanager
def unused_port() -> Iterator[int]:
    """A port that nobody listens on, and that nobody else is given."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
