"""Access tokens: asked for at a real endpoint, kept, renewed, and every refusal explained."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from notifiers.email import Email
from notifiers.email_options import EmailOptions
from notifiers.errors import DeliveryError
from notifiers.message import Message
from notifiers.oauth import access_tokens
from notifiers.secret import Secret
from tests.notifiers.scripted import GOOD, Conversation

REFRESH, CLIENT = "r3fresh-tok3n-0f-am1na", "cl1ent-s3cret-w0rd"
OFFERS = b"250-here\r\n250 AUTH XOAUTH2"
WELCOME = {**GOOD, "EHLO": OFFERS, "AUTH": b"235 2.7.0 welcome"}
REPORT = base64.b64encode(b'{"status":"401","schemes":"bearer"}')
REFUSED = {
    **GOOD,
    "EHLO": OFFERS,
    "AUTH": b"334 " + REPORT + b"\r\n535 5.7.3 Authentication unsuccessful",
}


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = datetime(2024, 3, 28, 6, 0, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Iterator[Clock]:
    access_tokens.cache_clear()
    yield Clock()
    access_tokens.cache_clear()


MakeEmail = Callable[..., Email]
Scripted = Callable[..., Conversation]
MakeMessage = Callable[..., Message]


@pytest.fixture
def make_email(http_server: Any, clock: Clock) -> Iterator[MakeEmail]:
    """A mail channel that asks the HTTP server for its tokens."""
    made: list[Email] = []

    def make(port: int, **changes: Any) -> Email:
        values: dict[str, Any] = {
            "host": "localhost",
            "from_": "tracker@example.org",
            "port": port,
            "security": "none",
            "username": "tracker@example.org",
            "authentication": "xoauth2",
            "token_url": http_server.url("/tenant-0f-ours/oauth2/v2.0/token"),
            "client_id": "milestones",
            "client_secret": Secret(plain=CLIENT),
            "refresh_token": Secret(plain=REFRESH),
            "connect_timeout": 5.0,
            "command_timeout": 5.0,
        }
        options = EmailOptions(**(values | changes))
        assert options.problems() == []
        made.append(Email(options, clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


def answer(server: Any, status: int = 200, **fields: Any) -> None:
    server.status, server.body = status, json.dumps(fields).encode()


def forms(server: Any) -> list[dict[str, str]]:
    return [dict(parse_qsl(request.body.decode())) for request in server.requests]


def token_of(line: str) -> str:
    sent = base64.b64decode(line.removeprefix("AUTH XOAUTH2 ")).decode()
    return sent.partition("auth=Bearer ")[2].rstrip("\1")


def logins(server: Conversation) -> list[str]:
    return [token_of(line) for line in server.lines if line.startswith("AUTH XOAUTH2 ")]


def test_a_refresh_token_becomes_an_access_token_that_is_kept(
    http_server: Any, scripted: Scripted, make_email: MakeEmail, make_message: MakeMessage
) -> None:
    answer(http_server, access_token="acc-1", expires_in=3600, token_type="Bearer")
    server = scripted(WELCOME)
    first, second = make_email(server.port), make_email(server.port)
    first.send(make_message(key="one"))
    second.send(make_message(key="two"))
    first.close()
    first.send(make_message(key="three"))
    assert logins(server) == ["acc-1"] * 3
    assert forms(http_server) == [
        {
            "grant_type": "refresh_token",
            "client_id": "milestones",
            "client_secret": CLIENT,
            "refresh_token": REFRESH,
        }
    ]
    (request,) = http_server.requests
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in request.headers


def test_it_is_renewed_a_minute_before_it_expires(
    http_server: Any,
    scripted: Scripted,
    make_email: MakeEmail,
    make_message: MakeMessage,
    clock: Clock,
) -> None:
    server = scripted(WELCOME)
    email = make_email(server.port)
    for token, seconds in (("acc-1", 0), ("acc-2", 3539), ("acc-3", 1)):
        answer(http_server, access_token=token, expires_in="3600")
        clock.at += timedelta(seconds=seconds)
        email.close()
        email.send(make_message(key=token))
    assert logins(server) == ["acc-1", "acc-1", "acc-3"]


def test_without_a_refresh_token_the_application_asks_for_itself(
    http_server: Any, scripted: Scripted, make_email: MakeEmail, make_message: MakeMessage
) -> None:
    answer(http_server, access_token="acc-1", expires_in=3600)
    scope = "https://outlook.office365.com/.default"
    email = make_email(scripted(WELCOME).port, refresh_token=None, scope=scope)
    email.send(make_message())
    assert forms(http_server) == [
        {
            "grant_type": "client_credentials",
            "client_id": "milestones",
            "client_secret": CLIENT,
            "scope": scope,
        }
    ]


def test_a_new_refresh_token_takes_the_place_of_the_old_one(
    http_server: Any, scripted: Scripted, make_email: MakeEmail, make_message: MakeMessage
) -> None:
    answer(http_server, access_token="acc-1", expires_in=0, refresh_token=f"{REFRESH}-the-second")
    email = make_email(scripted(WELCOME).port)
    for number in range(3):
        email.close()
        email.send(make_message(key=f"k{number}"))
    asked = [form["refresh_token"] for form in forms(http_server)]
    assert asked == [REFRESH, f"{REFRESH}-the-second", f"{REFRESH}-the-second"]


def test_a_kept_token_that_is_refused_is_replaced_at_once(
    http_server: Any, scripted: Scripted, make_email: MakeEmail, make_message: MakeMessage
) -> None:
    server = scripted(WELCOME, REFUSED, WELCOME)
    answer(http_server, access_token="acc-1", expires_in=3600)
    email = make_email(server.port)
    email.send(make_message(key="one"))
    email.close()
    answer(http_server, access_token="acc-2", expires_in=3600)
    assert email.send(make_message(key="two")) == "250 2.0.0 queued"
    assert logins(server) == ["acc-1", "acc-1", "acc-2"]


def test_a_new_token_that_is_refused_stops_the_channel(
    http_server: Any, scripted: Scripted, make_email: MakeEmail, make_message: MakeMessage
) -> None:
    answer(http_server, access_token="acc-s3cret-1", expires_in=3600)
    server = scripted(REFUSED)
    email = make_email(server.port)
    with pytest.raises(DeliveryError) as caught:
        email.send(make_message())
    error = caught.value
    assert (error.permanent, error.scope) == (True, "channel")
    assert "535 5.7.3" in error.message
    assert '"status":"401"' in error.message
    assert "acc-s3cret-1" not in repr(error)
    assert len(logins(server)) == 2


@pytest.mark.parametrize(
    ("status", "fields", "permanent", "words"),
    [
        (400, {"error": "invalid_grant"}, True, "store the new `refresh-token`"),
        (
            400,
            {"error": "invalid_grant", "error_description": f"bad: {REFRESH}"},
            True,
            "invalid_grant: bad: ***",
        ),
        (401, {"error": "invalid_client"}, True, "check `client-id` and `client-secret`"),
        (400, {"error": "unauthorized_client"}, True, "allow this application"),
        (400, {"error": "invalid_scope"}, True, "check `scope`"),
        (400, {"error": "unsupported_grant_type"}, True, "check `token-url`"),
        (400, {"error": "interaction_required"}, True, "see the provider's instructions"),
        (400, {"error": "temporarily_unavailable"}, False, "asked again"),
        (503, {"error": "server_error"}, False, "asked again"),
        (429, {"error": "too_many"}, False, "asked again"),
        (400, {"error": ["odd"]}, True, "no access token: 127.0.0.1 answered: 400"),
        (404, {}, True, "check `token-url`"),
        (302, {}, True, "redirects are not followed"),
        (502, {}, False, "answered: 502"),
        (200, {}, True, "without an access token"),
        (200, {"access_token": ""}, True, "without an access token"),
        (200, {"access_token": "line\r\nbreak"}, True, "without an access token"),
        (200, {"access_token": 7}, True, "without an access token"),
    ],
)
def test_each_refusal_is_explained(
    http_server: Any,
    scripted: Scripted,
    make_email: MakeEmail,
    status: int,
    fields: dict[str, Any],
    permanent: bool,
    words: str,
) -> None:
    answer(http_server, status, **fields)
    server = scripted(WELCOME)
    with pytest.raises(DeliveryError) as caught:
        make_email(server.port).check()
    error = caught.value
    assert words in error.message
    assert (error.permanent, error.scope) == (permanent, "channel")
    for secret in (REFRESH, CLIENT, "tenant-0f-ours"):
        assert secret not in repr(error)
    assert "\n" not in error.message
    assert server.connections == 0


def test_the_endpoint_says_when_to_come_again(
    http_server: Any, scripted: Scripted, make_email: MakeEmail
) -> None:
    answer(http_server, 429, error="slow_down")
    http_server.headers["Retry-After"] = "90"
    with pytest.raises(DeliveryError) as caught:
        make_email(scripted(WELCOME).port).check()
    assert (caught.value.permanent, caught.value.retry_after) == (False, 90.0)


def test_after_a_withdrawn_consent_the_secret_is_read_anew(
    http_server: Any,
    scripted: Scripted,
    make_email: MakeEmail,
    make_message: MakeMessage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEST_REFRESH_TOKEN", "old-one")
    email = make_email(scripted(WELCOME).port, refresh_token=Secret(env="TEST_REFRESH_TOKEN"))
    answer(http_server, access_token="acc-1", expires_in=0, refresh_token="handed-out")
    email.send(make_message(key="one"))
    email.close()
    answer(http_server, 400, error="invalid_grant")
    with pytest.raises(DeliveryError):
        email.send(make_message(key="two"))
    monkeypatch.setenv("TEST_REFRESH_TOKEN", "new-one")
    answer(http_server, access_token="acc-2", expires_in=3600)
    assert email.send(make_message(key="two")) == "250 2.0.0 queued"
    assert [form["refresh_token"] for form in forms(http_server)] == [
        "old-one",
        "handed-out",
        "new-one",
    ]


def test_a_secret_that_is_missing_asks_nobody(
    http_server: Any, scripted: Scripted, make_email: MakeEmail
) -> None:
    email = make_email(scripted(WELCOME).port, client_secret=Secret(env="TEST_NOTIFIER_NOT_SET"))
    with pytest.raises(DeliveryError, match="TEST_NOTIFIER_NOT_SET is not set"):
        email.check()
    assert http_server.requests == []


def test_eight_connections_at_once_ask_for_one_token(
    http_server: Any, scripted: Scripted, make_email: MakeEmail, make_message: MakeMessage
) -> None:
    answer(http_server, access_token="acc-1", expires_in=3600)
    server = scripted(WELCOME)
    emails = [make_email(server.port) for _ in range(8)]
    threads = [
        threading.Thread(target=email.send, args=(make_message(key=f"k{number}"),))
        for number, email in enumerate(emails)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.mails) == 8
    assert len(http_server.requests) == 1


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, []),
        ({"refresh_token": None}, []),
        ({"client_secret": None}, []),
        ({"client_secret": None, "refresh_token": None}, ["token-url"]),
        ({"client_id": None}, ["token-url"]),
        ({"token_url": "http://example.org/token"}, ["token-url"]),
        ({"token_url": "example.org"}, ["token-url"]),
        ({"authentication": "password"}, ["token-url"]),
        ({"password": Secret(plain="x")}, ["password"]),
        ({"username": None}, ["token-url"]),
        (
            {"token_url": None, "password": Secret(plain="x"), "scope": "mail"},
            ["client-id", "client-secret", "refresh-token", "scope"],
        ),
    ],
)
def test_what_is_wrong_with_the_keys(changes: dict[str, Any], keys: list[str]) -> None:
    values: dict[str, Any] = {
        "host": "smtp.example.org",
        "from_": "tracker@example.org",
        "username": "tracker",
        "authentication": "xoauth2",
        "token_url": "https://login.example.org/token",
        "client_id": "milestones",
        "client_secret": Secret(plain=CLIENT),
        "refresh_token": Secret(plain=REFRESH),
    }
    assert [key for key, _text in EmailOptions(**(values | changes)).problems()] == keys
