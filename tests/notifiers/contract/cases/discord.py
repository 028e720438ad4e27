"""Discord: the limits of embeds and of components, and how long to wait in the body."""

import json
from typing import Any

from notifiers.plain import units
from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase, Outcome, Reply
from tests.notifiers.served import Request


def limits(request: Request) -> None:
    assert request.path.endswith("?wait=true&with_components=true")
    posted = json.loads(request.body)
    embeds = posted["embeds"]
    assert 1 <= len(embeds) <= 10
    assert sum(map(_length, embeds)) <= 6000
    for one in embeds:
        assert units(one.get("title", "")) <= 256
        assert units(one.get("description", "")) <= 4096
        assert len(one.get("fields", ())) <= 25
        for field in one.get("fields", ()):
            assert 1 <= units(field["name"]) <= 256
            assert 1 <= units(field["value"]) <= 1024
    assert len(posted["components"]) <= 5
    for row in posted["components"]:
        assert 1 <= len(row["components"]) <= 5
        assert all(1 <= units(one["label"]) <= 80 for one in row["components"])
        assert all(len(one["url"]) <= 512 for one in row["components"])
    assert posted["allowed_mentions"] == {"parse": []}


def _length(embed: dict[str, Any]) -> int:
    fields = (part for field in embed.get("fields", ()) for part in (field["name"], field["value"]))
    return sum(map(units, (embed.get("title", ""), embed.get("description", ""), *fields)))


_LIMITED = b'{"message": "You are being rate limited.", "retry_after": 64.57, "global": false}'

CASE = HttpCase(
    "discord",
    lambda address: {"url": Secret(plain=f"{address}/api/webhooks/223/{TOKEN}")},
    limits,
    success=Reply(200, b'{"id": "1", "type": 0}'),
    replies={"429": Reply(429, _LIMITED)},
    expected={"429": Outcome(permanent=False, scope="channel", retry_after=64.57)},
)
