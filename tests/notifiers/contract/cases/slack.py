"""Slack: https://docs.slack.dev/reference/block-kit/blocks says what may be how long."""

import json

from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase
from tests.notifiers.served import Request


def limits(request: Request) -> None:
    posted = json.loads(request.body)
    blocks = posted["blocks"]
    assert 1 <= len(posted["text"]) <= 3000
    assert len(blocks) <= 50
    assert len(json.dumps(blocks, ensure_ascii=False)) < 12_000
    assert 1 <= len(blocks[0]["text"]["text"]) <= 150
    for block in blocks[1:]:
        assert len(block.get("fields", ())) <= 10
        assert all(1 <= len(one["text"]) <= 2000 for one in block.get("fields", ()))
        assert 1 <= len(block["text"]["text"]) <= 3000 if "text" in block else block["fields"]


CASE = HttpCase(
    "slack", lambda address: {"url": Secret(plain=f"{address}/services/T0/B0/{TOKEN}")}, limits
)
