"""The signed webhook, read by a receiver that follows Standard Webhooks to the letter."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from notifiers.errors import DeliveryError
from notifiers.guard import PrivateAddressError
from notifiers.message import Message
from notifiers.secret import Secret
from notifiers.webhook import Webhook, WebhookOptions, signed_headers, signing_key

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
MakeMessage = Callable[..., Message]


def open_webhook(server: Any, now: Callable[[], datetime], **changes: Any) -> Webhook:
    values: dict[str, Any] = {
        "url": Secret(plain=server.url()),
        "secret": Secret(plain=SECRET),
        "allow_private": True,
        "connect_timeout": 2.0,
        "read_timeout": 2.0,
    }
    return Webhook(WebhookOptions(**(values | changes)), now)


def test_the_signature_holds(
    http_server: Any, now: Callable[[], datetime], make_message: MakeMessage
) -> None:
    http_server.status, http_server.body = 204, b""
    message = make_message()
    assert open_webhook(http_server, now).send(message) == "204"
    (request,) = http_server.requests
    identifier, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    assert identifier == message.key
    assert timestamp == str(int(now().timestamp()))
    signed = b".".join([identifier.encode(), timestamp.encode(), request.body])
    expected = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["Content-Type"].startswith("application/json")


def test_the_known_signature_of_the_specification() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    key = signing_key(secret)
    assert key is not None
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', key)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_body(http_server: Any, now: Callable[[], datetime], make_message: MakeMessage) -> None:
    message = make_message(urgency="soon")
    open_webhook(http_server, now).send(message)
    assert json.loads(http_server.requests[0].body) == {
        "type": "reminder",
        "timestamp": "2024-03-28T09:00:00+03:00",
        "data": {
            "id": message.key,
            "to": {"name": "Amina Otieno", "email": "amina@example.org"},
            "subject": message.subject,
            "lead": message.lead,
            "text": message.text,
            "language": "en",
            "urgency": "soon",
            "facts": [
                {"label": "Due", "value": "April 2024"},
                {"label": "Owner", "value": "Amina & Jonas"},
            ],
            "buttons": [
                {
                    "label": "Report progress",
                    "url": "https://tracker.example.org/report?a=1&b=2",
                }
            ],
            "thread": "smart-cities/zero-draft",
            "list": "smart-cities",
        },
    }


def test_a_copy_has_the_same_id(
    http_server: Any, now: Callable[[], datetime], make_message: MakeMessage
) -> None:
    webhook = open_webhook(http_server, now)
    for key in ("has spaces.and dots", "has spaces.and dots"):
        webhook.send(make_message(key=key, to=None))
    first, second = (request.headers["webhook-id"] for request in http_server.requests)
    assert first == second
    assert "." not in first
    assert json.loads(http_server.requests[0].body)["data"]["to"] is None


def test_a_private_address_needs_leave(
    http_server: Any, now: Callable[[], datetime], make_message: MakeMessage
) -> None:
    webhook = open_webhook(http_server, now, allow_private=False)
    for attempt in (webhook.check, lambda: webhook.send(make_message())):
        with pytest.raises(PrivateAddressError, match="allow-private = true"):
            attempt()
    assert http_server.requests == []


def test_no_redirect_is_followed(
    http_server: Any, now: Callable[[], datetime], make_message: MakeMessage
) -> None:
    http_server.status, http_server.headers["Location"] = 308, http_server.url("/other")
    with pytest.raises(DeliveryError, match="redirects are not followed"):
        open_webhook(http_server, now).send(make_message())
    assert len(http_server.requests) == 1


@pytest.mark.parametrize("status", [200, 204, 400, 405, 422])
def test_the_check_posts_nothing(
    http_server: Any, now: Callable[[], datetime], status: int
) -> None:
    http_server.status = status
    assert open_webhook(http_server, now).check().startswith("127.0.0.1 can be reached")
    assert [(request.method, request.body) for request in http_server.requests] == [("HEAD", b"")]


@pytest.mark.parametrize("status", [301, 401, 404, 503])
def test_the_check_fails_where_sending_would(
    http_server: Any, now: Callable[[], datetime], status: int
) -> None:
    http_server.status = status
    with pytest.raises(DeliveryError, match=str(status)):
        open_webhook(http_server, now).check()


def test_the_secret_is_in_no_error(
    http_server: Any, now: Callable[[], datetime], make_message: MakeMessage
) -> None:
    http_server.status, http_server.body = 400, f"bad: {SECRET} tOpSecretToken".encode()
    with pytest.raises(DeliveryError) as caught:
        open_webhook(http_server, now).send(make_message())
    assert caught.value.message == "127.0.0.1 answered: 400 bad: *** ***"


@pytest.mark.parametrize(
    "secret",
    [
        "abc",
        "whsec_",
        "whsec_!!!",
        "whsec_YWJj",
        SECRET.removeprefix("whsec_"),
        "whsec_" + "A" * 200,
    ],
)
def test_a_secret_that_is_none(
    http_server: Any, now: Callable[[], datetime], make_message: MakeMessage, secret: str
) -> None:
    assert signing_key(secret) is None
    webhook = open_webhook(http_server, now, secret=Secret(plain=secret))
    with pytest.raises(DeliveryError, match="whsec_ and the base64") as caught:
        webhook.send(make_message())
    assert (caught.value.permanent, caught.value.scope) == (True, "channel")
    options = WebhookOptions(Secret(plain="https://example.org/"), Secret(plain=secret))
    assert [key for key, _text in options.problems()] == ["secret"]


def test_what_is_wrong_with_options() -> None:
    def keys(url: str, **changes: Any) -> list[str]:
        options = WebhookOptions(Secret(plain=url), Secret(env="NOT_READ_HERE"), **changes)
        return [key for key, _text in options.problems()]

    assert keys("https://example.org/") == []
    assert keys("http://example.org/") == ["url"]
    assert keys("http://intranet/", allow_private=True) == []
    assert keys("https://e.org", connect_timeout=0.0) == ["connect-timeout"]
