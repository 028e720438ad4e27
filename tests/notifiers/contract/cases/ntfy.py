"""ntfy: https://docs.ntfy.sh/publish/#limitations, and the size of the JSON around a message."""

import json

from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase, Reply
from tests.notifiers.served import Request

_TOPIC = "n0body-kn0ws"


def limits(request: Request) -> None:
    assert request.path == "/"
    assert len(request.body) <= 8192
    sent = json.loads(request.body)
    assert 1 <= len(sent["message"].encode()) <= 4096
    assert 1 <= len(sent["title"]) <= 250
    assert len(sent["actions"]) <= 3
    assert {one["action"] for one in sent["actions"]} <= {"view"}
    assert all(one["label"] and one["url"].startswith("http") for one in sent["actions"])
    assert 1 <= sent["priority"] <= 5
    assert len(sent["sequence_id"]) <= 64


CASE = HttpCase(
    "ntfy",
    lambda address: {
        "server": address,
        "topic": Secret(plain=_TOPIC),
        "token": Secret(plain=TOKEN),
    },
    limits,
    success=Reply(200, b'{"id": "sPs71M8A2T", "event": "message"}'),
    secrets=(TOKEN, _TOPIC),
)
