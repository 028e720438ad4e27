"""Discord: what is posted, what its answers mean, and that a plan's texts are shown as they are."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifiers.discord import Discord, DiscordOptions, embeds, payload
from notifiers.errors import DeliveryError
from notifiers.http import LONGEST_WAIT
from notifiers.message import Button, Message
from notifiers.secret import Secret
from tests.notifiers.hostile import TEXTS, URL, assert_only_text, hostile_message
from tests.notifiers.reader import links, shown

MakeMessage = Callable[..., Message]
Clock = Callable[[], datetime]
TOKEN = "tOpSecretToken"


@pytest.fixture
def answering(http_server: Any) -> Any:
    http_server.body = b'{"id": "17", "type": 0, "name": "Reminders"}'
    return http_server


@pytest.fixture
def discord(answering: Any, now: Clock) -> Discord:
    return Discord(DiscordOptions(Secret(plain=answering.url(f"/api/webhooks/22/{TOKEN}"))), now)


def test_a_message_is_posted(discord: Discord, answering: Any, make_message: MakeMessage) -> None:
    assert discord.send(make_message(urgency="soon")) == "200 posted"
    (request,) = answering.requests
    assert request.path == f"/api/webhooks/22/{TOKEN}?wait=true&with_components=true"
    assert json.loads(request.body) == {
        "embeds": [
            {
                "title": "Zero draft, April 2024 · HSP/HA.2/Res.1",
                "description": "**Due in 20 working days**",
                "color": 0xB06000,
                "fields": [
                    {"name": "Due", "value": "April 2024", "inline": False},
                    {"name": "Owner", "value": "Amina & Jonas", "inline": False},
                ],
            }
        ],
        "components": [
            {
                "type": 1,
                "components": [
                    {
                        "type": 2,
                        "style": 5,
                        "label": "Report progress",
                        "url": "https://tracker.example.org/report?a=1&b=2",
                    }
                ],
            }
        ],
        "allowed_mentions": {"parse": []},
    }


def test_a_thread_of_discord_is_kept(answering: Any, now: Clock, make_message: MakeMessage) -> None:
    url = answering.url(f"/api/webhooks/22/{TOKEN}?thread_id=33")
    Discord(DiscordOptions(Secret(plain=url)), now).send(make_message())
    assert answering.requests[0].path.endswith("?thread_id=33&wait=true&with_components=true")


def test_without_facts_the_text_is_shown(make_message: MakeMessage) -> None:
    (found,) = embeds(make_message(facts=()))
    assert "Zero draft: April 2024\n.\n.. and dots" in shown(found["description"], bold=True)
    assert "fields" not in found


def test_many_facts_take_more_embeds(make_message: MakeMessage) -> None:
    found = embeds(make_message(facts=(("Label", "Value"),) * 60))
    assert [len(one["fields"]) for one in found] == [25, 25, 10]
    assert len({one["color"] for one in found}) == 1


def test_a_long_address_is_a_link(make_message: MakeMessage) -> None:
    long = "https://tracker.example.org/?" + "a" * 500
    posted = payload(make_message(buttons=(Button("Long", long), Button("Short", URL))))
    (row,) = posted["components"]
    assert [one["label"] for one in row["components"]] == ["Short"]
    lead, foot = posted["embeds"][0]["description"].split("\n\n")
    assert (lead, links(foot)) == ("**Due in 20 working days**", [("Long", long)])


@settings(deadline=None)
@given(TEXTS, st.booleans())
@example("](https://evil.example)", True)
@example("a\\", True)
def test_nothing_in_a_text_is_read(text: str, facts: bool) -> None:
    posted = payload(hostile_message(text, facts=facts))
    (found,) = posted["embeds"]
    assert_only_text(shown(found["title"]), text)
    assert_only_text(shown(found["description"], bold=True), text)
    for field in found.get("fields", ()):
        assert_only_text(shown(field["value"]), text)
    if facts:
        assert_only_text(shown(found["fields"][0]["name"]), text)
    (row,) = posted["components"]
    assert [one["url"] for one in row["components"]] == [URL, URL]
    assert_only_text(row["components"][0]["label"], text, cut=True)
    assert "content" not in posted
    assert posted["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize(
    ("body", "header", "wait"),
    [
        ({"retry_after": 0.75}, None, 0.75),
        ({"retry_after": 3}, "2", 3.0),
        ({"retry_after": 1}, "60", 60.0),
        ({"retry_after": 9e9}, None, LONGEST_WAIT),
        ({"retry_after": -1}, None, None),
        ({"retry_after": "1"}, "5", 5.0),
        ([], "5", 5.0),
    ],
)
def test_how_long_to_wait(
    discord: Discord,
    answering: Any,
    make_message: MakeMessage,
    body: object,
    header: str | None,
    wait: float | None,
) -> None:
    answering.status, answering.body = 429, json.dumps(body).encode()
    answering.headers = {} if header is None else {"Retry-After": header}
    for attempt in (discord.check, lambda: discord.send(make_message())):
        with pytest.raises(DeliveryError) as caught:
            attempt()
        assert (caught.value.permanent, caught.value.retry_after) == (False, wait)


@pytest.mark.parametrize("body", [b"", b"ok", b"<html>", b"{}", b"[]"])
def test_only_a_message_is_success(
    discord: Discord, answering: Any, make_message: MakeMessage, body: bytes
) -> None:
    answering.body = body
    for attempt in (discord.check, lambda: discord.send(make_message())):
        with pytest.raises(DeliveryError, match="not what Discord answers") as caught:
            attempt()
        assert (caught.value.permanent, caught.value.scope) == (False, "channel")


def test_the_check_posts_nothing(discord: Discord, answering: Any) -> None:
    assert discord.check() == "127.0.0.1 knows the webhook"
    assert [(one.method, one.path) for one in answering.requests] == [
        ("GET", f"/api/webhooks/22/{TOKEN}")
    ]
    answering.status, answering.body = 404, b'{"message": "Unknown Webhook", "code": 10015}'
    with pytest.raises(DeliveryError, match="Unknown Webhook") as caught:
        discord.check()
    assert (caught.value.permanent, caught.value.scope) == (True, "channel")


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://discord.com/api/webhooks/1/x", True),
        ("https://discordapp.com/api/webhooks/1/x", True),
        ("https://canary.discord.com/api/webhooks/1/x", True),
        ("http://localhost:8080/api/webhooks/1/x", True),
        ("http://discord.com/api/webhooks/1/x", False),
        ("https://discord.com.evil.example/api/webhooks/1/x", False),
        ("https://hooks.slack.com/services/T/B/tOpSecretToken", False),
    ],
)
def test_which_addresses_are_taken(
    url: str, good: bool, now: Clock, make_message: MakeMessage
) -> None:
    problems = DiscordOptions(Secret(plain=url)).problems()
    assert [key for key, _ in problems] == ([] if good else ["url"])
    if not good:
        with pytest.raises(DeliveryError, match="the channel's `url`") as caught:
            Discord(DiscordOptions(Secret(plain=url)), now).send(make_message())
        assert (caught.value.permanent, caught.value.scope) == (True, "channel")
        assert TOKEN not in f"{caught.value!r} {problems!r}"


def test_what_else_is_wrong_with_options() -> None:
    assert DiscordOptions(Secret(env="NOT_READ_HERE")).problems() == []
    found = DiscordOptions(Secret(plain="https://discord.com/api/webhooks/1/x"), 0, 601)
    assert [key for key, _ in found.problems()] == ["connect-timeout", "read-timeout"]
