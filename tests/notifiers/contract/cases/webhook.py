"""The signed webhook, whose receiver sets its own limits: a body of Standard Webhooks should
stay small, and ours stays under 1 MB whatever a plan holds."""

import base64
import json

from notifiers.secret import Secret
from tests.notifiers.contract.case import TOKEN, HttpCase, Reply
from tests.notifiers.served import Request

WHSEC = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def limits(request: Request) -> None:
    assert len(request.body) < 1_000_000
    assert json.loads(request.body)["data"]["id"] == request.headers["webhook-id"]


CASE = HttpCase(
    "webhook",
    lambda address: {
        "url": Secret(plain=f"{address}/services/T0/B0/{TOKEN}"),
        "secret": Secret(plain=WHSEC),
        "allow_private": True,
    },
    limits,
    success=Reply(204, b""),
    secrets=(TOKEN, WHSEC),
)
