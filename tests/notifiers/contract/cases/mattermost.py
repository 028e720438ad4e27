"""Mattermost: 16,383 characters a post."""

import json

from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase
from tests.notifiers.served import Request


def limits(request: Request) -> None:
    assert len(request.body.decode()) <= 16_383
    for one in json.loads(request.body)["attachments"]:
        assert one["text"]
        assert all(field["title"] and field["value"] for field in one.get("fields", ()))


CASE = HttpCase(
    "mattermost",
    lambda address: {"url": Secret(plain=f"{address}/hooks/{TOKEN}"), "allow_private": True},
    limits,
)
