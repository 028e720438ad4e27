"""A person's own address on a channel: from the plan to the service."""

import json
from datetime import UTC, datetime

import pytest

from config.load import load_texts
from notifiers.message import Message
from scheduler.messages.page import reader
from scheduler.ways_out import WaysOut
from tests.notifiers.answering import answering
from tests.notifiers.served import Request

PLAN = """
[people.amina]
name = "Amina Otieno"
email = "amina@example.org"
channels = ["phone", "email"]
addresses = {{ phone = {address} }}

[channels.phone]
{channel}
server = "{server}"

[channels.email]
type = "console"

[tracks.housing]
title = "Housing"
owner = "amina"

[[tracks.housing.milestones]]
id = "draft"
title = "Draft"
due = "2024-04"
"""
NOW = datetime(2024, 4, 1, 9, tzinfo=UTC)


def reached(request: Request) -> str:
    """Where a request leads: in its address, or in its body."""
    body = json.loads(request.body)
    return request.path + str(body.get("chat_id", body.get("topic", "")))


@pytest.mark.parametrize(
    ("channel", "address", "wanted"),
    [
        ('type = "telegram"\ntoken = "1234567:AAtOpSecretToken"', "4711", "sendMessage4711"),
        ('type = "matrix"\ntoken = "syt_tOpSecretToken"', "!own:example.org", "/%21own%3Aexample"),
        ('type = "ntfy"', "amina-7fQ2xR9d", "amina-7fQ2xR9d"),
    ],
)
def test_from_the_plan_to_the_service(channel: str, address: str, wanted: str) -> None:
    taken = {"ok": True, "result": {"message_id": 1}, "event_id": "$1", "id": "1"}
    with answering(lambda _request: (200, taken)) as service:
        text = PLAN.format(channel=channel, address=json.dumps(address), server=service.address)
        plan = load_texts({"plan.toml": text}).plan
        who = reader(plan, "amina", "phone")
        message = Message(
            key="k", to=who.to, subject="Draft", lead="Due today", text="Due today", date=NOW
        )
        way = WaysOut(lambda: plan, lambda: NOW).connect("phone")
        way.send(message)
        way.close()
    assert wanted in reached(service.requests[0])
    mail = reader(plan, "amina", "email").to
    assert mail is not None
    assert mail.email == "amina@example.org"
