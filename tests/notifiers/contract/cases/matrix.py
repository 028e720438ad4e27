"""Matrix: https://spec.matrix.org/latest/client-server-api/#size-limits, and its errors in JSON."""

import json

from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase, Outcome, Reply
from tests.notifiers.served import Request


def limits(request: Request) -> None:
    assert request.method == "PUT"
    assert request.path.startswith("/_matrix/client/v3/rooms/%21a%3Aexample.org/send/m.room.")
    assert len(request.path) < 512
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert len(request.body) < 60_000
    sent = json.loads(request.body)
    assert sent["msgtype"] == "m.text"
    assert sent["m.mentions"] == {}
    assert sent["body"]
    assert sent["formatted_body"]


CASE = HttpCase(
    "matrix",
    lambda address: {
        "server": address,
        "token": Secret(plain=TOKEN),
        "room": "!a:example.org",
    },
    limits,
    success=Reply(200, b'{"event_id": "$abc:example.org"}'),
    replies={
        "429": Reply(429, b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 17500}'),
        "403": Reply(403, b'{"errcode": "M_FORBIDDEN", "error": "not in room"}'),
    },
    expected={"429": Outcome(permanent=False, scope="channel", retry_after=17.5)},
)
