"""Telegram: https://core.telegram.org/bots/api#sendmessage, and its errors in JSON."""

import html
import json
import re

from notifiers.plain import units
from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase, Outcome, Reply
from tests.notifiers.served import Request

_WRONG = Outcome(permanent=True, scope="channel")


def limits(request: Request) -> None:
    assert request.path == f"/bot1234567:{TOKEN}/sendMessage"
    sent = json.loads(request.body)
    shown = html.unescape(re.sub(r"</?b>", "", sent["text"]))
    assert 1 <= units(shown) <= 4096
    assert len(request.body) < 30_000
    keyboard = sent.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
    assert len(json.dumps(keyboard)) < 10_000
    for row in keyboard:
        for button in row:
            assert 1 <= units(button["text"]) <= 64


CASE = HttpCase(
    "telegram",
    lambda address: {
        "server": address,
        "token": Secret(plain=f"1234567:{TOKEN}"),
        "chat": "-1001234567890",
    },
    limits,
    success=Reply(200, b'{"ok": true, "result": {"message_id": 5}}'),
    replies={
        "429": Reply(
            429, b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 17}}', {}
        ),
        "403": Reply(403, b'{"ok": false, "description": "Forbidden: bot was kicked"}'),
    },
    expected={
        "429": Outcome(permanent=False, scope="channel", retry_after=17.0),
        "403": _WRONG,
    },
)
