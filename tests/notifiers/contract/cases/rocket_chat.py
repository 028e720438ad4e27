"""Rocket.Chat: 5,000 characters a message."""

import json

from notifiers.plain import units
from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase, Reply
from tests.notifiers.served import Request


def limits(request: Request) -> None:
    assert units(request.body.decode()) <= 5000
    posted = json.loads(request.body)
    assert posted["text"]
    for one in posted["attachments"]:
        assert one["text"]
        assert all(field["title"] and field["value"] for field in one.get("fields", ()))


CASE = HttpCase(
    "rocket-chat",
    lambda address: {
        "url": Secret(plain=f"{address}/hooks/65f0/{TOKEN}"),
        "allow_private": True,
    },
    limits,
    success=Reply(200, b'{"success":true}'),
)
