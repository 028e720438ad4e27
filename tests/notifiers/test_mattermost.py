"""Mattermost: what is posted, and that its Markdown shows a plan's texts as they are."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifiers.errors import DeliveryError
from notifiers.guard import PrivateAddressError
from notifiers.mattermost import Mattermost, MattermostOptions, payload
from notifiers.message import Message
from notifiers.plain import GAP
from notifiers.secret import Secret
from tests.notifiers.hostile import TEXTS, URL, assert_only_text, hostile_message
from tests.notifiers.reader import links, shown

MakeMessage = Callable[..., Message]
Clock = Callable[[], datetime]
READ_BEFORE_MARKDOWN = re.compile(
    r"<[^ >]+(?:@|:/)[^ >]+> | <[^\n<|>]+\|[^|\n>]+> | <!\w+> | \$[^$\n]+\$(?!\w)", re.VERBOSE
)
"""Links in angle brackets, links and mentions of Slack, formulas, as Mattermost looks for them."""


def opened(server: Any, now: Clock, **changes: Any) -> Mattermost:
    values: dict[str, Any] = {"url": Secret(plain=server.url("/chat/hooks/tOpSecretToken"))}
    return Mattermost(MattermostOptions(**(values | {"allow_private": True} | changes)), now)


def test_a_message_is_posted(http_server: Any, now: Clock, make_message: MakeMessage) -> None:
    assert opened(http_server, now).send(make_message(urgency="late")) == "200 ok"
    (request,) = http_server.requests
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    card, foot = json.loads(request.body)["attachments"]
    assert card == {
        "fallback": "Due in 20 working days · Zero draft, April 2024 · HSP/HA.2/Res.1",
        "color": "#8c1d18",
        "title": "Zero draft, April 2024 · HSP/HA.2/Res.1",
        "text": "**Due in 20 working days**",
        "fields": [
            {"short": False, "title": "Due", "value": "April 2024"},
            {"short": False, "title": "Owner", "value": "Amina & Jonas"},
        ],
    }
    address = "https://tracker.example.org/report?a=1&b=2"
    assert links(foot["text"]) == [("Report progress", address)]
    assert foot["color"] == "#8c1d18"


def test_without_facts_and_buttons_the_text_is_shown(make_message: MakeMessage) -> None:
    (card,) = payload(make_message(facts=(), buttons=()))["attachments"]
    assert shown(card["text"], bold=True).split("\n") == [
        "Due in 20 working days",
        "Zero draft: April 2024",
        ".",
        ".. and dots",
        "",
    ]
    assert "fields" not in card


@settings(deadline=None)
@given(TEXTS, st.booleans())
@example("](https://evil.example)", True)
@example("a\\", True)
@example("<a@evil.example> <https://evil.example|click> <!channel> $x$", True)
def test_nothing_in_a_text_is_read(text: str, facts: bool) -> None:
    card, foot = payload(hostile_message(text, facts=facts))["attachments"]
    values = [field["value"] for field in card.get("fields", ())]
    for markdown in (card["title"], card["text"], foot["text"], *values):
        assert READ_BEFORE_MARKDOWN.search(markdown) is None
    for markdown in (card["title"], *values):
        assert_only_text(shown(markdown), text)
    assert_only_text(shown(card["text"], bold=True), text)
    assert_only_text(card["fallback"], text)
    if facts:
        assert_only_text(card["fields"][0]["title"], text)
    (label, href), second = links(foot["text"])
    assert_only_text(label, text, cut=True)
    assert (href, second) == (URL, ("Open", URL))


def test_the_last_field_says_how_many_are_left_out(make_message: MakeMessage) -> None:
    posted = payload(make_message(facts=(("A milestone " * 20, "Due " * 50),) * 100))
    fields = posted["attachments"][0]["fields"]
    assert fields[-1]["title"] == "…"
    assert shown(fields[-1]["value"]).strip(f"{GAP}\n") == f"+{101 - len(fields)}"
    assert 20 < len(fields) < 60


@pytest.mark.parametrize("body", [b"", b"OK", b"<html>Please log in</html>"])
def test_only_ok_is_success(
    http_server: Any, now: Clock, make_message: MakeMessage, body: bytes
) -> None:
    http_server.body = body
    with pytest.raises(DeliveryError, match="not what Mattermost answers") as caught:
        opened(http_server, now).send(make_message())
    assert (caught.value.permanent, caught.value.scope) == (False, "channel")


def test_the_check_posts_nothing(http_server: Any, now: Clock) -> None:
    mattermost = opened(http_server, now)
    assert "127.0.0.1 is there" in mattermost.check()
    (request,) = http_server.requests
    assert (request.method, request.path) == ("GET", "/chat/api/v4/system/ping")
    http_server.status = 404
    with pytest.raises(DeliveryError, match="404"):
        mattermost.check()


def test_a_private_address_needs_leave(
    http_server: Any, now: Clock, make_message: MakeMessage
) -> None:
    mattermost = opened(http_server, now, allow_private=False)
    for attempt in (mattermost.check, lambda: mattermost.send(make_message())):
        with pytest.raises(PrivateAddressError, match="allow-private = true"):
            attempt()
    assert http_server.requests == []


def test_what_is_wrong_with_options() -> None:
    def keys(url: str, **changes: Any) -> list[str]:
        options = MattermostOptions(Secret(plain=url), **changes)
        return [key for key, _text in options.problems()]

    assert keys("https://chat.example.org/hooks/x") == []
    assert keys("http://chat.example.org/hooks/x") == ["url"]
    assert keys("http://chat/hooks/x", allow_private=True) == []
    assert keys("https://chat.example.org/hooks/x", read_timeout=0.0) == ["read-timeout"]
