"""Rocket.Chat: what is posted, and that a plan's texts are shown as they are."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from notifiers.guard import PrivateAddressError
from notifiers.message import Message
from notifiers.rocketchat import RocketChat, RocketChatOptions, payload
from notifiers.secret import Secret
from tests.notifiers.hostile import TEXTS, URL, assert_only_text, hostile_message
from tests.notifiers.reader import links, shown

MakeMessage = Callable[..., Message]
Clock = Callable[[], datetime]


@pytest.fixture
def answering(http_server: Any) -> Any:
    http_server.body = b'{"success":true}'
    return http_server


def opened(server: Any, now: Clock, **changes: Any) -> RocketChat:
    values: dict[str, Any] = {"url": Secret(plain=server.url("/hooks/65f0/tOpSecretToken"))}
    return RocketChat(RocketChatOptions(**(values | {"allow_private": True} | changes)), now)


def test_a_message_is_posted(answering: Any, now: Clock, make_message: MakeMessage) -> None:
    answer = opened(answering, now).send(make_message(urgency="today"))
    assert answer == '200 {"success":true}'
    posted = json.loads(answering.requests[0].body)
    card, foot = posted.pop("attachments")
    assert posted == {
        "text": "Due in 20 working days · Zero draft, April 2024 · HSP/HA.2/Res.1",
        "parseUrls": False,
    }
    assert card == {
        "color": "#d93025",
        "title": "Zero draft, April 2024 · HSP/HA.2/Res.1",
        "text": "**Due in 20 working days**",
        "mrkdwn_in": ["text", "fields"],
        "fields": [
            {"short": False, "title": "Due", "value": "April 2024"},
            {"short": False, "title": "Owner", "value": "Amina & Jonas"},
        ],
    }
    address = "https://tracker.example.org/report?a=1&b=2"
    assert links(foot["text"]) == [("Report progress", address)]


def test_without_facts_the_text_is_shown(make_message: MakeMessage) -> None:
    (card,) = payload(make_message(facts=(), buttons=()))["attachments"]
    assert "Zero draft: April 2024\n.\n.. and dots" in shown(card["text"], bold=True)


@settings(deadline=None)
@given(TEXTS, st.booleans())
@example("](https://evil.example)", True)
@example("a\\", True)
def test_nothing_in_a_text_is_read(text: str, facts: bool) -> None:
    posted = payload(hostile_message(text, facts=facts))
    card, foot = posted["attachments"]
    assert_only_text(posted["text"], text)
    assert_only_text(card["title"], text)
    assert_only_text(shown(card["text"], bold=True), text)
    for field in card.get("fields", ()):
        assert_only_text(shown(field["value"]), text)
    if facts:
        assert_only_text(shown(card["fields"][0]["title"]), text)
    (label, href), second = links(foot["text"])
    assert_only_text(label, text, cut=True)
    assert (href, second) == (URL, ("Open", URL))


@pytest.mark.parametrize("body", [b"", b"ok", b'{"success":false}', b"[true]", b"<html>", b'"a"'])
def test_only_success_is_success(
    http_server: Any, now: Clock, make_message: MakeMessage, body: bytes
) -> None:
    http_server.body = body
    with pytest.raises(DeliveryError, match=r"not what Rocket\.Chat answers") as caught:
        opened(http_server, now).send(make_message())
    assert (caught.value.permanent, caught.value.scope) == (False, "channel")


def test_the_check_posts_nothing(answering: Any, now: Clock) -> None:
    rocket = opened(answering, now)
    assert "127.0.0.1 is there" in rocket.check()
    assert [(one.method, one.path) for one in answering.requests] == [("GET", "/api/info")]
    answering.status = 502
    with pytest.raises(DeliveryError, match="502"):
        rocket.check()


def test_a_private_address_needs_leave(
    answering: Any, now: Clock, make_message: MakeMessage
) -> None:
    with pytest.raises(PrivateAddressError, match="allow-private = true"):
        opened(answering, now, allow_private=False).send(make_message())
    assert answering.requests == []


def test_what_is_wrong_with_options() -> None:
    def keys(url: str, **changes: Any) -> list[str]:
        options = RocketChatOptions(Secret(plain=url), **changes)
        return [key for key, _text in options.problems()]

    assert keys("https://chat.example.org/hooks/a/x") == []
    assert keys("http://chat.example.org/hooks/a/x") == ["url"]
    assert keys("http://chat/hooks/a/x", allow_private=True) == []
    assert keys("https://chat.example.org/hooks/a/x", connect_timeout=0.0) == ["connect-timeout"]
