"""Teams: 28 KB a message, of which we use 20; Adaptive Card 1.4 with actions that open a page."""

import json

from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase, Reply
from tests.notifiers.served import Request

_PATH = "workflows/0f/triggers/manual/paths/invoke?api-version=1&sp=%2Frun&sv=1.0&sig="


def limits(request: Request) -> None:
    assert len(request.body) <= 20_000
    assert request.headers["Content-Type"].endswith("charset=utf-8")
    posted = json.loads(request.body)
    (attached,) = posted["attachments"]
    card = attached["content"]
    assert (posted["type"], card["type"], card["version"]) == ("message", "AdaptiveCard", "1.4")
    assert len(card["actions"]) <= 6
    assert {one["type"] for one in card["actions"]} == {"Action.OpenUrl"}
    assert all(one["title"] for one in card["actions"])
    blocks = [one for part in card["body"] for one in part.get("items", [part])]
    runs = [run for block in blocks for run in block["inlines"]]
    assert all(run["type"] == "TextRun" and run["text"].strip() for run in runs)


CASE = HttpCase(
    "teams",
    lambda address: {"url": Secret(plain=f"{address}/{_PATH}{TOKEN}")},
    limits,
    success=Reply(202, b""),
)
