"""Google Chat: 32,000 bytes a message, 100 widgets a card."""

import json

from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase, Reply
from tests.notifiers.served import Request


def limits(request: Request) -> None:
    assert len(request.body) < 32_000
    (found,) = json.loads(request.body)["cardsV2"]
    sections = found["card"]["sections"]
    widgets = [widget for section in sections for widget in section["widgets"]]
    assert 1 <= len(widgets) <= 100
    assert all(section["widgets"] for section in sections)


CASE = HttpCase(
    "google-chat",
    lambda address: {
        "url": Secret(plain=f"{address}/v1/spaces/AAA/messages?key=k-{TOKEN}&token={TOKEN}")
    },
    limits,
    success=Reply(200, b'{"name": "spaces/AAA/messages/B.B"}'),
)
